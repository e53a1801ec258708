// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

#include <QAbstractButton>

class QTableView;
class QLineEdit;

namespace tinsmith {

class TargetFilter;
class TargetModel;

/// Shows the target in use; a click opens the searchable list of all.
class TargetChooser : public QAbstractButton {
    Q_OBJECT
public:
    explicit TargetChooser(const std::vector<Target> &targets, QWidget *parent = nullptr);
    void setTarget(const Target &target);
    const Target &target() const { return target_; }
    TargetModel *model() const { return model_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public slots:
    void openList();

signals:
    void targetChosen(const tinsmith::Target &target);
    void favouritesChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose(const QModelIndex &index);
    void makeList();

    Target target_;
    TargetModel *model_;
    TargetFilter *filter_;
    QWidget *popup_ = nullptr;
    QLineEdit *search_ = nullptr;
    QTableView *table_ = nullptr;
};

} // namespace tinsmith

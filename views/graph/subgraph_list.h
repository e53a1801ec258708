// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/model_path.h"

#include <QFrame>

#include <vector>

class QLineEdit;
class QListWidget;

namespace tinsmith {

/// A popup that lists the graphs of a model: its own and all subgraphs, each with its number of operators; found by
/// words, chosen by click or Enter.
class SubgraphList : public QFrame {
    Q_OBJECT
public:
    SubgraphList(const QString &modelName, const Graph &model, std::int32_t current, QWidget *parent = nullptr);
    QListWidget *list() const { return list_; }
    QLineEdit *search() const { return search_; }

signals:
    void pathWanted(const tinsmith::ModelPath &path);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose();
    void filter(const QString &text);

    std::vector<ModelPath> paths_;
    QLineEdit *search_;
    QListWidget *list_;
};

} // namespace tinsmith

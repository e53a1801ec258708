// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace tinsmith {

/// The problems whose columns hold all words of a text, and the groups that hold such problems.
class ProblemFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ProblemFilter(QObject *parent = nullptr);
    void setWords(const QString &text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList words_;
};

} // namespace tinsmith

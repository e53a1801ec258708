// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace tinsmith {

/// The problems of the wanted severities whose columns and group hold all words of a text, and the groups that hold
/// such problems. Sorts problems within their groups; groups keep their order.
class ProblemFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ProblemFilter(QObject *parent = nullptr);
    void setWords(const QString &text);
    void setSeverities(bool errors, bool warnings);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QStringList words_;
    bool errors_ = true;
    bool warnings_ = true;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_filter.h"

#include <algorithm>

namespace tinsmith {

ProblemFilter::ProblemFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
}

void ProblemFilter::setWords(const QString &text)
{
    words_ = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool ProblemFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    // A group shows for the sake of what is in it.
    if (!parent.isValid() && !words_.isEmpty()) {
        return false;
    }
    QString all;
    for (int column = 0; column < sourceModel()->columnCount(); ++column) {
        all += sourceModel()->index(row, column, parent).data().toString() + QLatin1Char('\n');
    }
    return std::all_of(
        words_.begin(), words_.end(), [&all](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
}

} // namespace tinsmith

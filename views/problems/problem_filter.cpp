// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_filter.h"

#include "views/problems/problem_model.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// The digits from `at` on, without leading zeros.
QStringView numberAt(QStringView text, qsizetype at)
{
    qsizetype end = at;
    while (end < text.size() && text[end].isDigit()) {
        ++end;
    }
    while (at + 1 < end && text[at] == QLatin1Char('0')) {
        ++at;
    }
    return text.mid(at, end - at);
}

/// conv_2 before conv_10, whatever the locale: names are not words of a language.
int compareNaturally(QStringView left, QStringView right)
{
    qsizetype l = 0;
    qsizetype r = 0;
    while (l < left.size() && r < right.size()) {
        if (left[l].isDigit() && right[r].isDigit()) {
            const QStringView first = numberAt(left, l);
            const QStringView second = numberAt(right, r);
            if (const auto order
                = first.size() != second.size() ? first.size() - second.size() : qsizetype(first.compare(second));
                order != 0) {
                return order < 0 ? -1 : 1;
            }
            l = first.data() + first.size() - left.data();
            r = second.data() + second.size() - right.data();
            continue;
        }
        if (const int order = left.mid(l, 1).compare(right.mid(r, 1), Qt::CaseInsensitive); order != 0) {
            return order;
        }
        ++l;
        ++r;
    }
    return left.size() - l < right.size() - r ? -1 : left.size() - l > right.size() - r ? 1 : 0;
}

} // namespace

ProblemFilter::ProblemFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
}

void ProblemFilter::setWords(const QString &text)
{
    words_ = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

void ProblemFilter::setSeverities(bool errors, bool warnings)
{
    errors_ = errors;
    warnings_ = warnings;
    invalidateFilter();
}

bool ProblemFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    // A group shows for the sake of what is in it.
    if (!parent.isValid()) {
        return false;
    }
    const auto *problems = static_cast<const ProblemModel *>(sourceModel());
    const Problem *problem = problems->problemAt(problems->index(row, 0, parent));
    if (problem == nullptr || !(ProblemModel::blocks(problem->stage) ? errors_ : warnings_)) {
        return false;
    }
    QString all = ProblemModel::groupTitle(problem->stage) + QLatin1Char('\n');
    for (int column = 0; column < problems->columnCount(); ++column) {
        all += problems->index(row, column, parent).data().toString() + QLatin1Char('\n');
    }
    return std::all_of(
        words_.begin(), words_.end(), [&all](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
}

bool ProblemFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const int order = left.parent().isValid()
        ? compareNaturally(left.data().toString(), right.data().toString())
        : (sortOrder() == Qt::AscendingOrder ? 1 : -1) * (left.row() - right.row());
    return order != 0 ? order < 0 : left.row() < right.row();
}

} // namespace tinsmith

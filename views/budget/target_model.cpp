// SPDX-License-Identifier: Apache-2.0
#include "views/budget/target_model.h"

#include "views/theme/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace tinsmith {
namespace {

QString extensionsOf(const Target &target)
{
    QStringList list;
    if (target.fpu) {
        list << QStringLiteral("FPU");
    }
    if (target.dsp) {
        list << QStringLiteral("DSP");
    }
    if (target.helium) {
        list << QStringLiteral("Helium");
    }
    return list.join(QStringLiteral(" · "));
}

QString megahertz(const Target &target)
{
    return QStringLiteral("%1 MHz").arg(target.clockHz / 1000000);
}

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

QString summaryOf(const Target &target)
{
    QString text = QStringLiteral("%1 · %2 · %3 RAM · %4 flash")
                       .arg(textOf(nameOf(target.core)), megahertz(target), capacityText(target.ramBytes),
                           capacityText(target.flashBytes));
    if (target.helium) {
        text += QStringLiteral(" · Helium");
    } else if (target.dsp) {
        text += QStringLiteral(" · DSP");
    }
    return text;
}

TargetModel::TargetModel(const std::vector<Target> &targets, QObject *parent)
    : QAbstractTableModel(parent), targets_(targets)
{
    std::stable_sort(targets_.begin(), targets_.end(), [](const Target &a, const Target &b) {
        return std::tie(a.vendor, a.family, a.name) < std::tie(b.vendor, b.family, b.name);
    });
}

int TargetModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(targets_.size());
}

int TargetModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TargetModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Target &target = targetAt(index.row());
    const QString id = QString::fromStdString(target.id);
    switch (role) {
    case IdRole:
        return id;
    case FavouriteRole:
        return favourites_.contains(id);
    case SearchRole:
        return QString(id + QLatin1Char(' ')
            + QString::fromStdString(target.name + " " + target.vendor + " " + target.family) + QLatin1Char(' ')
            + summaryOf(target));
    case Qt::TextAlignmentRole:
        return int(
            (index.column() >= Clock && index.column() <= Flash ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return tr("Figures from %1").arg(QString::fromStdString(target.source));
    case SortRole:
        switch (index.column()) {
        case Clock:
            return static_cast<qlonglong>(target.clockHz);
        case Ram:
            return static_cast<qlonglong>(target.ramBytes);
        case Flash:
            return static_cast<qlonglong>(target.flashBytes);
        default:
            return data(index, Qt::DisplayRole);
        }
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case Name:
        return (favourites_.contains(id) ? QStringLiteral("★ ") : QString()) + QString::fromStdString(target.name);
    case Vendor:
        return QString::fromStdString(target.vendor + " " + target.family);
    case CoreName:
        return textOf(nameOf(target.core));
    case Clock:
        return megahertz(target);
    case Ram:
        return capacityText(target.ramBytes);
    case Flash:
        return capacityText(target.flashBytes);
    case Extensions:
        return extensionsOf(target);
    default:
        return {};
    }
}

QVariant TargetModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return tr("Part");
    case Vendor:
        return tr("Family");
    case CoreName:
        return tr("Core");
    case Clock:
        return tr("Clock");
    case Ram:
        return tr("RAM");
    case Flash:
        return tr("Flash");
    case Extensions:
        return tr("Extensions");
    default:
        return {};
    }
}

void TargetModel::setFavourites(const QSet<QString> &ids)
{
    favourites_ = ids;
    if (!targets_.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

void TargetModel::toggleFavourite(int row)
{
    const QString id = QString::fromStdString(targetAt(row).id);
    if (!favourites_.remove(id)) {
        favourites_.insert(id);
    }
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

TargetFilter::TargetFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(TargetModel::SortRole);
    setDynamicSortFilter(true);
}

void TargetFilter::setWords(const QString &text)
{
    words_ = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool TargetFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QString text = sourceModel()->index(row, 0, parent).data(TargetModel::SearchRole).toString();
    return std::all_of(words_.begin(), words_.end(),
        [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool TargetFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const bool leftFavourite = left.data(TargetModel::FavouriteRole).toBool();
    const bool rightFavourite = right.data(TargetModel::FavouriteRole).toBool();
    if (leftFavourite != rightFavourite) {
        return leftFavourite == (sortOrder() == Qt::AscendingOrder);
    }
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace tinsmith

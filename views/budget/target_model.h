// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QSortFilterProxyModel>

#include <vector>

namespace tinsmith {

/// The microcontrollers as rows; favourites first, then by vendor and family.
class TargetModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Vendor, CoreName, Clock, Ram, Flash, Extensions, ColumnCount };
    enum Role { IdRole = Qt::UserRole, SearchRole, SortRole, FavouriteRole };

    explicit TargetModel(const std::vector<Target> &targets, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const Target &targetAt(int row) const { return targets_[static_cast<std::size_t>(row)]; }
    void setFavourites(const QSet<QString> &ids);
    const QSet<QString> &favourites() const { return favourites_; }
    void toggleFavourite(int row);

private:
    std::vector<Target> targets_;
    QSet<QString> favourites_;
};

/// Filters by words, all of which a row must hold, and sorts favourites to the top.
class TargetFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit TargetFilter(QObject *parent = nullptr);
    void setWords(const QString &text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QStringList words_;
};

/// "Cortex-M4F · 120 MHz · 640 KB RAM · 2 MB flash · DSP"
QString summaryOf(const Target &target);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/layers/layer_table.h"

#include "core/formats/atomic_file.h"
#include "core/graph/error.h"
#include "views/layers/layer_model.h"
#include "views/theme/theme.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

/// A share as text over a bar.
class ShareDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QVariant share = index.data(LayerModel::ShareRole);
        if (share.isValid()) {
            const QRect box = option.rect.adjusted(4, option.rect.height() - 5, -4, -2);
            painter->fillRect(
                QRectF(box.left(), box.top(), box.width() * share.toDouble(), box.height()), theme().accent);
        }
        QStyledItemDelegate::paint(painter, option, index);
    }
};

QString quoted(QString text, QChar separator)
{
    if (text.contains(separator) || text.contains(QLatin1Char('"')) || text.contains(QLatin1Char('\n'))) {
        text.replace(QLatin1Char('"'), QStringLiteral("\"\""));
        return QLatin1Char('"') + text + QLatin1Char('"');
    }
    return text;
}

} // namespace

LayerTable::LayerTable(QWidget *parent)
    : QWidget(parent), model_(new LayerModel(this)), filter_(new QSortFilterProxyModel(this)), table_(new QTableView)
{
    filter_->setSourceModel(model_);
    filter_->setSortRole(LayerModel::SortRole);
    filter_->setFilterKeyColumn(-1);
    filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 6);
    auto *bar = new QHBoxLayout;
    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Filter layers"));
    search->setClearButtonEnabled(true);
    search->setMaximumWidth(260);
    auto *copy = new QPushButton(tr("Copy"));
    auto *csv = new QPushButton(tr("Save CSV…"));
    bar->addWidget(search);
    bar->addStretch();
    bar->addWidget(copy);
    bar->addWidget(csv);
    layout->addLayout(bar);
    table_->setModel(filter_);
    table_->setAccessibleName(tr("Layers"));
    table_->setSortingEnabled(true);
    table_->sortByColumn(LayerModel::Number, Qt::AscendingOrder);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    // Names differ at their ends; the tool tip has the whole.
    table_->setTextElideMode(Qt::ElideMiddle);
    table_->setWordWrap(false);
    table_->setShowGrid(false);
    table_->setFrameShape(QFrame::NoFrame);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    // Eleven columns side by side at 1280 pixels.
    table_->setFont(uiFont(-1));
    table_->horizontalHeader()->setFont(uiFont(-1));
    table_->horizontalHeader()->setProperty("dense", true);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->setItemDelegateForColumn(LayerModel::MacShare, new ShareDelegate(table_));
    table_->setItemDelegateForColumn(LayerModel::CycleShare, new ShareDelegate(table_));
    layout->addWidget(table_);
    connect(search, &QLineEdit::textChanged, filter_, &QSortFilterProxyModel::setFilterFixedString);
    connect(copy, &QPushButton::clicked, this, &LayerTable::copySelected);
    connect(csv, &QPushButton::clicked, this, &LayerTable::saveCsv);
    auto *shortcut = new QShortcut(QKeySequence::Copy, table_);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, &LayerTable::copySelected);
    connect(table_, &QTableView::clicked, this, [this](const QModelIndex &index) {
        emit operatorWanted(model_->operatorAt(filter_->mapToSource(index).row()));
    });
}

void LayerTable::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    model_->setAnalysis(std::move(analysis));
    table_->resizeColumnsToContents();
    constexpr int widestName = 300;
    constexpr int widestType = 180;
    table_->setColumnWidth(LayerModel::Name, std::min(table_->columnWidth(LayerModel::Name), widestName));
    table_->setColumnWidth(LayerModel::Type, std::min(table_->columnWidth(LayerModel::Type), widestType));
}

void LayerTable::selectOperator(const QString &name)
{
    for (int row = 0; row < filter_->rowCount(); ++row) {
        if (model_->operatorAt(filter_->mapToSource(filter_->index(row, 0)).row()) == name) {
            table_->selectRow(row);
            table_->scrollTo(filter_->index(row, 0));
            return;
        }
    }
}

QString LayerTable::text(QChar separator, bool selectedOnly) const
{
    QStringList lines;
    QStringList heads;
    for (int column = 0; column < LayerModel::ColumnCount; ++column) {
        heads << quoted(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), separator);
    }
    lines << heads.join(separator);
    for (int row = 0; row < filter_->rowCount(); ++row) {
        if (selectedOnly && !table_->selectionModel()->isRowSelected(row, {})) {
            continue;
        }
        QStringList cells;
        for (int column = 0; column < LayerModel::ColumnCount; ++column) {
            cells << quoted(filter_->index(row, column).data(LayerModel::SortRole).toString(), separator);
        }
        lines << cells.join(separator);
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void LayerTable::copySelected()
{
    QGuiApplication::clipboard()->setText(text(QLatin1Char('\t'), table_->selectionModel()->hasSelection()));
}

void LayerTable::saveCsv()
{
    const QString file
        = QFileDialog::getSaveFileName(this, tr("Save layers"), QStringLiteral("layers.csv"), tr("CSV (*.csv)"));
    if (file.isEmpty()) {
        return;
    }
    try {
        const QByteArray content = text(QLatin1Char(','), false).toUtf8();
        writeFileAtomically(file.toStdString(),
            std::as_bytes(std::span(content.constData(), static_cast<std::size_t>(content.size()))));
    } catch (const Error &error) {
        QMessageBox::warning(this, tr("Save layers"), QString::fromUtf8(error.what()));
    }
}

} // namespace tinsmith

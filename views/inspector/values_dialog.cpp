// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/values_dialog.h"

#include "views/inspector/values_model.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {

ValuesDialog::ValuesDialog(const Tensor &tensor, QWidget *parent)
    : QDialog(parent), model_(new ValuesModel(TensorValues(tensor), this)), table_(new QTableView), page_(new QSpinBox),
      rows_(new QLabel), place_(new QLineEdit)
{
    setWindowTitle(QString::fromStdString(tensor.name));
    auto *layout = new QVBoxLayout(this);
    const auto type = nameOf(tensor.type);
    auto *top = new QHBoxLayout;
    auto *what = new QLabel(QStringLiteral("%1 %2 · %3 values")
                                .arg(QString::fromStdString(tensor.shape.text()),
                                    QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size())),
                                    exactCountText(static_cast<std::int64_t>(model_->values().count()))));
    what->setFont(uiFont(0, true));
    top->addWidget(what);
    top->addStretch();
    auto *real = new QCheckBox(tr("Real values"));
    real->setToolTip(tr("scale × (stored − zero point)"));
    real->setVisible(tensor.quantization && !tensor.quantization->scales.empty());
    connect(real, &QCheckBox::toggled, model_, &ValuesModel::setReal);
    top->addWidget(real);
    place_->setPlaceholderText(tensor.shape.rank() > 1 ? tr("Go to, as 0, 0, 5") : tr("Go to, as 5"));
    place_->setAccessibleName(tr("Go to an element"));
    place_->setMaximumWidth(150);
    connect(place_, &QLineEdit::returnPressed, this, &ValuesDialog::goTo);
    top->addWidget(place_);
    layout->addLayout(top);

    table_->setModel(model_);
    table_->setAccessibleName(tr("Values of %1").arg(windowTitle()));
    table_->setFont(uiFont(-1));
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    table_->verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    constexpr int widest = 360;
    table_->horizontalHeader()->setMaximumSectionSize(widest);
    table_->horizontalHeader()->setHighlightSections(false);
    layout->addWidget(table_, 1);

    auto *bottom = new QHBoxLayout;
    page_->setRange(1, model_->pages());
    page_->setPrefix(tr("Page "));
    page_->setSuffix(tr(" of %1").arg(model_->pages()));
    page_->setAccessibleName(tr("Page"));
    page_->setVisible(model_->pages() > 1);
    connect(page_, &QSpinBox::valueChanged, this, [this](int page) {
        if (page - 1 != model_->page()) {
            model_->setPage(page - 1);
        }
        updateRows();
    });
    rows_->setForegroundRole(QPalette::PlaceholderText);
    auto *copyButton = new QPushButton(tr("Copy"));
    copyButton->setToolTip(tr("Copy what is selected, or this page (Ctrl+C)"));
    auto *save = new QPushButton(tr("Save…"));
    bottom->addWidget(page_);
    bottom->addWidget(rows_);
    bottom->addStretch();
    bottom->addWidget(copyButton);
    bottom->addWidget(save);
    layout->addLayout(bottom);
    copyButton->setAutoDefault(false);
    save->setAutoDefault(false);
    connect(copyButton, &QPushButton::clicked, this, &ValuesDialog::copy);
    connect(save, &QPushButton::clicked, this, &ValuesDialog::saveWanted);
    auto *shortcut = new QShortcut(QKeySequence::Copy, table_);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, &ValuesDialog::copy);
    resize(720, 520);
    updateRows();
}

void ValuesDialog::updateRows()
{
    const std::int64_t first = std::int64_t(model_->page()) * ValuesModel::rowsPerPage;
    rows_->setText(model_->allRows() == 0
            ? model_->values().why()
            : tr("rows %1 – %2 of %3")
                  .arg(exactCountText(first + 1), exactCountText(first + model_->rowCount()),
                      exactCountText(model_->allRows())));
    table_->resizeColumnsToContents();
}

void ValuesDialog::goTo()
{
    const auto element = model_->elementAt(place_->text());
    if (!element) {
        rows_->setText(tr("There is no element [%1]").arg(place_->text()));
        return;
    }
    const QModelIndex index = model_->indexOf(*element);
    page_->setValue(model_->page() + 1);
    updateRows();
    table_->setCurrentIndex(index);
    table_->scrollTo(index, QAbstractItemView::PositionAtCenter);
}

void ValuesDialog::copy()
{
    const bool some = table_->selectionModel()->hasSelection();
    QStringList lines;
    for (int row = 0; row < model_->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model_->columnCount(); ++column) {
            const QModelIndex index = model_->index(row, column);
            if (!some || table_->selectionModel()->isSelected(index)) {
                cells << index.data().toString().replace(QChar(0x2212), QLatin1Char('-'));
            }
        }
        if (!cells.isEmpty()) {
            lines << cells.join(QLatin1Char('\t'));
        }
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/accuracy/accuracy_panel.h"

#include "views/charts/bar_list.h"
#include "views/theme/elided_label.h"
#include "views/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {
namespace {

QString percent(double share)
{
    return QStringLiteral("%1 %").arg(share * 100, 0, 'f', 2);
}

} // namespace

AccuracyPanel::AccuracyPanel(QWidget *parent)
    : QWidget(parent), data_(new QLabel), pixelRow_(new QWidget), pixels_(new QComboBox), figures_(new QLabel),
      evaluate_(new QPushButton(tr("Evaluate"))), layersTitle_(new QLabel(tr("Signal to error per layer"))),
      layers_(new BarList), layersScroll_(new QScrollArea),
      confusionTitle_(new QLabel(tr("Confusion: rows are labels, columns predictions"))), confusion_(new QTableWidget)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(18);
    auto *left = new QVBoxLayout;
    data_->setWordWrap(true);
    data_->setMinimumWidth(1);
    left->addWidget(data_);
    auto *buttons = new QHBoxLayout;
    auto *open = new QPushButton(tr("Open data set…"));
    buttons->addWidget(open);
    buttons->addWidget(evaluate_);
    buttons->addStretch();
    left->addLayout(buttons);
    auto *pixelLayout = new QHBoxLayout(pixelRow_);
    pixelLayout->setContentsMargins(0, 0, 0, 0);
    auto *pixelLabel = new QLabel(tr("&Pixels are"));
    pixelLabel->setBuddy(pixels_);
    pixelLayout->addWidget(pixelLabel);
    pixels_->setEditable(true);
    pixels_->setInsertPolicy(QComboBox::NoInsert);
    pixels_->addItems({tr("guessed"), QStringLiteral("0..1"), QStringLiteral("0..255"), QStringLiteral("-1..1")});
    pixels_->setToolTip(tr("What the pixel values 0 to 255 mean to the model: a range, mean,deviation as 127.5,127.5, "
                           "or lists per channel as 123.7,116.3,103.5/58.4,57.1,57.4"));
    pixels_->setAccessibleName(tr("Range of pixels"));
    pixelLayout->addWidget(pixels_);
    pixelLayout->addStretch();
    left->addWidget(pixelRow_);
    figures_->setTextFormat(Qt::RichText);
    figures_->setWordWrap(true);
    left->addWidget(figures_);
    left->addStretch();
    layout->addLayout(left, 2);
    auto *middle = new QVBoxLayout;
    middle->addWidget(layersTitle_);
    layersScroll_->setWidget(layers_);
    layersScroll_->setWidgetResizable(true);
    layersScroll_->setFrameShape(QFrame::NoFrame);
    middle->addWidget(layersScroll_);
    layout->addLayout(middle, 3);
    auto *right = new QVBoxLayout;
    right->addWidget(confusionTitle_);
    confusion_->setFrameShape(QFrame::NoFrame);
    confusion_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    confusion_->horizontalHeader()->setDefaultSectionSize(38);
    confusion_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    confusion_->setAccessibleName(tr("Confusion matrix"));
    right->addWidget(confusion_);
    layout->addLayout(right, 4);
    connect(open, &QPushButton::clicked, this, &AccuracyPanel::openDataWanted);
    connect(evaluate_, &QPushButton::clicked, this, &AccuracyPanel::evaluateWanted);
    connect(layers_, &BarList::rowActivated, this, [this](int row) {
        if (evaluation_) {
            emit operatorWanted(QString::fromStdString(evaluation_->layers[static_cast<std::size_t>(row)].name));
        }
    });
    connect(pixels_, &QComboBox::textActivated, this, [this] {
        const QString text = pixels_->currentText().trimmed();
        const QString wanted = text == pixels_->itemText(0) ? QString() : text;
        if (wanted != chosenPixels_) {
            emit pixelsChosen(wanted);
        }
    });
    connect(pixels_->lineEdit(), &QLineEdit::returnPressed, this, [this] {
        const QString text = pixels_->currentText().trimmed();
        if (pixels_->findText(text) < 0 && text != chosenPixels_) {
            emit pixelsChosen(text);
        }
    });
    setData({});
    setPixels(false, {});
    setEvaluation(nullptr);
}

void AccuracyPanel::setData(const QString &description)
{
    evaluate_->setEnabled(!description.isEmpty());
    data_->setText(description.isEmpty()
            ? tr("Open a data set to see what the rewrites cost in accuracy, and to calibrate "
                 "quantization on it.")
            : breakable(description));
}

void AccuracyPanel::setPixels(bool any, const QString &chosen)
{
    chosenPixels_ = chosen;
    pixelRow_->setVisible(any);
    showPixels();
}

void AccuracyPanel::showPixels()
{
    const bool guessed = chosenPixels_.isEmpty();
    const auto &use = evaluation_ != nullptr ? evaluation_->use.pixels : std::nullopt;
    pixels_->setItemText(
        0, guessed && use ? tr("guessed: %1").arg(QString::fromStdString(use->text())) : tr("guessed"));
    if (guessed) {
        pixels_->setCurrentIndex(0);
    } else {
        pixels_->setCurrentText(chosenPixels_);
    }
}

void AccuracyPanel::setEvaluation(std::shared_ptr<const Evaluation> evaluation)
{
    evaluation_ = std::move(evaluation);
    showPixels();
    const bool any = evaluation_ != nullptr;
    QString text;
    if (any) {
        const auto row = [&text](const QString &name, const QString &value) {
            text += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align=right><b>%2</b></td></tr>").arg(name, value);
        };
        text = QStringLiteral("<table cellpadding=2>");
        if (evaluation_->otherAccuracy) {
            row(tr("Original"), percent(*evaluation_->otherAccuracy));
        }
        if (evaluation_->accuracy) {
            row(tr("Optimised"), percent(*evaluation_->accuracy));
        }
        if (evaluation_->agreement) {
            row(tr("Same answer"), percent(*evaluation_->agreement));
        }
        if (evaluation_->sqnrDb) {
            row(tr("Signal to error"), QString::fromStdString(sqnrText(*evaluation_->sqnrDb)));
        }
        row(tr("Samples"), QString::number(evaluation_->samples));
        text += QStringLiteral("</table>");
        for (const std::string &note : evaluation_->notes) {
            text += QStringLiteral("<p>%1</p>").arg(QString::fromStdString(note).toHtmlEscaped());
        }
    }
    figures_->setText(text);
    std::vector<BarList::Row> rows;
    if (any) {
        // More than this is as good as identical; the bars of the others stay long enough to compare.
        constexpr double longestBar = 80;
        for (const auto &layer : evaluation_->layers) {
            rows.push_back({QString::fromStdString(layer.name), std::clamp(layer.sqnrDb, 0.0, longestBar),
                QString::fromStdString(sqnrText(layer.sqnrDb)), theme().accent});
        }
    }
    const bool hasLayers = !rows.empty();
    layers_->setRows(std::move(rows));
    layersTitle_->setVisible(hasLayers);
    layersScroll_->setVisible(hasLayers);
    const bool hasConfusion = any && !evaluation_->confusion.empty() && evaluation_->confusion.size() <= 100;
    confusionTitle_->setVisible(hasConfusion);
    confusion_->setVisible(hasConfusion);
    if (!hasConfusion) {
        return;
    }
    const int classes = static_cast<int>(evaluation_->confusion.size());
    confusion_->setRowCount(classes);
    confusion_->setColumnCount(classes);
    QStringList labels;
    for (int index = 0; index < classes; ++index) {
        labels << QString::number(index);
    }
    confusion_->setHorizontalHeaderLabels(labels);
    confusion_->setVerticalHeaderLabels(labels);
    for (int row = 0; row < classes; ++row) {
        const auto &counts = evaluation_->confusion[static_cast<std::size_t>(row)];
        std::int64_t total = 0;
        for (const std::int64_t count : counts) {
            total += count;
        }
        for (int column = 0; column < classes; ++column) {
            const std::int64_t count = counts[static_cast<std::size_t>(column)];
            auto *item = new QTableWidgetItem(count > 0 ? QString::number(count) : QString());
            item->setTextAlignment(Qt::AlignCenter);
            if (count > 0 && total > 0) {
                QColor colour = row == column ? theme().good : theme().bad;
                colour.setAlphaF(0.15F + 0.6F * static_cast<float>(count) / static_cast<float>(total));
                item->setBackground(colour);
            }
            confusion_->setItem(row, column, item);
        }
    }
}

} // namespace tinsmith

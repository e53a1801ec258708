// SPDX-License-Identifier: Apache-2.0
// What the inspector's pages are made of: rows, tensors, quantization, values.
#include "views/inspector/channel_scales.h"
#include "views/inspector/inspector_panel.h"
#include "views/inspector/property_row.h"
#include "views/inspector/tensor_file.h"
#include "views/inspector/value_summary.h"
#include "views/inspector/values_dialog.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>

namespace tinsmith {
namespace {

/// A constant of so few elements is shown whole.
constexpr std::size_t shownWhole = 16;
/// Rows of the table of scales before it scrolls.
constexpr std::size_t scaleRows = 7;

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QLabel *note(const QString &text)
{
    auto *label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

QString zeroPointsText(const Quantization &quantization)
{
    const auto &points = quantization.zeroPoints;
    if (points.empty()) {
        return QStringLiteral("0");
    }
    const auto [least, most] = std::minmax_element(points.begin(), points.end());
    const QString low = valueText(static_cast<double>(*least), 12);
    return *least == *most ? low : QStringLiteral("%1 … %2").arg(low, valueText(static_cast<double>(*most), 12));
}

} // namespace

void InspectorPanel::start(const QString &title, const QString &subtitle)
{
    auto *content = new QWidget;
    layout_ = new QVBoxLayout(content);
    layout_->setContentsMargins(12, 10, 12, 12);
    layout_->setSpacing(6);
    auto *heading = new ValueLabel(title);
    heading->setFont(uiFont(1, true));
    layout_->addWidget(heading);
    if (!subtitle.isEmpty()) {
        auto *name = new ValueLabel(subtitle);
        name->setForegroundRole(QPalette::PlaceholderText);
        layout_->addWidget(name);
    }
    setWidget(content);
}

void InspectorPanel::finish()
{
    layout_->addStretch();
}

void InspectorPanel::addWarning(const QString &title, const QString &text, bool blocks)
{
    constexpr int side = 16;
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    auto *icon = new QLabel;
    icon->setPixmap(themedIcon(blocks ? QStringLiteral("problem-error") : QStringLiteral("problem-warning"))
                        .pixmap(QSize(side, side), devicePixelRatioF()));
    icon->setFixedWidth(side);
    row->addWidget(icon, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout;
    column->setSpacing(1);
    auto *name = new QLabel(title);
    name->setFont(uiFont(0, true));
    column->addWidget(name);
    auto *why = new ValueLabel(text);
    column->addWidget(why);
    row->addLayout(column, 1);
    layout_->addLayout(row);
}

void InspectorPanel::addHeading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setFont(uiFont(0, true));
    label->setContentsMargins(0, 8, 0, 0);
    layout_->addWidget(label);
}

void InspectorPanel::addRow(const QString &name, const QString &value, const QString &tip)
{
    layout_->addWidget(new PropertyRow(name, value, tip));
}

void InspectorPanel::addTensor(TensorId id, const QString &role)
{
    const Tensor &tensor = graph_.tensor(id);
    addHeading(role);
    if (!tensor.name.empty()) {
        addRow(tr("Name"), textOf(tensor.name));
    }
    const auto type = nameOf(tensor.type);
    addRow(tr("Shape"),
        QStringLiteral("%1 %2").arg(
            textOf(tensor.shape.text()), QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size()))));
    QStringList names;
    for (const std::string &name : tensor.dimensionNames) {
        names << (name.empty() ? QStringLiteral("–") : textOf(name));
    }
    if (std::any_of(tensor.dimensionNames.begin(), tensor.dimensionNames.end(),
            [](const std::string &name) { return !name.empty(); })) {
        addRow(tr("Dimensions"), names.join(QStringLiteral(" × ")));
    }
    if (const auto bytes = tensor.bytes()) {
        addRow(tr("Size"), bytesText(*bytes), exactBytesText(*bytes));
    }
    if (tensor.variable) {
        addRow(tr("Variable"), tr("keeps its value"), tr("Keeps its value from one inference to the next"));
    }
    if (tensor.quantization && !tensor.quantization->scales.empty()) {
        addQuantization(tensor);
    }
}

void InspectorPanel::addQuantization(const Tensor &tensor)
{
    const Quantization &quantization = *tensor.quantization;
    if (!quantization.perChannel()) {
        const auto scale = static_cast<double>(quantization.scale());
        addRow(tr("Scale"), valueText(scale, 6), valueText(scale, 17));
        addRow(tr("Zero point"), zeroPointsText(quantization));
    } else {
        addRow(tr("Quantization"),
            tr("%1 channels, axis %2")
                .arg(exactCountText(static_cast<std::int64_t>(quantization.scales.size())))
                .arg(quantization.axis));
        const auto [least, most] = std::minmax_element(quantization.scales.begin(), quantization.scales.end());
        addRow(tr("Scales"),
            QStringLiteral("%1 … %2").arg(
                valueText(static_cast<double>(*least), 4), valueText(static_cast<double>(*most), 4)));
        addRow(quantization.zeroPoints.size() > 1 ? tr("Zero points") : tr("Zero point"), zeroPointsText(quantization));
    }
    if (const QString range = realRangeText(quantization, tensor.type); !range.isEmpty()) {
        addRow(tr("Real range"), range, tr("What the stored type can say with this quantization"));
    }
    if (quantization.perChannel()) {
        auto *table = new QTableView;
        table->setModel(new ChannelScales(quantization, tensor.type, table));
        table->setAccessibleName(tr("Scale and zero point by channel"));
        table->setFont(uiFont(-1));
        table->horizontalHeader()->setFont(uiFont(-1));
        table->horizontalHeader()->setProperty("dense", true);
        table->setShowGrid(false);
        table->setFrameShape(QFrame::NoFrame);
        table->setAlternatingRowColors(true);
        table->setSelectionBehavior(QAbstractItemView::SelectRows);
        table->verticalHeader()->hide();
        const int line = QFontMetrics(uiFont(-1)).height() + 6;
        table->verticalHeader()->setDefaultSectionSize(line);
        table->setWordWrap(false);
        table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
        table->horizontalHeader()->setStretchLastSection(true);
        // The same for all, it stands above.
        const auto &points = quantization.zeroPoints;
        table->setColumnHidden(ChannelScales::ZeroPoint,
            std::adjacent_find(points.begin(), points.end(), std::not_equal_to<>()) == points.end());
        table->horizontalHeader()->setHighlightSections(false);
        const auto rows = static_cast<int>(std::min(quantization.scales.size(), scaleRows));
        table->setFixedHeight((rows + 1) * line + line / 2);
        layout_->addWidget(table);
    }
}

void InspectorPanel::addValues(TensorId id, bool summary)
{
    const Tensor &tensor = graph_.tensor(id);
    const TensorValues values(tensor);
    if (values.kind() == TensorValues::Kind::None) {
        layout_->addWidget(note(values.why()));
        return;
    }
    if (values.count() <= shownWhole) {
        QStringList all;
        for (std::size_t index = 0; index < values.count(); ++index) {
            const QString text = values.text(index);
            all << (values.kind() == TensorValues::Kind::Text ? QStringLiteral("“%1”").arg(text) : text);
        }
        addRow(values.count() == 1 ? tr("Value") : tr("Values"), all.join(QStringLiteral(", ")));
    } else if (values.kind() == TensorValues::Kind::Text) {
        QStringList first;
        for (std::size_t index = 0; index < shownWhole / 2; ++index) {
            first << QStringLiteral("“%1”").arg(values.text(index));
        }
        addRow(tr("Begins with"), first.join(QStringLiteral(", ")));
    } else if (summary) {
        layout_->addWidget(new ValueSummary(values));
    }
    auto *buttons = new QHBoxLayout;
    auto *table = new QPushButton(tr("Table…"));
    table->setProperty("values", true);
    auto *save = new QPushButton(tr("Save %1…").arg(tensorFileSuffix(tensor)));
    save->setToolTip(tr("int4 is saved as int8, bfloat16 as float32: NumPy has no such types"));
    buttons->addWidget(table);
    buttons->addWidget(save);
    buttons->addStretch();
    layout_->addLayout(buttons);
    connect(table, &QPushButton::clicked, this, [this, tensor] { openValues(tensor); });
    connect(save, &QPushButton::clicked, this, [this, tensor] { emit saveTensorWanted(tensor); });
}

void InspectorPanel::openValues(const Tensor &tensor)
{
    auto *dialog = new ValuesDialog(tensor, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ValuesDialog::saveWanted, this, [this, tensor] { emit saveTensorWanted(tensor); });
    dialog->show();
}

} // namespace tinsmith

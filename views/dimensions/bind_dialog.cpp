// SPDX-License-Identifier: Apache-2.0
#include "views/dimensions/bind_dialog.h"

#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace tinsmith {
namespace {

constexpr std::size_t mostPlaces = 4;

QString placesText(const OpenDimension &dimension)
{
    QStringList lines;
    for (std::size_t at = 0; at < dimension.places.size() && at < mostPlaces; ++at) {
        lines << QString::fromStdString(dimension.places[at]);
    }
    if (dimension.places.size() > mostPlaces) {
        lines << BindDialog::tr("and %1 more").arg(dimension.places.size() - mostPlaces);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

BindDialog::BindDialog(const QString &modelName, OpenDimensions open, QWidget *parent)
    : QDialog(parent), open_(std::move(open)), preview_(new QLabel), failure_(new QLabel)
{
    setWindowTitle(tr("Bind dimensions"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(12);
    const std::size_t count = open_.dimensions.size();
    auto *heading = new QLabel(count == 1 ? tr("%1 leaves one dimension open").arg(modelName)
                                          : tr("%1 leaves %2 dimensions open").arg(modelName).arg(count));
    heading->setFont(uiFont(2, true));
    heading->setTextFormat(Qt::PlainText);
    heading->setWordWrap(true);
    layout->addWidget(heading);
    auto *why
        = new QLabel(tr("Memory is planned for fixed sizes. Give each dimension the size that it will have on the "
                        "device; it can be changed later in the Model menu."));
    why->setForegroundRole(QPalette::PlaceholderText);
    why->setWordWrap(true);
    layout->addWidget(why);

    constexpr int usual = 460;
    auto *list = new QWidget;
    addFields(list);
    auto *scroll = new QScrollArea;
    scroll->setWidget(list);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    constexpr int tallest = 360;
    const int width = usual - 2 * 18;
    const int wanted
        = list->layout()->hasHeightForWidth() ? list->layout()->heightForWidth(width) : list->sizeHint().height();
    scroll->setMinimumHeight(std::min(wanted + 4, tallest));
    scroll->setMaximumHeight(wanted + 4);
    layout->addWidget(scroll);

    preview_->setTextFormat(Qt::PlainText);
    preview_->setWordWrap(true);
    preview_->setAccessibleName(tr("Inputs with these sizes"));
    layout->addWidget(preview_);
    failure_->setTextFormat(Qt::PlainText);
    failure_->setWordWrap(true);
    failure_->hide();
    layout->addWidget(failure_);
    layout->addStretch();

    auto *buttons = new QDialogButtonBox;
    bind_ = buttons->addButton(tr("Bind"), QDialogButtonBox::AcceptRole);
    bind_->setProperty("primary", true);
    bind_->setDefault(true);
    const bool bound = std::any_of(
        open_.dimensions.begin(), open_.dimensions.end(), [](const OpenDimension &each) { return each.bound; });
    auto *leave = buttons->addButton(bound ? tr("Cancel") : tr("Leave open"), QDialogButtonBox::RejectRole);
    leave->setToolTip(bound ? tr("The sizes stay as they are") : tr("The model is shown, but not planned"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    refresh();
    resize(usual, layout->hasHeightForWidth() ? layout->heightForWidth(usual) : sizeHint().height());
    if (!fields_.empty()) {
        fields_.front().second->setFocus();
        fields_.front().second->selectAll();
    }
}

void BindDialog::addFields(QWidget *list)
{
    auto *grid = new QGridLayout(list);
    grid->setContentsMargins(0, 0, 8, 0);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const OpenDimension &dimension : open_.dimensions) {
        const QString name = QString::fromStdString(dimension.name);
        auto *title = new QLabel(name);
        title->setFont(uiFont(0, true));
        title->setTextFormat(Qt::PlainText);
        auto *places = new QLabel(placesText(dimension));
        places->setTextFormat(Qt::PlainText);
        places->setForegroundRole(QPalette::PlaceholderText);
        places->setWordWrap(true);
        auto *field = new QSpinBox;
        field->setRange(1, std::numeric_limits<int>::max());
        field->setGroupSeparatorShown(true);
        field->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        field->setValue(static_cast<int>(std::clamp<std::int64_t>(dimension.size, 1, std::numeric_limits<int>::max())));
        field->setAccessibleName(tr("Size of %1").arg(name));
        field->setToolTip(tr("A whole number from 1"));
        field->setMinimumWidth(120);
        title->setBuddy(field);
        grid->addWidget(title, row, 0);
        grid->addWidget(places, row + 1, 0);
        grid->addWidget(field, row, 1, 2, 1, Qt::AlignTop | Qt::AlignRight);
        grid->setRowMinimumHeight(row + 2, 10);
        row += 3;
        fields_.emplace_back(dimension.name, field);
        connect(field, &QSpinBox::valueChanged, this, [this] {
            failure_->hide();
            refresh();
        });
    }
    grid->setRowStretch(row, 1);
}

QString BindDialog::previewText() const
{
    QStringList lines;
    const auto sizes = bindings();
    for (std::size_t at = 0; at < open_.inputs.size() && at < mostPlaces; ++at) {
        const Tensor tensor = boundInput(open_.inputs[at], sizes);
        const auto type = nameOf(tensor.type);
        const auto bytes = tensor.bytes();
        lines << tr("%1 becomes %2 %3 · %4")
                     .arg(QString::fromStdString(tensor.name), QString::fromStdString(tensor.shape.text()),
                         QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size())),
                         bytes ? bytesText(*bytes) : tr("too large"));
    }
    if (open_.inputs.size() > mostPlaces) {
        lines << tr("and %1 more").arg(open_.inputs.size() - mostPlaces);
    }
    return lines.join(QLatin1Char('\n'));
}

void BindDialog::refresh()
{
    preview_->setText(previewText());
}

void BindDialog::setFailure(const std::map<std::string, std::int64_t> &bindings, const QString &why)
{
    for (const auto &[name, field] : fields_) {
        if (const auto size = bindings.find(name); size != bindings.end()) {
            field->setValue(
                static_cast<int>(std::clamp<std::int64_t>(size->second, 1, std::numeric_limits<int>::max())));
        }
    }
    QPalette colours = failure_->palette();
    colours.setColor(QPalette::WindowText, theme().bad);
    failure_->setPalette(colours);
    failure_->setText(tr("The model does not open with these sizes: %1").arg(why));
    failure_->show();
    resize(width(), layout()->hasHeightForWidth() ? layout()->heightForWidth(width()) : sizeHint().height());
}

std::map<std::string, std::int64_t> BindDialog::bindings() const
{
    std::map<std::string, std::int64_t> sizes;
    for (const auto &[name, field] : fields_) {
        sizes[name] = field->value();
    }
    return sizes;
}

} // namespace tinsmith

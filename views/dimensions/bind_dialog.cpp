// SPDX-License-Identifier: Apache-2.0
#include "views/dimensions/bind_dialog.h"

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

BindDialog::BindDialog(const QString &modelName, const std::vector<OpenDimension> &dimensions, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Bind dimensions"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(12);
    auto *heading
        = new QLabel(dimensions.size() == 1 ? tr("%1 leaves one dimension open").arg(modelName)
                                            : tr("%1 leaves %2 dimensions open").arg(modelName).arg(dimensions.size()));
    heading->setFont(uiFont(2, true));
    heading->setWordWrap(true);
    layout->addWidget(heading);
    auto *why
        = new QLabel(tr("Memory is planned for fixed sizes. Give each dimension the size that it will have on the "
                        "device; it can be changed later in the Model menu."));
    why->setForegroundRole(QPalette::PlaceholderText);
    why->setWordWrap(true);
    layout->addWidget(why);

    auto *list = new QWidget;
    auto *grid = new QGridLayout(list);
    grid->setContentsMargins(0, 0, 8, 0);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const OpenDimension &dimension : dimensions) {
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
        field->setValue(static_cast<int>(std::clamp<std::int64_t>(dimension.size, 1, std::numeric_limits<int>::max())));
        field->setAccessibleName(tr("Size of %1").arg(name));
        field->setMinimumWidth(120);
        title->setBuddy(field);
        grid->addWidget(title, row, 0);
        grid->addWidget(places, row + 1, 0);
        grid->addWidget(field, row, 1, 2, 1, Qt::AlignTop | Qt::AlignRight);
        grid->setRowMinimumHeight(row + 2, 10);
        row += 3;
        fields_.emplace_back(dimension.name, field);
    }
    grid->setRowStretch(row, 1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(list);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    constexpr int tallest = 360;
    scroll->setMinimumHeight(std::min(list->sizeHint().height() + 4, tallest));
    layout->addWidget(scroll, 1);

    auto *buttons = new QDialogButtonBox;
    auto *bind = buttons->addButton(tr("Bind"), QDialogButtonBox::AcceptRole);
    bind->setProperty("primary", true);
    bind->setDefault(true);
    auto *leave = buttons->addButton(tr("Leave open"), QDialogButtonBox::RejectRole);
    leave->setToolTip(tr("The model is shown, but not planned"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    constexpr int usual = 460;
    resize(usual, sizeHint().height());
    if (!fields_.empty()) {
        fields_.front().second->setFocus();
        fields_.front().second->selectAll();
    }
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

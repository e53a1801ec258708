// SPDX-License-Identifier: Apache-2.0
#include "views/welcome/welcome_page.h"

#include "views/theme/elided_label.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QCheckBox>
#include <QCommandLinkButton>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

QVBoxLayout *section(QWidget *box, const QString &title)
{
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto *heading = new QLabel(title);
    heading->setFont(uiFont(0, true));
    layout->addWidget(heading);
    auto *list = new QVBoxLayout;
    list->setSpacing(6);
    layout->addLayout(list);
    layout->addStretch();
    return list;
}

} // namespace

WelcomePage::WelcomePage(QWidget *parent)
    : QWidget(parent), reopen_(new QCheckBox(tr("Reopen the last document at start"))), recentBox_(new QWidget),
      examplesBox_(new QWidget), recent_(section(recentBox_, tr("Recent"))),
      examples_(section(examplesBox_, tr("Built-in examples")))
{
    auto *outer = new QVBoxLayout(this);
    outer->addStretch(2);
    auto *title = new QLabel(tr("Make a network fit"));
    title->setFont(uiFont(12, true));
    title->setAlignment(Qt::AlignCenter);
    outer->addWidget(title);
    auto *hint = new QLabel(tr("Drop a .tflite or .onnx here, or open one."));
    hint->setFont(uiFont(1));
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setAlignment(Qt::AlignCenter);
    outer->addWidget(hint);
    outer->addSpacing(14);
    auto *open = new QPushButton(tr("Open model…"));
    open->setProperty("primary", true);
    open->setMinimumHeight(36);
    open->setMinimumWidth(180);
    outer->addWidget(open, 0, Qt::AlignCenter);
    outer->addSpacing(28);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(28);
    columns->addStretch(1);
    for (QWidget *box : {recentBox_, examplesBox_}) {
        box->setMinimumWidth(220);
        box->setMaximumWidth(420);
        columns->addWidget(box, 2);
    }
    columns->addStretch(1);
    outer->addLayout(columns);
    outer->addStretch(3);
    recentBox_->layout()->addWidget(reopen_);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openWanted);
    connect(reopen_, &QCheckBox::toggled, this, &WelcomePage::reopenAtStartChanged);
}

void WelcomePage::fill(QVBoxLayout *list, const QStringList &files, bool showFolder)
{
    while (QLayoutItem *item = list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString &file : files) {
        const QFileInfo info(file);
        constexpr int longestName = 34;
        constexpr int longestFolder = 44;
        QString name = shortMiddle(info.fileName(), longestName);
        name.replace(QLatin1Char('&'), QStringLiteral("&&"));
        const QString folder = shortMiddle(info.absolutePath(), longestFolder) + QStringLiteral(" · ");
        auto *button = new QCommandLinkButton(name, (showFolder ? folder : QString()) + bytesText(info.size()));
        button->setIcon({});
        button->setToolTip(file);
        list->addWidget(button);
        connect(button, &QCommandLinkButton::clicked, this, [this, file] { emit fileWanted(file); });
    }
}

void WelcomePage::setRecent(const QStringList &files)
{
    fill(recent_, files, true);
    recentBox_->setVisible(!files.isEmpty());
}

void WelcomePage::setReopenAtStart(bool reopen)
{
    const QSignalBlocker quiet(reopen_);
    reopen_->setChecked(reopen);
}

void WelcomePage::setExamples(const QStringList &files)
{
    fill(examples_, files, false);
    examplesBox_->setVisible(!files.isEmpty());
}

} // namespace tinsmith

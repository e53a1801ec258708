// SPDX-License-Identifier: Apache-2.0
#include "app/studio/recovery_dialog.h"

#include "views/theme/elided_label.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

QString lineOf(const RecoveryNote &note)
{
    const QString steps
        = note.steps == 1 ? RecoveryDialog::tr("1 step") : RecoveryDialog::tr("%1 steps").arg(note.steps);
    const QString name = shortMiddle(note.title, 60);
    return note.time.isValid()
        ? QStringLiteral("%1 · %2 · %3").arg(name, steps, QLocale().toString(note.time, QLocale::ShortFormat))
        : QStringLiteral("%1 · %2").arg(name, steps);
}

} // namespace

RecoveryDialog::RecoveryDialog(std::vector<std::unique_ptr<RecoveryFile>> files, QWidget *parent)
    : QDialog(parent), files_(std::move(files)), list_(new QListWidget), recover_(new QPushButton(tr("Recover"))),
      discard_(new QPushButton(tr("Discard")))
{
    setWindowTitle(tr("Recover unsaved work"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    auto *heading = new QLabel(files_.size() == 1 ? tr("A document was not saved") : tr("Documents were not saved"));
    heading->setFont(uiFont(2, true));
    layout->addWidget(heading);
    auto *why
        = new QLabel(tr("Tinsmith ended before the steps applied to it were saved. Recover them, discard them, or "
                        "decide when Tinsmith starts again."));
    why->setWordWrap(true);
    why->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(why);
    list_->setAccessibleName(tr("Unsaved documents"));
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const auto &file : files_) {
        auto *item = new QListWidgetItem(lineOf(file->note()));
        item->setToolTip(file->note().projectFile.isEmpty() ? file->note().title : file->note().projectFile);
        list_->addItem(item);
    }
    list_->setCurrentRow(0);
    layout->addWidget(list_, 1);
    auto *buttons = new QHBoxLayout;
    auto *later = new QPushButton(tr("Later"));
    buttons->addWidget(discard_);
    buttons->addStretch();
    buttons->addWidget(later);
    buttons->addWidget(recover_);
    recover_->setProperty("primary", true);
    recover_->setDefault(true);
    layout->addLayout(buttons);
    resize(460, 300);
    connect(later, &QPushButton::clicked, this, &QDialog::reject);
    connect(discard_, &QPushButton::clicked, this, &RecoveryDialog::discard);
    connect(recover_, &QPushButton::clicked, this, [this] {
        accept();
        emit recoverWanted();
    });
    connect(list_, &QListWidget::itemActivated, recover_, &QPushButton::click);
}

RecoveryDialog::~RecoveryDialog() = default;

std::unique_ptr<RecoveryFile> RecoveryDialog::takeChosen()
{
    const int row = list_->currentRow();
    return row >= 0 ? std::move(files_[static_cast<std::size_t>(row)]) : nullptr;
}

void RecoveryDialog::discard()
{
    const int row = list_->currentRow();
    if (row < 0) {
        return;
    }
    files_[static_cast<std::size_t>(row)]->remove();
    files_.erase(files_.begin() + row);
    delete list_->takeItem(row);
    if (files_.empty()) {
        reject();
    }
}

} // namespace tinsmith

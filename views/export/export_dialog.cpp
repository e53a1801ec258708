// SPDX-License-Identifier: Apache-2.0
#include "views/export/export_dialog.h"

#include "core/graph/error.h"
#include "core/session/fit.h"
#include "core/targets/platform.h"
#include "views/budget/target_model.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QThreadPool>
#include <QVBoxLayout>

#include <cmath>

namespace tinsmith {
namespace {

constexpr std::size_t recordedVectorCount = 4;

} // namespace

ExportDialog::ExportDialog(std::shared_ptr<const SessionState> state, std::optional<DataSet> dataSet,
    PackageOrigin origin, const QString &modelName, QWidget *parent)
    : QDialog(parent), state_(std::move(state)), data_(std::move(dataSet)), origin_(std::move(origin)),
      name_(new QLineEdit(modelName)),
      folder_(new QLineEdit(
          QDir::home().filePath(modelName + QStringLiteral("-") + QString::fromStdString(state_->target.id)))),
      table_(new QTableWidget), status_(new QLabel), unfit_(new QLabel), progress_(new QProgressBar),
      export_(new QPushButton(tr("Export"))), verify_(new QPushButton(tr("Verify on emulator")))
{
    setWindowTitle(tr("Export firmware package"));
    auto *layout = new QVBoxLayout(this);
    auto *form = new QFormLayout;
    auto *target = new QLabel(
        QStringLiteral("%1 · %2").arg(QString::fromStdString(state_->target.name), summaryOf(state_->target)));
    form->addRow(tr("Target"), target);
    QStringList unproved;
    for (const std::string &fact : unprovedFacts(state_->target)) {
        unproved << QString::fromStdString(fact);
    }
    if (!unproved.isEmpty()) {
        auto *note = new QLabel(unproved.join(QLatin1Char('\n')));
        note->setWordWrap(true);
        note->setObjectName(QStringLiteral("unproved"));
        form->addRow(tr("Not proved"), note);
    }
    form->addRow(tr("Package"), new QLabel(tr("CMake: C99 sources, weights, API header, self-test, manifest")));
    form->addRow(tr("C name prefix"), name_);
    auto *folderRow = new QHBoxLayout;
    folderRow->addWidget(folder_, 1);
    auto *browse = new QPushButton(tr("Choose…"));
    folderRow->addWidget(browse);
    form->addRow(tr("Folder"), folderRow);
    layout->addLayout(form);

    table_->setColumnCount(3);
    table_->setHorizontalHeaderLabels({QString(), tr("Planned"), tr("Measured")});
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->setShowGrid(false);
    table_->setAccessibleName(tr("Figures of the package"));
    layout->addWidget(table_, 1);
    unfit_->setWordWrap(true);
    unfit_->setObjectName(QStringLiteral("unfit"));
    unfit_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    unfit_->hide();
    layout->addWidget(unfit_);
    status_->setWordWrap(true);
    status_->setObjectName(QStringLiteral("status"));
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(status_);
    progress_->setRange(0, 100);
    progress_->setTextVisible(false);
    layout->addWidget(progress_);

    auto *buttons = new QHBoxLayout;
    auto *close = new QPushButton(tr("Close"));
    buttons->addWidget(close);
    buttons->addStretch();
    buttons->addWidget(verify_);
    buttons->addWidget(export_);
    export_->setProperty("primary", true);
    export_->setDefault(true);
    layout->addLayout(buttons);
    resize(620, 560);

    connect(browse, &QPushButton::clicked, this, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(this, tr("Folder for the package"), folder_->text());
        if (!chosen.isEmpty()) {
            folder_->setText(QDir(chosen).filePath(name_->text()));
        }
    });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(export_, &QPushButton::clicked, this, [this] { write(false); });
    connect(verify_, &QPushButton::clicked, this, &ExportDialog::verifyPackage);
    connect(name_, &QLineEdit::editingFinished, this, [this] {
        if (!busy_ && package_ != nullptr) {
            makePackage();
        }
    });
    makePackage();
}

ExportDialog::~ExportDialog()
{
    cancelled_->store(true);
}

void ExportDialog::setBusy(bool busy, const QString &what)
{
    busy_ = busy;
    progress_->setVisible(busy);
    progress_->setValue(0);
    if (busy) {
        status_->setText(what);
    }
    export_->setEnabled(!busy && package_ != nullptr);
    verify_->setEnabled(!busy && package_ != nullptr && isProved(state_->target));
    name_->setEnabled(!busy);
}

void ExportDialog::fail(const QString &what, const QString &why)
{
    setBusy(false);
    status_->setText(QStringLiteral("%1: %2").arg(what, why));
}

void ExportDialog::makePackage()
{
    setBusy(true, tr("Making the package…"));
    progress_->setRange(0, 0);
    PackageOptions options;
    options.modelName = name_->text().toStdString();
    const QPointer<ExportDialog> self(this);
    QThreadPool::globalInstance()->start([self, options, analysis = state_->optimised, data = data_, origin = origin_] {
        std::shared_ptr<const Package> package;
        QString problem;
        try {
            package = std::make_shared<const Package>(
                packageFor(*analysis, data ? &*data : nullptr, recordedVectorCount, options, origin));
        } catch (const std::exception &error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, package, problem] {
            if (self.isNull()) {
                return;
            }
            self->progress_->setRange(0, 100);
            if (package) {
                self->showPackage(package);
            } else {
                self->fail(tr("This model cannot be exported"), problem);
            }
        });
    });
}

void ExportDialog::addRow(const QString &name, const QString &planned, const QString &measured)
{
    const int row = table_->rowCount();
    table_->insertRow(row);
    table_->setItem(row, 0, new QTableWidgetItem(name));
    for (const auto &[column, text] : {std::pair(1, planned), std::pair(2, measured)}) {
        auto *item = new QTableWidgetItem(text);
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table_->setItem(row, column, item);
    }
}

void ExportDialog::setMeasured(const QString &name, const QString &measured)
{
    for (int row = 0; row < table_->rowCount(); ++row) {
        if (table_->item(row, 0)->text() == name) {
            table_->item(row, 2)->setText(measured);
            return;
        }
    }
    addRow(name, QString(), measured);
}

void ExportDialog::showPackage(std::shared_ptr<const Package> package)
{
    package_ = std::move(package);
    table_->setRowCount(0);
    const Estimate &estimate = *state_->optimised->estimate;
    std::size_t bytes = 0;
    for (const PackageFile &file : package_->files) {
        bytes += file.content.size();
    }
    addRow(tr("Arena"), exactBytesText(package_->arenaBytes));
    addRow(tr("Weights"), exactBytesText(package_->weightBytes));
    addRow(tr("Code"), tr("%1 (modelled)").arg(bytesText(estimate.codeBytes)));
    addRow(tr("Stack"), tr("%1 (modelled)").arg(bytesText(estimate.stackBytes)));
    addRow(tr("RAM"), bytesText(estimate.ramBytes));
    addRow(tr("Flash"), bytesText(estimate.flashBytes));
    addRow(tr("Instructions"), tr("%1 (modelled)").arg(countText(estimate.instructions)));
    addRow(tr("Outputs"), QString());
    setBusy(false);
    showFit(estimate.ramBytes, estimate.flashBytes, false);
    const QString name = QString::fromStdString(package_->modelName);
    status_->setText((name == name_->text() ? QString() : tr("The C names begin with \"%1\". ").arg(name))
        + tr("%1 files, %2. Nothing is written yet.")
              .arg(package_->files.size())
              .arg(bytesText(static_cast<std::int64_t>(bytes))));
}

void ExportDialog::showFit(std::int64_t ramBytes, std::int64_t flashBytes, bool measured)
{
    const Target &target = state_->target;
    const Fit fit = fitOf(ramBytes, flashBytes, target);
    QStringList parts;
    const auto add = [&](const QString &memory, std::int64_t over, std::int64_t limit) {
        if (over > 0) {
            parts.append(tr("%1 more %2 than its %3").arg(exactBytesText(over), memory, bytesText(limit)));
        }
    };
    add(tr("RAM"), fit.ramOver(), fit.ramLimit);
    add(tr("flash"), fit.flashOver(), fit.flashLimit);
    const QString name = QString::fromStdString(target.name);
    const QString needs = parts.join(tr(" and "));
    unfit_->setText(measured ? tr("Does not fit %1: as measured it needs %2.").arg(name, needs)
                             : tr("Does not fit %1: as planned it needs %2.").arg(name, needs));
    unfit_->setVisible(!fit.fits());
}

void ExportDialog::write(bool force)
{
    try {
        WriteOptions options;
        options.force = force;
        writePackage(*package_, folder_->text().toStdString(), options);
        status_->setText(tr("Written to %1. Its README.md says how to build it.").arg(folder_->text()));
    } catch (const EditedFilesError &edited) {
        askAboutEdits(edited);
    } catch (const Error &error) {
        QMessageBox::warning(
            this, tr("Export"), tr("The package was not written.\n\n%1").arg(QString::fromUtf8(error.what())));
    }
}

void ExportDialog::askAboutEdits(const EditedFilesError &edited)
{
    QStringList names;
    for (const std::string &file : edited.files()) {
        names.append(QString::fromStdString(file));
    }
    constexpr qsizetype shown = 8;
    QString list = names.mid(0, shown).join(QLatin1Char('\n'));
    if (names.size() > shown) {
        list += QLatin1Char('\n') + tr("and %n more", nullptr, static_cast<int>(names.size() - shown));
    }
    QMessageBox question(QMessageBox::Question, tr("Export"),
        tr("These files were edited after the last export. Replace them?"), QMessageBox::Cancel, this);
    question.setInformativeText(list);
    if (names.size() > shown) {
        question.setDetailedText(names.join(QLatin1Char('\n')));
    }
    const QAbstractButton *replace = question.addButton(tr("Replace"), QMessageBox::DestructiveRole);
    question.setDefaultButton(QMessageBox::Cancel);
    question.exec();
    if (question.clickedButton() == replace) {
        write(true);
    } else {
        status_->setText(tr("Nothing was written: files in %1 were edited.").arg(folder_->text()));
    }
}

void ExportDialog::verifyPackage()
{
    setBusy(true, tr("Building for %1…").arg(QString::fromStdString(state_->target.name)));
    const QPointer<ExportDialog> self(this);
    QThreadPool::globalInstance()->start(
        [self, package = package_, analysis = state_->optimised, data = data_, flag = cancelled_] {
            std::optional<Verification> result;
            QString problem;
            try {
                const auto vectors = recordedVectors(analysis->graph, data ? &*data : nullptr, recordedVectorCount);
                const Progress progress([self, flag](double share, const std::string &phase) {
                    QMetaObject::invokeMethod(qApp, [self, share, phase] {
                        if (!self.isNull()) {
                            self->progress_->setValue(static_cast<int>(share * 100));
                            self->status_->setText(QString::fromStdString(phase));
                        }
                    });
                    return !flag->load();
                });
                result = verify(*package, analysis->target, vectors, progress);
            } catch (const std::exception &error) {
                problem = QString::fromUtf8(error.what());
            }
            QMetaObject::invokeMethod(qApp, [self, result, problem] {
                if (self.isNull()) {
                    return;
                }
                if (result) {
                    self->showVerification(*result);
                } else {
                    self->fail(tr("Not verified"), problem);
                }
            });
        });
}

void ExportDialog::showVerification(const Verification &result)
{
    const Measurement &seen = result.measurement;
    setMeasured(tr("Arena"), exactBytesText(seen.arenaBytes));
    setMeasured(tr("Weights"), exactBytesText(seen.weightsBytes));
    setMeasured(tr("Code"), exactBytesText(seen.codeBytes));
    setMeasured(tr("Stack"), exactBytesText(seen.stackBytes));
    setMeasured(tr("RAM"), exactBytesText(seen.ramBytes));
    setMeasured(tr("Flash"), exactBytesText(seen.flashBytes));
    setMeasured(tr("Instructions"), exactCountText(std::llround(seen.instructions)));
    setMeasured(tr("Outputs"),
        result.exact ? tr("all %1 equal").arg(exactCountText(result.elements))
            : result.holds()
            ? tr("equal in float")
            : tr("%1 of %2 differ").arg(exactCountText(result.mismatches), exactCountText(result.elements)));
    setBusy(false);
    showFit(seen.ramBytes, seen.flashBytes, true);
    status_->setText(result.exact
            ? tr("Verified on %1: bit for bit what this computer computes.").arg(QString::fromStdString(seen.machine))
            : result.holds() ? tr("Verified on %1: equal in float, differences up to %2.")
                                   .arg(QString::fromStdString(seen.machine))
                                   .arg(result.maxAbsDifference)
                             : tr("Not equal on %1: differences up to %2.")
                                   .arg(QString::fromStdString(seen.machine))
                                   .arg(result.maxAbsDifference));
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "app/studio/autosave.h"

#include "app/studio/document_controller.h"

#include <QApplication>
#include <QPointer>
#include <QThreadPool>

#include <exception>

namespace tinsmith {

Autosave::Autosave(DocumentController &document, QString folder, QObject *parent)
    : QObject(parent), document_(document), folder_(std::move(folder))
{
    // Changes of one event, for example of a recipe and its data, are one copy.
    soon_.setSingleShot(true);
    soon_.setInterval(0);
    connect(&soon_, &QTimer::timeout, this, &Autosave::write);
    connect(&document_, &DocumentController::documentChanged, this, [this] {
        discard();
        changed();
    });
    connect(&document_, &DocumentController::stateChanged, this, &Autosave::changed);
    connect(&document_, &DocumentController::dataChanged, this, &Autosave::changed);
}

Autosave::~Autosave() = default;

void Autosave::changed()
{
    if (folder_.isEmpty()) {
        return;
    }
    if (document_.hasUnsavedWork()) {
        soon_.start();
    } else {
        discard();
    }
}

void Autosave::discard()
{
    soon_.stop();
    again_ = false;
    if (file_) {
        file_->remove();
        file_.reset();
    }
    if (replaced_) {
        replaced_->remove();
        replaced_.reset();
    }
}

void Autosave::replaces(std::unique_ptr<RecoveryFile> file)
{
    replaced_ = std::move(file);
}

void Autosave::write()
{
    if (writing_) {
        again_ = true;
        return;
    }
    if (!document_.hasUnsavedWork()) {
        return;
    }
    if (!file_) {
        file_ = RecoveryFile::create(folder_);
    }
    if (!file_) {
        if (!complained_) {
            complained_ = true;
            emit failed(tr("The folder %1 cannot be written").arg(folder_));
        }
        return;
    }
    RecoveryNote note;
    note.title = document_.title();
    note.projectFile = QString::fromStdString(document_.session().projectFile().string());
    note.steps = static_cast<int>(document_.state()->recipe.steps.size());
    note.time = QDateTime::currentDateTime();
    writing_ = true;
    const QPointer<Autosave> self(this);
    QThreadPool::globalInstance()->start(
        [self, file = file_, version = file_->nextVersion(), note, project = document_.session().project()] {
            QString problem;
            try {
                file->write(project, note, version);
            } catch (const std::exception &error) {
                problem = QString::fromUtf8(error.what());
            }
            QMetaObject::invokeMethod(qApp, [self, problem] {
                if (self.isNull()) {
                    return;
                }
                self->writing_ = false;
                if (problem.isEmpty()) {
                    if (self->replaced_) {
                        self->replaced_->remove();
                        self->replaced_.reset();
                    }
                } else if (!self->complained_) {
                    self->complained_ = true;
                    emit self->failed(problem);
                }
                if (self->again_) {
                    self->again_ = false;
                    self->changed();
                }
            });
        });
}

} // namespace tinsmith

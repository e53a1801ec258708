// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/recovery.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace tinsmith {

class DocumentController;

/// Keeps a copy of the unsaved document in a recovery file, written in a worker after each change, and removes it when
/// the document is saved, closed or unchanged again. What a killed process leaves is offered by the next one.
class Autosave : public QObject {
    Q_OBJECT
public:
    /// An empty folder keeps nothing.
    Autosave(DocumentController &document, QString folder, QObject *parent = nullptr);
    ~Autosave() override;
    const QString &folder() const { return folder_; }
    /// `file` goes once the present document, which was recovered from it, has been copied again, saved or closed.
    void replaces(std::unique_ptr<RecoveryFile> file);
    /// Removes the copy: the person has said that the changes may go.
    void discard();
    bool writing() const { return writing_; }

signals:
    /// The copy could not be written; said once.
    void failed(const QString &why);

private:
    void changed();
    void write();

    DocumentController &document_;
    QString folder_;
    /// Shared with the worker.
    std::shared_ptr<RecoveryFile> file_;
    std::unique_ptr<RecoveryFile> replaced_;
    QTimer soon_;
    bool writing_ = false;
    bool again_ = false;
    bool complained_ = false;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/project_file.h"

#include <QDateTime>
#include <QLockFile>
#include <QString>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace tinsmith {

/// What is said of a document that was not saved before the program ended.
struct RecoveryNote {
    /// "digits.tflite"
    QString title;
    /// The project that it was saved as; empty: it never was.
    QString projectFile;
    int steps = 0;
    QDateTime time;
};

/// One recovery file: a project with the unsaved document, its note beside it, and a lock that lives as long as the
/// process that it belongs to. `ID.tinsmith`, `ID.json`, `ID.lock` in the recovery folder.
class RecoveryFile {
public:
    /// A new one, locked by this process. Nothing is written before write().
    static std::unique_ptr<RecoveryFile> create(const QString &folder);
    /// Those whose process has ended without removing them, each locked by this process from now on, newest first.
    static std::vector<std::unique_ptr<RecoveryFile>> abandoned(const QString &folder);
    /// The folder of the user's own.
    static QString defaultFolder();

    /// Unlocks; the file stays.
    ~RecoveryFile() = default;
    RecoveryFile(const RecoveryFile &) = delete;
    RecoveryFile &operator=(const RecoveryFile &) = delete;

    const RecoveryNote &note() const { return note_; }
    QString projectPath() const;
    /// Counts write() and remove() in the order in which they are asked for.
    int nextVersion() { return ++version_; }
    /// Writes atomically, unless a newer version has been asked for since: may run in a worker. Throws SystemError.
    void write(const Project &project, const RecoveryNote &note, int version);
    /// What is written, and what a worker still writes, goes. Does not wait for a worker.
    void remove();

private:
    RecoveryFile(QString folder, QString id);
    bool lock();
    void erase();
    QString path(const char *suffix) const;

    QString folder_;
    QString id_;
    RecoveryNote note_;
    QLockFile lock_;
    std::mutex writing_;
    std::atomic<int> version_ = 0;
};

} // namespace tinsmith

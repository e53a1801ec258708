// SPDX-License-Identifier: Apache-2.0
#include "app/studio/recovery.h"

#include "core/formats/atomic_file.h"
#include "core/graph/error.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QUuid>

#include <algorithm>
#include <span>

namespace tinsmith {
namespace {

constexpr const char *projectSuffix = ".tinsmith";
constexpr const char *noteSuffix = ".json";
constexpr const char *lockSuffix = ".lock";

QByteArray toJson(const RecoveryNote &note)
{
    return QJsonDocument(
        QJsonObject{{QStringLiteral("title"), note.title}, {QStringLiteral("project"), note.projectFile},
            {QStringLiteral("steps"), note.steps}, {QStringLiteral("time"), note.time.toString(Qt::ISODate)}})
        .toJson();
}

RecoveryNote noteFrom(const QString &path)
{
    // What is missing or damaged is left empty: the project beside it counts.
    RecoveryNote note;
    QFile file(path);
    constexpr qint64 most = 1 << 20;
    if (file.open(QIODevice::ReadOnly)) {
        const QJsonObject json = QJsonDocument::fromJson(file.read(most)).object();
        note.title = json.value(QStringLiteral("title")).toString();
        note.projectFile = json.value(QStringLiteral("project")).toString();
        note.steps = json.value(QStringLiteral("steps")).toInt();
        note.time = QDateTime::fromString(json.value(QStringLiteral("time")).toString(), Qt::ISODate);
    }
    return note;
}

} // namespace

RecoveryFile::RecoveryFile(QString folder, QString id)
    : folder_(std::move(folder)), id_(std::move(id)), lock_(path(lockSuffix))
{
    // A lock is broken when its process is gone, however old it is.
    lock_.setStaleLockTime(0);
}

QString RecoveryFile::path(const char *suffix) const
{
    return QDir(folder_).filePath(id_ + QLatin1String(suffix));
}

QString RecoveryFile::projectPath() const
{
    return path(projectSuffix);
}

QString RecoveryFile::defaultFolder()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation))
        .filePath(QStringLiteral("recovery"));
}

bool RecoveryFile::lock()
{
    return lock_.tryLock(0);
}

std::unique_ptr<RecoveryFile> RecoveryFile::create(const QString &folder)
{
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        return nullptr;
    }
    std::unique_ptr<RecoveryFile> file(new RecoveryFile(folder, QUuid::createUuid().toString(QUuid::WithoutBraces)));
    return file->lock() ? std::move(file) : nullptr;
}

std::vector<std::unique_ptr<RecoveryFile>> RecoveryFile::abandoned(const QString &folder)
{
    std::vector<std::unique_ptr<RecoveryFile>> found;
    if (folder.isEmpty()) {
        return found;
    }
    const QDir dir(folder);
    for (const QString &name : dir.entryList({QStringLiteral("*") + QLatin1String(projectSuffix)}, QDir::Files)) {
        std::unique_ptr<RecoveryFile> file(new RecoveryFile(folder, name.chopped(qsizetype(qstrlen(projectSuffix)))));
        if (file->lock()) {
            file->note_ = noteFrom(file->path(noteSuffix));
            if (file->note_.title.isEmpty()) {
                file->note_.title = name;
            }
            found.push_back(std::move(file));
        }
    }
    std::stable_sort(
        found.begin(), found.end(), [](const auto &a, const auto &b) { return a->note_.time > b->note_.time; });
    return found;
}

void RecoveryFile::write(const Project &project, const RecoveryNote &note, int version)
{
    {
        const std::lock_guard guard(writing_);
        if (version != version_) {
            return;
        }
        const QByteArray json = toJson(note);
        writeFileAtomically(path(noteSuffix).toStdString(),
            std::as_bytes(std::span(json.constData(), static_cast<std::size_t>(json.size()))));
        writeProject(project, path(projectSuffix).toStdString());
        note_ = note;
    }
    // Removed in the meantime: see remove().
    if (version_ < 0) {
        const std::lock_guard guard(writing_);
        erase();
    }
}

void RecoveryFile::remove()
{
    // Negative: whoever is writing removes it.
    version_ = -1 - std::abs(version_.load());
    if (writing_.try_lock()) {
        erase();
        writing_.unlock();
    }
}

void RecoveryFile::erase()
{
    QFile::remove(path(projectSuffix));
    QFile::remove(path(noteSuffix));
}

} // namespace tinsmith

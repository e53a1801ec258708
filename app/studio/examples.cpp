// SPDX-License-Identifier: Apache-2.0
#include "app/studio/examples.h"

#include <QCoreApplication>
#include <QDir>

namespace tinsmith {

QStringList exampleFiles()
{
    const QStringList folders = {QCoreApplication::applicationDirPath() + QStringLiteral("/../share/tinsmith/examples"),
        QStringLiteral(TINSMITH_EXAMPLES_SOURCE)};
    for (const QString &folder : folders) {
        QStringList files;
        const QDir directory(folder);
        for (const QString &name :
            directory.entryList({QStringLiteral("*.tflite"), QStringLiteral("*.onnx")}, QDir::Files)) {
            files << directory.absoluteFilePath(name);
        }
        if (!files.isEmpty()) {
            return files;
        }
    }
    return {};
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/recovery.h"

#include <QDialog>

#include <memory>
#include <vector>

class QListWidget;
class QPushButton;

namespace tinsmith {

/// Offers the documents that earlier runs have left unsaved: recover one, discard it, or decide the next time.
class RecoveryDialog : public QDialog {
    Q_OBJECT
public:
    explicit RecoveryDialog(std::vector<std::unique_ptr<RecoveryFile>> files, QWidget *parent = nullptr);
    ~RecoveryDialog() override;
    /// The one to recover, after recoverWanted().
    std::unique_ptr<RecoveryFile> takeChosen();

signals:
    /// The dialog is closed; the other documents stay for the next time.
    void recoverWanted();

private:
    void discard();

    std::vector<std::unique_ptr<RecoveryFile>> files_;
    QListWidget *list_;
    QPushButton *recover_;
    QPushButton *discard_;
};

} // namespace tinsmith

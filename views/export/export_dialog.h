// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/exporting.h"
#include "core/session/session.h"

#include <QDialog>

#include <atomic>
#include <memory>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace tinsmith {

/// Export of the optimised model: exact bytes before anything is written, then Export, then Verify on emulator.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(std::shared_ptr<const SessionState> state, std::optional<DataSet> dataSet, PackageOrigin origin,
        const QString &modelName, QWidget *parent = nullptr);
    ~ExportDialog() override;

private:
    void makePackage();
    void showPackage(std::shared_ptr<const Package> package);
    void write(bool force);
    void askAboutEdits(const EditedFilesError &edited);
    void verifyPackage();
    void showVerification(const Verification &result);
    void showFit(std::int64_t ramBytes, std::int64_t flashBytes, bool measured);
    void setBusy(bool busy, const QString &what = {});
    void fail(const QString &what, const QString &why);
    void addRow(const QString &name, const QString &planned, const QString &measured = {});
    void setMeasured(const QString &name, const QString &measured);

    std::shared_ptr<const SessionState> state_;
    std::optional<DataSet> data_;
    PackageOrigin origin_;
    std::shared_ptr<const Package> package_;
    std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
    QLineEdit *name_;
    QLineEdit *folder_;
    QTableWidget *table_;
    QLabel *status_;
    /// Says by how much the package is too large for the target; hidden where it fits.
    QLabel *unfit_;
    QProgressBar *progress_;
    QPushButton *export_;
    QPushButton *verify_;
    bool busy_ = false;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/dimensions.h"

#include <QDialog>

#include <map>
#include <vector>

class QLabel;
class QPushButton;
class QSpinBox;

namespace tinsmith {

/// Asks for the sizes of a model's open dimensions: each with where it occurs and a field, 1 unless it has been given
/// another size before. Below, the inputs as these sizes make them.
class BindDialog : public QDialog {
    Q_OBJECT
public:
    BindDialog(const QString &modelName, OpenDimensions open, QWidget *parent = nullptr);
    /// What the fields say, by the dimensions' names.
    std::map<std::string, std::int64_t> bindings() const;
    /// Sizes to begin with, and why the model could not be opened with them.
    void setFailure(const std::map<std::string, std::int64_t> &bindings, const QString &why);
    /// "x  1×3×48×192 float32 · 108.0 KB", a line for each input.
    QString previewText() const;

private:
    void addFields(QWidget *list);
    void refresh();

    OpenDimensions open_;
    std::vector<std::pair<std::string, QSpinBox *>> fields_;
    QLabel *preview_;
    QLabel *failure_;
    QPushButton *bind_ = nullptr;
};

} // namespace tinsmith

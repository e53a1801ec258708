// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/dimensions.h"

#include <QDialog>

#include <map>
#include <vector>

class QSpinBox;

namespace tinsmith {

/// Asks for the sizes of a model's open dimensions: each with where it occurs and a field, 1 unless it has been given
/// another size before.
class BindDialog : public QDialog {
    Q_OBJECT
public:
    BindDialog(const QString &modelName, const std::vector<OpenDimension> &dimensions, QWidget *parent = nullptr);
    /// What the fields say, by the dimensions' names.
    std::map<std::string, std::int64_t> bindings() const;

private:
    std::vector<std::pair<std::string, QSpinBox *>> fields_;
};

} // namespace tinsmith

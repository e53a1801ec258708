// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/recipe.h"

#include <QDialog>

#include <functional>
#include <map>
#include <string>
#include <vector>

class QFormLayout;
class QLabel;
class QListWidget;
class QRadioButton;

namespace tinsmith {

/// Edits a step: one field per parameter of its rewrite, and the places where it is applied. Places are found by the
/// owner, which may take long, and come by setSites().
class StepForm : public QDialog {
    Q_OBJECT
public:
    explicit StepForm(const RecipeStep &step, QWidget *parent = nullptr);
    /// Where the rewrite applies in the model before the step.
    void setSites(const std::vector<RewriteSite> &sites);
    /// The step with the values of the form; presets are left out.
    RecipeStep step() const;

private:
    void addFields(QFormLayout *form, const Rewrite &rewrite);
    void restorePresets();

    RecipeStep step_;
    /// By key: what the field says, and how to set it.
    struct Field {
        std::function<std::string()> value;
        std::function<void(const std::string &)> set;
        std::string preset;
    };
    std::map<std::string, Field> fields_;
    QRadioButton *everywhere_;
    QRadioButton *chosen_;
    QListWidget *places_;
    QLabel *placesHint_;
    bool sitesKnown_ = false;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rewrites/rewrite.h"
#include "core/session/calibration.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// One applied rewrite with its parameters.
struct RecipeStep {
    std::string rewrite;
    RewriteParameters parameters;
    bool enabled = true;
    /// What the step was calibrated on when it was last computed; nothing for rewrites that take no data, and until it
    /// has been computed.
    std::optional<Calibration> calibration = {};
    friend bool operator==(const RecipeStep &, const RecipeStep &) = default;
};

/// The steps from the model as opened to the optimised one, first to last.
struct Recipe {
    std::vector<RecipeStep> steps;
    friend bool operator==(const Recipe &, const Recipe &) = default;
};

/// Reads "pool-to-stride:at=pool_1,k=v", as `--apply` takes it. Throws Error that names an unknown rewrite or parameter
/// and lists what there is.
RecipeStep parseStep(const std::string &text);
/// The same text back.
std::string textOf(const RecipeStep &step);
/// What a person calls the step: the title of its rewrite.
std::string titleOf(const RecipeStep &step);

/// JSON of a recipe file: {"steps": [{"rewrite": .., "parameters": {..}, "enabled": true}]}.
std::string toJson(const Recipe &recipe);
/// Throws FormatError that names the step and field.
Recipe recipeFromJson(const std::string &json, const std::string &file = {});
Recipe loadRecipe(const std::filesystem::path &file);

} // namespace tinsmith

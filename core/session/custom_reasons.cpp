// SPDX-License-Identifier: Apache-2.0
#include "core/session/custom_reasons.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tinsmith {
namespace {

struct Reason {
    std::string_view text;
    std::array<std::string_view, 10> types;
};

constexpr std::string_view classical = "ai.onnx.ml.";
constexpr std::string_view training = "ai.onnx.preview.training.";

/// Beginnings of type names, so that TreeEnsemble stands for TreeEnsembleClassifier too.
constexpr std::array<Reason, 6> reasons = {{
    {"is a decision forest: it compares and branches instead of multiplying, so the kernels of a neural network have "
     "no "
     "use for it. A tree compiler such as emlearn or m2cgen turns it into C",
        {"ai.onnx.ml.TreeEnsemble"}},
    {"works on text, which a microcontroller has better prepared before the model",
        {"StringNormalizer", "TfIdfVectorizer", "StringConcat", "StringSplit", "RegexFullMatch"}},
    {"draws random numbers: what it gives cannot be compared or repeated",
        {"Bernoulli", "RandomNormal", "RandomUniform", "Multinomial"}},
    {"gives an output whose size depends on the values, while memory is planned for fixed sizes. End the model before "
     "it, and do the rest in the firmware",
        {"NonZero", "Unique", "NonMaxSuppression", "WHERE", "UNIQUE"}},
    {"is a step of training. Export the model for inference", {"Adagrad", "Adam", "Momentum", "Gradient", training}},
    {"is classical machine learning, not an operator of a neural network. End the model before it, or export the part "
     "after it by hand",
        {classical}},
}};

} // namespace

std::string whyNoPlace(const std::string &sourceType)
{
    for (const Reason &reason : reasons) {
        const bool listed = std::any_of(reason.types.begin(), reason.types.end(),
            [&sourceType](std::string_view type) { return !type.empty() && sourceType.rfind(type, 0) == 0; });
        if (listed) {
            return std::string(reason.text);
        }
    }
    return {};
}

} // namespace tinsmith

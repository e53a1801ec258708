// SPDX-License-Identifier: Apache-2.0
#include "core/session/recipe.h"

#include "core/graph/bytes.h"
#include "core/graph/error.h"
#include "core/session/json_text.h"

namespace tinsmith {
namespace {

const Rewrite &checkedRewrite(const std::string &name)
{
    const Rewrite *rewrite = rewriteNamed(name);
    if (rewrite == nullptr) {
        std::string known;
        for (const Rewrite *each : rewriteList()) {
            known += (known.empty() ? "" : ", ") + std::string(each->name());
        }
        throw Error("there is no rewrite \"" + name + "\"; there are: " + known);
    }
    return *rewrite;
}

void checkParameters(const Rewrite &rewrite, const RewriteParameters &parameters)
{
    const RewriteParameters known = rewrite.defaults();
    for (const auto &[key, value] : parameters) {
        if (key != "at" && known.count(key) == 0) {
            std::string list = "at";
            for (const auto &[name, unused] : known) {
                list += ", " + name;
            }
            throw Error(
                "rewrite " + std::string(rewrite.name()) + " has no parameter \"" + key + "\"; it has: " + list);
        }
    }
}

nlohmann::ordered_json toJson(const Calibration &calibration)
{
    nlohmann::ordered_json json;
    json["guessed"] = calibration.guessed();
    if (!calibration.guessed()) {
        json["data"] = calibration.data;
        json["fingerprint"] = calibration.fingerprint;
        json["samples"] = calibration.samples;
    }
    return json;
}

Calibration calibrationFrom(const nlohmann::json &json, const std::string &file, const std::string &place)
{
    const auto refuse = [&] {
        throw FormatError(
            file, place, "calibration is not an object with \"guessed\" or data, fingerprint and samples");
    };
    if (!json.is_object() || !json.contains("guessed") || !json["guessed"].is_boolean()) {
        refuse();
    }
    Calibration calibration;
    if (json["guessed"].get<bool>()) {
        return calibration;
    }
    const auto text = [&](const char *key) {
        if (!json.contains(key) || !json[key].is_string() || json[key].get_ref<const std::string &>().empty()) {
            refuse();
        }
        return json[key].get<std::string>();
    };
    calibration.data = text("data");
    calibration.fingerprint = text("fingerprint");
    if (!json.contains("samples") || !json["samples"].is_number_unsigned()) {
        refuse();
    }
    calibration.samples = json["samples"].get<std::size_t>();
    return calibration;
}

} // namespace

RecipeStep parseStep(const std::string &text)
{
    RecipeStep step;
    const auto colon = text.find(':');
    step.rewrite = text.substr(0, colon);
    const Rewrite &rewrite = checkedRewrite(step.rewrite);
    std::string rest = colon == std::string::npos ? std::string() : text.substr(colon + 1);
    std::string lastKey;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const std::string item = rest.substr(0, comma);
        rest = comma == std::string::npos ? std::string() : rest.substr(comma + 1);
        const auto equals = item.find('=');
        if (equals == std::string::npos && lastKey == "at") {
            // at=a,b: operator names after the first.
            step.parameters["at"] += "," + item;
            continue;
        }
        if (equals == std::string::npos || equals == 0) {
            throw Error("\"" + item + "\" in \"" + text + "\" is not key=value");
        }
        lastKey = item.substr(0, equals);
        step.parameters[lastKey] = item.substr(equals + 1);
    }
    checkParameters(rewrite, step.parameters);
    return step;
}

std::string textOf(const RecipeStep &step)
{
    std::string text = step.rewrite;
    char separator = ':';
    for (const auto &[key, value] : step.parameters) {
        text += separator + key + "=" + value;
        separator = ',';
    }
    return text;
}

std::string titleOf(const RecipeStep &step)
{
    const Rewrite *rewrite = rewriteNamed(step.rewrite);
    return rewrite != nullptr ? std::string(rewrite->title()) : step.rewrite;
}

std::string toJson(const Recipe &recipe)
{
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const RecipeStep &step : recipe.steps) {
        nlohmann::ordered_json entry;
        entry["rewrite"] = step.rewrite;
        entry["parameters"] = step.parameters;
        entry["enabled"] = step.enabled;
        if (step.calibration) {
            entry["calibration"] = toJson(*step.calibration);
        }
        steps.push_back(entry);
    }
    nlohmann::ordered_json document;
    document["steps"] = steps;
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Recipe recipeFromJson(const std::string &json, const std::string &file)
{
    const auto document = parseUntrustedJson(json, file);
    if (document.is_discarded() || !document.is_object() || !document.contains("steps")
        || !document["steps"].is_array()) {
        throw FormatError(file, {}, "is not a recipe: expected JSON with a list \"steps\"");
    }
    Recipe recipe;
    std::size_t number = 0;
    constexpr std::size_t mostSteps = 4096;
    if (document["steps"].size() > mostSteps) {
        throw FormatError(file, {}, "has a recipe of more than " + std::to_string(mostSteps) + " steps");
    }
    for (const auto &entry : document["steps"]) {
        const std::string place = "step " + std::to_string(++number);
        if (!entry.is_object() || !entry.contains("rewrite") || !entry["rewrite"].is_string()) {
            throw FormatError(file, place, "lacks the name of its rewrite");
        }
        RecipeStep step;
        step.rewrite = entry["rewrite"].get<std::string>();
        if (entry.contains("parameters")) {
            if (!entry["parameters"].is_object()) {
                throw FormatError(file, place, "parameters is not an object");
            }
            for (const auto &[key, value] : entry["parameters"].items()) {
                step.parameters[key] = value.is_string() ? value.get<std::string>() : value.dump();
            }
        }
        if (entry.contains("enabled") && entry["enabled"].is_boolean()) {
            step.enabled = entry["enabled"].get<bool>();
        }
        if (entry.contains("calibration")) {
            step.calibration = calibrationFrom(entry["calibration"], file, place);
        }
        try {
            checkParameters(checkedRewrite(step.rewrite), step.parameters);
        } catch (const Error &error) {
            throw FormatError(file, place, error.what());
        }
        recipe.steps.push_back(std::move(step));
    }
    return recipe;
}

Recipe loadRecipe(const std::filesystem::path &file)
{
    const Bytes bytes = Bytes::map(file);
    return recipeFromJson(std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size()), file.string());
}

} // namespace tinsmith

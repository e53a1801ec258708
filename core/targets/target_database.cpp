// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/targets/target.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <sstream>

namespace tinsmith {

std::span<const EmbeddedFile> embeddedTargets();

namespace {

using nlohmann::json;

/// One JSON object of a file, with the words to complain about it.
class Entry {
public:
    Entry(const json &value, std::string file, std::string place)
        : value_(value), file_(std::move(file)), place_(std::move(place))
    {
        if (!value.is_object()) {
            fail("must be an object");
        }
    }

    [[noreturn]] void fail(const std::string &cause) const { throw FormatError(file_, place_, cause); }

    void allow(std::initializer_list<std::string_view> names) const
    {
        for (const auto &[key, ignored] : value_.items()) {
            if (std::find(names.begin(), names.end(), key) == names.end()) {
                fail("unknown field \"" + key + "\"");
            }
        }
    }

    bool has(const char *name) const { return value_.contains(name); }

    const json &at(const char *name) const
    {
        const auto found = value_.find(name);
        if (found == value_.end()) {
            fail(std::string("field \"") + name + "\" is missing");
        }
        return *found;
    }

    std::string text(const char *name) const
    {
        const json &field = at(name);
        if (!field.is_string() || field.get_ref<const std::string &>().empty()) {
            fail(std::string("field \"") + name + "\" must be a text that is not empty");
        }
        return field.get<std::string>();
    }

    /// A number above zero and up to `limit`.
    double number(const char *name, double limit) const
    {
        const json &field = at(name);
        const double value = field.is_number() ? field.get<double>() : 0;
        if (!(value > 0 && value <= limit)) {
            fail(std::string("field \"") + name + "\" must be a number above 0");
        }
        return value;
    }

    std::int64_t kilobytes(const char *name) const
    {
        const double bytes = number(name, 4e6) * 1024;
        if (bytes != std::floor(bytes)) {
            fail(std::string("field \"") + name + "\" is not a whole number of bytes");
        }
        return static_cast<std::int64_t>(bytes);
    }

private:
    const json &value_;
    std::string file_;
    std::string place_;
};

/// What the core always has; the rest is the maker's choice and listed under "features".
void setFeatures(Target &target, const Entry &entry)
{
    const Core core = target.core;
    const bool armv8Main = core == Core::CortexM33 || core == Core::CortexM55 || core == Core::CortexM85;
    target.dsp = core == Core::CortexM4 || core == Core::CortexM4F || core == Core::CortexM7 || core == Core::CortexM55
        || core == Core::CortexM85;
    target.fpu = core == Core::CortexM4F;
    if (!entry.has("features")) {
        return;
    }
    const json &features = entry.at("features");
    if (!features.is_array()) {
        entry.fail("field \"features\" must be a list");
    }
    for (const json &feature : features) {
        const std::string name = feature.is_string() ? feature.get<std::string>() : std::string();
        if (name == "fpu" && (armv8Main || core == Core::CortexM7)) {
            target.fpu = true;
        } else if (name == "dsp" && core == Core::CortexM33) {
            target.dsp = true;
        } else if (name == "helium" && (core == Core::CortexM55 || core == Core::CortexM85)) {
            target.helium = true;
        } else {
            entry.fail("\"" + name + "\" is no feature that a " + std::string(nameOf(core)) + " may have or lack");
        }
    }
}

bool isId(const std::string &id)
{
    return std::all_of(id.begin(), id.end(),
        [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

std::string shortNumber(double value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

Target readTarget(const Entry &entry, const std::string &vendor)
{
    entry.allow({"id", "name", "family", "core", "clock_mhz", "ram_kb", "flash_kb", "features", "run_current", "source",
        "note"});
    Target target;
    target.id = entry.text("id");
    if (!isId(target.id)) {
        entry.fail("an id has only lower-case letters, digits, - and _");
    }
    target.name = entry.text("name");
    target.vendor = vendor;
    target.family = entry.text("family");
    const auto core = coreNamed(entry.text("core"));
    if (!core) {
        entry.fail("unknown core \"" + entry.text("core") + "\"");
    }
    target.core = *core;
    target.clockHz = std::llround(entry.number("clock_mhz", 1e5) * 1e6);
    target.ramBytes = entry.kilobytes("ram_kb");
    target.flashBytes = entry.kilobytes("flash_kb");
    setFeatures(target, entry);
    target.source = entry.text("source");
    if (entry.has("note")) {
        target.note = entry.text("note");
    }
    return target;
}

void readRunCurrent(Target &target, const Entry &current)
{
    current.allow({"ua_per_mhz", "volts", "condition"});
    const double charge = current.number("ua_per_mhz", 1e5);
    const double volts = current.number("volts", 10);
    // 1 uA/MHz is 1 pC per cycle; times volts that is pJ.
    target.nanojoulesPerCycle = charge * volts * 1e-3;
    target.energySource = shortNumber(charge) + " uA/MHz at " + shortNumber(volts) + " V, " + current.text("condition");
}

std::vector<Target> readFile(const EmbeddedFile &file)
{
    const std::string name(file.path);
    const json document = json::parse(file.text, nullptr, false);
    if (document.is_discarded()) {
        throw FormatError(name, {}, "is not valid JSON");
    }
    const Entry top(document, name, {});
    top.allow({"vendor", "targets"});
    const std::string vendor = top.text("vendor");
    const json &list = top.at("targets");
    if (!list.is_array()) {
        top.fail("field \"targets\" must be a list");
    }
    std::vector<Target> targets;
    for (const json &item : list) {
        std::string place = "targets[" + std::to_string(targets.size()) + "]";
        if (item.is_object() && item.contains("id") && item["id"].is_string()) {
            place = item["id"].get<std::string>();
        }
        const Entry entry(item, name, place);
        targets.push_back(readTarget(entry, vendor));
        if (entry.has("run_current")) {
            readRunCurrent(targets.back(), Entry(entry.at("run_current"), name, place + ", run_current"));
        }
    }
    return targets;
}

} // namespace

TargetDatabase TargetDatabase::parse(std::span<const EmbeddedFile> files)
{
    TargetDatabase database;
    for (const EmbeddedFile &file : files) {
        for (Target &target : readFile(file)) {
            database.add(std::move(target), std::string(file.path));
        }
    }
    database.finish();
    return database;
}

TargetDatabase TargetDatabase::load(const std::filesystem::path &folder)
{
    std::error_code failure;
    std::filesystem::directory_iterator entries(folder, failure);
    if (failure) {
        throw SystemError(folder.string(), {}, "cannot be listed: " + failure.message());
    }
    std::vector<std::filesystem::path> paths;
    for (const auto &entry : entries) {
        if (entry.path().extension() == ".json") {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> names;
    std::vector<std::string> texts;
    for (const auto &path : paths) {
        std::ifstream in(path, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        if (!in) {
            throw SystemError(path.string(), {}, "cannot be read");
        }
        names.push_back(path.string());
        texts.push_back(text.str());
    }
    std::vector<EmbeddedFile> files;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        files.push_back({names[i], texts[i]});
    }
    return parse(files);
}

const TargetDatabase &TargetDatabase::builtIn()
{
    static const TargetDatabase database = parse(embeddedTargets());
    return database;
}

} // namespace tinsmith

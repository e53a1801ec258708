// SPDX-License-Identifier: Apache-2.0
#include "core/device/manifest.h"

#include "core/graph/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tinsmith {
namespace {

using nlohmann::json;

constexpr std::int64_t largestTensor = 1LL << 30;

bool isWord(const std::string &text)
{
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && letter(text[0])
        && std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

class ManifestReader {
public:
    explicit ManifestReader(const std::filesystem::path &folder) : file_((folder / "manifest.json").string())
    {
        std::ifstream in(file_, std::ios::binary);
        if (!in) {
            throw SystemError(file_, {}, "cannot be opened; is this folder a firmware package?");
        }
        const std::string text(std::istreambuf_iterator<char>(in), {});
        document_ = json::parse(text, nullptr, false);
        if (!document_.is_object()) {
            throw FormatError(file_, {}, "is not a JSON object");
        }
        manifest_.folder = folder;
    }

    Manifest read()
    {
        if (text("format") != "tinsmith-package" || integer(document_, "version", 1, 1000) != 1) {
            fail("format", "is not \"tinsmith-package\" version 1");
        }
        manifest_.name = text("name");
        if (!isWord(manifest_.name)) {
            fail("name", "is not a C identifier");
        }
        manifest_.core = text("core");
        manifest_.header = path("header", document_.value("header", json()));
        manifest_.includeDirs = paths("include_dirs");
        manifest_.sources = paths("sources");
        for (const json &library : list("libraries")) {
            if (!library.is_string() || !isWord(library.get<std::string>())) {
                fail("libraries", "has something that is not a library's name");
            }
            manifest_.libraries.push_back(library.get<std::string>());
        }
        manifest_.arenaBytes = integer(document_, "arena_bytes", 0, largestTensor);
        manifest_.arenaAlignment = integer(document_, "arena_alignment", 1, 4096);
        if ((manifest_.arenaAlignment & (manifest_.arenaAlignment - 1)) != 0) {
            fail("arena_alignment", "is not a power of two");
        }
        manifest_.inputs = tensors("inputs");
        manifest_.outputs = tensors("outputs");
        manifest_.operators = operators();
        return manifest_;
    }

private:
    [[noreturn]] void fail(const std::string &field, const std::string &cause) const
    {
        throw FormatError(file_, field, cause);
    }

    std::string text(const char *field) const
    {
        const auto found = document_.find(field);
        if (found == document_.end() || !found->is_string()) {
            fail(field, "is not a text");
        }
        return found->get<std::string>();
    }

    std::int64_t integer(const json &object, const char *field, std::int64_t low, std::int64_t high) const
    {
        const auto found = object.find(field);
        if (found == object.end() || !found->is_number_integer()) {
            fail(field, "is not a whole number");
        }
        const auto value = found->is_number_unsigned()
            ? static_cast<std::int64_t>(std::min<std::uint64_t>(found->get<std::uint64_t>(), INT64_MAX))
            : found->get<std::int64_t>();
        if (value < low || value > high) {
            fail(field, "is out of range");
        }
        return value;
    }

    json list(const char *field) const
    {
        const auto found = document_.find(field);
        if (found == document_.end() || !found->is_array() || found->size() > 100000) {
            fail(field, "is not a list");
        }
        return *found;
    }

    /// A path that stays in the folder and cannot be taken for an option.
    std::string path(const char *field, const json &value) const
    {
        if (!value.is_string()) {
            fail(field, "is not a path");
        }
        const auto text = value.get<std::string>();
        const std::filesystem::path relative(text);
        const bool inside = !text.empty() && text[0] != '-' && text[0] != '@' && relative.is_relative()
            && std::none_of(relative.begin(), relative.end(), [](const auto &part) { return part == ".."; })
            && text.find_first_of("\"\\\n") == std::string::npos;
        if (!inside) {
            fail(field, "has \"" + text + "\", which is not a path within the package");
        }
        return text;
    }

    std::vector<std::string> paths(const char *field) const
    {
        std::vector<std::string> result;
        for (const json &value : list(field)) {
            result.push_back(path(field, value));
        }
        return result;
    }

    static std::string textOr(const json &object, const char *field)
    {
        const auto found = object.find(field);
        return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
    }

    const json &objectOf(const char *field, const json &value) const
    {
        if (!value.is_object()) {
            fail(field, "has something that is not an object");
        }
        return value;
    }

    std::vector<Manifest::Tensor> tensors(const char *field) const
    {
        std::vector<Manifest::Tensor> result;
        for (const json &value : list(field)) {
            const json &object = objectOf(field, value);
            Manifest::Tensor tensor;
            tensor.name = textOr(object, "name");
            tensor.type = textOr(object, "type");
            tensor.bytes = integer(object, "bytes", 0, largestTensor);
            if (object.contains("shape") && object["shape"].is_array()) {
                for (const json &dim : object["shape"]) {
                    tensor.shape.push_back(dim.is_number_integer() ? dim.get<std::int64_t>() : -1);
                }
            }
            if (object.contains("scale") && object["scale"].is_number() && object.contains("zero_point")) {
                tensor.scale = object["scale"].get<double>();
                tensor.zeroPoint = integer(object, "zero_point", INT32_MIN, INT32_MAX);
            }
            result.push_back(std::move(tensor));
        }
        return result;
    }

    /// Figures for people and tools: a package without them still runs.
    std::vector<Manifest::Operator> operators() const
    {
        std::vector<Manifest::Operator> result;
        if (!document_.contains("operators")) {
            return result;
        }
        for (const json &value : list("operators")) {
            const json &object = objectOf("operators", value);
            result.push_back({integer(object, "index", 0, INT32_MAX), textOr(object, "type"), textOr(object, "variant"),
                textOr(object, "function"), integer(object, "macs", 0, INT64_MAX)});
        }
        return result;
    }

    std::string file_;
    json document_;
    Manifest manifest_;
};

} // namespace

Manifest readManifest(const std::filesystem::path &folder)
{
    return ManifestReader(folder).read();
}

} // namespace tinsmith

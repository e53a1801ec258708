// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"

#include "core/device/manifest.h"
#include "core/device/temporary_folder.h"
#include "core/execute/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

namespace tinsmith {
namespace {

using Value = std::vector<std::byte>;

template <typename T>
double differenceAt(const Value &a, const Value &b, std::size_t offset)
{
    T x{};
    T y{};
    std::memcpy(&x, a.data() + offset, sizeof x);
    std::memcpy(&y, b.data() + offset, sizeof y);
    return std::abs(differenceOf(static_cast<double>(x), static_cast<double>(y)));
}

struct Comparer {
    std::size_t width;
    double (*difference)(const Value &, const Value &, std::size_t);
};

/// By the manifest's name of an element type; bytes where it is none of these.
Comparer comparerFor(const std::string &type)
{
    static const std::pair<const char *, Comparer> known[]
        = {{"int8", {1, differenceAt<std::int8_t>}}, {"int16", {2, differenceAt<std::int16_t>}},
            {"int32", {4, differenceAt<std::int32_t>}}, {"int64", {8, differenceAt<std::int64_t>}},
            {"float32", {4, differenceAt<float>}}, {"float64", {8, differenceAt<double>}}};
    for (const auto &[name, comparer] : known) {
        if (type == name) {
            return comparer;
        }
    }
    return {1, differenceAt<std::uint8_t>};
}

void compare(const Value &got, const Value &expected, const std::string &type, Verification &into)
{
    const Comparer comparer = comparerFor(type);
    const std::size_t count = got.size() / comparer.width;
    into.elements += static_cast<std::int64_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t offset = i * comparer.width;
        if (type == "float32") {
            float value = 0;
            std::memcpy(&value, expected.data() + offset, sizeof value);
            const double magnitude = std::abs(static_cast<double>(value));
            into.largestFloat = std::isfinite(magnitude) ? std::max(into.largestFloat, magnitude) : into.largestFloat;
        }
        if (std::memcmp(got.data() + offset, expected.data() + offset, comparer.width) == 0) {
            continue;
        }
        const double difference = comparer.difference(got, expected, offset);
        // Floats of other bytes may still be equal: zeros of either sign, NaN of any payload.
        if (difference != 0 || type.rfind("float", 0) != 0) {
            ++into.mismatches;
            into.maxAbsDifference = std::max(into.maxAbsDifference, difference);
        }
    }
}

void checkOutputs(const Manifest &manifest, const std::vector<PackageOptions::Vector> &vectors)
{
    for (std::size_t n = 0; n < vectors.size(); ++n) {
        const std::string place = "inference " + std::to_string(n);
        if (vectors[n].outputs.size() != manifest.outputs.size()) {
            throw Error(manifest.name, place,
                std::to_string(vectors[n].outputs.size()) + " outputs are expected, the package has "
                    + std::to_string(manifest.outputs.size()));
        }
        for (std::size_t i = 0; i < manifest.outputs.size(); ++i) {
            if (static_cast<std::int64_t>(vectors[n].outputs[i].size()) != manifest.outputs[i].bytes) {
                throw Error(manifest.name, place,
                    "output " + std::to_string(i) + " is expected to have "
                        + std::to_string(vectors[n].outputs[i].size()) + " bytes, the package has "
                        + std::to_string(manifest.outputs[i].bytes));
            }
        }
    }
}

} // namespace

Verification verify(const std::filesystem::path &folder, const Target &target,
    const std::vector<PackageOptions::Vector> &vectors, const Progress &progress, const MeasureOptions &options)
{
    const Manifest manifest = readManifest(folder);
    checkOutputs(manifest, vectors);
    std::vector<std::vector<Value>> inputs;
    for (const auto &vector : vectors) {
        inputs.push_back(vector.inputs);
    }
    Verification result;
    result.measurement = measure(folder, target, inputs, progress, options);
    for (std::size_t n = 0; n < vectors.size(); ++n) {
        for (std::size_t i = 0; i < manifest.outputs.size(); ++i) {
            compare(result.measurement.outputs[n][i], vectors[n].outputs[i], manifest.outputs[i].type, result);
        }
    }
    result.exact = result.mismatches == 0;
    for (const auto &op : manifest.operators) {
        result.macs += op.macs;
    }
    if (result.macs > 0) {
        result.instructionsPerMac = result.measurement.instructions / static_cast<double>(result.macs);
    }
    return result;
}

Verification verify(const Package &package, const Target &target, const std::vector<PackageOptions::Vector> &vectors,
    const Progress &progress, const MeasureOptions &options)
{
    const TemporaryFolder folder;
    for (const PackageFile &file : package.files) {
        const auto path = folder.path() / file.path;
        std::error_code ignored;
        std::filesystem::create_directories(path.parent_path(), ignored);
        std::ofstream out(path, std::ios::binary);
        out << file.content;
        out.close();
        if (!out) {
            throw SystemError(path.string(), {}, "cannot be written");
        }
    }
    return verify(folder.path(), target, vectors, progress, options);
}

} // namespace tinsmith

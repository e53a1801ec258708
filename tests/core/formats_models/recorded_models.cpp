// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_models/recorded_models.h"

#include "core/formats/model_file.h"

#include <map>

namespace tinsmith::test {
namespace {

/// Sizes that the recordings have where the files leave them open.
OpenOptions optionsFor(const std::string &model)
{
    static const std::map<std::string, std::map<std::string, std::int64_t>> sizes = {
        {"ppocr_cls", {{"p2o.DynamicDimension.0", 1}, {"p2o.DynamicDimension.1", 48}, {"p2o.DynamicDimension.2", 192}}},
        {"yunet_s", {{"batch", 1}, {"height", 96}, {"width", 96}}},
        {"yamnet_256", {{"unk__120", 1}}},
        {"mnist5x5_dynquant", {{"batch_size", 1}}},
        {"sensor_autoencoder", {{"batch_size", 1}}},
    };
    const auto found = sizes.find(model);
    return found == sizes.end() ? OpenOptions() : OpenOptions{found->second};
}

} // namespace

Graph openRecorded(const std::filesystem::path &model)
{
    return readModel(model, optionsFor(model.parent_path().filename().string()));
}

std::vector<std::byte> recorded(const std::filesystem::path &file)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem)) {
        return {};
    }
    const Bytes bytes = Bytes::map(file);
    return {bytes.view().begin(), bytes.view().end()};
}

} // namespace tinsmith::test

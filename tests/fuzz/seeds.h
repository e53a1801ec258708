// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Sound files, small and of many operators, from which mutations start.
namespace tinsmith::fuzz {

struct Seed {
    std::string name;
    std::vector<std::byte> bytes;
};

std::vector<Seed> tfliteSeeds();
std::vector<Seed> onnxSeeds();
std::vector<Seed> projectSeeds();

/// What the fuzzers start from besides: graphs of the random generator, of each of its steps.
std::vector<Seed> randomTfliteSeeds();
std::vector<Seed> randomOnnxSeeds();

} // namespace tinsmith::fuzz

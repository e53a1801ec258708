// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/seeds.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

using namespace tinsmith::fuzz;

void write(const std::filesystem::path &folder, const std::vector<Seed> &seeds)
{
    std::filesystem::create_directories(folder);
    for (const Seed &seed : seeds) {
        std::ofstream(folder / seed.name, std::ios::binary)
            .write(reinterpret_cast<const char *>(seed.bytes.data()), static_cast<std::streamsize>(seed.bytes.size()));
    }
}

} // namespace

/// Writes the files that the fuzzers start from into FOLDER/tflite, FOLDER/onnx and FOLDER/project.
int main(int count, char **arguments)
{
    if (count != 2) {
        std::fprintf(stderr, "usage: tinsmith_fuzz_corpus FOLDER\n");
        return 2;
    }
    try {
        const std::filesystem::path folder = arguments[1];
        write(folder / "tflite", tfliteSeeds());
        write(folder / "tflite", randomTfliteSeeds());
        write(folder / "onnx", onnxSeeds());
        write(folder / "onnx", randomOnnxSeeds());
        write(folder / "project", projectSeeds());
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

/// Any bytes either open or are refused with a FormatError. What opens can be written, or says what cannot be, and what
/// was written opens again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace tinsmith;
    const auto *const bytes = reinterpret_cast<const std::byte *>(data);
    Graph graph;
    try {
        graph = readTflite(Bytes(std::vector<std::byte>(bytes, bytes + size)), "fuzzed.tflite");
    } catch (const FormatError &) {
        return 0;
    }
    std::vector<std::byte> written;
    try {
        written = writeTflite(graph);
    } catch (const UnsupportedError &) {
        return 0;
    }
    const Graph again = readTflite(Bytes(std::move(written)), "written.tflite");
    if (again.operators().size() < graph.operators().size()) {
        std::abort();
    }
    return 0;
}

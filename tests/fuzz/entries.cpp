// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/entries.h"

#include "core/cost/work.h"
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/session/analysis.h"
#include "core/session/session.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace tinsmith::fuzz {
namespace {

const Target &target()
{
    static const Target *const chosen = TargetDatabase::builtIn().find("stm32l4r5");
    return *chosen;
}

bool loops(const Graph &graph)
{
    return std::any_of(graph.operators().begin(), graph.operators().end(), [](const Operator &op) {
        return op.is<While>() || op.is<Loop>() || op.is<Scan>();
    }) || std::any_of(graph.subgraphs().begin(), graph.subgraphs().end(), loops);
}

/// Small enough that an inference takes no time to speak of. A loop of a hostile file may have no end.
bool quick(const Graph &graph)
{
    constexpr std::int64_t mostBytes = 1 << 18;
    constexpr std::int64_t mostWork = 1 << 21;
    if (graph.operators().size() > 64 || loops(graph)) {
        return false;
    }
    std::int64_t bytes = 0;
    for (const Tensor &tensor : graph.tensors()) {
        const auto own = tensor.bytes();
        if (!own || *own > mostBytes) {
            return false;
        }
        bytes += *own;
    }
    std::int64_t work = 0;
    for (const Operator &op : graph.operators()) {
        const Work one = workOf(graph, op);
        for (const std::int64_t part : {one.macs, one.windowElements, one.inputs, one.outputs}) {
            if (part > mostWork) {
                return false;
            }
            work += part;
        }
    }
    return bytes <= mostBytes && work <= mostWork;
}

void runOnce(const Graph &graph)
{
    if (!quick(graph)) {
        return;
    }
    try {
        Executor executor(graph);
        std::vector<TensorValue> inputs;
        for (const TensorId id : graph.inputs()) {
            TensorValue value(static_cast<std::size_t>(graph.tensor(id).bytes().value()));
            for (std::size_t at = 0; at < value.size(); ++at) {
                value[at] = static_cast<std::byte>(at % 61);
            }
            inputs.push_back(std::move(value));
        }
        executor.run(inputs);
    } catch (const Error &) {
        // A model that cannot run says so.
    }
}

[[noreturn]] void fail(const char *what, const std::string &why)
{
    std::fprintf(stderr, "%s: %s\n", what, why.c_str());
    std::abort();
}

void writeAndReadAgain(const Graph &graph)
{
    std::vector<std::byte> tflite;
    try {
        tflite = writeTflite(graph);
    } catch (const Error &) {
    }
    if (!tflite.empty()) {
        try {
            readTflite(Bytes(std::move(tflite)), "written.tflite");
        } catch (const Error &error) {
            fail("the .tflite that was written does not open", error.what());
        }
    }
    std::vector<std::byte> onnx;
    try {
        onnx = writeOnnx(graph);
    } catch (const Error &) {
    }
    if (!onnx.empty()) {
        try {
            readOnnx(onnx, "written.onnx");
        } catch (const Error &error) {
            fail("the .onnx that was written does not open", error.what());
        }
    }
}

void use(const Graph &graph)
{
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        whyNotExecutable(graph, OperatorId(index));
        describe(graph.operators()[index].kind);
    }
    const auto analysis = analyse(graph, target());
    runOnce(graph);
    if (!analysis->canonical.operators().empty()) {
        runOnce(analysis->canonical);
    }
    writeAndReadAgain(graph);
}

/// A file that has a name without being in any folder.
class UnseenFile {
public:
    explicit UnseenFile(std::span<const std::byte> bytes) : descriptor_(::memfd_create("fuzzed", MFD_CLOEXEC))
    {
        const char *at = reinterpret_cast<const char *>(bytes.data());
        for (std::size_t left = bytes.size(); descriptor_ >= 0 && left > 0;) {
            const ssize_t written = ::write(descriptor_, at, left);
            if (written <= 0) {
                break;
            }
            at += written;
            left -= static_cast<std::size_t>(written);
        }
    }
    UnseenFile(const UnseenFile &) = delete;
    UnseenFile &operator=(const UnseenFile &) = delete;
    ~UnseenFile() { ::close(descriptor_); }
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

} // namespace

void openTflite(std::span<const std::byte> bytes)
{
    Graph graph;
    try {
        graph = readTflite(Bytes(std::vector<std::byte>(bytes.begin(), bytes.end())), "fuzzed.tflite");
    } catch (const FormatError &) {
        return;
    }
    use(graph);
}

void openOnnx(std::span<const std::byte> bytes)
{
    Graph graph;
    try {
        graph = readOnnx(bytes, "fuzzed.onnx");
    } catch (const FormatError &) {
        return;
    }
    use(graph);
}

void openProject(std::span<const std::byte> bytes)
{
    const UnseenFile file(bytes);
    try {
        const Session session = Session::open(file.path(), target());
        runOnce(session.state().optimised->graph);
    } catch (const FormatError &) {
    } catch (const SystemError &) {
    }
}

} // namespace tinsmith::fuzz

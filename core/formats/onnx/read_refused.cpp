// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"

#include <limits>
#include <map>

namespace tinsmith::onnxio {
namespace {

const std::map<std::string, std::string> &refusals()
{
    static const std::map<std::string, std::string> all = [] {
        const std::vector<std::pair<std::string, std::vector<std::string>>> groups = {
            {"the size of its output depends on the values of its input", {"NonZero", "Unique"}},
            {"it makes random numbers",
                {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}},
            {"it works on sequences or optional values, whose sizes are not fixed",
                {"ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement", "SequenceAt",
                    "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength",
                    "SequenceMap", "SplitToSequence"}},
            {"it works on text",
                {"RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit", "TfIdfVectorizer",
                    "ai.onnx.ml.CategoryMapper", "ai.onnx.ml.DictVectorizer", "ai.onnx.ml.LabelEncoder"}},
            {"it decodes image files", {"ImageDecoder"}},
            {"deformable convolutions are not supported", {"DeformConv"}},
            {"pooling of regions cut at whole pixels is not supported; RoiAlign is", {"MaxRoiPool"}},
            {"it writes where its inputs say into a cache of keys and values", {"TensorScatter"}},
            {"it is a training step of an optimizer",
                {"ai.onnx.preview.training.Adagrad", "ai.onnx.preview.training.Adam",
                    "ai.onnx.preview.training.Gradient", "ai.onnx.preview.training.Momentum"}},
        };
        std::map<std::string, std::string> reasons;
        for (const auto &[reason, types] : groups) {
            for (const std::string &type : types) {
                reasons[type] = reason;
            }
        }
        return reasons;
    }();
    return all;
}

void refuse(NodeContext &context)
{
    const Node &node = context.node;
    throw Untyped{refusals().at(node.domain.empty() ? node.type : node.domain + "." + node.type)};
}

} // namespace

TensorId partOf(NodeContext &context, TensorId x, std::size_t axis, std::int64_t begin, std::int64_t end,
    std::int64_t step, const std::string &suffix)
{
    const Shape shape = context.tensor(x).shape;
    StridedSlice kind;
    for (std::size_t at = 0; at < shape.rank(); ++at) {
        const std::int64_t whole = shape[at] < 0 ? std::numeric_limits<std::int64_t>::max() : shape[at];
        kind.begin.push_back(at == axis ? begin : 0);
        kind.end.push_back(at == axis ? end : whole);
        kind.stride.push_back(at == axis ? step : 1);
    }
    return context.step(std::move(kind), {x}, suffix);
}

void addRefusals(NodeReaders &readers)
{
    for (const auto &entry : refusals()) {
        readers[entry.first] = refuse;
    }
}

} // namespace tinsmith::onnxio

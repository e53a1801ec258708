// SPDX-License-Identifier: Apache-2.0
// The second line of a card: what decides what an operator does.
#include "core/graph/geometry.h"
#include "views/graph/scene_builder.h"

#include <QStringList>

namespace tinsmith {
namespace {

QString squareText(std::int64_t h, std::int64_t w)
{
    return QStringLiteral("%1×%2").arg(h).arg(w);
}

QString strideText(std::int64_t h, std::int64_t w)
{
    return h == w ? QStringLiteral(" s%1").arg(h) : QStringLiteral(" s%1×%2").arg(h).arg(w);
}

QString listText(const std::vector<std::int64_t> &values)
{
    constexpr std::size_t most = 6;
    QStringList parts;
    for (std::size_t i = 0; i < values.size() && i < most; ++i) {
        parts += QString::number(values[i]);
    }
    return parts.join(QStringLiteral(", ")) + (values.size() > most ? QStringLiteral(", …") : QString());
}

class Describer {
public:
    Describer(const Graph &graph, const Operator &op) : graph_(graph), op_(op) { }

    QString text()
    {
        std::visit([this](const auto &kind) { describe(kind); }, op_.kind);
        return parts_.join(QStringLiteral(" · "));
    }

private:
    void add(const QString &part)
    {
        if (!part.isEmpty()) {
            parts_ += part;
        }
    }

    void addActivation(FusedActivation activation)
    {
        if (activation != FusedActivation::None) {
            add(QString::fromStdString(nameOf(activation)));
        }
    }

    const Tensor *output() const
    {
        return op_.outputs.empty() || !op_.outputs[0] ? nullptr : &graph_.tensor(op_.outputs[0]);
    }

    /// Kernel, stride, dilation and channels of what slides over an image.
    template <typename Kind>
    void addSpatial(const Kind &kind, bool channels)
    {
        if (const auto g = spatialGeometry(graph_, op_)) {
            QString text = squareText(g->h.kernel, g->w.kernel) + strideText(kind.strideH, kind.strideW);
            if (kind.dilationH != 1 || kind.dilationW != 1) {
                text += QStringLiteral(" d%1").arg(kind.dilationH);
            }
            add(text);
            if (channels) {
                add(QStringLiteral("%1 ch").arg(g->outputChannels));
            }
            if (g->groups > 1 && g->groups != g->inputChannels) {
                add(QStringLiteral("%1 groups").arg(g->groups));
            }
        } else {
            add(QStringLiteral("stride %1").arg(squareText(kind.strideH, kind.strideW)));
        }
        addActivation(kind.activation);
    }

    void addDense()
    {
        const TensorId weights = op_.input(1);
        if (!weights) {
            return;
        }
        const Shape &shape = graph_.tensor(weights).shape;
        if (shape.rank() == 2 && shape.known()) {
            add(QStringLiteral("%1 → %2").arg(shape[1]).arg(shape[0]));
        }
    }

    void addOutputShape()
    {
        if (const Tensor *tensor = output(); tensor != nullptr) {
            add(QStringLiteral("to ") + shapeText(tensor->shape));
        }
    }

    void describe(const Conv2D &kind) { addSpatial(kind, true); }
    void describe(const DepthwiseConv2D &kind) { addSpatial(kind, true); }
    void describe(const TransposeConv2D &kind)
    {
        if (const auto g = spatialGeometry(graph_, op_)) {
            add(squareText(g->h.kernel, g->w.kernel) + strideText(kind.strideH, kind.strideW));
            add(QStringLiteral("%1 ch").arg(g->outputChannels));
        }
        addActivation(kind.activation);
    }
    void describe(const Pool2D &kind)
    {
        add(squareText(kind.kernelH, kind.kernelW) + strideText(kind.strideH, kind.strideW));
        addActivation(kind.activation);
    }
    void describe(const GlobalPool & /*kind*/) { add(QStringLiteral("over all positions")); }
    void describe(const FullyConnected &kind)
    {
        addDense();
        addActivation(kind.activation);
    }
    void describe(const Gemm &kind)
    {
        const TensorId weights = op_.input(1);
        if (weights && graph_.tensor(weights).shape.rank() == 2 && graph_.tensor(weights).shape.known()) {
            const Shape &shape = graph_.tensor(weights).shape;
            add(QStringLiteral("%1 → %2").arg(shape[kind.transposeB ? 1 : 0]).arg(shape[kind.transposeB ? 0 : 1]));
        }
    }
    void describe(const MatMul & /*kind*/) { addOutputShape(); }
    void describe(const Binary &kind) { addActivation(kind.activation); }
    void describe(const Softmax &kind)
    {
        if (const Tensor *tensor = output(); tensor != nullptr && tensor->shape.known() && tensor->shape.rank() > 0) {
            add(QString::number(tensor->shape.last()));
        }
        if (kind.beta != 1) {
            add(QStringLiteral("β %1").arg(static_cast<double>(kind.beta)));
        }
    }
    void describe(const Reshape & /*kind*/) { addOutputShape(); }
    void describe(const Squeeze & /*kind*/) { addOutputShape(); }
    void describe(const ExpandDims & /*kind*/) { addOutputShape(); }
    void describe(const Transpose &kind) { add(QStringLiteral("[%1]").arg(listText(kind.permutation))); }
    void describe(const Pad &kind)
    {
        add(QStringLiteral("before %1").arg(listText(kind.before)));
        add(QStringLiteral("after %1").arg(listText(kind.after)));
    }
    void describe(const Concatenation &kind)
    {
        add(QStringLiteral("%1 inputs").arg(op_.inputs.size()));
        add(QStringLiteral("axis %1").arg(kind.axis));
        addActivation(kind.activation);
    }
    void describe(const Split &kind)
    {
        add(QStringLiteral("%1 outputs").arg(op_.outputs.size()));
        add(QStringLiteral("axis %1").arg(kind.axis));
    }
    void describe(const Pack &kind) { add(QStringLiteral("axis %1").arg(kind.axis)); }
    void describe(const Unpack &kind) { add(QStringLiteral("axis %1").arg(kind.axis)); }
    void describe(const StridedSlice &kind) { add(QStringLiteral("from [%1]").arg(listText(kind.begin))); }
    void describe(const Gather &kind) { add(QStringLiteral("axis %1").arg(kind.axis)); }
    void describe(const Resize &kind)
    {
        add(QStringLiteral("to %1").arg(squareText(kind.outputH, kind.outputW)));
        add(kind.mode == ResizeMode::Nearest     ? QStringLiteral("nearest")
                : kind.mode == ResizeMode::Cubic ? QStringLiteral("cubic")
                                                 : QStringLiteral("bilinear"));
    }
    void describe(const DepthToSpace &kind) { add(QStringLiteral("block %1").arg(kind.block)); }
    void describe(const SpaceToDepth &kind) { add(QStringLiteral("block %1").arg(kind.block)); }
    void describe(const Tile &kind) { add(QStringLiteral("times %1").arg(listText(kind.multiples))); }
    void describe(const BroadcastTo & /*kind*/) { addOutputShape(); }
    void describe(const Cast &kind)
    {
        const auto name = nameOf(kind.to);
        add(QStringLiteral("to ") + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    }
    void describe(const Reduce &kind)
    {
        const TensorId input = op_.input(0);
        if (!input || kind.axes.empty()) {
            add(QStringLiteral("over all"));
            return;
        }
        const Shape &shape = graph_.tensor(input).shape;
        QStringList over;
        for (const std::int64_t axis : kind.axes) {
            const auto rank = static_cast<std::int64_t>(shape.rank());
            const std::int64_t at = axis < 0 ? axis + rank : axis;
            over += at >= 0 && at < rank && shape[static_cast<std::size_t>(at)] >= 0
                ? QString::number(shape[static_cast<std::size_t>(at)])
                : QStringLiteral("?");
        }
        add(QStringLiteral("over ") + over.join(QStringLiteral("×")));
    }
    void describe(const ArgExtreme &kind) { add(QStringLiteral("axis %1").arg(kind.axis)); }
    void describe(const Quantize & /*kind*/) { addScale(); }
    void describe(const Dequantize & /*kind*/)
    {
        const TensorId input = op_.input(0);
        if (input) {
            const auto name = nameOf(graph_.tensor(input).type);
            add(QStringLiteral("from ") + QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
        }
    }
    void describe(const If & /*kind*/) { add(QStringLiteral("then, else")); }
    void describe(const While & /*kind*/) { add(QStringLiteral("condition, body")); }
    void describe(const Loop &kind) { add(QStringLiteral("%1 carried").arg(kind.carried)); }
    void describe(const Scan &kind)
    {
        add(kind.scanInputs == 1 ? QStringLiteral("over 1 input")
                                 : QStringLiteral("over %1 inputs").arg(kind.scanInputs));
    }
    void describe(const Call &kind)
    {
        add(QString::fromStdString(kind.function));
        if (kind.once) {
            add(QStringLiteral("once"));
        }
    }
    void describe(const Custom &kind)
    {
        constexpr std::size_t most = 2;
        for (std::size_t i = 0; i < kind.attributes.size() && i < most; ++i) {
            constexpr qsizetype longest = 16;
            const QString value = QString::fromStdString(kind.attributes[i].value);
            if (value.size() <= longest) {
                add(QString::fromStdString(kind.attributes[i].name) + QLatin1Char(' ') + value);
            }
        }
        if (parts_.isEmpty()) {
            add(QStringLiteral("shown, cannot run"));
        }
    }
    template <typename Kind>
    void describe(const Kind & /*kind*/)
    {
    }

    void addScale()
    {
        const Tensor *tensor = output();
        if (tensor != nullptr && tensor->quantization && tensor->quantization->scales.size() == 1) {
            add(QStringLiteral("scale %1").arg(static_cast<double>(tensor->quantization->scale()), 0, 'g', 4));
            add(QStringLiteral("zero %1").arg(tensor->quantization->zeroPoint()));
        }
    }

    const Graph &graph_;
    const Operator &op_;
    QStringList parts_;
};

} // namespace

QString detailsOf(const Graph &graph, const Operator &op)
{
    return Describer(graph, op).text();
}

} // namespace tinsmith

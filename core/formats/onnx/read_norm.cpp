// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"
#include "core/formats/onnx/spatial.h"

#include <map>
#include <numeric>

namespace tinsmith::onnxio {
namespace {

Binary binary(BinaryFunction function)
{
    return {function, FusedActivation::None};
}

/// The order of the norm: a whole number since operator set 2, before that a real one.
double orderOf(const Node &node)
{
    const Attribute *given = node.find("p");
    const double p = given == nullptr           ? 2
        : given->kind == Attribute::Kind::Float ? static_cast<double>(given->real)
                                                : static_cast<double>(given->integer);
    if (!(p >= 1 && p <= 64)) {
        throw Untyped{"its p is out of range"};
    }
    return p;
}

/// |x| to the power of p.
TensorId powered(NodeContext &context, TensorId x, double p)
{
    if (p == 2) {
        return context.step(binary(BinaryFunction::Mul), {x, x}, "squares");
    }
    const TensorId sizes = context.step(Unary{UnaryFunction::Abs}, {x}, "sizes");
    if (p == 1) {
        return sizes;
    }
    const TensorId exponent = context.number("p", context.tensor(x).type, p);
    return context.step(binary(BinaryFunction::Pow), {sizes, exponent}, "powers");
}

/// The root of order p of what powered() gave, summed.
void emitRoot(NodeContext &context, TensorId x, TensorId output, double p)
{
    if (p == 1) {
        context.emit(Identity{}, {x}, {output});
    } else if (p == 2) {
        context.emit(Unary{UnaryFunction::Sqrt}, {x}, {output});
    } else {
        const TensorId exponent = context.number("root", context.tensor(x).type, 1 / p);
        context.emit(binary(BinaryFunction::Pow), {x, exponent}, {output});
    }
}

/// Sums over windows are averages times the elements of a window.
void readLpPool(NodeContext &context)
{
    const Node &node = context.node;
    const std::size_t rank = context.rank(0);
    const auto kernel = node.integers("kernel_shape");
    if ((rank != 3 && rank != 4) || kernel.size() != rank - 2) {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
    if (node.integer("ceil_mode", 0) != 0) {
        throw Untyped{"an output size rounded up is not supported"};
    }
    const Shape input = context.shape(0);
    const auto spatial = spatialAttributes(node, kernel, {input.dims.begin() + 2, input.dims.end()});
    const double p = orderOf(node);
    asImage(context, [&](TensorId image, TensorId output, bool) {
        Pool2D pool;
        pool.function = PoolFunction::Average;
        pool.layout = Layout::ChannelsFirst;
        pool.kernelH = spatial.kernelH;
        pool.kernelW = spatial.kernelW;
        pool.strideH = spatial.strideH;
        pool.strideW = spatial.strideW;
        pool.dilationH = spatial.dilationH;
        pool.dilationW = spatial.dilationW;
        pool.padding = spatial.padding;
        pool.countIncludesPadding = true;
        const TensorId averages = context.step(pool, {powered(context, image, p)}, "averages");
        const double window = static_cast<double>(spatial.kernelH) * static_cast<double>(spatial.kernelW);
        const TensorId count = context.number("window", context.tensor(image).type, window);
        const TensorId sums = context.step(binary(BinaryFunction::Mul), {averages, count}, "sums");
        emitRoot(context, sums, output, p);
    });
}

void readGlobalLpPool(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    if (rank < 3) {
        throw Untyped{"its input has no spatial dimension"};
    }
    const double p = orderOf(context.node);
    Reduce reduce;
    reduce.keepDims = true;
    reduce.axes.resize(rank - 2);
    std::iota(reduce.axes.begin(), reduce.axes.end(), std::int64_t{2});
    if (p == 1 || p == 2) {
        reduce.function = p == 1 ? ReduceFunction::L1 : ReduceFunction::L2;
        context.emit(std::move(reduce), {context.in(0)});
        return;
    }
    reduce.function = ReduceFunction::Sum;
    const TensorId sums = context.step(std::move(reduce), {powered(context, context.in(0), p)}, "sums");
    emitRoot(context, sums, context.out(), p);
}

/// Laplace's expansion, row by row, each minor once.
class Determinant {
public:
    Determinant(NodeContext &context, std::size_t rank, std::int64_t size) : context_(context), rank_(rank), size_(size)
    {
    }

    /// Of the rows from `row` on and the columns of `columns`.
    TensorId minor(std::int64_t row, unsigned columns)
    {
        if (const auto known = minors_.find(columns); known != minors_.end()) {
            return known->second;
        }
        TensorId sum;
        int sign = 1;
        for (std::int64_t column = 0; column < size_; ++column) {
            if ((columns >> column & 1U) == 0) {
                continue;
            }
            TensorId term = element(row, column);
            if (row + 1 < size_) {
                const TensorId rest = minor(row + 1, columns & ~(1U << column));
                term = context_.step(binary(BinaryFunction::Mul), {term, rest}, "term");
            }
            if (!sum.valid()) {
                sum = term;
            } else {
                const auto function = sign > 0 ? BinaryFunction::Add : BinaryFunction::Sub;
                sum = context_.step(binary(function), {sum, term}, "minor");
            }
            sign = -sign;
        }
        minors_[columns] = sum;
        return sum;
    }

private:
    TensorId element(std::int64_t row, std::int64_t column)
    {
        const Shape shape = context_.shape(0);
        StridedSlice kind;
        kind.begin.assign(rank_, 0);
        kind.end = shape.dims;
        kind.stride.assign(rank_, 1);
        kind.begin[rank_ - 2] = row;
        kind.end[rank_ - 2] = row + 1;
        kind.begin[rank_ - 1] = column;
        kind.end[rank_ - 1] = column + 1;
        return context_.step(std::move(kind), {context_.in(0)}, "element");
    }

    NodeContext &context_;
    std::size_t rank_;
    std::int64_t size_;
    std::map<unsigned, TensorId> minors_;
};

void readDeterminant(NodeContext &context)
{
    constexpr std::int64_t largest = 4;
    const std::size_t rank = context.rank(0);
    const Shape shape = context.shape(0);
    if (rank < 2 || !shape.known() || shape[rank - 1] != shape[rank - 2]) {
        throw Untyped{"its input is not known to be square matrices"};
    }
    const std::int64_t size = shape[rank - 1];
    if (size < 1 || size > largest) {
        throw Untyped{"determinants of more than " + std::to_string(largest) + " rows are not supported"};
    }
    const TensorId whole = Determinant(context, rank, size).minor(0, (1U << size) - 1);
    const auto last = static_cast<std::int64_t>(rank);
    context.emit(Squeeze{{last - 2, last - 1}}, {whole});
}

} // namespace

void addNormReaders(NodeReaders &readers)
{
    readers["LpPool"] = readLpPool;
    readers["GlobalLpPool"] = readGlobalLpPool;
    readers["Det"] = readDeterminant;
}

} // namespace tinsmith::onnxio

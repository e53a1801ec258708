// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/element_values.h"
#include "core/execute/finish.h"
#include "core/execute/float_library.h"
#include "core/execute/kernel.h"
#include "core/execute/packed_weights.h"
#include "core/execute/weighted_sums.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace tinsmith {
namespace {

/// Rows times packed weights; store(row, firstChannel, channels, sums) gets what each tile makes.
template <typename Store>
void multiplyRows(const float *rows, std::int64_t count, const PackedWeights &weights,
    const std::vector<ExactStretch> *exact, const Store &store)
{
    const TermRun whole{0, weights.terms()};
    for (std::int64_t first = 0; first < count; first += tilePixels) {
        const std::int64_t now = std::min(tilePixels, count - first);
        const float *pixels[tilePixels];
        for (std::int64_t p = 0; p < now; ++p) {
            pixels[p] = rows + (first + p) * weights.terms();
        }
        for (std::int64_t panel = 0; panel < weights.panels(); ++panel) {
            const std::int64_t channel = panel * tileChannels;
            const std::int64_t channels = std::min(tileChannels, weights.channels() - channel);
            const auto storeAll = [&](const auto *sums) {
                for (std::int64_t p = 0; p < now; ++p) {
                    store(first + p, channel, channels, sums + p * tileChannels);
                }
            };
            if (exact != nullptr) {
                std::int32_t sums[tilePixels * tileChannels];
                multiplyExactly(pixels, now, *exact, weights.panel(panel), sums);
                storeAll(sums);
            } else {
                float sums[tilePixels * tileChannels];
                tileKernels().multiply(pixels, now, &whole, 1, weights.panel(panel), sums);
                storeAll(sums);
            }
        }
    }
}

class Dense {
public:
    Dense(Preparation &preparation, const FullyConnected &dense)
        : finish_(preparation, dense.activation), weights_(preparation.input(1))
    {
        preparation.require(weights_.shape.rank() == 2, "its weights are not a matrix");
        const std::int64_t outputs = weights_.shape[0];
        terms_ = weights_.shape[1];
        const std::int64_t elements = elementsOf(preparation.input(0));
        preparation.require(terms_ >= 1 && outputs >= 1 && elements % terms_ == 0,
            "the input cannot be cut into rows of the weights' length");
        rows_ = elements / terms_;
        preparation.require(elementsOf(preparation.output()) == rows_ * outputs,
            "the output does not have one value per row and weight row");
        preparation.require(!preparation.hasInput(2) || elementsOf(preparation.input(2)) == outputs,
            "the bias does not have one value per output");
        if (finish_.integer()) {
            scratch_ = preparation.reserve(elements * 4);
        }
        constant_ = preparation.constant(1) != nullptr;
        if (constant_ && !preparation.checkOnly()) {
            pack(preparation.constant(1)->data());
        }
    }

    std::int64_t rows() const { return rows_; }

    void run(const Arguments &arguments)
    {
        if (!constant_) {
            pack(arguments.inputs[1]);
        }
        const std::byte *bias = arguments.inputs.size() > 2 ? arguments.inputs[2] : nullptr;
        const float *rows = arguments.in<float>(0);
        if (finish_.integer()) {
            auto *values = arguments.scratchAt<float>(scratch_);
            const auto *stored = arguments.in<std::int8_t>(0);
            for (std::int64_t i = 0; i < rows_ * terms_; ++i) {
                values[i] = static_cast<float>(stored[i] - finish_.parameters().inputZeroPoint);
            }
            rows = values;
        }
        multiplyRows(rows, rows_, packed_, finish_.integer() ? &stretches_ : nullptr,
            [&](std::int64_t row, std::int64_t first, std::int64_t channels, const auto *sums) {
                std::byte *out = arguments.outputs[0] + (row * packed_.channels() + first) * finish_.elementBytes();
                finish_.store(sums, first, channels, bias, out, 1);
            });
    }

private:
    void pack(const std::byte *data)
    {
        const std::vector<float> values = weightValues(finish_, weights_, data);
        packed_ = PackedWeights(weights_.shape[0], terms_);
        for (std::int64_t c = 0; c < packed_.channels(); ++c) {
            for (std::int64_t k = 0; k < terms_; ++k) {
                packed_.at(c, k) = values[static_cast<std::size_t>(c * terms_ + k)];
            }
        }
        if (finish_.integer()) {
            stretches_ = exactStretches({{0, terms_}}, packed_, largestInput(finish_.parameters()));
        }
    }

    Finish finish_;
    Tensor weights_;
    std::int64_t terms_ = 1;
    std::int64_t rows_ = 1;
    bool constant_ = false;
    std::size_t scratch_ = 0;
    PackedWeights packed_;
    std::vector<ExactStretch> stretches_;
};

/// A matrix as it is stored, and whether it is read transposed.
struct StoredMatrix {
    std::int64_t rows = 1;
    std::int64_t columns = 1;
    bool transposed = false;

    std::int64_t height() const { return transposed ? columns : rows; }
    std::int64_t width() const { return transposed ? rows : columns; }
    std::int64_t at(std::int64_t y, std::int64_t x) const { return transposed ? x * columns + y : y * columns + x; }
};

/// a times b for one pair of matrices of floats or of int8 less a zero point.
class Product {
public:
    Product(
        Preparation &preparation, const StoredMatrix &a, const StoredMatrix &b, std::shared_ptr<const Finish> finish)
        : a_(a), b_(b), finish_(std::move(finish)), rows_(preparation.reserve(a.rows * a.columns * 4))
    {
        preparation.require(a_.width() == b_.height(), "the matrices' shapes do not agree");
    }

    template <typename T, typename Store>
    void run(
        const Arguments &arguments, const T *a, const T *b, std::int32_t zeroA, std::int32_t zeroB, const Store &store)
    {
        auto *rows = arguments.scratchAt<float>(rows_);
        for (std::int64_t y = 0; y < a_.height(); ++y) {
            for (std::int64_t x = 0; x < a_.width(); ++x) {
                rows[y * a_.width() + x] = static_cast<float>(a[a_.at(y, x)]) - static_cast<float>(zeroA);
            }
        }
        PackedWeights packed(b_.width(), b_.height());
        for (std::int64_t k = 0; k < b_.height(); ++k) {
            for (std::int64_t c = 0; c < b_.width(); ++c) {
                packed.at(c, k) = static_cast<float>(b[b_.at(k, c)]) - static_cast<float>(zeroB);
            }
        }
        std::vector<ExactStretch> stretches;
        if (finish_->integer()) {
            stretches = exactStretches({{0, b_.height()}}, packed, largestInput(finish_->parameters()));
        }
        multiplyRows(rows, a_.height(), packed, finish_->integer() ? &stretches : nullptr, store);
    }

private:
    StoredMatrix a_;
    StoredMatrix b_;
    std::shared_ptr<const Finish> finish_;
    std::size_t rows_ = 0;
};

StoredMatrix matrixOf(const Shape &shape, bool transposed)
{
    const std::size_t rank = shape.rank();
    return {shape[rank - 2], shape[rank - 1], transposed};
}

/// The dimensions before a matrix's two.
Shape leading(const Shape &shape)
{
    return Shape(std::vector<std::int64_t>(shape.dims.begin(), shape.dims.end() - 2));
}

/// The shape with a 1 put in, as NumPy makes a matrix of a vector: a row of the first operand, a column of the second.
Shape withOne(Shape shape, std::size_t fromBack)
{
    shape.dims.insert(shape.dims.end() - static_cast<std::ptrdiff_t>(fromBack), 1);
    return shape;
}

} // namespace

Kernel prepare(Preparation &preparation, const FullyConnected &dense)
{
    if (const auto kernel = plainDense(preparation)) {
        return *kernel;
    }
    auto operation = std::make_shared<Dense>(preparation, dense);
    if (const auto kernel = libraryDense(preparation, operation->rows(), dense.activation)) {
        return *kernel;
    }
    return [operation](const Arguments &arguments) { operation->run(arguments); };
}

Kernel prepare(Preparation &preparation, const Gemm &gemm)
{
    const Tensor &a = preparation.input(0);
    const Tensor &b = preparation.input(1);
    const Tensor &output = preparation.output();
    preparation.require(
        a.shape.rank() == 2 && b.shape.rank() == 2 && output.shape.rank() == 2, "its inputs are not matrices");
    preparation.require(
        a.type == ElementType::Float32 && b.type == ElementType::Float32 && output.type == ElementType::Float32,
        "it runs in float32 only");
    const auto finish = std::make_shared<const Finish>(preparation, FusedActivation::None);
    const StoredMatrix left = matrixOf(a.shape, gemm.transposeA);
    const StoredMatrix right = matrixOf(b.shape, gemm.transposeB);
    preparation.require(
        output.shape == Shape({left.height(), right.width()}), "the output's shape is not rows times columns");
    auto product = std::make_shared<Product>(preparation, left, right, finish);
    std::optional<Broadcast> addend;
    if (preparation.hasInput(2)) {
        addend = Broadcast::to(preparation, output.shape, preparation.input(2).shape);
    }
    const std::int64_t columns = right.width();
    return [=, elements = elementsOf(output)](const Arguments &arguments) {
        auto *out = arguments.out<float>();
        product->run(arguments, arguments.in<float>(0), arguments.in<float>(1), 0, 0,
            [&](std::int64_t row, std::int64_t first, std::int64_t channels, const auto *sums) {
                for (std::int64_t c = 0; c < channels; ++c) {
                    out[row * columns + first + c] = gemm.alpha * static_cast<float>(sums[c]);
                }
            });
        if (addend) {
            const auto *c = arguments.in<float>(2);
            addend->each([&](std::int64_t to, std::int64_t from) { out[to] += gemm.beta * c[from]; });
        }
    };
}

Kernel prepare(Preparation &preparation, const MatMul &matmul)
{
    if (const auto kernel = plainMatMul(preparation, matmul)) {
        return *kernel;
    }
    const Tensor &a = preparation.input(0);
    const Tensor &b = preparation.input(1);
    const Tensor &output = preparation.output();
    const bool row = a.shape.rank() == 1;
    const bool column = b.shape.rank() == 1;
    const std::size_t dropped = (row ? 1 : 0) + (column ? 1 : 0);
    preparation.require(a.shape.rank() >= 1 && b.shape.rank() >= 1 && output.shape.rank() + dropped >= 2,
        "its inputs are not matrices");
    preparation.require(a.type == b.type, "its inputs are of different types");
    const auto finish = std::make_shared<const Finish>(preparation, FusedActivation::None);
    const Shape shapeA = row ? withOne(a.shape, 1) : a.shape;
    const Shape shapeB = column ? withOne(b.shape, 0) : b.shape;
    Shape shape = column ? withOne(output.shape, 0) : output.shape;
    shape = row ? withOne(shape, 1) : shape;
    const StoredMatrix left = matrixOf(shapeA, matmul.transposeA && !row);
    const StoredMatrix right = matrixOf(shapeB, matmul.transposeB && !column);
    preparation.require(matrixOf(shape, false).rows == left.height() && matrixOf(shape, false).columns == right.width(),
        "the output's shape is not rows times columns");
    auto product = std::make_shared<Product>(preparation, left, right, finish);
    const Shape batches = leading(shape);
    // Every matrix has an entry in a table.
    constexpr std::int64_t mostMatrices = 1 << 20;
    preparation.require(batches.elements().value_or(mostMatrices + 1) <= mostMatrices, "it has too many matrices");
    const Broadcast batchA = Broadcast::to(preparation, batches, leading(shapeA));
    const Broadcast batchB = Broadcast::to(preparation, batches, leading(shapeB));
    std::vector<std::int64_t> matricesA;
    std::vector<std::int64_t> matricesB;
    batchA.each([&](std::int64_t, std::int64_t from) { matricesA.push_back(from); });
    batchB.each([&](std::int64_t, std::int64_t from) { matricesB.push_back(from); });
    const std::int64_t columns = right.width();
    const std::int64_t bytes = left.height() * columns * finish->elementBytes();
    return [=](const Arguments &arguments) {
        const auto runAll = [&](const auto *as, const auto *bs, std::int32_t zeroA, std::int32_t zeroB) {
            for (std::size_t i = 0; i < matricesA.size(); ++i) {
                std::byte *out = arguments.outputs[0] + static_cast<std::int64_t>(i) * bytes;
                product->run(arguments, as + matricesA[i] * left.rows * left.columns,
                    bs + matricesB[i] * right.rows * right.columns, zeroA, zeroB,
                    [&](std::int64_t y, std::int64_t first, std::int64_t channels, const auto *sums) {
                        finish->store(
                            sums, first, channels, nullptr, out + (y * columns + first) * finish->elementBytes(), 1);
                    });
            }
        };
        if (finish->integer()) {
            runAll(arguments.in<std::int8_t>(0), arguments.in<std::int8_t>(1), finish->parameters().inputZeroPoint,
                finish->parameters().weightZeroPoint);
        } else {
            runAll(arguments.in<float>(0), arguments.in<float>(1), 0, 0);
        }
    };
}

} // namespace tinsmith

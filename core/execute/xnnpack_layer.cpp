// SPDX-License-Identifier: Apache-2.0
#include "core/execute/xnnpack_layer.h"

#ifdef TINSMITH_XNNPACK
#include <xnnpack.h>

#include <type_traits>
#include <utility>

namespace tinsmith {

namespace {

struct DeleteOperator {
    void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using LibraryOperator = std::unique_ptr<std::remove_pointer_t<xnn_operator_t>, DeleteOperator>;

std::uint32_t narrow(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}

const float *pointerTo(const std::vector<float> &values)
{
    return values.empty() ? nullptr : values.data();
}

bool runOperator(xnn_operator_t op)
{
    return xnn_run_operator(op, nullptr) == xnn_status_success;
}

class Convolution : public XnnpackLayer {
public:
    Convolution(LibraryOperator op, const SpatialGeometry &geometry) : op_(std::move(op)), geometry_(geometry) { }

    bool run(const float *input, float *output) override
    {
        const auto batch = static_cast<std::size_t>(geometry_.batch);
        const auto height = static_cast<std::size_t>(geometry_.h.input);
        const auto width = static_cast<std::size_t>(geometry_.w.input);
#ifdef TINSMITH_XNNPACK_RESHAPE
        if (!reshaped_) {
            std::size_t bytes = 0;
            std::size_t alignment = 1;
            if (xnn_reshape_convolution2d_nhwc_f32(
                    op_.get(), batch, height, width, &bytes, &alignment, nullptr, nullptr, nullptr)
                != xnn_status_success) {
                return false;
            }
            workspace_.resize(bytes == 0 ? 0 : bytes + alignment);
            alignment_ = alignment;
            bytes_ = bytes;
            reshaped_ = true;
        }
        void *workspace = workspace_.data();
        std::size_t room = workspace_.size();
        if (bytes_ > 0) {
            std::align(alignment_, bytes_, workspace, room);
        }
        const xnn_status ready = xnn_setup_convolution2d_nhwc_f32(op_.get(), workspace, input, output);
#else
        const xnn_status ready
            = xnn_setup_convolution2d_nhwc_f32(op_.get(), batch, height, width, input, output, nullptr);
#endif
        return ready == xnn_status_success && runOperator(op_.get());
    }

private:
    LibraryOperator op_;
    SpatialGeometry geometry_;
#ifdef TINSMITH_XNNPACK_RESHAPE
    bool reshaped_ = false;
    std::vector<std::byte> workspace_;
    std::size_t bytes_ = 0;
    std::size_t alignment_ = 1;
#endif
};

class Dense : public XnnpackLayer {
public:
    Dense(LibraryOperator op, std::int64_t rows) : op_(std::move(op)), rows_(static_cast<std::size_t>(rows)) { }

    bool run(const float *input, float *output) override
    {
#ifdef TINSMITH_XNNPACK_RESHAPE
        if (!reshaped_ && xnn_reshape_fully_connected_nc_f32(op_.get(), rows_, nullptr) != xnn_status_success) {
            return false;
        }
        reshaped_ = true;
        const xnn_status ready = xnn_setup_fully_connected_nc_f32(op_.get(), input, output);
#else
        const xnn_status ready = xnn_setup_fully_connected_nc_f32(op_.get(), rows_, input, output, nullptr);
#endif
        return ready == xnn_status_success && runOperator(op_.get());
    }

private:
    LibraryOperator op_;
    std::size_t rows_;
#ifdef TINSMITH_XNNPACK_RESHAPE
    bool reshaped_ = false;
#endif
};

} // namespace

bool XnnpackLayer::available()
{
    static const bool works = xnn_initialize(nullptr) == xnn_status_success;
    return works;
}

std::shared_ptr<XnnpackLayer> XnnpackLayer::convolution(const SpatialGeometry &geometry, std::int64_t groups,
    std::int64_t bottom, std::int64_t right, const XnnpackWeights &values)
{
    const AxisGeometry &h = geometry.h;
    const AxisGeometry &w = geometry.w;
    const auto inputs = static_cast<std::size_t>(geometry.inputChannels);
    const auto outputs = static_cast<std::size_t>(geometry.outputChannels);
    const auto parts = static_cast<std::size_t>(groups);
    xnn_operator_t made = nullptr;
    const xnn_status status = xnn_create_convolution2d_nhwc_f32(narrow(h.padBefore), narrow(right), narrow(bottom),
        narrow(w.padBefore), narrow(h.kernel), narrow(w.kernel), narrow(h.stride), narrow(w.stride), narrow(h.dilation),
        narrow(w.dilation), narrow(groups), inputs / parts, outputs / parts, inputs, outputs, values.weights.data(),
        pointerTo(values.bias), values.bounds.min, values.bounds.max, 0,
#ifdef TINSMITH_XNNPACK_RESHAPE
        nullptr, nullptr,
#endif
        &made);
    return status == xnn_status_success ? std::make_shared<Convolution>(LibraryOperator(made), geometry) : nullptr;
}

std::shared_ptr<XnnpackLayer> XnnpackLayer::dense(
    std::int64_t rows, std::size_t terms, std::size_t outputs, const XnnpackWeights &values)
{
    xnn_operator_t made = nullptr;
    const xnn_status status = xnn_create_fully_connected_nc_f32(terms, outputs, terms, outputs, values.weights.data(),
        pointerTo(values.bias), values.bounds.min, values.bounds.max, 0,
#ifdef TINSMITH_XNNPACK_RESHAPE
        nullptr, nullptr,
#endif
        &made);
    return status == xnn_status_success ? std::make_shared<Dense>(LibraryOperator(made), rows) : nullptr;
}

} // namespace tinsmith

#endif

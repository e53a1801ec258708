// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/kernel.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tinsmith {
namespace {

struct Box {
    float top = 0;
    float left = 0;
    float bottom = 0;
    float right = 0;

    float area() const { return (bottom - top) * (right - left); }
};

float overlap(const Box &a, const Box &b)
{
    if (a.area() <= 0 || b.area() <= 0) {
        return 0;
    }
    const float height = std::max(std::min(a.bottom, b.bottom) - std::max(a.top, b.top), 0.0F);
    const float width = std::max(std::min(a.right, b.right) - std::max(a.left, b.left), 0.0F);
    const float shared = height * width;
    return shared / (a.area() + b.area() - shared);
}

/// The boxes that encodings (centre y, x, height, width) say of anchors.
std::vector<Box> decoded(
    const DetectionPostprocess &detection, const std::vector<float> &encodings, const std::vector<float> &anchors)
{
    std::vector<Box> boxes(anchors.size() / 4);
    const std::size_t coordinates = boxes.empty() ? 4 : encodings.size() / boxes.size();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const float *encoding = encodings.data() + i * coordinates;
        const float *anchor = anchors.data() + i * 4;
        const float y = encoding[0] / detection.scaleY * anchor[2] + anchor[0];
        const float x = encoding[1] / detection.scaleX * anchor[3] + anchor[1];
        const float halfHeight = 0.5F * std::exp(encoding[2] / detection.scaleH) * anchor[2];
        const float halfWidth = 0.5F * std::exp(encoding[3] / detection.scaleW) * anchor[3];
        boxes[i] = {y - halfHeight, x - halfWidth, y + halfHeight, x + halfWidth};
    }
    return boxes;
}

std::vector<std::size_t> descending(const std::vector<float> &values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    return order;
}

/// The boxes, best first, that score at least the threshold and overlap no better one too much.
std::vector<std::size_t> suppressed(const DetectionPostprocess &detection, const std::vector<Box> &boxes,
    const std::vector<float> &scores, std::int64_t most)
{
    std::vector<std::size_t> kept;
    for (const std::size_t candidate : descending(scores)) {
        if (static_cast<std::int64_t>(kept.size()) >= most || !(scores[candidate] >= detection.scoreThreshold)) {
            break;
        }
        const auto covers
            = [&](std::size_t better) { return overlap(boxes[better], boxes[candidate]) > detection.overlapThreshold; };
        if (std::none_of(kept.begin(), kept.end(), covers)) {
            kept.push_back(candidate);
        }
    }
    return kept;
}

struct Found {
    std::size_t box = 0;
    std::int64_t label = 0;
    float score = 0;
};

struct DetectionSizes {
    std::int64_t boxes = 0;
    /// Of a row of scores: the classes, and a background class before them where there is one more.
    std::int64_t columns = 0;
    std::int64_t offset = 0;
};

/// Every class by itself, then the best of all.
std::vector<Found> foundPerClass(const DetectionPostprocess &detection, const DetectionSizes &sizes,
    const std::vector<Box> &boxes, const std::vector<float> &scores)
{
    std::vector<Found> all;
    for (std::int64_t label = 0; label < detection.classes; ++label) {
        std::vector<float> column(boxes.size());
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            column[i]
                = scores[i * static_cast<std::size_t>(sizes.columns) + static_cast<std::size_t>(label + sizes.offset)];
        }
        for (const std::size_t box : suppressed(detection, boxes, column, detection.detectionsPerClass)) {
            all.push_back({box, label, column[box]});
        }
        std::stable_sort(all.begin(), all.end(), [](const Found &a, const Found &b) { return a.score > b.score; });
        all.resize(std::min(all.size(), static_cast<std::size_t>(detection.maxDetections)));
    }
    return all;
}

/// Boxes by their best class; each shows its best classes.
std::vector<Found> foundPerBox(const DetectionPostprocess &detection, const DetectionSizes &sizes,
    const std::vector<Box> &boxes, const std::vector<float> &scores)
{
    const auto shown = std::min(detection.maxClassesPerDetection, detection.classes);
    std::vector<float> best(boxes.size());
    std::vector<std::vector<std::size_t>> order(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto row = scores.begin() + static_cast<std::ptrdiff_t>(i) * sizes.columns + sizes.offset;
        const std::vector<float> values(row, row + detection.classes);
        order[i] = descending(values);
        best[i] = values[order[i].front()];
    }
    std::vector<Found> all;
    for (const std::size_t box : suppressed(detection, boxes, best, detection.maxDetections)) {
        for (std::int64_t i = 0; i < shown; ++i) {
            const std::size_t label = order[box][static_cast<std::size_t>(i)];
            all.push_back({box, static_cast<std::int64_t>(label),
                scores[box * static_cast<std::size_t>(sizes.columns) + label
                    + static_cast<std::size_t>(sizes.offset)]});
        }
    }
    return all;
}

} // namespace

Kernel prepare(Preparation &preparation, const DetectionPostprocess &detection)
{
    const Tensor &encodings = preparation.input(0);
    const Tensor &scores = preparation.input(1);
    const Tensor &anchors = preparation.input(2);
    preparation.require(encodings.shape.rank() == 3 && encodings.shape[0] == 1 && scores.shape.rank() == 3
            && scores.shape[0] == 1 && anchors.shape.rank() == 2 && anchors.shape[1] == 4,
        "its inputs are not the encodings, scores and anchors of one image");
    DetectionSizes sizes;
    sizes.boxes = anchors.shape[0];
    sizes.columns = scores.shape[2];
    sizes.offset = sizes.columns - detection.classes;
    preparation.require(encodings.shape[1] == sizes.boxes && encodings.shape[2] >= 4 && scores.shape[1] == sizes.boxes,
        "its encodings and scores do not have one row per anchor");
    preparation.require(
        detection.classes >= 1 && (sizes.offset == 0 || sizes.offset == 1), "its scores do not have its classes");
    preparation.require(detection.maxDetections >= 1 && detection.maxClassesPerDetection >= 1
            && detection.detectionsPerClass >= 1 && detection.scaleX > 0 && detection.scaleY > 0 && detection.scaleH > 0
            && detection.scaleW > 0,
        "its limits or scales are out of range");
    const std::int64_t rows = elementsOf(preparation.output(1));
    preparation.require(elementsOf(preparation.output(0)) == rows * 4 && elementsOf(preparation.output(2)) == rows
            && elementsOf(preparation.output(3)) >= 1,
        "its outputs do not have one row per detection");
    for (std::size_t i = 0; i < 4; ++i) {
        preparation.require(preparation.output(i).type == ElementType::Float32, "its outputs are not float32");
    }
    return [=](const Arguments &arguments) {
        const std::vector<Box> boxes
            = decoded(detection, realValues(encodings, arguments.inputs[0]), realValues(anchors, arguments.inputs[2]));
        const std::vector<float> values = realValues(scores, arguments.inputs[1]);
        const std::vector<Found> found = detection.regularNms ? foundPerClass(detection, sizes, boxes, values)
                                                              : foundPerBox(detection, sizes, boxes, values);
        const std::int64_t count = std::min<std::int64_t>(rows, static_cast<std::int64_t>(found.size()));
        for (std::int64_t i = 0; i < rows; ++i) {
            const bool there = i < count;
            const Found one = there ? found[static_cast<std::size_t>(i)] : Found{};
            const Box box = there ? boxes[one.box] : Box{};
            float *corner = arguments.out<float>(0) + i * 4;
            corner[0] = box.top;
            corner[1] = box.left;
            corner[2] = box.bottom;
            corner[3] = box.right;
            arguments.out<float>(1)[i] = static_cast<float>(one.label);
            arguments.out<float>(2)[i] = one.score;
        }
        arguments.out<float>(3)[0] = static_cast<float>(count);
    };
}

} // namespace tinsmith

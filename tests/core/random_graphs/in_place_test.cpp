// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/planner/check_plan.h"
#include "core/planner/kernels.h"
#include "core/planner/order.h"
#include "core/planner/storage.h"
#include "tests/core/random_graphs/batch_package.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <future>
#include <string>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

using Numbers = ModelMaker::Numbers;

struct Image {
    std::int64_t height;
    std::int64_t width;
    std::int64_t channels;
};

/// A graph of one operator on an image.
using MakeGraph = Graph (*)(Numbers numbers, const Image &image);

/// Input and output of the operator so far apart, in bytes from the input to the output.
struct Placement {
    std::size_t input;
    std::int64_t distance;
};

/// The closest overlaps of every kind that the planner may choose.
std::vector<Placement> placementsOf(const PackProblem &problem)
{
    const auto aligned
        = [&](std::int64_t bytes) { return (bytes + problem.alignment - 1) / problem.alignment * problem.alignment; };
    std::vector<Placement> placements;
    for (std::size_t i = 0; i < problem.overlaps.size(); ++i) {
        const PackOverlap &overlap = problem.overlaps[i];
        if (overlap.same) {
            placements.push_back({i, 0});
        }
        if (overlap.below) {
            placements.push_back({i, -aligned(*overlap.below)});
        }
        if (overlap.above) {
            placements.push_back({i, aligned(*overlap.above)});
        }
    }
    return placements;
}

/// The plan with its buffers where the placement has them, all others behind.
Plan placed(const PlanContext &context, const StorageProblem &problem, Plan plan, const Placement &placement)
{
    const PackOverlap &overlap = problem.packing.overlaps[placement.input];
    std::vector<std::int64_t> offsets(problem.packing.items.size(), -1);
    offsets[overlap.input] = std::max<std::int64_t>(0, -placement.distance);
    offsets[overlap.output] = std::max<std::int64_t>(0, placement.distance);
    std::int64_t end = 0;
    const auto endAt = [&](std::size_t item) {
        const std::int64_t alignment = problem.packing.alignment;
        const std::int64_t bytes = offsets[item] + problem.packing.items[item].bytes;
        end = std::max(end, (bytes + alignment - 1) / alignment * alignment);
    };
    endAt(overlap.input);
    endAt(overlap.output);
    for (std::size_t item = 0; item < offsets.size(); ++item) {
        if (offsets[item] < 0) {
            offsets[item] = end;
            endAt(item);
        }
    }
    for (PlanBuffer &buffer : plan.buffers) {
        const auto storage = buffer.tensor ? context.storageOf[buffer.tensor.position()]
                                           : static_cast<std::int32_t>(context.storages.size());
        buffer.offset = offsets[static_cast<std::size_t>(storage)];
    }
    plan.operators[0].overlaps = context.storages[overlap.input].front();
    plan.operators[0].bottomUp = placement.distance > 0;
    plan.arenaBytes = end;
    return plan;
}

std::string nameOf(const Image &image, const Placement &placement)
{
    const std::string place = placement.distance < 0 ? "below" : placement.distance > 0 ? "above" : "same";
    return "h" + std::to_string(image.height) + "w" + std::to_string(image.width) + "c" + std::to_string(image.channels)
        + "_" + place + std::to_string(placement.input);
}

/// The graph's package at every placement; the checker has to agree with each.
std::vector<ExportedGraph> packagesOf(
    const Graph &graph, const Image &image, bool portableOnly, std::vector<std::string> &problems)
{
    PlanOptions planOptions;
    planOptions.portableOnly = portableOnly;
    const Target target = roomyTarget();
    const PlanContext context = makeContext(graph, target, planOptions);
    const StorageProblem problem = makeProblem(context, sourceOrder(graph));
    const Plan whole = makePlan(graph, target, planOptions);
    std::mt19937 random(static_cast<std::uint32_t>(image.channels));
    std::vector<ExportedGraph> made;
    for (const Placement &placement : placementsOf(problem.packing)) {
        ExportedGraph exported;
        exported.graph = graph;
        const Plan plan = placed(context, problem, whole, placement);
        const std::string name = nameOf(image, placement);
        for (const std::string &line : checkPlan(graph, target, plan, planOptions)) {
            problems.push_back(name + ": " + line);
        }
        Executor executor(graph);
        for (int i = 0; i < 2; ++i) {
            Values &inputs = exported.inputs.emplace_back();
            for (const TensorId id : graph.inputs()) {
                inputs.push_back(randomValue(graph.tensor(id), random));
            }
            exported.expected.push_back(executor.run(inputs));
        }
        PackageOptions options;
        options.modelName = name;
        options.vectors = {{exported.inputs[0], exported.expected[0]}};
        exported.package = makePackage(graph, plan, target, options);
        made.push_back(std::move(exported));
    }
    return made;
}

/// Channels and pixels about the edges of blocks, in images of one and of several rows; test_kernels goes through all
/// of them.
std::vector<Image> images()
{
    std::vector<Image> all;
    for (const std::int64_t channels : {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 20}) {
        const bool flat = channels % 2 == 0;
        all.push_back({flat ? 1 : channels * 3 % 5 + 2, flat ? channels * 7 % 20 + 1 : channels * 5 % 7 + 1, channels});
    }
    return all;
}

template <ActivationFunction function>
Graph activation(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId x = make.input("x", {1, image.height, image.width, image.channels});
    return make.finish(make.op(Activation{function, 0, 0}, {x}, 1, "y", 1.0F / 256, -128));
}

template <BinaryFunction function>
Graph binary(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId a = make.input("a", {1, image.height, image.width, image.channels});
    const TensorId b = make.input("b", {1, image.height, image.width, image.channels});
    const bool extreme = function == BinaryFunction::Minimum;
    return make.finish(make.op(Binary{function, {}}, {a, b}, 1, "y", extreme ? 0.02F : 0.09F, extreme ? 5 : 1));
}

/// The second operand is one value per channel, which all pixels share.
Graph shared(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId a = make.input("a", {1, image.height, image.width, image.channels});
    const TensorId b = make.input("b", {1, 1, 1, image.channels});
    return make.finish(make.op(Binary{BinaryFunction::Add, {}}, {a, b}, 1, "y", 0.09F, 1));
}

/// A convolution to `more` channels more, or fewer.
template <int kernel, int stride, int more>
Graph convolution(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId x = make.input("x", {1, image.height, image.width, image.channels});
    const std::int64_t channels = std::max<std::int64_t>(2, image.channels + more);
    return make.finish({make.conv(x, channels, kernel, stride, PaddingMode::Same,
        image.channels % 2 == 0 ? FusedActivation::Relu : FusedActivation::None, "y")});
}

template <int kernel, int stride>
Graph depthwise(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId x = make.input("x", {1, image.height, image.width, image.channels});
    return make.finish({make.depthwise(x, kernel, stride, PaddingMode::Same,
        image.channels % 2 == 0 ? FusedActivation::Relu : FusedActivation::None, "y")});
}

template <PoolFunction function, int kernel, int stride>
Graph pool(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId x = make.input("x", {1, image.height, image.width, image.channels});
    return make.finish({make.pool(x, function, kernel, stride, PaddingMode::Same, "y")});
}

template <ElementType type>
Graph quantized(Numbers numbers, const Image &image)
{
    ModelMaker make(numbers, 3);
    const TensorId x = make.input("x", {1, image.height, image.width, image.channels});
    const TensorId y = make.op(Quantize{}, {x}, 1, "y", 0.03F, 7).front();
    if (numbers == Numbers::Int8) {
        make.builder().tensor(y).type = type;
    }
    return make.finish({y});
}

struct Kernel {
    const char *name;
    MakeGraph graph;
    bool hasFloat = true;
    /// Some image is run by a kernel for the DSP instructions.
    bool hasDsp = false;
};

const std::vector<Kernel> kernels = {{"convolution_1x1", convolution<1, 1, 0>, true, true},
    {"convolution_1x1_to_fewer", convolution<1, 1, -3>, true, true},
    {"convolution_1x1_to_more", convolution<1, 1, 3>, true, true},
    {"convolution_1x1_apart", convolution<1, 2, 0>, true, true}, {"convolution_3x3", convolution<3, 1, 0>, true, true},
    {"convolution_3x3_apart", convolution<3, 2, 1>, true, true},
    {"convolution_2x2_apart", convolution<2, 2, 0>, true, true}, {"depthwise_3x3", depthwise<3, 1>, true, true},
    {"depthwise_3x3_apart", depthwise<3, 2>, true, true}, {"depthwise_5x5", depthwise<5, 1>},
    {"max_pool", pool<PoolFunction::Max, 2, 2>}, {"max_pool_3x3", pool<PoolFunction::Max, 3, 1>},
    {"average_pool", pool<PoolFunction::Average, 3, 2>}, {"add", binary<BinaryFunction::Add>, true, true},
    {"subtract", binary<BinaryFunction::Sub>, true, true}, {"multiply", binary<BinaryFunction::Mul>},
    {"minimum", binary<BinaryFunction::Minimum>}, {"add_per_channel", shared},
    {"logistic", activation<ActivationFunction::Logistic>}, {"relu", activation<ActivationFunction::Relu>},
    {"requantize", quantized<ElementType::Int8>, false}, {"requantize_to_uint8", quantized<ElementType::UInt8>, false}};

} // namespace

/// What planner and checker take a kernel to be able to do in place (KernelFacts), done by the C that packages have.
class InPlaceTest : public QObject {
    Q_OBJECT

private slots:
    void closestOverlaps_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<bool>("int8");
        QTest::addColumn<bool>("portable");
        for (std::size_t i = 0; i < kernels.size(); ++i) {
            const auto add = [&](const char *variant, bool int8, bool portable) {
                QTest::addRow("%s, %s", kernels[i].name, variant) << static_cast<int>(i) << int8 << portable;
            };
            if (kernels[i].hasDsp) {
                add("dsp", true, false);
            }
            add("int8", true, true);
            if (kernels[i].hasFloat) {
                add("float32", false, true);
            }
        }
    }

    void closestOverlaps()
    {
        QFETCH(int, kernel);
        QFETCH(bool, int8);
        QFETCH(bool, portable);
        const Kernel &tested = kernels[static_cast<std::size_t>(kernel)];
        std::vector<ExportedGraph> packages;
        std::vector<std::string> problems;
        std::size_t dsp = 0;
        for (const Image &image : images()) {
            const Graph graph = tested.graph(int8 ? Numbers::Int8 : Numbers::Float32, image);
            const bool runsDsp = kernelFor(graph, OperatorId(0), roomyTarget(), portable).variant == KernelVariant::Dsp;
            if (!portable && !runsDsp) {
                continue;
            }
            dsp += runsDsp ? 1 : 0;
            for (ExportedGraph &exported : packagesOf(graph, image, portable, problems)) {
                exported.seed = packages.size();
                packages.push_back(std::move(exported));
            }
        }
        QVERIFY(portable || dsp >= 10);
        QVERIFY2(packages.size() >= 12, qPrintable(QString::number(packages.size())));
        // Two at a time: the compiler is what takes long.
        const auto middle = packages.begin() + static_cast<std::ptrdiff_t>(packages.size() / 2);
        const auto build = kernel % 8 == 0 ? BatchBuild::Optimized : BatchBuild::Quick;
        auto other = std::async(std::launch::async, whyBatchFails, std::vector(middle, packages.end()), build);
        std::vector<std::string> lines = whyBatchFails({packages.begin(), middle}, build);
        const std::vector<std::string> more = other.get();
        lines.insert(lines.end(), more.begin(), more.end());
        lines.insert(lines.end(), problems.begin(), problems.end());
        for (const std::string &line : lines) {
            qWarning("%s", line.c_str());
        }
        packages_ += packages.size();
        QCOMPARE(lines.size(), std::size_t(0));
    }

    void cleanupTestCase() { qInfo("%zu packages", packages_); }

private:
    std::size_t packages_ = 0;
};

TINSMITH_TEST(InPlaceTest)
#include "in_place_test.moc"

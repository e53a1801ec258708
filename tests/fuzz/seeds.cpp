// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/seeds.h"

#include "core/formats/onnx/onnx_writer.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/session/project_file.h"
#include "tests/core/formats_onnx/onnx_examples.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/core/formats_tflite/operator_cases.h"
#include "tests/fixtures/models.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>
#include <span>

namespace tinsmith::fuzz {
namespace {

using test::ModelMaker;
using Numbers = ModelMaker::Numbers;

TensorId numbers(ModelMaker &make, const std::string &name, const std::vector<std::int32_t> &values)
{
    return make.builder().addConstant(
        name, ElementType::Int32, Shape{static_cast<std::int64_t>(values.size())}, Bytes::of(values));
}

Graph movements(Numbers kind)
{
    ModelMaker make(kind);
    const TensorId x = make.input("x", {1, 4, 6, 4});
    const auto one = [&](OperatorKind op, TensorId from) { return make.op(std::move(op), {from}).front(); };
    TensorId y = one(Pad{PadMode::Constant, {0, 1, 0, 0}, {0, 1, 2, 0}, 0}, x);
    y = one(Transpose{{0, 2, 1, 3}}, y);
    y = one(SpaceToDepth{2}, y);
    y = one(DepthToSpace{2}, y);
    y = one(Transpose{{0, 2, 1, 3}}, y);
    const auto parts = make.op(Split{3, {2, 2}}, {y}, 2);
    y = make.op(Concatenation{3}, {parts[1], parts[0]}).front();
    y = one(StridedSlice{{0, 1, 0, 0}, {1, 5, 6, 4}, {1, 1, 2, 1}, {}}, y);
    y = make.op(Gather{3}, {y, numbers(make, "which", {3, 0, 1})}).front();
    y = one(Tile{{1, 1, 2, 1}}, y);
    Resize resize;
    resize.mode = ResizeMode::Bilinear;
    resize.coordinates = ResizeCoordinates::HalfPixel;
    resize.outputH = 3;
    resize.outputW = 5;
    y = one(resize, y);
    y = one(ExpandDims{{1}}, y);
    y = one(Squeeze{{1}}, y);
    y = one(Reshape{{1, -1}, false}, y);
    const auto pieces = make.op(Unpack{0}, {y}, 1);
    y = make.op(Pack{0}, {pieces[0], pieces[0]}).front();
    return make.finish({y, one(ArgExtreme{}, y)}, "movements");
}

Graph sums(Numbers kind)
{
    ModelMaker make(kind);
    const TensorId a = make.input("a", {1, 3, 4});
    const TensorId b = make.input("b", {1, 1, 4});
    TensorId y = a;
    const std::vector<BinaryFunction> functions = {BinaryFunction::Add, BinaryFunction::Sub, BinaryFunction::Mul,
        BinaryFunction::Div, BinaryFunction::Minimum, BinaryFunction::Maximum, BinaryFunction::SquaredDifference};
    for (const BinaryFunction function : functions) {
        y = make.op(Binary{function, FusedActivation::None}, {y, b}).front();
    }
    for (const UnaryFunction function : {UnaryFunction::Abs, UnaryFunction::Exp, UnaryFunction::Rsqrt,
             UnaryFunction::Sin, UnaryFunction::Floor, UnaryFunction::Erf, UnaryFunction::Neg}) {
        y = make.op(Unary{function}, {y}).front();
    }
    for (const ActivationFunction function : {ActivationFunction::Relu6, ActivationFunction::LeakyRelu,
             ActivationFunction::Elu, ActivationFunction::Logistic, ActivationFunction::Tanh,
             ActivationFunction::HardSwish, ActivationFunction::Clip, ActivationFunction::Gelu}) {
        y = make.op(Activation{function, 0.1F, 0.5F}, {y}).front();
    }
    y = make.op(MatMul{false, true}, {y, a}).front();
    y = make.op(Reduce{ReduceFunction::Max, {1}, true}, {y}).front();
    y = make.op(LogSoftmax{}, {y}).front();
    return make.finish({make.op(Softmax{}, {y}).front()}, "sums");
}

std::vector<Graph> graphs()
{
    std::vector<Graph> all;
    for (const Numbers kind : {Numbers::Float32, Numbers::Int8}) {
        all.push_back(test::smallCnn(kind));
        all.push_back(test::residualCnn(kind));
        all.push_back(movements(kind));
        all.push_back(sums(kind));
    }
    return all;
}

std::vector<Seed> written(
    const std::string &extension, const std::function<std::vector<std::byte>(const Graph &)> &write)
{
    std::vector<Seed> seeds;
    for (const Graph &graph : graphs()) {
        try {
            seeds.push_back({graph.name() + "_" + std::to_string(seeds.size()) + extension, write(graph)});
        } catch (const UnsupportedError &) {
            // The format has no form for one of its operators.
        }
    }
    return seeds;
}

std::vector<Seed> writtenTflite()
{
    return written(".tflite", [](const Graph &graph) { return writeTflite(graph); });
}

Seed seedOf(const std::string &name, const test::OnnxModel &model)
{
    const std::string bytes = model.bytes();
    const auto raw = std::as_bytes(std::span(bytes.data(), bytes.size()));
    return {name, {raw.begin(), raw.end()}};
}

/// A branch, a loop and a function, none of which the writers' seeds have.
Seed bodies()
{
    test::OnnxModel model(17);
    model.input("x", {2, 3});
    model.proto.mutable_graph()->add_input()->CopyFrom(model.graph().input(0));
    auto &condition = *model.graph().mutable_input(1);
    condition.set_name("condition");
    condition.mutable_type()->mutable_tensor_type()->set_elem_type(::onnx::TensorProto::BOOL);
    condition.mutable_type()->mutable_tensor_type()->mutable_shape()->clear_dim();
    model.constant("trips", {}, std::vector<std::int64_t>{3});
    const auto body
        = [](::onnx::NodeProto &node, const std::string &name, const std::string &type) -> ::onnx::GraphProto & {
        auto &attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(::onnx::AttributeProto::GRAPH);
        auto &graph = *attribute.mutable_g();
        graph.set_name(name);
        auto &inner = *graph.add_node();
        inner.set_op_type(type);
        inner.add_input("x");
        inner.add_output(name + "_y");
        graph.add_output()->set_name(name + "_y");
        return graph;
    };
    auto &branch = model.node("If", {"condition"}, {"chosen"});
    body(branch, "then_branch", "Relu");
    body(branch, "else_branch", "Abs");
    auto &loop = model.node("Loop", {"trips", "condition", "chosen"}, {"carried"});
    auto &graph = body(loop, "body", "Neg");
    for (const char *name : {"iteration", "go", "x"}) {
        graph.add_input()->set_name(name);
    }
    graph.clear_output();
    graph.add_output()->set_name("go");
    graph.add_output()->set_name("body_y");
    auto &function = *model.proto.add_functions();
    function.set_name("Twice");
    function.set_domain("own");
    function.add_input("a");
    function.add_output("b");
    auto &inner = *function.add_node();
    inner.set_op_type("Add");
    inner.add_input("a");
    inner.add_input("a");
    inner.add_output("b");
    auto &set = *function.add_opset_import();
    set.set_version(17);
    auto &own = *model.proto.add_opset_import();
    own.set_domain("own");
    own.set_version(1);
    model.node("Twice", {"carried"}, {"y"}).set_domain("own");
    model.output("y");
    return seedOf("bodies.onnx", model);
}

/// Computations of shapes that the reader folds.
Seed shapes()
{
    test::OnnxModel model(13);
    model.input("x", {-1, 3, 8, 8});
    model.weights("w", {4, 3, 3, 3});
    model.constant("zero", {1}, std::vector<std::int64_t>{0});
    model.constant("one", {1}, std::vector<std::int64_t>{1});
    model.constant("rest", {1}, std::vector<std::int64_t>{-1});
    auto &conv = model.node("Conv", {"x", "w"}, {"c"});
    test::OnnxModel::set(conv, "pads", std::vector<std::int64_t>{1, 1, 1, 1});
    test::OnnxModel::set(conv, "strides", std::vector<std::int64_t>{2, 2});
    auto &pool = model.node("MaxPool", {"c"}, {"p"});
    test::OnnxModel::set(pool, "kernel_shape", std::vector<std::int64_t>{2, 2});
    test::OnnxModel::set(pool, "ceil_mode", std::int64_t{1});
    model.node("Shape", {"p"}, {"s"});
    model.node("Slice", {"s", "zero", "one"}, {"batch"});
    model.node("Concat", {"batch", "rest"}, {"flat"});
    test::OnnxModel::set(*model.graph().mutable_node(4), "axis", std::int64_t{0});
    model.node("Reshape", {"p", "flat"}, {"f"});
    model.weights("m", {36, 5});
    model.weights("b", {5});
    model.node("Gemm", {"f", "m", "b"}, {"y"});
    model.output("y");
    return seedOf("shapes.onnx", model);
}

/// ONNX's own test models, one of each operator, where they are installed.
void addNodeTests(std::vector<Seed> &seeds)
{
    const std::filesystem::path source = "/usr/share/libonnx-testdata/data/node";
    std::error_code missing;
    std::vector<std::filesystem::path> folders;
    for (const auto &entry : std::filesystem::directory_iterator(source, missing)) {
        folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    for (const auto &folder : folders) {
        const auto model = folder / "model.onnx";
        constexpr std::size_t largest = 4096;
        if (std::filesystem::exists(model) && std::filesystem::file_size(model) < largest) {
            const Bytes bytes = Bytes::map(model);
            seeds.push_back({folder.filename().string() + ".onnx", {bytes.view().begin(), bytes.view().end()}});
        }
    }
}

/// Every operator of TFLite in each of its element types.
void addOperatorCases(std::vector<Seed> &seeds)
{
    for (const test::OperatorCase &each : test::allOperatorCases()) {
        for (const test::Form &form : each.forms) {
            const Bytes bytes = test::fileOf(each, form);
            seeds.push_back({each.operators.front() + "_" + std::to_string(seeds.size()) + ".tflite",
                {bytes.view().begin(), bytes.view().end()}});
        }
    }
}

/// Operators that the installed node tests do not have.
void addOnnxExamples(std::vector<Seed> &seeds)
{
    for (const test::OnnxExample &example : test::onnxExamples()) {
        const std::string bytes = test::modelOfText(example.graph, example.opset);
        const auto raw = std::as_bytes(std::span(bytes.data(), bytes.size()));
        seeds.push_back({"example_" + std::to_string(seeds.size()) + ".onnx", {raw.begin(), raw.end()}});
    }
}

} // namespace

std::vector<Seed> tfliteSeeds()
{
    auto seeds = writtenTflite();
    addOperatorCases(seeds);
    return seeds;
}

std::vector<Seed> onnxSeeds()
{
    std::vector<Seed> seeds = written(".onnx", [](const Graph &graph) { return writeOnnx(graph); });
    seeds.push_back(bodies());
    seeds.push_back(shapes());
    addOnnxExamples(seeds);
    addNodeTests(seeds);
    return seeds;
}

std::vector<Seed> projectSeeds()
{
    std::vector<Seed> seeds;
    const auto add = [&](const Seed &model) {
        Project project;
        project.modelFile = model.name;
        project.model = Bytes(model.bytes);
        project.targetId = "stm32l4r5";
        for (const char *rewrite : {"fold-batch-norm", "pool-to-stride", "remove-dead-channels", "quantize"}) {
            project.recipe.steps.push_back({rewrite, {}, true});
        }
        const auto bytes = projectBytes(project);
        seeds.push_back({model.name + ".tinsmith", bytes});
    };
    const auto tflite = writtenTflite();
    const auto onnx = onnxSeeds();
    add(tflite.front());
    add(tflite.back());
    add(onnx.front());
    add(shapes());
    return seeds;
}

} // namespace tinsmith::fuzz

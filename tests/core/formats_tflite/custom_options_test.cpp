// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"
#include "tests/core/formats_tflite/operator_case.h"
#include "tests/support/test_main.h"

#include <flatbuffers/flexbuffers.h>

#include <cmath>
#include <limits>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// An operator of these options, as it opens.
OperatorKind opened(const std::string &name, const std::vector<std::uint8_t> &options, std::size_t outputs = 1)
{
    OperatorCase tested;
    tested.operators = {name};
    tested.forms = {plain(tfl::TensorType::INT16)};
    const std::vector<Value> values(outputs, given({4}, {0, 0, 0, 0}));
    tested.graphs = {oneOperatorGraph(tfl::BuiltinOperator::CUSTOM, {tfl::BuiltinOptions::NONE, {}, options},
        {given({4}, {0, 0, 0, 0}), given({4}, {0, 0, 0, 0})}, values, name)};
    return readTflite(fileOf(tested, tested.forms.front()), "model.tflite").operators().front().kind;
}

template <typename Add>
std::vector<std::uint8_t> map(const Add &add)
{
    flexbuffers::Builder builder;
    builder.Map([&] { add(builder); });
    builder.Finish();
    return builder.GetBuffer();
}

QString reasonOf(const OperatorKind &kind)
{
    const auto *custom = std::get_if<Custom>(&kind);
    return custom == nullptr ? QStringLiteral("is typed") : QString::fromStdString(custom->reason);
}

QString shiftIs(const std::function<void(flexbuffers::Builder &)> &add)
{
    return reasonOf(opened("SignalWindow", map(add)));
}

std::vector<std::uint8_t> detectionWith(double threshold)
{
    return map([&](flexbuffers::Builder &o) {
        for (const char *name : {"max_detections", "max_classes_per_detection", "num_classes"}) {
            o.Int(name, 1);
        }
        for (const char *name : {"nms_iou_threshold", "x_scale", "y_scale", "h_scale", "w_scale"}) {
            o.Float(name, 1.0F);
        }
        o.Double("nms_score_threshold", threshold);
    });
}

} // namespace

/// Values of custom options are numbers of the file's choice; only those that fit are converted.
class CustomOptionsTest : public QObject {
    Q_OBJECT
private slots:
    void integersMustFit()
    {
        const auto outOfRange = [](const QString &number) {
            return QStringLiteral("its option shift is %1, which is not a 32-bit integer").arg(number);
        };
        QCOMPARE(shiftIs([](auto &o) { o.Int("shift", 3); }), QString("is typed"));
        QCOMPARE(shiftIs([](auto &o) { o.UInt("shift", 3); }), QString("is typed"));
        QCOMPARE(shiftIs([](auto &o) { o.Double("shift", 3.0); }), QString("is typed"));
        QCOMPARE(shiftIs([](auto &o) { o.Double("shift", 7.0e31); }), outOfRange("7e+31"));
        QCOMPARE(shiftIs([](auto &o) { o.Double("shift", 2.5); }), outOfRange("2.5"));
        QCOMPARE(
            shiftIs([](auto &o) { o.Double("shift", -std::numeric_limits<double>::infinity()); }), outOfRange("-inf"));
        QCOMPARE(shiftIs([](auto &o) { o.Double("shift", std::nan("")); }), outOfRange("nan"));
        QCOMPARE(shiftIs([](auto &o) { o.Int("shift", std::int64_t{1} << 31); }), outOfRange("2147483648"));
        QCOMPARE(shiftIs([](auto &o) { o.UInt("shift", ~std::uint64_t{0}); }), outOfRange("18446744073709551615"));
        QCOMPARE(shiftIs([](auto &o) { o.String("shift", "3"); }), QString("it has no number shift among its options"));
        QCOMPARE(shiftIs([](auto &o) { o.Int("shaft", 3); }), QString("it has no number shift among its options"));
    }

    void realsMustFit()
    {
        const auto of = [](double threshold) {
            return reasonOf(opened("TFLite_Detection_PostProcess", detectionWith(threshold), 4));
        };
        QCOMPARE(of(0.5), QString("is typed"));
        QCOMPARE(of(-std::numeric_limits<double>::infinity()), QString("is typed"));
        QCOMPARE(of(1e300), QString("its option nms_score_threshold is 1e+300, which is not a float32 number"));
        QCOMPARE(of(std::nan("")), QString("its option nms_score_threshold is nan, which is not a float32 number"));
    }

    void optionsMustBeAMap()
    {
        QCOMPARE(reasonOf(opened("SignalWindow", {1, 2, 3})), QString("the custom options are not a valid flexbuffer"));
        flexbuffers::Builder builder;
        builder.Int(5);
        builder.Finish();
        QCOMPARE(reasonOf(opened("SignalWindow", builder.GetBuffer())),
            QString("the custom options are not a map of names to values"));
    }
};

TINSMITH_TEST(CustomOptionsTest)
#include "custom_options_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"

namespace tinsmith::onnxio {

void write(Emitter &e, const Operator &op, const LayerNormalization &kind)
{
    std::vector<std::string> outputs = {e.realOutput()};
    for (std::size_t output = 1; output < op.outputs.size(); ++output) {
        outputs.push_back(e.storedOutput(output));
    }
    e.node("LayerNormalization", {e.real(0), e.real(1), e.real(2)}, outputs,
        {{"axis", std::int64_t{kind.axis}}, {"epsilon", kind.epsilon}});
}

void write(Emitter &e, const Operator &, const RmsNormalization &kind)
{
    e.needOperatorSet(23);
    e.node("RMSNormalization", {e.real(0), e.real(1)}, {e.realOutput()},
        {{"axis", std::int64_t{kind.axis}}, {"epsilon", kind.epsilon}});
}

void write(Emitter &e, const Operator &op, const GroupNormalization &kind)
{
    if (kind.groups == 0) {
        e.node(
            "InstanceNormalization", {e.real(0), e.real(1), e.real(2)}, {e.realOutput()}, {{"epsilon", kind.epsilon}});
        return;
    }
    const Shape &x = e.tensor(op.inputs[0]).shape;
    const bool perChannel = x.rank() > 1 && e.tensor(op.inputs[1]).shape.elements() == x[1];
    e.needOperatorSet(perChannel ? 21 : 18);
    if (!perChannel && e.operatorSet() >= 21) {
        e.refuse("GroupNormalization of operator set 21 has its scale per channel");
    }
    e.node("GroupNormalization", {e.real(0), e.real(1), e.real(2)}, {e.realOutput()},
        {{"epsilon", kind.epsilon}, {"num_groups", kind.groups}});
}

void write(Emitter &e, const Operator &, const LocalResponseNormalization &kind)
{
    if (kind.layout != Layout::ChannelsFirst) {
        e.refuse("its channels stand last");
    }
    e.node("LRN", {e.real(0)}, {e.realOutput()},
        {{"alpha", kind.alpha}, {"beta", kind.beta}, {"bias", kind.bias}, {"size", kind.size}});
}

void write(Emitter &e, const Operator &, const MeanVarianceNormalization &kind)
{
    e.node("MeanVarianceNormalization", {e.real(0)}, {e.realOutput()}, {{"axes", kind.axes}});
}

void write(Emitter &e, const Operator &, const LpNormalization &kind)
{
    e.node("LpNormalization", {e.real(0)}, {e.realOutput()},
        {{"axis", std::int64_t{kind.axis}}, {"p", std::int64_t{kind.p}}});
}

void write(Emitter &e, const Operator &, const Hardmax &kind)
{
    e.node("Hardmax", {e.real(0)}, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/big_model/big_model.h"

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int count, char **arguments)
{
    using namespace tinsmith::test;
    const std::string form = count > 3 ? arguments[3] : "raw";
    const std::int64_t megabytes = count > 2 ? std::atoll(arguments[2]) : 0;
    if (megabytes < 1 || (form != "raw" && form != "floats" && form != "external")) {
        std::fprintf(stderr, "usage: tinsmith_make_big_model FILE.onnx MEGABYTES [raw|floats|external]\n");
        return 2;
    }
    writeBigModel(arguments[1], megabytes << 20,
        form == "raw"          ? WeightPlace::Raw
            : form == "floats" ? WeightPlace::Floats
                               : WeightPlace::External);
    return 0;
}

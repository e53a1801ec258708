// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/fixtures/models.h"

#include <functional>
#include <vector>

namespace tinsmith::test {

/// A small model of the operators of one family.
struct FamilyModel {
    const char *name;
    std::function<Graph(ModelMaker::Numbers)> make;
    bool float32 = true;
    bool int8 = true;
};

/// Between them, every operator that packages have a kernel for.
const std::vector<FamilyModel> &familyModels();

} // namespace tinsmith::test

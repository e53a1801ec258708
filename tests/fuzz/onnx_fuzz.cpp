// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/entries.h"
#include "tests/fuzz/fuzz_target.h"

TINSMITH_FUZZ_TARGET(tinsmith::fuzz::openOnnx, tinsmith::fuzz::mutateOnnx)

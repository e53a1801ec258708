// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

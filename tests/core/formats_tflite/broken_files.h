// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"

#include <functional>
#include <map>
#include <string>

namespace tinsmith::test {

/// Files that must be refused, by the name under which tests/core/formats/rejects.json has the message. Each is made
/// from a sound file by one change.
const std::map<std::string, std::function<Bytes()>> &brokenTfliteFiles();

/// The sound file that the broken ones are made from: a fully connected layer.
Bytes soundTfliteFile();

} // namespace tinsmith::test

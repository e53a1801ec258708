// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <vector>

/// Changes of sound files that leave most of their structure, so that they get past the reader's first checks.
namespace tinsmith::fuzz {

using File = std::vector<std::byte>;

/// Overwrites a few numbers of one, two, four or eight bytes with others of the file, with extremes, or with
/// neighbours; now and then cuts or repeats a piece. Offsets of a flatbuffer mostly stay right.
void mutateBytes(File &file, std::mt19937 &random);

/// Changes fields of an ONNX model by their meaning: numbers, names, operators, lists; parts are dropped, repeated and
/// put in other places. Bytes that are no model are changed as bytes.
void mutateOnnx(File &file, std::mt19937 &random);

/// Changes the text or the model of a project and mends the length between them, mostly.
void mutateProject(File &file, std::mt19937 &random);

} // namespace tinsmith::fuzz

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tinsmith::tflite {

/// A way in which a program may call the model: names of its own for the inputs and outputs of a subgraph (TFLite's
/// SignatureDef). A GraphInfo keeps it as an entry of its metadata: "Signature KEY" and "x = input_1 -> y = output_1".
struct Signature {
    std::string key;
    /// As the file counts them: 0 is the main graph.
    std::size_t subgraph = 0;
    /// The program's name and the tensor's.
    std::vector<std::pair<std::string, std::string>> inputs;
    std::vector<std::pair<std::string, std::string>> outputs;
};

std::pair<std::string, std::string> asMetadata(const Signature &signature);
/// Nothing where the entry is no signature.
std::optional<Signature> signatureFrom(const std::pair<std::string, std::string> &entry);

/// "a = x, b = y", in quotes where a name could be taken for something else; and the pairs again, nothing where the
/// text is not of this form.
std::string namePairsText(const std::vector<std::pair<std::string, std::string>> &pairs);
std::optional<std::vector<std::pair<std::string, std::string>>> namePairsFrom(const std::string &text);

/// Content of the file's metadata as a text: itself where it is a plain line, else "base64 " and its encoding. Zeros
/// that fill it up at the end are left out.
std::string metadataText(const std::string &content);
/// The content again.
std::string metadataContent(const std::string &text);

} // namespace tinsmith::tflite

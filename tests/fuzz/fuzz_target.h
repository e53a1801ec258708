// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <cstdint>
#include <span>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t size, std::size_t most);

/// What libFuzzer calls: `entry` runs a file; a quarter of the mutations are libFuzzer's own, the others those of
/// `mutate`.
#define TINSMITH_FUZZ_TARGET(entry, mutate)                                           \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) \
    {                                                                                 \
        entry(std::as_bytes(std::span(data, size)));                                  \
        return 0;                                                                     \
    }                                                                                 \
    extern "C" std::size_t LLVMFuzzerCustomMutator(                                   \
        std::uint8_t *data, std::size_t size, std::size_t most, unsigned seed)        \
    {                                                                                 \
        std::mt19937 random(seed);                                                    \
        if (random() % 4 == 0) {                                                      \
            return LLVMFuzzerMutate(data, size, most);                                \
        }                                                                             \
        const auto bytes = std::as_bytes(std::span(data, size));                      \
        tinsmith::fuzz::File file(bytes.begin(), bytes.end());                        \
        mutate(file, random);                                                         \
        file.resize(std::min(file.size(), most));                                     \
        std::copy(file.begin(), file.end(), reinterpret_cast<std::byte *>(data));     \
        return file.size();                                                           \
    }

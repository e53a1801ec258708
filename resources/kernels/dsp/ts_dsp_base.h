/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_BASE_H
#define TS_DSP_BASE_H

/* Kernels for cores with the DSP instructions of Armv7E-M (Cortex-M4, M7, M33 and up). Every piece of assembly has a
 * twin in C that gives the same bits from the same packed weights: it runs where these instructions are missing (tests
 * on a host) and in builds without optimization, where assembly cannot have its constants. */

#include "ts_base.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && TS_OPTIMIZED && !defined(TS_DSP_PLAIN_C)
#define TS_DSP_ASSEMBLY 1
#else
#define TS_DSP_ASSEMBLY 0
#endif

/* Words may be read at any address, unless the compiler was told to do without (-mno-unaligned-access), as firmware has
 * to that lets the core trap such accesses (CCR.UNALIGN_TRP). Kernels then read bytes wherever an address may be odd.
 */
#if defined(__ARM_FEATURE_UNALIGNED)
#define TS_DSP_UNALIGNED 1
#else
#define TS_DSP_UNALIGNED 0
#endif

/* For what is too rare to be worth a copy in every layer. */
#if defined(__GNUC__)
#define TS_DSP_SHARED static __attribute__((noinline, unused))
#define TS_DSP_RARELY(condition) __builtin_expect((condition) ? 1 : 0, 0)
#else
#define TS_DSP_SHARED static inline
#define TS_DSP_RARELY(condition) (condition)
#endif

/* How accumulators become outputs. Fast: one multiply and one saturating shift, with constants that were proved exact
 * for all accumulators that the layer can have. General: the double rounding of TFLite as such. */
#define TS_DSP_FAST 0
#define TS_DSP_GENERAL 1
/* As fast, with one more constant: for depthwise channels whose bias would not fit the accumulator otherwise. */
#define TS_DSP_ADDEND 2

/* The compiler takes a line of assembly for one instruction when it places its literals, which must stay within 4 KB of
 * their use. Repeated blocks (.rept) are longer than their lines: these empty lines make up for it. */
#define TS_DSP_LINES_16 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
#define TS_DSP_LINES_64 TS_DSP_LINES_16 TS_DSP_LINES_16 TS_DSP_LINES_16 TS_DSP_LINES_16
#define TS_DSP_LINES_256 TS_DSP_LINES_64 TS_DSP_LINES_64 TS_DSP_LINES_64 TS_DSP_LINES_64

/* The twins' arithmetic: 32-bit registers that wrap around, and shifts that keep the sign. */
TS_INLINE uint32_t ts_dsp_widen_even(uint32_t bytes)
{
    return (uint32_t)(uint16_t)(int8_t)bytes | (uint32_t)(uint16_t)(int8_t)(bytes >> 16) << 16;
}

TS_INLINE uint32_t ts_dsp_widen_odd(uint32_t bytes)
{
    return ts_dsp_widen_even(bytes >> 8 | bytes << 24);
}

TS_INLINE uint32_t ts_dsp_dual_multiply_add(uint32_t a, uint32_t b, uint32_t sum)
{
    const int32_t low = (int32_t)(int16_t)a * (int16_t)b;
    const int32_t high = (int32_t)(int16_t)(a >> 16) * (int16_t)(b >> 16);
    return sum + (uint32_t)low + (uint32_t)high;
}

TS_INLINE int32_t ts_dsp_high_product(uint32_t a, uint32_t b)
{
    return (int32_t)((int64_t)(int32_t)a * (int32_t)b >> 32);
}

TS_INLINE uint32_t ts_dsp_load(const void *from)
{
    const uint8_t *bytes = (const uint8_t *)from;
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The same of fewer than four bytes; the others are 0. */
TS_INLINE uint32_t ts_dsp_load_some(const int8_t *from, int32_t bytes)
{
    uint32_t word = 0;
    for (int32_t i = 0; i < bytes; i++) {
        word |= (uint32_t)(uint8_t)from[i] << 8 * i;
    }
    return word;
}

/* Fast form. The accumulator carries 8 fraction bits (scaled) or none and a constant of the channel. */
TS_INLINE int8_t ts_dsp_fast(uint32_t sum, uint32_t multiplier, uint32_t offset, int32_t shift)
{
    const uint32_t high = (uint32_t)ts_dsp_high_product(sum, multiplier) + offset;
    return (int8_t)ts_clamp((int32_t)high >> shift, -128, 127);
}

/* General form; `offset` is zero_point * 2^shift + 2^(shift - 1), shift at least 1. */
TS_INLINE int8_t ts_dsp_general(
    int32_t sum, uint32_t multiplier, uint32_t offset, uint32_t shift, int32_t minimum, int32_t maximum)
{
    const int64_t product = (int64_t)sum * 2 * (int32_t)multiplier + ((int64_t)1 << 31);
    const uint32_t high = (uint32_t)(int32_t)(product >> 32) + offset - (sum < 0 ? 1U : 0U);
    return (int8_t)ts_clamp((int32_t)high >> shift, minimum, maximum);
}

#endif

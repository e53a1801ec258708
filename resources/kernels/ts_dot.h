/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DOT_H
#define TS_DOT_H

/* Sums of products for one pixel and four output channels, whose weights are interleaved: w[4 * i + channel]. Layers
 * with a number of channels that is not a multiple of four have plain weights for the rest. */

#include "ts_base.h"

/* The loops are short: most of their cost would be counting. */
#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__)
#define TS_UNROLL_4 _Pragma("GCC unroll 4")
#else
#define TS_UNROLL_4
#endif

TS_INLINE void ts_dot4_i8(int32_t *sum, const int8_t *x, const int8_t *w, int32_t count)
{
    TS_UNROLL_4
    for (int32_t i = 0; i < count; i++) {
        const int32_t value = x[i];
        sum[0] += value * w[4 * i];
        sum[1] += value * w[4 * i + 1];
        sum[2] += value * w[4 * i + 2];
        sum[3] += value * w[4 * i + 3];
    }
}

/* Two pixels at a time: sum[4 * pixel + channel]. */
TS_INLINE void ts_dot4x2_i8(int32_t *sum, const int8_t *x0, const int8_t *x1, const int8_t *w, int32_t count)
{
    for (int32_t i = 0; i < count; i++, w += 4) {
        const int32_t first = *x0++;
        const int32_t second = *x1++;
        int32_t weight = w[0];
        sum[0] += first * weight;
        sum[4] += second * weight;
        weight = w[1];
        sum[1] += first * weight;
        sum[5] += second * weight;
        weight = w[2];
        sum[2] += first * weight;
        sum[6] += second * weight;
        weight = w[3];
        sum[3] += first * weight;
        sum[7] += second * weight;
    }
}

/* As if every x were `value`: taps that lie outside the image. */
TS_INLINE void ts_dot4_constant_i8(int32_t *sum, int32_t value, const int8_t *w, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        sum[0] += value * w[4 * i];
        sum[1] += value * w[4 * i + 1];
        sum[2] += value * w[4 * i + 2];
        sum[3] += value * w[4 * i + 3];
    }
}

/* With the input's zero point taken off: for sums that skip taps. */
TS_INLINE void ts_dot4_offset_i8(int32_t *sum, const int8_t *x, int32_t zero, const int8_t *w, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t value = x[i] - zero;
        sum[0] += value * w[4 * i];
        sum[1] += value * w[4 * i + 1];
        sum[2] += value * w[4 * i + 2];
        sum[3] += value * w[4 * i + 3];
    }
}

TS_INLINE int32_t ts_dot_i8(const int8_t *x, const int8_t *w, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += (int32_t)x[i] * w[i];
    }
    return sum;
}

TS_INLINE int32_t ts_dot_constant_i8(int32_t value, const int8_t *w, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += value * w[i];
    }
    return sum;
}

TS_INLINE int32_t ts_dot_offset_i8(const int8_t *x, int32_t zero, const int8_t *w, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += (x[i] - zero) * w[i];
    }
    return sum;
}

TS_INLINE float ts_dot_f32(float sum, const float *x, const float *w, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        sum += x[i] * w[i];
    }
    return sum;
}

#endif

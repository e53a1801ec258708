/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_RESIZE_H
#define TS_RESIZE_H

/* Image resizing [h, w, c], one output row per call. Where each output pixel reads is worked out at export. */

#include "ts_base.h"

#include <string.h>

/* columns[x] is the input pixel of output pixel x; pixel_bytes those of all its channels. */
TS_INLINE void ts_resize_nearest_row(
    const void *row, void *output, const int16_t *columns, int32_t output_w, int32_t pixel_bytes)
{
    const unsigned char *from = (const unsigned char *)row;
    unsigned char *to = (unsigned char *)output;
    for (int32_t x = 0; x < output_w; x++) {
        ts_copy_bytes(to, from + columns[x] * pixel_bytes, (size_t)pixel_bytes);
        to += pixel_bytes;
    }
}

/* Between rows `upper` and `lower`; weights have 10 fractional bits. Output pixel x lies between input pixels left[x]
 * and right[x], the share of the right one being weights[x] / 1024. */
TS_INLINE void ts_resize_bilinear_row_i8(const int8_t *upper, const int8_t *lower, int32_t weight_lower, int8_t *output,
    const int16_t *left, const int16_t *right, const int16_t *weights, int32_t output_w, int32_t channels)
{
    const int32_t weight_upper = 1024 - weight_lower;
    const int32_t half = (int32_t)1 << 19;
    const int32_t one = (int32_t)1 << 20;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t weight_right = weights[x];
        const int32_t weight_left = 1024 - weight_right;
        for (int32_t c = 0; c < channels; c++) {
            const int32_t a = left[x] * channels + c;
            const int32_t b = right[x] * channels + c;
            const int32_t sum = upper[a] * weight_upper * weight_left + lower[a] * weight_lower * weight_left
                + upper[b] * weight_upper * weight_right + lower[b] * weight_lower * weight_right;
            output[c] = (int8_t)((sum + (sum > 0 ? half : -half)) / one);
        }
        output += channels;
    }
}

TS_INLINE void ts_resize_bilinear_row_f32(const float *upper, const float *lower, float weight_lower, float *output,
    const int16_t *left, const int16_t *right, const float *weights, int32_t output_w, int32_t channels)
{
    for (int32_t x = 0; x < output_w; x++) {
        const float weight = weights[x];
        for (int32_t c = 0; c < channels; c++) {
            const int32_t a = left[x] * channels + c;
            const int32_t b = right[x] * channels + c;
            output[c] = upper[a] * (1.0F - weight_lower) * (1.0F - weight) + lower[a] * weight_lower * (1.0F - weight)
                + upper[b] * (1.0F - weight_lower) * weight + lower[b] * weight_lower * weight;
        }
        output += channels;
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_SHAPE_H
#define TS_SHAPE_H

/* Kernels that move elements, whatever they are: sizes and steps in bytes. */

#include "ts_base.h"

#include <string.h>

/* The whole tensor; source and target may overlap. */
TS_INLINE void ts_copy(const void *input, void *output, int32_t bytes)
{
    memmove(output, input, (size_t)bytes);
}

/* `count` blocks of `bytes` each, at steps of their own: concatenation, split, and what else cuts along one axis. */
TS_INLINE void ts_copy_blocks(
    const void *input, void *output, int32_t count, int32_t bytes, int32_t input_step, int32_t output_step)
{
    const unsigned char *from = (const unsigned char *)input;
    unsigned char *to = (unsigned char *)output;
    for (int32_t i = 0; i < count; i++) {
        ts_copy_bytes(to, from, (size_t)bytes);
        from += input_step;
        to += output_step;
    }
}

/* Output [n0, n1, n2, n3, n4] of blocks of `bytes`, one after the other; element (i0 .. i4) is read at i0 * s0 + .. +
 * i4 * s4: transpose, strided slice, tile, broadcast, depth to space and back. Steps in bytes may be 0 or negative. */
TS_INLINE void ts_copy_strided(const void *input, void *output, int32_t bytes, int32_t n0, int32_t n1, int32_t n2,
    int32_t n3, int32_t n4, int32_t s0, int32_t s1, int32_t s2, int32_t s3, int32_t s4)
{
    const unsigned char *from = (const unsigned char *)input;
    unsigned char *to = (unsigned char *)output;
    for (int32_t i0 = 0; i0 < n0; i0++) {
        for (int32_t i1 = 0; i1 < n1; i1++) {
            for (int32_t i2 = 0; i2 < n2; i2++) {
                for (int32_t i3 = 0; i3 < n3; i3++) {
                    for (int32_t i4 = 0; i4 < n4; i4++) {
                        const unsigned char *at = from + i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3 + i4 * s4;
                        if (bytes == 1) {
                            *to = *at;
                        } else {
                            ts_copy_bytes(to, at, (size_t)bytes);
                        }
                        to += bytes;
                    }
                }
            }
        }
    }
}

TS_INLINE void ts_fill(unsigned char *output, int32_t elements, const unsigned char *value, int32_t element_bytes)
{
    if (element_bytes == 1) {
        memset(output, value[0], (size_t)elements);
    } else {
        for (int32_t i = 0; i < elements; i++) {
            ts_copy_bytes(output + i * element_bytes, value, (size_t)element_bytes);
        }
    }
}

/* Input [n, h, w, c] with before_* and after_* elements of `value` around each dimension. */
TS_INLINE void ts_pad(const void *input, void *output, const void *value, int32_t element_bytes, int32_t n, int32_t h,
    int32_t w, int32_t c, int32_t before_n, int32_t after_n, int32_t before_h, int32_t after_h, int32_t before_w,
    int32_t after_w, int32_t before_c, int32_t after_c)
{
    const unsigned char *from = (const unsigned char *)input;
    const unsigned char *with = (const unsigned char *)value;
    unsigned char *to = (unsigned char *)output;
    const int32_t output_c = before_c + c + after_c;
    const int32_t row = (before_w + w + after_w) * output_c;
    const int32_t image = (before_h + h + after_h) * row;
    ts_fill(to, before_n * image, with, element_bytes);
    to += before_n * image * element_bytes;
    for (int32_t i = 0; i < n; i++) {
        ts_fill(to, before_h * row, with, element_bytes);
        to += before_h * row * element_bytes;
        for (int32_t y = 0; y < h; y++) {
            ts_fill(to, before_w * output_c, with, element_bytes);
            to += before_w * output_c * element_bytes;
            if (before_c == 0 && after_c == 0) {
                ts_copy_bytes(to, from, (size_t)(w * c * element_bytes));
                from += w * c * element_bytes;
                to += w * c * element_bytes;
            } else {
                for (int32_t x = 0; x < w; x++) {
                    ts_fill(to, before_c, with, element_bytes);
                    to += before_c * element_bytes;
                    ts_copy_bytes(to, from, (size_t)(c * element_bytes));
                    from += c * element_bytes;
                    to += c * element_bytes;
                    ts_fill(to, after_c, with, element_bytes);
                    to += after_c * element_bytes;
                }
            }
            ts_fill(to, after_w * output_c, with, element_bytes);
            to += after_w * output_c * element_bytes;
        }
        ts_fill(to, after_h * row, with, element_bytes);
        to += after_h * row * element_bytes;
    }
    ts_fill(to, after_n * image, with, element_bytes);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_CONVOLUTION_H
#define TS_DSP_CONVOLUTION_H

/* int8 convolution of one group, one output row per call. rows[k] is the input row [width, channels] under kernel row
 * k, null outside the image (see ts_take_rows_i8). The taps of a pixel come in runs of adjacent bytes: a kernel row, or
 * one tap where the kernel is dilated. Four bytes make a step; what is left over of all runs makes the last steps
 * together.
 *
 * A convolution of kernel 1x1, stride 1 and no padding may take the whole image as one row; its output may then lie on
 * the input where it has no more channels: a group of pixels is read before it is written, and never again. Where the
 * last group has fewer new pixels, it takes the others from the pairs of the group before.
 *
 * Scratch, aligned to 4: the pairs of a group of pixels; then the kernel's rows with their padding where these are
 * short, otherwise a run for each pixel, for windows that reach over an edge; then the left-over bytes of each pixel.
 */

#include "ts_dsp_gemv.h"
#include "ts_dsp_widen.h"

#include <string.h>

#define TS_DSP_ALIGN(bytes) (((bytes) + 3) / 4 * 4)
/* Columns of a run, number of runs, bytes of a run, steps of a pixel; of constants they are constants. */
#define TS_DSP_RUN_COLUMNS(kernel_w, dilation_w) ((dilation_w) == 1 ? (kernel_w) : 1)
#define TS_DSP_RUN_COUNT(kernel_h, kernel_w, dilation_w) ((dilation_w) == 1 ? (kernel_h) : (kernel_h) * (kernel_w))
#define TS_DSP_RUN_BYTES(input_c, kernel_w, dilation_w) (TS_DSP_RUN_COLUMNS(kernel_w, dilation_w) * (input_c))
#define TS_DSP_STEPS(count, bytes) ((count) * ((bytes) / 4) + ((count) * ((bytes) % 4) + 3) / 4)

/* Input columns that a row of outputs reaches over, and whether rows are so short that they are copied with padding. */
#define TS_DSP_REACH(output_w, kernel_w, stride_w, dilation_w) \
    (((output_w)-1) * (stride_w) + ((kernel_w)-1) * (dilation_w) + 1)
#define TS_DSP_PADDED(reach, input_w, input_c, kernel_h, pad_left) \
    (((pad_left) > 0 || ((pad_left) == 0 && (reach) > (input_w)))  \
        && (kernel_h)*TS_DSP_ALIGN((reach) * (input_c)) <= 512)

TS_INLINE void ts_dsp_copy(int8_t *to, const int8_t *from, int32_t bytes)
{
    int32_t i = 0;
    for (; i + 4 <= bytes; i += 4) {
        memcpy(to + i, from + i, 4);
    }
    for (; i < bytes; i++) {
        to[i] = from[i];
    }
}

/* A run whose first column is `column`, of which some lie outside the row: made in `edge`. */
TS_DSP_SHARED void ts_dsp_edge(
    int8_t *edge, const int8_t *row, int32_t column, int32_t columns, int32_t width, int32_t channels, int32_t zero)
{
    for (int32_t i = 0; i < columns; i++, edge += channels) {
        if (row != NULL && column + i >= 0 && column + i < width) {
            ts_dsp_copy(edge, row + (column + i) * channels, channels);
        } else {
            memset(edge, zero, (size_t)channels);
        }
    }
}

/* Moves the pixels of the last group so that the new ones come behind them: for the last, smaller group of a row. */
TS_DSP_SHARED void ts_dsp_shift_pixels(int16_t *pairs, int32_t words, int32_t pixels, int32_t by)
{
    for (int32_t i = 0; i < words; i++, pairs += 2 * pixels) {
        for (int32_t pixel = 0; pixel < 2 * (pixels - by); pixel++) {
            pairs[pixel] = pairs[pixel + 2 * by];
        }
    }
}

TS_DSP_SHARED void ts_dsp_widen_pixel(int16_t *to, const int8_t *from, int32_t groups, int32_t pixel, int32_t pixels)
{
    for (int32_t i = 0; i < groups; i++) {
        ts_dsp_widen_four(to + 4 * pixels * i, ts_dsp_load(from + 4 * i), pixel, pixels);
    }
}

/* All output channels of a group of 2 or 3 pixels. Where the channels do not fill the blocks, the second block starts
 * inside the first and gives the same values again. */
TS_INLINE void ts_dsp_conv_group(const int16_t *pairs, const uint32_t *weights, int8_t *output, int32_t pixels,
    int32_t output_c, int32_t steps, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t channels = pixels == 3 ? 2 : 4;
    const int32_t rest = output_c % channels;
    int32_t blocks = output_c / channels;
    int32_t first = rest > 0 ? 1 : blocks;
    while (first > 0) {
        if (pixels == 3) {
            ts_dsp_gemm_2x3(pairs, weights, output, first, steps, output_c, form, shift_a, shift_b, minimum, maximum);
        } else {
            ts_dsp_gemm_4x2(pairs, weights, output, first, steps, output_c, form, shift_a, shift_b, minimum, maximum);
        }
        if (rest == 0 || blocks == 0) {
            break;
        }
        weights += TS_DSP_BLOCK_WORDS(channels, steps, form);
        output += rest;
        first = blocks;
        blocks = 0;
    }
}

/* The kernel's rows one after the other, each `reach` columns from `pad_left` before the image on. */
TS_DSP_SHARED void ts_dsp_pad_rows(int8_t *to, const int8_t *const *rows, int32_t input_w, int32_t input_c,
    int32_t kernel_h, int32_t reach, int32_t pad_left, int32_t zero)
{
    const int32_t columns = ts_min(input_w, reach - pad_left);
    const int32_t pitch = TS_DSP_ALIGN(reach * input_c);
    for (int32_t ky = 0; ky < kernel_h; ky++, to += pitch) {
        const int32_t first = rows[ky] == NULL ? reach : pad_left;
        int32_t i = 0;
        for (; i < first * input_c; i++) {
            to[i] = (int8_t)zero;
        }
        if (rows[ky] != NULL) {
            ts_dsp_copy(to + i, rows[ky], columns * input_c);
            i += columns * input_c;
        }
        for (; i < reach * input_c; i++) {
            to[i] = (int8_t)zero;
        }
    }
}

/* A column of the window, inside the row or not; `zeros` holds zero points. */
TS_INLINE const int8_t *ts_dsp_column(
    const int8_t *row, int32_t column, int32_t input_w, int32_t input_c, const int8_t *zeros)
{
    return column >= 0 && column < input_w ? row + column * input_c : zeros;
}

/* The pairs of `pixels` adjacent output pixels, the first of whose windows starts at `column`. */
TS_INLINE void ts_dsp_gather(const int8_t *const *rows, int16_t *pairs, int32_t input_w, int32_t input_c,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t column, int32_t input_zero, int32_t steps, int32_t pixels)
{
    const int32_t columns = TS_DSP_RUN_COLUMNS(kernel_w, dilation_w);
    const int32_t count = TS_DSP_RUN_COUNT(kernel_h, kernel_w, dilation_w);
    const int32_t bytes = TS_DSP_RUN_BYTES(input_c, kernel_w, dilation_w);
    const int32_t groups = bytes / 4;
    const int32_t rest = bytes % 4;
    const int32_t taps = kernel_w / columns;
    const int32_t room = TS_DSP_ALIGN(bytes);
    const int32_t rest_room = TS_DSP_ALIGN(count * rest);
    const int32_t reach = TS_DSP_REACH(output_w, kernel_w, stride_w, dilation_w);
    const int padded = TS_DSP_PADDED(reach, input_w, input_c, kernel_h, pad_left);
    const int32_t pitch = TS_DSP_ALIGN(reach * input_c);
    const int32_t last = column + (pixels - 1) * stride_w + (kernel_w - 1) * dilation_w;
    const int inside = column >= 0 && last < input_w;
    int8_t *edges = (int8_t *)(pairs + 4 * pixels * steps);
    int8_t *rests = edges + (padded ? kernel_h * pitch : pixels * room);
    const int8_t *from = edges + (column + pad_left) * input_c;
    for (int32_t run = 0; run < count; run++) {
        const int8_t *p0 = edges;
        const int8_t *p1 = edges;
        const int8_t *p2 = edges;
        const int8_t *row = padded ? from : rows[run / taps];
        const int32_t at = (padded ? 0 : column) + run % taps * dilation_w;
        from += taps == 1 || run % taps == taps - 1 ? pitch : 0;
        if (row != NULL && !padded && !inside && input_c % 4 == 0) {
            /* Column by column, each from the row or from the zero points. */
            for (int32_t i = 0; i < columns; i++) {
                pairs = ts_dsp_widen(pairs, ts_dsp_column(row, at + i, input_w, input_c, edges),
                    ts_dsp_column(row, at + i + stride_w, input_w, input_c, edges),
                    ts_dsp_column(row, at + i + 2 * stride_w, input_w, input_c, edges), input_c / 4, 1, pixels);
            }
            continue;
        }
        if (row != NULL && (padded || inside)) {
            p0 = row + at * input_c;
            p1 = p0 + stride_w * input_c;
            p2 = pixels == 3 ? p1 + stride_w * input_c : p1;
        } else if (row == NULL && input_c % 4 != 0) {
            memset(edges, (int)input_zero, (size_t)bytes);
        } else if (row != NULL) {
            for (int32_t pixel = 0; pixel < pixels; pixel++) {
                ts_dsp_edge(edges + pixel * room, row, at + pixel * stride_w, columns, input_w, input_c, input_zero);
            }
            p1 = edges + room;
            p2 = edges + (pixels - 1) * room;
        }
        pairs = ts_dsp_widen(pairs, p0, p1, p2, groups, input_c % 4 == 0, pixels);
        for (int32_t i = 0; i < rest; i++) {
            int8_t *byte = rests + run * rest + i;
            byte[0] = p0[4 * groups + i];
            byte[rest_room] = p1[4 * groups + i];
            if (pixels == 3) {
                byte[2 * rest_room] = p2[4 * groups + i];
            }
        }
    }
    if (rest > 0) {
        ts_dsp_widen(pairs, rests, rests + rest_room, rests + (pixels - 1) * rest_room, rest_room / 4, 1, pixels);
    }
}

/* The taps of one pixel as they are, for runs of whole steps; rows may be the padded copy. */
TS_INLINE void ts_dsp_gather_bytes(const int8_t *const *rows, int8_t *to, const int8_t *copy, int32_t input_w,
    int32_t input_c, int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w,
    int32_t pad_left, int32_t column, int32_t input_zero)
{
    const int32_t columns = TS_DSP_RUN_COLUMNS(kernel_w, dilation_w);
    const int32_t bytes = TS_DSP_RUN_BYTES(input_c, kernel_w, dilation_w);
    const int32_t reach = TS_DSP_REACH(output_w, kernel_w, stride_w, dilation_w);
    const int32_t pitch = TS_DSP_ALIGN(reach * input_c);
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        for (int32_t kx = 0; kx < kernel_w; kx += columns, to += bytes) {
            if (TS_DSP_PADDED(reach, input_w, input_c, kernel_h, pad_left)) {
                ts_dsp_copy(to, copy + ky * pitch + (column + pad_left + kx * dilation_w) * input_c, bytes);
            } else {
                ts_dsp_edge(to, rows[ky], column + kx * dilation_w, columns, input_w, input_c, input_zero);
            }
        }
    }
}

/* Where the value of the tap at `place` stands among the pairs of a group, of its first pixel. */
TS_INLINE int32_t ts_dsp_place(int32_t place, int32_t pixels)
{
    return place / 4 * 4 * pixels + place % 2 * 2 * pixels + place % 4 / 2;
}

/* The values of taps that come a second time, behind `steps` steps. */
TS_DSP_SHARED void ts_dsp_repeat(
    int16_t *pairs, const int16_t *repeated, int32_t repeats, int32_t steps, int32_t pixels)
{
    for (int32_t i = 0; i < repeats; i++) {
        const int16_t *from = pairs + ts_dsp_place(repeated[i], pixels);
        int16_t *to = pairs + ts_dsp_place(4 * steps + i, pixels);
        for (int32_t pixel = 0; pixel < 2 * pixels; pixel += 2) {
            to[pixel] = from[pixel];
        }
    }
}

/* One output row with groups of 2 or 3 `pixels`; output_w is at least that. `repeated`: places, in the order of the
 * stream, of taps that it has a second time behind the others, in steps of their own. */
TS_INLINE void ts_dsp_conv_row_i8(const int8_t *const *rows, int8_t *output, const uint32_t *weights, void *scratch,
    int32_t input_w, int32_t input_c, int32_t output_w, int32_t output_c, int32_t kernel_h, int32_t kernel_w,
    int32_t stride_w, int32_t dilation_w, int32_t pad_left, int32_t input_zero, const int16_t *repeated,
    int32_t repeats, int32_t pixels, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t count = TS_DSP_RUN_COUNT(kernel_h, kernel_w, dilation_w);
    const int32_t bytes = TS_DSP_RUN_BYTES(input_c, kernel_w, dilation_w);
    const int32_t once = TS_DSP_STEPS(count, bytes);
    const int32_t steps = once + (repeats + 3) / 4;
    const int32_t reach = TS_DSP_REACH(output_w, kernel_w, stride_w, dilation_w);
    const int single = pixels == 2 && output_w % 2 == 1 && bytes % 4 == 0;
    int16_t *pairs = (int16_t *)scratch;
    int8_t *edges = (int8_t *)scratch + 8 * pixels * steps;
    int32_t x = 0;
    if (TS_DSP_PADDED(reach, input_w, input_c, kernel_h, pad_left)) {
        ts_dsp_pad_rows(edges, rows, input_w, input_c, kernel_h, reach, pad_left, input_zero);
    } else if (input_c % 4 == 0
        && (kernel_h * kernel_w > 1 || pad_left != 0 || reach > input_w + pad_left || rows[0] == NULL)) {
        memset(edges, (int)input_zero, (size_t)bytes);
    }
    for (;;) {
        const int32_t behind = x + pixels - output_w;
        if (single && behind > 0) {
            ts_dsp_gather_bytes(rows, (int8_t *)scratch, edges, input_w, input_c, output_w, kernel_h, kernel_w,
                stride_w, dilation_w, pad_left, x * stride_w - pad_left, input_zero);
            for (int32_t i = 0; i < repeats; i++) {
                ((int8_t *)scratch)[4 * once + i] = ((const int8_t *)scratch)[repeated[i]];
            }
            ts_dsp_vector_i8((const int8_t *)scratch, weights, output + x * output_c, 4, output_c, steps, form, shift_a,
                shift_b, minimum, maximum);
            break;
        }
        if (kernel_h * kernel_w == 1 && pad_left == 0 && reach <= input_w && TS_DSP_RARELY(behind > 0)) {
            /* Of a row outside of the image all pixels are the same. */
            if (rows[0] != NULL) {
                const int8_t *from = rows[0] + x * stride_w * input_c;
                ts_dsp_shift_pixels(pairs, 2 * once, pixels, pixels - behind);
                for (int32_t pixel = behind; pixel < pixels; pixel++, from += stride_w * input_c) {
                    ts_dsp_widen_pixel(pairs, from, bytes / 4, pixel, pixels);
                    if (bytes % 4 > 0) {
                        ts_dsp_widen_four(pairs + 4 * pixels * (bytes / 4),
                            ts_dsp_load_some(from + bytes / 4 * 4, bytes % 4), pixel, pixels);
                    }
                }
            }
            x -= behind;
        } else {
            x -= behind > 0 ? behind : 0;
            ts_dsp_gather(rows, pairs, input_w, input_c, output_w, kernel_h, kernel_w, stride_w, dilation_w, pad_left,
                x * stride_w - pad_left, input_zero, steps, pixels);
        }
        if (repeats > 0) {
            ts_dsp_repeat(pairs, repeated, repeats, once, pixels);
        }
        ts_dsp_conv_group(
            pairs, weights, output + x * output_c, pixels, output_c, steps, form, shift_a, shift_b, minimum, maximum);
        x += pixels;
        if (x >= output_w) {
            break;
        }
    }
}

#endif

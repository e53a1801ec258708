/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_DEPTHWISE_H
#define TS_DSP_DEPTHWISE_H

/* int8 depthwise convolution of kernel 3x3, stride 1 or 2, no dilation, four channels at a time: a band of rows is
 * widened into planes in scratch, then each channel runs over its plane with its weights in registers.
 *
 * A band of a group of channels is read before its rows are written, and each group touches only its own channels:
 * where the output has no more rows and columns than the input, it may lie on it.
 *
 * Scratch, aligned to 4: ((band - 1) * stride + 3) * 16 * TS_DSP_PLANE_WORDS(output_w, stride) bytes. */

#include "ts_dsp_plane.h"

#include <string.h>

#define TS_DSP_FILL_ROUNDS(pairs) ((pairs) <= 8 ? 0 : (pairs) / 8)
#define TS_DSP_FILL_SINGLES(pairs) ((pairs) <= 8 ? (pairs) : (pairs) % 8)

#if TS_DSP_ASSEMBLY

TS_INLINE void ts_dsp_fill_words(int16_t *to, const int8_t *from, int32_t pairs, int32_t channels, int32_t words)
{
    __asm__ volatile(".macro ts_dsp_fill_pair\n"
                     ".if %c[channels] < 256\n"
                     "ldr r4, [%[from]], %[channels]\n"
                     "ldr r5, [%[from]], %[channels]\n"
                     ".else\n"
                     "ldr r4, [%[from]]\n"
                     "ldr r5, [%[from], %[channels]]\n"
                     "addw %[from], %[from], #(2 * %c[channels])\n"
                     ".endif\n"
                     "pkhbt r6, r4, r5, lsl #16\n"
                     "pkhtb r8, r5, r4, asr #16\n"
                     "sxtb16 r4, r6, ror #8\n"
                     "sxtb16 r5, r8\n"
                     "sxtb16 r8, r8, ror #8\n"
                     "sxtb16 r6, r6\n"
                     "str r4, [%[to], #(4 * %c[words])]\n"
                     "str r5, [%[to], #(8 * %c[words])]\n"
                     "str r8, [%[to], #(12 * %c[words])]\n"
                     "str r6, [%[to]], #4\n"
                     ".endm\n"
                     ".rept %c[singles]\n"
                     "ts_dsp_fill_pair\n"
                     ".endr\n"
                     ".if %c[rounds]\n"
                     "mov lr, %[rounds]\n"
                     "1:\n"
                     ".rept 8\n"
                     "ts_dsp_fill_pair\n"
                     ".endr\n"
                     "subs lr, lr, #1\n"
                     "bne 1b\n"
                     ".endif\n"
                     ".purgem ts_dsp_fill_pair\n" TS_DSP_LINES_64 TS_DSP_LINES_64
                     : [to] "+r"(to), [from] "+r"(from)
                     : [channels] "i"(channels), [words] "i"(words), [singles] "i"(TS_DSP_FILL_SINGLES(pairs)),
                     [rounds] "i"(TS_DSP_FILL_ROUNDS(pairs))
                     : "r4", "r5", "r6", "r8", "lr", "cc", "memory");
}

#endif

/* Pairs of adjacent pixels of four channels to four planes, `words` words apart; the first pixel starts at a multiple
 * of four bytes where `channels` is one. */
TS_INLINE void ts_dsp_fill_pairs(int16_t *to, const int8_t *from, int32_t pairs, int32_t channels, int32_t words)
{
#if TS_DSP_ASSEMBLY
    if (TS_DSP_UNALIGNED || channels % 4 == 0) {
        ts_dsp_fill_words(to, from, pairs, channels, words);
        return;
    }
#endif
    for (int32_t pixel = 0; pixel < 2 * pairs; pixel++, from += channels) {
        for (int32_t channel = 0; channel < 4; channel++) {
            to[2 * words * channel + pixel] = from[channel];
        }
    }
}

/* One row of a group of `group` channels; null: outside the image. Padding columns hold the zero point already. */
TS_INLINE void ts_dsp_fill_row(int16_t *to, const int8_t *row, int32_t group, int32_t input_w, int32_t channels,
    int32_t words, int32_t pad_left, int32_t input_zero)
{
    const int32_t columns = ts_min(input_w, 2 * words - pad_left);
    const int32_t pairs = (columns - pad_left) / 2;
    if (row == NULL) {
        for (int32_t i = 0; i < 8 * words; i++) {
            to[i] = (int16_t)input_zero;
        }
    } else if (group == 4) {
        if (pad_left == 1) {
            for (int32_t channel = 0; channel < 4; channel++) {
                to[2 * words * channel + 1] = row[channel];
            }
        }
        ts_dsp_fill_pairs(to + 2 * pad_left, row + pad_left * channels, pairs, channels, words);
        if (pad_left + 2 * pairs < columns) {
            const int32_t column = pad_left + 2 * pairs;
            for (int32_t channel = 0; channel < 4; channel++) {
                to[2 * words * channel + pad_left + column] = row[column * channels + channel];
            }
        }
    } else {
        for (int32_t column = 0; column < columns; column++) {
            for (int32_t channel = 0; channel < group; channel++) {
                to[2 * words * channel + pad_left + column] = row[column * channels + channel];
            }
        }
    }
}

/* The whole image. pad_left is 0 or 1. */
TS_INLINE void ts_dsp_depthwise_3x3_i8(const int8_t *input, int8_t *output, const uint32_t *weights, void *scratch,
    int32_t input_h, int32_t input_w, int32_t channels, int32_t output_h, int32_t output_w, int32_t stride,
    int32_t pad_top, int32_t pad_left, int32_t input_zero, int32_t band, int32_t form, int32_t shift, int32_t minimum,
    int32_t maximum)
{
    const int32_t words = TS_DSP_PLANE_WORDS(output_w, stride);
    const int32_t pitch = 8 * words;
    int16_t *planes = (int16_t *)scratch;
    for (int32_t i = 0; i < ((band - 1) * stride + 3) * pitch; i++) {
        planes[i] = (int16_t)input_zero;
    }
    for (int32_t channel = 0; channel < channels; channel += 4) {
        const int32_t group = ts_min(channels - channel, 4);
        for (int32_t y = 0; y < output_h; y += band) {
            const int32_t rows = ts_min(band, output_h - y);
            const int32_t kept = y > 0 ? 3 - stride : 0;
            memmove(planes, planes + band * stride * pitch, (size_t)(kept * pitch) * sizeof *planes);
            for (int32_t k = kept; k < (rows - 1) * stride + 3; k++) {
                const int32_t row = y * stride - pad_top + k;
                const int8_t *from
                    = row >= 0 && row < input_h ? input + row * input_w * channels + channel : (const int8_t *)NULL;
                ts_dsp_fill_row(planes + k * pitch, from, group, input_w, channels, words, pad_left, input_zero);
            }
            for (int32_t i = 0; i < group; i++) {
                ts_dsp_plane_3x3(planes + 2 * words * i, weights + (channel + i) * TS_DSP_PLANE_WEIGHTS(form),
                    output + y * output_w * channels + channel + i, rows, channels, output_w, stride, form, shift,
                    minimum, maximum);
            }
        }
    }
}

#endif

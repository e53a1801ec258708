/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_GEMM_PLAIN_H
#define TS_DSP_GEMM_PLAIN_H

/* Matrix products of a few pixels with all output channels, on which convolutions and dense layers stand.
 *
 * Weights: one stream per block of 2, 4 or 8 output channels, blocks one after the other, of 32-bit words:
 *   starts     per pair (A, B) of channels: 256 * startA + startB, startB
 *   weights    per tap pair (t, t'), per pair of channels one word: 256 * A[t] + B[t] below, 256 * A[t'] + B[t'] above.
 *              As it is, it multiplies into 256 * A + B; its even bytes, sign-extended, into B alone.
 *              Of four taps, 0 and 2 are the first pair, 1 and 3 the second.
 *   constants  fast: per pair multiplierA, multiplierB, offsetB; general: per channel multiplier, offset, shift
 *
 * Activations: of P pixels, per four taps P words with taps 0 and 2 as 16-bit numbers, then P words with taps 1 and 3.
 * For one pixel plain bytes. `steps` counts groups of four taps. Output channels of one pixel are adjacent, those of the
 * next pixel follow `stride` bytes later. */

#include "ts_dsp_base.h"

/* Words of one block's stream. */
#define TS_DSP_BLOCK_WORDS(channels, steps, form)                                                                      \
    ((channels) + (steps) * (channels) + ((form) == TS_DSP_FAST ? (channels) / 2 * 3 : (channels)*3))

/* The same in C, for any block: activations as pairs, or for one pixel as bytes. */
TS_INLINE void ts_dsp_gemm_plain(const int16_t *pairs, const int8_t *bytes, const uint32_t *weights, int8_t *output,
    int32_t channels, int32_t pixels, int32_t blocks, int32_t steps, int32_t stride, int32_t form, int32_t shift_a,
    int32_t shift_b, int32_t minimum, int32_t maximum)
{
    for (int32_t block = 0; block < blocks; block++) {
        const uint32_t *constants = weights + channels + steps * channels;
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
            for (int32_t pair = 0; pair < channels / 2; pair++) {
                uint32_t both = weights[2 * pair];
                uint32_t b = weights[2 * pair + 1];
                for (int32_t i = 0; i < 2 * steps; i++) {
                    const uint32_t word = weights[channels + i * (channels / 2) + pair];
                    uint32_t x;
                    if (bytes != NULL) {
                        const uint32_t four = ts_dsp_load(bytes + i / 2 * 4);
                        x = i % 2 == 0 ? ts_dsp_widen_even(four) : ts_dsp_widen_odd(four);
                    } else {
                        const int16_t *two = pairs + 2 * (i * pixels + pixel);
                        x = (uint32_t)(uint16_t)two[0] | (uint32_t)(uint16_t)two[1] << 16;
                    }
                    both = ts_dsp_dual_multiply_add(word, x, both);
                    b = ts_dsp_dual_multiply_add(ts_dsp_widen_even(word), x, b);
                }
                const uint32_t a = both - b;
                int8_t *to = output + block * channels + pixel * stride + 2 * pair;
                if (form == TS_DSP_FAST) {
                    const uint32_t *of = constants + 3 * pair;
                    to[0] = ts_dsp_fast(a, of[0], 0, shift_a);
                    to[1] = ts_dsp_fast(b, of[1], of[2], shift_b);
                } else {
                    const uint32_t *of = constants + 6 * pair;
                    to[0] = ts_dsp_general((int32_t)a >> 8, of[0], of[1], of[2], minimum, maximum);
                    to[1] = ts_dsp_general((int32_t)b, of[3], of[4], of[5], minimum, maximum);
                }
            }
        }
        weights += TS_DSP_BLOCK_WORDS(channels, steps, form);
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_GEMV_H
#define TS_DSP_GEMV_H

/* The matrix product of ts_dsp_gemm_plain.h for one pixel of plain bytes, which are widened in registers: no scratch.
 * Eight channels at a time cost the least; four and two serve small layers. */

#include "ts_dsp_gemm.h"

#if TS_DSP_ASSEMBLY

/* r0 activations, r1 weights, r2 r3 taps, r4 r5 words, pairs of accumulators (256 * A + B, B) r6 r7, r8 r9, r10 r11,
 * r12 lr. */
#define TS_DSP_PAIR_X1(w, a, b, x)                                                                                     \
    "smlad " a ", " w ", " x ", " a "\n"                                                                               \
    "sxtb16 " w ", " w "\n"                                                                                            \
    "smlad " b ", " w ", " x ", " b "\n"

#define TS_DSP_GEMV_WIDEN                                                                                              \
    "ldr r2, [r0], #4\n"                                                                                               \
    "sxtb16 r3, r2, ror #8\n"                                                                                          \
    "sxtb16 r2, r2\n"
#define TS_DSP_GEMV_STEP_2                                                                                             \
    TS_DSP_GEMV_WIDEN "ldrd r4, r5, [r1], #8\n" TS_DSP_PAIR_X1("r4", "r6", "r7", "r2")                                 \
        TS_DSP_PAIR_X1("r5", "r6", "r7", "r3")
#define TS_DSP_GEMV_HALF_4(x)                                                                                          \
    "ldrd r4, r5, [r1], #8\n" TS_DSP_PAIR_X1("r4", "r6", "r7", x) TS_DSP_PAIR_X1("r5", "r8", "r9", x)
#define TS_DSP_GEMV_STEP_4 TS_DSP_GEMV_WIDEN TS_DSP_GEMV_HALF_4("r2") TS_DSP_GEMV_HALF_4("r3")
#define TS_DSP_GEMV_HALF_8(x)                                                                                          \
    TS_DSP_GEMV_HALF_4(x)                                                                                              \
    "ldrd r4, r5, [r1], #8\n" TS_DSP_PAIR_X1("r4", "r10", "r11", x) TS_DSP_PAIR_X1("r5", "r12", "lr", x)
#define TS_DSP_GEMV_STEP_8 TS_DSP_GEMV_WIDEN TS_DSP_GEMV_HALF_8("r2") TS_DSP_GEMV_HALF_8("r3")

#define TS_DSP_GEMV_STORE(a, b, place)                                                                                 \
    ".if %c[form] == 0\n"                                                                                              \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_FAST_A(a, b, "r2") TS_DSP_FAST_B(b, "r3", "r4")                                   \
    "strb " a ", [r5, #" place "]\n"                                                                                   \
    ".else\n"                                                                                                          \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_DOUBLE_A(a, b) TS_DSP_GENERAL_OF(a, "r0", "r2", "r3", "r4")                       \
    "strb " a ", [r5, #" place "]\n"                                                                                   \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_DOUBLE_B(b) TS_DSP_GENERAL_OF(b, "r0", "r2", "r3", "r4")                          \
    ".endif\n"                                                                                                         \
    "strb " b ", [r5, #(1 + " place ")]\n"

#define TS_DSP_GEMV(NAME, CHANNELS, STARTS, STEP, STORES)                                                              \
    TS_INLINE void NAME(const int8_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,            \
        int32_t steps, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)               \
    {                                                                                                                  \
        const int32_t channels = CHANNELS;                                                                             \
        const int32_t stride = 0;                                                                                      \
        TS_DSP_GEMM_REGISTERS                                                                                          \
        __asm__ volatile("push {r0, r2, r3, r7}\n"                                                                     \
                         "sub sp, sp, #8\n"                                                                            \
                         ".if %c[rounds]\n"                                                                            \
                         "movw r2, #((%c[singles] + 1 + %c[rounds] * %c[round]) * 4)\n"                                \
                         "add r2, r2, r0\n"                                                                            \
                         "str r2, [sp]\n"                                                                              \
                         ".endif\n"                                                                                    \
                         "1:\n"                                                                                        \
                         "ldm r1!, {" STARTS "}\n"                                                                     \
                         ".rept %c[singles] + 1\n" STEP                                                                \
                         ".endr\n"                                                                                     \
                         ".if %c[rounds]\n"                                                                            \
                         "2:\n"                                                                                        \
                         ".rept %c[round]\n" STEP                                                                      \
                         ".endr\n"                                                                                     \
                         "ldr r2, [sp]\n"                                                                              \
                         "cmp r0, r2\n"                                                                                \
                         "bne 2b\n"                                                                                    \
                         ".endif\n"                                                                                    \
                         "ldr r5, [sp, #12]\n" STORES                                                                  \
                         "add r5, r5, #" #CHANNELS "\n"                                                                \
                         "ldr r0, [sp, #8]\n"                                                                          \
                         "ldr r2, [sp, #16]\n"                                                                         \
                         "str r5, [sp, #12]\n"                                                                         \
                         "cmp r1, r2\n"                                                                                \
                         "bne 1b\n"                                                                                    \
                         "add sp, sp, #8\n"                                                                            \
                         "pop {r0, r2, r3, r7}\n" TS_DSP_LINES_256 TS_DSP_LINES_256 TS_DSP_GEMM_OPERANDS);             \
    }

#else

#define TS_DSP_GEMV(NAME, CHANNELS, STARTS, STEP, STORES)                                                              \
    TS_INLINE void NAME(const int8_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,            \
        int32_t steps, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)               \
    {                                                                                                                  \
        ts_dsp_gemm_plain(NULL, activations, weights, output, CHANNELS, 1, blocks, steps, 0, form, shift_a, shift_b,   \
            minimum, maximum);                                                                                         \
    }

#endif

TS_DSP_GEMV(ts_dsp_gemv_2, 2, "r6, r7", TS_DSP_GEMV_STEP_2, TS_DSP_GEMV_STORE("r6", "r7", "0"))
TS_DSP_GEMV(ts_dsp_gemv_4, 4, "r6, r7, r8, r9", TS_DSP_GEMV_STEP_4,
    TS_DSP_GEMV_STORE("r6", "r7", "0") TS_DSP_GEMV_STORE("r8", "r9", "2"))
TS_DSP_GEMV(ts_dsp_gemv_8, 8, "r6, r7, r8, r9, r10, r11, r12, lr", TS_DSP_GEMV_STEP_8,
    TS_DSP_GEMV_STORE("r6", "r7", "0") TS_DSP_GEMV_STORE("r8", "r9", "2") TS_DSP_GEMV_STORE("r10", "r11", "4")
        TS_DSP_GEMV_STORE("r12", "lr", "6"))

/* One product for `channels` (2, 4 or 8) at a time; where they do not fill the blocks, the second block starts inside
 * the first and gives the same values again. */
TS_INLINE void ts_dsp_vector_i8(const int8_t *input, const uint32_t *weights, int8_t *output, int32_t channels,
    int32_t output_c, int32_t steps, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t rest = output_c % channels;
    int32_t blocks = rest > 0 ? 1 : output_c / channels;
    for (int32_t round = 0; round < (rest > 0 ? 2 : 1); round++) {
        if (channels == 8) {
            ts_dsp_gemv_8(input, weights, output, blocks, steps, form, shift_a, shift_b, minimum, maximum);
        } else if (channels == 4) {
            ts_dsp_gemv_4(input, weights, output, blocks, steps, form, shift_a, shift_b, minimum, maximum);
        } else {
            ts_dsp_gemv_2(input, weights, output, blocks, steps, form, shift_a, shift_b, minimum, maximum);
        }
        weights += TS_DSP_BLOCK_WORDS(channels, steps, form);
        output += rest;
        blocks = output_c / channels;
    }
}

#endif

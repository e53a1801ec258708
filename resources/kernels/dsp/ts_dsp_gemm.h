/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_GEMM_H
#define TS_DSP_GEMM_H

/* The matrix products of ts_dsp_gemm_plain.h in assembly, for blocks of two channels by three pixels and four by two. */

#include "ts_dsp_gemm_plain.h"

/* Steps beyond the first that one round of the inner loop holds; short layers have no loop. */
#define TS_DSP_ROUND(steps) ((steps) <= 17 ? 1 : 8)
#define TS_DSP_ROUNDS(steps) ((steps) <= 17 ? 0 : ((steps)-1) / 8)
#define TS_DSP_SINGLES(steps) ((steps) <= 17 ? (steps)-1 : ((steps)-1) % 8)

#if TS_DSP_ASSEMBLY

/* acc = 256 * A + B and B of one pair of channels, weights w, for pixels 1 and 0, or 2, 1, 0. A block's first products
 * start from the values of pixel 0, which therefore comes last. */
#define TS_DSP_PAIR_X2(w, a0, a1, b0, b1, x0, x1, a, b)                                                                \
    "smlad " a1 ", " w ", " x1 ", " a "\n"                                                                             \
    "smlad " a0 ", " w ", " x0 ", " a0 "\n"                                                                            \
    "sxtb16 " w ", " w "\n"                                                                                            \
    "smlad " b1 ", " w ", " x1 ", " b "\n"                                                                             \
    "smlad " b0 ", " w ", " x0 ", " b0 "\n"
/* Output of one accumulator, fast form: A of a pair is what remains of 256 * A + B. */
#define TS_DSP_FAST_A(a, b, q)                                                                                         \
    "sub " a ", " a ", " b "\n"                                                                                        \
    "smmul " a ", " a ", " q "\n"                                                                                      \
    "ssat " a ", #8, " a ", asr %[shift_a]\n"
#define TS_DSP_FAST_B(b, q, c)                                                                                         \
    "smmla " b ", " b ", " q ", " c "\n"                                                                               \
    ".if %c[shift_b]\n"                                                                                                \
    "ssat " b ", #8, " b ", asr %[shift_b]\n"                                                                          \
    ".else\n"                                                                                                          \
    "ssat " b ", #8, " b "\n"                                                                                          \
    ".endif\n"
/* General form of twice the accumulator. */
#define TS_DSP_DOUBLE_A(a, b)                                                                                          \
    "sub " a ", " a ", " b "\n"                                                                                        \
    "asr " a ", " a ", #7\n"
#define TS_DSP_DOUBLE_B(b) "lsl " b ", " b ", #1\n"
#define TS_DSP_GENERAL_OF(a, t, q, c, n)                                                                               \
    "smmlar " t ", " a ", " q ", " c "\n"                                                                              \
    "add " a ", " t ", " a ", asr #31\n"                                                                               \
    "asr " a ", " a ", " n "\n"                                                                                        \
    "ssat " a ", #8, " a "\n"                                                                                          \
    ".if %c[minimum] > -128\n"                                                                                         \
    "cmp " a ", %[minimum]\n"                                                                                          \
    "it lt\n"                                                                                                          \
    "movlt " a ", %[minimum]\n"                                                                                        \
    ".endif\n"                                                                                                         \
    ".if %c[maximum] < 127\n"                                                                                          \
    "cmp " a ", %[maximum]\n"                                                                                          \
    "it gt\n"                                                                                                          \
    "movgt " a ", %[maximum]\n"                                                                                        \
    ".endif\n"

/* r0 activations, r1 weights, r2 output, r3 end of the weights. The stack keeps them for the next block; r7 is saved by
 * hand, since a compiler that keeps its frame pointer there does not let go of it. */
#define TS_DSP_GEMM_OPERANDS                                                                                           \
    : "+r"(x), "+r"(w), "+r"(y), "+r"(end)                                                                             \
    : [singles] "i"(TS_DSP_SINGLES(steps)), [rounds] "i"(TS_DSP_ROUNDS(steps)), [round] "i"(TS_DSP_ROUND(steps)),      \
      [stride] "i"(stride), [shift_a] "i"(shift_a), [shift_b] "i"(shift_b), [form] "i"(form), [minimum] "i"(minimum),  \
      [maximum] "i"(maximum)                                                                                           \
    : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory"
#define TS_DSP_GEMM_REGISTERS                                                                                          \
    register const void *x __asm__("r0") = activations;                                                                \
    register const uint32_t *w __asm__("r1") = weights;                                                                \
    register int8_t *y __asm__("r2") = output;                                                                         \
    register const uint32_t *end __asm__("r3") = weights + blocks * TS_DSP_BLOCK_WORDS(channels, steps, form);

/* Two channels, three pixels: r2..r4 activations, r5 r6 weights, r8..r10 256 * A + B, r11 r12 lr B. */
#define TS_DSP_TAPS_2X3(w, a1, a2, b1, b2)                                                                             \
    "ldm r0!, {r2, r3, r4}\n"                                                                                          \
    "smlad r9, " w ", r3, " a1 "\n"                                                                                    \
    "smlad r10, " w ", r4, " a2 "\n"                                                                                   \
    "smlad r8, " w ", r2, r8\n"                                                                                        \
    "sxtb16 " w ", " w "\n"                                                                                            \
    "smlad r12, " w ", r3, " b1 "\n"                                                                                   \
    "smlad lr, " w ", r4, " b2 "\n"                                                                                    \
    "smlad r11, " w ", r2, r11\n"
#define TS_DSP_STEP_2X3                                                                                                \
    "ldrd r5, r6, [r1], #8\n" TS_DSP_TAPS_2X3("r5", "r9", "r10", "r12", "lr")                                          \
        TS_DSP_TAPS_2X3("r6", "r9", "r10", "r12", "lr")
#define TS_DSP_GENERAL_STORE_2X3(a, place)                                                                             \
    TS_DSP_GENERAL_OF(a, "r5", "r2", "r3", "r4") "strb " a ", [r6, " place "]\n"

TS_INLINE void ts_dsp_gemm_2x3(const int16_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,
    int32_t steps, int32_t stride, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t channels = 2;
    TS_DSP_GEMM_REGISTERS
    __asm__ volatile("push {r0, r2, r3, r7}\n"
                     "1:\n"
                     "ldrd r8, r11, [r1], #8\n"
                     "ldrd r5, r6, [r1], #8\n" TS_DSP_TAPS_2X3("r5", "r8", "r8", "r11", "r11")
                         TS_DSP_TAPS_2X3("r6", "r9", "r10", "r12", "lr")
                     ".rept %c[singles]\n" TS_DSP_STEP_2X3
                     ".endr\n"
                     ".if %c[rounds]\n"
                     "movw r7, #(%c[rounds] * %c[round] * 24)\n"
                     "add r7, r7, r0\n"
                     "2:\n"
                     ".rept %c[round]\n" TS_DSP_STEP_2X3
                     ".endr\n"
                     "cmp r0, r7\n"
                     "bne 2b\n"
                     ".endif\n"
                     ".if %c[form] == 0\n"
                     "ldm r1!, {r2, r3, r4}\n"
                     "ldrd r6, r7, [sp, #4]\n" TS_DSP_FAST_A("r9", "r12", "r2") TS_DSP_FAST_A("r10", "lr", "r2")
                         TS_DSP_FAST_A("r8", "r11", "r2") TS_DSP_FAST_B("r12", "r3", "r4")
                             TS_DSP_FAST_B("lr", "r3", "r4") TS_DSP_FAST_B("r11", "r3", "r4")
                     "strb r9, [r6, %[stride]]\n"
                     "strb r10, [r6, #(2 * %c[stride])]\n"
                     "strb r12, [r6, #(%c[stride] + 1)]\n"
                     "strb lr, [r6, #(2 * %c[stride] + 1)]\n"
                     "strb r11, [r6, #1]\n"
                     "strb r8, [r6], #2\n"
                     ".else\n"
                     "ldm r1!, {r2, r3, r4}\n"
                     "ldrd r6, r7, [sp, #4]\n" TS_DSP_DOUBLE_A("r8", "r11") TS_DSP_DOUBLE_A("r9", "r12")
                         TS_DSP_DOUBLE_A("r10", "lr") TS_DSP_GENERAL_STORE_2X3("r8", "#0")
                             TS_DSP_GENERAL_STORE_2X3("r9", "%[stride]")
                                 TS_DSP_GENERAL_STORE_2X3("r10", "#(2 * %c[stride])")
                     "ldm r1!, {r2, r3, r4}\n" TS_DSP_DOUBLE_B("r11") TS_DSP_DOUBLE_B("r12") TS_DSP_DOUBLE_B("lr")
                         TS_DSP_GENERAL_STORE_2X3("r11", "#1")
                             TS_DSP_GENERAL_STORE_2X3("r12", "#(%c[stride] + 1)")
                                 TS_DSP_GENERAL_STORE_2X3("lr", "#(2 * %c[stride] + 1)")
                     "add r6, r6, #2\n"
                     ".endif\n"
                     "ldr r0, [sp]\n"
                     "str r6, [sp, #4]\n"
                     "cmp r1, r7\n"
                     "bne 1b\n"
                     "pop {r0, r2, r3, r7}\n" TS_DSP_LINES_256 TS_DSP_LINES_64 TS_DSP_GEMM_OPERANDS);
}

/* Four channels, two pixels: r2 r3 activations, r4 r5 weights, accumulators 256 * A + B r6 r7, B r8 r9, 256 * C + D r10
 * r11, D r12 lr. */
#define TS_DSP_TAPS_4X2(a, b, c, d)                                                                                    \
    "ldrd r2, r3, [r0], #8\n"                                                                                          \
    "ldrd r4, r5, [r1], #8\n" TS_DSP_PAIR_X2("r4", "r6", "r7", "r8", "r9", "r2", "r3", a, b)                           \
        TS_DSP_PAIR_X2("r5", "r10", "r11", "r12", "lr", "r2", "r3", c, d)
#define TS_DSP_STEP_4X2 TS_DSP_TAPS_4X2("r7", "r9", "r11", "lr") TS_DSP_TAPS_4X2("r7", "r9", "r11", "lr")
#define TS_DSP_FAST_PAIR_4X2(a0, a1, b0, b1, place)                                                                    \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_FAST_A(a0, b0, "r2") TS_DSP_FAST_A(a1, b1, "r2") TS_DSP_FAST_B(b0, "r3", "r4")    \
        TS_DSP_FAST_B(b1, "r3", "r4")                                                                                  \
    "strb " a0 ", [r5, #" place "]\n"                                                                                  \
    "strb " a1 ", [r5, #(%c[stride] + " place ")]\n"                                                                   \
    "strb " b0 ", [r5, #(1 + " place ")]\n"                                                                            \
    "strb " b1 ", [r5, #(%c[stride] + 1 + " place ")]\n"
/* r0 is free while outputs are made. */
#define TS_DSP_GENERAL_STORE_4X2(a, place)                                                                             \
    TS_DSP_GENERAL_OF(a, "r0", "r2", "r3", "r4") "strb " a ", [r5, #(" place ")]\n"
#define TS_DSP_GENERAL_PAIR_4X2(a0, a1, b0, b1, place)                                                                 \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_DOUBLE_A(a0, b0) TS_DSP_DOUBLE_A(a1, b1) TS_DSP_GENERAL_STORE_4X2(a0, place)      \
        TS_DSP_GENERAL_STORE_4X2(a1, "%c[stride] + " place)                                                            \
    "ldm r1!, {r2, r3, r4}\n" TS_DSP_DOUBLE_B(b0) TS_DSP_DOUBLE_B(b1) TS_DSP_GENERAL_STORE_4X2(b0, "1 + " place)       \
        TS_DSP_GENERAL_STORE_4X2(b1, "%c[stride] + 1 + " place)

TS_INLINE void ts_dsp_gemm_4x2(const int16_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,
    int32_t steps, int32_t stride, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t channels = 4;
    TS_DSP_GEMM_REGISTERS
    __asm__ volatile("push {r0, r2, r3, r7}\n"
                     "sub sp, sp, #8\n"
                     ".if %c[rounds]\n"
                     "movw r2, #((%c[singles] + 1 + %c[rounds] * %c[round]) * 16)\n"
                     "add r2, r2, r0\n"
                     "str r2, [sp]\n"
                     ".endif\n"
                     "1:\n"
                     "ldrd r6, r8, [r1], #8\n"
                     "ldrd r10, r12, [r1], #8\n" TS_DSP_TAPS_4X2("r6", "r8", "r10", "r12")
                         TS_DSP_TAPS_4X2("r7", "r9", "r11", "lr")
                     ".rept %c[singles]\n" TS_DSP_STEP_4X2
                     ".endr\n"
                     ".if %c[rounds]\n"
                     "2:\n"
                     ".rept %c[round]\n" TS_DSP_STEP_4X2
                     ".endr\n"
                     "ldr r2, [sp]\n"
                     "cmp r0, r2\n"
                     "bne 2b\n"
                     ".endif\n"
                     "ldr r5, [sp, #12]\n"
                     ".if %c[form] == 0\n" TS_DSP_FAST_PAIR_4X2("r6", "r7", "r8", "r9", "0")
                         TS_DSP_FAST_PAIR_4X2("r10", "r11", "r12", "lr", "2")
                     ".else\n" TS_DSP_GENERAL_PAIR_4X2("r6", "r7", "r8", "r9", "0")
                         TS_DSP_GENERAL_PAIR_4X2("r10", "r11", "r12", "lr", "2")
                     ".endif\n"
                     "add r5, r5, #4\n"
                     "ldr r0, [sp, #8]\n"
                     "ldr r2, [sp, #16]\n"
                     "str r5, [sp, #12]\n"
                     "cmp r1, r2\n"
                     "bne 1b\n"
                     "add sp, sp, #8\n"
                     "pop {r0, r2, r3, r7}\n" TS_DSP_LINES_256 TS_DSP_LINES_256 TS_DSP_GEMM_OPERANDS);
}

#else

TS_INLINE void ts_dsp_gemm_2x3(const int16_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,
    int32_t steps, int32_t stride, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    ts_dsp_gemm_plain(activations, NULL, weights, output, 2, 3, blocks, steps, stride, form, shift_a, shift_b, minimum, maximum);
}

TS_INLINE void ts_dsp_gemm_4x2(const int16_t *activations, const uint32_t *weights, int8_t *output, int32_t blocks,
    int32_t steps, int32_t stride, int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    ts_dsp_gemm_plain(activations, NULL, weights, output, 4, 2, blocks, steps, stride, form, shift_a, shift_b, minimum, maximum);
}

#endif

#endif

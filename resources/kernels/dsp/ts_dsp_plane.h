/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_PLANE_H
#define TS_DSP_PLANE_H

/* A 3x3 window over one channel whose rows lie in scratch as 16-bit numbers: `rows` output rows, stride 1 or 2.
 *
 * Row k of the four channels of a group starts at k * 16 * words bytes, a channel at 4 * words bytes within it; padding is
 * part of the rows. Output column x reads columns x * stride and the two behind.
 *
 * Weights of a channel: three words of kernel rows with bytes w0 w1 w1 w2, the start (256 * bias and, in the fast form, an
 * offset), the multiplier; with an addend that, too; in the general form offset and shift. Products are scaled by 256, so
 * that a byte mask is all that makes a pair of weights. */

#include "ts_dsp_base.h"

#define TS_DSP_PLANE_WORDS(output_w, stride) ((stride) == 1 ? ((output_w) + 1) / 2 + 1 : (output_w) + 1)
#define TS_DSP_PLANE_WEIGHTS(form) ((form) == TS_DSP_FAST ? 5 : (form) == TS_DSP_ADDEND ? 6 : 7)

#if TS_DSP_ASSEMBLY

/* r0 input, r1 output, r2..r7 weights as pairs (w0,w1) and (w1,w2) of each kernel row, r8 start, r9 multiplier, r10 r11
 * sums of two outputs, r12 lr four columns. Three kernel rows of the offsets 2, 1, 0, which take the pointer on. */
#define TS_DSP_PLANE_LOAD(row)                                                                                         \
    ".if " row " * %c[pitch] > 1020\n"                                                                                 \
    "add r12, r0, #(" row " * %c[pitch])\n"                                                                            \
    "ldrd r12, lr, [r12]\n"                                                                                            \
    ".else\n"                                                                                                          \
    "ldrd r12, lr, [r0, #(" row " * %c[pitch])]\n"                                                                     \
    ".endif\n"
/* Stride 1: two adjacent outputs share both words. */
#define TS_DSP_PLANE_NEAR(w01, w12, a, b)                                                                              \
    "smlad r10, r12, " w01 ", " a "\n"                                                                                 \
    "smlatb r11, r12, " w01 ", " b "\n"                                                                                \
    "smlabt r10, lr, " w12 ", r10\n"                                                                                   \
    "smlad r11, lr, " w12 ", r11\n"
/* Stride 2: the second output starts with the second word. */
#define TS_DSP_PLANE_APART(w01, w12, a, b, third)                                                                      \
    "smlad r10, r12, " w01 ", " a "\n"                                                                                 \
    "smlabt r10, lr, " w12 ", r10\n" third "smlad r11, lr, " w01 ", " b "\n"                                           \
    "smlabt r11, r12, " w12 ", r11\n"
#define TS_DSP_PLANE_SINGLE(w01, w12, a)                                                                               \
    "smlad r10, r12, " w01 ", " a "\n"                                                                                 \
    "smlabt r10, lr, " w12 ", r10\n"
#define TS_DSP_PLANE_PAIR                                                                                              \
    ".if %c[stride] == 1\n" TS_DSP_PLANE_LOAD("2") TS_DSP_PLANE_NEAR("r6", "r7", "r8", "r8") TS_DSP_PLANE_LOAD("1")    \
        TS_DSP_PLANE_NEAR("r4", "r5", "r10", "r11")                                                                    \
    "ldrd r12, lr, [r0], #4\n" TS_DSP_PLANE_NEAR("r2", "r3", "r10", "r11")                                             \
    ".else\n" TS_DSP_PLANE_LOAD("2")                                                                                   \
        TS_DSP_PLANE_APART("r6", "r7", "r8", "r8", "ldr r12, [r0, #(2 * %c[pitch] + 8)]\n") TS_DSP_PLANE_LOAD("1")     \
            TS_DSP_PLANE_APART("r4", "r5", "r10", "r11", "ldr r12, [r0, #(%c[pitch] + 8)]\n")                          \
    "ldrd r12, lr, [r0], #8\n" TS_DSP_PLANE_APART("r2", "r3", "r10", "r11", "ldr r12, [r0]\n")                         \
    ".endif\n"
#define TS_DSP_PLANE_LAST                                                                                              \
    TS_DSP_PLANE_LOAD("2") TS_DSP_PLANE_SINGLE("r6", "r7", "r8") TS_DSP_PLANE_LOAD("1")                                \
        TS_DSP_PLANE_SINGLE("r4", "r5", "r10")                                                                         \
    "ldrd r12, lr, [r0]\n" TS_DSP_PLANE_SINGLE("r2", "r3", "r10")

#define TS_DSP_PLANE_CLAMP(a)                                                                                          \
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
#define TS_DSP_PLANE_GENERAL(a)                                                                                        \
    "asr " a ", " a ", #7\n"                                                                                           \
    "smmlar lr, " a ", r9, r12\n"                                                                                      \
    "add " a ", lr, " a ", asr #31\n"
#define TS_DSP_PLANE_STORE(a)                                                                                          \
    ".if %c[channels] < 256\n"                                                                                         \
    "strb " a ", [r1], %[channels]\n"                                                                                  \
    ".else\n"                                                                                                          \
    "strb " a ", [r1]\n"                                                                                               \
    "addw r1, r1, %[channels]\n"                                                                                       \
    ".endif\n"
#define TS_DSP_PLANE_OUTPUT_2                                                                                          \
    ".if %c[form] == 0\n"                                                                                              \
    "smmul r10, r10, r9\n"                                                                                             \
    "smmul r11, r11, r9\n"                                                                                             \
    "ssat r10, #8, r10, asr %[shift]\n"                                                                                \
    "ssat r11, #8, r11, asr %[shift]\n"                                                                                \
    ".elseif %c[form] == 2\n"                                                                                          \
    "ldr r12, [sp, #8]\n"                                                                                              \
    "smmla r10, r10, r9, r12\n"                                                                                        \
    "smmla r11, r11, r9, r12\n"                                                                                        \
    "ssat r10, #8, r10, asr %[shift]\n"                                                                                \
    "ssat r11, #8, r11, asr %[shift]\n"                                                                                \
    ".else\n"                                                                                                          \
    "ldr r12, [sp, #8]\n" TS_DSP_PLANE_GENERAL("r10") TS_DSP_PLANE_GENERAL("r11")                                      \
    "ldr r12, [sp, #12]\n"                                                                                             \
    "asr r10, r10, r12\n"                                                                                              \
    "asr r11, r11, r12\n" TS_DSP_PLANE_CLAMP("r10") TS_DSP_PLANE_CLAMP("r11")                                          \
    ".endif\n"                                                                                                         \
    ".if %c[channels] < 256\n" TS_DSP_PLANE_STORE("r10") TS_DSP_PLANE_STORE("r11")                                     \
    ".else\n"                                                                                                          \
    "strb r10, [r1]\n"                                                                                                 \
    "strb r11, [r1, %[channels]]\n"                                                                                    \
    "addw r1, r1, #(2 * %c[channels])\n"                                                                               \
    ".endif\n"
#define TS_DSP_PLANE_OUTPUT_1                                                                                          \
    ".if %c[form] == 0\n"                                                                                              \
    "smmul r10, r10, r9\n"                                                                                             \
    "ssat r10, #8, r10, asr %[shift]\n"                                                                                \
    ".elseif %c[form] == 2\n"                                                                                          \
    "ldr r12, [sp, #8]\n"                                                                                              \
    "smmla r10, r10, r9, r12\n"                                                                                        \
    "ssat r10, #8, r10, asr %[shift]\n"                                                                                \
    ".else\n"                                                                                                          \
    "ldr r12, [sp, #8]\n" TS_DSP_PLANE_GENERAL("r10")                                                                  \
    "ldr r12, [sp, #12]\n"                                                                                             \
    "asr r10, r10, r12\n" TS_DSP_PLANE_CLAMP("r10")                                                                    \
    ".endif\n" TS_DSP_PLANE_STORE("r10")

/* Pairs of outputs in a row: few of them without a loop. */
#define TS_DSP_PLANE_ROUND 12
#define TS_DSP_PLANE_ROUNDS(output_w) ((output_w) / 2 <= 12 ? 0 : (output_w) / 2 / 12)
#define TS_DSP_PLANE_SINGLES(output_w) ((output_w) / 2 <= 12 ? (output_w) / 2 : (output_w) / 2 % 12)

TS_INLINE void ts_dsp_plane_3x3(const int16_t *input, const uint32_t *weights, int8_t *output, int32_t rows,
    int32_t channels, int32_t output_w, int32_t stride, int32_t form, int32_t shift, int32_t minimum, int32_t maximum)
{
    register const int16_t *x __asm__("r0") = input;
    register int8_t *y __asm__("r1") = output;
    register const uint32_t *w __asm__("r2") = weights;
    register int32_t count __asm__("r3") = rows;
    /* On the stack: rows to go, rounds to go, offset and shift of the general form, r7. */
    __asm__ volatile("push {r7}\n"
                     "sub sp, sp, #16\n"
                     "str r3, [sp]\n"
                     ".if %c[form] == 2\n"
                     "ldr r10, [r2, #20]\n"
                     "str r10, [sp, #8]\n"
                     ".elseif %c[form]\n"
                     "ldrd r10, r11, [r2, #20]\n"
                     "strd r10, r11, [sp, #8]\n"
                     ".endif\n"
                     "ldr r3, [r2]\n"
                     "ldr r5, [r2, #4]\n"
                     "ldr r7, [r2, #8]\n"
                     "ldrd r8, r9, [r2, #12]\n"
                     "lsl r2, r3, #8\n"
                     "lsl r4, r5, #8\n"
                     "lsl r6, r7, #8\n"
                     "and r2, r2, #0xFF00FF00\n"
                     "and r3, r3, #0xFF00FF00\n"
                     "and r4, r4, #0xFF00FF00\n"
                     "and r5, r5, #0xFF00FF00\n"
                     "and r6, r6, #0xFF00FF00\n"
                     "and r7, r7, #0xFF00FF00\n"
                     "1:\n"
                     ".rept %c[singles]\n" TS_DSP_PLANE_PAIR TS_DSP_PLANE_OUTPUT_2
                     ".endr\n"
                     ".if %c[rounds]\n"
                     "mov r12, %[rounds]\n"
                     "2:\n"
                     "str r12, [sp, #4]\n"
                     ".rept %c[round]\n" TS_DSP_PLANE_PAIR TS_DSP_PLANE_OUTPUT_2
                     ".endr\n"
                     "ldr r12, [sp, #4]\n"
                     "subs r12, r12, #1\n"
                     "bne 2b\n"
                     ".endif\n"
                     ".if %c[odd]\n" TS_DSP_PLANE_LAST TS_DSP_PLANE_OUTPUT_1
                     ".endif\n"
                     "ldr r12, [sp]\n"
                     "addw r0, r0, #(%c[pitch] * %c[stride] - %c[read])\n"
                     "subs r12, r12, #1\n"
                     "str r12, [sp]\n"
                     "bne 1b\n"
                     "add sp, sp, #16\n"
                     "pop {r7}\n" TS_DSP_LINES_256 TS_DSP_LINES_256
                     : "+r"(x), "+r"(y), "+r"(w), "+r"(count)
                     : [pitch] "i"(16 * TS_DSP_PLANE_WORDS(output_w, stride)), [stride] "i"(stride),
                     [channels] "i"(channels), [form] "i"(form), [shift] "i"(shift), [minimum] "i"(minimum),
                     [maximum] "i"(maximum), [singles] "i"(TS_DSP_PLANE_SINGLES(output_w)),
                     [rounds] "i"(TS_DSP_PLANE_ROUNDS(output_w)), [round] "i"(TS_DSP_PLANE_ROUND),
                     [odd] "i"(output_w % 2), [read] "i"(output_w / 2 * 4 * stride)
                     : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#else

TS_INLINE int32_t ts_dsp_plane_byte(uint32_t word, int32_t place)
{
    return (int32_t)(int8_t)(word >> 8 * place);
}

TS_INLINE void ts_dsp_plane_3x3(const int16_t *input, const uint32_t *weights, int8_t *output, int32_t rows,
    int32_t channels, int32_t output_w, int32_t stride, int32_t form, int32_t shift, int32_t minimum, int32_t maximum)
{
    const int32_t pitch = 8 * TS_DSP_PLANE_WORDS(output_w, stride);
    for (int32_t y = 0; y < rows; y++, input += stride * pitch) {
        for (int32_t x = 0; x < output_w; x++, output += channels) {
            uint32_t sum = weights[3];
            for (int32_t row = 0; row < 3; row++) {
                const int16_t *columns = input + row * pitch + x * stride;
                const int32_t part = columns[0] * ts_dsp_plane_byte(weights[row], 0)
                    + columns[1] * ts_dsp_plane_byte(weights[row], 1)
                    + columns[2] * ts_dsp_plane_byte(weights[row], 3);
                sum += (uint32_t)part << 8;
            }
            *output = form != TS_DSP_GENERAL
                ? ts_dsp_fast(sum, weights[4], form == TS_DSP_ADDEND ? weights[5] : 0, shift)
                : ts_dsp_general((int32_t)sum >> 8, weights[4], weights[5], weights[6], minimum, maximum);
        }
    }
}

#endif

#endif

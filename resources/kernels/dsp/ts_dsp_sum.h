/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_SUM_H
#define TS_DSP_SUM_H

/* int8 addition and subtraction, element by element. The operand of the larger scale enters as it is: brought to the
 * common scale it is its distance from its zero point times 2^19. The other one is looked up: table[byte] is twice its
 * value at the common scale (its sign as in the sum), less what the first one's zero point adds. */

#include "ts_dsp_base.h"

#if TS_DSP_ASSEMBLY

#define TS_DSP_SUM_ONE                                                                                                 \
    "ldrb r4, [%[small]], #1\n"                                                                                        \
    "ldrsb r5, [%[large]], #1\n"                                                                                       \
    "ldr r4, [%[table], r4, lsl #2]\n"                                                                                 \
    ".if %c[sign] > 0\n"                                                                                               \
    "add r4, r4, r5, lsl #20\n"                                                                                        \
    ".else\n"                                                                                                          \
    "sub r4, r4, r5, lsl #20\n"                                                                                        \
    ".endif\n"                                                                                                         \
    "smmlar r5, r4, %[multiplier], %[offset]\n"                                                                        \
    ".if %c[away]\n"                                                                                                   \
    "add r5, r5, r4, asr #31\n"                                                                                        \
    ".endif\n"                                                                                                         \
    "ssat r5, #8, r5, asr %[shift]\n"                                                                                  \
    ".if %c[minimum] > -128\n"                                                                                         \
    "cmp r5, %[minimum]\n"                                                                                             \
    "it lt\n"                                                                                                          \
    "movlt r5, %[minimum]\n"                                                                                           \
    ".endif\n"                                                                                                         \
    ".if %c[maximum] < 127\n"                                                                                          \
    "cmp r5, %[maximum]\n"                                                                                             \
    "it gt\n"                                                                                                          \
    "movgt r5, %[maximum]\n"                                                                                           \
    ".endif\n"                                                                                                         \
    "strb r5, [%[output]], #1\n"

#endif

/* large + small, or with sign -1 small - large. The output may lie on either. `offset` is the output's zero point *
 * 2^shift + 2^(shift - 1); ties of negative sums only matter where they are not all clamped. */
TS_INLINE void ts_dsp_sum_i8(const int8_t *large, const int8_t *small, int8_t *output, const int32_t *table,
    int32_t count, int32_t sign, int32_t multiplier, int32_t offset, int32_t shift, int32_t zero_point, int32_t minimum,
    int32_t maximum)
{
#if TS_DSP_ASSEMBLY
    int32_t rounds = count / 8;
    __asm__ volatile(".if %c[rounds]\n"
                     "1:\n"
                     ".rept 8\n" TS_DSP_SUM_ONE ".endr\n"
                     "subs %[left], %[left], #1\n"
                     "bne 1b\n"
                     ".endif\n"
                     ".rept %c[singles]\n" TS_DSP_SUM_ONE ".endr\n" TS_DSP_LINES_256
                     : [large] "+r"(large), [small] "+r"(small), [output] "+r"(output), [left] "+r"(rounds)
                     : [table] "r"(table), [multiplier] "r"(multiplier), [offset] "r"(offset), [shift] "i"(shift),
                     [sign] "i"(sign), [away] "i"(minimum < zero_point),
                     [minimum] "i"(minimum), [maximum] "i"(maximum), [rounds] "i"(count / 8), [singles] "i"(count % 8)
                     : "r4", "r5", "cc", "memory");
#else
    for (int32_t i = 0; i < count; i++) {
        const int32_t twice = table[(uint8_t)small[i]] + sign * large[i] * (1 << 20);
        const int64_t product = (int64_t)twice * multiplier + ((int64_t)1 << 31);
        const int32_t high = (int32_t)(product >> 32) + offset - (twice < 0 ? 1 : 0);
        output[i] = (int8_t)ts_clamp(high >> shift, minimum, maximum);
    }
    (void)zero_point;
#endif
}

#endif

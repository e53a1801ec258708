/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_WIDEN_H
#define TS_DSP_WIDEN_H

/* Makes the 16-bit pairs that ts_dsp_gemm_plain.h describes from the bytes of two or three pixels. */

#include "ts_dsp_base.h"

#define TS_DSP_WIDEN_ROUND(groups) ((groups) <= 8 ? 0 : 4)
#define TS_DSP_WIDEN_ROUNDS(groups) ((groups) <= 8 ? 0 : (groups) / 4)
#define TS_DSP_WIDEN_SINGLES(groups) ((groups) <= 8 ? (groups) : (groups) % 4)

TS_INLINE void ts_dsp_store_pair(int16_t *to, uint32_t pair)
{
    to[0] = (int16_t)(uint16_t)pair;
    to[1] = (int16_t)(uint16_t)(pair >> 16);
}

/* Four bytes of one pixel to its place among `pixels`. */
TS_INLINE void ts_dsp_widen_four(int16_t *to, uint32_t four, int32_t pixel, int32_t pixels)
{
    ts_dsp_store_pair(to + 2 * pixel, ts_dsp_widen_even(four));
    ts_dsp_store_pair(to + 2 * (pixels + pixel), ts_dsp_widen_odd(four));
}

#if TS_DSP_ASSEMBLY

#define TS_DSP_WIDEN_LOOP(STEP)                                                                                        \
    ".rept %c[singles]\n" STEP ".endr\n"                                                                               \
    ".if %c[rounds]\n"                                                                                                 \
    "mov lr, %[rounds]\n"                                                                                              \
    "1:\n"                                                                                                             \
    ".rept %c[round]\n" STEP ".endr\n"                                                                                 \
    "subs lr, lr, #1\n"                                                                                                \
    "bne 1b\n"                                                                                                         \
    ".endif\n" TS_DSP_LINES_64
#define TS_DSP_WIDEN_CONSTANTS                                                                                         \
    [singles] "i"(TS_DSP_WIDEN_SINGLES(groups)), [rounds] "i"(TS_DSP_WIDEN_ROUNDS(groups)),                            \
        [round] "i"(TS_DSP_WIDEN_ROUND(groups))

/* `groups` times four bytes of three pixels; gives the end of what was written. */
TS_INLINE int16_t *ts_dsp_widen_3(int16_t *to, const int8_t *p0, const int8_t *p1, const int8_t *p2, int32_t groups)
{
    __asm__ volatile(TS_DSP_WIDEN_LOOP("ldr r8, [%[p0]], #4\n"
                                       "ldr r9, [%[p1]], #4\n"
                                       "ldr r10, [%[p2]], #4\n"
                                       "sxtb16 r4, r8\n"
                                       "sxtb16 r5, r9\n"
                                       "sxtb16 r6, r10\n"
                                       "sxtb16 r8, r8, ror #8\n"
                                       "sxtb16 r9, r9, ror #8\n"
                                       "sxtb16 r10, r10, ror #8\n"
                                       "stm %[to]!, {r4, r5, r6, r8, r9, r10}\n")
                     : [to] "+r"(to), [p0] "+r"(p0), [p1] "+r"(p1), [p2] "+r"(p2)
                     : TS_DSP_WIDEN_CONSTANTS
                     : "r4", "r5", "r6", "r8", "r9", "r10", "lr", "cc", "memory");
    return to;
}

TS_INLINE int16_t *ts_dsp_widen_2(int16_t *to, const int8_t *p0, const int8_t *p1, int32_t groups)
{
    __asm__ volatile(TS_DSP_WIDEN_LOOP("ldr r6, [%[p0]], #4\n"
                                       "ldr r8, [%[p1]], #4\n"
                                       "sxtb16 r4, r6\n"
                                       "sxtb16 r5, r8\n"
                                       "sxtb16 r6, r6, ror #8\n"
                                       "sxtb16 r8, r8, ror #8\n"
                                       "stm %[to]!, {r4, r5, r6, r8}\n")
                     : [to] "+r"(to), [p0] "+r"(p0), [p1] "+r"(p1)
                     : TS_DSP_WIDEN_CONSTANTS
                     : "r4", "r5", "r6", "r8", "lr", "cc", "memory");
    return to;
}

#else

TS_INLINE int16_t *ts_dsp_widen_3(int16_t *to, const int8_t *p0, const int8_t *p1, const int8_t *p2, int32_t groups)
{
    for (int32_t i = 0; i < groups; i++) {
        ts_dsp_widen_four(to, ts_dsp_load(p0 + 4 * i), 0, 3);
        ts_dsp_widen_four(to, ts_dsp_load(p1 + 4 * i), 1, 3);
        ts_dsp_widen_four(to, ts_dsp_load(p2 + 4 * i), 2, 3);
        to += 12;
    }
    return to;
}

TS_INLINE int16_t *ts_dsp_widen_2(int16_t *to, const int8_t *p0, const int8_t *p1, int32_t groups)
{
    for (int32_t i = 0; i < groups; i++) {
        ts_dsp_widen_four(to, ts_dsp_load(p0 + 4 * i), 0, 2);
        ts_dsp_widen_four(to, ts_dsp_load(p1 + 4 * i), 1, 2);
        to += 8;
    }
    return to;
}

#endif

#endif

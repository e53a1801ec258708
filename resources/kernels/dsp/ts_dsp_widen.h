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

/* The same for `groups` times four bytes, read one by one: of any address. */
TS_INLINE void ts_dsp_widen_bytes(int16_t *to, const int8_t *from, int32_t groups, int32_t pixel, int32_t pixels)
{
    to += 2 * pixel;
    for (int32_t i = 0; i < groups; i++, from += 4, to += 4 * pixels) {
        to[0] = from[0];
        to[1] = from[2];
        to[2 * pixels] = from[1];
        to[2 * pixels + 1] = from[3];
    }
}

#if TS_DSP_ASSEMBLY

#define TS_DSP_WIDEN_LOOP(STEP)          \
    ".rept %c[singles]\n" STEP ".endr\n" \
    ".if %c[rounds]\n"                   \
    "mov lr, %[rounds]\n"                \
    "1:\n"                               \
    ".rept %c[round]\n" STEP ".endr\n"   \
    "subs lr, lr, #1\n"                  \
    "bne 1b\n"                           \
    ".endif\n" TS_DSP_LINES_64
#define TS_DSP_WIDEN_CONSTANTS                                                              \
    [singles] "i"(TS_DSP_WIDEN_SINGLES(groups)), [rounds] "i"(TS_DSP_WIDEN_ROUNDS(groups)), \
        [round] "i"(TS_DSP_WIDEN_ROUND(groups))

TS_INLINE int16_t *ts_dsp_widen_words_3(
    int16_t *to, const int8_t *p0, const int8_t *p1, const int8_t *p2, int32_t groups)
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

TS_INLINE int16_t *ts_dsp_widen_words_2(int16_t *to, const int8_t *p0, const int8_t *p1, int32_t groups)
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

#endif

/* `groups` times four bytes of two or three pixels; gives the end of what was written. `aligned`: every pixel starts at
 * a multiple of four bytes. */
TS_INLINE int16_t *ts_dsp_widen(
    int16_t *to, const int8_t *p0, const int8_t *p1, const int8_t *p2, int32_t groups, int32_t aligned, int32_t pixels)
{
#if TS_DSP_ASSEMBLY
    if (TS_DSP_UNALIGNED || aligned) {
        return pixels == 3 ? ts_dsp_widen_words_3(to, p0, p1, p2, groups) : ts_dsp_widen_words_2(to, p0, p1, groups);
    }
#else
    (void)aligned;
#endif
    ts_dsp_widen_bytes(to, p0, groups, 0, pixels);
    ts_dsp_widen_bytes(to, p1, groups, 1, pixels);
    if (pixels == 3) {
        ts_dsp_widen_bytes(to, p2, groups, 2, pixels);
    }
    return to + 4 * pixels * groups;
}

#endif

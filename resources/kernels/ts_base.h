/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_BASE_H
#define TS_BASE_H

/* Common ground of all kernels. A kernel is an inline function that takes its whole geometry as arguments; a layer
 * calls it with literal constants, so that the compiler makes a loop nest of just that layer. No heap, no global state.
 */

/* Inlining without optimisation copies every kernel into every layer as it is written: five times the code, many times
 * the stack. So where the compiler is called without (-O0), GCC is told to optimise these files all the same, and other
 * compilers call the kernels. Define TS_UNOPTIMIZED to step through kernels in a debugger. */
#if defined(__OPTIMIZE__)
#define TS_OPTIMIZED 1
#elif defined(__GNUC__) && !defined(__clang__) && !defined(TS_UNOPTIMIZED)
#pragma GCC optimize("O2")
#define TS_OPTIMIZED 1
#else
#define TS_OPTIMIZED 0
#endif

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define TS_LAYER static __attribute__((noinline))
#define TS_ALIGNED(bytes) __attribute__((aligned(bytes)))
#else
#define TS_LAYER static
#define TS_ALIGNED(bytes)
#endif

#if defined(__GNUC__) && TS_OPTIMIZED
#define TS_INLINE static inline __attribute__((always_inline))
#else
#define TS_INLINE static inline
#endif

/* avr-libc has neither nearbyintf() nor expm1f(). The first is for magnitudes below 2^31. */
#if defined(__AVR__)
#define ts_nearby_f32(x) ((float)lrintf(x))
#define ts_expm1_f32(x) (expf(x) - 1.0F)
#else
#define ts_nearby_f32(x) nearbyintf(x)
#define ts_expm1_f32(x) expm1f(x)
#endif

TS_INLINE int32_t ts_min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

TS_INLINE int32_t ts_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

TS_INLINE int32_t ts_clamp(int32_t value, int32_t minimum, int32_t maximum)
{
    /* In this form compilers know the saturating instructions. */
    return ts_max(ts_min(value, maximum), minimum);
}

TS_INLINE float ts_clamp_f32(float value, float minimum, float maximum)
{
    return value < minimum ? minimum : value > maximum ? maximum : value;
}

/* memcpy() of bytes at any address. Without unaligned accesses byte by byte: the C libraries of these cores read words
 * there. */
TS_INLINE void ts_copy_bytes(void *to, const void *from, size_t bytes)
{
#if defined(__ARM_ARCH) && __ARM_ARCH >= 7 && !defined(__ARM_ARCH_8M_BASE__) && !defined(__ARM_FEATURE_UNALIGNED)
    unsigned char *target = (unsigned char *)to;
    const unsigned char *source = (const unsigned char *)from;
    for (size_t i = 0; i < bytes; i++) {
        target[i] = source[i];
        /* Or the compiler makes a call of memcpy() of the loop. */
        __asm__ volatile("" ::: "memory");
    }
#else
    memcpy(to, from, bytes);
#endif
}

/* The rows that output row y of a convolution or pooling reads: rows[k] is input row y * stride - pad_top + k *
 * dilation, or null where that lies outside the image. */
TS_INLINE void ts_take_rows_i8(const int8_t **rows, const int8_t *input, int32_t y, int32_t input_h,
    int32_t row_elements, int32_t kernel_h, int32_t stride_h, int32_t dilation_h, int32_t pad_top)
{
    for (int32_t k = 0; k < kernel_h; k++) {
        const int32_t row = y * stride_h - pad_top + k * dilation_h;
        rows[k] = row >= 0 && row < input_h ? input + row * row_elements : NULL;
    }
}

TS_INLINE void ts_take_rows_f32(const float **rows, const float *input, int32_t y, int32_t input_h,
    int32_t row_elements, int32_t kernel_h, int32_t stride_h, int32_t dilation_h, int32_t pad_top)
{
    for (int32_t k = 0; k < kernel_h; k++) {
        const int32_t row = y * stride_h - pad_top + k * dilation_h;
        rows[k] = row >= 0 && row < input_h ? input + row * row_elements : NULL;
    }
}

/* The same for a transpose convolution: rows[k] is the input row that reaches output row y through kernel row k, or
 * null. */
TS_INLINE void ts_take_transposed_rows_i8(const int8_t **rows, const int8_t *input, int32_t y, int32_t input_h,
    int32_t row_elements, int32_t kernel_h, int32_t stride_h, int32_t dilation_h, int32_t pad_top)
{
    for (int32_t k = 0; k < kernel_h; k++) {
        const int32_t place = y + pad_top - k * dilation_h;
        const int32_t row = place / stride_h;
        rows[k] = place >= 0 && row * stride_h == place && row < input_h ? input + row * row_elements : NULL;
    }
}

TS_INLINE void ts_take_transposed_rows_f32(const float **rows, const float *input, int32_t y, int32_t input_h,
    int32_t row_elements, int32_t kernel_h, int32_t stride_h, int32_t dilation_h, int32_t pad_top)
{
    for (int32_t k = 0; k < kernel_h; k++) {
        const int32_t place = y + pad_top - k * dilation_h;
        const int32_t row = place / stride_h;
        rows[k] = place >= 0 && row * stride_h == place && row < input_h ? input + row * row_elements : NULL;
    }
}

#endif

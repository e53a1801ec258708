/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a package on the emulated board. inputs.bin: the number of inferences (32 bits), then their inputs. outputs.bin:
 * per inference four words (what invoke returned, bytes of stack, changed guard bytes before and after the arena), then
 * the outputs. Everything between measure_begin() and measure_end() is counted, less the functions of this file.
 */
#include "package_under_test.h"
#include "host.h"

#include <stdint.h>

#define GUARD_BYTES 256u
#define GUARD_VALUE 0x5Au
#define STACK_PAINT 0xC3A5C3A5u

extern uint32_t stack_bottom[];
extern unsigned char arena_guard_before[], arena_start[], arena_guard_after[];

__attribute__((noinline, used)) void measure_begin(void)
{
    __asm__ volatile("" ::: "memory");
}

__attribute__((noinline, used)) void measure_end(void)
{
    __asm__ volatile("" ::: "memory");
}

static void fill(unsigned char *at, uint32_t bytes, unsigned char value)
{
    for (uint32_t i = 0; i < bytes; ++i) {
        at[i] = value;
    }
}

static uint32_t changed(const unsigned char *guard)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < GUARD_BYTES; ++i) {
        count += guard[i] != GUARD_VALUE;
    }
    return count;
}

#if defined(__AVR__)
/* The simulator watches the stack pointer. */
__attribute__((noinline)) static int invoke(PACKAGE_CONTEXT *context, uint32_t *stackBytes)
{
    *stackBytes = 0;
    measure_begin();
    const int result = PACKAGE_INVOKE(context);
    measure_end();
    return result;
}
#else
/* Paints the stack below its own frame, so that what is found changed afterwards is invoke's alone. */
__attribute__((noinline)) static int invoke(PACKAGE_CONTEXT *context, uint32_t *stackBytes)
{
    uint32_t *top;
#if defined(__riscv)
    __asm__ volatile("mv %0, sp" : "=r"(top));
#else
    __asm__ volatile("mov %0, sp" : "=r"(top));
#endif
    for (volatile uint32_t *at = stack_bottom; at < top; ++at) {
        *at = STACK_PAINT;
    }
    measure_begin();
    const int result = PACKAGE_INVOKE(context);
    measure_end();
    const volatile uint32_t *at = stack_bottom;
    while (at < top && *at == STACK_PAINT) {
        ++at;
    }
    *stackBytes = (uint32_t)((uintptr_t)top - (uintptr_t)at);
    return result;
}
#endif

/* Whatever a package expects to find in its arena it must have put there. */
static void fillWithNoise(unsigned char *at, uint32_t bytes)
{
    uint32_t state = 12345;
    for (uint32_t i = 0; i < bytes; ++i) {
        state = state * 1664525u + 1013904223u;
        at[i] = (unsigned char)(state >> 24);
    }
}

int run(void)
{
    static PACKAGE_CONTEXT context;
    const int in = host_open("inputs.bin", 10, 1);
    const int out = host_open("outputs.bin", 11, 5);
    uint32_t inferences = 0;
    if (in < 0 || out < 0 || host_read_all(in, &inferences, 4) != 0) {
        return EXIT_FILES;
    }
    fillWithNoise(arena_start, PACKAGE_ARENA_BYTES);
    for (uint32_t n = 0; n < inferences; ++n) {
        /* Anew for each, so that inferences do not depend on what came before. */
        if (PACKAGE_INIT(&context, arena_start, PACKAGE_ARENA_BYTES) != 0) {
            return EXIT_INIT;
        }
        for (uint32_t i = 0; i < PACKAGE_INPUTS; ++i) {
            if (host_read_all(in, package_input(&context, i), package_input_bytes(i)) != 0) {
                return EXIT_FILES;
            }
        }
        fill(arena_guard_before, GUARD_BYTES, GUARD_VALUE);
        fill(arena_guard_after, GUARD_BYTES, GUARD_VALUE);
        uint32_t record[4] = {0, 0, 0, 0};
        record[0] = (uint32_t)invoke(&context, &record[1]);
        record[2] = changed(arena_guard_before);
        record[3] = changed(arena_guard_after);
        uint32_t left = host_write_all(out, record, sizeof record);
        for (uint32_t i = 0; i < PACKAGE_OUTPUTS; ++i) {
            left |= host_write_all(out, package_output(&context, i), package_output_bytes(i));
        }
        if (left != 0) {
            return EXIT_FILES;
        }
    }
    host_close(out);
    return EXIT_DONE;
}

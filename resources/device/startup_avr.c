/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of a simulated AVR: stack, constants and .data into RAM, .bss, then run(). */
#include "host.h"

#include <stdint.h>

/* Addresses in flash of what is copied to RAM, which is at most 64 KB. */
extern uint8_t rodata_start[], rodata_end[], data_start[], data_end[], bss_start[], bss_end[];
extern uint8_t runner_rodata_start[], runner_rodata_end[], runner_data_start[], runner_data_end[];
extern uint8_t runner_bss_start[], runner_bss_end[];

int run(void);

/* What the compiler asks for in files with variables; libgcc's would know nothing of the sections here. */
__attribute__((used, naked, section(".text.runner"))) void __do_copy_data(void)
{
    __asm__ volatile("ret");
}

__attribute__((used, naked, section(".text.runner"))) void __do_clear_bss(void)
{
    __asm__ volatile("ret");
}

static void copyBytes(uint8_t *to, const uint8_t *end, uint32_t from)
{
    while (to < end) {
        uint8_t value;
        /* ELPM Z by its code: compilers for smaller chips do not know it. 0x3B is RAMPZ. */
        __asm__ volatile("out 0x3B, %C1 \n"
                         "movw r30, %A1 \n"
                         ".word 0x9006 \n"
                         "mov %0, r0 \n"
                         : "=r"(value)
                         : "r"(from)
                         : "r0", "r30", "r31");
        *to++ = value;
        ++from;
    }
}

static void clearBytes(uint8_t *at, const uint8_t *end)
{
    while (at < end) {
        *at++ = 0;
    }
}

#define LOAD_ADDRESS(into, symbol)             \
    __asm__ volatile("ldi %A0, lo8(" symbol ") \n" \
                     "ldi %B0, hi8(" symbol ") \n" \
                     "ldi %C0, hh8(" symbol ") \n" \
                     "ldi %D0, hhi8(" symbol ") \n" \
                     : "=d"(into))

__attribute__((used, noreturn)) void start_in_c(void)
{
    uint32_t from;
    LOAD_ADDRESS(from, "rodata_load");
    copyBytes(rodata_start, rodata_end, from);
    LOAD_ADDRESS(from, "data_load");
    copyBytes(data_start, data_end, from);
    clearBytes(bss_start, bss_end);
    LOAD_ADDRESS(from, "runner_rodata_load");
    copyBytes(runner_rodata_start, runner_rodata_end, from);
    LOAD_ADDRESS(from, "runner_data_load");
    copyBytes(runner_data_start, runner_data_end, from);
    clearBytes(runner_bss_start, runner_bss_end);
    host_exit(run());
}

__attribute__((used, naked, section(".vectors"))) void reset_handler(void)
{
    __asm__ volatile("clr r1 \n"
                     "out 0x3F, r1 \n"
                     "ldi r28, 0xFF \n"
                     "ldi r29, 0xFF \n"
                     "out 0x3E, r29 \n"
                     "out 0x3D, r28 \n"
                     "jmp start_in_c \n");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of an emulated Arm board: vectors, coprocessor access, .data and .bss, then run(). Needs no C library. */
#include "host.h"

#include <stdint.h>

extern uint32_t stack_top[];
extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t runner_data_load[], runner_data_start[], runner_data_end[], runner_bss_start[], runner_bss_end[];

int run(void);

static void copyWords(uint32_t *to, const uint32_t *end, const uint32_t *from)
{
    while (to < end) {
        *to++ = *from++;
    }
}

static void clearWords(uint32_t *at, const uint32_t *end)
{
    while (at < end) {
        *at++ = 0;
    }
}

__attribute__((used, noreturn)) void start_in_c(void)
{
#if !defined(__ARM_FEATURE_UNALIGNED)
    /* Code of cores that cannot read words at any address, or that does not: the board's core traps it if it does
     * (UNALIGN_TRP of the configuration and control register). */
    *(volatile uint32_t *)0xE000ED14u |= 8u;
    __asm__ volatile("dsb \n isb \n" ::: "memory");
#endif
    copyWords(data_start, data_end, data_load);
    clearWords(bss_start, bss_end);
    copyWords(runner_data_start, runner_data_end, runner_data_load);
    clearWords(runner_bss_start, runner_bss_end);
    host_exit(run());
}

/* Floating point and vector instructions fault until CP10 and CP11 are enabled (CPACR), so this comes before any C. */
__attribute__((naked, used, noreturn)) void reset_handler(void)
{
    __asm__ volatile(
#if __ARM_ARCH >= 7 || defined(__ARM_ARCH_8M_MAIN__)
        ".syntax unified \n"
        "ldr r0, =0xE000ED88 \n"
        "ldr r1, [r0] \n"
        "ldr r2, =0x00F00000 \n"
        "orrs r1, r2 \n"
        "str r1, [r0] \n"
        "dsb \n"
        "isb \n"
#endif
        "bl start_in_c \n"
        ".ltorg \n");
}

__attribute__((used, noreturn)) void report_fault(const uint32_t *frame)
{
    host_write("fault: ");
    host_write_hex("pc=", frame[6]);
    host_write_hex("lr=", frame[5]);
#if __ARM_ARCH >= 7 || defined(__ARM_ARCH_8M_MAIN__)
    host_write_hex("cfsr=", *(volatile uint32_t *)0xE000ED28u);
    host_write_hex("address=", *(volatile uint32_t *)0xE000ED38u);
#endif
    host_write("\n");
    host_exit(EXIT_FAULT);
}

__attribute__((naked, used)) void fault_handler(void)
{
    __asm__ volatile("mov r0, sp \n"
                     "bl report_fault \n");
}

__attribute__((section(".vectors"), used)) const void *const vectors[16] = {stack_top, (const void *)reset_handler,
    (const void *)fault_handler, (const void *)fault_handler, (const void *)fault_handler, (const void *)fault_handler,
    (const void *)fault_handler, 0, 0, 0, 0, (const void *)fault_handler, (const void *)fault_handler, 0,
    (const void *)fault_handler, (const void *)fault_handler};

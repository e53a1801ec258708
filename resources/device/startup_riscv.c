/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up of an emulated RISC-V board: registers, .data and .bss, then run(). Needs no C library. */
#include "host.h"

#include <stdint.h>

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
    copyWords(data_start, data_end, data_load);
    clearWords(bss_start, bss_end);
    copyWords(runner_data_start, runner_data_end, runner_data_load);
    clearWords(runner_bss_start, runner_bss_end);
    host_exit(run());
}

__attribute__((used, noreturn)) void report_fault(uint32_t pc, uint32_t cause, uint32_t address, uint32_t ra)
{
    host_write("fault: ");
    host_write_hex("pc=", pc);
    host_write_hex("lr=", ra);
    host_write_hex("cause=", cause);
    host_write_hex("address=", address);
    host_write("\n");
    host_exit(EXIT_FAULT);
}

__attribute__((naked, used, aligned(4))) void fault_handler(void)
{
    __asm__ volatile(".option arch, +zicsr \n"
                     "csrr a0, mepc \n"
                     "csrr a1, mcause \n"
                     "csrr a2, mtval \n"
                     "mv a3, ra \n"
                     "la sp, stack_top \n"
                     "j report_fault \n");
}

/* The board starts with the first word of its memory. */
__attribute__((naked, used, section(".vectors"))) void reset_handler(void)
{
    __asm__ volatile(".option push \n"
                     ".option norelax \n"
                     ".option arch, +zicsr \n"
                     "la gp, __global_pointer$ \n"
                     ".option pop \n"
                     "la sp, stack_top \n"
                     "la tp, thread_start \n"
                     "la t0, fault_handler \n"
                     ".option push \n"
                     ".option arch, +zicsr \n"
                     "csrw mtvec, t0 \n"
                     ".option pop \n"
                     "la t0, start_in_c \n"
                     "jr t0 \n");
}

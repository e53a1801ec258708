/* SPDX-License-Identifier: Apache-2.0 */
/* The few calls of Arm's semihosting interface (IHI 0100) that the runner needs. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>

/* What the emulator's exit code means. */
#define EXIT_DONE 0
#define EXIT_FAULT 3
#define EXIT_FILES 4
#define EXIT_INIT 5

static inline uint32_t semihosting_call(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static inline void semihosting_write(const char *text)
{
    semihosting_call(0x04, text);
}

__attribute__((noreturn)) static inline void semihosting_exit(int code)
{
    const uint32_t block[2] = {0x20026u, (uint32_t)code};
    semihosting_call(0x20, block);
    for (;;) { }
}

/* A handle, or -1; mode 1 is "rb", 5 is "wb". */
static inline int semihosting_open(const char *name, uint32_t length, uint32_t mode)
{
    const uint32_t block[3] = {(uint32_t)(uintptr_t)name, mode, length};
    return (int)semihosting_call(0x01, block);
}

/* Both return 0 when all bytes were moved. */
static inline uint32_t semihosting_read_all(int handle, void *to, uint32_t bytes)
{
    const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)to, bytes};
    return semihosting_call(0x06, block);
}

static inline uint32_t semihosting_write_all(int handle, const void *from, uint32_t bytes)
{
    const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)from, bytes};
    return semihosting_call(0x05, block);
}

static inline void semihosting_close(int handle)
{
    const uint32_t block[1] = {(uint32_t)handle};
    semihosting_call(0x02, block);
}

#endif

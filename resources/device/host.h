/* SPDX-License-Identifier: Apache-2.0 */
/* What the runner needs of the computer that emulates the board: files, a console and an end. Under QEMU by Arm's
 * semihosting interface (IHI 0100; for RISC-V in the "RISC-V Semihosting" specification, 1.0), under simavr by
 * registers that core/device/simavr/run.c listens to. */
#ifndef HOST_H
#define HOST_H

#include <stdint.h>

/* What the emulator's exit code means. */
#define EXIT_DONE 0
#define EXIT_FAULT 3
#define EXIT_FILES 4
#define EXIT_INIT 5

#if defined(__AVR__)

#include <avr/io.h>

/* The inputs are read byte by byte from GPIOR1, the outputs written to GPIOR2; there are no other files. */
static inline int host_open(const char *name, uint32_t length, uint32_t mode)
{
    (void)name;
    (void)length;
    (void)mode;
    return 0;
}

static inline uint32_t host_read_all(int handle, void *to, uint32_t bytes)
{
    volatile uint8_t *at = (volatile uint8_t *)to;
    (void)handle;
    for (; bytes != 0; bytes--) {
        *at++ = GPIOR1;
    }
    return 0;
}

static inline uint32_t host_write_all(int handle, const void *from, uint32_t bytes)
{
    const volatile uint8_t *at = (const volatile uint8_t *)from;
    (void)handle;
    for (; bytes != 0; bytes--) {
        GPIOR2 = *at++;
    }
    return 0;
}

static inline void host_close(int handle)
{
    (void)handle;
}

__attribute__((noreturn)) static inline void host_exit(int code)
{
    GPIOR0 = (uint8_t)code;
    for (;;) { }
}

#else

static inline uint32_t host_call(uint32_t operation, const void *argument)
{
#if defined(__riscv)
    register uint32_t result __asm__("a0") = operation;
    register const void *parameter __asm__("a1") = argument;
    /* The three instructions must be uncompressed and in one page. */
    __asm__ volatile(".balign 16\n"
                     ".option push\n"
                     ".option norvc\n"
                     "slli x0, x0, 0x1f\n"
                     "ebreak\n"
                     "srai x0, x0, 7\n"
                     ".option pop\n"
                     : "+r"(result)
                     : "r"(parameter)
                     : "memory");
#else
    register uint32_t result __asm__("r0") = operation;
    register const void *parameter __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
#endif
    return result;
}

static inline void host_write(const char *text)
{
    host_call(0x04, text);
}

__attribute__((noreturn)) static inline void host_exit(int code)
{
    const uint32_t block[2] = {0x20026u, (uint32_t)code};
    host_call(0x20, block);
    for (;;) { }
}

/* A handle, or -1; mode 1 is "rb", 5 is "wb". */
static inline int host_open(const char *name, uint32_t length, uint32_t mode)
{
    const uint32_t block[3] = {(uint32_t)(uintptr_t)name, mode, length};
    return (int)host_call(0x01, block);
}

/* Both return 0 when all bytes were moved. */
static inline uint32_t host_read_all(int handle, void *to, uint32_t bytes)
{
    const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)to, bytes};
    return host_call(0x06, block);
}

static inline uint32_t host_write_all(int handle, const void *from, uint32_t bytes)
{
    const uint32_t block[3] = {(uint32_t)handle, (uint32_t)(uintptr_t)from, bytes};
    return host_call(0x05, block);
}

static inline void host_close(int handle)
{
    const uint32_t block[1] = {(uint32_t)handle};
    host_call(0x02, block);
}

/* "NAME=00000000 " */
static inline void host_write_hex(const char *name, uint32_t value)
{
    char text[12];
    for (int i = 0; i < 8; ++i) {
        const uint32_t digit = (value >> (28 - 4 * i)) & 15u;
        text[i] = (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10));
    }
    text[8] = ' ';
    text[9] = 0;
    host_write(name);
    host_write(text);
}

#endif

#endif

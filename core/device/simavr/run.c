/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the flash image of a package on a simulated AVR: tinsmith-simavr MCU IMAGE begin=ADDR end=ADDR [scope=ADDR]..
 * Inputs come from inputs.bin, a byte with each read of GPIOR1; what is written to GPIOR2 goes to outputs.bin, and writing
 * GPIOR0 ends the program with that exit code (resources/device/host.h). counts.txt gets what core/device/plugin/counter.c
 * writes (addresses are those of bytes in flash), and lines "cycles ADDRESS CYCLES" and "stack BYTES": the deepest stack
 * between the markers.
 *
 * A program of its own, since it is linked with simavr (GPL-3.0).
 */
#include <simavr/sim_avr.h>
#include <simavr/sim_io.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As resources/device/host.h has them. */
#define EXIT_FAULT 3
#define EXIT_FILES 4
#define GPIOR0 0x3E
#define GPIOR1 0x4A
#define GPIOR2 0x4B
#define STACK_POINTER 0x5D

#define FLASH_LIMIT (256u << 10)
#define SCOPE_LIMIT 4096

struct scope {
    uint32_t address;
    uint64_t total;
};

static uint64_t counts[FLASH_LIMIT / 2];
static uint64_t cycles[FLASH_LIMIT / 2];
/* The number of the scope that begins there, from 1 on. */
static uint16_t scopeAt[FLASH_LIMIT / 2];
static struct scope scopes[SCOPE_LIMIT];
static uint32_t scopeCount;
static FILE *inputs;
static FILE *outputs;
static int exitCode = -1;
static int inputsEnded;

static uint8_t readInput(struct avr_t *avr, avr_io_addr_t address, void *param)
{
    (void)param;
    const int byte = fgetc(inputs);
    inputsEnded |= byte == EOF;
    avr->data[address] = (uint8_t)byte;
    return (uint8_t)byte;
}

static void writeOutput(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)avr;
    (void)address;
    (void)param;
    fputc(value, outputs);
}

static void writeExit(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)avr;
    (void)address;
    (void)param;
    exitCode = value;
}

static void logNothing(avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    if (level == LOG_ERROR) {
        vfprintf(stderr, format, arguments);
    }
}

static uint32_t stackPointer(const avr_t *avr)
{
    return avr->data[STACK_POINTER] | (uint32_t)avr->data[STACK_POINTER + 1] << 8;
}

static avr_t *chip(const char *name, const char *image)
{
    static uint8_t flash[FLASH_LIMIT];
    FILE *in = fopen(image, "rb");
    if (in == NULL) {
        perror(image);
        return NULL;
    }
    const size_t bytes = fread(flash, 1, sizeof flash, in);
    fclose(in);
    avr_t *avr = avr_make_mcu_by_name(name);
    if (avr == NULL) {
        fprintf(stderr, "simavr does not know the chip %s\n", name);
        return NULL;
    }
    /* All that 16-bit addresses reach. */
    avr->ramend = 0xFFFF;
    avr_init(avr);
    avr->frequency = 16000000;
    if (bytes > (size_t)avr->flashend + 1) {
        fprintf(stderr, "%s is larger than the flash of %s\n", image, name);
        return NULL;
    }
    avr_loadcode(avr, flash, (uint32_t)bytes, 0);
    avr->codeend = avr->flashend;
    avr_register_io_read(avr, GPIOR1, readInput, NULL);
    avr_register_io_write(avr, GPIOR2, writeOutput, NULL);
    avr_register_io_write(avr, GPIOR0, writeExit, NULL);
    return avr;
}

static int writeCounts(uint64_t passes, uint32_t stack)
{
    FILE *out = fopen("counts.txt", "w");
    if (out == NULL) {
        perror("counts.txt");
        return EXIT_FILES;
    }
    fprintf(out, "passes %" PRIu64 "\n", passes);
    for (uint32_t i = 0; i < FLASH_LIMIT / 2; ++i) {
        if (counts[i] != 0) {
            fprintf(out, "%" PRIx32 " %" PRIu64 "\ncycles %" PRIx32 " %" PRIu64 "\n", 2 * i, counts[i], 2 * i, cycles[i]);
        }
    }
    for (uint32_t i = 0; i < scopeCount; ++i) {
        fprintf(out, "scope %" PRIx32 " %" PRIu64 "\n", scopes[i].address, scopes[i].total);
    }
    fprintf(out, "stack %" PRIu32 "\nend\n", stack);
    return fclose(out) == 0 ? 0 : EXIT_FILES;
}

static int run(avr_t *avr, uint32_t begin, uint32_t end)
{
    int inside = 0;
    uint64_t passes = 0;
    uint32_t top = 0;
    uint32_t deepest = 0;
    uint32_t current = 0;
    while (exitCode < 0) {
        const uint32_t pc = avr->pc;
        const avr_cycle_count_t before = avr->cycle;
        if (pc >= FLASH_LIMIT || avr->state == cpu_Crashed || avr->state == cpu_Done || inputsEnded) {
            printf("fault: pc=%08" PRIx32 "%s\n", pc, inputsEnded ? " the inputs are too short" : "");
            return EXIT_FAULT;
        }
        if (pc == begin) {
            inside = 1;
            current = 0;
            /* Before the call of the marker, which left a return address. */
            top = stackPointer(avr) + avr->address_size;
        } else if (pc == end && inside) {
            inside = 0;
            ++passes;
        }
        avr_run(avr);
        if (!inside) {
            continue;
        }
        counts[pc / 2] += 1;
        cycles[pc / 2] += avr->cycle - before;
        if (scopeAt[pc / 2] != 0) {
            current = scopeAt[pc / 2];
        }
        if (current != 0) {
            scopes[current - 1].total += 1;
        }
        const uint32_t stack = stackPointer(avr);
        if (top > stack && top - stack > deepest) {
            deepest = top - stack;
        }
    }
    return exitCode != 0 ? exitCode : writeCounts(passes, deepest);
}

int main(int argc, char **argv)
{
    uint32_t begin = 0;
    uint32_t end = 0;
    avr_global_logger_set(logNothing);
    for (int i = 3; i < argc; ++i) {
        const char *value = strchr(argv[i], '=');
        const uint32_t address = value != NULL ? (uint32_t)strtoul(value + 1, NULL, 0) : 0;
        if (address == 0 || address >= FLASH_LIMIT) {
            fprintf(stderr, "no address: %s\n", argv[i]);
            return EXIT_FILES;
        }
        if (strncmp(argv[i], "begin=", 6) == 0) {
            begin = address;
        } else if (strncmp(argv[i], "end=", 4) == 0) {
            end = address;
        } else if (strncmp(argv[i], "scope=", 6) == 0 && scopeCount < SCOPE_LIMIT) {
            scopes[scopeCount++].address = address;
            scopeAt[address / 2] = (uint16_t)scopeCount;
        } else {
            fprintf(stderr, "unknown option: %s\n", argv[i]);
            return EXIT_FILES;
        }
    }
    if (begin == 0 || end == 0) {
        fprintf(stderr, "usage: tinsmith-simavr MCU IMAGE begin=ADDR end=ADDR [scope=ADDR]..\n");
        return EXIT_FILES;
    }
    inputs = fopen("inputs.bin", "rb");
    outputs = fopen("outputs.bin", "wb");
    avr_t *avr = chip(argv[1], argv[2]);
    if (inputs == NULL || outputs == NULL || avr == NULL) {
        return EXIT_FILES;
    }
    const int code = run(avr, begin, end);
    return fclose(outputs) == 0 ? code : EXIT_FILES;
}

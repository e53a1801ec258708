/* SPDX-License-Identifier: MIT */
/*
 * A TCG plugin for QEMU that counts executed instructions, by address, between two markers: the first instructions of
 * two functions whose addresses are given as begin=ADDR,end=ADDR. Every pass from begin to end is added up; the sums
 * are written to out=FILE as lines "ADDRESS COUNT" (hexadecimal, decimal) when the emulator exits.
 * scope=ADDR, any number of times: the first instruction of a function that owns all instructions from there, those of
 * functions that it calls included, until another scope begins; the sums are written as lines "scope ADDRESS COUNT".
 *
 * QEMU's plugin interface is declared here because distributions do not package its header. Up to QEMU 8.2 (version 1 of the
 * interface) an instruction adds to any word of memory; from QEMU 9.0 (versions 2 and later, which refuse version 1) it
 * adds to a scoreboard, which has one element per CPU. The functions that only one of them has are weak: which of them
 * are there says what runs the plugin. This file is loaded into QEMU (GPL-2.0), hence the licence of its own.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

struct qemu_plugin_scoreboard;
typedef struct {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
} qemu_plugin_u64;

enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_udata_cb)(unsigned int vcpu, void *userdata);
typedef void (*udata_cb)(qemu_plugin_id_t id, void *userdata);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, udata_cb cb, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, vcpu_udata_cb cb, enum qemu_plugin_cb_flags flags, void *userdata);

#define WEAK __attribute__((weak))
/* Version 1 only. */
WEAK void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *insn, enum qemu_plugin_op op, void *ptr, uint64_t imm);
/* Version 2 and later. */
WEAK void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
    struct qemu_plugin_insn *insn, enum qemu_plugin_op op, qemu_plugin_u64 entry, uint64_t imm);
WEAK struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t elementBytes);
WEAK void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score, unsigned int vcpu);

EXPORT int qemu_plugin_version = 1;

static int scoreboards(void)
{
    return qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu != NULL && qemu_plugin_scoreboard_new != NULL
        && qemu_plugin_scoreboard_find != NULL;
}

/* Runs when the plugin is loaded, before QEMU reads the version. */
__attribute__((constructor)) static void chooseVersion(void)
{
    qemu_plugin_version = scoreboards() ? 2 : 1;
}

/* One per instruction address. */
struct slot {
    uint64_t address;
    uint64_t atBegin;
    uint64_t total;
    uint32_t counter;
    int used;
};

#define SLOT_BITS 20
#define SLOT_COUNT (1u << SLOT_BITS)

static struct slot slots[SLOT_COUNT];
/* In the order of first use. */
static uint32_t order[SLOT_COUNT];
static uint32_t usedSlots;

/* Counters in blocks, the first of which counts all instructions and then, like the others, single ones. Translated code
 * holds pointers to counters, which therefore never move. QEMU keeps a scoreboard for several CPUs, so a block is only
 * made when it is needed; the boards that are counted have one CPU. */
#define BLOCK_BITS 14
#define BLOCK_COUNTERS (1u << BLOCK_BITS)
#define BLOCK_LIMIT (SLOT_COUNT / 2 / BLOCK_COUNTERS + 1)

static struct qemu_plugin_scoreboard *scores[BLOCK_LIMIT];
static uint64_t *words[BLOCK_LIMIT];
static uint32_t blocks;

static uint64_t *counterAt(uint32_t counter)
{
    const uint32_t block = counter >> BLOCK_BITS;
    uint64_t *first = scores[block] != NULL ? qemu_plugin_scoreboard_find(scores[block], 0) : words[block];
    return first + (counter & (BLOCK_COUNTERS - 1));
}

/* False where there is no memory for the counter. */
static int makeCounter(uint32_t counter)
{
    if (counter >> BLOCK_BITS < blocks) {
        return 1;
    }
    if (scoreboards()) {
        scores[blocks] = qemu_plugin_scoreboard_new(BLOCK_COUNTERS * sizeof(uint64_t));
    } else {
        words[blocks] = calloc(BLOCK_COUNTERS, sizeof(uint64_t));
    }
    if (scores[blocks] == NULL && words[blocks] == NULL) {
        return 0;
    }
    ++blocks;
    return 1;
}

/* Lets the instruction add 1 to the counter whenever it is executed. */
static void count(struct qemu_plugin_insn *insn, uint32_t counter)
{
    if (scoreboards()) {
        const qemu_plugin_u64 entry
            = {scores[counter >> BLOCK_BITS], (counter & (BLOCK_COUNTERS - 1)) * sizeof(uint64_t)};
        qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, entry, 1);
    } else {
        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counterAt(counter), 1);
    }
}

/* All instructions so far. */
#define EXECUTED 0u
#define FIRST_SLOT 1u

#define SCOPE_LIMIT 4096

struct scope {
    uint64_t address;
    uint64_t total;
};

static struct scope scopes[SCOPE_LIMIT];
static uint32_t scopeCount;
static struct scope *current;
/* All instructions when the current scope began. */
static uint64_t executedAtScope;
static uint64_t beginAddress;
static uint64_t endAddress;
static uint64_t passes;
static int inside;
static int full;
static const char *outPath;

/* The counter of the instruction at this address; EXECUTED where there are no more. */
static uint32_t counterOf(uint64_t address)
{
    uint32_t at = (uint32_t)((address * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - SLOT_BITS));
    while (slots[at].used && slots[at].address != address) {
        at = (at + 1) & (SLOT_COUNT - 1);
    }
    if (!slots[at].used) {
        /* Half full is the limit: probes stay short, and a free slot ends them. */
        if (usedSlots >= SLOT_COUNT / 2 || !makeCounter(FIRST_SLOT + usedSlots)) {
            full = 1;
            return EXECUTED;
        }
        slots[at].used = 1;
        slots[at].address = address;
        slots[at].counter = FIRST_SLOT + usedSlots;
        order[usedSlots++] = at;
    }
    return slots[at].counter;
}

static void leaveScope(void)
{
    if (current != NULL) {
        current->total += *counterAt(EXECUTED) - executedAtScope;
    }
    current = NULL;
}

static void onScope(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    if (inside) {
        leaveScope();
        current = userdata;
        executedAtScope = *counterAt(EXECUTED);
    }
}

static void onBegin(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    (void)userdata;
    for (uint32_t i = 0; i < usedSlots; ++i) {
        struct slot *slot = &slots[order[i]];
        slot->atBegin = *counterAt(slot->counter);
    }
    inside = 1;
}

static void onEnd(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    (void)userdata;
    if (!inside) {
        return;
    }
    leaveScope();
    for (uint32_t i = 0; i < usedSlots; ++i) {
        struct slot *slot = &slots[order[i]];
        const uint64_t now = *counterAt(slot->counter);
        slot->total += now - slot->atBegin;
        slot->atBegin = now;
    }
    inside = 0;
    ++passes;
}

static void onTranslate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    const size_t instructions = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < instructions; ++i) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint64_t address = qemu_plugin_insn_vaddr(insn);
        if (address == beginAddress) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, onBegin, QEMU_PLUGIN_CB_NO_REGS, NULL);
        } else if (address == endAddress) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, onEnd, QEMU_PLUGIN_CB_NO_REGS, NULL);
        }
        for (uint32_t s = 0; s < scopeCount; ++s) {
            if (scopes[s].address == address) {
                qemu_plugin_register_vcpu_insn_exec_cb(insn, onScope, QEMU_PLUGIN_CB_NO_REGS, &scopes[s]);
            }
        }
        if (scopeCount != 0) {
            count(insn, EXECUTED);
        }
        const uint32_t counter = counterOf(address);
        if (counter != EXECUTED) {
            count(insn, counter);
        }
    }
}

static void onExit(qemu_plugin_id_t id, void *userdata)
{
    (void)id;
    (void)userdata;
    FILE *out = fopen(outPath, "w");
    if (out == NULL) {
        perror(outPath);
        return;
    }
    fprintf(out, "passes %" PRIu64 "\n", passes);
    for (uint32_t i = 0; i < usedSlots; ++i) {
        const struct slot *slot = &slots[order[i]];
        if (slot->total != 0) {
            fprintf(out, "%" PRIx64 " %" PRIu64 "\n", slot->address, slot->total);
        }
    }
    for (uint32_t s = 0; s < scopeCount; ++s) {
        fprintf(out, "scope %" PRIx64 " %" PRIu64 "\n", scopes[s].address, scopes[s].total);
    }
    /* The reader takes the counts only when this line is there. */
    fprintf(out, full ? "overflow\n" : "end\n");
    fclose(out);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; ++i) {
        if (strncmp(argv[i], "begin=", 6) == 0) {
            beginAddress = strtoull(argv[i] + 6, NULL, 0);
        } else if (strncmp(argv[i], "end=", 4) == 0) {
            endAddress = strtoull(argv[i] + 4, NULL, 0);
        } else if (strncmp(argv[i], "out=", 4) == 0) {
            outPath = strdup(argv[i] + 4);
        } else if (strncmp(argv[i], "scope=", 6) == 0 && scopeCount < SCOPE_LIMIT) {
            scopes[scopeCount++].address = strtoull(argv[i] + 6, NULL, 0);
        } else {
            fprintf(stderr, "unknown option: %s\n", argv[i]);
            return -1;
        }
    }
    if (beginAddress == 0 || endAddress == 0 || outPath == NULL) {
        fprintf(stderr, "begin=, end= and out= are needed\n");
        return -1;
    }
    if (!makeCounter(EXECUTED)) {
        fprintf(stderr, "no memory for counters\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, onTranslate);
    qemu_plugin_register_atexit_cb(id, onExit, NULL);
    return 0;
}

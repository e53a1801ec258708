/* SPDX-License-Identifier: MIT */
/*
 * A TCG plugin for QEMU that counts executed instructions, by address, between two markers: the first instructions of
 * two functions whose addresses are given as begin=ADDR,end=ADDR. Every pass from begin to end is added up; the sums
 * are written to out=FILE as lines "ADDRESS COUNT" (hexadecimal, decimal) when the emulator exits.
 * scope=ADDR, any number of times: the first instruction of a function that owns all instructions from there, those of
 * functions that it calls included, until another scope begins; the sums are written as lines "scope ADDRESS COUNT".
 *
 * QEMU's plugin interface (version 1) is declared here because distributions do not package its header. This file is
 * loaded into QEMU (GPL-2.0), hence the licence of its own.
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
void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *insn, enum qemu_plugin_op op, void *ptr, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, vcpu_udata_cb cb, enum qemu_plugin_cb_flags flags, void *userdata);

EXPORT int qemu_plugin_version = 1;

/* One per instruction address. Translated code holds pointers to `count`: slots never move. */
struct slot {
    uint64_t address;
    uint64_t count;
    uint64_t atBegin;
    uint64_t total;
    int used;
};

#define SLOT_BITS 20
#define SLOT_COUNT (1u << SLOT_BITS)

static struct slot slots[SLOT_COUNT];
static uint32_t order[SLOT_COUNT];
static uint32_t usedSlots;

#define SCOPE_LIMIT 4096

struct scope {
    uint64_t address;
    uint64_t total;
};

static struct scope scopes[SCOPE_LIMIT];
static uint32_t scopeCount;
static struct scope *current;
/* All instructions so far, and when the current scope began. */
static uint64_t executed;
static uint64_t executedAtScope;
static uint64_t beginAddress;
static uint64_t endAddress;
static uint64_t passes;
static int inside;
static int full;
static const char *outPath;

static struct slot *slotOf(uint64_t address)
{
    uint32_t at = (uint32_t)((address * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - SLOT_BITS));
    while (slots[at].used && slots[at].address != address) {
        at = (at + 1) & (SLOT_COUNT - 1);
    }
    if (!slots[at].used) {
        /* Half full is the limit: probes stay short, and a free slot ends them. */
        if (usedSlots >= SLOT_COUNT / 2) {
            full = 1;
            return NULL;
        }
        slots[at].used = 1;
        slots[at].address = address;
        order[usedSlots++] = at;
    }
    return &slots[at];
}

static void leaveScope(void)
{
    if (current != NULL) {
        current->total += executed - executedAtScope;
    }
    current = NULL;
}

static void onScope(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    if (inside) {
        leaveScope();
        current = userdata;
        executedAtScope = executed;
    }
}

static void onBegin(unsigned int vcpu, void *userdata)
{
    (void)vcpu;
    (void)userdata;
    for (uint32_t i = 0; i < usedSlots; ++i) {
        slots[order[i]].atBegin = slots[order[i]].count;
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
        slot->total += slot->count - slot->atBegin;
        slot->atBegin = slot->count;
    }
    inside = 0;
    ++passes;
}

static void onTranslate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    const size_t count = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < count; ++i) {
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
            qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &executed, 1);
        }
        struct slot *slot = slotOf(address);
        if (slot != NULL) {
            qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &slot->count, 1);
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
    qemu_plugin_register_vcpu_tb_trans_cb(id, onTranslate);
    qemu_plugin_register_atexit_cb(id, onExit, NULL);
    return 0;
}

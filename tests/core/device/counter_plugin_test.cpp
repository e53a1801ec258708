// SPDX-License-Identifier: Apache-2.0
#include "core/device/plugin_path.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

namespace tinsmith {
namespace {

/// As much of QEMU's plugin interface as the counter uses, in the older form (INTERFACE 1) or the newer one (2): loads
/// the plugin, translates three blocks and executes them. The newer QEMU moves scoreboards when CPUs are added, so this
/// one hands out no pointer that stays.
const char *const pretendedQemu = R"(
#include <dlfcn.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define API __attribute__((visibility("default")))
struct score { size_t bytes; char *data; };
typedef struct { struct score *score; size_t offset; } entry_t;
struct action { void (*cb)(unsigned, void *); void *userdata; uint64_t *word; entry_t entry; uint64_t add; };
struct insn { uint64_t address; struct action actions[8]; int count; };
struct tb { struct insn insns[8]; size_t count; };
static void (*translate)(uint64_t, struct tb *);
static void (*atExit)(uint64_t, void *);
static void *atExitData;
API void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*cb)(uint64_t, struct tb *)) { (void)id; translate = cb; }
API void qemu_plugin_register_atexit_cb(uint64_t id, void (*cb)(uint64_t, void *), void *data)
{ (void)id; atExit = cb; atExitData = data; }
API size_t qemu_plugin_tb_n_insns(const struct tb *tb) { return tb->count; }
API struct insn *qemu_plugin_tb_get_insn(struct tb *tb, size_t i) { return &tb->insns[i]; }
API uint64_t qemu_plugin_insn_vaddr(const struct insn *insn) { return insn->address; }
API void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *insn, void (*cb)(unsigned, void *), int flags, void *data)
{ (void)flags; insn->actions[insn->count++] = (struct action){.cb = cb, .userdata = data}; }
#if INTERFACE == 1
API void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *insn, int op, void *word, uint64_t add)
{ (void)op; insn->actions[insn->count++] = (struct action){.word = word, .add = add}; }
#else
API struct score *qemu_plugin_scoreboard_new(size_t bytes)
{ struct score *s = malloc(sizeof *s); s->bytes = bytes; s->data = calloc(1, bytes); return s; }
API void *qemu_plugin_scoreboard_find(struct score *score, unsigned vcpu) { return score->data + vcpu * score->bytes; }
API void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct insn *insn, int op, entry_t entry, uint64_t add)
{ (void)op; insn->actions[insn->count++] = (struct action){.entry = entry, .add = add}; }
static void moveScore(struct score *s)
{ char *moved = malloc(s->bytes); memcpy(moved, s->data, s->bytes); memset(s->data, 0xA5, s->bytes); s->data = moved; }
#endif
static void execute(struct tb *tb)
{
    for (size_t i = 0; i < tb->count; ++i) {
        for (int a = 0; a < tb->insns[i].count; ++a) {
            struct action *action = &tb->insns[i].actions[a];
            if (action->cb != NULL) action->cb(0, action->userdata);
            else if (action->word != NULL) *action->word += action->add;
#if INTERFACE == 2
            else {
                moveScore(action->entry.score);
                *(uint64_t *)(action->entry.score->data + action->entry.offset) += action->add;
            }
#endif
        }
    }
}
int main(int argc, char **argv)
{
    (void)argc;
    void *plugin = dlopen(argv[1], RTLD_NOW);
    if (plugin == NULL) { fprintf(stderr, "%s\n", dlerror()); return 2; }
    printf("version %d\n", *(int *)dlsym(plugin, "qemu_plugin_version"));
    int (*install)(uint64_t, const void *, int, char **) = (int (*)(uint64_t, const void *, int, char **))dlsym(plugin, "qemu_plugin_install");
    char *options[] = {"begin=16", "end=32", "out=counts.txt", "scope=48", "scope=64"};
    if (install(1, NULL, 5, options) != 0) return 3;
    static struct tb begin = {{{16, {{0}}, 0}}, 1}, end = {{{32, {{0}}, 0}}, 1};
    static struct tb first = {{{48, {{0}}, 0}, {50, {{0}}, 0}, {52, {{0}}, 0}}, 3}, second = {{{64, {{0}}, 0}, {66, {{0}}, 0}}, 2};
    translate(1, &begin); translate(1, &first); translate(1, &second); translate(1, &end);
    execute(&first);
    for (int pass = 0; pass < 2; ++pass) {
        execute(&begin);
        for (int i = 0; i < 5; ++i) execute(&first);
        execute(&second);
        execute(&end);
        execute(&second);
    }
    atExit(1, atExitData);
    return 0;
}
)";

class CounterPluginTest : public QObject {
    Q_OBJECT

private slots:
    void olderAndNewerInterfacesGiveTheSameCounts_data()
    {
        QTest::addColumn<int>("interface");
        QTest::newRow("QEMU 7.2") << 1;
        QTest::newRow("QEMU 10") << 2;
    }

    void olderAndNewerInterfacesGiveTheSameCounts()
    {
        QFETCH(const int, interface);
        if (QStandardPaths::findExecutable("gcc").isEmpty()) {
            QSKIP("gcc is not installed");
        }
        const QTemporaryDir folder;
        QFile source(folder.filePath("qemu.c"));
        QVERIFY(source.open(QIODevice::WriteOnly));
        source.write(pretendedQemu);
        source.close();
        const auto run = [&](const QString &program, const QStringList &arguments) {
            QProcess process;
            process.setWorkingDirectory(folder.path());
            process.setProcessChannelMode(QProcess::MergedChannels);
            process.start(program, arguments);
            const bool done = process.waitForFinished(60000) && process.exitCode() == 0;
            const QByteArray text = process.readAll();
            return std::pair(done, text);
        };
        const auto built = run("gcc",
            {"-std=gnu11", "-O1", "-rdynamic", QString("-DINTERFACE=%1").arg(interface), "qemu.c", "-o", "qemu",
                "-ldl"});
        QVERIFY2(built.first, built.second.constData());
        const auto ran = run(folder.filePath("qemu"), {QString::fromStdString(counterPlugin().string())});
        QVERIFY2(ran.first, ran.second.constData());
        QCOMPARE(ran.second, QByteArray("version ") + QByteArray::number(interface) + '\n');
        QFile counts(folder.filePath("counts.txt"));
        QVERIFY(counts.open(QIODevice::ReadOnly));
        QCOMPARE(counts.readAll(),
            QByteArray("passes 2\n10 2\n30 10\n32 10\n34 10\n40 2\n42 2\nscope 30 30\nscope 40 4\nend\n"));
    }
};

TINSMITH_TEST(CounterPluginTest)

} // namespace
} // namespace tinsmith

#include "counter_plugin_test.moc"

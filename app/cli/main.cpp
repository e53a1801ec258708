// SPDX-License-Identifier: Apache-2.0
#include "app/cli/verbs.h"
#include "core/graph/error.h"

#include <cstdio>
#include <exception>
#include <new>

int main(int argc, char **argv)
{
    using namespace tinsmith;
    CLI::App program("Makes neural networks fit microcontrollers.", "tinsmith");
    program.set_version_flag("--version", "tinsmith " TINSMITH_VERSION);
    program.require_subcommand(1);
    program.footer("Each verb explains itself: tinsmith VERB --help\n"
                   "Exit codes: 0 done, 1 the thing asked for does not hold, 2 bad usage or input.");
    cli::Action action;
    cli::addInspect(program, action);
    cli::addRun(program, action);
    cli::addSuggest(program, action);
    cli::addOptimize(program, action);
    cli::addEvaluate(program, action);
    cli::addExport(program, action);
    cli::addVerify(program, action);
    cli::addTargets(program, action);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        const int code = program.exit(error);
        return code == 0 ? cli::exitDone : cli::exitBadInput;
    }
    try {
        return action();
    } catch (const Error &error) {
        std::fprintf(stderr, "tinsmith: %s\n", error.what());
    } catch (const std::bad_alloc &) {
        std::fprintf(stderr, "tinsmith: not enough memory\n");
    } catch (const std::exception &error) {
        std::fprintf(stderr, "tinsmith: %s\n", error.what());
    }
    return cli::exitBadInput;
}

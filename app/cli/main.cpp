// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/verbs.h"

#include <cstdio>
#include <exception>
#include <new>
#include <string>

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
        if (error.get_exit_code() == 0) {
            return program.exit(error);
        }
        std::fprintf(stderr, "tinsmith: %s; see tinsmith --help\n", error.what());
        return cli::exitBadInput;
    }
    std::string complaint;
    try {
        return action();
    } catch (const std::bad_alloc &) {
        complaint = "not enough memory";
    } catch (const std::exception &error) {
        complaint = error.what();
    }
    // Else the message would stand behind a progress bar.
    cli::finishProgress();
    std::fprintf(stderr, "tinsmith: %s\n", complaint.c_str());
    return cli::exitBadInput;
}

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/device/measurement.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

namespace {

using namespace tinsmith;

/// Whether the caller reads JSON, also where the arguments cannot be parsed.
bool wantsJson(int argc, char **argv)
{
    return std::any_of(argv + 1, argv + argc, [](const char *argument) {
        return std::strcmp(argument, "--json") == 0 || std::strncmp(argument, "--json=", 7) == 0;
    });
}

int complain(const std::exception &error, const std::string &message, int code, bool json)
{
    // Else the message would stand behind a progress bar.
    cli::finishProgress();
    std::fprintf(stderr, "tinsmith: %s\n", message.c_str());
    if (json) {
        cli::printJson(cli::errorJson(error, code));
    }
    return code;
}

int run(int argc, char **argv)
{
    CLI::App program("Makes neural networks fit microcontrollers.", "tinsmith");
    program.set_version_flag("--version", "tinsmith " TINSMITH_VERSION);
    program.require_subcommand(1);
    program.footer(
        "Each verb explains itself: tinsmith VERB --help\n"
        "Exit codes: 0 done, 1 the thing asked for does not hold (does not fit, not equal), 2 bad usage or input.\n"
        "With --json, an error is printed as {\"error\": {..}} too.");
    cli::Action action;
    cli::addInspect(program, action);
    cli::addRun(program, action);
    cli::addSuggest(program, action);
    cli::addOptimize(program, action);
    cli::addEvaluate(program, action);
    cli::addExport(program, action);
    cli::addVerify(program, action);
    cli::addTargets(program, action);
    const bool json = wantsJson(argc, argv);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == 0) {
            return program.exit(error);
        }
        return complain(error, std::string(error.what()) + "; see tinsmith --help", cli::exitBadInput, json);
    }
    try {
        return action();
    } catch (const DoesNotFitError &error) {
        return complain(error, cli::messageOf(error), cli::exitDoesNotHold, json);
    } catch (const std::exception &error) {
        return complain(error, cli::messageOf(error), cli::exitBadInput, json);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const int code = run(argc, argv);
    if (!cli::outputArrived()) {
        std::fprintf(stderr, "tinsmith: standard output cannot be written; what was printed is incomplete\n");
        return cli::exitBadInput;
    }
    return code;
}

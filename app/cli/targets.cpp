// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/targets/target.h"

#include <cstdio>
#include <memory>

namespace tinsmith::cli {

void addTargets(CLI::App &program, Action &action)
{
    const auto json = std::make_shared<bool>(false);
    CLI::App *verb = program.add_subcommand("targets", "The microcontrollers that Tinsmith knows");
    verb->add_flag("--json", *json, "Print one JSON object");
    verb->callback([json, &action] {
        action = [json] {
            const auto &targets = TargetDatabase::builtIn().targets();
            if (*json) {
                Json list = Json::array();
                for (const Target &target : targets) {
                    list.push_back({{"id", target.id}, {"name", target.name}, {"vendor", target.vendor},
                        {"family", target.family}, {"core", nameOf(target.core)}, {"clock_hz", target.clockHz},
                        {"ram_bytes", target.ramBytes}, {"flash_bytes", target.flashBytes}, {"fpu", target.fpu},
                        {"dsp", target.dsp}, {"helium", target.helium},
                        {"nanojoules_per_cycle", target.nanojoulesPerCycle}, {"source", target.source}});
                }
                printJson({{"targets", list}});
                return exitDone;
            }
            Table table({"Target", "Vendor", "Core", ">MHz", ">RAM", ">Flash", "Extensions", "Source"});
            for (const Target &target : targets) {
                std::string extensions = target.fpu ? "FPU" : "";
                extensions += target.dsp ? (extensions.empty() ? "DSP" : " DSP") : "";
                extensions += target.helium ? " Helium" : "";
                table.add({target.id, target.vendor, std::string(nameOf(target.core)),
                    std::to_string(target.clockHz / 1000000), sizeText(target.ramBytes), sizeText(target.flashBytes),
                    extensions, target.source});
            }
            table.print();
            return exitDone;
        };
    });
}

} // namespace tinsmith::cli

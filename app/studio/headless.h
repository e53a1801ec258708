// SPDX-License-Identifier: Apache-2.0
#pragma once

class QCommandLineParser;

namespace tinsmith {

class ThemeController;

/// The options that make pictures without a window: --export, --view, --screenshot and what goes with them.
void addHeadlessOptions(QCommandLineParser &parser);
bool isHeadless(const QCommandLineParser &parser);
/// Makes the picture and returns the exit code: 0, or 2 with a message on standard error.
int runHeadless(const QCommandLineParser &parser, ThemeController &themes);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace tinsmith {

/// The example models that come with the program: beside the installed program, or in the source tree that it was built
/// from.
QStringList exampleFiles();

} // namespace tinsmith

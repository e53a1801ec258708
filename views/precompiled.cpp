// SPDX-License-Identifier: Apache-2.0
// Only carries the precompiled header that all views share.
#include "views/precompiled.h"

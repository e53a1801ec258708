// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/error.h"

#include <functional>
#include <string>

namespace tinsmith {

/// How long work tells how far it is and hears that it should stop. A default-made one does neither.
class Progress {
public:
    /// Receives the share done (0..1) and a short phrase ("Calibrating, 40 of 100 samples"); returns false to cancel.
    using Listener = std::function<bool(double share, const std::string &phase)>;

    Progress() = default;
    explicit Progress(Listener listener) : listener_(std::move(listener)) { }

    /// Throws Cancelled when the listener asks to stop. May be called from the worker's thread at any rate.
    void report(double share, const std::string &phase) const
    {
        if (listener_ && !listener_(share, phase)) {
            throw Cancelled();
        }
    }

private:
    Listener listener_;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace tinsmith {

/// What a step of a recipe was calibrated on; kept in the recipe, so in the project too.
struct Calibration {
    /// The file name of the data set; empty: none, the ranges are guesses.
    std::string data;
    /// DataSet::fingerprint() of it; empty without data.
    std::string fingerprint;
    /// How many of its samples were run.
    std::size_t samples = 0;

    bool guessed() const { return data.empty(); }
    friend bool operator==(const Calibration &, const Calibration &) = default;
};

/// How a step of the present recipe relates to the data that are open now.
struct StepCalibration {
    /// "guessed", or the file name of the data set.
    std::string calibratedOn;
    bool guessed = false;
    /// Other data are open than it was calibrated on: Session::withFreshCalibration() computes it again.
    bool stale = false;
};

} // namespace tinsmith

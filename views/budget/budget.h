// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QString>

#include <optional>
#include <vector>

namespace tinsmith {

enum class GaugeKind { Ram, Flash, Latency, Energy };
enum class GaugeLevel { Unknown, Fits, Tight, Over };

/// What one gauge of the budget bar shows, as plain values.
struct Gauge {
    GaugeKind kind = GaugeKind::Ram;
    QString name;
    /// "49.2" and " / 128 KB"
    QString value;
    QString limit;
    /// Below the bar: "fits · was 61.3 KB", and what is left of it where there is little room: "fits"
    QString words;
    QString brief;
    GaugeLevel level = GaugeLevel::Unknown;
    /// Shares of the bar, 0..1; the model as opened as a ghost mark, a proposal's effect as a hatched piece.
    double share = 0;
    std::optional<double> ghost;
    std::optional<double> preview;
    /// Exact figures, and what they are made of, for the tool tip and the breakdown.
    QString exact;
};

/// The gauges for the model now, as opened, and with a proposal applied (nullptr: none is previewed). Latency and
/// energy have no limit of the target's: their bars compare with the model as opened.
std::vector<Gauge> gaugesOf(const Analysis &now, const Analysis &original, const Analysis *preview = nullptr);

/// One line of the breakdown: what, and how many bytes.
struct BreakdownLine {
    QString name;
    std::int64_t bytes = 0;
};
std::vector<BreakdownLine> breakdownOf(GaugeKind kind, const Estimate &estimate);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/budget/budget.h"

#include "views/theme/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr double tightFrom = 0.8;

QString tr(const char *text)
{
    return QCoreApplication::translate("Budget", text);
}

GaugeLevel levelOf(double share)
{
    return share > 1 ? GaugeLevel::Over : share > tightFrom ? GaugeLevel::Tight : GaugeLevel::Fits;
}

/// What a preview makes of the verdict.
QString previewVerdict(std::int64_t now, std::int64_t then, std::int64_t limit)
{
    if (then > limit) {
        return (now > limit ? tr("still %1 too much") : tr("%1 too much")).arg(bytesText(then - limit));
    }
    return tr("fits with %1 to spare").arg(bytesText(limit - then));
}

Gauge memoryGauge(GaugeKind kind, const QString &name, std::int64_t now, std::int64_t was,
    std::optional<std::int64_t> then, std::int64_t limit)
{
    Gauge gauge;
    gauge.kind = kind;
    gauge.name = name;
    const auto shareOf = [limit](std::int64_t bytes) {
        return limit > 0 ? static_cast<double>(bytes) / static_cast<double>(limit) : 0;
    };
    gauge.value = bytesText(now);
    gauge.limit = QStringLiteral(" / ") + capacityText(limit);
    gauge.level = levelOf(shareOf(now));
    gauge.brief = now > limit              ? tr("does not fit by %1").arg(bytesText(now - limit))
        : gauge.level == GaugeLevel::Tight ? tr("fits, tight")
                                           : tr("fits");
    gauge.words = gauge.brief;
    gauge.share = std::min(shareOf(now), 1.0);
    if (was != now) {
        gauge.ghost = std::min(shareOf(was), 1.0);
        gauge.words += tr(" · was %1").arg(bytesText(was));
    }
    if (then) {
        gauge.preview = std::min(shareOf(*then), 1.0);
        gauge.level = levelOf(shareOf(*then));
        gauge.brief = previewVerdict(now, *then, limit);
        gauge.words = tr("would be %1 · %2").arg(bytesText(*then), gauge.brief);
    }
    gauge.exact = tr("%1 of %2").arg(exactBytesText(now), exactBytesText(limit));
    return gauge;
}

Gauge modelledGauge(
    GaugeKind kind, const QString &name, double now, double was, std::optional<double> then, QString (*text)(double))
{
    Gauge gauge;
    gauge.kind = kind;
    gauge.name = name;
    const double whole = std::max({now, was, then.value_or(0)});
    const auto shareOf = [whole](double value) { return whole > 0 ? value / whole : 0; };
    gauge.value = text(now);
    // There is no limit to keep: the bar compares with the model as opened, and says nothing where nothing changed.
    gauge.level = GaugeLevel::Unknown;
    gauge.brief = tr("modelled");
    gauge.words = gauge.brief;
    gauge.share = was != now || then ? shareOf(now) : 0;
    if (was != now) {
        gauge.level = now < was ? GaugeLevel::Fits : GaugeLevel::Tight;
        gauge.ghost = shareOf(was);
        gauge.words += tr(" · was %1").arg(text(was));
    }
    if (then) {
        gauge.preview = shareOf(*then);
        gauge.level = *then < now ? GaugeLevel::Fits : *then > now ? GaugeLevel::Tight : GaugeLevel::Unknown;
        gauge.brief = tr("would be %1").arg(text(*then));
        gauge.words = gauge.brief;
    }
    gauge.exact = tr("%1, from a model of instruction counts").arg(text(now));
    return gauge;
}

/// Says of a figure that it is without what operators take that packages have no kernel for.
void markPartial(Gauge &gauge, std::int64_t withoutKernel, bool previewed)
{
    gauge.value.prepend(QStringLiteral("≥ "));
    if (previewed) {
        return;
    }
    const QString count = QString::number(withoutKernel);
    if (gauge.level != GaugeLevel::Over) {
        // What does not fit already, does not with more either, and says by how much.
        gauge.words = withoutKernel == 1 ? tr("without 1 operator") : tr("without %1 operators").arg(count);
        gauge.brief = gauge.words;
        gauge.level = GaugeLevel::Unknown;
    }
    gauge.exact += withoutKernel == 1
        ? tr(". One operator has no kernel for packages: what it takes is not known")
        : tr(". %1 operators have no kernel for packages: what they take is not known").arg(count);
}

} // namespace

std::vector<Gauge> gaugesOf(const Analysis &now, const Analysis &original, const Analysis *preview)
{
    std::vector<Gauge> gauges;
    if (!now.estimate) {
        for (const auto &[kind, name] : {std::pair(GaugeKind::Ram, tr("RAM")), std::pair(GaugeKind::Flash, tr("Flash")),
                 std::pair(GaugeKind::Latency, tr("Latency")), std::pair(GaugeKind::Energy, tr("Energy"))}) {
            Gauge gauge;
            gauge.kind = kind;
            gauge.name = name;
            gauge.value = QStringLiteral("–");
            gauge.words = tr("not planned");
            gauge.brief = gauge.words;
            gauge.exact = QString::fromStdString(now.whyNotPlanned);
            gauges.push_back(gauge);
        }
        return gauges;
    }
    const Estimate &estimate = *now.estimate;
    const Estimate &opened = original.estimate ? *original.estimate : estimate;
    const Estimate *then = preview != nullptr && preview->estimate ? &*preview->estimate : nullptr;
    const auto bytesThen = [then](std::int64_t Estimate::*field) {
        return then != nullptr ? std::optional(then->*field) : std::nullopt;
    };
    const auto valueThen
        = [then](double Estimate::*field) { return then != nullptr ? std::optional(then->*field) : std::nullopt; };
    gauges.push_back(memoryGauge(GaugeKind::Ram, tr("RAM"), estimate.ramBytes, opened.ramBytes,
        bytesThen(&Estimate::ramBytes), now.target.ramBytes));
    gauges.push_back(memoryGauge(GaugeKind::Flash, tr("Flash"), estimate.flashBytes, opened.flashBytes,
        bytesThen(&Estimate::flashBytes), now.target.flashBytes));
    gauges.push_back(modelledGauge(GaugeKind::Latency, tr("Latency"), estimate.latencyMs, opened.latencyMs,
        valueThen(&Estimate::latencyMs), &millisecondsText));
    if (estimate.energyUj > 0) {
        gauges.push_back(modelledGauge(GaugeKind::Energy, tr("Energy"), estimate.energyUj, opened.energyUj,
            valueThen(&Estimate::energyUj), &energyText));
    } else {
        Gauge gauge;
        gauge.kind = GaugeKind::Energy;
        gauge.name = tr("Energy");
        gauge.value = QStringLiteral("–");
        gauge.words = tr("not stated");
        gauge.brief = gauge.words;
        gauge.exact = tr("The datasheet of %1 that the figures come from states no energy per cycle.")
                          .arg(QString::fromStdString(now.target.name));
        gauges.push_back(gauge);
    }
    if (estimate.withoutKernel > 0) {
        for (Gauge &gauge : gauges) {
            const bool stated = gauge.kind != GaugeKind::Energy || estimate.energyUj > 0;
            if (gauge.kind != GaugeKind::Ram && stated) {
                markPartial(gauge, estimate.withoutKernel, then != nullptr && then->withoutKernel == 0);
            }
        }
    }
    return gauges;
}

std::vector<BreakdownLine> breakdownOf(GaugeKind kind, const Estimate &estimate)
{
    if (kind == GaugeKind::Ram) {
        return {{tr("Arena: activations and scratch"), estimate.arenaBytes},
            {tr("Stack, at the deepest"), estimate.stackBytes},
            {tr("Static data"), estimate.ramBytes - estimate.arenaBytes - estimate.stackBytes}};
    }
    if (kind == GaugeKind::Flash) {
        return {{tr("Weights and constants"), estimate.weightBytes}, {tr("Code"), estimate.codeBytes}};
    }
    return {};
}

} // namespace tinsmith

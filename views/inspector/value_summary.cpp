// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/value_summary.h"

#include "views/charts/channel_range_plot.h"
#include "views/charts/histogram.h"
#include "views/inspector/property_row.h"
#include "views/theme/number_text.h"

#include <QLabel>
#include <QPointer>
#include <QThreadPool>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

constexpr int bins = 48;
/// Counted at once below it: faster than a frame.
constexpr std::size_t fewValues = 1U << 15;

QLabel *muted(const QString &text)
{
    auto *label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ValueSummary::ValueSummary(const TensorValues &values, QWidget *parent)
    : QWidget(parent), type_(values.tensor().type), layout_(new QVBoxLayout(this)),
      cancelled_(std::make_shared<std::atomic<bool>>(false))
{
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(5);
    if (values.count() <= fewValues) {
        ready_ = true;
        if (const auto statistics = statisticsOf(values, bins)) {
            fill(*statistics);
        }
        return;
    }
    waiting_ = muted(tr("Counting %1 values…").arg(countText(static_cast<std::int64_t>(values.count()))));
    layout_->addWidget(waiting_);
    QThreadPool::globalInstance()->start([self = QPointer(this), values, cancelled = cancelled_] {
        const auto statistics = statisticsOf(values, bins, cancelled.get());
        if (!statistics) {
            return;
        }
        QMetaObject::invokeMethod(qApp, [self, statistics] {
            if (!self.isNull()) {
                self->ready_ = true;
                delete self->waiting_;
                self->fill(*statistics);
            }
        });
    });
}

ValueSummary::~ValueSummary()
{
    cancelled_->store(true);
}

void ValueSummary::fill(const TensorStatistics &statistics)
{
    const HistogramData &counted = statistics.histogram;
    const bool complex = type_ == ElementType::Complex64 || type_ == ElementType::Complex128;
    layout_->addWidget(new PropertyRow(complex ? tr("Magnitude") : tr("Min … max"),
        QStringLiteral("%1 … %2").arg(valueText(counted.low, 5), valueText(counted.high, 5)),
        QStringLiteral("%1 … %2").arg(valueText(counted.low, 17), valueText(counted.high, 17))));
    layout_->addWidget(new PropertyRow(tr("Mean ± deviation"),
        QStringLiteral("%1 ± %2").arg(valueText(statistics.mean, 4), valueText(statistics.deviation, 4))));
    layout_->addWidget(
        new PropertyRow(tr("Zeros"), percentText(statistics.sparsity), tr("Elements whose real value is 0, of all")));
    if (counted.notFinite > 0) {
        layout_->addWidget(new PropertyRow(tr("Not finite"), exactCountText(counted.notFinite)));
    }
    if (counted.counts.size() > 1) {
        auto *histogram = new Histogram;
        histogram->setData(counted);
        histogram->setMinimumHeight(100);
        layout_->addWidget(histogram);
    }
    if (statistics.channels.size() > 1) {
        layout_->addWidget(muted(tr("Range per channel")));
        auto *plot = new ChannelRangePlot;
        plot->setRanges(statistics.channels);
        layout_->addWidget(plot);
    }
}

} // namespace tinsmith

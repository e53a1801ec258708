// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"

#include <QWidget>

#include <array>
#include <memory>
#include <vector>

namespace tinsmith {

/// What the colours of a scene's cards mean. A plain value.
struct Legend {
    struct Family {
        OperatorFamily family = OperatorFamily::Other;
        QString name;
    };
    /// "Operator family", "MACs of the operator"
    QString title;
    /// Those that the scene has, where cards are coloured by family.
    std::vector<Family> families;
    /// What the scale's cold end, middle and hot end stand for; empty texts where cards are coloured by family.
    std::array<QString, 3> scale;
    bool heated() const { return !scale.front().isEmpty(); }
};
Legend legendOf(const GraphScene &scene);

/// The legend in a corner of the canvas. Takes no clicks.
class ColourLegend : public QWidget {
    Q_OBJECT
public:
    explicit ColourLegend(QWidget *parent);
    void setScene(const std::shared_ptr<const PlacedScene> &scene);
    const Legend &legend() const { return legend_; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Legend legend_;
};

} // namespace tinsmith

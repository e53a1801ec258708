// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/model_path.h"

#include <QWidget>

class QHBoxLayout;
class QToolButton;

namespace tinsmith {

/// Where in a model with bodies the canvas is: "model.onnx › Loop decoder · body › If check · then | else". Every part
/// leads there; the list at the end leads to any subgraph. Hidden for a model of one graph.
class PathBar : public QWidget {
    Q_OBJECT
public:
    explicit PathBar(QWidget *parent = nullptr);
    void setModel(const QString &name, const Graph &model);
    void setPath(const ModelPath &path);
    const ModelPath &path() const { return path_; }
    /// The list of all subgraphs, with a search field.
    void openChooser();

signals:
    void pathWanted(const tinsmith::ModelPath &path);

private:
    void rebuild();
    QToolButton *addCrumb(const QString &text, const QString &tip, bool last);
    void addParts(const Graph &parent, const ModelPath &before, const ModelPath::Step &step);

    QString name_;
    Graph model_;
    ModelPath path_;
    QHBoxLayout *crumbs_;
    QToolButton *chooser_;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QScrollArea>

#include <memory>

class QVBoxLayout;

namespace tinsmith {

/// The right dock: all about the selected operator or tensor, of the analysis that the active canvas shows.
class InspectorPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit InspectorPanel(QWidget *parent = nullptr);

    /// `graph` is that of the analysis which is shown (as opened, or the planned form). nullptr: no document. Forgets
    /// what was shown. `subgraph`: the graph's position in the model's subgraphs, to which plan and estimate say
    /// nothing; -1 for the model's own graph.
    void setAnalysis(std::shared_ptr<const Analysis> analysis, const Graph &graph = {}, int subgraph = -1);
    void showOperator(OperatorId op);
    void showTensor(TensorId tensor);
    void showModel();

signals:
    void tensorWanted(tinsmith::TensorId tensor);
    /// A constant is to be written to a file.
    void saveTensorWanted(const tinsmith::Tensor &tensor);
    /// Body `position` of an operator that has some.
    void bodyWanted(tinsmith::OperatorId op, std::size_t position);

private:
    void start(const QString &title, const QString &subtitle);
    /// What stands between this operator or tensor and the firmware.
    void addProblems(const std::string &place);
    void addWarning(const QString &title, const QString &text, bool blocks);
    void addHeading(const QString &text);
    void addRow(const QString &name, const QString &value, const QString &tip = {});
    void addTensor(TensorId id, const QString &role);
    void addQuantization(const Tensor &tensor);
    /// The values of a constant: few as they are, many summed up where that is asked for, and buttons for the rest.
    void addValues(TensorId id, bool summary);
    void openValues(const Tensor &tensor);
    void addCosts(OperatorId op);
    void addBodies(OperatorId op);
    void finish();

    std::shared_ptr<const Analysis> analysis_;
    Graph graph_;
    int subgraph_ = -1;
    QVBoxLayout *layout_ = nullptr;
};

} // namespace tinsmith

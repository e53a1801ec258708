// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QTreeWidget>

#include <memory>

namespace tinsmith {

/// What could not be imported, run, exported or fitted; each entry leads to its operator.
class ProblemList : public QTreeWidget {
    Q_OBJECT
public:
    explicit ProblemList(QWidget *parent = nullptr);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    int count() const { return topLevelItemCount(); }

signals:
    void operatorWanted(const QString &name);
};

} // namespace tinsmith

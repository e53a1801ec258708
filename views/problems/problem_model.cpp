// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_model.h"

#include "core/session/model_path.h"
#include "views/theme/theme.h"

#include <QIcon>

namespace tinsmith {
namespace {

/// Internal ids: 0 for a group, the group's row + 1 for a problem in it.
constexpr quintptr groupId = 0;

QString groupHint(Problem::Stage stage)
{
    switch (stage) {
    case Problem::Stage::Import:
        return ProblemModel::tr("The file says more than Tinsmith could read here");
    case Problem::Stage::Run:
        return ProblemModel::tr("Shown, but neither run nor exported");
    case Problem::Stage::Export:
        return ProblemModel::tr("Runs on this computer, but has no kernel for microcontrollers or no plan");
    case Problem::Stage::Note:
        return ProblemModel::tr("Nothing is wrong; this was decided when the model was opened");
    case Problem::Stage::Accuracy:
        return ProblemModel::tr("Runs and exports, but its outputs may be far from those of the float model");
    case Problem::Stage::Fit:
        break;
    }
    return ProblemModel::tr("The target has too little memory");
}

} // namespace

ProblemModel::ProblemModel(QObject *parent) : QAbstractItemModel(parent) { }

QString ProblemModel::groupTitle(Problem::Stage stage)
{
    switch (stage) {
    case Problem::Stage::Import:
        return tr("Not imported");
    case Problem::Stage::Run:
        return tr("Does not run");
    case Problem::Stage::Export:
        return tr("Cannot be exported");
    case Problem::Stage::Note:
        return tr("Notes");
    case Problem::Stage::Accuracy:
        return tr("May be inaccurate");
    case Problem::Stage::Fit:
        break;
    }
    return tr("Does not fit");
}

void ProblemModel::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    beginResetModel();
    analysis_ = std::move(analysis);
    groups_.clear();
    constexpr std::array<Problem::Stage, 6> stages = {Problem::Stage::Import, Problem::Stage::Run,
        Problem::Stage::Export, Problem::Stage::Fit, Problem::Stage::Accuracy, Problem::Stage::Note};
    for (const Problem::Stage stage : stages) {
        Group group{stage, {}};
        for (std::size_t at = 0; analysis_ != nullptr && at < analysis_->problems.size(); ++at) {
            if (analysis_->problems[at].stage == stage) {
                group.problems.push_back(at);
            }
        }
        if (!group.problems.empty()) {
            groups_.push_back(std::move(group));
        }
    }
    endResetModel();
}

int ProblemModel::count() const
{
    return analysis_ == nullptr ? 0 : static_cast<int>(analysis_->problems.size());
}

bool ProblemModel::blocks(Problem::Stage stage)
{
    return tinsmith::blocks(stage);
}

int ProblemModel::blockingCount() const
{
    int count = 0;
    for (const Group &group : groups_) {
        count += blocks(group.stage) ? static_cast<int>(group.problems.size()) : 0;
    }
    return count;
}

QModelIndex ProblemModel::indexOf(const std::string &place, int subgraph) const
{
    for (std::size_t group = 0; group < groups_.size(); ++group) {
        const auto &rows = groups_[group].problems;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const Problem &problem = analysis_->problems[rows[row]];
            if (problem.subgraph == subgraph && problem.place == place) {
                return createIndex(static_cast<int>(row), 0, static_cast<quintptr>(group) + 1);
            }
        }
    }
    return {};
}

const Problem *ProblemModel::problemAt(const QModelIndex &index) const
{
    if (!index.isValid() || index.internalId() == groupId) {
        return nullptr;
    }
    const Group &group = groups_[index.internalId() - 1];
    return &analysis_->problems[group.problems[static_cast<std::size_t>(index.row())]];
}

QString ProblemModel::whereText(const Problem &problem) const
{
    const QString place = problem.place.empty() ? tr("Whole model") : QString::fromStdString(problem.place);
    if (problem.subgraph < 0) {
        return place;
    }
    return place + tr(" in ") + QString::fromStdString(titleOf(analysis_->graph, problem.subgraph));
}

QString ProblemModel::lineOf(const QModelIndex &index) const
{
    const Problem *problem = problemAt(index);
    if (problem == nullptr) {
        return index.isValid() ? groupTitle(groups_[static_cast<std::size_t>(index.row())].stage) : QString();
    }
    return QStringList{groupTitle(problem->stage), whereText(*problem), QString::fromStdString(problem->type),
        QString::fromStdString(problem->text)}
        .join(QLatin1Char('\t'));
}

QModelIndex ProblemModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : groupId);
}

QModelIndex ProblemModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == groupId) {
        return {};
    }
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, groupId);
}

int ProblemModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid()) {
        return static_cast<int>(groups_.size());
    }
    if (parent.internalId() != groupId || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].problems.size());
}

int ProblemModel::columnCount(const QModelIndex & /*parent*/) const
{
    return ColumnCount;
}

QVariant ProblemModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Problem *problem = problemAt(index);
    if (problem == nullptr) {
        const Group &group = groups_[static_cast<std::size_t>(index.row())];
        switch (role) {
        case Qt::DisplayRole:
            return index.column() == Where ? tr("%1 (%2)").arg(groupTitle(group.stage)).arg(group.problems.size())
                : index.column() == Cause  ? groupHint(group.stage)
                                           : QString();
        case Qt::FontRole:
            return index.column() == Where ? QVariant(uiFont(0, true)) : QVariant();
        case Qt::ForegroundRole:
            return index.column() == Cause ? QVariant(theme().mutedText) : QVariant();
        case Qt::ToolTipRole:
            return groupHint(group.stage);
        default:
            return {};
        }
    }
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Where ? whereText(*problem)
            : index.column() == Type   ? QString::fromStdString(problem->type)
                                       : QString::fromStdString(problem->text);
    case Qt::ToolTipRole:
        // Rich text, so that long sentences wrap.
        return QStringLiteral("<p>%1</p>")
            .arg((index.column() == Cause ? QString::fromStdString(problem->text) : whereText(*problem))
                     .toHtmlEscaped());
    case Qt::ForegroundRole:
        return index.column() == Type ? QVariant(theme().mutedText) : QVariant();
    case Qt::DecorationRole:
        return index.column() == Where ? QVariant(themedIcon(
                   blocks(problem->stage) ? QStringLiteral("problem-error") : QStringLiteral("problem-warning")))
                                       : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == Where
            ? (blocks(problem->stage) ? tr("Error: %1") : tr("Warning: %1")).arg(whereText(*problem))
            : QVariant();
    default:
        return {};
    }
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == Where ? tr("Where") : section == Type ? tr("Operator") : tr("Why");
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/recipe_model.h"

#include "views/theme/number_text.h"

#include <QCoreApplication>
#include <QIODevice>
#include <QMimeData>

#include <algorithm>

namespace tinsmith {
namespace {

const QString stepType = QStringLiteral("application/x-tinsmith-step");

QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QString valueText(const RewriteParameter &parameter, const std::string &value)
{
    if (parameter.kind == RewriteParameter::Kind::Flag) {
        return (value == "true" ? tr("%1: yes") : tr("%1: no")).arg(textOf(parameter.title));
    }
    return QStringLiteral("%1: %2").arg(textOf(parameter.title), textOf(value));
}

QString detailsOf(const RecipeStep &step)
{
    QStringList parts;
    const auto at = step.parameters.find("at");
    if (at != step.parameters.end() && !at->second.empty()) {
        const auto places = std::count(at->second.begin(), at->second.end(), ',') + 1;
        parts << (places == 1 ? tr("at %1").arg(textOf(at->second)) : tr("at %1 places").arg(places));
    }
    if (const Rewrite *rewrite = rewriteNamed(step.rewrite)) {
        for (const RewriteParameter &parameter : rewrite->parameters()) {
            const auto given = step.parameters.find(parameter.key);
            if (given != step.parameters.end() && given->second != parameter.preset) {
                parts << valueText(parameter, given->second);
            }
        }
    }
    return parts.join(QStringLiteral(" · "));
}

QString accuracyText(const StepFigures &figures)
{
    return figures.accuracy ? percentText(*figures.accuracy)
        : figures.agreement ? tr("%1 same answer").arg(percentText(*figures.agreement))
                            : QString();
}

/// Of a step after which the model should be trained.
QString untrainedText(const StepFigures &before, const StepFigures &after)
{
    const QString was = accuracyText(before);
    const QString now = accuracyText(after);
    if (was.isEmpty() || now.isEmpty()) {
        return tr("Accuracy is untrained; open a data set to measure it.");
    }
    // A number and its unit stay on one line.
    const auto together = [](QString text) { return text.replace(QLatin1Char(' '), QChar(QChar::Nbsp)); };
    return tr("Accuracy is untrained: %1 before, %2 after this step.").arg(together(was), together(now));
}

} // namespace

std::vector<RecipeRow> recipeRows(const SessionState &state, const std::vector<StepFigures> &figures,
    const std::vector<CalibrationNote> &calibrations)
{
    const auto at = [&figures](std::size_t steps) { return steps < figures.size() ? figures[steps] : StepFigures(); };
    std::vector<RecipeRow> rows;
    for (std::size_t index = 0; index < state.recipe.steps.size(); ++index) {
        const RecipeStep &step = state.recipe.steps[index];
        const StepFigures before = at(index);
        const StepFigures after = at(index + 1);
        const std::string problem = index < state.stepProblems.size() ? state.stepProblems[index] : std::string();
        RecipeRow row;
        row.number = static_cast<int>(index) + 1;
        row.title = textOf(titleOf(step));
        row.details = detailsOf(step);
        row.enabled = step.enabled;
        row.failed = !problem.empty();
        if (row.failed) {
            row.note = tr("Not applied: %1").arg(textOf(problem));
        } else if (step.enabled) {
            if (after.ramBytes) {
                const std::int64_t change = before.ramBytes ? *after.ramBytes - *before.ramBytes : 0;
                row.ram = change == 0 ? tr("%1 RAM").arg(bytesText(*after.ramBytes))
                                      : tr("%1 RAM (%2)").arg(bytesText(*after.ramBytes), bytesDeltaText(change));
            }
            row.accuracy = accuracyText(after);
            const Rewrite *rewrite = rewriteNamed(step.rewrite);
            if (rewrite != nullptr && rewrite->risk() == Risk::NeedsTraining) {
                row.note = untrainedText(before, after);
            }
            if (index < calibrations.size() && !calibrations[index].text.isEmpty()) {
                row.note += (row.note.isEmpty() ? QString() : QStringLiteral("\n")) + calibrations[index].text;
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

RecipeModel::RecipeModel(QObject *parent) : QAbstractListModel(parent) { }

void RecipeModel::setState(std::shared_ptr<const SessionState> state)
{
    state_ = std::move(state);
    refresh();
}

void RecipeModel::setFigures(std::vector<StepFigures> figures)
{
    figures_ = std::move(figures);
    refresh();
}

void RecipeModel::setCalibrations(std::vector<CalibrationNote> calibrations)
{
    calibrations_ = std::move(calibrations);
    refresh();
}

void RecipeModel::refresh()
{
    auto rows = state_ ? recipeRows(*state_, figures_, calibrations_) : std::vector<RecipeRow>();
    if (rows.size() != rows_.size()) {
        beginResetModel();
        rows_ = std::move(rows);
        endResetModel();
        return;
    }
    // The same number of rows keeps the current one: a toggled or edited step stays selected.
    rows_ = std::move(rows);
    if (!rows_.empty()) {
        emit dataChanged(index(0), index(rowCount() - 1));
    }
}

int RecipeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant RecipeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const RecipeRow &shown = row(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shown.title;
    case Qt::CheckStateRole:
        return shown.enabled ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole: {
        QStringList lines{QStringLiteral("<b>%1</b>").arg(shown.title.toHtmlEscaped())};
        for (const QString &line : {shown.details, shown.ram, shown.note}) {
            if (!line.isEmpty()) {
                lines << line.toHtmlEscaped();
            }
        }
        return lines.join(QStringLiteral("<br>"));
    }
    case Qt::AccessibleTextRole: {
        QStringList parts{tr("Step %1, %2").arg(shown.number).arg(shown.title)};
        for (const QString &part : {shown.details, shown.ram, shown.accuracy, shown.note}) {
            if (!part.isEmpty()) {
                parts << part;
            }
        }
        return parts.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

bool RecipeModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return false;
    }
    emit toggleWanted(index.row(), value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags RecipeModel::flags(const QModelIndex &index) const
{
    if (!index.isValid()) {
        return Qt::ItemIsDropEnabled;
    }
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled
        | Qt::ItemNeverHasChildren;
}

QStringList RecipeModel::mimeTypes() const
{
    return {stepType};
}

QMimeData *RecipeModel::mimeData(const QModelIndexList &indexes) const
{
    if (indexes.isEmpty()) {
        return nullptr;
    }
    auto *data = new QMimeData;
    data->setData(stepType, QByteArray::number(indexes.first().row()));
    return data;
}

bool RecipeModel::canDropMimeData(
    const QMimeData *data, Qt::DropAction action, int /*row*/, int /*column*/, const QModelIndex & /*parent*/) const
{
    return action == Qt::MoveAction && data->hasFormat(stepType);
}

bool RecipeModel::dropMimeData(
    const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent)) {
        return false;
    }
    bool known = false;
    const int from = data->data(stepType).toInt(&known);
    if (!known || from < 0 || from >= rowCount()) {
        return false;
    }
    // Dropped on a step: in its place; between two: before the second; behind the last: at the end.
    const int gap = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    const int to = row >= 0 && gap > from ? gap - 1 : std::min(gap, rowCount() - 1);
    if (to != from) {
        emit moveWanted(from, to);
    }
    return to != from;
}

} // namespace tinsmith

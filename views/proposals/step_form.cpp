// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/step_form.h"

#include "views/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>
#include <set>

namespace tinsmith {
namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

int intOf(std::int64_t value)
{
    return static_cast<int>(
        std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

/// The operators that a step names: one whose name holds commas, or several between commas.
std::set<std::string> namedPlaces(const std::string &at, const std::vector<RewriteSite> &sites)
{
    for (const RewriteSite &site : sites) {
        if (!site.operators.empty() && site.operators.front() == at) {
            return {at};
        }
    }
    std::set<std::string> names;
    for (const QString &name : QString::fromStdString(at).split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        names.insert(name.toStdString());
    }
    return names;
}

} // namespace

StepForm::StepForm(const RecipeStep &step, QWidget *parent)
    : QDialog(parent), step_(step), everywhere_(new QRadioButton(tr("Everywhere"))),
      chosen_(new QRadioButton(tr("Only here:"))), places_(new QListWidget), placesHint_(new QLabel)
{
    const Rewrite *rewrite = rewriteNamed(step.rewrite);
    setWindowTitle(tr("Edit step"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    auto *title = new QLabel(QString::fromStdString(titleOf(step)));
    title->setFont(uiFont(2, true));
    layout->addWidget(title);
    auto *summary = new QLabel(rewrite != nullptr ? textOf(rewrite->summary()) : QString());
    summary->setWordWrap(true);
    summary->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(summary);
    auto *form = new QFormLayout;
    form->setVerticalSpacing(8);
    form->setHorizontalSpacing(16);
    layout->addLayout(form);
    if (rewrite != nullptr) {
        addFields(form, *rewrite);
    }
    auto *where = new QLabel(tr("Where"));
    where->setFont(uiFont(0, true));
    layout->addWidget(where);
    layout->addWidget(everywhere_);
    layout->addWidget(chosen_);
    places_->setAccessibleName(tr("Places of the step"));
    places_->setTextElideMode(Qt::ElideMiddle);
    places_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    places_->setUniformItemSizes(true);
    layout->addWidget(places_, 1);
    placesHint_->setForegroundRole(QPalette::PlaceholderText);
    placesHint_->setWordWrap(true);
    placesHint_->setText(tr("Looking for places…"));
    layout->addWidget(placesHint_);
    const auto at = step.parameters.find("at");
    const bool everywhere = at == step.parameters.end() || at->second.empty();
    (everywhere ? everywhere_ : chosen_)->setChecked(true);
    places_->setEnabled(!everywhere);
    connect(chosen_, &QRadioButton::toggled, places_, &QWidget::setEnabled);

    auto *buttons = new QDialogButtonBox;
    QPushButton *apply = buttons->addButton(tr("Apply"), QDialogButtonBox::AcceptRole);
    apply->setProperty("primary", true);
    apply->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    if (!fields_.empty()) {
        QPushButton *presets = buttons->addButton(tr("Presets"), QDialogButtonBox::ResetRole);
        presets->setToolTip(tr("Set every parameter to the value that it has when the step is proposed"));
        connect(presets, &QPushButton::clicked, this, &StepForm::restorePresets);
    }
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    resize(440, 420);
}

void StepForm::addFields(QFormLayout *form, const Rewrite &rewrite)
{
    for (const RewriteParameter &parameter : rewrite.parameters()) {
        const auto given = step_.parameters.find(parameter.key);
        const std::string value = given == step_.parameters.end() ? parameter.preset : given->second;
        const QString name = QString::fromStdString(parameter.title);
        QWidget *widget = nullptr;
        Field field;
        field.preset = parameter.preset;
        if (parameter.kind == RewriteParameter::Kind::Flag) {
            auto *box = new QCheckBox(name);
            field.value = [box] { return std::string(box->isChecked() ? "true" : "false"); };
            field.set = [box](const std::string &text) { box->setChecked(text == "true"); };
            form->addRow(QString(), box);
            widget = box;
        } else if (parameter.kind == RewriteParameter::Kind::Number) {
            auto *box = new QSpinBox;
            box->setRange(intOf(parameter.least), intOf(parameter.most));
            box->setGroupSeparatorShown(true);
            box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
            field.value = [box] { return std::to_string(box->value()); };
            field.set = [box](const std::string &text) { box->setValue(QString::fromStdString(text).toInt()); };
            form->addRow(name, box);
            widget = box;
        } else {
            auto *box = new QComboBox;
            for (const std::string &choice : parameter.choices) {
                box->addItem(QString::fromStdString(choice));
            }
            field.value = [box] { return box->currentText().toStdString(); };
            field.set = [box](const std::string &text) { box->setCurrentText(QString::fromStdString(text)); };
            form->addRow(name, box);
            widget = box;
        }
        widget->setToolTip(QString::fromStdString(parameter.help));
        widget->setAccessibleName(name);
        widget->setObjectName(QString::fromStdString(parameter.key));
        field.set(value);
        fields_.emplace(parameter.key, std::move(field));
    }
}

void StepForm::restorePresets()
{
    for (const auto &[key, field] : fields_) {
        field.set(field.preset);
    }
}

void StepForm::setSites(const std::vector<RewriteSite> &sites)
{
    sitesKnown_ = true;
    const auto at = step_.parameters.find("at");
    std::set<std::string> wanted;
    if (at != step_.parameters.end()) {
        wanted = namedPlaces(at->second, sites);
    }
    const bool all = wanted.empty();
    places_->clear();
    const auto add = [this](const std::string &name, const QString &text, const QString &tip, bool checked) {
        auto *item = new QListWidgetItem(text);
        item->setData(Qt::UserRole, QString::fromStdString(name));
        item->setToolTip(tip);
        item->setCheckState(checked ? Qt::Checked : Qt::Unchecked);
        places_->addItem(item);
    };
    for (const RewriteSite &site : sites) {
        if (site.operators.empty()) {
            continue;
        }
        const std::string &name = site.operators.front();
        const QString place = QString::fromStdString(name);
        const QString title = QString::fromStdString(site.title);
        add(name, place, title == place ? title : QStringLiteral("%1: %2").arg(place, title),
            all || wanted.erase(name) > 0);
    }
    for (const std::string &name : wanted) {
        add(name, tr("%1 (does not apply)").arg(QString::fromStdString(name)), {}, true);
    }
    everywhere_->setText(
        sites.size() == 1 ? tr("Everywhere (1 place)") : tr("Everywhere (%1 places)").arg(sites.size()));
    placesHint_->setText(places_->count() == 0 ? tr("The model before this step has no place for it.") : QString());
    placesHint_->setVisible(!placesHint_->text().isEmpty());
}

RecipeStep StepForm::step() const
{
    RecipeStep result = step_;
    for (const auto &[key, field] : fields_) {
        if (const std::string value = field.value(); value == field.preset) {
            result.parameters.erase(key);
        } else {
            result.parameters[key] = value;
        }
    }
    if (everywhere_->isChecked()) {
        result.parameters.erase("at");
    } else if (sitesKnown_) {
        std::string at;
        for (int row = 0; row < places_->count(); ++row) {
            if (places_->item(row)->checkState() == Qt::Checked) {
                at += (at.empty() ? "" : ",") + places_->item(row)->data(Qt::UserRole).toString().toStdString();
            }
        }
        if (at.empty()) {
            result.parameters.erase("at");
        } else {
            result.parameters["at"] = at;
        }
    }
    return result;
}

} // namespace tinsmith

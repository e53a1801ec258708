// SPDX-License-Identifier: Apache-2.0
#include "app/studio/actions.h"

#include <QAction>
#include <QDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace tinsmith {
namespace {

constexpr const char *file = QT_TRANSLATE_NOOP("Actions", "&File");
constexpr const char *edit = QT_TRANSLATE_NOOP("Actions", "&Edit");
constexpr const char *view = QT_TRANSLATE_NOOP("Actions", "&View");
constexpr const char *model = QT_TRANSLATE_NOOP("Actions", "&Model");
constexpr const char *help = QT_TRANSLATE_NOOP("Actions", "&Help");

QString translated(const char *text)
{
    return QCoreApplication::translate("Actions", text);
}

QString plain(const QAction *action)
{
    return action->text().remove(QLatin1Char('&'));
}

/// A list that filters by words and triggers what is chosen.
class ActionList : public QDialog {
public:
    ActionList(const QList<QAction *> &actions, QWidget *parent) : QDialog(parent, Qt::Popup), actions_(actions)
    {
        auto *layout = new QVBoxLayout(this);
        search_->setPlaceholderText(translated(QT_TRANSLATE_NOOP("Actions", "Search actions")));
        layout->addWidget(search_);
        layout->addWidget(list_);
        resize(460, 420);
        fill({});
        search_->installEventFilter(this);
        QObject::connect(search_, &QLineEdit::textChanged, this, [this](const QString &text) { fill(text); });
        QObject::connect(list_, &QListWidget::itemClicked, this, [this] { choose(); });
        search_->setFocus();
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::KeyPress) {
            const int key = static_cast<QKeyEvent *>(event)->key();
            if (key == Qt::Key_Down || key == Qt::Key_Up) {
                list_->setCurrentRow(
                    qBound(0, list_->currentRow() + (key == Qt::Key_Down ? 1 : -1), list_->count() - 1));
                return true;
            }
            if (key == Qt::Key_Return || key == Qt::Key_Enter) {
                choose();
                return true;
            }
        }
        return QDialog::eventFilter(watched, event);
    }

private:
    void fill(const QString &text)
    {
        list_->clear();
        const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (QAction *action : actions_) {
            const QString name = plain(action);
            const bool fits = std::all_of(words.begin(), words.end(),
                [&name](const QString &word) { return name.contains(word, Qt::CaseInsensitive); });
            if (!fits) {
                continue;
            }
            const QString shortcut = action->shortcut().toString(QKeySequence::NativeText);
            auto *item = new QListWidgetItem(shortcut.isEmpty() ? name : name + QStringLiteral("    ") + shortcut);
            item->setData(Qt::UserRole, QVariant::fromValue<QObject *>(action));
            if (!action->isEnabled()) {
                item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
            }
            list_->addItem(item);
        }
        list_->setCurrentRow(0);
    }
    void choose()
    {
        const QListWidgetItem *item = list_->currentItem();
        close();
        if (item != nullptr) {
            if (auto *action = qobject_cast<QAction *>(item->data(Qt::UserRole).value<QObject *>())) {
                action->trigger();
            }
        }
    }

    QList<QAction *> actions_;
    QLineEdit *search_ = new QLineEdit;
    QListWidget *list_ = new QListWidget;
};

} // namespace

const std::vector<ActionRow> &actionTable()
{
    using Id = ActionId;
    static const std::vector<ActionRow> table = {
        {Id::Open, file, QT_TRANSLATE_NOOP("Actions", "&Open model…"), "Ctrl+O", false},
        {Id::ReopenLast, file, QT_TRANSLATE_NOOP("Actions", "&Reopen last document"), "Ctrl+Shift+O", false},
        {Id::OpenData, file, QT_TRANSLATE_NOOP("Actions", "Open &data set…"), "Ctrl+D", false},
        {Id::Save, file, QT_TRANSLATE_NOOP("Actions", "-&Save project"), "Ctrl+S", false},
        {Id::SaveAs, file, QT_TRANSLATE_NOOP("Actions", "Save &as… (project, .tflite, .onnx)"), "Ctrl+Shift+S", false},
        {Id::ExportPackage, file, QT_TRANSLATE_NOOP("Actions", "-&Export firmware package…"), "Ctrl+E", false},
        {Id::SavePicture, file, QT_TRANSLATE_NOOP("Actions", "Save &picture of the graph…"), "", false},
        {Id::Print, file, QT_TRANSLATE_NOOP("Actions", "P&rint graph…"), "Ctrl+P", false},
        {Id::ReopenAtStart, file, QT_TRANSLATE_NOOP("Actions", "-Reopen the last document at s&tart"), "", true},
        {Id::Close, file, QT_TRANSLATE_NOOP("Actions", "&Close model"), "Ctrl+W", false},
        {Id::Quit, file, QT_TRANSLATE_NOOP("Actions", "&Quit"), "Ctrl+Q", false},
        {Id::Undo, edit, QT_TRANSLATE_NOOP("Actions", "&Undo"), "Ctrl+Z", false},
        {Id::Redo, edit, QT_TRANSLATE_NOOP("Actions", "&Redo"), "Ctrl+Shift+Z", false},
        {Id::Find, edit, QT_TRANSLATE_NOOP("Actions", "-&Find…"), "Ctrl+F", false},
        {Id::FindNext, edit, QT_TRANSLATE_NOOP("Actions", "Find &next"), "F3", false},
        {Id::FindPrevious, edit, QT_TRANSLATE_NOOP("Actions", "Find &previous"), "Shift+F3", false},
        {Id::ShowOriginal, view, QT_TRANSLATE_NOOP("Actions", "O&riginal"), "Ctrl+1", false},
        {Id::ShowOptimised, view, QT_TRANSLATE_NOOP("Actions", "&Optimised"), "Ctrl+2", false},
        {Id::ShowSideBySide, view, QT_TRANSLATE_NOOP("Actions", "&Side by side"), "Ctrl+3", false},
        {Id::ZoomIn, view, QT_TRANSLATE_NOOP("Actions", "-Zoom &in"), "Ctrl++", false},
        {Id::ZoomOut, view, QT_TRANSLATE_NOOP("Actions", "Zoom o&ut"), "Ctrl+-", false},
        {Id::ActualSize, view, QT_TRANSLATE_NOOP("Actions", "&Actual size"), "Ctrl+0", false},
        {Id::Fit, view, QT_TRANSLATE_NOOP("Actions", "&Fit the whole graph"), "F", false},
        {Id::GoToPeak, view, QT_TRANSLATE_NOOP("Actions", "Go to the memory &peak"), "P", false},
        {Id::GoUp, view, QT_TRANSLATE_NOOP("Actions", "-&Up to the enclosing graph"), "Alt+Left", false},
        {Id::ChooseSubgraph, view, QT_TRANSLATE_NOOP("Actions", "Choose su&bgraph…"), "Ctrl+G", false},
        {Id::ShowMemory, view, QT_TRANSLATE_NOOP("Actions", "-M&emory map"), "Alt+1", false},
        {Id::ShowLayers, view, QT_TRANSLATE_NOOP("Actions", "Table of &layers"), "Alt+2", false},
        {Id::ShowAccuracy, view, QT_TRANSLATE_NOOP("Actions", "A&ccuracy"), "Alt+3", false},
        {Id::ShowProblems, view, QT_TRANSLATE_NOOP("Actions", "&Problems"), "Alt+4", false},
        {Id::NextProblem, view, QT_TRANSLATE_NOOP("Actions", "&Next problem"), "F8", false},
        {Id::PreviousProblem, view, QT_TRANSLATE_NOOP("Actions", "Pre&vious problem"), "Shift+F8", false},
        {Id::ToggleMinimap, view, QT_TRANSLATE_NOOP("Actions", "-&Minimap"), "M", true},
        {Id::ToggleLegend, view, QT_TRANSLATE_NOOP("Actions", "Le&gend of the colours"), "L", true},
        {Id::FoldRepeats, view, QT_TRANSLATE_NOOP("Actions", "Fold repeated bloc&ks"), "R", true},
        {Id::ThemeSystem, view, QT_TRANSLATE_NOOP("Actions", "-Colours of the &system"), "", true},
        {Id::ThemeLight, view, QT_TRANSLATE_NOOP("Actions", "&Light colours"), "", true},
        {Id::ThemeDark, view, QT_TRANSLATE_NOOP("Actions", "&Dark colours"), "", true},
        {Id::ChooseTarget, model, QT_TRANSLATE_NOOP("Actions", "Choose &target…"), "Ctrl+T", false},
        {Id::BindDimensions, model, QT_TRANSLATE_NOOP("Actions", "&Bind dimensions…"), "", false},
        {Id::Evaluate, model, QT_TRANSLATE_NOOP("Actions", "&Evaluate accuracy"), "Ctrl+R", false},
        {Id::Cancel, model, QT_TRANSLATE_NOOP("Actions", "&Cancel what is running or previewed"), "Esc", false},
        {Id::AllActions, help, QT_TRANSLATE_NOOP("Actions", "&All actions…"), "Ctrl+K", false},
        {Id::Shortcuts, help, QT_TRANSLATE_NOOP("Actions", "&Shortcuts"), "F1", false},
        {Id::About, help, QT_TRANSLATE_NOOP("Actions", "-A&bout Tinsmith"), "", false},
    };
    return table;
}

ActionSet::ActionSet(QWidget *window) : QObject(window)
{
    for (const ActionRow &row : actionTable()) {
        QString text = translated(row.text);
        if (text.startsWith(QLatin1Char('-'))) {
            text.remove(0, 1);
        }
        auto *action = new QAction(text, window);
        action->setShortcut(QKeySequence(QString::fromLatin1(row.shortcut)));
        action->setCheckable(row.checkable);
        window->addAction(action);
        actions_.insert(static_cast<int>(row.id), action);
    }
}

void ActionSet::fillMenus(QMenuBar *bar) const
{
    QHash<QString, QMenu *> menus;
    for (const ActionRow &row : actionTable()) {
        QMenu *&menu = menus[QString::fromUtf8(row.menu)];
        if (menu == nullptr) {
            menu = bar->addMenu(translated(row.menu));
        }
        if (row.text[0] == '-') {
            menu->addSeparator();
        }
        menu->addAction((*this)[row.id]);
    }
}

void ActionSet::showList(QWidget *parent) const
{
    QList<QAction *> actions;
    for (const ActionRow &row : actionTable()) {
        actions << (*this)[row.id];
    }
    auto *list = new ActionList(actions, parent);
    list->setAttribute(Qt::WA_DeleteOnClose);
    list->move(parent->mapToGlobal(QPoint((parent->width() - list->width()) / 2, 90)));
    list->show();
}

QDialog *ActionSet::showShortcuts(QWidget *parent) const
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(translated(QT_TRANSLATE_NOOP("Actions", "Shortcuts")));
    auto *layout = new QVBoxLayout(dialog);
    auto *search = new QLineEdit;
    search->setPlaceholderText(translated(QT_TRANSLATE_NOOP("Actions", "Search by action or key")));
    search->setAccessibleName(search->placeholderText());
    search->setClearButtonEnabled(true);
    layout->addWidget(search);
    auto *table = new QTableWidget;
    table->setColumnCount(2);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setAccessibleName(dialog->windowTitle());
    table->verticalHeader()->hide();
    table->horizontalHeader()->hide();
    const auto add = [table](const QString &name, const QString &keys) {
        table->insertRow(table->rowCount());
        table->setItem(table->rowCount() - 1, 0, new QTableWidgetItem(name));
        table->setItem(table->rowCount() - 1, 1, new QTableWidgetItem(keys));
    };
    for (const ActionRow &row : actionTable()) {
        const QAction *action = (*this)[row.id];
        if (!action->shortcut().isEmpty()) {
            add(plain(action), action->shortcut().toString(QKeySequence::NativeText));
        }
    }
    constexpr std::array<std::array<const char *, 2>, 8> others = {{
        {QT_TRANSLATE_NOOP("Actions", "Walk along edges of the graph"), QT_TRANSLATE_NOOP("Actions", "Arrow keys")},
        {QT_TRANSLATE_NOOP("Actions", "Zoom at the pointer"), QT_TRANSLATE_NOOP("Actions", "Wheel")},
        {QT_TRANSLATE_NOOP("Actions", "Open the body of a branch or loop, or folded blocks"),
            QT_TRANSLATE_NOOP("Actions", "Double click, Enter")},
        {QT_TRANSLATE_NOOP("Actions", "Back to the enclosing graph"), QT_TRANSLATE_NOOP("Actions", "Backspace")},
        {QT_TRANSLATE_NOOP("Actions", "Recipe: leave out or apply the step"), QT_TRANSLATE_NOOP("Actions", "Space")},
        {QT_TRANSLATE_NOOP("Actions", "Recipe: edit the step"), QT_TRANSLATE_NOOP("Actions", "Enter, F2")},
        {QT_TRANSLATE_NOOP("Actions", "Recipe: move the step"), QT_TRANSLATE_NOOP("Actions", "Ctrl+Up, Ctrl+Down")},
        {QT_TRANSLATE_NOOP("Actions", "Recipe: remove the step"), QT_TRANSLATE_NOOP("Actions", "Delete")},
    }};
    for (const auto &[name, keys] : others) {
        add(translated(name), translated(keys));
    }
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    layout->addWidget(table);
    QObject::connect(search, &QLineEdit::textChanged, table, [table](const QString &text) {
        const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (int row = 0; row < table->rowCount(); ++row) {
            const QString line = table->item(row, 0)->text() + QLatin1Char(' ') + table->item(row, 1)->text();
            table->setRowHidden(row, !std::all_of(words.begin(), words.end(), [&line](const QString &word) {
                return line.contains(word, Qt::CaseInsensitive);
            }));
        }
    });
    constexpr QSize usual(480, 620);
    dialog->resize(usual.boundedTo(parent->screen()->availableSize()));
    search->setFocus();
    dialog->show();
    return dialog;
}

} // namespace tinsmith

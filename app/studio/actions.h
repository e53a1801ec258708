// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QString>

#include <vector>

class QAction;
class QDialog;
class QMenuBar;
class QWidget;

namespace tinsmith {

/// Every action of the studio, once: menus, the searchable list (Ctrl+K) and the list of shortcuts are made from it.
enum class ActionId {
    Open,
    ReopenLast,
    OpenData,
    Save,
    SaveAs,
    ExportPackage,
    SavePicture,
    Print,
    ReopenAtStart,
    Close,
    Quit,
    Undo,
    Redo,
    Find,
    FindNext,
    FindPrevious,
    ShowOriginal,
    ShowOptimised,
    ShowSideBySide,
    ZoomIn,
    ZoomOut,
    ActualSize,
    Fit,
    GoToPeak,
    GoUp,
    ChooseSubgraph,
    ShowMemory,
    ShowLayers,
    ShowAccuracy,
    ShowProblems,
    NextProblem,
    PreviousProblem,
    ToggleMinimap,
    ToggleLegend,
    FoldRepeats,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    ChooseTarget,
    BindDimensions,
    Evaluate,
    Cancel,
    AllActions,
    Shortcuts,
    About,
};

struct ActionRow {
    ActionId id;
    /// Menu that it stands in; a text that starts with '-' opens a group.
    const char *menu;
    const char *text;
    const char *shortcut;
    bool checkable;
};

const std::vector<ActionRow> &actionTable();

/// The QActions of the table, owned by a window.
class ActionSet : public QObject {
    Q_OBJECT
public:
    explicit ActionSet(QWidget *window);
    QAction *operator[](ActionId id) const { return actions_.value(static_cast<int>(id)); }
    void fillMenus(QMenuBar *bar) const;
    /// The searchable list; a chosen action is triggered.
    void showList(QWidget *parent) const;
    /// The shortcuts in a list that can be searched.
    QDialog *showShortcuts(QWidget *parent) const;

private:
    QHash<int, QAction *> actions_;
};

} // namespace tinsmith

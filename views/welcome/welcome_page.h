// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QVBoxLayout;

namespace tinsmith {

/// What shows while no model is open: Open, recent models, built-in examples.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget *parent = nullptr);
    void setRecent(const QStringList &files);
    /// What the box below the recent models says.
    void setReopenAtStart(bool reopen);
    void setExamples(const QStringList &files);

signals:
    void openWanted();
    void fileWanted(const QString &file);
    void reopenAtStartChanged(bool reopen);

private:
    void fill(QVBoxLayout *list, const QStringList &files, bool showFolder);

    QCheckBox *reopen_;
    QWidget *recentBox_;
    QWidget *examplesBox_;
    QVBoxLayout *recent_;
    QVBoxLayout *examples_;
};

} // namespace tinsmith

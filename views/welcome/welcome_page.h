// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace tinsmith {

/// What shows while no model is open: Open, recent models, built-in examples.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget *parent = nullptr);
    void setRecent(const QStringList &files);
    void setExamples(const QStringList &files);

signals:
    void openWanted();
    void fileWanted(const QString &file);

private:
    void fill(QVBoxLayout *list, const QStringList &files, bool showFolder);

    QWidget *recentBox_;
    QWidget *examplesBox_;
    QVBoxLayout *recent_;
    QVBoxLayout *examples_;
};

} // namespace tinsmith

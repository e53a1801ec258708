// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QString>

namespace tinsmith {

/// One line of plain text that may be as narrow as a few characters: what does not fit is left out of the middle, and
/// the tool tip has the whole text. Names from files can be of any length.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString &text = {}, QWidget *parent = nullptr);
    void setFullText(const QString &text);
    const QString &fullText() const { return full_; }
    /// Shown in place of the full text; an empty one is the full text where that is shortened.
    void setTip(const QString &tip);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    QString full_;
    QString tip_;
};

/// `text` with every word that is longer than `most` characters shortened in its middle: for texts of several words
/// that wrap.
QString shortWords(const QString &text, int most = 32);
/// `text` with places at which a line may break within long words. Not for text that is copied.
QString breakable(const QString &text);
/// `text` of at most `most` characters, shortened in its middle.
QString shortMiddle(const QString &text, int most);

} // namespace tinsmith

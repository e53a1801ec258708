// SPDX-License-Identifier: Apache-2.0
#include "core/graph/sha256.h"
#include "tests/support/test_main.h"

#include <QCryptographicHash>

using namespace tinsmith;

class Sha256Test : public QObject {
    Q_OBJECT

private slots:
    void equalsTheStandardsExamples()
    {
        QCOMPARE(QString::fromStdString(sha256(std::string_view())),
            QString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(QString::fromStdString(sha256("abc")),
            QString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(QString::fromStdString(sha256(std::string(1000000, 'a'))),
            QString("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }

    void equalsAnotherImplementationAtEveryLengthNearTheBlockEdges()
    {
        QByteArray text;
        for (int length = 0; length <= 200; ++length) {
            const QByteArray expected = QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
            QCOMPARE(QByteArray::fromStdString(sha256(text.toStdString())), expected);
            text += static_cast<char>(length * 37 % 251);
        }
    }
};

TINSMITH_TEST(Sha256Test)
#include "sha256_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/texts.h"
#include "tests/support/test_main.h"

#include <string>

namespace tinsmith {

class TextsTest : public QObject {
    Q_OBJECT
private slots:
    void whatIsPackedIsFoundAgain()
    {
        using namespace std::string_view_literals;
        const std::vector<std::vector<std::string_view>> lists = {{}, {""}, {"one"}, {"a\0b"sv, "", "\xC3\xA4", "end"}};
        for (const auto &texts : lists) {
            const Bytes packed = packTexts(texts);
            const auto found = textsIn(packed);
            QVERIFY(found.has_value());
            QVERIFY(*found == texts);
        }
    }

    void thePackedFormIsThatOfTflite()
    {
        const std::vector<std::uint8_t> expected
            = {2, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 21, 0, 0, 0, 'h', 'i', 'y', 'o', 'u'};
        QVERIFY(packTexts(std::vector<std::string_view>{"hi", "you"}).copyAs<std::uint8_t>() == expected);
    }

    void offsetsThatLeadOutsideAreNone()
    {
        const std::vector<std::uint8_t> good
            = {2, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 21, 0, 0, 0, 'h', 'i', 'y', 'o', 'u'};
        QVERIFY(textsIn(Bytes::of(good)).has_value());
        const std::pair<std::size_t, std::uint8_t> spoils[]
            = {{0, 3}, {3, 255}, {4, 12}, {8, 22}, {8, 15}, {12, 17}, {12, 22}, {15, 128}};
        for (const auto &[at, value] : spoils) {
            auto bad = good;
            bad[at] = value;
            QVERIFY2(!textsIn(Bytes::of(bad)).has_value(), qPrintable(QString::number(at)));
        }
        for (std::size_t size = 0; size < good.size(); ++size) {
            QVERIFY(!textsIn(Bytes::of(std::span(good).first(size))).has_value());
        }
    }
};

TINSMITH_TEST(TextsTest)

} // namespace tinsmith

#include "texts_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/planner/pack.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <functional>
#include <random>

namespace tinsmith {
namespace {

bool mayLie(const PackProblem &problem, const std::vector<std::int64_t> &offsets, std::size_t a, std::size_t b)
{
    const PackItem &x = problem.items[a];
    const PackItem &y = problem.items[b];
    const bool together = x.first <= y.last && y.first <= x.last;
    if (!together || offsets[a] + x.bytes <= offsets[b] || offsets[b] + y.bytes <= offsets[a]) {
        return true;
    }
    return std::any_of(problem.overlaps.begin(), problem.overlaps.end(), [&](const PackOverlap &overlap) {
        if (!(overlap.input == a && overlap.output == b) && !(overlap.input == b && overlap.output == a)) {
            return false;
        }
        const std::int64_t in = offsets[overlap.input];
        const std::int64_t out = offsets[overlap.output];
        return (overlap.same && in == out) || (overlap.below && out <= in - *overlap.below)
            || (overlap.above && out >= in + *overlap.above);
    });
}

/// The true optimum, by trying every offset.
std::int64_t optimum(const PackProblem &problem, std::int64_t limit)
{
    std::vector<std::int64_t> offsets(problem.items.size());
    std::int64_t best = limit;
    const std::function<void(std::size_t, std::int64_t)> place = [&](std::size_t item, std::int64_t end) {
        if (end >= best) {
            return;
        }
        if (item == problem.items.size()) {
            best = end;
            return;
        }
        for (offsets[item] = 0; offsets[item] + problem.items[item].bytes < best; offsets[item] += problem.alignment) {
            bool fits = true;
            for (std::size_t other = 0; other < item && fits; ++other) {
                fits = mayLie(problem, offsets, other, item);
            }
            if (fits) {
                place(item + 1, std::max(end, offsets[item] + problem.items[item].bytes));
            }
        }
    };
    place(0, 0);
    return best;
}

PackProblem randomProblem(std::mt19937 &random, std::size_t count, bool overlaps)
{
    PackProblem problem;
    problem.alignment = 1;
    for (std::size_t i = 0; i < count; ++i) {
        const auto first = std::int32_t(random() % 5);
        problem.items.push_back({1 + std::int64_t(random() % 6), first, first + std::int32_t(random() % 3)});
    }
    // One operator at each position, so at most one output that overlaps.
    std::vector<char> taken(8);
    for (std::size_t a = 0; overlaps && a < count; ++a) {
        for (std::size_t b = 0; b < count; ++b) {
            const PackItem &x = problem.items[a];
            const PackItem &y = problem.items[b];
            if (x.last != y.first || x.first >= y.first || taken[std::size_t(y.first)] != 0 || random() % 2 == 0) {
                continue;
            }
            taken[std::size_t(y.first)] = 1;
            PackOverlap overlap{a, b, {}, {}, false};
            const unsigned kind = random() % 3;
            overlap.same = kind == 0 && x.bytes == y.bytes;
            if (kind > 0) {
                overlap.below = 1 + std::int64_t(random() % 3);
            }
            if (kind > 1) {
                overlap.above = 1 + std::int64_t(random() % 3);
            }
            problem.overlaps.push_back(overlap);
            break;
        }
    }
    return problem;
}

void verify(const PackProblem &problem, const PackResult &result)
{
    QCOMPARE(result.offsets.size(), problem.items.size());
    for (std::size_t a = 0; a < problem.items.size(); ++a) {
        QVERIFY(result.offsets[a] >= 0 && result.offsets[a] % problem.alignment == 0);
        QVERIFY(result.offsets[a] + problem.items[a].bytes <= result.bytes);
        for (std::size_t b = a + 1; b < problem.items.size(); ++b) {
            QVERIFY(mayLie(problem, result.offsets, a, b));
        }
    }
    const auto needed = neededBytes(problem);
    QVERIFY(needed.empty() || result.bytes >= *std::max_element(needed.begin(), needed.end()));
}

} // namespace

class PackTest : public QObject {
    Q_OBJECT
private slots:
    void packsNothingIntoNothing() { QCOMPARE(pack({}).bytes, 0); }

    void sharesBytesOfThingsThatNeverLiveTogether()
    {
        const PackResult result = pack({{{100, 0, 1}, {100, 2, 3}, {50, 1, 2}}, {}, 4});
        QCOMPARE(result.bytes, 152);
        QCOMPARE(result.offsets[0], result.offsets[1]);
    }

    void keepsTheDistanceThatRowsNeed()
    {
        const PackResult result = pack({{{100, 0, 1}, {100, 1, 2}}, {{0, 1, 20, {}, false}}, 4});
        QCOMPARE(result.bytes, 120);
        QCOMPARE(result.offsets[0] - result.offsets[1], 20);
    }

    void alternatesDirectionsWhereKernelsCan()
    {
        PackProblem problem;
        for (std::int32_t i = 0; i < 9; ++i) {
            problem.items.push_back({100, i, i + 1});
            if (i > 0) {
                problem.overlaps.push_back({std::size_t(i) - 1, std::size_t(i), 20, 20, false});
            }
        }
        QCOMPARE(pack(problem).bytes, 120);
    }

    void findsTheOptimumOfSmallProblems()
    {
        for (unsigned seed = 0; seed < 300; ++seed) {
            std::mt19937 random(seed);
            const PackProblem problem = randomProblem(random, 5, seed % 2 == 1);
            const PackResult result = pack(problem);
            verify(problem, result);
            QCOMPARE(result.bytes, optimum(problem, result.bytes + 1));
        }
    }

    void packsManyItemsSoundly()
    {
        for (unsigned seed = 0; seed < 20; ++seed) {
            std::mt19937 random(seed);
            const PackProblem problem = randomProblem(random, 60, true);
            verify(problem, pack(problem));
        }
    }
};

TINSMITH_TEST(PackTest)

} // namespace tinsmith

#include "pack_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/graph/further_shapes.h"

#include <algorithm>
#include <map>

namespace tinsmith {
namespace {

/// Up to as many dimensions may an ellipsis stand for.
constexpr std::size_t mostEllipsis = 8;

struct Parser {
    const std::string &place;

    [[noreturn]] void fail(const std::string &cause) const { throw GraphError({}, place, cause); }

    /// The letters of one term for a tensor of this rank; '0', '1', ... from the right stand for an ellipsis.
    std::string expanded(const std::string &term, std::size_t rank) const
    {
        const std::size_t dots = term.find("...");
        const std::size_t letters = dots == std::string::npos ? term.size() : term.size() - 3;
        if (letters > rank || (dots == std::string::npos && letters != rank) || rank - letters > mostEllipsis) {
            fail("its term \"" + term + "\" does not fit " + std::to_string(rank) + " dimensions");
        }
        return dots == std::string::npos ? term : withEllipsis(term, dots, rank - letters);
    }

    static std::string withEllipsis(const std::string &term, std::size_t dots, std::size_t count)
    {
        std::string middle;
        for (std::size_t left = count; left > 0; --left) {
            middle.push_back(static_cast<char>('0' + (left - 1)));
        }
        return term.substr(0, dots) + middle + term.substr(dots + 3);
    }

    void check(const std::string &term) const
    {
        const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
        std::string plain = term;
        const std::size_t dots = plain.find("...");
        if (dots != std::string::npos) {
            plain.erase(dots, 3);
        }
        if (!std::all_of(plain.begin(), plain.end(), letter)) {
            fail("its equation has a term \"" + term + "\"");
        }
    }
};

} // namespace

EinsumTerms einsumTerms(const std::string &equation, const std::vector<std::size_t> &ranks, const std::string &place)
{
    const Parser parser{place};
    std::string text = equation;
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    const std::size_t arrow = text.find("->");
    std::string left = text.substr(0, arrow) + ",";
    EinsumTerms terms;
    std::size_t widest = 0;
    for (std::size_t comma = left.find(','); comma != std::string::npos; comma = left.find(',')) {
        const std::string term = left.substr(0, comma);
        left.erase(0, comma + 1);
        parser.check(term);
        if (terms.inputs.size() == ranks.size()) {
            parser.fail("its equation has more terms than there are inputs");
        }
        const std::size_t rank = ranks[terms.inputs.size()];
        terms.inputs.push_back(parser.expanded(term, rank));
        widest = std::max(widest, term.find("...") == std::string::npos ? 0 : rank + 3 - term.size());
    }
    if (terms.inputs.size() != ranks.size() || ranks.empty()) {
        parser.fail("its equation has fewer terms than there are inputs");
    }
    std::map<char, int> counts;
    for (const std::string &term : terms.inputs) {
        for (const char letter : term) {
            ++counts[letter];
        }
    }
    if (arrow == std::string::npos) {
        for (std::size_t axis = widest; axis > 0; --axis) {
            terms.output.push_back(static_cast<char>('0' + (axis - 1)));
        }
        for (const auto &[letter, count] : counts) {
            if (count == 1 && letter > '9') {
                terms.output.push_back(letter);
            }
        }
        return terms;
    }
    const std::string output = text.substr(arrow + 2);
    parser.check(output);
    const std::size_t dots = output.find("...");
    terms.output = dots == std::string::npos ? output : Parser::withEllipsis(output, dots, widest);
    for (const char letter : terms.output) {
        if (counts.count(letter) == 0 || std::count(terms.output.begin(), terms.output.end(), letter) != 1) {
            parser.fail("its output \"" + output + "\" names a dimension that is not there, or twice");
        }
    }
    return terms;
}

} // namespace tinsmith

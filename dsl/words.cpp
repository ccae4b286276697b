#include "dsl/words.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

constexpr std::array kOperators{
    OperatorWord{"exists", Operator::kExists},
    OperatorWord{"=", Operator::kEq},
    OperatorWord{"!=", Operator::kNe},
    OperatorWord{"<", Operator::kLt},
    OperatorWord{"<=", Operator::kLe},
    OperatorWord{">", Operator::kGt},
    OperatorWord{">=", Operator::kGe},
    OperatorWord{"contains", Operator::kContains},
    OperatorWord{"icontains", Operator::kIcontains},
    OperatorWord{"bcontains", Operator::kBcontains},
    OperatorWord{"startswith", Operator::kStartswith},
    OperatorWord{"bstartswith", Operator::kBstartswith},
    OperatorWord{"endswith", Operator::kEndswith},
    OperatorWord{"glob", Operator::kGlob},
    OperatorWord{"iglob", Operator::kIglob},
    OperatorWord{"regex", Operator::kRegex},
    OperatorWord{"in", Operator::kIn},
    OperatorWord{"intersects", Operator::kIntersects},
    OperatorWord{"pmatch", Operator::kPmatch},
};
static_assert(kOperators.size() == static_cast<std::size_t>(Operator::kPmatch) + 1);

constexpr std::array kQuantifiers{
    QuantifierWord{"oneof", Quantifier::kOneof},
    QuantifierWord{"anyof", Quantifier::kAnyof},
    QuantifierWord{"allof", Quantifier::kAllof},
};

constexpr std::size_t kMany = 10'000;
constexpr std::array kTransformers{
    TransformerWord{"tolower", Transformer::kTolower, 1, 1},
    TransformerWord{"toupper", Transformer::kToupper, 1, 1},
    TransformerWord{"b64", Transformer::kB64, 1, 1},
    TransformerWord{"basename", Transformer::kBasename, 1, 1},
    TransformerWord{"len", Transformer::kLen, 1, 1},
    TransformerWord{"join", Transformer::kJoin, 2, kMany},
    TransformerWord{"concat", Transformer::kConcat, 1, kMany},
    TransformerWord{"getopt", Transformer::kGetopt, 2, 2},
};
static_assert(kTransformers.size() == static_cast<std::size_t>(Transformer::kGetopt) + 1);

template <typename Word, std::size_t N>
constexpr std::array<std::string_view, N> texts_of(const std::array<Word, N>& words) {
    std::array<std::string_view, N> texts{};
    for (std::size_t i = 0; i < N; ++i) texts[i] = words[i].text;
    return texts;
}
constexpr auto kOperatorNames = texts_of(kOperators);
constexpr auto kTransformerNames = texts_of(kTransformers);

template <typename Words>
auto find(const Words& words, std::string_view text) {
    return std::find_if(words.begin(), words.end(),
                        [&](const auto& word) { return word.text == text; });
}

}  // namespace

std::optional<Operator> find_operator(std::string_view text) {
    if (text == "==") return Operator::kEq;
    const auto found = find(kOperators, text);
    return found == kOperators.end() ? std::nullopt : std::optional(found->op);
}

std::optional<Quantifier> find_quantifier(std::string_view text) {
    const auto found = find(kQuantifiers, text);
    return found == kQuantifiers.end() ? std::nullopt : std::optional(found->quantifier);
}

const TransformerWord* find_transformer(std::string_view text) {
    const auto found = find(kTransformers, text);
    return found == kTransformers.end() ? nullptr : &*found;
}

std::string_view text_of(Operator op) { return kOperators[static_cast<std::size_t>(op)].text; }

std::string_view text_of(Quantifier quantifier) {
    for (const QuantifierWord& word : kQuantifiers) {
        if (word.quantifier == quantifier) return word.text;
    }
    return {};
}

const TransformerWord& word_of(Transformer transformer) {
    return kTransformers[static_cast<std::size_t>(transformer)];
}

std::span<const std::string_view> operator_names() { return kOperatorNames; }
std::span<const std::string_view> transformer_names() { return kTransformerNames; }

bool is_order(Operator op) {
    return op == Operator::kLt || op == Operator::kLe || op == Operator::kGt || op == Operator::kGe;
}
bool takes_list(Operator op) {
    return op == Operator::kIn || op == Operator::kIntersects || op == Operator::kPmatch;
}
bool takes_quantifier(Operator op) {
    return op != Operator::kExists && !is_order(op) && !takes_list(op);
}

}  // namespace sequitur::dsl

// The words of the condition language: operators, list operators and transformers by name.
#pragma once

#include "core/condition.h"

#include <optional>
#include <span>
#include <string_view>

namespace sequitur::dsl {

struct OperatorWord {
    std::string_view text;  // "=", "startswith"
    Operator op;
};
struct QuantifierWord {
    std::string_view text;
    Quantifier quantifier;
};
struct TransformerWord {
    std::string_view text;
    Transformer transformer;
    std::size_t arguments_min;
    std::size_t arguments_max;
};

std::optional<Operator> find_operator(std::string_view text);
std::optional<Quantifier> find_quantifier(std::string_view text);
const TransformerWord* find_transformer(std::string_view text);

std::string_view text_of(Operator op);  // "=", not "=="
std::string_view text_of(Quantifier quantifier);
const TransformerWord& word_of(Transformer transformer);

std::span<const std::string_view> operator_names();
std::span<const std::string_view> transformer_names();

bool is_order(Operator op);          // < <= > >=
bool takes_list(Operator op);        // in, intersects, pmatch
bool takes_quantifier(Operator op);  // = != and the operators on text

}  // namespace sequitur::dsl

#include "dsl/sequence_reader.h"

#include "core/near_name.h"
#include "dsl/limits.h"
#include "dsl/object_reader.h"

#include <array>

namespace sequitur::dsl {

namespace {

class StepReader {
public:
    explicit StepReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    // `is_refused` becomes true when a step could not be read.
    std::vector<StepObject> read_steps(const YamlNode& node, const Range& place,
                                       std::string_view key, bool& is_refused) {
        std::vector<StepObject> steps;
        if (node.kind != YamlNode::Kind::kSequence) {
            is_refused = true;
            diagnostics_.error(Code::kWrongKind, place,
                               "'" + std::string(key) + "' wants a list of steps, here is " +
                                   std::string(kind_name(node)));
            return steps;
        }
        for (const YamlNode& item : node.items) {
            if (item.kind != YamlNode::Kind::kMap) {
                is_refused = true;
                const bool is_text = item.kind == YamlNode::Kind::kScalar;
                diagnostics_.error(Code::kBadStep, is_text ? item.text.range() : place,
                                   "a step is a map, here is " + std::string(kind_name(item)),
                                   is_text ? "give it a name: '- NAME: CONDITION'" : "");
                continue;
            }
            if (++count_ > kStepsMax) {
                is_refused = true;
                if (count_ == kStepsMax + 1) {
                    diagnostics_.error(
                        Code::kTooLarge, item.entries.front().key.range(),
                        "a sequence has at most " + std::to_string(kStepsMax) + " steps");
                }
                continue;
            }
            auto step = read_step(item);
            is_refused = is_refused || !step;
            if (step) steps.push_back(std::move(*step));
        }
        return steps;
    }

private:
    // What kind of step: by the keys that say so, or by the one key that is no word of the
    // language.
    std::optional<StepObject> read_step(const YamlNode& node) {
        const MapReader reader(node, ObjectKind::kStep, diagnostics_);
        StepObject step;
        step.range = node.range;
        constexpr std::array<std::string_view, 6> kKinds{"condition", "not",  "any_of",
                                                         "all_of",    "rule", "sequence"};
        std::string_view kind;
        for (const std::string_view key : kKinds) {
            if (!reader.has(key)) continue;
            if (!kind.empty()) {
                diagnostics_.error(Code::kBadStep, reader.key_range(key),
                                   "a step is either '" + std::string(kind) + "' or '" +
                                       std::string(key) + "', not both");
                return std::nullopt;
            }
            kind = key;
        }
        if (kind.empty()) {
            if (!read_short_form(node, reader, step)) return std::nullopt;
        } else {
            reader.check_keys(true);
            if (auto id = reader.text("id")) step.id = std::move(*id);
            step.range = reader.key_range(kind);
            read_kind(reader, kind, step);
        }
        read_modifiers(reader, step);
        return step;
    }

    // `NAME: CONDITION`: the first key that is no key of steps is the name.
    bool read_short_form(const YamlNode& node, const MapReader& reader, StepObject& step) {
        const YamlEntry* name = nullptr;
        for (const YamlEntry& entry : node.entries) {
            if (find_key(ObjectKind::kStep, entry.key.text) != nullptr) continue;
            if (name == nullptr && !reader.has("id")) {
                name = &entry;
            } else {
                reader.report_unknown(entry, true);
            }
        }
        if (name == nullptr) {
            const Range place =
                node.entries.empty() ? node.range : node.entries.front().key.range();
            diagnostics_.error(Code::kBadStep, place, "this step lacks a condition",
                               "'- NAME: CONDITION', or 'id' and 'condition'");
            return false;
        }
        step.range = name->key.range();
        step.id = name->key;
        if (name->value.kind != YamlNode::Kind::kScalar) {
            diagnostics_.error(Code::kBadStep, name->key.range(),
                               "the condition of step '" + name->key.text + "' is text, here is " +
                                   std::string(kind_name(name->value)));
            return false;
        }
        step.condition = name->value.text;
        return true;
    }

    void read_kind(const MapReader& reader, std::string_view kind, StepObject& step) {
        if (kind == "any_of" || kind == "all_of") {
            step.kind = kind == "any_of" ? StepKind::kAnyOf : StepKind::kAllOf;
            step.parts = read_steps(*reader.value(kind), reader.key_range(kind), kind,
                                    step.has_refused_parts);
            return;
        }
        auto text = reader.text(kind);
        if (kind == "condition" || kind == "not") {
            step.kind = kind == "not" ? StepKind::kAbsence : StepKind::kEvent;
            if (text) step.condition = std::move(*text);
        } else {
            step.kind = StepKind::kStage;
            step.stage_is_sequence = kind == "sequence";
            if (text) step.stage = std::move(*text);
        }
    }

    void read_modifiers(const MapReader& reader, StepObject& step) {
        step.by = reader.text_or_list("by");
        step.within = reader.duration("within", false);
        step.after = reader.duration("after", false);
        step.absent_for = reader.duration("for", false);
        step.within_range = reader.value_range("within");
        step.after_range = reader.value_range("after");
        step.for_range = reader.key_range("for");
        step.count_range = reader.key_range("count");
        step.optional_range = reader.key_range("optional");
        step.is_optional = reader.boolean("optional").value_or(false);
        step.source = reader.text("source");
        read_count(reader, step);
    }

    void read_count(const MapReader& reader, StepObject& step) {
        const YamlNode* count = reader.value("count");
        if (count == nullptr) return;
        const std::size_t errors_before = diagnostics_.mark();
        read_count_value(reader, *count, step);
        step.is_count_refused = diagnostics_.mark() != errors_before;
    }

    void read_count_value(const MapReader& reader, const YamlNode& value, StepObject& step) {
        const YamlNode* count = &value;
        if (count->kind != YamlNode::Kind::kMap) {
            if (const auto number = reader.number("count", 1, kCountMax)) {
                step.count = static_cast<std::uint32_t>(*number);
            }
            return;
        }
        const MapReader inner(*count, ObjectKind::kCount, diagnostics_);
        inner.check_keys(true);
        if (!inner.has("at_least")) inner.report_missing("at_least", step.count_range);
        if (const auto number = inner.number("at_least", 1, kCountMax)) {
            step.at_least = static_cast<std::uint32_t>(*number);
        }
        if (auto distinct = inner.text("distinct")) step.distinct = std::move(*distinct);
    }

    Diagnostics& diagnostics_;
    std::size_t count_ = 0;
};

std::optional<SuppressObject> read_suppress(const MapReader& reader, Diagnostics& diagnostics) {
    const YamlNode* node = reader.value("suppress");
    if (node == nullptr) return std::nullopt;
    if (node->kind != YamlNode::Kind::kMap) {
        reader.wrong_kind(*node, "suppress", "a map with 'by' and 'for'");
        return std::nullopt;
    }
    const MapReader inner(*node, ObjectKind::kSuppress, diagnostics);
    inner.check_keys(true);
    for (const std::string_view key : {"by", "for"}) {
        if (!inner.has(key)) inner.report_missing(key, reader.key_range("suppress"));
    }
    SuppressObject suppress;
    suppress.by = inner.text_or_list("by").value_or(std::vector<LocatedText>{});
    suppress.duration = inner.duration("for", false);
    return suppress;
}

std::optional<MatchPolicy> read_match(const MapReader& reader, Diagnostics& diagnostics) {
    const auto text = reader.text("match");
    if (!text) return std::nullopt;
    if (text->text == "latest") return MatchPolicy::kLatest;
    if (text->text == "first") return MatchPolicy::kFirst;
    if (text->text == "every") return MatchPolicy::kEvery;
    constexpr std::array<std::string_view, 3> kNames{"latest", "first", "every"};
    std::string hint = did_you_mean(text->text, kNames);
    diagnostics.error(Code::kBadValue, text->range(),
                      "'match' is latest, first or every, not '" + text->text + "'",
                      std::move(hint));
    return std::nullopt;
}

}  // namespace

std::optional<SequenceObject> read_sequence(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(true);
    auto name = reader.text("sequence");
    if (!name) return std::nullopt;
    SequenceObject sequence;
    sequence.name = std::move(*name);
    read_detection(reader, sequence, diagnostics);
    sequence.by = reader.text_or_list("by");
    sequence.within = reader.duration("within", true);
    sequence.within_range = reader.value_range("within");
    sequence.steps_range = reader.key_range("steps");
    if (const YamlNode* steps = reader.value("steps")) {
        sequence.steps =
            StepReader(diagnostics)
                .read_steps(*steps, sequence.steps_range, "steps", sequence.has_refused_steps);
    }
    sequence.until = reader.text("until");
    sequence.match = read_match(reader, diagnostics);
    sequence.suppress = read_suppress(reader, diagnostics);
    return sequence;
}

}  // namespace sequitur::dsl

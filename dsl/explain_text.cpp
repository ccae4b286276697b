// The three faces of an explanation: text, JSON, Graphviz.
#include "core/json_text.h"
#include "dsl/explain.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kLabelMax = 60;  // bytes of a condition in a drawing

std::string joined(const Names& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

void append_line(std::string& out, std::size_t indent, std::string_view label,
                 const std::string& value) {
    if (value.empty()) return;
    out.append(indent, ' ');
    out += label;
    out.append(label.size() < 11 ? 11 - label.size() : 1, ' ');
    out += value + '\n';
}

void append_condition(std::string& out, std::size_t indent, const ExplainedCondition& condition) {
    if (condition.text.empty()) return;
    append_line(out, indent, "events",
                condition.any_event_type ? "any" : joined(condition.event_types));
    append_line(out, indent, "condition", condition.text);
    for (std::size_t i = 0; i < condition.atoms.size(); ++i) {
        append_line(out, indent, i == 0 ? "atoms" : "", condition.atoms[i]);
    }
}

std::string title_of(const ExplainedStep& step) {
    std::string title = step.id.empty() ? step.kind : step.id;
    if (!step.id.empty() && step.kind != "event") title += " (" + step.kind + ')';
    if (!step.stage.empty()) title += " '" + step.stage + '\'';
    if (!step.repeats.empty()) title += ", " + step.repeats;
    if (!step.timing.empty()) title += ", " + step.timing;
    if (step.is_optional) title += ", optional";
    return title;
}

void append_step(std::string& out, std::size_t indent, const std::string& number,
                 const ExplainedStep& step) {
    out.append(indent, ' ');
    out += number + ' ' + title_of(step) + '\n';
    append_line(out, indent + 4, "key", joined(step.key));
    append_line(out, indent + 4, "linked by", joined(step.links));
    append_condition(out, indent + 4, step.condition);
    append_line(out, indent + 4, "and then", step.residual);
    char letter = 'a';
    for (const ExplainedStep& part : step.parts) {
        append_step(out, indent + 4, std::string(1, letter), part);
        letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1);
    }
}

std::string json_list(const Names& names) {
    std::string out = "[";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(names[i], out);
    }
    return out + ']';
}

void append_member(std::string& out, std::string_view key, const std::string& json) {
    if (out.back() != '{') out += ',';
    append_json_string(key, out);
    out += ':' + json;
}

void append_text_member(std::string& out, std::string_view key, const std::string& text) {
    if (!text.empty()) append_member(out, key, json_string(text));
}

std::string condition_json(const ExplainedCondition& condition) {
    std::string out = "{";
    append_member(out, "text", json_string(condition.text));
    append_member(out, "event_types",
                  condition.any_event_type ? "null" : json_list(condition.event_types));
    append_member(out, "atoms", json_list(condition.atoms));
    return out + '}';
}

std::string steps_json(const std::vector<ExplainedStep>& steps);

std::string step_json(const ExplainedStep& step) {
    std::string out = "{";
    append_text_member(out, "id", step.id);
    append_member(out, "kind", json_string(step.kind));
    append_text_member(out, "stage", step.stage);
    if (!step.condition.text.empty())
        append_member(out, "condition", condition_json(step.condition));
    append_member(out, "key", json_list(step.key));
    if (!step.links.empty()) append_member(out, "links", json_list(step.links));
    append_text_member(out, "residual", step.residual);
    append_text_member(out, "timing", step.timing);
    append_text_member(out, "repeats", step.repeats);
    append_member(out, "optional", step.is_optional ? "true" : "false");
    if (!step.parts.empty()) append_member(out, "parts", steps_json(step.parts));
    return out + '}';
}

std::string steps_json(const std::vector<ExplainedStep>& steps) {
    std::string out = "[";
    for (const ExplainedStep& step : steps) out += (out.size() > 1 ? "," : "") + step_json(step);
    return out + ']';
}

std::string shortened(const std::string& text) {
    if (text.size() <= kLabelMax) return text;
    std::size_t end = kLabelMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "...";
}

void append_edge(std::string& out, std::size_t from, const std::string& to,
                 const std::string& label, std::string_view style) {
    out += "  s" + std::to_string(from) + " -> " + to + " [label=" + json_string(label);
    if (!style.empty()) out += ", style=" + std::string(style);
    out += "];\n";
}

}  // namespace

std::string explanation_text(const Explanation& explanation) {
    std::string out = explanation.is_sequence ? "sequence " : "rule ";
    out += explanation.name + "  (" + explanation.file + ':' + std::to_string(explanation.line) +
           ")\n";
    append_line(out, 2, "priority", explanation.priority);
    append_line(out, 2, "source", explanation.source);
    if (!explanation.is_sequence) {
        append_condition(out, 2, explanation.condition);
        return out;
    }
    append_line(out, 2, "key",
                explanation.key.empty() ? "none: the whole host" : joined(explanation.key));
    append_line(out, 2, "within", explanation.within);
    append_line(out, 2, "match", explanation.match);
    append_line(out, 2, "memory",
                std::to_string(explanation.partial_match_bytes) + " bytes a partial match, and " +
                    std::to_string(explanation.retained_event_bytes) +
                    " or more for each event that it keeps");
    append_line(out, 2, "suppress", explanation.suppress);
    append_line(out, 2, "except", explanation.exceptions);
    std::size_t number = 0;
    for (const ExplainedStep& step : explanation.steps) {
        append_step(out, 2, std::to_string(++number), step);
    }
    if (explanation.has_until) {
        out += "  until\n";
        append_condition(out, 6, explanation.until);
    }
    return out;
}

std::string explanation_json(const Explanation& explanation) {
    std::string out = "{";
    append_member(out, "kind", explanation.is_sequence ? "\"sequence\"" : "\"rule\"");
    append_member(out, "name", json_string(explanation.name));
    append_member(out, "file", json_string(explanation.file));
    append_member(out, "line", std::to_string(explanation.line));
    append_member(out, "priority", json_string(explanation.priority));
    append_member(out, "source", json_string(explanation.source));
    if (!explanation.is_sequence) {
        append_member(out, "condition", condition_json(explanation.condition));
        return out + '}';
    }
    append_member(out, "key", json_list(explanation.key));
    append_member(out, "within", json_string(explanation.within));
    append_member(out, "match", json_string(explanation.match));
    append_member(out, "partial_match_bytes", std::to_string(explanation.partial_match_bytes));
    append_member(out, "retained_event_bytes", std::to_string(explanation.retained_event_bytes));
    append_text_member(out, "suppress", explanation.suppress);
    append_text_member(out, "exceptions", explanation.exceptions);
    append_member(out, "steps", steps_json(explanation.steps));
    if (explanation.has_until) append_member(out, "until", condition_json(explanation.until));
    return out + '}';
}

std::string explanation_dot(const Explanation& explanation) {
    std::string out = "digraph " + json_string(explanation.name) + " {\n  rankdir=LR;\n";
    out += "  node [shape=circle, label=\"\"];\n";
    if (!explanation.is_sequence) {
        out += "  s0;\n  alert [shape=doublecircle];\n";
        append_edge(out, 0, "alert", shortened(explanation.condition.text), "");
        return out + "}\n";
    }
    const auto is_absence = [](const ExplainedStep& step) { return step.kind == "not"; };
    const auto matched = static_cast<std::size_t>(
        explanation.steps.size() -
        static_cast<std::size_t>(
            std::count_if(explanation.steps.begin(), explanation.steps.end(), is_absence)));
    std::size_t state = 0;
    out += "  s0 [label=\"0\"];\n";
    for (const ExplainedStep& step : explanation.steps) {
        const std::string label = title_of(step) + "\n" + shortened(step.condition.text);
        if (is_absence(step)) {
            append_edge(out, state, "gone", label, "dashed");
            continue;
        }
        const std::string next = "s" + std::to_string(state + 1);
        const bool is_last = state + 1 == matched;
        out += "  " + next + " [label=\"" + std::to_string(state + 1) + "\"" +
               (is_last ? ", shape=doublecircle" : "") + "];\n";
        append_edge(out, state, next, label, "");
        if (step.is_optional) append_edge(out, state, next, "skipped", "dotted");
        ++state;
    }
    const bool has_gone =
        std::any_of(explanation.steps.begin(), explanation.steps.end(), is_absence);
    if (has_gone || explanation.has_until) out += "  gone [shape=point];\n";
    if (explanation.has_until) {
        for (std::size_t i = 1; i < matched; ++i) {
            append_edge(out, i, "gone", "until", "dashed");
        }
    }
    return out + "}\n";
}

}  // namespace sequitur::dsl

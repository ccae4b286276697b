#include "dsl/rule_test.h"

#include "core/json_text.h"
#include "dsl/duration.h"
#include "dsl/keys.h"
#include "dsl/map_reader.h"
#include "dsl/yaml_reader.h"

#include <algorithm>
#include <charconv>

namespace sequitur::dsl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a plain scalar is a number in JSON's own form; 0755 is not, and stays text.
bool is_json_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front())) return false;
    if (text.size() > 1 && text.front() == '0' && is_digit(text[1])) return false;
    const auto digits = [&] {
        std::size_t count = 0;
        while (!text.empty() && is_digit(text.front())) {
            text.remove_prefix(1);
            ++count;
        }
        return count > 0;
    };
    digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!digits()) return false;
    }
    return text.empty();
}

void append_value(std::string& out, const YamlNode& node);

void append_entries(std::string& out, const std::vector<YamlEntry>& entries) {
    bool is_first = true;
    for (const YamlEntry& entry : entries) {
        if (!is_first) out += ',';
        is_first = false;
        append_json_string(entry.key.text, out);
        out += ':';
        append_value(out, entry.value);
    }
}

// YAML as the JSON that means the same. Depth is bounded by the YAML reader's limit.
void append_value(std::string& out, const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::kNull: out += "null"; return;
        case YamlNode::Kind::kScalar: {
            const std::string& text = node.text.text;
            const bool is_bare = node.is_plain && (is_json_number(text) || parse_bool(text));
            if (is_bare) out += text;
            else append_json_string(text, out);
            return;
        }
        case YamlNode::Kind::kSequence:
            out += '[';
            for (std::size_t i = 0; i < node.items.size(); ++i) {
                if (i) out += ',';
                append_value(out, node.items[i]);
            }
            out += ']';
            return;
        case YamlNode::Kind::kMap:
            out += '{';
            append_entries(out, node.entries);
            out += '}';
            return;
    }
}

class TestReader {
public:
    TestReader(const YamlNode& node, Diagnostics& diagnostics)
        : map_(node, ObjectKind::kTest, diagnostics), diagnostics_(diagnostics) {}

    RuleTest read() {
        map_.check_keys(true);
        RuleTest test;
        if (const auto name = map_.text("test")) {
            test.name = name->text;
            test.range = name->whole;
        }
        if (const auto rules = map_.text_list("rules")) {
            for (const LocatedText& path : *rules) test.rules.push_back(path.text);
        }
        if (const auto capture = map_.text("capture")) test.capture = capture->text;
        for_each_map("containers", [&](const YamlNode& container) {
            add_snapshot("container", container, test);
        });
        for_each_map("procs",
                     [&](const YamlNode& process) { add_snapshot("proc", process, test); });
        for_each_map("events", [&](const YamlNode& event) { add_event(event, test); });
        if (map_.has("capture") == map_.has("events")) {
            error(Code::kMissingKey, test.range, "a test has either events or a capture");
        }
        if (!map_.has("expect")) {
            error(Code::kMissingKey, test.range, "'expect' is missing; [] expects silence");
        }
        for_each_map("expect", [&](const YamlNode& alert) { add_expected(alert, test); });
        return test;
    }

private:
    void error(Code code, const Range& range, std::string message) {
        diagnostics_.error(code, range, std::move(message));
    }

    template <typename Take>
    void for_each_map(std::string_view key, Take take) {
        const YamlNode* list = map_.value(key);
        if (!list || list->kind == YamlNode::Kind::kNull) return;
        if (list->kind != YamlNode::Kind::kSequence) {
            map_.wrong_kind(*list, key, "a list");
            return;
        }
        for (const YamlNode& item : list->items) {
            if (item.kind == YamlNode::Kind::kMap) take(item);
            else map_.wrong_kind(item, key, "a map");
        }
    }

    void add_line(std::string line, const Range& range, RuleTest& test) {
        test.events += line + '\n';
        test.line_ranges.push_back(range);
    }

    void add_snapshot(std::string_view kind, const YamlNode& node, RuleTest& test) {
        std::string line = "{";
        append_json_string(kind, line);
        line += ':';
        append_value(line, node);
        add_line(line + '}', node.range, test);
    }

    // `t` becomes `ts`; everything else stands as the event line has it.
    void add_event(const YamlNode& event, RuleTest& test) {
        const YamlEntry* time = event.find("t");
        const auto since_start =
            time ? parse_duration(time->value.text.text) : std::optional<Duration>();
        if (!since_start || *since_start == kUnbounded) {
            error(time ? Code::kBadValue : Code::kMissingKey,
                  time ? time->value.range : event.range,
                  "an event has its time in 't', such as 0s or 1500ms");
            return;
        }
        std::string line =
            "{\"ts\":" +
            std::to_string(kTestEpochNs + static_cast<std::uint64_t>(since_start->count()));
        for (const YamlEntry& entry : event.entries) {
            if (&entry == time) continue;
            line += ',';
            append_json_string(entry.key.text, line);
            line += ':';
            append_value(line, entry.value);
        }
        add_line(line + '}', event.range, test);
    }

    void add_expected(const YamlNode& alert, RuleTest& test) {
        ExpectedAlert expected;
        expected.range = alert.range;
        for (const YamlEntry& entry : alert.entries) {
            const std::string& key = entry.key.text;
            if (key == "rule") {
                expected.rule = entry.value.text.text;
            } else if (key == "at") {
                expected.at = parse_duration(entry.value.text.text);
                if (!expected.at)
                    error(Code::kBadValue, entry.value.range, "'at' is a time, such as 3s");
            } else if (key == "steps") {
                read_steps(entry.value, expected);
            } else {
                error(Code::kUnknownKey, entry.key.range(),
                      "an expected alert has rule, at and steps, not '" + key + "'");
            }
        }
        if (expected.rule.empty()) error(Code::kMissingKey, alert.range, "'rule' is missing");
        test.expect.push_back(std::move(expected));
    }

    void read_steps(const YamlNode& list, ExpectedAlert& expected) {
        expected.steps.emplace();
        for (const YamlNode& item : list.items) {
            const std::string& text = item.text.text;
            std::uint64_t index = 0;
            const auto end = std::from_chars(text.data(), text.data() + text.size(), index);
            if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
                error(Code::kBadValue, item.range, "'steps' are numbers of events, from 0");
            }
            expected.steps->push_back(index);
        }
        if (list.kind != YamlNode::Kind::kSequence) map_.wrong_kind(list, "steps", "a list");
    }

    MapReader map_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::vector<RuleTest> read_rule_tests(FileIndex file, Diagnostics& diagnostics) {
    std::vector<RuleTest> tests;
    const auto documents = read_yaml(file, diagnostics);
    if (!documents) return tests;
    for (const YamlNode& document : *documents) {
        for (const YamlNode& object : document.items) {
            if (object.kind == YamlNode::Kind::kMap && object.find("test")) {
                tests.push_back(TestReader(object, diagnostics).read());
            }
        }
    }
    return tests;
}

}  // namespace sequitur::dsl

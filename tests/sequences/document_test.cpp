// Runs the examples of docs/sequence-semantics.md, through the engine and through the reference.
#include "tests/sequences/hand_made.h"
#include "tests/sequences/reference_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace sequitur::testing {
namespace {

struct Example {
    std::string title;
    std::vector<std::string> lines;
};

std::vector<Example> examples() {
    std::ifstream file(SEQUITUR_SOURCE_DIR "/docs/sequence-semantics.md");
    std::vector<Example> found;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line != "```example") continue;
        Example& example = found.emplace_back();
        example.title = "line " + std::to_string(number);
        while (std::getline(file, line) && line != "```") {
            example.lines.push_back(line);
            ++number;
        }
        ++number;
    }
    return found;
}

std::vector<std::string> split(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t to = text.find(by); to != std::string::npos; to = text.find(by, from)) {
        parts.push_back(text.substr(from, to - from));
        from = to + by.size();
    }
    parts.push_back(text.substr(from));
    return parts;
}

ConditionIndex letter(const std::string& name) {
    return name[0] >= 'u' ? static_cast<ConditionIndex>(name[0] - 'u' + 10)
                          : static_cast<ConditionIndex>(name[0] - 'a');
}

StepPlan parse_step(const std::string& text) {
    const std::vector<std::string> words = split(text, " ");
    StepPlan plan = step(words[0], letter(words[0]));
    std::size_t next = 1;
    if (words[0] == "not") {
        plan = absence(letter(words[1]));
        next = 2;
    } else if (words[0] == "any" || words[0] == "all") {
        const bool any = words[0] == "any";
        std::vector<StepPlan> parts;
        for (const std::string& name : split(words[1], any ? "|" : "&")) {
            parts.push_back(step(name, letter(name)));
        }
        plan = group_of(any ? StepKind::kAnyOf : StepKind::kAllOf, "", parts);
        next = 2;
    }
    for (; next < words.size(); ++next) {
        const std::string& word = words[next];
        if (word == "optional") {
            plan.is_optional = true;
        } else if (word == "same") {  // "same FIELD as STEP": step a is number 0, b 1, ...
            plan.links.push_back(
                link(words[next + 1], static_cast<int>(letter(words[next + 3])), words[next + 1]));
            next += 3;
        } else {
            const long number = std::stol(words[++next]);
            if (word == "for") plan.absent_for = Duration(number);
            if (word == "within") plan.within = Duration(number);
            if (word == "after") plan.after = Duration(number);
            if (word == "count") plan.count = static_cast<std::uint32_t>(number);
            if (word == "at_least") plan.at_least = static_cast<std::uint32_t>(number);
        }
    }
    return plan;
}

SequencePlan parse_plan(const std::string& head, const std::string& steps) {
    const std::vector<std::string> words = split(head, " ");
    std::vector<StepPlan> plans;
    for (const std::string& text : split(steps, ", ")) plans.push_back(parse_step(text));
    std::vector<std::string> by = split(words[1], ",");
    if (words[1] == "none") by.clear();
    SequencePlan plan = sequence(by, std::stol(words[3]), std::move(plans));
    for (std::size_t i = 4; i + 1 < words.size(); i += 2) {
        if (words[i] == "until") plan.until = UntilPlan{letter(words[i + 1]), plan.by};
        if (words[i + 1] == "first") plan.match = MatchPolicy::kFirst;
        if (words[i + 1] == "every") plan.match = MatchPolicy::kEvery;
    }
    return plan;
}

void parse_stream(const std::string& text, Story& story) {
    for (const std::string& event : split(text, "; ")) {
        const std::vector<std::string> words = split(event, " ");
        std::string what = words[1], file = "f";
        std::int64_t pid = 1;
        if (const auto at = what.find('@'); at != std::string::npos) {
            file = what.substr(at + 1);
            what.erase(at);
        }
        if (const auto dot = what.find('.'); dot != std::string::npos) {
            pid = std::stol(what.substr(dot + 1));
            what.erase(dot);
        }
        if (what == "exit") {
            story.exit_at(std::stol(words[0]), pid);
            continue;
        }
        std::vector<ConditionIndex> satisfies;
        for (const std::string& name : split(what, "+")) {
            if (name != "-") satisfies.push_back(letter(name));
        }
        story.at(std::stol(words[0]), satisfies, pid, file);
    }
}

// "s@TIME#NUMBER KEY: STEPS" as the document writes it.
std::string as_documented(const std::string& found) {
    return found.substr(2, found.find('#') - 2) + found.substr(found.find(':'));
}

TEST(Document, ItsExamplesHold) {
    const std::vector<Example> all = examples();
    ASSERT_GT(all.size(), 20u);
    for (const Example& example : all) {
        SCOPED_TRACE(example.title);
        World world;
        world.process(2, 1);
        world.process(3, 2);
        Story story(world);
        std::vector<std::string> expected;
        ASSERT_GE(example.lines.size(), 3u);
        parse_stream(example.lines[2].substr(7), story);
        for (std::size_t i = 3; i < example.lines.size(); ++i) {
            expected.push_back(example.lines[i].substr(6));
        }
        const auto rules = rule_set({parse_plan(example.lines[0], example.lines[1].substr(6))});
        std::vector<std::string> found, reference;
        for (const std::string& text : run(rules, story)) found.push_back(as_documented(text));
        for (const std::string& text : reference_matches(*rules, story)) {
            reference.push_back(as_documented(text));
        }
        std::sort(reference.begin(), reference.end());
        EXPECT_EQ(found, expected);
        std::sort(found.begin(), found.end());
        EXPECT_EQ(reference, found);
    }
}

}  // namespace
}  // namespace sequitur::testing

// Every small sequence on every short stream: up to three steps over three conditions, six events.
//
// All streams of one sequence run through one engine, each under a key of its own; the reference
// takes them one by one. A stream's beginnings are streams too, so only the longest are run.
// Sequences with something added run on streams of five events, unless SEQUITUR_EXHAUSTIVE is set.
#include "tests/sequences/hand_made.h"
#include "tests/sequences/reference_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

namespace sequitur::testing {
namespace {

constexpr ConditionIndex kLetters = 3;

using Word = std::vector<ConditionIndex>;

std::vector<Word> words(std::size_t length) {
    std::vector<Word> all(1);
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<Word> longer;
        for (const Word& word : all) {
            for (ConditionIndex letter = 0; letter < kLetters; ++letter) {
                longer.push_back(word);
                longer.back().push_back(letter);
            }
        }
        all = longer;
    }
    return all;
}

std::vector<StepPlan> steps_of(const Word& word) {
    std::vector<StepPlan> steps;
    for (const ConditionIndex letter : word) {
        steps.push_back(step(std::string(1, static_cast<char>('a' + letter)), letter));
    }
    return steps;
}

// What of a finding does not hang on the stream's key: the times and steps, as event numbers of its
// own stream.
std::vector<std::string> own_findings(const std::shared_ptr<const RuleSet>& rules,
                                      const std::vector<Word>& streams) {
    World world;
    Story together(world);
    for (std::size_t t = 0; t < streams.front().size(); ++t) {
        for (std::size_t i = 0; i < streams.size(); ++i) {
            together.at(static_cast<std::int64_t>(t) + 1, {streams[i][t]}, 1, std::to_string(i));
        }
    }
    RunOptions options;
    options.batch = 256;
    options.flush = true;
    return run(rules, together, options);
}

std::vector<std::string> reference_findings(const std::shared_ptr<const RuleSet>& rules,
                                            const std::vector<Word>& streams) {
    std::vector<std::string> all;
    World world;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        Story story(world);
        for (std::size_t t = 0; t < streams[i].size(); ++t) {
            story.at(static_cast<std::int64_t>(t) + 1, {streams[i][t]}, 1, std::to_string(i));
            // Numbers as if all streams ran together.
            story.events.back().number = t * streams.size() + i + 1;
        }
        for (std::string& text : reference_matches(*rules, story, true)) all.push_back(text);
    }
    return all;
}

// "s@TIME#NUMBER KEY: STEPS" without the number, which at a deadline is another stream's.
std::vector<std::string> comparable(std::vector<std::string> texts) {
    for (std::string& text : texts) text.erase(text.find('#'), text.find(' ') - text.find('#'));
    std::sort(texts.begin(), texts.end());
    return texts;
}

using Change = std::function<bool(SequencePlan&)>;  // false: does not apply

void check_all(std::size_t stream_length, const Change& change) {
    const std::vector<Word> streams = words(stream_length);
    for (std::size_t length = 1; length <= 3; ++length) {
        for (const Word& word : words(length)) {
            for (const MatchPolicy match :
                 {MatchPolicy::kLatest, MatchPolicy::kFirst, MatchPolicy::kEvery}) {
                for (const std::int64_t within : {2, 9}) {
                    SequencePlan plan = sequence({"file.path"}, within, steps_of(word), match);
                    if (!change(plan)) continue;
                    number_steps(plan);
                    const auto rules = rule_set({plan});
                    ASSERT_EQ(comparable(own_findings(rules, streams)),
                              comparable(reference_findings(rules, streams)))
                        << "steps " << ::testing::PrintToString(word) << " match "
                        << static_cast<int>(match) << " within " << within;
                }
            }
        }
    }
}

std::size_t changed_length() { return std::getenv("SEQUITUR_EXHAUSTIVE") != nullptr ? 6 : 4; }

TEST(Exhaustive, PlainSequences) {
    check_all(6, [](SequencePlan& plan) { return plan.steps.size() > 1; });
}

// `every`, said without any matching: all rising tuples of events that spell the word inside the
// window. This holds the reference itself to something.
TEST(Exhaustive, EveryIsAllTuplesInOrder) {
    for (const Word& word : words(3)) {
        const auto rules =
            rule_set({sequence({"file.path"}, 4, steps_of(word), MatchPolicy::kEvery)});
        for (const Word& stream : words(6)) {
            std::vector<std::string> tuples;
            World world;
            Story story(world);
            for (std::size_t t = 0; t < stream.size(); ++t) {
                story.at(static_cast<std::int64_t>(t) + 1, {stream[t]});
            }
            for (std::size_t i = 0; i < 6; ++i) {
                for (std::size_t j = i + 1; j < 6; ++j) {
                    for (std::size_t k = j + 1; k < 6 && k - i <= 4; ++k) {
                        if (Word{stream[i], stream[j], stream[k]} != word) continue;
                        const std::size_t at[] = {i, j, k};
                        std::string text = "s@" + std::to_string(k + 1) + " f:";
                        for (std::size_t s = 0; s < 3; ++s) {
                            text += std::string(" ") + static_cast<char>('a' + word[s]) + "=" +
                                    std::to_string(at[s] + 1);
                        }
                        tuples.push_back(text);
                    }
                }
            }
            std::sort(tuples.begin(), tuples.end());
            ASSERT_EQ(comparable(reference_matches(*rules, story)), tuples);
        }
    }
}

TEST(Exhaustive, Until) {
    for (ConditionIndex letter = 0; letter < kLetters; ++letter) {
        check_all(changed_length(), [letter](SequencePlan& plan) {
            plan.until = UntilPlan{letter, plan.by};
            return plan.steps.size() > 1;
        });
    }
}

// One step replaced by what `make` makes of it, each in turn.
void check_step(const std::function<StepPlan(const StepPlan&)>& make, std::size_t shortest) {
    for (std::size_t at = 0; at < 3; ++at) {
        check_all(changed_length(), [&](SequencePlan& plan) {
            if (plan.steps.size() <= at || plan.steps.size() < shortest) return false;
            plan.steps[at] = make(plan.steps[at]);
            return true;
        });
    }
}

TEST(Exhaustive, OptionalStep) {
    check_step(
        [](StepPlan step) {
            step.is_optional = true;
            return step;
        },
        2);
}

TEST(Exhaustive, CountedStep) {
    check_step(
        [](StepPlan step) {
            step.count = 2;
            return step;
        },
        1);
}

TEST(Exhaustive, AtLeastStep) {
    check_step(
        [](StepPlan step) {
            step.at_least = 2;
            return step;
        },
        1);
}

TEST(Exhaustive, AllOfStep) {
    for (ConditionIndex letter = 0; letter < kLetters; ++letter) {
        check_step(
            [letter](const StepPlan& first) {
                return group_of(StepKind::kAllOf, "", {first, step("z", letter)});
            },
            1);
    }
}

TEST(Exhaustive, AnyOfStep) {
    for (ConditionIndex letter = 0; letter < kLetters; ++letter) {
        check_step(
            [letter](const StepPlan& first) {
                return group_of(StepKind::kAnyOf, "", {first, step("z", letter)});
            },
            2);
    }
}

TEST(Exhaustive, WindowsPerGap) {
    check_step(
        [](StepPlan step) {
            step.within = Duration(1);
            return step;
        },
        2);
    check_step(
        [](StepPlan step) {
            step.after = Duration(2);
            return step;
        },
        2);
}

class ExhaustiveAbsence : public ::testing::TestWithParam<ConditionIndex> {};

TEST_P(ExhaustiveAbsence, AtEveryPlace) {
    for (const std::int64_t for_ns : {-1, 1}) {
        for (std::size_t at = 0; at <= 3; ++at) {
            check_all(changed_length(), [&](SequencePlan& plan) {
                if (plan.steps.size() < std::max<std::size_t>(at, 1)) return false;
                if (plan.steps.size() == 1 && at == 0) return false;
                plan.steps.insert(plan.steps.begin() + static_cast<std::ptrdiff_t>(at),
                                  absence(GetParam(), for_ns));
                return true;
            });
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Letters, ExhaustiveAbsence, ::testing::Range(0u, kLetters));

}  // namespace
}  // namespace sequitur::testing

// Events, plans and runs made by hand: what the tests of sequences are written in.
//
// Conditions are numbers: which of them an event satisfies is said where the event is made, so that
// a test speaks of matching alone.
#pragma once

#include "core/condition.h"
#include "core/event.h"
#include "core/interner.h"
#include "sequences/engine.h"
#include "sequences/plan.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sequitur::testing {

inline constexpr ConditionIndex kConditions = 16;

FieldRef field(const std::string& name, int step = -1);
// own-field OP val(step.other): a back-reference.
Condition refers(const std::string& own, Operator op, int step, const std::string& other);
KeyLink link(const std::string& own, int step, const std::string& other);
// "?name" is an optional key field, "proc.ancestry" an ancestry.
std::vector<KeyField> key(const std::vector<std::string>& names);

StepPlan step(const std::string& id, ConditionIndex condition);
StepPlan absence(ConditionIndex condition, std::int64_t for_ns = -1);
StepPlan group_of(StepKind kind, const std::string& id, std::vector<StepPlan> parts);
StepPlan stage_of(const std::string& id, const std::string& sequence);

// Numbers the steps and gives each the sequence's key where it has none of its own.
void number_steps(SequencePlan& plan);
SequencePlan sequence(std::vector<std::string> by, std::int64_t within_ns,
                      std::vector<StepPlan> steps, MatchPolicy match = MatchPolicy::kLatest);
std::shared_ptr<const RuleSet> rule_set(std::vector<SequencePlan> sequences);

// Processes and files of a small host.
class World {
public:
    // Process `pid`, made by `creator` (0: by nobody known) when first asked for.
    const ProcessImage* process(std::int64_t pid, std::int64_t creator = 0, std::uint32_t uid = 0,
                                const std::vector<std::string>& argv = {});
    Symbol file(const std::string& name);

private:
    Interner interner_;
    std::map<std::int64_t, Ref<ProcessImage>> processes_;
    std::map<std::string, SymbolRef> files_;
};

// A stream of events with what each satisfies.
class Story {
public:
    explicit Story(World& world) : world_(world) {}

    // At `ns`, an event of process `pid` on file `name` ("" for none).
    Story& at(std::int64_t ns, std::vector<ConditionIndex> satisfies, std::int64_t pid = 1,
              const std::string& name = "f");
    Story& exit_at(std::int64_t ns, std::int64_t pid);

    std::vector<Event> events;
    std::vector<ConditionHit> hits;

private:
    World& world_;
};

struct RunOptions {
    std::size_t shards = 1;
    std::size_t batch = 3;
    bool flush = false;
    Limits limits{};
};

// "SEQUENCE@TIME#NUMBER KEY: STEP=NUMBER ...", with "xCOUNT..LAST" behind a step that counts.
std::string describe(const RuleSet& rules, const Match& match);
// Runs the story through an engine, finished, and describes what it found, in order.
std::vector<std::string> run(const std::shared_ptr<const RuleSet>& rules, const Story& story,
                             const RunOptions& options = {}, EngineCounters* counters = nullptr);

}  // namespace sequitur::testing

#include "tests/sequences/hand_made.h"

#include "core/condition_set.h"

#include <algorithm>

namespace sequitur::testing {
namespace {

Operand operand(const FieldRef& of) {
    Operand result;
    result.kind = Operand::Kind::kField;
    result.field = of;
    return result;
}

std::shared_ptr<const ConditionSet> numbered_conditions() {
    static const auto set = [] {
        ConditionSet::Builder builder;
        for (ConditionIndex i = 0; i < kConditions; ++i) {
            Condition condition;
            condition.kind = Condition::Kind::kCheck;
            condition.check.left = operand(field("evt.num"));
            condition.check.op = Operator::kEq;
            Operand number;
            number.constant = std::uint64_t{i};
            condition.check.right.push_back(number);
            builder.add(condition);
        }
        return builder.build(1).value();
    }();
    return set;
}

void number_steps(std::vector<StepPlan>& steps, const std::vector<KeyField>& by,
                  std::int32_t& next) {
    for (StepPlan& step : steps) {
        if (step.by.size() != by.size()) step.by = by;
        step.index = next++;
        number_steps(step.parts, step.by, next);
    }
}

std::string text_of(const OutputField& field) {
    switch (field.kind) {
        case OutputField::Kind::kNull: return "-";
        case OutputField::Kind::kInt: return std::to_string(field.i);
        case OutputField::Kind::kUint: return std::to_string(field.u);
        case OutputField::Kind::kDouble: return std::to_string(field.d);
        case OutputField::Kind::kBool: return field.u != 0 ? "true" : "false";
        case OutputField::Kind::kText: return field.text;
    }
    return {};
}

std::string id_of(const std::vector<StepPlan>& steps, std::int32_t index) {
    for (const StepPlan& step : steps) {
        if (step.index == index) return step.id;
        if (const std::string id = id_of(step.parts, index); !id.empty()) return id;
    }
    return {};
}

}  // namespace

FieldRef field(const std::string& name, int step) {
    FieldRef ref = resolve_field(name).value();
    ref.step = step;
    return ref;
}

Condition refers(const std::string& own, Operator op, int step, const std::string& other) {
    Condition condition;
    condition.kind = Condition::Kind::kCheck;
    condition.check.left = operand(field(own));
    condition.check.op = op;
    condition.check.right.push_back(operand(field(other, step)));
    return condition;
}

KeyLink link(const std::string& own, int step, const std::string& other) {
    return {operand(field(own)), operand(field(other, step))};
}

std::vector<KeyField> key(const std::vector<std::string>& names) {
    std::vector<KeyField> fields;
    for (const std::string& name : names) {
        KeyField& of = fields.emplace_back();
        of.is_optional = name.front() == '?';
        of.is_ancestry = name == "proc.ancestry";
        of.field = field(of.is_optional ? name.substr(1) : name);
    }
    return fields;
}

StepPlan step(const std::string& id, ConditionIndex condition) {
    StepPlan plan;
    plan.id = id;
    plan.condition = condition;
    return plan;
}

StepPlan absence(ConditionIndex condition, std::int64_t for_ns) {
    StepPlan plan = step("", condition);
    plan.kind = StepKind::kAbsence;
    if (for_ns >= 0) plan.absent_for = Duration(for_ns);
    return plan;
}

StepPlan group_of(StepKind kind, const std::string& id, std::vector<StepPlan> parts) {
    StepPlan plan;
    plan.kind = kind;
    plan.id = id;
    plan.parts = std::move(parts);
    return plan;
}

StepPlan stage_of(const std::string& id, const std::string& sequence) {
    StepPlan plan;
    plan.kind = StepKind::kStage;
    plan.id = id;
    plan.stage_name = sequence;
    plan.stage_is_sequence = true;
    return plan;
}

void number_steps(SequencePlan& plan) {
    std::int32_t next = 0;
    number_steps(plan.steps, plan.by, next);
    plan.step_index_count = static_cast<std::uint32_t>(next);
}

SequencePlan sequence(std::vector<std::string> by, std::int64_t within_ns,
                      std::vector<StepPlan> steps, MatchPolicy match) {
    SequencePlan plan;
    plan.info.name = "s";
    plan.by = key(by);
    plan.within = within_ns < 0 ? kUnbounded : Duration(within_ns);
    plan.steps = std::move(steps);
    plan.match = match;
    number_steps(plan);
    return plan;
}

std::shared_ptr<const RuleSet> rule_set(std::vector<SequencePlan> sequences) {
    auto rules = std::make_shared<RuleSet>();
    rules->conditions = numbered_conditions();
    rules->sequences = std::move(sequences);
    return rules;
}

const ProcessImage* World::process(std::int64_t pid, std::int64_t creator, std::uint32_t uid,
                                   const std::vector<std::string>& argv) {
    Ref<ProcessImage>& known = processes_[pid];
    if (known) return known.get();
    auto* image = new ProcessImage;
    known = Ref<ProcessImage>(image);
    image->entity = {pid, static_cast<std::uint64_t>(pid) * 1000};
    image->pid = pid;
    image->uid = uid;
    image->name = SymbolRef(interner_.intern("p" + std::to_string(pid)));
    std::string args;
    for (const std::string& arg : argv) args += arg + '\0';
    if (!argv.empty()) image->args = SymbolRef(interner_.intern(args));
    auto lineage = std::make_shared<std::vector<ProcessEntity>>();
    if (creator != 0) {
        const ProcessImage* maker = process(creator);
        image->creator = maker->entity;
        image->parent = Ref<ProcessImage>(maker);
        lineage->push_back(maker->entity);
        lineage->insert(lineage->end(), maker->lineage->begin(), maker->lineage->end());
    }
    image->lineage = std::move(lineage);
    return image;
}

Symbol World::file(const std::string& name) {
    if (name.empty()) return nullptr;
    SymbolRef& known = files_[name];
    if (!known) known = SymbolRef(interner_.intern(name));
    return known.get();
}

Story& Story::at(std::int64_t ns, std::vector<ConditionIndex> satisfies, std::int64_t pid,
                 const std::string& name) {
    Event event;
    event.time = Timestamp(Duration(ns));
    event.number = events.size() + 1;
    event.info = event_type_info(EventType::kOpenat);
    event.type = EventType::kOpenat;
    event.process = world_.process(pid);
    event.tid = pid;
    event.file_path = world_.file(name);
    std::sort(satisfies.begin(), satisfies.end());
    for (const ConditionIndex condition : satisfies) {
        hits.push_back({static_cast<std::uint32_t>(events.size()), condition});
    }
    events.push_back(event);
    return *this;
}

Story& Story::exit_at(std::int64_t ns, std::int64_t pid) {
    at(ns, {}, pid, "");
    events.back().type = EventType::kProcexit;
    events.back().info = event_type_info(EventType::kProcexit);
    events.back().is_exit_of_process = true;
    return *this;
}

std::string describe(const RuleSet& rules, const Match& match) {
    const SequencePlan& plan = rules.sequences[match.sequence];
    std::string text = plan.info.name + "@" +
                       std::to_string(match.time.time_since_epoch().count()) + "#" +
                       std::to_string(match.event_number) + " ";
    for (const OutputField& field : match.key) text += text_of(field) + ",";
    text.back() = ':';
    for (const MatchedStep& matched : match.steps) {
        text += " " + id_of(plan.steps, matched.step) + "=" +
                std::to_string(matched.event->event().number);
        if (matched.last) {
            text += "x" + std::to_string(matched.count) + ".." +
                    std::to_string(matched.last->event().number);
        }
    }
    return text;
}

std::vector<std::string> run(const std::shared_ptr<const RuleSet>& rules, const Story& story,
                             const RunOptions& options, EngineCounters* counters) {
    Engine engine(rules, options.limits, options.shards);
    std::vector<Match> matches;
    std::size_t hit = 0;
    for (std::size_t first = 0; first < story.events.size(); first += options.batch) {
        const std::size_t count = std::min(options.batch, story.events.size() - first);
        std::vector<ConditionHit> hits;
        for (; hit < story.hits.size() && story.hits[hit].event < first + count; ++hit) {
            hits.push_back({story.hits[hit].event - static_cast<std::uint32_t>(first),
                            story.hits[hit].condition});
        }
        engine.apply({story.events.data() + first, count}, hits, matches);
    }
    if (options.flush) engine.flush(matches);
    engine.finish(matches);
    if (counters != nullptr) *counters = engine.counters();
    std::vector<std::string> found;
    for (const Match& match : matches) found.push_back(describe(*rules, match));
    return found;
}

}  // namespace sequitur::testing

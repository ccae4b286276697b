#include "core/condition_set.h"

#include "core/arena.h"
#include "core/record_builder.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <numeric>
#include <random>
#include <string>

namespace sequitur {
namespace {

using enum Operator;

Condition check(std::string_view field, Operator op, std::vector<Constant> constants = {}) {
    Condition condition;
    condition.kind = Condition::Kind::kCheck;
    condition.check.left.kind = Operand::Kind::kField;
    condition.check.left.field = resolve_field(field).value();
    condition.check.op = op;
    for (Constant& constant : constants) {
        condition.check.right.emplace_back().constant = std::move(constant);
    }
    return condition;
}

Condition group(Condition::Kind kind, std::vector<Condition> children) {
    Condition condition;
    condition.kind = kind;
    condition.children = std::move(children);
    return condition;
}
Condition all(std::vector<Condition> parts) {
    return group(Condition::Kind::kAnd, std::move(parts));
}
Condition any(std::vector<Condition> parts) {
    return group(Condition::Kind::kOr, std::move(parts));
}
Condition none(Condition part) { return group(Condition::Kind::kNot, {std::move(part)}); }

// Events by two words: the file and the program.
class World {
public:
    // A file that was opened with these PPM_O_* flags.
    Ref<Descriptor> describe(std::string_view file, std::uint32_t flags) {
        auto* descriptor = new Descriptor;
        descriptors_.emplace_back(descriptor);
        descriptor->type = DescriptorType::kFile;
        descriptor->name = SymbolRef(interner_.intern(file));
        descriptor->open_flags = flags;
        return descriptors_.back();
    }
    Event& add(EventType type, std::string_view file, std::string_view program) {
        return add(type, describe(file, 0), program);
    }
    Event& add(EventType type, const Ref<Descriptor>& descriptor, std::string_view program) {
        builder_.begin(1, 1, type);
        if (type == EventType::kOpenat || type == EventType::kOpen) {
            builder_.add_int(3);
            if (type == EventType::kOpenat) builder_.add_int(-100);
            builder_.add_text(descriptor->name.view());
            builder_.add_int(descriptor->open_flags);
        }
        auto* process = new ProcessImage;
        processes_.emplace_back(process);
        process->name = SymbolRef(interner_.intern(program));
        Event& event = events.emplace_back();
        event.record = builder_.finish();
        event.info = event_type_info(type);
        event.type = type;
        event.fd = descriptor.get();
        event.process = process;
        return event;
    }
    std::vector<Event> events;

private:
    Interner interner_;
    Arena arena_;
    RecordBuilder builder_{arena_};
    std::deque<Ref<Descriptor>> descriptors_;
    std::deque<Ref<ProcessImage>> processes_;
};

std::shared_ptr<const ConditionSet> build(const std::vector<Condition>& conditions) {
    ConditionSet::Builder builder;
    for (const Condition& condition : conditions) builder.add(condition);
    auto set = builder.build(1);
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    return set ? *set : nullptr;
}

std::vector<ConditionHit> judge(const ConditionSet& set, const std::vector<Event>& events,
                                std::size_t cache_entries_max = 16) {
    ConditionScratch scratch(set, cache_entries_max);
    std::vector<std::uint32_t> which(events.size());
    std::iota(which.begin(), which.end(), 0);
    std::vector<ConditionHit> hits;
    set.evaluate(events, which, scratch, hits);
    return hits;
}

using Hits = std::vector<ConditionHit>;

TEST(ConditionSet, EqualConditionsShareAnIndex) {
    ConditionSet::Builder builder;
    EXPECT_EQ(builder.add(check("proc.name", kEq, {"sh"})), 0u);
    EXPECT_EQ(builder.add(check("proc.name", kEq, {"bash"})), 1u);
    EXPECT_EQ(builder.add(check("proc.name", kEq, {"sh"})), 0u);
    EXPECT_EQ(builder.add(check("proc.name", kEq, {"sh"}), EventStream::kJson), 2u);
    const auto set = builder.build(1).value();
    EXPECT_EQ(set->size(), 3u);
    EXPECT_EQ(to_string(set->condition(1)), to_string(check("proc.name", kEq, {"bash"})));
}

TEST(ConditionSet, HitsComeInTheOrderOfEventAndCondition) {
    World world;
    world.add(EventType::kOpenat, "/etc/shadow", "sh");
    world.add(EventType::kClose, "/etc/shadow", "sh");
    world.add(EventType::kOpenat, "/etc/passwd", "cat");
    const auto set = build(
        {check("fd.name", kStartswith, {"/etc"}), check("proc.name", kEq, {"sh"}),
         check("evt.type", kEq, {"openat"}),
         all({check("evt.type", kEq, {"openat"}), none(check("proc.name", kIn, {"sh", "bash"}))})});
    EXPECT_EQ(judge(*set, world.events),
              (Hits{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {2, 0}, {2, 2}, {2, 3}}));
}

TEST(ConditionSet, OnlyTheChosenEventsAreJudged) {
    World world;
    for (int i = 0; i < 6; ++i) world.add(EventType::kClose, "/a", "sh");
    const auto set = build({check("proc.name", kEq, {"sh"})});
    ConditionScratch scratch(*set);
    Hits hits = {{9, 9}};
    const std::vector<std::uint32_t> which = {1, 4};
    set->evaluate(world.events, which, scratch, hits);
    EXPECT_EQ(hits, (Hits{{9, 9}, {1, 0}, {4, 0}}));
}

TEST(ConditionSet, ConditionsOfAnotherStreamStayAway) {
    World world;
    world.add(EventType::kClose, "/a", "sh");
    ConditionSet::Builder builder;
    builder.add(check("proc.name", kEq, {"sh"}), EventStream::kJson);
    builder.add(check("proc.name", kEq, {"sh"}), EventStream::kSyscall);
    EXPECT_EQ(judge(**builder.build(1), world.events), (Hits{{0, 1}}));
    world.events[0].stream = EventStream::kJson;
    ConditionSet::Builder again;
    again.add(check("evt.num", kGe, {std::uint64_t{0}}), EventStream::kJson);
    EXPECT_EQ(judge(**again.build(2), world.events), (Hits{{0, 0}}));
}

TEST(ConditionSet, EventTypesAreThoseOnWhichItCanBeTrue) {
    const auto set =
        build({check("evt.type", kIn, {"openat", "close"}),
               all({check("evt.type", kEq, {"openat"}), check("evt.type", kEq, {"close"})}),
               check("proc.name", kEq, {"sh"})});
    EXPECT_TRUE(set->event_types(0).test(static_cast<std::size_t>(EventType::kOpenat)));
    EXPECT_FALSE(set->event_types(0).test(static_cast<std::size_t>(EventType::kExecve)));
    EXPECT_FALSE(set->event_types(1).test(static_cast<std::size_t>(EventType::kOpenat)));
    EXPECT_TRUE(set->event_types(2).all());
    EXPECT_TRUE(set->event_types().all());
}

TEST(ConditionSet, AnEmptySetJudgesNothing) {
    World world;
    world.add(EventType::kClose, "/a", "sh");
    const auto set = build({});
    EXPECT_EQ(set->size(), 0u);
    EXPECT_TRUE(judge(*set, world.events).empty());
    EXPECT_TRUE(set->event_types().none());
}

TEST(ConditionSet, ConstantsHoldOrDoNot) {
    World world;
    world.add(EventType::kClose, "/a", "sh");
    Condition always, never;
    always.kind = Condition::Kind::kTrue;
    never.kind = Condition::Kind::kFalse;
    const auto set =
        build({never, always, any({never, always}), all({never, always}), none(never)});
    EXPECT_EQ(judge(*set, world.events), (Hits{{0, 1}, {0, 2}, {0, 4}}));
}

TEST(ConditionSet, ABadExpressionIsNamedWithItsField) {
    ConditionSet::Builder builder;
    builder.add(check("fd.name", kRegex, {"/etc/("}));
    const auto set = builder.build(1);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, Error::Code::kBadInput);
    EXPECT_NE(set.error().message.find("fd.name"), std::string::npos) << set.error().message;
    EXPECT_NE(set.error().message.find("/etc/("), std::string::npos) << set.error().message;
}

TEST(ConditionSet, AtomsAreListedOnceInTheOrderOfTheirTests) {
    const auto set =
        build({all({check("fd.name", kContains, {"shadow"}), check("evt.type", kEq, {"openat"}),
                    none(check("fd.name", kContains, {"shadow"}))}),
               all({check("fd.name", kContains, {"shadow"}), check("proc.name", kNe, {"sh"})})});
    EXPECT_TRUE(set->atoms(0).empty());  // it contradicts itself
    EXPECT_EQ(set->atoms(1), (std::vector<std::string>{"fd.name contains shadow",
                                                       "proc.name exists", "proc.name = sh"}));
    EXPECT_EQ(set->atom_count(), 4u);
}

// What a descriptor leaves of the conditions is remembered, for its other events too: of other
// types, of other processes, and where only two of its fields together say no.
TEST(ConditionSet, EventsThatShareDescriptorsAreJudgedAlike) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run every time
    const auto one_of = [&](const auto& choices) { return choices[random() % choices.size()]; };
    const std::vector<Condition> checks = {
        check("fd.name", kIn, {"/etc/shadow", "/root/a"}),
        check("fd.name", kEndswith, {"w"}),
        check("fd.directory", kEq, {"/etc"}),
        check("fd.directory", kPmatch, {"/root", "/tmp/x"}),
        check("fd.filename", kEq, {"a"}),
        check("fd.typechar", kEq, {"f"}),
        check("evt.is_open_write", kEq, {true}),
        check("evt.is_open_read", kEq, {true}),
        check("evt.type", kIn, {"openat", "read"}),
        check("proc.name", kEq, {"sh"}),
        check("evt.num", kGt, {std::int64_t{300}}),
    };
    const std::function<Condition(int)> some = [&](int depth) {
        if (depth == 0) return one_of(checks);
        switch (random() % 4) {
            case 0: return none(some(depth - 1));
            case 1: return any({some(depth - 1), some(depth - 1)});
            default: return all({some(depth - 1), some(depth - 1)});
        }
    };
    std::vector<Condition> conditions;
    for (int i = 0; i < 200; ++i) conditions.push_back(some(3));

    World world;
    std::vector<Ref<Descriptor>> descriptors;
    for (const char* name : {"/etc/shadow", "/etc/a", "/root/a", "/tmp/x/w", "/tmp/b", "w"}) {
        for (const std::uint32_t flags : {1U, 2U, 3U}) {
            descriptors.push_back(world.describe(name, flags));
        }
    }
    for (std::uint64_t i = 1; i <= 600; ++i) {
        const Ref<Descriptor>& fd = one_of(descriptors);
        const auto type = one_of(
            std::vector{EventType::kOpenat, EventType::kRead, EventType::kClose, EventType::kOpen});
        world.add(type, fd, one_of(std::vector{"sh", "cat"})).number = i;
    }
    const auto set = build(conditions);
    Hits expected;
    ValueScratch scratch;
    for (std::uint32_t event = 0; event < world.events.size(); ++event) {
        for (ConditionIndex i = 0; i < set->size(); ++i) {
            if (evaluate(set->condition(i), world.events[event], {}, scratch)) {
                expected.push_back({event, i});
            }
        }
    }
    EXPECT_GT(expected.size(), 1000u);
    for (const std::size_t cache_entries : {2u, 16u, 4096u}) {
        EXPECT_EQ(judge(*set, world.events, cache_entries), expected) << cache_entries;
    }
}

TEST(ConditionSet, DumpTellsTheWholeProgram) {
    const auto set = build(
        {all({check("evt.type", kIn, {"openat", "open"}), check("fd.name", kStartswith, {"/etc"}),
              none(check("proc.name", kIn, {"sh", "bash"}))}),
         check("evt.type", kEq, {"close"})});
    EXPECT_EQ(set->dump(),
              "condition 0: evt.type in (openat, open) and fd.name startswith /etc and not "
              "proc.name in (sh, bash)\n"
              "condition 1: evt.type = close\n"
              "slot 0: evt.type\n"
              "  0.0: evt.type in (openat, open)\n"
              "  0.1: evt.type = close\n"
              "slot 1: fd.name (per descriptor)\n"
              "  1.0: fd.name startswith /etc\n"
              "slot 2: proc.name (per process image)\n"
              "  2.0: proc.name in (sh, bash)\n"
              "plan 0: asyncevent syscall\n"
              "  asks 1 0 then 2\n"
              "plan 1: open openat\n"
              "  asks 1 then 2\n"
              "plan 2: close\n"
              "  asks then\n"
              "residue 0: @2 of 0/plan0\n"
              "residue 1: @3 of 1/plan0\n"
              "residue 2: @1 of 0/plan1\n"
              "residue 3: true of 1/plan2\n"
              "@0: 2.0 ? false : true\n"
              "@1: 1.0 ? @0 : false\n"
              "@2: 0.0 ? @1 : false\n"
              "@3: 0.1 ? true : false\n");
}

// A process image remembers what its fields refuted; a new image of the process starts anew.
TEST(ConditionSet, ImagesOfOneProcessAreJudgedApart) {
    World world;
    world.add(EventType::kExecve, "/a", "sh");
    world.add(EventType::kExecve, "/a", "nc");
    world.add(EventType::kExecve, "/a", "sh");
    world.events[2].process = world.events[0].process;
    const auto set =
        build({all({check("evt.type", kEq, {"execve"}), check("proc.name", kEq, {"nc"})}),
               check("proc.name", kEq, {"sh"})});
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(judge(*set, world.events), (Hits{{0, 1}, {1, 0}, {2, 1}}));
    }
}

TEST(ConditionSet, TenThousandAtomsOfOneField) {
    World world;
    world.add(EventType::kOpenat, "/dir/7777/x", "p1234");
    std::vector<Condition> conditions;
    for (int i = 0; i < 5000; ++i) {
        const std::string number = std::to_string(2 * i + 1);
        conditions.push_back(all({check("fd.name", kStartswith, {"/dir/" + number + "/"}),
                                  none(check("proc.name", kEq, {"p" + number}))}));
    }
    const auto set = build(conditions);
    EXPECT_EQ(set->atom_count(), 10000u);
    EXPECT_EQ(judge(*set, world.events), (Hits{{0, 3888}}));
}

}  // namespace
}  // namespace sequitur

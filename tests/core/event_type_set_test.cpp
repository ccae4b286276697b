#include "core/event_type_set.h"

#include "tests/support/condition_builder.h"
#include "tests/support/event_fixture.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sequitur {
namespace {

using enum Operator;

// Names of the types in the set, without those that are always in it: asynchronous events are
// called what their record says.
std::string names(const EventTypeSet& types) {
    std::set<std::string_view> found;
    for (const EventTypeInfo& type : event_types()) {
        if (types[type.id] && static_cast<EventType>(type.id) != EventType::kAsyncevent) {
            found.insert(type.name);
        }
    }
    if (found.size() > 20) return "many";
    std::string out;
    for (const std::string_view name : found) out += std::string(name) + " ";
    return out;
}

Condition type_is(const char* name) { return check("evt.type", kEq, {name}); }
bool holds(const EventTypeSet& types, EventType type) {
    return types[static_cast<std::size_t>(type)];
}

TEST(EventTypesOf, FollowsSetAlgebra) {
    const Condition other = check("proc.name", kEq, {"sh"});
    // Every type name is also that of a call, so generic events are never ruled out by it.
    EXPECT_EQ(names(event_types_of(type_is("execve"))), "execve syscall ");
    EXPECT_EQ(names(event_types_of(all({type_is("execve"), other}))), "execve syscall ");
    EXPECT_EQ(names(event_types_of(any({type_is("execve"), type_is("open")}))),
              "execve open syscall ");
    EXPECT_TRUE(event_types_of(any({type_is("execve"), other})).all());
    EXPECT_EQ(names(event_types_of(check("evt.type", kIn, {"open", "openat", "openat2"}))),
              "open openat openat2 syscall ");
    EXPECT_EQ(names(event_types_of(all({type_is("open"), none(type_is("open"))}))), "syscall ");
    EXPECT_TRUE(event_types_of(other).all());
    EXPECT_TRUE(event_types_of(none(other)).all());
    EXPECT_EQ(names(event_types_of(check("evt.type", kStartswith, {"execve"}))),
              "execve execveat syscall ");
    EXPECT_TRUE(event_types_of(compound(Condition::Kind::kTrue, {})).all());
    EXPECT_TRUE(event_types_of(compound(Condition::Kind::kFalse, {})).none());
    EXPECT_TRUE(event_types_of(all({})).all());
    EXPECT_TRUE(event_types_of(any({})).none());
}

TEST(EventTypesOf, NegationIsTheComplement) {
    const EventTypeSet types = event_types_of(check("evt.type", kNe, {"open"}));
    EXPECT_FALSE(holds(types, EventType::kOpen));
    EXPECT_TRUE(holds(types, EventType::kOpenat));
    EXPECT_TRUE(holds(types, EventType::kGeneric));
    EXPECT_EQ(types, event_types_of(none(type_is("open"))));
    // Not: `not (open and sh)` may hold on open.
    EXPECT_TRUE(
        event_types_of(none(all({type_is("open"), check("proc.name", kEq, {"sh"})}))).all());
    EXPECT_FALSE(
        holds(event_types_of(none(any({type_is("open"), check("proc.name", kEq, {"sh"})}))),
              EventType::kOpen));
}

TEST(EventTypesOf, KnowsFieldsThatOnlySomeTypesHave) {
    EXPECT_EQ(names(event_types_of(check("openat.flags.w", kEq, {true}))), "openat ");
    EXPECT_EQ(names(event_types_of(check("openat.name", kNe, {"/x"}))), "openat ");
    EXPECT_TRUE(event_types_of(none(check("openat.name", kEq, {"/x"}))).all());
    EXPECT_EQ(names(event_types_of(check("evt.is_open_write", kEq, {true}))),
              "open open_by_handle_at openat openat2 ");
    EXPECT_TRUE(event_types_of(check("evt.is_open_write", kEq, {false})).all());
    EXPECT_TRUE(holds(event_types_of(check("evt.is_open_exec", kEq, {true})), EventType::kCreat));
    EXPECT_EQ(names(event_types_of(check("proc.name", kEq, {field("chmod.filename")}))), "chmod ");
    EXPECT_EQ(names(event_types_of(check(
                  transformed(Transformer::kTolower, {field("chmod.filename")}), kEq, {"x"}))),
              "chmod ");
    // Of several right sides any may do.
    EXPECT_TRUE(
        event_types_of(check("proc.name", kIn, {field("chmod.filename"), Right("x")})).all());
    EXPECT_TRUE(event_types_of(check("evt.type", kEq, {field("proc.name")})).all());
}

TEST(EventTypesOf, OfBackReferencesSaysNothing) {
    Condition condition = check(field("evt.type", 0), kEq, {"open"});
    EXPECT_TRUE(event_types_of(condition).all());
    EXPECT_TRUE(event_types_of(check(field("openat.name", 0), kEq, {"/x"})).all());
}

TEST(NamedEventTypesOf, LooksAtTypeComparisonsAlone) {
    EXPECT_TRUE(named_event_types_of(check("openat.flags.w", kEq, {true})).all());
    EXPECT_EQ(names(named_event_types_of(all({type_is("open"), check("proc.name", kExists)}))),
              "open syscall ");
}

TEST(GenericSyscallsOf, ListsCallsWithoutAType) {
    const auto named = [](const Condition& condition) {
        std::string out;
        for (const std::uint16_t call : generic_syscalls_of(condition)) {
            out += std::string(syscall_name(call)) + " ";
        }
        return out;
    };
    EXPECT_EQ(named(type_is("personality")), "personality ");
    EXPECT_EQ(named(type_is("open")), "");
    EXPECT_EQ(named(check("evt.type", kIn, {"open", "personality", "kexec_load"})),
              "personality kexec_load ");
    EXPECT_EQ(named(check("evt.type", kNe, {"personality"})), "");
    EXPECT_EQ(named(none(type_is("personality"))), "");
    EXPECT_EQ(named(check("proc.name", kEq, {"personality"})), "");
    EXPECT_EQ(named(all({type_is("personality"), type_is("open")})), "");
    EXPECT_EQ(named(check("evt.type", kStartswith, {"kexec_"})), "kexec_load kexec_file_load ");
    EXPECT_EQ(named(check("evt.type.is.personality", kEq, {1})), "personality ");
    EXPECT_EQ(named(check("syscall.type", kEq, {"personality"})), "personality ");
}

// Whatever is true on an event of a type has that type in its set.
TEST(EventTypesOf, IsASupersetOnEveryType) {
    const Condition conditions[] = {
        type_is("open"),
        check("evt.type", kNe, {"open"}),
        check("evt.type", kIn, {"open", "close", "procexit"}),
        check("evt.type", kContains, {"a", "e"}, Quantifier::kOneof),
        check("evt.type", kRegex, {"(open|close).*"}),
        check("evt.dir", kEq, {"<"}),
        check("evt.dir", kNe, {"<"}),
        check("evt.is_io_read", kEq, {true}),
        check("evt.is_open_read", kEq, {false}),
        check("evt.is_wait", kExists),
        check("syscall.type", kEq, {"open"}),
        check("evt.category", kEq, {"file"}),
    };
    std::vector<std::pair<Condition, EventTypeSet>> judged;
    for (const Condition& one : conditions) {
        for (const Condition& condition : {one, none(one), all({one, none(conditions[2])})}) {
            judged.emplace_back(condition, event_types_of(condition));
        }
    }
    ValueScratch scratch;
    for (const EventTypeInfo& type : event_types()) {
        if (type.source == EventSourceKind::kNone) continue;
        EventFixture made(static_cast<EventType>(type.id));
        for (const auto& [condition, types] : judged) {
            if (!evaluate(condition, made.event, {}, scratch)) continue;
            EXPECT_TRUE(types[type.id]) << to_string(condition) << " on " << type.name;
        }
    }
}

}  // namespace
}  // namespace sequitur

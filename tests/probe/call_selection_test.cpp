#include "probe/call_selection.h"

#include "probe/bpf/calls.h"
#include "probe/bpf/event_ids.h"

#include <gtest/gtest.h>

#include <cctype>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <sys/syscall.h>

namespace sequitur::probe {
namespace {

struct NamedId {
    std::string_view name;
    std::uint16_t id;
};
#define SEQUITUR_NAMED_ID(name, id) {#name, id},
constexpr NamedId kIds[] = {SEQUITUR_EVENT_IDS(SEQUITUR_NAMED_ID)};
#undef SEQUITUR_NAMED_ID

struct Row {
    std::string_view call;
    std::uint16_t number, event;
    int handler;
    std::size_t recipes;
};
#define SEQUITUR_ROW(call, number, event, handler, subject, ...) \
    {#call, number, EV_##event, HANDLER_##handler, std::initializer_list<int>{__VA_ARGS__}.size()},
const Row kRows[] = {SEQUITUR_CALLS(SEQUITUR_ROW)};
#undef SEQUITUR_ROW

TEST(CallSelectionTest, IdsAreTheTablesCurrentOnes) {
    for (const NamedId& known : kIds) {
        const EventTypeInfo* info = event_type_info(EventType{known.id});
        ASSERT_NE(info, nullptr);
        std::string name(known.name);
        for (char& c : name) c = static_cast<char>(std::tolower(c));
        EXPECT_TRUE(info->is_current) << name;
        EXPECT_EQ(info->name, known.id == EV_GENERIC ? "syscall" : name);
    }
}

// A row's recipes make exactly the parameters of its type.
TEST(CallSelectionTest, RowsHaveTheParametersOfTheirType) {
    for (const Row& row : kRows) {
        if (row.handler != HANDLER_TABLE) continue;
        EXPECT_LE(row.recipes, std::size_t{SEQUITUR_CALL_PARAMS_MAX}) << row.call;
        EXPECT_EQ(row.recipes, event_type_info(EventType{row.event})->params.size()) << row.call;
    }
}

TEST(CallSelectionTest, NumbersAreTheKernels) {
    for (const Row& row : kRows) EXPECT_EQ(native_call_name(row.number), row.call);
    EXPECT_EQ(native_call_name(SYS_getppid), "getppid");
    EXPECT_EQ(syscall_name(ppm_sc_by_number()[SYS_getppid]), "getppid");
    EXPECT_EQ(native_by_compat_number()[5], SYS_open);
    EXPECT_EQ(native_by_compat_number()[11], SYS_execve);
}

class SelectTest : public testing::Test {
protected:
    void select(const Interest& interest) { select_calls(interest, *control); }
    std::unique_ptr<sequitur_control> control = std::make_unique<sequitur_control>();
};

TEST_F(SelectTest, NothingWantedSelectsNothing) {
    select(Interest());
    for (const auto handler : control->handler) EXPECT_EQ(handler, HANDLER_NONE);
    for (const auto wanted : control->wanted) EXPECT_EQ(wanted, 0);
}

TEST_F(SelectTest, AnyCreationAsksForAll) {
    Interest interest;
    interest.add(EventType::kVfork);
    select(interest);
    EXPECT_EQ(control->handler[SYS_clone3], HANDLER_CLONE);
    EXPECT_EQ(control->wanted[EV_CLONE], 1);
    EXPECT_EQ(control->handler[SYS_execve], HANDLER_NONE);
}

TEST_F(SelectTest, CallsOfOneTypeComeTogether) {
    Interest interest;
    interest.add(EventType::kFchmodat);
    select(interest);
    EXPECT_EQ(control->handler[SYS_fchmodat], HANDLER_TABLE);
    EXPECT_EQ(control->handler[452], HANDLER_TABLE);  // fchmodat2
    EXPECT_EQ(control->handler32[306], HANDLER_TABLE);
    EXPECT_EQ(control->handler[SYS_chmod], HANDLER_NONE);
}

TEST_F(SelectTest, GenericCallsByTheirId) {
    Interest interest;
    interest.generic.set(static_cast<std::size_t>(syscall_id("getppid")));
    select(interest);
    EXPECT_EQ(control->handler[SYS_getppid], HANDLER_GENERIC);
    EXPECT_EQ(control->handler[SYS_getpid], HANDLER_NONE);
}

TEST_F(SelectTest, ASecondSelectionReplacesTheFirst) {
    select(Interest::everything());
    EXPECT_EQ(control->handler[SYS_close], HANDLER_TABLE);
    EXPECT_EQ(control->handler[SYS_getppid], HANDLER_GENERIC);
    select(Interest());
    EXPECT_EQ(control->handler[SYS_close], HANDLER_NONE);
    EXPECT_EQ(control->handler[SYS_getppid], HANDLER_NONE);
}

}  // namespace
}  // namespace sequitur::probe

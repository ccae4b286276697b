#include "core/event_type.h"

#include <algorithm>
#include <iterator>

namespace sequitur {
namespace {

// A name in evt.type and where its ids stand in kTypesByName.
struct NamedTypes {
    std::string_view name;
    std::uint16_t first;
    std::uint16_t count;
};

#include "event_table.inc"
#include "syscall_names.inc"

static_assert(std::size(kEventTypes) == kEventTypeCount);
static_assert(std::ranges::is_sorted(kTypeNames, {}, &NamedTypes::name));
static_assert(std::ranges::is_sorted(kFlagTables, {}, &FlagTable::name));

}  // namespace

const EventTypeInfo* event_type_info(EventType type) {
    const auto id = static_cast<std::size_t>(type);
    return id < std::size(kEventTypes) ? &kEventTypes[id] : nullptr;
}

std::span<const EventTypeInfo> event_types() { return kEventTypes; }

std::span<const EventType> event_types_named(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kTypeNames, name, {}, &NamedTypes::name);
    if (found == std::end(kTypeNames) || found->name != name) return {};
    return std::span(kTypesByName).subspan(found->first, found->count);
}

std::string_view syscall_name(std::uint16_t ppm_sc) {
    return ppm_sc < std::size(kSyscallNames) ? kSyscallNames[ppm_sc] : std::string_view();
}

int syscall_id(std::string_view name) {
    const auto name_of = [](std::uint16_t id) { return kSyscallNames[id]; };
    const auto* found = std::ranges::lower_bound(kSyscallsByName, name, {}, name_of);
    if (found == std::end(kSyscallsByName) || kSyscallNames[*found] != name) return -1;
    return *found;
}

std::uint16_t syscall_count() { return static_cast<std::uint16_t>(std::size(kSyscallNames)); }

const FlagTable* flag_table(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kFlagTables, name, {}, &FlagTable::name);
    return found != std::end(kFlagTables) && found->name == name ? found : nullptr;
}

std::int64_t flag_value(const FlagTable& table, std::string_view name) {
    const auto found = std::ranges::find(table.values, name, &FlagValue::name);
    return found != table.values.end() ? static_cast<std::int64_t>(found->value) : -1;
}

}  // namespace sequitur

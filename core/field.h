// Fields: every name that a condition, key or output can ask of an event, with its value.
//
// A field is a row of one table (core/field_table.cpp): name, type, argument, meaning, and a small
// pure function from Event to Value. The table also makes docs/fields.md and `sequitur fields`.
// Falco's names mean what they mean in Falco; ours are listed in docs/rule-language.md.
#pragma once

#include "core/event.h"
#include "core/result.h"
#include "core/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// Row number in the field table.
enum class FieldId : std::uint16_t {};

// What a field's value depends on: decides how far a result may be cached.
enum class FieldScope : std::uint8_t {
    kEvent,    // the record itself
    kProcess,  // the event's ProcessImage alone (proc.*, user.*, group.*, container.*)
    kFd,       // the event's Descriptor alone
    kNamedFd,  // the event's type and its Descriptor; where it has none, the record
};

enum class FieldArg : std::uint8_t {
    kNone,
    kOptionalIndex,
    kRequiredIndex,
    kOptionalText,
    kRequiredText
};

struct FieldInfo {
    FieldId id{};
    std::string_view name;  // "proc.aname"; families end in '.': "evt.arg."
    ValueType type = ValueType::kText;
    FieldArg arg = FieldArg::kNone;
    FieldScope scope = FieldScope::kEvent;
    EventStream stream = EventStream::kSyscall;
    bool any_stream = false;  // of every stream's events, whatever `stream` says (evt.num)
    bool is_list = false;     // list-valued: `in` wants every element, `intersects` any
    bool is_multi = false;    // several values, any of which may match (fd.ip, proc.aname)
    bool negates_all =
        false;  // multi-valued, and != is true only if none is equal (fd.ip, fd.port, fd.net)
    bool filter_only = false;  // conditions only, no output (fd.net)
    bool is_dynamic = false;   // text or a list as the event has it, a number where compared
    bool is_path = false;
    bool is_provided = true;        // false: has a name, so that rules load, but no value as yet
    std::string_view meaning;       // one sentence
    std::string_view in_sequences;  // what it is as a join key; empty: nothing special
};

// A field as some rule names it, resolved. Cheap to copy.
struct FieldRef {
    FieldId id{};
    std::int32_t step = -1;   // back-reference: the step's index in its sequence; -1 this event
    std::int32_t index = -1;  // [N]; -1 none
    std::string name;         // as written, without the step: "proc.aname[2]"
    std::string arg;          // [text], or the tail of a family: "flags" of evt.arg.flags

    // Families over event arguments (evt.arg.X, evt.rawarg.X, <syscall>.<argument>): the parameter
    // index for each event type id, -1 where that type has none. Null for other fields.
    std::shared_ptr<const std::vector<std::int8_t>> params_by_type;
    // <syscall>.<argument>.<flag>: true when (argument & flag_mask) == flag_bits; mask 0 for
    // others.
    std::uint64_t flag_bits = 0, flag_mask = 0;
    ValueType type = ValueType::kText;  // value type of this very reference
    // Its text may be names of flags (Value::list), each of which `in` and `intersects` look at.
    bool has_flag_names = false;

    friend bool operator==(const FieldRef& a, const FieldRef& b) {
        return a.id == b.id && a.step == b.step && a.name == b.name;
    }
};

std::span<const FieldInfo> field_table();
const FieldInfo& field_info(FieldId id);

// "proc.name", "proc.aname[2]", "evt.arg.flags", "openat.flags.w", "evt.arg[1]", ... to a FieldRef
// (step = -1). kBadInput says what is wrong; `closest_field` helps to say what was meant.
Result<FieldRef> resolve_field(std::string_view text);

// The known field name nearest to `name` by edit distance, or empty when none is near.
std::string closest_field(std::string_view name);

// The value of `field` on `event`. Text that had to be computed lies in `scratch` and is valid
// until its reset; text of the event lies where the event has it. Precondition: field.step == -1,
// or the caller passes that step's event. Pure: same event, same value, on any thread.
Value extract(const FieldRef& field, const Event& event, ValueScratch& scratch);

// Whether this very reference has several values (is_multi, and no index that picks one).
bool is_many_valued(const FieldRef& field);

// The event types on which the field can have a value at all; nullopt: any.
std::optional<std::vector<EventType>> event_types_of(const FieldRef& field);

}  // namespace sequitur

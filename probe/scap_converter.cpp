#include "probe/scap_converter.h"

#include "core/event_type.h"
#include "core/json_text.h"
#include "core/param_type.h"
#include "probe/scap_conversion_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace sequitur::probe {
namespace {

using Bytes = std::span<const std::byte>;
using Action = ConversionAction;

constexpr unsigned kStepsMax = 50;  // of one event; the longest chain in the table has 9
constexpr std::array<std::byte, 16> kZeros{};
constexpr std::array<std::byte, 4> kNoId = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                            std::byte{0xff}};

// One value of a rule, read once from the table's text.
struct Source {
    enum class Kind : std::uint8_t { kOld, kEnter, kEnterOrZero, kZero, kMissing, kJson };
    Kind kind = Kind::kMissing;
    std::uint8_t index = 0;
};

struct Rule {
    Action action = Action::kPass;
    std::uint16_t result = 0;
    std::vector<Source> values;
};

std::uint8_t number_in(std::string_view text) {
    std::uint8_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Source source_of(std::string_view word) {
    using Kind = Source::Kind;
    if (word == "-") return {Kind::kMissing, 0};
    if (word == "0") return {Kind::kZero, 0};
    if (word == "json") return {Kind::kJson, 0};
    if (word.starts_with("old")) return {Kind::kOld, number_in(word.substr(3))};
    const Kind kind = word.ends_with("|0") ? Kind::kEnterOrZero : Kind::kEnter;
    return {kind, number_in(word.substr(5))};
}

// The rules by type and count.
class Rules {
public:
    Rules() {
        for (const ConversionRule& row : conversion_rules()) {
            Rule& rule = rules_.emplace_back();
            rule.action = row.action;
            rule.result = row.result;
            std::string_view rest = row.values;
            while (!rest.empty()) {
                const std::size_t end = std::min(rest.find(' '), rest.size());
                rule.values.push_back(source_of(rest.substr(0, end)));
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            by_key_.insert(key(row.type, row.count), static_cast<std::uint32_t>(rules_.size() - 1));
        }
    }
    const Rule* find(std::uint32_t type, std::uint32_t count) const {
        const std::uint32_t* place = by_key_.find(key(type, count));
        return place != nullptr ? &rules_[*place] : nullptr;
    }

private:
    static std::uint32_t key(std::uint32_t type, std::uint32_t count) { return type << 8 | count; }

    std::vector<Rule> rules_;
    FlatMap<std::uint32_t, std::uint32_t> by_key_;
};

const Rules& rules() {
    static const Rules made;
    return made;
}

Bytes zero_of(ParamType type) {
    if (type == ParamType::kUid || type == ParamType::kGid) return kNoId;
    return Bytes(kZeros).first(std::min(fixed_width(type), kZeros.size()));
}

// A value for a parameter of `type`: no longer than the type is wide.
Bytes cut_to(ParamType type, Bytes value) {
    const std::size_t width = fixed_width(type);
    return width != 0 && value.size() > width ? value.first(width) : value;
}

// Where the open calls have name and flags: in the enter event, and in the exit event.
struct OpenParams {
    std::uint16_t exit;
    std::uint8_t enter_name, enter_flags, exit_name, exit_flags;
};
constexpr std::uint8_t kNone = 0xff;
constexpr OpenParams kOpens[] = {
    {3, 0, 1, 1, 2},           // open
    {59, 0, kNone, 1, kNone},  // creat
    {307, 1, 2, 2, 3},         // openat
    {327, 1, 2, 2, 3},         // openat2
};

const OpenParams* open_params(std::uint32_t exit_type) {
    const auto* found = std::ranges::find(kOpens, exit_type, &OpenParams::exit);
    return found != std::end(kOpens) ? found : nullptr;
}

}  // namespace

// An event on its way through the rules: its parameters, wherever they are.
struct ScapConverter::Draft {
    const RecordView& record;  // as the file has it
    Arena& arena;
    std::uint32_t type = 0;
    std::uint32_t count = 0;
    std::array<Bytes, kRecordParamsMax> params;
    bool is_changed = false;

    Draft(const RecordView& from, Arena& into)
        : record(from),
          arena(into),
          type(static_cast<std::uint32_t>(from.type())),
          count(from.param_count()) {
        Bytes values = from.event_bytes();
        const std::size_t width = from.has_wide_lengths() ? 4 : 2;
        const std::byte* lengths = values.data() + kRecordHeaderSize;
        values = values.subspan(kRecordHeaderSize + count * width);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::size_t length = width == 4 ? load_le<std::uint32_t>(lengths + 4 * i)
                                                  : load_le<std::uint16_t>(lengths + 2 * i);
            params[i] = values.first(length);
            values = values.subspan(length);
        }
    }

    Bytes copy(Bytes bytes) const {
        const std::span<std::byte> to = arena.allocate(bytes.size());
        std::ranges::copy(bytes, to.begin());
        return to;
    }

    // The record as it has become.
    RecordView finish() const {
        const bool is_wide = has_wide_lengths(static_cast<EventType>(type));
        const std::size_t width = is_wide ? 4 : 2;
        std::size_t size = kRecordHeaderSize + count * width;
        for (std::uint32_t i = 0; i < count; ++i) size += params[i].size();
        const std::span<std::byte> out = arena.allocate(size);
        std::byte* at = out.data();
        const auto put = [&at](const auto value) {
            std::memcpy(at, &value, sizeof value);
            at += sizeof value;
        };
        put(record.ts_ns());
        put(record.tid());
        put(static_cast<std::uint32_t>(size));
        put(static_cast<std::uint16_t>(type));
        put(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            if (is_wide) put(static_cast<std::uint32_t>(params[i].size()));
            else put(static_cast<std::uint16_t>(params[i].size()));
        }
        for (std::uint32_t i = 0; i < count; ++i) at = std::ranges::copy(params[i], at).out;
        return RecordView(out, record.option_bytes(), record.cpu(), is_wide);
    }
};

namespace {

// {"id":"...","type":N,"name":"...","image":"..."} of an event with those four parameters.
void append_container(std::span<const Bytes> params, std::string& out) {
    const auto text = [&](std::size_t i) { return text_param(params[i]); };
    out = "{\"id\":";
    append_json_text_or_bytes(text(0), out);
    out += ",\"type\":";
    append_json_number(uint_param<std::uint64_t>(params[1], 0), out);
    out += ",\"name\":";
    append_json_text_or_bytes(text(2), out);
    out += ",\"image\":";
    append_json_text_or_bytes(text(3), out);
    out += '}';
    out += '\0';
}

}  // namespace

ScapConverter::Outcome ScapConverter::apply_rules(Draft& draft) {
    const std::uint64_t tid = draft.record.tid();
    for (unsigned step = 0; step < kStepsMax; ++step) {
        const ScapTypeFacts& facts = kScapTypeFacts[draft.type];
        using Treatment = ScapTypeFacts::Treatment;
        if (facts.treatment == Treatment::kDrop) return Outcome::kDrop;
        if (facts.treatment == Treatment::kPass) return Outcome::kDeliver;
        if (facts.treatment == Treatment::kExit && !facts.is_old && draft.count >= facts.count) {
            return Outcome::kDeliver;
        }
        const Rule* rule = rules().find(draft.type, draft.count);
        if (rule == nullptr) {
            // Parameters are only ever added at the end: what is not there is missing.
            return facts.is_old ? Outcome::kNoRule : Outcome::kDeliver;
        }
        if (rule->action == Action::kPass) return Outcome::kDeliver;
        if (rule->action == Action::kKeep || rule->action == Action::kKeepAndPass) {
            entered_.keep(draft.is_changed ? draft.finish() : draft.record);
            return rule->action == Action::kKeep ? Outcome::kDrop : Outcome::kDeliver;
        }

        // An enter event of another call than this one's says nothing about it.
        RecordView enter = entered_.find(tid);
        if (!enter.empty() && static_cast<std::uint32_t>(enter.type()) + 1 != draft.type)
            enter = {};
        bool uses_enter = false;
        std::array<Bytes, kRecordParamsMax> made;
        std::uint32_t count = 0;
        if (rule->action == Action::kAdd) {
            std::ranges::copy(std::span(draft.params).first(draft.count), made.begin());
            count = draft.count;
        }
        const auto& target = event_types()[rule->result].params;
        for (const Source& source : rule->values) {
            using Kind = Source::Kind;
            if (count == kRecordParamsMax) break;
            const ParamType type = count < target.size() ? target[count].type : ParamType::kBytebuf;
            Bytes& value = made[count++];
            switch (source.kind) {
                case Kind::kOld:
                    if (source.index < draft.count) {
                        value = cut_to(type, draft.params[source.index]);
                    }
                    break;
                case Kind::kEnter:
                case Kind::kEnterOrZero:
                    if (!enter.empty()) {
                        value = draft.copy(cut_to(type, enter.param(source.index)));
                        uses_enter = true;
                    } else if (source.kind == Kind::kEnterOrZero) {
                        value = zero_of(type);
                    }
                    break;
                case Kind::kZero: value = zero_of(type); break;
                case Kind::kMissing: break;
                case Kind::kJson:
                    append_container(std::span(draft.params).first(4), json_);
                    value = draft.copy(std::as_bytes(std::span(json_)));
                    break;
            }
        }
        if (uses_enter) entered_.forget(tid);
        draft.type = rule->result;
        draft.count = count;
        draft.params = made;
        draft.is_changed = true;
    }
    return Outcome::kNoRule;
}

// Between the enter and the exit of an open another thread may have changed the name in the
// caller's memory. What was opened is what stood there first.
void ScapConverter::prefer_enter_name(Draft& draft) {
    const OpenParams* place = open_params(draft.type);
    if (place == nullptr || draft.count <= place->exit_name) return;
    const std::uint64_t tid = draft.record.tid();
    const RecordView enter = opened_.find(tid);
    if (enter.empty()) return;
    const bool is_its_own = static_cast<std::uint32_t>(enter.type()) + 1 == draft.type;
    const Bytes name = enter.param(place->enter_name);
    if (is_its_own && text_param(name).data() != nullptr) {
        Bytes& exit_name = draft.params[place->exit_name];
        if (!std::ranges::equal(name, exit_name)) {
            exit_name = draft.copy(name);
            draft.is_changed = true;
        }
        if (place->enter_flags != kNone && draft.count > place->exit_flags) {
            // What only the kernel knew at the end (created, layers) stays.
            constexpr std::uint32_t kAskedMask = 0x3fff;
            const auto asked = uint_param<std::uint32_t>(enter.param(place->enter_flags), 0);
            Bytes& exit_flags = draft.params[place->exit_flags];
            const auto found = uint_param<std::uint32_t>(exit_flags, 0);
            const std::uint32_t flags = asked | (found & ~kAskedMask);
            if (flags != found) {
                exit_flags = draft.copy(std::as_bytes(std::span(&flags, 1)));
                draft.is_changed = true;
            }
        }
    }
    opened_.forget(tid);
}

ScapConverter::Outcome ScapConverter::convert_slowly(RecordView& record, Arena& arena) {
    Draft draft(record, arena);
    const Outcome outcome = apply_rules(draft);
    if (outcome != Outcome::kDeliver) return outcome;
    if (draft.type % 2 == 0 && open_params(draft.type + 1) != nullptr) {
        const std::uint32_t name = open_params(draft.type + 1)->enter_name;
        if (draft.count > name && !draft.params[name].empty()) opened_.keep(record);
    } else if (!opened_.empty()) {
        prefer_enter_name(draft);
    }
    if (draft.is_changed) record = draft.finish();
    return outcome;
}

void EnterEvents::keep(const RecordView& record) {
    if (by_tid_.size() >= kThreadsMax) {
        by_tid_ = {};
        free_.clear();
        for (std::uint32_t i = 0; i < kept_.size(); ++i) free_.push_back(i);
    }
    std::uint32_t* place = by_tid_.find(record.tid());
    if (place == nullptr) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(kept_.size()));
            kept_.emplace_back();
        }
        place = &by_tid_.insert(record.tid(), free_.back());
        free_.pop_back();
    }
    Kept& kept = kept_[*place];
    kept.bytes.assign(record.event_bytes().begin(), record.event_bytes().end());
    kept.has_wide_lengths = record.has_wide_lengths();
}

RecordView EnterEvents::find(std::uint64_t tid) const {
    const std::uint32_t* place = by_tid_.find(tid);
    if (place == nullptr) return {};
    const Kept& kept = kept_[*place];
    return RecordView(kept.bytes, {}, 0, kept.has_wide_lengths);
}

void EnterEvents::forget(std::uint64_t tid) {
    const std::uint32_t* place = by_tid_.find(tid);
    if (place == nullptr) return;
    free_.push_back(*place);
    by_tid_.erase(tid);
}

}  // namespace sequitur::probe

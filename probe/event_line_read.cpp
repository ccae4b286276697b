#include "core/json_text.h"
#include "core/near_name.h"
#include "core/system_names.h"
#include "probe/container_line.h"
#include "probe/event_line.h"
#include "probe/json_number.h"
#include "probe/json_object_line.h"
#include "probe/line_head.h"
#include "probe/line_options.h"
#include "probe/param_slots.h"
#include "probe/proc_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace sequitur {
namespace {

constexpr std::array<std::string_view, 17> kLineKeys = {
    "ts",  "pid",  "tid",   "cpu",   "type",  "id",   "ret",       "args",   "nparams",
    "raw", "task", "child", "files", "paths", "lost", "truncated", "options"};
constexpr std::array<std::string_view, 3> kFileKeys = {"dev", "ino", "gen"};

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

tl::unexpected<Error> at_key(const Error& error, std::string_view key) {
    return fail_with_context(error, std::string(key));
}

std::string_view plain_text(const JsonValue* value) {
    return value != nullptr && value->kind == JsonValue::Kind::kText ? value->text
                                                                     : std::string_view();
}

// Which event a line speaks of.
struct Subject {
    EventType type{};
    const EventTypeInfo* info = nullptr;  // null for an id beyond the table
    int call = -1;                        // generic: which call, where the name says it
};

Result<Subject> unknown_type(std::string_view name) {
    std::vector<std::string_view> names;
    for (const EventTypeInfo& row : event_types()) {
        if (row.is_current) names.push_back(row.name);
    }
    for (std::uint16_t id = 0; id < syscall_count(); ++id) names.push_back(syscall_name(id));
    return bad("unknown event type '" + std::string(name) + "'" + or_did_you_mean(name, names));
}

Result<Subject> read_subject(const JsonValue& line) {
    const JsonValue* type = line.find("type");
    if (type == nullptr) return bad("type is missing");
    if (type->kind != JsonValue::Kind::kText)
        return at_key(wrong_kind("a text", *type).value(), "type");

    Subject subject;
    if (const JsonValue* id = line.find("id")) {
        const auto number = read_number(*id, {.bytes = 2});
        if (!number) return at_key(number.error(), "id");
        subject.type = EventType(*number);
        subject.info = event_type_info(subject.type);
        if (subject.info != nullptr && subject.info->name != type->text) {
            return bad("id: " + std::to_string(*number) + " is '" +
                       std::string(subject.info->name) + "', not '" + std::string(type->text) +
                       "'");
        }
        return subject;
    }
    const auto named = event_types_named(type->text);
    if (!named.empty()) {
        subject.type = named.front();
    } else {
        subject.type = EventType::kGeneric;
        subject.call = syscall_id(type->text);
        if (subject.call < 0) return unknown_type(type->text);
    }
    subject.info = event_type_info(subject.type);
    return subject;
}

bool is_execve(const EventTypeInfo& info) {
    return info.is_exit && info.source == EventSourceKind::kSyscall &&
           info.name.starts_with("execve");
}

bool returns_value(const EventTypeInfo& info) {
    return info.is_exit && info.source == EventSourceKind::kSyscall && info.id > 1;
}

// One line on its way to a record.
class EventLine {
public:
    EventLine(const JsonValue& line, const Subject& subject)
        : line_(line), subject_(subject), info_(*subject.info), slots_(info_) {}

    Result<void> gather();
    Result<void> write(RecordBuilder& builder) const;

private:
    Result<void> gather_args(const JsonValue& args);
    Result<void> gather_result(const JsonValue& result);
    Result<void> unknown_argument(std::string_view name) const;
    void fill_execve();
    Result<void> fill_procexit();

    // Sets the parameter where the line is silent about it.
    template <typename Value>
    void fill(std::string_view param, const Value& value) {
        const int index = slots_.index_of(param);
        if (index >= 0 && !slots_.is_set(index)) slots_.set(index, value);
    }

    const JsonValue& line_;
    const Subject& subject_;
    const EventTypeInfo& info_;
    ParamSlots slots_;
    FileKeys file_;
};

Result<void> EventLine::unknown_argument(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const ParamInfo& param : info_.params) names.push_back(param.name);
    names.insert(names.end(), kFileKeys.begin(), kFileKeys.end());
    std::string message = std::string(info_.name) + " has no argument '" + std::string(name) + "'";
    const std::string hint = or_did_you_mean(name, names);
    if (!hint.empty()) return bad("args: " + message + hint);
    message += "; it has";
    for (const ParamInfo& param : info_.params) {
        message += (&param == info_.params.data() ? " " : ", ") + std::string(param.name);
    }
    return bad("args: " + message);
}

Result<void> EventLine::gather_args(const JsonValue& args) {
    if (args.kind != JsonValue::Kind::kObject) {
        return at_key(wrong_kind("an object", args).value(), "args");
    }
    for (const JsonValue& member : args.items) {
        const int index = slots_.index_of(member.key);
        if (index < 0) {
            if (!file_.take(member)) return unknown_argument(member.key);
            continue;
        }
        if (slots_.is_set(index)) {
            return bad("args: '" + std::string(member.key) + "' stands there twice");
        }
        slots_.set(index, "args.", member.key, member);
    }
    return {};
}

Result<void> EventLine::gather_result(const JsonValue& result) {
    const bool is_procexit = info_.name == "procexit";
    if (info_.id == 1 || info_.id == 0) return {};  // a generic event has no place for it
    if (!is_procexit && !returns_value(info_)) {
        return bad("ret: " + std::string(info_.name) + " returns nothing");
    }
    const int index = is_procexit ? slots_.index_of("ret") : 0;
    if (index < 0 || info_.params.empty())
        return bad("ret: this " + std::string(info_.name) + " has no place for it");
    if (slots_.is_set(index)) {
        return bad("ret and args." +
                   std::string(info_.params[static_cast<std::size_t>(index)].name) +
                   " are the same");
    }
    slots_.set(index, "", "ret", result);
    return {};
}

// What the kernel would tell besides, as far as the line lets one know: the comm, the file name as
// passed and, for an absolute one, the path that ran.
void EventLine::fill_execve() {
    const std::string_view exe = plain_text(slots_.json(slots_.index_of("exe")));
    if (file_.ino() != nullptr) {
        const int index = slots_.index_of("exe_ino");
        if (index >= 0 && !slots_.is_set(index)) slots_.set(index, "args.", "ino", *file_.ino());
    }
    if (exe.empty()) return;
    fill("filename", exe);
    const JsonValue* result = slots_.json(0);
    if (result != nullptr) {
        const auto number = read_number(*result, {.bytes = 8, .is_signed = true});
        // A call that failed leaves the process what it was.
        if (!number || static_cast<std::int64_t>(*number) < 0) return;
    }
    fill("comm", comm_of(exe));
    if (exe.starts_with('/')) fill("trusted_exepath", exe);
}

// The wait status, from the exit code or the signal.
Result<void> EventLine::fill_procexit() {
    std::int64_t status = 0;
    bool is_known = false;
    const auto add = [&](std::string_view param, int shift, std::int64_t named) -> Result<void> {
        const int index = slots_.index_of(param);
        const JsonValue* value = index >= 0 ? slots_.json(index) : nullptr;
        if (value == nullptr || value->kind == JsonValue::Kind::kNull) return {};
        is_known = true;
        if (named > 0) {
            status |= named << shift;
            return {};
        }
        const auto number = read_number(*value, {.bytes = 1});
        if (!number) return at_key(number.error(), param);
        status |= static_cast<std::int64_t>(*number) << shift;
        return {};
    };
    const int sig = slots_.index_of("sig");
    const std::int64_t signal =
        sig >= 0 ? signal_number(plain_text(slots_.json(sig))) : std::int64_t{0};
    if (slots_.is_set(slots_.index_of("status"))) return {};
    if (auto done = add("ret", 8, 0); !done) return done;
    if (auto done = add("sig", 0, signal); !done) return done;
    if (is_known) fill("status", status);
    return {};
}

Result<void> EventLine::gather() {
    if (subject_.call >= 0) slots_.set(0, std::int64_t{subject_.call});
    if (const JsonValue* args = line_.find("args")) {
        if (auto done = gather_args(*args); !done) return done;
    }
    if (const JsonValue* result = line_.find("ret")) {
        if (auto done = gather_result(*result); !done) return done;
    }
    if (is_execve(info_)) fill_execve();
    if (info_.name == "procexit" && !info_.params.empty()) return fill_procexit();
    return {};
}

Result<void> EventLine::write(RecordBuilder& builder) const {
    std::size_t count = info_.params.size();
    if (const JsonValue* nparams = line_.find("nparams")) {
        const auto number = read_number(*nparams, {.bytes = 4});
        if (!number) return at_key(number.error(), "nparams");
        if (*number > count) {
            return bad("nparams: " + std::string(info_.name) + " has " + std::to_string(count));
        }
        count = *number;
    }
    if (auto done = slots_.write(count, builder); !done) return done;
    if (!file_.is_set()) return {};
    const bool is_directory = info_.name == "chdir" || info_.name == "fchdir";
    const std::uint16_t role = is_execve(info_) ? SEQUITUR_ROLE_EXE
                               : is_directory   ? SEQUITUR_ROLE_CWD
                                                : SEQUITUR_ROLE_TARGET;
    const auto file = file_.read(slots_, role, "args.");
    if (!file) return tl::unexpected(file.error());
    builder.add_file(*file);
    return {};
}

// "raw": every parameter's bytes in hexadecimal, for records that the table cannot describe.
Result<void> write_raw(const JsonValue& line, const JsonValue& raw, RecordBuilder& builder) {
    for (const std::string_view key : {"args", "ret", "nparams"}) {
        if (line.find(key) != nullptr) return bad(std::string(key) + " stands beside raw");
    }
    if (raw.kind != JsonValue::Kind::kList) return wrong_kind("a list of texts", raw);
    if (raw.items.size() > kRecordParamsMax) {
        return bad("more than " + std::to_string(kRecordParamsMax) + " parameters");
    }
    std::vector<std::byte> bytes;
    for (const JsonValue& item : raw.items) {
        if (item.kind != JsonValue::Kind::kText) return wrong_kind("texts in its list", item);
        bytes.clear();
        if (!parse_hex(item.text, bytes)) {
            return bad("'" + std::string(item.text) + "' is not hexadecimal");
        }
        builder.add_bytes(bytes);
    }
    return {};
}

Result<void> encode_event(const JsonValue& line, RecordBuilder& builder) {
    if (auto known = check_keys(line, kLineKeys); !known) return known;
    const auto subject = read_subject(line);
    if (!subject) return tl::unexpected(subject.error());
    const EventSourceKind source =
        subject->info != nullptr ? subject->info->source : EventSourceKind::kNone;
    const auto head = read_head(line, line);
    if (!head) return tl::unexpected(head.error());
    if (line.find("ts") == nullptr && source != EventSourceKind::kIter) return bad("ts is missing");
    const auto tid = header_tid(*head, source);
    if (!tid) return tl::unexpected(tid.error());

    builder.begin(head->ts_ns, *tid, subject->type, head->cpu);
    if (const JsonValue* raw = line.find("raw")) {
        if (auto done = write_raw(line, *raw, builder); !done) return at_key(done.error(), "raw");
    } else if (subject->info == nullptr) {
        return bad("id: " + std::to_string(static_cast<int>(subject->type)) +
                   " is not in the table; its parameters must be raw");
    } else {
        EventLine event(line, *subject);
        if (auto done = event.gather(); !done) return done;
        if (auto done = event.write(builder); !done) return done;
    }
    return read_options(line, subject->info, implied_task(*head), builder);
}

// {"ts":..., "json":{...}}: an event of the other stream, among system calls.
Result<RecordView> encode_json_line(const JsonValue& line, RecordBuilder& builder) {
    constexpr std::array<std::string_view, 2> kKeys = {"ts", "json"};
    if (auto known = check_keys(line, kKeys); !known) return tl::unexpected(known.error());
    const JsonValue* object = line.find("json");
    if (object->kind != JsonValue::Kind::kObject) {
        return fail_with_context(wrong_kind("an object", *object).value(), "json");
    }
    const JsonValue* ts = line.find("ts");
    if (ts == nullptr) return bad("ts is missing");
    const auto ts_ns = read_number(*ts, {.bytes = 8});
    if (!ts_ns) return fail_with_context(ts_ns.error(), "ts");
    std::string text;
    append_json(*object, text);
    begin_object_record(*ts_ns, text, builder);
    return builder.finish();
}

}  // namespace

Result<RecordView> encode_line(const JsonValue& line, RecordBuilder& builder) {
    if (line.kind != JsonValue::Kind::kObject) {
        return tl::unexpected(wrong_kind("an object", line).value());
    }
    if (line.find("proc") != nullptr) return encode_proc_line(line, builder);
    if (line.find("json") != nullptr) return encode_json_line(line, builder);
    if (line.find("container") != nullptr) return encode_container_line(line, builder);
    if (auto done = encode_event(line, builder); !done) return tl::unexpected(done.error());
    return builder.finish_exact();
}

}  // namespace sequitur

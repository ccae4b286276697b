#include "probe/proc_line.h"

#include "core/json_text.h"
#include "probe/json_number.h"
#include "probe/json_param.h"
#include "probe/line_head.h"
#include "probe/line_options.h"
#include "probe/param_slots.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace sequitur {
namespace {

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

tl::unexpected<Error> at_key(const tl::unexpected<Error>& error, std::string_view key) {
    return fail_with_context(error.value(), std::string(key));
}

// Where a snapshot line calls a parameter otherwise than the table.
struct Alias {
    std::string_view key;
    std::string_view param;
};
constexpr std::array<Alias, 5> kAliases = {{{"name", "comm"},
                                            {"uid", "euid"},
                                            {"gid", "egid"},
                                            {"start_ts", "start_time"},
                                            {"exe_ino", "exe_ino_num"}}};

std::string_view key_of(std::string_view param) {
    for (const Alias& alias : kAliases) {
        if (alias.param == param) return alias.key;
    }
    return param;
}

const EventTypeInfo& task_info() { return *event_type_info(EventType::kIterTask); }

// What stands in a "proc" object and is no parameter.
struct Extras {
    const JsonValue* exe = nullptr;
    const JsonValue* args = nullptr;
    const JsonValue* container_id = nullptr;
    FileKeys file;
};

std::vector<std::string_view> known_keys() {
    std::vector<std::string_view> keys = {"pid",          "tid", "exe", "args",
                                          "container_id", "dev", "ino", "gen"};
    for (const ParamInfo& param : task_info().params) keys.push_back(key_of(param.name));
    return keys;
}

std::string_view text_at(const ParamSlots& slots, std::string_view param) {
    const JsonValue* value = slots.json(slots.index_of(param));
    return value != nullptr && value->kind == JsonValue::Kind::kText ? value->text
                                                                     : std::string_view();
}

Result<void> gather(const JsonValue& proc, ParamSlots& slots, Extras& extras) {
    static const std::vector<std::string_view> kKnown = known_keys();
    if (auto known = check_keys(proc, kKnown); !known) return known;
    for (const JsonValue& member : proc.items) {
        if (member.key == "pid" || member.key == "tid") continue;
        if (member.key == "exe") {
            extras.exe = &member;
        } else if (member.key == "args") {
            extras.args = &member;
        } else if (member.key == "container_id") {
            extras.container_id = &member;
        } else if (!extras.file.take(member)) {
            std::string_view name = member.key;
            for (const Alias& alias : kAliases) {
                if (alias.key == name) name = alias.param;
            }
            slots.set(slots.index_of(name), "", member.key, member);
        }
    }
    return {};
}

// argv from exe and args. argv[0] is the name where the line does not tell it.
Result<void> fill_argv(const Extras& extras, ParamSlots& slots) {
    const int argv = slots.index_of("argv");
    if (slots.is_set(argv)) {
        if (extras.exe != nullptr || extras.args != nullptr) {
            return bad("argv stands beside exe or args");
        }
        return {};
    }
    std::string_view first = text_at(slots, "comm");
    if (first.empty()) first = comm_of(text_at(slots, "exepath"));
    if (extras.exe != nullptr) {
        if (extras.exe->kind != JsonValue::Kind::kText) {
            return at_key(wrong_kind("a text", *extras.exe), "exe");
        }
        first = extras.exe->text;
    }
    std::vector<std::string_view> texts = {first};
    if (extras.args != nullptr) {
        if (extras.args->kind != JsonValue::Kind::kList) {
            return at_key(wrong_kind("a list of texts", *extras.args), "args");
        }
        for (const JsonValue& item : extras.args->items) {
            if (item.kind != JsonValue::Kind::kText) {
                return at_key(wrong_kind("texts in its list", item), "args");
            }
            texts.push_back(item.text);
        }
    } else if (first.empty()) {
        return {};
    }
    for (const std::string_view text : texts) {
        if (text.find('\0') != std::string_view::npos) {
            return bad("args: a text here cannot hold \\u0000; write argv's bytes as hex");
        }
    }
    slots.set(argv, std::move(texts));
    return {};
}

// A container is known by the control group that its processes are in. The group's name lies in
// `storage`, which must live as long as `slots`.
Result<void> fill_cgroups(const Extras& extras, ParamSlots& slots, std::string& storage) {
    constexpr std::size_t kShort = 12;
    constexpr std::size_t kWhole = 64;
    if (extras.container_id == nullptr) return {};
    if (extras.container_id->kind != JsonValue::Kind::kText) {
        return at_key(wrong_kind("a text", *extras.container_id), "container_id");
    }
    const std::string_view id = extras.container_id->text;
    if (id.empty()) return {};
    if (slots.is_set(slots.index_of("cgroups"))) return bad("container_id stands beside cgroups");
    const bool is_hexadecimal = id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (id.size() < kShort || id.size() > kWhole || !is_hexadecimal) {
        return bad("container_id: '" + std::string(id) + "' is not 12 to 64 digits of 0-9a-f");
    }
    storage = "cpu=/docker/" + std::string(id) + std::string(kWhole - id.size(), '0');
    slots.set(slots.index_of("cgroups"), std::string_view(storage));
    return {};
}

void fill_comm(const Extras& extras, ParamSlots& slots) {
    const int comm = slots.index_of("comm");
    if (slots.is_set(comm)) return;
    std::string_view path = text_at(slots, "exepath");
    if (path.empty() && extras.exe != nullptr && extras.exe->kind == JsonValue::Kind::kText) {
        path = extras.exe->text;
    }
    if (!path.empty()) slots.set(comm, comm_of(path));
}

// A number that has been read before as a parameter, for the task option.
template <typename T>
void take_number(const ParamSlots& slots, std::string_view param, T& out) {
    const JsonValue* value = slots.json(slots.index_of(param));
    if (value == nullptr) return;
    const auto number = read_number(*value, {.bytes = 8, .is_signed = sizeof(T) < 8});
    if (number && static_cast<std::int64_t>(*number) > 0) out = static_cast<T>(*number);
}

std::optional<sequitur_task_option> implied(const LineHead& head, const ParamSlots& slots) {
    std::optional<sequitur_task_option> task = implied_task(head);
    if (task) {
        take_number(slots, "start_time", task->start_ns);
        take_number(slots, "ppid", task->parent_tgid);
        take_number(slots, "sid", task->sid);
    }
    return task;
}

// The same from a record, for the other direction.
std::optional<sequitur_task_option> implied(const RecordView& record) {
    const auto index = [](std::string_view name) {
        return static_cast<std::uint32_t>(ParamSlots(task_info()).index_of(name));
    };
    sequitur_task_option task{};
    task.tgid = static_cast<std::uint32_t>(record.tid() >> 32);
    const auto start = int_param<std::int64_t>(record.param(index("start_time")), 0);
    const auto ppid = int_param<std::int32_t>(record.param(index("ppid")), 0);
    const auto sid = int_param<std::int32_t>(record.param(index("sid")), 0);
    if (start > 0) task.start_ns = static_cast<std::uint64_t>(start);
    if (ppid > 0) task.parent_tgid = static_cast<std::uint32_t>(ppid);
    if (sid > 0) task.sid = static_cast<std::uint32_t>(sid);
    return task;
}

constexpr std::array<std::string_view, 10> kLineKeys = {
    "proc", "ts", "cpu", "task", "child", "files", "paths", "lost", "truncated", "options"};

}  // namespace

Result<RecordView> encode_proc_line(const JsonValue& line, RecordBuilder& builder) {
    if (auto known = check_keys(line, kLineKeys); !known) return tl::unexpected(known.error());
    const JsonValue& proc = *line.find("proc");
    ParamSlots slots(task_info());
    Extras extras;
    LineHead head;
    std::string cgroup;
    const auto read = [&]() -> Result<void> {
        if (proc.kind != JsonValue::Kind::kObject) return wrong_kind("an object", proc);
        if (auto done = gather(proc, slots, extras); !done) return done;
        Result<LineHead> got = read_head(line, proc);
        if (!got) return tl::unexpected(got.error());
        head = *got;
        if (!head.pid) return bad("pid is missing");
        const auto tid = header_tid(head, EventSourceKind::kIter);
        if (!tid) return tl::unexpected(tid.error());

        if (auto done = fill_argv(extras, slots); !done) return done;
        if (auto done = fill_cgroups(extras, slots, cgroup); !done) return done;
        fill_comm(extras, slots);
        const int exe_ino = slots.index_of("exe_ino_num");
        if (extras.file.ino() != nullptr && !slots.is_set(exe_ino)) {
            slots.set(exe_ino, "", "ino", *extras.file.ino());
        }
        builder.begin(head.ts_ns, *tid, EventType::kIterTask, head.cpu);
        if (auto done = slots.write(task_info().params.size(), builder); !done) return done;
        if (!extras.file.is_set()) return {};
        const auto file = extras.file.read(slots, SEQUITUR_ROLE_EXE, "");
        if (!file) return tl::unexpected(file.error());
        builder.add_file(*file);
        return {};
    };
    if (const Result<void> done = read(); !done) return fail_with_context(done.error(), "proc");
    const auto options = read_options(line, &task_info(), implied(head, slots), builder);
    if (!options) return tl::unexpected(options.error());
    return builder.finish();
}

void append_proc_line(const RecordView& record, std::string& out) {
    out += '{';
    if (record.ts_ns() != 0) {
        out += "\"ts\":";
        append_json_number(record.ts_ns(), out);
        out += ',';
    }
    if (record.cpu() != 0) {
        out += "\"cpu\":";
        append_json_number(std::uint64_t{record.cpu()}, out);
        out += ',';
    }
    out += "\"proc\":{\"pid\":";
    append_json_number(record.tid() >> 32, out);
    if (record.tid() >> 32 != (record.tid() & 0xffffffff)) {
        out += ",\"tid\":";
        append_json_number(record.tid() & 0xffffffff, out);
    }
    const auto params = task_info().params;
    for (std::uint32_t i = 0; i < params.size(); ++i) {
        const auto bytes = record.param(i);
        // Read back, these would be made from others where the line is silent.
        const bool is_filled = params[i].name == "comm" || params[i].name == "argv";
        if (bytes.empty() && !is_filled) continue;
        out += ",\"";
        out += key_of(params[i].name);
        out += "\":";
        if (bytes.empty()) {
            out += "null";
        } else {
            append_param(params[i], bytes, out);
        }
    }
    out += '}';
    append_options(record, &task_info(), implied(record), out);
    out += '}';
}

}  // namespace sequitur

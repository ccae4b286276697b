#include "core/event_type.h"
#include "core/json_text.h"
#include "probe/event_line.h"
#include "probe/json_param.h"
#include "probe/line_head.h"
#include "probe/line_options.h"
#include "probe/proc_line.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace sequitur {
namespace {

// Parameters that encode_line() would fill from others where the line is silent.
constexpr std::string_view kFilledByExecve[] = {"comm", "filename", "trusted_exepath"};
constexpr std::string_view kFilledByProcexit[] = {"status"};

void append_key(std::string_view key, std::string& out) {
    out += ",\"";
    out += key;
    out += "\":";
}

// The call of a generic event, if its name alone says that it is this one.
std::string_view generic_name(const RecordView& record) {
    const auto id = record.param(0);
    if (id.size() != 2) return {};
    const std::string_view name = syscall_name(load_le<std::uint16_t>(id.data()));
    return event_types_named(name).empty() ? name : std::string_view();
}

// Appends type and, where the name means another id, the id. Returns whether the name of a generic
// event says its first parameter.
bool append_type(const RecordView& record, const EventTypeInfo* info, std::string& out) {
    std::string_view name = info != nullptr ? info->name : "?";
    bool says_call = false;
    if (record.type() == EventType::kGeneric) {
        const std::string_view call = generic_name(record);
        says_call = !call.empty();
        if (says_call) name = call;
    }
    append_key("type", out);
    append_json_string(name, out);
    const auto named = event_types_named(name);
    if (!says_call && (named.empty() || named.front() != record.type())) {
        append_key("id", out);
        append_json_number(std::uint64_t{static_cast<std::uint16_t>(record.type())}, out);
    }
    return says_call;
}

bool is_filled(const EventTypeInfo& info, std::string_view param) {
    if (info.is_exit && info.name.starts_with("execve")) {
        return std::ranges::find(kFilledByExecve, param) != std::end(kFilledByExecve);
    }
    if (info.name != "procexit") return false;
    return std::ranges::find(kFilledByProcexit, param) != std::end(kFilledByProcexit);
}

void append_params(const RecordView& record, const EventTypeInfo& info, bool says_call,
                   std::string& out) {
    const std::uint32_t count = record.param_count();
    std::uint32_t first = says_call ? 1 : 0;
    const bool returns = info.is_exit && info.source == EventSourceKind::kSyscall && info.id > 1;
    if (returns && count > 0) {
        first = 1;
        if (!record.param(0).empty()) {
            append_key("ret", out);
            append_param(info.params[0], record.param(0), out);
        }
    }
    bool is_open = false;
    for (std::uint32_t i = first; i < count; ++i) {
        const auto bytes = record.param(i);
        if (bytes.empty() && !is_filled(info, info.params[i].name)) continue;
        if (is_open) {
            append_key(info.params[i].name, out);
        } else {
            out += ",\"args\":{\"";
            out += info.params[i].name;
            out += "\":";
            is_open = true;
        }
        if (bytes.empty()) {
            out += "null";
        } else {
            append_param(info.params[i], bytes, out);
        }
    }
    if (is_open) out += '}';
    if (count != info.params.size()) {
        append_key("nparams", out);
        append_json_number(std::uint64_t{count}, out);
    }
}

void append_raw(const RecordView& record, std::string& out) {
    append_key("raw", out);
    out += '[';
    for (std::uint32_t i = 0; i < record.param_count(); ++i) {
        if (i != 0) out += ',';
        out += '"';
        append_hex(record.param(i), out);
        out += '"';
    }
    out += ']';
}

void append_event_line(const RecordView& record, const EventTypeInfo* info, std::string& out) {
    out += "{\"ts\":";
    append_json_number(record.ts_ns(), out);

    // Without a task option the thread group is not known, except from an iterator.
    LineHead head;
    std::uint64_t tid = record.tid();
    const std::optional<sequitur_task_option> task = task_of(record);
    const bool is_iterator = info != nullptr && info->source == EventSourceKind::kIter;
    if (is_iterator) {
        head.pid = static_cast<std::uint32_t>(tid >> 32);
        tid &= 0xffffffff;
    } else if (task) {
        head.pid = task->tgid;
    }
    if (head.pid) {
        append_key("pid", out);
        append_json_number(std::uint64_t{*head.pid}, out);
    }
    if (!head.pid || *head.pid != tid) {
        append_key("tid", out);
        append_json_number(static_cast<std::int64_t>(tid), out);
    }
    if (record.cpu() != 0) {
        append_key("cpu", out);
        append_json_number(std::uint64_t{record.cpu()}, out);
    }
    const bool says_call = append_type(record, info, out);
    if (info == nullptr || record.param_count() > info->params.size()) {
        append_raw(record, out);
    } else {
        append_params(record, *info, says_call, out);
    }
    append_options(record, info, implied_task(head), out);
    out += '}';
}

}  // namespace

void append_line(const RecordView& record, std::string& out) {
    const EventTypeInfo* info = event_type_info(record.type());
    if (record.type() == EventType::kIterTask && record.param_count() == info->params.size()) {
        append_proc_line(record, out);
    } else {
        append_event_line(record, info, out);
    }
}

}  // namespace sequitur

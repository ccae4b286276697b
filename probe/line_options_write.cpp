#include "core/json_text.h"
#include "core/record_options.h"
#include "probe/line_options.h"
#include "probe/option_names.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace sequitur {
namespace {

bool is_equal(const sequitur_task_option& a, const sequitur_task_option& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

void append_number(std::uint64_t number, std::string& out) { append_json_number(number, out); }

// Starts a member: a comma, unless it is the first behind `start`, and the key.
void append_key(std::string_view key, std::size_t start, std::string& out) {
    if (out.size() != start) out += ',';
    out += '"';
    out += key;
    out += "\":";
}

void append_member(std::string_view key, std::uint64_t number, std::size_t start,
                   std::string& out) {
    append_key(key, start, out);
    append_number(number, out);
}

// The members that differ from `other`.
void append_task(const sequitur_task_option& task, const sequitur_task_option& other,
                 std::string& out) {
    out += '{';
    const std::size_t start = out.size();
    const auto differing = [&](std::string_view key, std::uint64_t value, std::uint64_t implied) {
        if (value != implied) append_member(key, value, start, out);
    };
    differing("start_ts", task.start_ns, other.start_ns);
    differing("parent_start_ts", task.parent_start_ns, other.parent_start_ns);
    differing("pid", task.tgid, other.tgid);
    differing("ppid", task.parent_tgid, other.parent_tgid);
    differing("mount_ns", task.mount_ns, other.mount_ns);
    differing("sid", task.sid, other.sid);
    out += '}';
}

void append_role(std::uint16_t role, std::size_t start, std::string& out) {
    append_key("role", start, out);
    if (role < kRoleNames.size()) {
        append_json_string(kRoleNames[role], out);
    } else {
        append_number(role, out);
    }
}

void append_file(const sequitur_file_option& file, std::string& out) {
    out += '{';
    const std::size_t start = out.size();
    append_role(file.role, start, out);
    append_member("dev", file.dev, start, out);
    append_member("ino", file.ino, start, out);
    const bool tells_generation = (file.flags & SEQUITUR_FILE_GENERATION) != 0;
    if (tells_generation || file.generation != 0) append_member("gen", file.generation, start, out);
    if (file.nlink != 0) append_member("nlink", file.nlink, start, out);
    if (file.mode != 0) {
        append_key("mode", start, out);
        out += "\"0";
        std::string digits;
        for (unsigned mode = file.mode; mode != 0; mode >>= 3) {
            digits.insert(digits.begin(), static_cast<char>('0' + (mode & 7)));
        }
        out += digits + '"';
    }
    out += '}';
}

void append_path(const PathOption& path, std::string& out) {
    out += '{';
    const std::size_t start = out.size();
    append_role(path.role, start, out);
    append_key("path", start, out);
    append_json_text_or_bytes(path.path, out);
    if (path.flags != 0) {
        append_key("flags", start, out);
        out += '[';
        const std::size_t first = out.size();
        for (unsigned bit = 0; bit < 8; ++bit) {
            if ((path.flags >> bit & 1) == 0) continue;
            if (out.size() != first) out += ',';
            if (bit < kPathFlagNames.size()) {
                append_json_string(kPathFlagNames[bit], out);
            } else {
                append_number(bit, out);
            }
        }
        out += ']';
    }
    out += '}';
}

void append_truncated(std::uint64_t bits, const EventTypeInfo* info, std::string& out) {
    out += ",\"truncated\":[";
    const std::size_t first = out.size();
    for (std::size_t bit = 0; bit < 64; ++bit) {
        if ((bits >> bit & 1) == 0) continue;
        if (out.size() != first) out += ',';
        if (info != nullptr && bit < info->params.size()) {
            append_json_string(info->params[bit].name, out);
        } else {
            append_number(bit, out);
        }
    }
    out += ']';
}

// Options as they are gathered for their keys; each kind is a list of JSON values.
struct Gathered {
    bool has_task = false, has_child = false, has_lost = false;
    sequitur_task_option task{}, child{};
    std::uint64_t lost = 0, truncated = 0;
    std::string files, paths, others;
};

// Takes an option of a known kind and length; a second one of its kind is kept as it is.
bool take_known(const RecordOption& option, Gathered& to) {
    if (option.code == SEQUITUR_OPTION_TASK || option.code == SEQUITUR_OPTION_CHILD) {
        const bool is_task = option.code == SEQUITUR_OPTION_TASK;
        bool& has = is_task ? to.has_task : to.has_child;
        const auto task = option_as<sequitur_task_option>(option);
        if (has || !task) return false;
        has = true;
        (is_task ? to.task : to.child) = *task;
        return true;
    }
    if (option.code == SEQUITUR_OPTION_FILE) {
        const auto file = option_as<sequitur_file_option>(option);
        if (!file) return false;
        if (!to.files.empty()) to.files += ',';
        append_file(*file, to.files);
        return true;
    }
    if (option.code == SEQUITUR_OPTION_PATH) {
        const auto path = path_option(option);
        if (!path) return false;
        if (!to.paths.empty()) to.paths += ',';
        append_path(*path, to.paths);
        return true;
    }
    if (option.code == SEQUITUR_OPTION_LOST) {
        const auto lost = option_as<std::uint64_t>(option);
        if (to.has_lost || !lost) return false;
        to.has_lost = true;
        to.lost = *lost;
        return true;
    }
    if (option.code == SEQUITUR_OPTION_TRUNCATED) {
        const auto bits = option_as<std::uint64_t>(option);
        if (bits) to.truncated |= *bits;  // what one of them says, holds
        return bits.has_value();
    }
    return false;
}

Gathered gather(const RecordView& record) {
    Gathered gathered;
    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    while (reader.next(option)) {
        if (take_known(option, gathered)) continue;
        if (!gathered.others.empty()) gathered.others += ',';
        gathered.others += "{\"code\":";
        append_number(option.code, gathered.others);
        gathered.others += ",\"hex\":\"";
        append_hex(option.value, gathered.others);
        gathered.others += "\"}";
    }
    return gathered;
}

}  // namespace

void append_options(const RecordView& record, const EventTypeInfo* info,
                    const std::optional<sequitur_task_option>& task, std::string& out) {
    const Gathered gathered = gather(record);
    if (!gathered.has_task) {
        if (task) out += ",\"task\":null";
    } else if (!task || !is_equal(*task, gathered.task)) {
        out += ",\"task\":";
        append_task(gathered.task, task.value_or(sequitur_task_option{}), out);
    }
    if (gathered.has_child) {
        out += ",\"child\":";
        append_task(gathered.child, {}, out);
    }
    if (!gathered.files.empty()) out += ",\"files\":[" + gathered.files + ']';
    if (!gathered.paths.empty()) out += ",\"paths\":[" + gathered.paths + ']';
    if (gathered.has_lost) {
        out += ",\"lost\":";
        append_number(gathered.lost, out);
    }
    if (!gathered.others.empty()) out += ",\"options\":[" + gathered.others + ']';
    if (gathered.truncated != 0) append_truncated(gathered.truncated, info, out);
}

std::optional<sequitur_task_option> task_of(const RecordView& record) {
    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    while (reader.next(option)) {
        if (option.code != SEQUITUR_OPTION_TASK) continue;
        if (const auto task = option_as<sequitur_task_option>(option)) return task;
    }
    return std::nullopt;
}

}  // namespace sequitur

#include "core/json_text.h"
#include "core/near_name.h"
#include "probe/json_number.h"
#include "probe/line_options.h"
#include "probe/option_names.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace sequitur {
namespace {

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

tl::unexpected<Error> at_key(const Error& error, std::string_view key) {
    return fail_with_context(error, std::string(key));
}

// Reads the number under `key` into `out`, which stays as it is where there is none.
template <typename T>
Result<void> read_member(const JsonValue& object, std::string_view key, T& out,
                         bool is_octal = false) {
    const JsonValue* value = object.find(key);
    if (value == nullptr) return {};
    const auto number = read_number(*value, {.bytes = sizeof(T), .is_octal = is_octal});
    if (!number) return at_key(number.error(), key);
    out = static_cast<T>(*number);
    return {};
}

// A name of `names`, or a number.
Result<std::uint16_t> read_name(const JsonValue& value, std::span<const std::string_view> names,
                                std::size_t bytes) {
    if (value.kind == JsonValue::Kind::kText) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == value.text) return static_cast<std::uint16_t>(i);
        }
        return bad("unknown '" + std::string(value.text) + "'" +
                   or_did_you_mean(value.text, names));
    }
    const auto number = read_number(value, {.bytes = bytes});
    if (!number) return tl::unexpected(number.error());
    return static_cast<std::uint16_t>(*number);
}

Result<void> expect(const JsonValue& value, JsonValue::Kind kind, std::string_view wanted) {
    if (value.kind != kind) return wrong_kind(wanted, value);
    return {};
}

Result<sequitur_task_option> read_task(const JsonValue& value, sequitur_task_option task) {
    static constexpr std::array<std::string_view, 6> kKeys = {"start_ts", "parent_start_ts", "pid",
                                                              "ppid",     "mount_ns",        "sid"};
    const auto check = [&]() -> Result<void> {
        if (auto is = expect(value, JsonValue::Kind::kObject, "an object"); !is) return is;
        if (auto known = check_keys(value, kKeys); !known) return known;
        if (auto got = read_member(value, "start_ts", task.start_ns); !got) return got;
        if (auto got = read_member(value, "parent_start_ts", task.parent_start_ns); !got)
            return got;
        if (auto got = read_member(value, "pid", task.tgid); !got) return got;
        if (auto got = read_member(value, "ppid", task.parent_tgid); !got) return got;
        if (auto got = read_member(value, "mount_ns", task.mount_ns); !got) return got;
        return read_member(value, "sid", task.sid);
    };
    const Result<void> done = check();
    if (!done) return tl::unexpected(done.error());
    return task;
}

Result<void> add_file(const JsonValue& value, RecordBuilder& builder) {
    static constexpr std::array<std::string_view, 6> kKeys = {"role", "dev",   "ino",
                                                              "gen",  "nlink", "mode"};
    if (auto is = expect(value, JsonValue::Kind::kObject, "objects in its list"); !is) return is;
    if (auto known = check_keys(value, kKeys); !known) return known;
    sequitur_file_option file{};
    if (const JsonValue* role = value.find("role")) {
        const auto number = read_name(*role, kRoleNames, 1);
        if (!number) return at_key(number.error(), "role");
        file.role = static_cast<std::uint8_t>(*number);
    }
    if (const JsonValue* dev = value.find("dev")) {
        const auto number = read_device(*dev);
        if (!number) return at_key(number.error(), "dev");
        file.dev = static_cast<std::uint32_t>(*number);
    }
    if (auto got = read_member(value, "ino", file.ino); !got) return got;
    if (auto got = read_member(value, "gen", file.generation); !got) return got;
    if (value.find("gen") != nullptr) file.flags |= SEQUITUR_FILE_GENERATION;
    if (auto got = read_member(value, "nlink", file.nlink); !got) return got;
    if (auto got = read_member(value, "mode", file.mode, true); !got) return got;
    builder.add_file(file);
    return {};
}

// A text, or {"hex":...}.
Result<void> read_bytes(const JsonValue& value, std::vector<std::byte>& out) {
    if (value.kind == JsonValue::Kind::kText) {
        const auto bytes = std::as_bytes(std::span(value.text.data(), value.text.size()));
        out.assign(bytes.begin(), bytes.end());
        return {};
    }
    const JsonValue* hex = value.find("hex");
    if (hex == nullptr || hex->kind != JsonValue::Kind::kText || value.items.size() != 1) {
        return wrong_kind("a text or {\"hex\":...}", value);
    }
    if (!parse_hex(hex->text, out))
        return bad("'" + std::string(hex->text) + "' is not hexadecimal");
    return {};
}

Result<void> add_path(const JsonValue& value, RecordBuilder& builder) {
    static constexpr std::array<std::string_view, 3> kKeys = {"role", "path", "flags"};
    if (auto is = expect(value, JsonValue::Kind::kObject, "objects in its list"); !is) return is;
    if (auto known = check_keys(value, kKeys); !known) return known;
    std::uint8_t role = 0;
    std::uint8_t flags = 0;
    if (const JsonValue* name = value.find("role")) {
        const auto number = read_name(*name, kRoleNames, 1);
        if (!number) return at_key(number.error(), "role");
        role = static_cast<std::uint8_t>(*number);
    }
    if (const JsonValue* list = value.find("flags")) {
        if (auto is = expect(*list, JsonValue::Kind::kList, "a list of names"); !is) {
            return at_key(is.error(), "flags");
        }
        for (const JsonValue& item : list->items) {
            const auto bit = read_name(item, kPathFlagNames, 1);
            if (!bit) return at_key(bit.error(), "flags");
            if (*bit >= 8) return bad("flags: there is no bit " + std::to_string(*bit));
            flags = static_cast<std::uint8_t>(flags | 1u << *bit);
        }
    }
    std::vector<std::byte> path;
    const JsonValue* text = value.find("path");
    if (text == nullptr) return bad("path is missing");
    if (auto got = read_bytes(*text, path); !got) return at_key(got.error(), "path");
    builder.add_path(role, flags, {reinterpret_cast<const char*>(path.data()), path.size()});
    return {};
}

Result<void> add_raw_option(const JsonValue& value, RecordBuilder& builder) {
    static constexpr std::array<std::string_view, 2> kKeys = {"code", "hex"};
    if (auto is = expect(value, JsonValue::Kind::kObject, "objects in its list"); !is) return is;
    if (auto known = check_keys(value, kKeys); !known) return known;
    std::uint16_t code = 0;
    if (auto got = read_member(value, "code", code); !got) return got;
    if (code == 0) return bad("code is missing");
    const JsonValue* hex = value.find("hex");
    std::vector<std::byte> bytes;
    if (hex == nullptr || hex->kind != JsonValue::Kind::kText || !parse_hex(hex->text, bytes) ||
        bytes.size() > std::numeric_limits<std::uint16_t>::max()) {
        return bad("hex: wants at most 65535 bytes in hexadecimal");
    }
    builder.add_option(code, bytes);
    return {};
}

Result<void> mark_truncated(const JsonValue& value, const EventTypeInfo* info,
                            RecordBuilder& builder) {
    std::vector<std::string_view> names;
    if (info != nullptr) {
        for (const ParamInfo& param : info->params) names.push_back(param.name);
    }
    const auto index = read_name(value, names, 1);
    if (!index) return tl::unexpected(index.error());
    if (*index >= 64) return bad("there is no parameter " + std::to_string(*index));
    builder.mark_truncated(*index);
    return {};
}

template <typename Add>
Result<void> for_each(const JsonValue& line, std::string_view key, Add add) {
    const JsonValue* list = line.find(key);
    if (list == nullptr) return {};
    if (auto is = expect(*list, JsonValue::Kind::kList, "a list"); !is) {
        return at_key(is.error(), key);
    }
    for (const JsonValue& item : list->items) {
        if (Result<void> added = add(item); !added) return at_key(added.error(), key);
    }
    return {};
}

}  // namespace

Result<void> check_keys(const JsonValue& object, std::span<const std::string_view> known) {
    for (const JsonValue& member : object.items) {
        if (std::ranges::find(known, member.key) == known.end()) {
            return bad("unknown key '" + std::string(member.key) + "'" +
                       or_did_you_mean(member.key, known));
        }
        if (object.find(member.key) != &member) {
            return bad("key '" + std::string(member.key) + "' stands there twice");
        }
    }
    return {};
}

Result<void> read_options(const JsonValue& line, const EventTypeInfo* info,
                          const std::optional<sequitur_task_option>& task, RecordBuilder& builder) {
    const JsonValue* given = line.find("task");
    if (given == nullptr) {
        if (task) builder.set_task(*task);
    } else if (given->kind != JsonValue::Kind::kNull) {
        const auto said = read_task(*given, task.value_or(sequitur_task_option{}));
        if (!said) return at_key(said.error(), "task");
        builder.set_task(*said);
    }
    if (const JsonValue* child = line.find("child")) {
        const auto said = read_task(*child, {});
        if (!said) return at_key(said.error(), "child");
        builder.add_option(SEQUITUR_OPTION_CHILD, std::as_bytes(std::span(&*said, 1)));
    }
    const auto file = [&](const JsonValue& item) { return add_file(item, builder); };
    if (auto read = for_each(line, "files", file); !read) return read;
    const auto path = [&](const JsonValue& item) { return add_path(item, builder); };
    if (auto read = for_each(line, "paths", path); !read) return read;
    if (line.find("lost") != nullptr) {
        std::uint64_t lost = 0;
        if (auto got = read_member(line, "lost", lost); !got) return got;
        builder.set_lost(lost);
    }
    const auto raw = [&](const JsonValue& item) { return add_raw_option(item, builder); };
    if (auto read = for_each(line, "options", raw); !read) return read;
    const auto mark = [&](const JsonValue& item) { return mark_truncated(item, info, builder); };
    return for_each(line, "truncated", mark);
}

}  // namespace sequitur

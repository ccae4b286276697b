#include "probe/line_head.h"

#include "probe/json_number.h"

#include <limits>
#include <string>

namespace sequitur {
namespace {

constexpr std::size_t kCommMax = 15;  // TASK_COMM_LEN without the NUL

template <typename T>
Result<void> read_member(const JsonValue& object, std::string_view key, const NumberRange& range,
                         T& out) {
    const JsonValue* value = object.find(key);
    if (value == nullptr || value->kind == JsonValue::Kind::kNull) return {};
    const auto number = read_number(*value, range);
    if (!number) return fail_with_context(number.error(), std::string(key));
    out = static_cast<typename T::value_type>(*number);
    return {};
}

}  // namespace

Result<LineHead> read_head(const JsonValue& line, const JsonValue& who) {
    LineHead head;
    std::optional<std::uint64_t> ts;
    std::optional<std::uint16_t> cpu;
    const auto read = [&]() -> Result<void> {
        if (auto got = read_member(line, "ts", {}, ts); !got) return got;
        if (auto got = read_member(line, "cpu", {.bytes = 2}, cpu); !got) return got;
        if (auto got = read_member(who, "pid", {.bytes = 4}, head.pid); !got) return got;
        return read_member(who, "tid", {.bytes = 8, .is_signed = true}, head.tid);
    };
    if (const Result<void> done = read(); !done) return tl::unexpected(done.error());
    head.ts_ns = ts.value_or(0);
    head.cpu = cpu.value_or(0);
    return head;
}

Result<std::uint64_t> header_tid(const LineHead& head, EventSourceKind source) {
    if (!head.pid && !head.tid) {
        const bool has_thread =
            source != EventSourceKind::kMeta && source != EventSourceKind::kPlugin;
        if (has_thread) return fail(Error::Code::kBadInput, "pid is missing");
        return ~std::uint64_t{0};
    }
    if (!head.pid) return *head.tid;
    const std::uint64_t tid = head.tid.value_or(*head.pid);
    if (source != EventSourceKind::kIter) return tid;
    if (tid > std::numeric_limits<std::uint32_t>::max()) {
        return fail(Error::Code::kBadInput,
                    "tid: " + std::to_string(tid) + " does not fit into 32 bits");
    }
    return std::uint64_t{*head.pid} << 32 | tid;
}

std::optional<sequitur_task_option> implied_task(const LineHead& head) {
    if (!head.pid) return std::nullopt;
    sequitur_task_option task{};
    task.tgid = *head.pid;
    return task;
}

std::string_view comm_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    return path.substr(0, kCommMax);
}

bool FileKeys::take(const JsonValue& member) {
    const JsonValue** key = member.key == "dev"   ? &dev_
                            : member.key == "ino" ? &ino_
                            : member.key == "gen" ? &gen_
                                                  : nullptr;
    if (key == nullptr) return false;
    *key = &member;
    return true;
}

Result<sequitur_file_option> FileKeys::read(const ParamSlots& slots, std::uint16_t role,
                                            std::string_view prefix) const {
    const auto given = [&](const JsonValue* value, std::string_view name) {
        const int index = slots.index_of(name);
        return value != nullptr || index < 0 ? value : slots.json(index);
    };
    const auto at = [&](const Error& error, std::string_view key) {
        return fail_with_context(error, std::string(prefix) + std::string(key));
    };
    sequitur_file_option file{};
    file.role = static_cast<std::uint8_t>(role);
    const JsonValue* ino = given(ino_, "ino");
    if (ino == nullptr) {
        return fail(Error::Code::kBadInput, std::string(prefix) + "ino is missing beside " +
                                                (gen_ != nullptr ? "gen" : "dev"));
    }
    const auto number = read_number(*ino, {});
    if (!number) return at(number.error(), "ino");
    file.ino = *number;
    if (const JsonValue* dev = given(dev_, "dev")) {
        const auto device = read_device(*dev);
        if (!device) return at(device.error(), "dev");
        file.dev = static_cast<std::uint32_t>(*device);
    }
    if (gen_ != nullptr) {
        const auto generation = read_number(*gen_, {.bytes = 4});
        if (!generation) return at(generation.error(), "gen");
        file.generation = static_cast<std::uint32_t>(*generation);
        file.flags |= SEQUITUR_FILE_GENERATION;
    }
    return file;
}

}  // namespace sequitur

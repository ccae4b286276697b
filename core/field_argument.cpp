#include "core/field_argument.h"

#include "core/field_fd.h"
#include "core/field_row.h"
#include "core/param_text.h"
#include "core/param_type.h"

#include <algorithm>
#include <string>

namespace sequitur {
namespace {

const ParamInfo* param_info(const Event& event, std::size_t index) {
    return index < event.info->params.size() ? &event.info->params[index] : nullptr;
}

std::span<const std::byte> bytes_of(const Event& event, std::size_t index) {
    return event.record.param(static_cast<std::uint32_t>(index));
}

bool is_path(ParamType type) { return type == ParamType::kFspath || type == ParamType::kFsrelpath; }

bool is_first_path(const Event& event, std::size_t index) {
    const auto before = event.info->params.first(index);
    return std::ranges::none_of(before, [](const ParamInfo& p) { return is_path(p.type); });
}

// What the state stage made of a path argument. It keeps two paths of an event; which of them this
// argument is shows in the text that the program gave.
Symbol resolved_path(const Event& event, std::size_t index) {
    const std::string_view raw = text_param(bytes_of(event, index));
    const bool is_source = event.path != nullptr && view_of(event.path_raw) == raw;
    const bool is_target = event.target_path != nullptr && view_of(event.target_path_raw) == raw;
    if (is_source && is_target) {
        return is_first_path(event, index) ? event.path : event.target_path;
    }
    if (is_source) return event.path;
    return is_target ? event.target_path : nullptr;
}

// What the event itself can say about descriptors, processes and accounts that arguments name.

bool append_descriptor(const void* context, std::int64_t number, std::string& out) {
    const auto& event = *static_cast<const Event*>(context);
    if (event.fd == nullptr || number != event.fd_number) return false;
    out += '<';
    out += type_letter(event.fd->type);
    if (is_ip_connection(*event.fd) || is_ip_server(*event.fd)) {
        const std::string_view protocol = protocol_name(event.fd->l4proto);
        if (protocol != kUnknownText) out += protocol.front();
    }
    out += '>';
    out += event.fd->name.view();
    return true;
}

bool append_process(const void* context, std::int64_t tid, std::string& out) {
    const auto& event = *static_cast<const Event*>(context);
    const ProcessImage* process = event.process;
    if (process == nullptr) return false;
    if (tid != process->pid && tid != event.tid) {
        process = process->parent.get();
        if (process == nullptr || process->pid != tid) return false;
    }
    out += process->name.view();
    return true;
}

bool append_user(const void* context, std::uint32_t uid, std::string& out) {
    const ProcessImage* process = static_cast<const Event*>(context)->process;
    Symbol name = nullptr;
    if (process != nullptr && uid == process->uid) name = process->user_name.get();
    if (process != nullptr && uid == process->loginuid && !name) name = process->login_name.get();
    if (name == nullptr && uid != 0) return false;
    out += name ? name->view() : "root";
    return true;
}

bool append_group(const void* context, std::uint32_t gid, std::string& out) {
    const ProcessImage* process = static_cast<const Event*>(context)->process;
    const Symbol name =
        process != nullptr && gid == process->gid ? process->group_name.get() : nullptr;
    if (name == nullptr && gid != 0) return false;
    out += name ? name->view() : "root";
    return true;
}

bool append_path(const void* context, std::uint32_t index, std::string& out) {
    const auto& event = *static_cast<const Event*>(context);
    const Symbol path = resolved_path(event, index);
    if (path == nullptr || path->view() == text_param(bytes_of(event, index))) return false;
    out += path->view();
    return true;
}

ParamNames names_known_to(const Event& event) {
    return {.context = &event,
            .descriptor = append_descriptor,
            .process = append_process,
            .user = append_user,
            .group = append_group,
            .path = append_path};
}

const FlagTable* flags_of(const ParamInfo& param) {
    static const FlagTable* const kModes = flag_table("chmod_mode");
    if (param.flags != nullptr) return param.flags;
    return is_mode(param) ? kModes : nullptr;
}

// The names of `text`, which are separated by '|', as values.
std::span<const Value> flag_list(std::string_view text, ValueScratch& scratch) {
    if (text.empty()) return {};
    const auto count = static_cast<std::size_t>(std::ranges::count(text, '|')) + 1;
    Value* names = scratch.allocate_values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = text.find('|');
        names[i] = Value::of_text(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return {names, count};
}

Value printed(const Event& event, std::size_t index, ValueScratch& scratch) {
    std::string& value = scratch.cleared_buffer(0);
    std::string& meaning = scratch.cleared_buffer(1);
    append_param_text(event.record, *event.info, static_cast<std::uint32_t>(index),
                      names_known_to(event), value, meaning);
    return Value::of_text(scratch.copy(meaning.empty() ? value : meaning));
}

Value flags_text(const Event& event, const ParamInfo& param, std::size_t index,
                 ValueScratch& scratch) {
    Value value = printed(event, index, scratch);
    std::string& names = scratch.cleared_buffer(0);
    append_flag_names(*flags_of(param), argument_bits(event, index, 0), is_enumeration(param.type),
                      names);
    value.list = flag_list(value.text == names ? value.text : scratch.copy(names), scratch);
    return value;
}

template <typename Wanted>
std::shared_ptr<const std::vector<std::int8_t>> find_params(Wanted wanted) {
    std::vector<std::int8_t> params(kEventTypeCount, -1);
    bool found = false;
    for (const EventTypeInfo& type : event_types()) {
        for (std::size_t i = 0; i < type.params.size(); ++i) {
            if (params[type.id] >= 0 || !wanted(type, type.params[i])) continue;
            params[type.id] = static_cast<std::int8_t>(i);
            found = true;
        }
    }
    if (!found) return nullptr;
    return std::make_shared<const std::vector<std::int8_t>>(std::move(params));
}

}  // namespace

std::shared_ptr<const std::vector<std::int8_t>> params_named(std::string_view name) {
    return find_params([&](const EventTypeInfo&, const ParamInfo& p) { return p.name == name; });
}

std::shared_ptr<const std::vector<std::int8_t>> params_of(std::string_view type_name,
                                                          std::string_view name) {
    return find_params([&](const EventTypeInfo& type, const ParamInfo& p) {
        return type.name == type_name && p.name == name;
    });
}

bool have_flag_names(const std::vector<std::int8_t>* params) {
    if (params == nullptr) return true;
    return std::ranges::any_of(event_types(), [&](const EventTypeInfo& type) {
        const auto index = (*params)[type.id];
        return index >= 0 && flags_of(type.params[static_cast<std::size_t>(index)]) != nullptr;
    });
}

std::uint64_t argument_bits(const Event& event, std::size_t index, std::uint64_t otherwise) {
    return uint_param<std::uint64_t>(bytes_of(event, index), otherwise);
}

Value argument_text(const Event& event, std::size_t index, ValueScratch& scratch) {
    const auto bytes = bytes_of(event, index);
    const ParamInfo* param = param_info(event, index);
    if (bytes.empty()) return Value::missing();
    if (param == nullptr) return printed(event, index, scratch);
    if (is_text(param->type)) {
        const std::string_view text = text_param(bytes);
        if (text.data() == nullptr) return Value::missing();
        const Symbol path = is_path(param->type) ? resolved_path(event, index) : nullptr;
        return path ? Value::of_symbol(path) : Value::of_text(text);
    }
    if (flags_of(*param) != nullptr) return flags_text(event, *param, index, scratch);
    return printed(event, index, scratch);
}

Value argument_raw(const Event& event, std::size_t index) {
    const auto bytes = bytes_of(event, index);
    const ParamInfo* param = param_info(event, index);
    if (bytes.empty()) return Value::missing();
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (param == nullptr) return Value::of_bytes(text);
    const auto format = param->format == PrintFormat::kHex   ? NumberFormat::kHex
                        : param->format == PrintFormat::kOct ? NumberFormat::kOctal
                                                             : NumberFormat::kDecimal;
    const ValueType type = raw_type(*param);
    if (type == ValueType::kInt) return Value::of_int(int_param<std::int64_t>(bytes, 0), format);
    if (type == ValueType::kUint) {
        return Value::of_uint(uint_param<std::uint64_t>(bytes, 0), format);
    }
    if (type == ValueType::kBool) return Value::of(uint_param<std::uint64_t>(bytes, 0) != 0);
    if (type == ValueType::kDouble && bytes.size() == sizeof(double)) {
        return Value::of_double(load_le<double>(bytes.data()));
    }
    if (type == ValueType::kText) {
        const std::string_view value = text_param(bytes);
        return value.data() ? Value::of_text(value) : Value::missing();
    }
    if (type == ValueType::kIp && (bytes.size() == 4 || bytes.size() == 16)) {
        IpAddress ip{.is_v6 = bytes.size() == 16};
        std::memcpy(ip.bytes.data(), bytes.data(), bytes.size());
        return Value::of_ip(ip);
    }
    return type == ValueType::kBytes ? Value::of_bytes(text) : Value::missing();
}

Value all_arguments(const Event& event, ValueScratch& scratch) {
    std::string& text = scratch.cleared_buffer(0);
    append_args(event.record, *event.info, names_known_to(event), text);
    return Value::of_text(scratch.copy(text));
}

ValueType raw_type(const ParamInfo& param) {
    if (is_signed(param.type)) return ValueType::kInt;
    if (is_text(param.type)) return ValueType::kText;
    const bool is_ip = param.type == ParamType::kIpv4addr || param.type == ParamType::kIpv6addr ||
                       param.type == ParamType::kIpaddr;
    if (is_ip) return ValueType::kIp;
    if (param.type == ParamType::kBool) return ValueType::kBool;
    if (param.type == ParamType::kDouble) return ValueType::kDouble;
    return fixed_width(param.type) != 0 ? ValueType::kUint : ValueType::kBytes;
}

ValueType call_type(const ParamInfo& param) {
    if (is_mode(param) || param.flags != nullptr || param.type == ParamType::kSigtype) {
        return ValueType::kText;
    }
    const ValueType type = raw_type(param);
    const bool is_data = param.type == ParamType::kBytebuf && !is_text_list(param);
    return type == ValueType::kBytes && !is_data ? ValueType::kText : type;
}

}  // namespace sequitur

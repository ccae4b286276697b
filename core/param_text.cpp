#include "core/param_text.h"

#include "core/param_type.h"
#include "core/socket_value.h"
#include "core/system_names.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace sequitur {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::int64_t kAtFdcwd = -100;

// One parameter on its way to text.
struct Param {
    Bytes bytes;
    const ParamInfo* info;
    std::uint32_t index;
    const ParamNames* names;
    std::string* value;
    std::string* meaning;
};

template <typename T>
void append_number(T number, std::string& out, int base = 10) {
    std::array<char, 24> text{};
    out.append(text.data(),
               std::to_chars(text.data(), text.data() + text.size(), number, base).ptr);
}

// Numbers as their row asks: hexadecimal in capitals without a prefix, octal with a leading 0.
void append_formatted(std::uint64_t number, PrintFormat format, std::string& out) {
    const std::size_t start = out.size();
    if (format == PrintFormat::kHex) {
        append_number(number, out, 16);
        for (std::size_t i = start; i < out.size(); ++i) {
            if (out[i] >= 'a') out[i] = static_cast<char>(out[i] - 'a' + 'A');
        }
    } else {
        if (number != 0) out += '0';
        append_number(number, out, 8);
    }
}

void append_signed(const Param& param) {
    const auto number = int_param<std::int64_t>(param.bytes, 0);
    if (param.info->format == PrintFormat::kHex || param.info->format == PrintFormat::kOct) {
        append_formatted(uint_param<std::uint64_t>(param.bytes, 0), param.info->format,
                         *param.value);
    } else {
        append_number(number, *param.value);
    }
}

void append_unsigned(const Param& param) {
    const auto number = uint_param<std::uint64_t>(param.bytes, 0);
    if (param.info->format == PrintFormat::kHex || param.info->format == PrintFormat::kOct) {
        append_formatted(number, param.info->format, *param.value);
    } else {
        append_number(number, *param.value);
    }
}

void append_errno(Bytes bytes, std::string& value, std::string& meaning) {
    const auto number = int_param<std::int64_t>(bytes, 0);
    append_number(number, value);
    if (number < 0) meaning += errno_name(number);
}

void append_fd(const Param& param) {
    const auto fd = int_param<std::int64_t>(param.bytes, 0);
    append_number(fd, *param.value);
    if (fd >= 0) {
        const ParamNames& names = *param.names;
        if (names.descriptor != nullptr) names.descriptor(names.context, fd, *param.meaning);
    } else if (fd == kAtFdcwd) {
        *param.meaning += "AT_FDCWD";
    } else {
        *param.meaning += errno_name(fd);
    }
}

void append_pid(const Param& param) {
    const auto pid = int_param<std::int64_t>(param.bytes, 0);
    append_number(pid, *param.value);
    const ParamNames& names = *param.names;
    if (names.process != nullptr) names.process(names.context, pid, *param.meaning);
}

void append_account(const Param& param) {
    const auto id = uint_param<std::uint32_t>(param.bytes, 0);
    if (id == 0xffffffff) {
        *param.value += "-1";
        *param.meaning += "<NONE>";
        return;
    }
    append_number(id, *param.value);
    const ParamNames& names = *param.names;
    const auto name_of = param.info->type == ParamType::kGid ? names.group : names.user;
    if (name_of == nullptr || !name_of(names.context, id, *param.meaning)) {
        *param.meaning += "<NA>";
    }
}

void append_path(const Param& param) {
    const std::string_view path = text_param(param.bytes);
    *param.value += path;
    const ParamNames& names = *param.names;
    if (names.path != nullptr) names.path(names.context, param.index, *param.meaning);
}

// Bytes one for one, with '.' for what is not printable ASCII, as I/O data and string lists show.
void append_printable(Bytes bytes, std::string& out) {
    for (const std::byte byte : bytes) {
        const char c = static_cast<char>(byte);
        out += c >= ' ' && c <= '~' ? c : '.';
    }
}

// String lists lose the NUL that ends the last text, so that none of their dots is at the end.
void append_list(Bytes bytes, std::string& out) {
    if (!bytes.empty() && bytes.back() == std::byte{0}) bytes = bytes.first(bytes.size() - 1);
    append_printable(bytes, out);
}

void append_family(Bytes bytes, std::string& out) {
    out += "family ";
    append_number(std::to_integer<unsigned>(bytes[0]), out);
}

void append_socket_address(Bytes bytes, std::string& out) {
    const auto address = socket_address(bytes);
    if (address) {
        append_text(*address, out);
    } else {
        append_family(bytes, out);
    }
}

void append_socket_tuple(Bytes bytes, std::string& out) {
    const auto tuple = socket_tuple(bytes);
    if (tuple) {
        append_text(*tuple, out);
    } else {
        append_family(bytes, out);
    }
}

// poll's list: u16 count, then (fd s64, flags s16) each; "3:f1 5:?4" with the descriptor's type.
void append_fd_list(const Param& param) {
    if (param.bytes.size() < 2) return;
    std::size_t count = load_le<std::uint16_t>(param.bytes.data());
    count = std::min(count, (param.bytes.size() - 2) / 10);
    std::string named;
    for (std::size_t i = 0; i < count; ++i) {
        const std::byte* at = param.bytes.data() + 2 + 10 * i;
        const auto fd = load_le<std::int64_t>(at);
        if (i != 0) *param.value += ' ';
        append_number(fd, *param.value);
        *param.value += ':';
        named.clear();
        const ParamNames& names = *param.names;
        const bool is_known = names.descriptor != nullptr &&
                              names.descriptor(names.context, fd, named) && named.size() > 1;
        *param.value += is_known ? named[1] : '?';
        append_number(load_le<std::uint16_t>(at + 8), *param.value, 16);
    }
}

void append_relative_time(Bytes bytes, std::string& value, std::string& meaning) {
    const auto ns = uint_param<std::uint64_t>(bytes, 0);
    if (ns == ~std::uint64_t{0}) {
        value += "none";
        return;
    }
    append_number(ns, value);
    std::array<char, 40> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%gs", static_cast<double>(ns) / 1e9);
    meaning.append(text.data(), static_cast<std::size_t>(length));
}

void append_absolute_time(Bytes bytes, std::string& out) {
    const auto ns = uint_param<std::uint64_t>(bytes, 0);
    const auto seconds = static_cast<std::time_t>(ns / 1'000'000'000);
    std::tm time{};
    gmtime_r(&seconds, &time);
    std::array<char, 64> text{};
    std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &time);
    length += static_cast<std::size_t>(std::snprintf(text.data() + length, text.size() - length,
                                                     ".%09u +0000",
                                                     static_cast<unsigned>(ns % 1'000'000'000)));
    out.append(text.data(), length);
}

void append_signal(Bytes bytes, std::string& value, std::string& meaning) {
    const auto number = uint_param<std::uint32_t>(bytes, 0);
    append_number(number, value);
    meaning += signal_name(number);
}

void append_signal_set(Bytes bytes, std::string& out) {
    const auto set = uint_param<std::uint32_t>(bytes, 0);
    bool is_first = true;
    for (std::uint32_t bit = 0; bit < 31; ++bit) {
        if ((set >> bit & 1) == 0) continue;
        if (!is_first) out += ' ';
        out += signal_name(bit + 1);
        is_first = false;
    }
}

// The value's first byte selects the type of the rest.
void append_dynamic(const Param& param) {
    const unsigned selector = std::to_integer<unsigned>(param.bytes[0]);
    const Bytes rest = param.bytes.subspan(1);
    const auto text = [&] { *param.value += text_param(rest); };
    const auto hex = [&] {
        append_formatted(uint_param<std::uint64_t>(rest, 0), PrintFormat::kHex, *param.value);
    };
    const auto decimal = [&] { append_number(uint_param<std::uint64_t>(rest, 0), *param.value); };
    switch (param.info->dyn) {
        case DynKind::kSockopt:
            if (selector == 1) return append_errno(rest, *param.value, *param.meaning);
            if (selector == 2 || selector == 3) return decimal();
            if (selector == 4) return append_relative_time(rest, *param.value, *param.meaning);
            break;
        case DynKind::kPtrace:
            if (selector == 0) return hex();
            if (selector == 1) return append_signal(rest, *param.value, *param.meaning);
            break;
        case DynKind::kKeyctl:
            if (selector == 0) return append_number(int_param<std::int64_t>(rest, 0), *param.value);
            if (selector == 1) return text();
            break;
        case DynKind::kBpf:
            if (selector == 0) {
                Param fd = param;
                fd.bytes = rest;
                return append_fd(fd);
            }
            if (selector == 1) return append_errno(rest, *param.value, *param.meaning);
            break;
        case DynKind::kNone: break;
    }
    append_printable(rest, *param.value);
}

void append_flags(const Param& param) {
    const auto number = uint_param<std::uint32_t>(param.bytes, 0);
    if (param.info->type == ParamType::kMode) {
        append_unsigned(param);
    } else {
        append_number(number, *param.value);
    }
    if (param.info->flags != nullptr) {
        append_flag_names(*param.info->flags, number, is_enumeration(param.info->type),
                          *param.meaning);
    }
}

// Types whose missing value shows as NULL; that of all others as <NA>.
bool shows_null(ParamType type) {
    return type == ParamType::kBytebuf || type == ParamType::kSocktuple ||
           type == ParamType::kFdlist || type == ParamType::kDyn ||
           type == ParamType::kCharbufarray || type == ParamType::kCharbufPairArray;
}

void append_present(const Param& param) {
    switch (param.info->type) {
        case ParamType::kInt8:
        case ParamType::kInt16:
        case ParamType::kInt32:
        case ParamType::kInt64: return append_signed(param);
        case ParamType::kUint8:
        case ParamType::kUint16:
        case ParamType::kUint32:
        case ParamType::kUint64:
        case ParamType::kPort:
        case ParamType::kL4proto:
        case ParamType::kSockfamily:
        case ParamType::kBool: return append_unsigned(param);
        case ParamType::kErrno: return append_errno(param.bytes, *param.value, *param.meaning);
        case ParamType::kFd:
        case ParamType::kFd32: return append_fd(param);
        case ParamType::kPid:
        case ParamType::kPid32: return append_pid(param);
        case ParamType::kUid:
        case ParamType::kGid: return append_account(param);
        case ParamType::kCharbuf: *param.value += text_param(param.bytes); return;
        case ParamType::kFspath:
        case ParamType::kFsrelpath: return append_path(param);
        case ParamType::kCharbufarray:
        case ParamType::kCharbufPairArray: return append_list(param.bytes, *param.value);
        case ParamType::kSockaddr: return append_socket_address(param.bytes, *param.value);
        case ParamType::kSocktuple: return append_socket_tuple(param.bytes, *param.value);
        case ParamType::kFdlist: return append_fd_list(param);
        case ParamType::kSyscallid:
            append_unsigned(param);
            *param.meaning += syscall_name(uint_param<std::uint16_t>(param.bytes, 0));
            return;
        case ParamType::kSigtype: return append_signal(param.bytes, *param.value, *param.meaning);
        case ParamType::kReltime:
            return append_relative_time(param.bytes, *param.value, *param.meaning);
        case ParamType::kAbstime: return append_absolute_time(param.bytes, *param.value);
        case ParamType::kIpv4addr:
        case ParamType::kIpv6addr:
        case ParamType::kIpaddr:
            if (param.bytes.size() != 4 && param.bytes.size() != 16) break;
            return append_ip(
                {reinterpret_cast<const std::uint8_t*>(param.bytes.data()), param.bytes.size()},
                *param.value);
        case ParamType::kDyn: return append_dynamic(param);
        case ParamType::kFlags8:
        case ParamType::kFlags16:
        case ParamType::kFlags32:
        case ParamType::kEnumflags8:
        case ParamType::kEnumflags16:
        case ParamType::kEnumflags32:
        case ParamType::kMode: return append_flags(param);
        case ParamType::kSigset: return append_signal_set(param.bytes, *param.value);
        case ParamType::kBytebuf:
        case ParamType::kDouble:
        case ParamType::kIpv4net:
        case ParamType::kIpv6net:
        case ParamType::kIpnet:
        case ParamType::kNone: break;
    }
    append_printable(param.bytes, *param.value);
}

}  // namespace

void append_flag_names(const FlagTable& table, std::uint64_t value, bool is_enum,
                       std::string& out) {
    std::uint64_t rest = value;
    bool is_first = true;
    for (const FlagValue& flag : table.values) {
        const bool is_whole = flag.value == value;
        const bool is_part = !is_enum && flag.value != 0 && (rest & flag.value) == flag.value;
        if (!is_whole && !is_part) continue;
        if (!is_first) out += '|';
        out += flag.name;
        is_first = false;
        if (is_whole && !is_enum) return;
        rest &= ~flag.value;
    }
}

void append_param_text(const RecordView& record, const EventTypeInfo& info, std::uint32_t index,
                       const ParamNames& names, std::string& value, std::string& meaning) {
    static constexpr ParamInfo kUnknownParam{"", ParamType::kBytebuf};
    const Param param{record.param(index),
                      index < info.params.size() ? &info.params[index] : &kUnknownParam,
                      index,
                      &names,
                      &value,
                      &meaning};
    // A null text that an old driver wrote out shows like a missing one.
    if (param.bytes.empty() ||
        (is_text(param.info->type) && text_param(param.bytes).data() == nullptr)) {
        value += shows_null(param.info->type) ? "NULL" : "<NA>";
        return;
    }
    append_present(param);
}

void append_arg(const RecordView& record, const EventTypeInfo& info, std::uint32_t index,
                const ParamNames& names, std::string& out) {
    std::string value;
    std::string meaning;
    append_param_text(record, info, index, names, value, meaning);
    out += meaning.empty() ? value : meaning;
}

void append_args(const RecordView& record, const EventTypeInfo& info, const ParamNames& names,
                 std::string& out) {
    if (info.id <= 1) return;  // generic: its parameters say only which call it was
    const auto known = static_cast<std::uint32_t>(info.params.size());
    const std::uint32_t count = std::min(record.param_count(), known);
    std::string meaning;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i != 0) out += ' ';
        out += info.params[i].name;
        out += '=';
        meaning.clear();
        append_param_text(record, info, i, names, out, meaning);
        if (!meaning.empty()) {
            out += '(';
            out += meaning;
            out += ')';
        }
    }
}

}  // namespace sequitur

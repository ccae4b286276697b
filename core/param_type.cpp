#include "core/param_type.h"

#include <algorithm>

namespace sequitur {
namespace {

// The lowest two bits of open's flags are a number: read only is 0, not the absence of a bit.
constexpr std::uint64_t kAccessMode = 3;

bool is_open(const EventTypeInfo& info) { return info.name.starts_with("open"); }

}  // namespace

std::size_t fixed_width(ParamType type) {
    switch (type) {
        case ParamType::kInt8:
        case ParamType::kUint8:
        case ParamType::kSigtype:
        case ParamType::kL4proto:
        case ParamType::kSockfamily:
        case ParamType::kFlags8:
        case ParamType::kEnumflags8: return 1;
        case ParamType::kInt16:
        case ParamType::kUint16:
        case ParamType::kSyscallid:
        case ParamType::kPort:
        case ParamType::kFlags16:
        case ParamType::kEnumflags16: return 2;
        case ParamType::kInt32:
        case ParamType::kUint32:
        case ParamType::kBool:
        case ParamType::kIpv4addr:
        case ParamType::kFlags32:
        case ParamType::kUid:
        case ParamType::kGid:
        case ParamType::kSigset:
        case ParamType::kMode:
        case ParamType::kEnumflags32:
        case ParamType::kFd32:
        case ParamType::kPid32: return 4;
        case ParamType::kInt64:
        case ParamType::kUint64:
        case ParamType::kErrno:
        case ParamType::kFd:
        case ParamType::kPid:
        case ParamType::kReltime:
        case ParamType::kAbstime:
        case ParamType::kDouble: return 8;
        case ParamType::kNone:
        case ParamType::kCharbuf:
        case ParamType::kBytebuf:
        case ParamType::kSockaddr:
        case ParamType::kSocktuple:
        case ParamType::kFdlist:
        case ParamType::kFspath:
        case ParamType::kDyn:
        case ParamType::kCharbufarray:
        case ParamType::kCharbufPairArray:
        case ParamType::kIpv4net:
        case ParamType::kIpv6addr:
        case ParamType::kIpv6net:
        case ParamType::kIpaddr:
        case ParamType::kIpnet:
        case ParamType::kFsrelpath: return 0;
    }
    return 0;
}

bool is_text(ParamType type) {
    return type == ParamType::kCharbuf || type == ParamType::kFspath ||
           type == ParamType::kFsrelpath;
}

bool is_enumeration(ParamType type) {
    return type == ParamType::kEnumflags8 || type == ParamType::kEnumflags16 ||
           type == ParamType::kEnumflags32;
}

bool is_flags(ParamType type) {
    return type == ParamType::kFlags8 || type == ParamType::kFlags16 ||
           type == ParamType::kFlags32 || type == ParamType::kMode;
}

bool is_signed(ParamType type) {
    return type == ParamType::kInt8 || type == ParamType::kInt16 || type == ParamType::kInt32 ||
           type == ParamType::kInt64 || type == ParamType::kErrno || type == ParamType::kFd ||
           type == ParamType::kFd32 || type == ParamType::kPid || type == ParamType::kPid32;
}

bool is_text_list(const ParamInfo& param) {
    if (param.type == ParamType::kCharbufarray) return true;
    return param.type == ParamType::kBytebuf &&
           (param.name == "args" || param.name == "env" || param.name == "cgroups");
}

bool is_mode(const ParamInfo& param) {
    return param.type == ParamType::kMode || param.format == PrintFormat::kOct ||
           (param.name == "mode" && param.flags == nullptr);
}

std::optional<std::uint64_t> from_linux(const EventTypeInfo& info, const ParamInfo& param,
                                        std::uint64_t number) {
    if (param.flags == nullptr) return number;
    const auto& values = param.flags->values;
    if (is_enumeration(param.type)) {
        const auto found = std::ranges::find(values, number, &FlagValue::linux_value);
        if (found == values.end()) return std::nullopt;
        return found->value;
    }
    const auto is_same = [](const FlagValue& flag) { return flag.value == flag.linux_value; };
    if (std::ranges::all_of(values, is_same)) return number;
    const auto has_none = [](const FlagValue& flag) { return flag.linux_value == kNoLinuxValue; };
    if (std::ranges::all_of(values, has_none)) return std::nullopt;

    std::uint64_t result = 0;
    for (const FlagValue& flag : values) {
        if (has_none(flag) || flag.linux_value == 0) continue;
        if ((number & flag.linux_value) == flag.linux_value) result |= flag.value;
    }
    if (is_open(info) && param.name == "flags" && (number & kAccessMode) == 0) {
        result |= static_cast<std::uint64_t>(flag_value(*param.flags, "O_RDONLY"));
    }
    return result;
}

}  // namespace sequitur

// How event lines write a value whose first byte selects its type (ParamType::kDyn).
#pragma once

#include "core/event_type.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sequitur {

// One of the types that the first byte selects, written as {"NAME": VALUE}.
struct DynForm {
    DynKind kind;
    std::string_view name;
    std::uint8_t selector;
    std::size_t bytes;  // 0: a text
    bool is_signed;
    bool is_for_plain;  // what a number or text without an object means
};
inline constexpr DynForm kDynForms[] = {
    {DynKind::kSockopt, "errno", 1, 8, true, false}, {DynKind::kSockopt, "u32", 2, 4, false, true},
    {DynKind::kSockopt, "u64", 3, 8, false, false},  {DynKind::kSockopt, "ns", 4, 8, false, false},
    {DynKind::kPtrace, "u64", 0, 8, false, true},    {DynKind::kPtrace, "sig", 1, 1, false, false},
    {DynKind::kKeyctl, "s64", 0, 8, true, true},     {DynKind::kKeyctl, "text", 1, 0, false, true},
    {DynKind::kBpf, "fd", 0, 8, true, true},         {DynKind::kBpf, "errno", 1, 8, true, false},
};

}  // namespace sequitur

// Fields of accounts: user.* and group.*. Names are those of the process's container, or the host.
#include "core/field_row.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

// As Falco: an id without an account is "<NA>", but for root's, which every system has.
template <SymbolRef ProcessImage::*name, std::uint32_t ProcessImage::*id>
Value account_name(const FieldRef&, const Event& event, ValueScratch&) {
    const bool is_root = event.process->*id == 0;
    return symbol_or((event.process->*name).get(), is_root ? "root" : kUnknownText);
}

Value home(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or(event.process->user_home.get(),
                     event.process->uid == 0 ? "/root" : kUnknownText);
}

Value shell(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or(event.process->user_shell.get(), kUnknownText);
}

template <std::uint32_t ProcessImage::*id>
Value account_id(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.process->*id, NumberFormat::kId);
}

Value login_id(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint32_t uid = event.process->loginuid;
    return Value::of_int(uid == kNoUid ? -1 : std::int64_t{uid}, NumberFormat::kId);
}

constexpr FieldRow kRows[] = {
    field_row("user.uid", kUint, kProcess, account_id<&ProcessImage::uid>,
              "Effective user id; 4294967295 where it is not known."),
    field_row("user.name", kText, kProcess,
              account_name<&ProcessImage::user_name, &ProcessImage::uid>,
              "Name of the effective user, <NA> where no account has the id."),
    field_row("user.homedir", kText, kProcess, home, "Home directory of the effective user.")
        .as_path(),
    field_row("user.shell", kText, kProcess, shell, "Login shell of the effective user.").as_path(),
    field_row("user.loginuid", kInt, kProcess, login_id,
              "User id of the login that the process belongs to, whatever it became since; -1 "
              "without one.")
        .as_key("one login's user"),
    field_row("user.loginname", kText, kProcess,
              account_name<&ProcessImage::login_name, &ProcessImage::loginuid>,
              "Name of the user of the login that the process belongs to."),
    field_row("group.gid", kUint, kProcess, account_id<&ProcessImage::gid>,
              "Effective group id; 4294967295 where it is not known."),
    field_row("group.name", kText, kProcess,
              account_name<&ProcessImage::group_name, &ProcessImage::gid>,
              "Name of the effective group, <NA> where none has the id."),
};

}  // namespace

std::span<const FieldRow> user_fields() { return kRows; }

}  // namespace sequitur

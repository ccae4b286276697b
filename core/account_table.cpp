#include "core/account_table.h"

namespace sequitur {
namespace {

std::uint64_t key_of(Symbol container, std::uint32_t id) {
    return (container != nullptr ? container->serial : 0) << 32 | id;
}

bool assign(SymbolRef& to, Symbol name) {
    if (to.get() == name) return false;
    to = SymbolRef(name);
    return true;
}

}  // namespace

AccountTable::AccountTable(Interner& strings, std::size_t accounts_max)
    : root_(strings.intern("root")), accounts_max_(accounts_max) {}

void AccountTable::add_user(Symbol container, std::uint32_t uid, Symbol name, Symbol home,
                            Symbol shell) {
    const std::uint64_t key = key_of(container, uid);
    if (!users_.contains(key) && !has_room(users_.size())) return;
    users_[key] = User{SymbolRef(container), SymbolRef(name), SymbolRef(home), SymbolRef(shell)};
    ++version_;
}

void AccountTable::remove_user(Symbol container, std::uint32_t uid) {
    version_ += users_.erase(key_of(container, uid));
}

void AccountTable::add_group(Symbol container, std::uint32_t gid, Symbol name) {
    const std::uint64_t key = key_of(container, gid);
    if (!groups_.contains(key) && !has_room(groups_.size())) return;
    groups_[key] = Group{SymbolRef(container), SymbolRef(name)};
    ++version_;
}

void AccountTable::remove_group(Symbol container, std::uint32_t gid) {
    version_ += groups_.erase(key_of(container, gid));
}

bool AccountTable::has_room(std::size_t size) {
    if (size < accounts_max_) return true;
    ++refused_;
    return false;
}

AccountTable::Names AccountTable::names_of(const ProcessImage& image) const {
    const Symbol container = image.container_id.get();
    Names names;
    if (image.uid == 0) names.user = root_.get();
    if (image.gid == 0) names.group = root_.get();
    if (image.loginuid == 0) names.login = root_.get();
    if (const auto user = users_.find(key_of(container, image.uid)); user != users_.end()) {
        names.user = user->second.name.get();
        names.home = user->second.home.get();
        names.shell = user->second.shell.get();
    }
    if (const auto group = groups_.find(key_of(container, image.gid)); group != groups_.end()) {
        names.group = group->second.name.get();
    }
    // Who logged in is an account of the host, whatever the container calls that number.
    if (const auto login = users_.find(key_of(nullptr, image.loginuid)); login != users_.end()) {
        names.login = login->second.name.get();
    }
    return names;
}

bool AccountTable::name_ids(ProcessImage& image) const {
    const Names names = names_of(image);
    bool changed = assign(image.user_name, names.user);
    changed |= assign(image.user_home, names.home);
    changed |= assign(image.user_shell, names.shell);
    changed |= assign(image.group_name, names.group);
    changed |= assign(image.login_name, names.login);
    return changed;
}

bool AccountTable::would_rename(const ProcessImage& image) const {
    const Names names = names_of(image);
    return image.user_name.get() != names.user || image.user_home.get() != names.home ||
           image.user_shell.get() != names.shell || image.group_name.get() != names.group ||
           image.login_name.get() != names.login;
}

}  // namespace sequitur

// Users and groups of the host and of its containers: ids to names.
//
// Filled by USER_ADDED, USER_DELETED, GROUP_ADDED, GROUP_DELETED records; read when a process image
// is made, so that fields find the names in the image. Uid and gid 0 are "root" where nothing else
// is told, as in Falco.
// Limits: accounts_max users and as many groups; further ones are refused and counted.
// Thread: the state stage's.
#pragma once

#include "core/interner.h"
#include "core/process.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace sequitur {

class AccountTable {
public:
    // `strings` must outlive this.
    explicit AccountTable(Interner& strings, std::size_t accounts_max = 65536);

    // A null `container` is the host; null texts are unknown. Adding again replaces.
    void add_user(Symbol container, std::uint32_t uid, Symbol name, Symbol home, Symbol shell);
    void remove_user(Symbol container, std::uint32_t uid);
    void add_group(Symbol container, std::uint32_t gid, Symbol name);
    void remove_group(Symbol container, std::uint32_t gid);

    // Sets the five names of `image` from its ids and its container. Returns whether any changed.
    bool name_ids(ProcessImage& image) const;
    // Whether name_ids() would change anything.
    bool would_rename(const ProcessImage& image) const;

    // Rises with every change, from 1.
    std::uint64_t version() const { return version_; }
    std::uint64_t refused() const { return refused_; }

private:
    struct User {
        SymbolRef container, name, home, shell;
    };
    struct Group {
        SymbolRef container, name;
    };
    struct Names {
        Symbol user = nullptr, home = nullptr, shell = nullptr, group = nullptr, login = nullptr;
    };
    Names names_of(const ProcessImage& image) const;
    bool has_room(std::size_t size);

    SymbolRef root_;
    std::size_t accounts_max_;
    std::unordered_map<std::uint64_t, User> users_;  // by container serial and id
    std::unordered_map<std::uint64_t, Group> groups_;
    std::uint64_t version_ = 1;
    std::uint64_t refused_ = 0;
};

}  // namespace sequitur

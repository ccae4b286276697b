#include "core/process_ancestry.h"

#include <algorithm>
#include <array>

namespace sequitur {
namespace {

struct Door {
    std::string_view name;
    EntryKind kind;
};

// Programs that let someone or something in. A name that ends in '*' stands for a prefix.
constexpr std::array kDoors = {
    Door{"sshd", EntryKind::kSsh},       Door{"sshd-session", EntryKind::kSsh},
    Door{"sshd-auth", EntryKind::kSsh},  Door{"dropbear", EntryKind::kSsh},
    Door{"cron", EntryKind::kCron},      Door{"crond", EntryKind::kCron},
    Door{"CRON", EntryKind::kCron},      Door{"anacron", EntryKind::kCron},
    Door{"atd", EntryKind::kCron},       Door{"login", EntryKind::kLogin},
    Door{"getty", EntryKind::kLogin},    Door{"agetty", EntryKind::kLogin},
    Door{"mingetty", EntryKind::kLogin}, Door{"gdm*", EntryKind::kLogin},
    Door{"lightdm", EntryKind::kLogin},  Door{"sddm*", EntryKind::kLogin},
    Door{"xdm", EntryKind::kLogin},
};

EntryKind door_of(std::string_view name) {
    for (const Door& door : kDoors) {
        const bool is_prefix = door.name.back() == '*';
        if (is_prefix ? name.starts_with(door.name.substr(0, door.name.size() - 1))
                      : name == door.name) {
            return door.kind;
        }
    }
    return EntryKind::kUnknown;
}

bool is_service(const ProcessImage& image, const ProcessImage& parent) {
    if (parent.pid != 1) return false;
    if (image.cgroups) return image.cgroups.view().find("/system.slice/") != std::string_view::npos;
    return parent.name.view() == "systemd";
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// 64 hexadecimal digits that stand alone, and what is right before them.
std::string_view engine_id(std::string_view path) {
    constexpr std::size_t kDigits = 64;
    for (std::size_t at = 0; at + kDigits <= path.size();) {
        std::size_t end = at;
        while (end < path.size() && is_hex(path[end])) ++end;
        if (end - at == kDigits) {
            // The engine's monitor lives in a group of its own, outside of the container.
            const std::string_view before = path.substr(0, at);
            return before.ends_with("conmon-") ? std::string_view() : path.substr(at, 12);
        }
        at = end + 1;
    }
    return {};
}

std::string_view lxc_name(std::string_view path) {
    for (const std::string_view mark : {"/lxc.payload.", "/lxc.payload/", "/lxc/"}) {
        const std::size_t at = path.find(mark);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = path.substr(at + mark.size());
        return rest.substr(0, rest.find('/'));
    }
    return {};
}

}  // namespace

void inherit_ancestry(ProcessImage& child, const ProcessImage& maker, std::size_t lineage_max) {
    child.creator = maker.entity;
    auto lineage = std::make_shared<std::vector<ProcessEntity>>();
    if (lineage_max > 0) {
        const std::size_t of_maker = maker.lineage ? maker.lineage->size() : 0;
        lineage->reserve(std::min(lineage_max, of_maker + 1));
        lineage->push_back(maker.entity);
        for (std::size_t i = 0; i < of_maker && lineage->size() < lineage_max; ++i) {
            lineage->push_back((*maker.lineage)[i]);
        }
    }
    child.lineage = std::move(lineage);
    if (child.sid < 0) child.sid = maker.sid;
    if (child.sid == maker.sid && maker.session) child.session = maker.session;
    child.entry = maker.entry ? maker.entry : maker.entity;
    child.entry_kind = maker.entry_kind;
}

void judge_entry(ProcessImage& image, const ProcessImage* parent) {
    const auto enter_as = [&](EntryKind kind) {
        image.entry = image.entity;
        image.entry_kind = kind;
    };
    const bool parent_is_inside =
        parent != nullptr && parent->container_id.get() == image.container_id.get();
    if (image.container_id && !parent_is_inside) {
        // Once inside, a process whose parent has gone to the host's reaper enters no second time.
        if (image.entry_kind != EntryKind::kContainer) enter_as(EntryKind::kContainer);
        return;
    }
    if (parent != nullptr && parent->entity == image.creator) {
        const EntryKind door = door_of(parent->name.view());
        if (door != EntryKind::kUnknown) {
            if (door_of(image.name.view()) != door) enter_as(door);
            return;
        }
        if (is_service(image, *parent)) {
            enter_as(EntryKind::kService);
            return;
        }
    }
    if (!image.entry) enter_as(EntryKind::kUnknown);
}

std::string_view container_id_of(std::string_view cgroups) {
    while (!cgroups.empty()) {
        const std::size_t end = cgroups.find('\0');
        const std::string_view group = cgroups.substr(0, end);
        const std::string_view path = group.substr(group.find('=') + 1);
        std::string_view id = engine_id(path);
        if (id.empty()) id = lxc_name(path);
        if (!id.empty()) return id;
        if (end == std::string_view::npos) break;
        cgroups.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace sequitur

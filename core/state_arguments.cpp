#include "core/state_arguments.h"

#include <array>
#include <charconv>

namespace sequitur {
namespace {

constexpr std::int64_t kCurrentDirectory = -100;

bool is_path(ParamType type) { return type == ParamType::kFspath || type == ParamType::kFsrelpath; }

ArgumentLayout layout_of(const EventTypeInfo& info) {
    ArgumentLayout layout;
    layout.fd = info.fd_param;
    for (std::size_t i = 0; i < info.params.size(); ++i) {
        const ParamInfo& param = info.params[i];
        const auto index = static_cast<std::int8_t>(i);
        if (param.name == "flags") layout.flags = index;
        if (!is_path(param.type)) continue;
        if (layout.path < 0) {
            layout.path = index;
            layout.path_dirfd = param.dirfd_param;
        } else if (layout.target < 0) {
            layout.target = index;
            layout.target_dirfd = param.dirfd_param;
        }
    }
    layout.fd_is_directory = layout.fd >= 0 && layout.fd == layout.path_dirfd;
    return layout;
}

// The two whose table row does not say it: exec's paths are looked after in state_exec.cpp, and a
// symlink's text is no path that the call looks up.
std::array<ArgumentLayout, kEventTypeCount> make_layouts() {
    std::array<ArgumentLayout, kEventTypeCount> layouts;
    for (const EventTypeInfo& info : event_types()) layouts[info.id] = layout_of(info);
    for (const EventType exec : {EventType::kExecve, EventType::kExecveat}) {
        layouts[static_cast<std::size_t>(exec)] = ArgumentLayout{};
    }
    for (const EventType type : {EventType::kSymlink, EventType::kSymlinkat}) {
        ArgumentLayout& layout = layouts[static_cast<std::size_t>(type)];
        layout.target = 1;  // params: res, target, [linkdirfd,] linkpath
        layout.target_dirfd = -1;
    }
    return layouts;
}

bool is_told(const Descriptor& descriptor, const sequitur_file_option& told) {
    return !descriptor.file || descriptor.ino == 0 ||
           (descriptor.ino == told.ino && descriptor.dev == told.dev);
}

// What the record says of a file whose opening was not told, or told of another file that once had
// this number. Files and directories alone; null for anything else. Without a path: what is known.
const Descriptor* told_descriptor(StateTables& tables, Call& call,
                                  const sequitur_file_option& told) {
    constexpr unsigned kType = 0170000, kRegular = 0100000, kDirectory = 0040000;
    const std::string_view path = call.options.path(SEQUITUR_ROLE_TARGET).text;
    if (path.empty()) return call.event.fd;
    if ((told.mode & kType) != kRegular && (told.mode & kType) != kDirectory) return nullptr;
    auto* made = new Descriptor;
    Ref<Descriptor> owner(made);
    const PathCache::Entry& entry = tables.paths.whole(tables.strings.intern(path));
    made->type =
        (told.mode & kType) == kDirectory ? DescriptorType::kDirectory : DescriptorType::kFile;
    made->name = entry.path;
    made->directory = entry.directory;
    made->filename = entry.filename;
    made->file = tables.files.peek(inode_of(told), {});
    made->ino = told.ino;
    made->dev = told.dev;
    tables.reclaim.bury(std::move(owner));  // of this event only: its closing may not be told
    return made;
}

void read_descriptor(StateTables& tables, Call& call, const ArgumentLayout& layout) {
    Event& event = call.event;
    event.fd_number = call.params.i64(static_cast<unsigned>(layout.fd));
    event.fd = call.task->files->find(event.fd_number);
    const sequitur_file_option* told =
        layout.fd_is_directory ? nullptr : call.options.file(SEQUITUR_ROLE_TARGET);
    if (told != nullptr && event.fd_number >= 0 &&
        (event.fd == nullptr || !is_told(*event.fd, *told))) {
        event.fd = told_descriptor(tables, call, *told);
    }
    if (event.fd != nullptr && event.fd->name_changed) {  // that was the call before this one
        auto* settled = new Descriptor(*event.fd);
        settled->name_changed = false;
        event.fd = settled;
        call.task->files->replace(event.fd_number, Ref<Descriptor>(settled), call.ts);
    }
    if (event.fd == nullptr) {
        if (event.fd_number >= 0 && !call.failed()) ++tables.counters.unknown_descriptors;
        return;
    }
    if (!layout.fd_is_directory && event.fd->file) {
        event.file = event.fd->file;
        event.file_path = event.fd->name.get();
    }
}

void read_path(StateTables& tables, Call& call, int param, int dirfd, Symbol& raw, Symbol& path) {
    const std::string_view text = call.params.text(static_cast<unsigned>(param));
    if (text.data() == nullptr) return;
    raw = intern_path(tables, text);
    path = tables.paths.resolve(path_base(tables, call, dirfd), raw).path.get();
}

}  // namespace

std::span<const ArgumentLayout> argument_layouts() {
    static const std::array<ArgumentLayout, kEventTypeCount> layouts = make_layouts();
    return layouts;
}

const ArgumentLayout& argument_layout(EventType type) {
    return argument_layouts()[static_cast<std::size_t>(type)];
}

void read_arguments(StateTables& tables, Call& call, const ArgumentLayout& layout) {
    Event& event = call.event;
    if (layout.fd >= 0) read_descriptor(tables, call, layout);
    if (layout.path >= 0) {
        read_path(tables, call, layout.path, layout.path_dirfd, event.path_raw, event.path);
    }
    if (layout.target >= 0) {
        read_path(tables, call, layout.target, layout.target_dirfd, event.target_path_raw,
                  event.target_path);
    }
    if (event.file) return;
    const InodeInfo inode = inode_of(call, SEQUITUR_ROLE_TARGET);
    if (!inode && event.path == nullptr) return;
    event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_TARGET, event.path);
    event.file = tables.files.peek(inode, file_name(call, event.file_path));
}

Symbol path_base(StateTables& tables, const Call& call, int dirfd_param) {
    const Symbol cwd = call.process->image->cwd.get();
    if (dirfd_param < 0) return cwd;
    const std::int64_t dirfd =
        call.params.i64(static_cast<unsigned>(dirfd_param), kCurrentDirectory);
    if (static_cast<std::int32_t>(dirfd) == kCurrentDirectory) return cwd;
    const Descriptor* directory = call.task->files->find(dirfd);
    if (directory == nullptr || !directory->name) return tables.unknown_directory.get();
    return directory->name.get();
}

std::uint32_t path_space(const ProcessImage& image) {
    if (image.mount_ns != 0) return image.mount_ns;
    if (!image.container_id) return 0;
    return static_cast<std::uint32_t>(image.container_id.get()->serial) | 0x80000000U;
}

FileName file_name(const Call& call, Symbol path) {
    const std::string_view text = view_of(path);
    if (text.empty() || text.front() != '/' || text.starts_with("/proc/")) return {};
    return {path_space(*call.process->image), path};
}

InodeInfo inode_of(const sequitur_file_option& told) {
    return {told.ino, told.dev, told.generation, (told.flags & SEQUITUR_FILE_GENERATION) != 0};
}

InodeInfo inode_of(const Call& call, unsigned role) {
    const sequitur_file_option* file = call.options.file(role);
    if (file == nullptr) return {};
    return inode_of(*file);
}

Symbol kernel_path(StateTables& tables, const Call& call, unsigned role, Symbol fallback) {
    const std::string_view told = call.options.path(role).text;
    if (told.empty() || told == view_of(fallback)) return fallback;
    return tables.strings.intern(told);
}

const Descriptor* descriptor_behind(const Call& call, std::string_view path) {
    for (const std::string_view prefix : {"/proc/self/fd/", "/dev/fd/"}) {
        if (!path.starts_with(prefix)) continue;
        const std::string_view digits = path.substr(prefix.size());
        std::int64_t fd = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), fd);
        if (error != std::errc() || end != digits.data() + digits.size()) return nullptr;
        return call.task->files->find(fd);
    }
    return nullptr;
}

FileSight sight_of(std::string_view path) {
    const bool is_held =
        path.starts_with("/proc/") || path.starts_with("/dev/fd/") || path.ends_with(" (deleted)");
    return is_held ? FileSight::kHeld : FileSight::kNamed;
}

}  // namespace sequitur

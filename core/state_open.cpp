// Opening: a new descriptor, its name, its file, and whether this call made the file.
//
// Created: the probe says so with O_F_CREATED. Sources that never set that flag (event lines, old
// captures) leave it to be inferred: O_CREAT|O_EXCL that succeeded; O_CREAT, or creat, of a path
// under which no file is known. The latter is a guess, right for histories that tell everything
// and wrong for a file that was there before them; it ends with the first O_F_CREATED that is seen.
#include "core/state_arguments.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

constexpr std::uint32_t kWronly = 2, kCreat = 4, kExcl = 0x20, kTrunc = 0x100, kDirectory = 0x400,
                        kCloexec = 0x1000, kTmpfile = 0x2000, kCreated = 0x4000,
                        kUpperLayer = 0x8000;
constexpr std::uint32_t kModeType = 0170000, kModeDirectory = 0040000, kModeFifo = 0010000,
                        kModeRegular = 0100000;

// Where each open call has what; -1: not at all.
struct OpenLayout {
    int dirfd, name, flags, dev, ino;
};

OpenLayout layout_of(EventType type) {
    if (type == EventType::kOpenat) return {1, 2, 3, 5, 6};
    if (type == EventType::kOpenat2) return {1, 2, 3, 6, 7};
    if (type == EventType::kCreat) return {-1, 1, -1, 3, 4};
    if (type == EventType::kOpenByHandleAt) return {-1, 3, 2, 4, 5};
    return {-1, 1, 2, 4, 5};
}

struct Opening {
    OpenLayout layout{};
    std::uint32_t flags = 0;
    std::uint32_t dev = 0;
    std::uint64_t ino = 0;
    const sequitur_file_option* told = nullptr;
    bool created = false;

    bool writes() const { return (flags & (kWronly | kTrunc)) != 0 || created; }
};

Opening read_opening(const Call& call) {
    Opening open;
    open.layout = layout_of(call.event.type);
    const auto param = [](int index) { return static_cast<unsigned>(index); };
    if (open.layout.flags >= 0) {
        open.flags = call.params.u32(param(open.layout.flags));
    } else {  // creat
        open.flags = kWronly | kCreat | kTrunc | (call.params.u32(5) & 3U) * kUpperLayer;
    }
    open.dev = call.params.u32(param(open.layout.dev));
    open.ino = call.params.u64(param(open.layout.ino));
    open.told = call.options.file(SEQUITUR_ROLE_TARGET);
    if (open.told != nullptr) {
        open.dev = open.told->dev;
        open.ino = open.told->ino;
    }
    return open;
}

// The entry of the path that this call used: the program's words for Event::path, the kernel's
// path, where it is told, for everything else. Null when the record has no path.
PathCache::Entry* resolve_path(StateTables& tables, Call& call, const Opening& open) {
    const std::string_view raw = call.params.text(static_cast<unsigned>(open.layout.name));
    const std::string_view told = call.options.path(SEQUITUR_ROLE_TARGET).text;
    PathCache::Entry* entry = nullptr;
    if (raw.data() != nullptr) {
        call.event.path_raw = intern_path(tables, raw);
        const Symbol base = path_base(tables, call, open.layout.dirfd);
        entry = &tables.paths.resolve(base, call.event.path_raw);
        call.event.path = entry->path.get();
    }
    if (!told.empty() && told != view_of(call.event.path)) {
        entry = &tables.paths.whole(tables.strings.intern(told));
    }
    return entry;
}

bool is_created(StateTables& tables, const Call& call, const Opening& open, Symbol path) {
    if ((open.flags & kCreated) != 0) {
        tables.source_marks_created = true;
        return true;
    }
    if ((open.flags & kTmpfile) != 0) return true;
    if ((open.flags & kCreat) == 0) return false;
    if ((open.flags & kExcl) != 0) return true;
    const bool has_flag = tables.source_marks_created && open.layout.flags >= 0;
    const FileName name = file_name(call, path);
    return !has_flag && name && !tables.files.knows(name);
}

// The file of the last opens of this path, if it is still the one.
FileId settled_file(StateTables& tables, const PathCache::Entry* entry, const InodeInfo& inode,
                    const FileName& name) {
    if (entry == nullptr || !inode || !name) return {};
    for (const Ref<Descriptor>& opened : entry->opened) {
        if (opened && tables.files.is_settled(opened->file, opened->file_place, inode, name)) {
            return opened->file;
        }
    }
    return {};
}

FileId identify(StateTables& tables, const Call& call, const Opening& open,
                const PathCache::Entry* entry) {
    const Symbol path = entry != nullptr ? entry->path.get() : nullptr;
    InodeInfo inode{open.ino, open.dev};
    if (open.told != nullptr) inode = inode_of(*open.told);
    FileName name = file_name(call, path);
    if ((open.flags & kTmpfile) != 0) name = {};
    if (!inode && !name) {
        const Descriptor* held = descriptor_behind(call, view_of(path));
        return held != nullptr ? held->file : FileId{};
    }
    const FileSight sight = open.created ? FileSight::kCreated : sight_of(view_of(path));
    if (sight == FileSight::kHeld) name = {};
    // Of files that are only read nothing has to be remembered where the kernel tells them apart.
    if (open.told != nullptr && inode && !open.writes()) return tables.files.peek(inode, {});
    if (sight == FileSight::kNamed) {
        if (const FileId file = settled_file(tables, entry, inode, name)) return file;
    }
    return tables.files.identify(inode, name, sight);
}

DescriptorType type_of(const Opening& open) {
    if (open.told != nullptr && open.told->mode != 0) {
        const std::uint32_t type = open.told->mode & kModeType;
        if (type == kModeDirectory) return DescriptorType::kDirectory;
        if (type == kModeFifo) return DescriptorType::kFifo;
        if (type == kModeRegular) return DescriptorType::kFile;  // O_TMPFILE has O_DIRECTORY
    }
    return (open.flags & kDirectory) != 0 ? DescriptorType::kDirectory : DescriptorType::kFile;
}

bool is_same(const Descriptor& a, const Opening& open, DescriptorType type, FileId file,
             Symbol raw) {
    return a.type == type && a.file == file && a.open_flags == open.flags && a.dev == open.dev &&
           a.ino == open.ino && a.raw_name.get() == raw && !a.created_file && !open.created;
}

Ref<Descriptor> make_descriptor(const PathCache::Entry* entry, const Opening& open,
                                DescriptorType type, FileId file, Symbol raw) {
    auto* made = new Descriptor;
    Ref<Descriptor> owner(made);
    made->type = type;
    made->file = file;
    made->open_flags = open.flags;
    made->dev = open.dev;
    made->ino = open.ino;
    made->created_file = open.created;
    made->raw_name = SymbolRef(raw);
    if (entry == nullptr) return owner;
    made->name = entry->path;
    if (type == DescriptorType::kDirectory) {
        made->directory = entry->path;  // fd.directory of a directory is itself, as in Falco
    } else {
        made->directory = entry->directory;
        made->filename = entry->filename;
    }
    return owner;
}

// The descriptor of this open: one that another open of the path had, where nothing differs.
Ref<Descriptor> descriptor_for(StateTables& tables, const Call& call, PathCache::Entry* entry,
                               const Opening& open) {
    const Event& event = call.event;
    const DescriptorType type = type_of(open);
    if (entry == nullptr || open.created) {
        return make_descriptor(entry, open, type, event.file, event.path_raw);
    }
    auto& [latest, other] = entry->opened;
    const auto fits = [&](const Ref<Descriptor>& known) {
        return known && is_same(*known, open, type, event.file, event.path_raw);
    };
    if (fits(latest)) return latest;
    std::swap(latest, other);
    if (fits(latest)) return latest;
    tables.reclaim.bury(
        std::exchange(latest, make_descriptor(entry, open, type, event.file, event.path_raw)));
    return latest;
}

void show_attempt(StateTables& tables, Call& call, PathCache::Entry* entry, const Opening& open) {
    Event& event = call.event;
    event.fd_number = -1;
    if (entry == nullptr) return;
    event.file_path = entry->path.get();
    event.file = tables.files.peek({}, file_name(call, event.file_path));
    Ref<Descriptor>& attempted = entry->attempted;
    if (!attempted ||
        !is_same(*attempted, open, DescriptorType::kFile, event.file, event.path_raw)) {
        tables.reclaim.bury(std::move(attempted));
        attempted = make_descriptor(entry, open, DescriptorType::kFile, event.file, event.path_raw);
        // Of an open that failed Falco has fd.name and fd.directory, but no fd.filename.
        const_cast<Descriptor&>(*attempted).filename = SymbolRef();
    }
    event.fd = attempted.get();
}

}  // namespace

void apply_open(StateTables& tables, Call& call) {
    Opening open = read_opening(call);
    PathCache::Entry* entry = resolve_path(tables, call, open);
    if (call.failed()) {
        show_attempt(tables, call, entry, open);
        return;
    }
    Event& event = call.event;
    const Symbol path = entry != nullptr ? entry->path.get() : nullptr;
    open.created = is_created(tables, call, open, path);
    event.created_file = open.created;
    event.file = identify(tables, call, open, entry);
    event.file_path = path;
    if (open.writes() && event.file) {
        tables.files.set_origin(event.file, call.process->image.get(), event.time);
    }
    if (!event.has_result) return;

    Ref<Descriptor> descriptor = descriptor_for(tables, call, entry, open);
    event.fd_number = event.result;
    event.fd = descriptor.get();
    call.task->files->set(event.result, std::move(descriptor), (open.flags & kCloexec) != 0,
                          call.ts);
}

void apply_memfd_create(StateTables& tables, Call& call) {
    Event& event = call.event;
    if (call.failed() || !event.has_result) return;
    constexpr std::uint32_t kMemfdCloexec = 1;
    const std::string_view name = call.params.text(1);
    const InodeInfo inode = inode_of(call, SEQUITUR_ROLE_TARGET);
    event.created_file = true;
    event.file = inode ? tables.files.identify(inode, {}, FileSight::kCreated)
                       : tables.files.make_nameless();
    // The name under which an exec of it shows in /proc and in the kernel's own path.
    tables.text = "/memfd:";
    tables.text += name;
    tables.text += " (deleted)";
    const Symbol path = tables.strings.intern(tables.text);
    tables.files.link(file_name(call, path), event.file);
    event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_TARGET, path);
    tables.files.set_origin(event.file, call.process->image.get(), event.time);

    auto* made = new Descriptor;
    Ref<Descriptor> descriptor(made);
    made->type = DescriptorType::kMemfd;
    made->name = SymbolRef(tables.strings.intern(name));
    made->file = event.file;
    made->ino = inode.ino;
    made->dev = inode.dev;
    made->created_file = true;
    event.fd_number = event.result;
    event.fd = made;
    call.task->files->set(event.result, std::move(descriptor),
                          (call.params.u32(2) & kMemfdCloexec) != 0, call.ts);
}

}  // namespace sequitur

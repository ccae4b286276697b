#include "core/state_arguments.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

constexpr std::uint32_t kModeType = 0170000, kModeDirectory = 0040000;
constexpr std::uint32_t kExchange = 2, kLinkEmptyPath = 0x1000;

// The file that the call's first path names, remembered so that a later record without an inode
// finds it again; by the kernel's word alone where that is complete.
FileId identify_target(StateTables& tables, const Call& call, const FileName& name,
                       FileSight sight) {
    const InodeInfo inode = inode_of(call, SEQUITUR_ROLE_TARGET);
    return tables.files.identify(inode, name, sight);
}

void set_target(StateTables& tables, Call& call, FileSight sight) {
    Event& event = call.event;
    event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_TARGET, event.path);
    event.file = identify_target(tables, call, file_name(call, event.file_path), sight);
}

bool is_directory(const Call& call) {
    const sequitur_file_option* file = call.options.file(SEQUITUR_ROLE_TARGET);
    return file != nullptr && (file->mode & kModeType) == kModeDirectory;
}

}  // namespace

void apply_change(StateTables& tables, Call& call) {
    if (call.failed() || call.event.path == nullptr) return;
    const bool is_told = call.options.file(SEQUITUR_ROLE_TARGET) != nullptr;
    if (is_told && call.event.file) return;  // read_arguments() has it
    set_target(tables, call, sight_of(view_of(call.event.path)));
}

void apply_rename(StateTables& tables, Call& call) {
    Event& event = call.event;
    if (call.failed() || event.path == nullptr || event.target_path == nullptr) return;
    const Symbol to_path = kernel_path(tables, call, SEQUITUR_ROLE_NEW, event.target_path);
    Symbol from_path = kernel_path(tables, call, SEQUITUR_ROLE_TARGET, event.path);
    // Taken after the call, the kernel's path of the file is its new one.
    if (from_path == to_path) from_path = event.path;
    const FileName from = file_name(call, from_path), to = file_name(call, to_path);
    event.file = identify_target(tables, call, from, FileSight::kNamed);
    event.file_path = from_path;
    const bool exchanges =
        event.type == EventType::kRenameat2 && (call.params.u32(5) & kExchange) != 0;
    if (exchanges && from && to) {
        tables.files.exchange(from, to);
    } else {
        tables.files.rename(from, to, event.file, is_directory(call));
    }
}

void apply_link(StateTables& tables, Call& call) {
    Event& event = call.event;
    if (call.failed() || event.target_path == nullptr) return;
    const bool is_at = event.type == EventType::kLinkat;
    const Descriptor* held = descriptor_behind(call, view_of(event.path_raw));
    if (is_at && (call.params.u32(5) & kLinkEmptyPath) != 0 && view_of(event.path_raw).empty()) {
        held = call.task->files->find(call.params.i64(1));
    }
    if (held != nullptr) {  // gives a name to a file that may have had none
        event.file = held->file;
        event.file_path = held->name.get();
    } else if (event.path != nullptr) {
        set_target(tables, call, FileSight::kNamed);
    }
    const Symbol to = kernel_path(tables, call, SEQUITUR_ROLE_NEW, event.target_path);
    if (event.file) tables.files.link(file_name(call, to), event.file);
}

// The link is a file of its own; what it leads to is known when it is used.
void apply_symlink(StateTables& tables, Call& call) {
    Event& event = call.event;
    if (call.failed() || event.path == nullptr) return;
    event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_NEW, event.path);
    event.file = tables.files.identify(inode_of(call, SEQUITUR_ROLE_NEW),
                                       file_name(call, event.file_path), FileSight::kCreated);
    tables.files.set_link_target(event.file, symbol_of(tables, call.params.text(1)));
}

void apply_unlink(StateTables& tables, Call& call) {
    if (call.failed() || call.event.path == nullptr) return;
    set_target(tables, call, FileSight::kNamed);
    const sequitur_file_option* told = call.options.file(SEQUITUR_ROLE_TARGET);
    const int links_left = told != nullptr ? static_cast<int>(told->nlink) : -1;
    tables.files.unlink(file_name(call, call.event.file_path), call.event.file, links_left);
}

void apply_mkdir(StateTables& tables, Call& call) {
    if (call.failed() || call.event.path == nullptr) return;
    set_target(tables, call, FileSight::kCreated);
}

void apply_mknod(StateTables& tables, Call& call) {
    apply_mkdir(tables, call);
    if (!call.failed() && call.event.file) {
        tables.files.set_origin(call.event.file, call.process->image.get(), call.event.time);
    }
}

}  // namespace sequitur

// What most calls have in common: a descriptor or paths among their arguments.
#pragma once

#include "core/call.h"
#include "core/file_table.h"
#include "core/state_tables.h"

#include <cstdint>
#include <span>

namespace sequitur {

// Which parameters of a type are paths and descriptors: read off the event type table once.
struct ArgumentLayout {
    std::int8_t fd = -1;
    bool fd_is_directory = false;  // only the base of a path: not the file the call is about
    std::int8_t path = -1, path_dirfd = -1;
    std::int8_t target = -1, target_dirfd = -1;
    std::int8_t flags = -1;  // AT_* bits that come with the paths, where it has them
};
const ArgumentLayout& argument_layout(EventType type);
std::span<const ArgumentLayout> argument_layouts();  // by event type id

// Fills fd, fd_number, path, path_raw, target_path, target_path_raw, file and file_path of the
// event from its arguments and options. Remembers nothing.
void read_arguments(StateTables& tables, Call& call, const ArgumentLayout& layout);

// The directory that a relative path of this call starts from: a Symbol for PathCache::resolve(),
// null where the working directory is not known. `dirfd_param` < 0: always the working directory.
Symbol path_base(StateTables& tables, const Call& call, int dirfd_param);

// The space in which the caller's paths mean something: its mount namespace, else its container.
std::uint32_t path_space(const ProcessImage& image);

// A name for the file table; none where `path` is not absolute or lies in /proc.
FileName file_name(const Call& call, Symbol path);

InodeInfo inode_of(const sequitur_file_option& told);

// The FILE option of that role as the file table takes it; no inode when there is none.
InodeInfo inode_of(const Call& call, unsigned role);

// The PATH option of that role, or `fallback`.
Symbol kernel_path(StateTables& tables, const Call& call, unsigned role, Symbol fallback);

// The descriptor that /proc/self/fd/N or /dev/fd/N in `path` speaks of, or nullptr.
const Descriptor* descriptor_behind(const Call& call, std::string_view path);

// How a path leads to its file: by a name, or past the names through a descriptor.
FileSight sight_of(std::string_view path);

}  // namespace sequitur

// A process as it was at one moment: an immutable image.
//
// exec, chdir, setuid, setsid, ... publish a new image; the event keeps the one of its own moment.
// Stages that run later or elsewhere read it without locks. Images are made by the process table
// (core/process_table.h) alone.
#pragma once

#include "core/atom_cache.h"
#include "core/container_info.h"
#include "core/file_identity.h"
#include "core/interner.h"
#include "core/reference.h"
#include "core/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// Which process: a pid is reused, (pid, start time) within one boot is not.
struct ProcessEntity {
    std::int64_t pid = -1;
    std::uint64_t start_ns = 0;  // ns since the epoch; 0 where the source does not tell

    explicit operator bool() const { return pid >= 0; }
    friend auto operator<=>(const ProcessEntity&, const ProcessEntity&) = default;

    // "10-1700000000000000000": stable over restarts of the daemon, unique within a boot.
    std::string to_string() const;
};

enum class EntryKind : std::uint8_t { kUnknown, kSsh, kContainer, kService, kCron, kLogin };
std::string_view name_of(EntryKind kind);  // proc.entry.kind

inline constexpr std::uint32_t kNoUid = 0xffffffff;

struct ProcessImage : Referenced<ProcessImage> {
    ProcessEntity entity;
    std::int64_t pid = -1;   // thread group, host namespace
    std::int64_t ppid = -1;  // the parent as of now: changes when it exits
    std::int64_t sid = -1, pgid = -1;
    std::int64_t vpid = -1, vpgid = -1;
    std::uint32_t uid = kNoUid, gid = kNoUid, loginuid = kNoUid;  // effective ids
    std::uint32_t tty = 0;                                        // device number
    std::uint32_t exe_flags = 0;  // PPM_EXE_*: writable 1, upper layer 2, memfd 4, lower layer 8
    std::uint32_t mount_ns = 0;   // inode number; 0 unknown
    std::uint64_t cap_permitted = 0, cap_effective = 0, cap_inheritable = 0;
    std::uint64_t fdlimit = 0, exe_ctime_ns = 0, exe_mtime_ns = 0, pidns_start_ns = 0;
    // Memory and faults as the last clone, exec or snapshot record told; not kept up in between.
    std::uint32_t vm_size_kb = 0, vm_rss_kb = 0, vm_swap_kb = 0;
    std::uint64_t faults_major = 0, faults_minor = 0;
    Timestamp start_time;  // fork (or the snapshot's start time)
    Timestamp exec_time;   // last exec; the start time where none was seen
    FileId exe_file;       // the image that runs

    SymbolRef name;          // comm of the leader; a thread that names itself does not show
    SymbolRef exe;           // argv[0]
    SymbolRef exepath;       // absolute, resolved
    SymbolRef args;          // argv[1..], each followed by NUL
    SymbolRef cmdline;       // name and args, joined with blanks (proc.cmdline)
    SymbolRef exeline;       // exe and args, joined with blanks (proc.exeline)
    SymbolRef cwd;           // with a trailing '/'; null when unknown
    SymbolRef root;          // chroot; null or "/" for none
    SymbolRef env;           // NAME=value, each followed by NUL
    SymbolRef cgroups;       // subsys=path, each followed by NUL
    SymbolRef container_id;  // 12 characters; null on the host
    SymbolRef user_name, user_home, user_shell;  // of uid, by the accounts of its container
    SymbolRef group_name;                        // of gid
    SymbolRef login_name;  // of loginuid; these five are null where no account is known

    // What its container's runtime told; null on the host and where nobody did.
    Ref<ContainerInfo> container;

    // The parent as of now. When an ancestor execs or renames itself, or a child is re-parented,
    // a descendant gets a new image at its next event, so an event's image shows the tree of the
    // event's moment (for the nearest Limits::lineage_max ancestors; an ancestor's cwd, ids and
    // capabilities may be older). Null at the root or unknown.
    Ref<ProcessImage> parent;

    // Who made it, back to the first known ancestor, nearest first; unlike `parent` it does not
    // change when a parent exits. Bounded by limits (core/limits.h); shared between images.
    std::shared_ptr<const std::vector<ProcessEntity>> lineage;

    ProcessEntity creator;  // the process that forked it (proc.pentity)
    ProcessEntity session;  // entity of the session leader
    ProcessEntity entry;    // first process of this entry into the host
    EntryKind entry_kind = EntryKind::kUnknown;
    bool is_placeholder = false;  // never described by an event or snapshot
    bool is_kernel_thread = false;
    bool is_interactive = false;  // has a terminal, and its first descriptors are on one

    // What conditions found out about this image. Touched only by the condition shard that owns
    // the process (core/condition_set.h), hence mutable without a lock.
    mutable AtomCache atoms;

    ProcessImage() = default;
    ProcessImage(const ProcessImage&) = default;  // a copy to publish the next image from
    ProcessImage& operator=(const ProcessImage&) = delete;
    // Lets go of the ancestors one by one: a chain of them may be longer than the stack is deep.
    ~ProcessImage();

    // From a pool; freed on any thread.
    static void* operator new(std::size_t size);
    static void operator delete(void* memory);
};

}  // namespace sequitur

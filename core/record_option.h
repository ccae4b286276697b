// What the .scap schema has no room for, as pcapng options behind the event.
//
// Each option is u16 code, u16 length, value, zero padding to 4. The codes are from pcapng's range
// for local use (bit 15 set), so other readers skip them. A code is never reused. C11 as well:
// the probe's programs include this file.
#ifndef SEQUITUR_CORE_RECORD_OPTION_H
#define SEQUITUR_CORE_RECORD_OPTION_H

// Who made the call: fixed 32 bytes, struct sequitur_task_option.
#define SEQUITUR_OPTION_TASK 0x8e01
// One file that the event speaks of: struct sequitur_file_option. Once per role at most.
#define SEQUITUR_OPTION_FILE 0x8e02
// A path as the kernel (or, when flagged, user space) resolved it: u8 role, u8 flags, then the
// bytes, no NUL. Absolute, of the root of the caller's mount namespace.
#define SEQUITUR_OPTION_PATH 0x8e03
// Records lost before this one on its ring: struct sequitur_lost_option.
#define SEQUITUR_OPTION_LOST 0x8e04
// Parameters that were cut to their limit: u64 bit set, bit i = parameter i.
#define SEQUITUR_OPTION_TRUNCATED 0x8e05
// clone family: the new task, struct sequitur_task_option of it. Its tid is the event's res.
#define SEQUITUR_OPTION_CHILD 0x8e06
// Snapshot of a descriptor: what a capture's list knew of it, struct sequitur_descriptor_option.
#define SEQUITUR_OPTION_DESCRIPTOR 0x8e07
// In captures only, of a generic event: the system call (u16) that parameter 0 says "unknown" for,
// because old readers fall over numbers that they do not know.
#define SEQUITUR_OPTION_SYSCALL 0x8e08

// Roles of a file or path in its event.
#define SEQUITUR_ROLE_TARGET 0  // opened, chmod'ed, unlinked; rename and link: the file itself
#define SEQUITUR_ROLE_NEW 1     // rename, link, symlink: the new name (a file it replaced)
#define SEQUITUR_ROLE_EXE 2     // execve: the image that runs (the interpreter for a script)
#define SEQUITUR_ROLE_SCRIPT 3  // execve: the script, where there is one
#define SEQUITUR_ROLE_CWD 4     // chdir, fchdir: where it led
#define SEQUITUR_ROLE_PARENT 5  // the parent process's (clone snapshot) working directory
#define SEQUITUR_ROLE_SOURCE 6  // copy_file_range, sendfile, splice: where the bytes came from
#define SEQUITUR_ROLE_LOWER 7   // overlay: what the target, or the image, had been copied up from

// File flags.
#define SEQUITUR_FILE_GENERATION 1  // generation is told, also where it is 0

// Path flags.
#define SEQUITUR_PATH_TRUNCATED 1  // longer than the probe takes
#define SEQUITUR_PATH_USERSPACE 2  // resolved after the fact, in user space
#define SEQUITUR_PATH_DELETED 4    // the name had been removed when it was taken

#ifdef __cplusplus
#include <cstdint>
#define SEQUITUR_U64 std::uint64_t
#define SEQUITUR_U32 std::uint32_t
#define SEQUITUR_U16 std::uint16_t
#define SEQUITUR_U8 std::uint8_t
namespace sequitur {
extern "C" {
#else
#define SEQUITUR_U64 __u64
#define SEQUITUR_U32 __u32
#define SEQUITUR_U16 __u16
#define SEQUITUR_U8 __u8
#endif

struct sequitur_task_option {
    SEQUITUR_U64 start_ns;  // the thread group's start, ns since the epoch; with tgid its identity
    SEQUITUR_U64 parent_start_ns;  // the same of the real parent's group; 0 unknown
    SEQUITUR_U32 tgid;
    SEQUITUR_U32 parent_tgid;
    SEQUITUR_U32 mount_ns;  // inode number of the mount namespace; 0 unknown
    SEQUITUR_U32 sid;       // session leader's pid, host namespace
};

struct sequitur_file_option {
    SEQUITUR_U64 ino;
    SEQUITUR_U32 dev;  // kernel new_encode_dev: (minor & 0xff) | major << 8 | (minor & ~0xff) << 12
    SEQUITUR_U32 generation;
    SEQUITUR_U32 nlink;  // after the call
    SEQUITUR_U16 mode;   // type and permission bits, after the call
    SEQUITUR_U8 role;    // SEQUITUR_ROLE_*
    SEQUITUR_U8 flags;   // SEQUITUR_FILE_*
};

struct sequitur_lost_option {
    SEQUITUR_U64 records;  // since the previous record of this ring that came through
};

struct sequitur_descriptor_option {
    SEQUITUR_U8 type;     // the format's descriptor type
    SEQUITUR_U8 role;     // of a socket: 1 client, 2 server; 0 none
    SEQUITUR_U8 l4proto;  // of a socket: 2 tcp, 3 udp, 4 icmp, 5 raw; 0 unknown
    SEQUITUR_U8 reserved;
};

#ifdef __cplusplus
}  // extern "C"
static_assert(sizeof(sequitur_descriptor_option) == 4);
static_assert(sizeof(sequitur_task_option) == 32);
static_assert(sizeof(sequitur_file_option) == 24);
static_assert(sizeof(sequitur_lost_option) == 8);
}  // namespace sequitur
#endif

#undef SEQUITUR_U64
#undef SEQUITUR_U32
#undef SEQUITUR_U16
#undef SEQUITUR_U8
#endif  // SEQUITUR_CORE_RECORD_OPTION_H

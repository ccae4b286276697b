// What the programs in the kernel and the live source agree on: limits, ring entries, settings.
//
// C11 and C++. Fixed-width types only, no holes: tests/kernel/ compares the layouts of both sides.
#ifndef SEQUITUR_PROBE_BPF_PROTOCOL_H
#define SEQUITUR_PROBE_BPF_PROTOCOL_H

#ifdef __cplusplus
#include <cstdint>
typedef std::uint8_t __seq_u8;
typedef std::uint16_t __seq_u16;
typedef std::uint32_t __seq_u32;
typedef std::uint64_t __seq_u64;
#else
typedef __u8 __seq_u8;
typedef __u16 __seq_u16;
typedef __u32 __seq_u32;
typedef __u64 __seq_u64;
#endif

#define SEQUITUR_CALLS_MAX 512     // native system call numbers, a power of two
#define SEQUITUR_TYPES_MAX 512     // event type ids, a power of two
#define SEQUITUR_STRING_MAX 4096   // one path, or one argument list
#define SEQUITUR_STASHES_MAX 1024  // path calls under way at one time
#define HOOK_RECORDS 3             // path hooks that can preempt each other on one CPU
#define SEQUITUR_TREE_MAX 16384    // processes below the root of `-- COMMAND`
#define SEQUITUR_TABLES_MAX 16384  // descriptor tables whose numbers are kept apart
#define SEQUITUR_TABLE_SLOTS 4096  // of them found without a call, a power of two
#define SEQUITUR_TABLE_BITS 1024   // descriptors below this; those above count as known
#define SEQUITUR_FIRST_FREE 3      // descriptors below stand for something: their ends are told
#define SEQUITUR_PREFIXES_MAX 16   // path prefixes that rules name
#define SEQUITUR_PREFIX_PARTS 2    // of each, the names that are looked at
#define SEQUITUR_PART_BYTES 32     // of each name

// What stands before each record in a ring. 6 bytes, so that the record's header lies at 2 modulo
// 4, as in a capture block, and the options behind its padding are aligned.
#define SEQUITUR_ENTRY_PREFIX 6
struct sequitur_entry {
    __seq_u32 event_bytes;  // header, lengths, parameters; then padding to 4, then options
    __seq_u16 cpu;
};

// A ring of calls: one per CPU, written there alone, so it takes no lock. A record is a number of
// 64 bits, its size, then its bytes, then padding to 8. Its first byte decides where it lies: parts
// of a power of two of bytes stand in a row, each with room behind it for the record that begins
// last in it. (As one entry it would be more than some kernels take.)
#define SEQUITUR_RING_SLACK 36864
struct sequitur_ring_head {
    __seq_u64 written;      // by the programs: bytes ever
    __seq_u64 reserved[7];  // either side has a cache line of its own
    __seq_u64 read;         // by the live source
    __seq_u64 reserved_too[7];
};

// Which program completes the record of a call: index into the table of tail calls.
enum sequitur_handler {
    HANDLER_NONE = 0,     // not wanted
    HANDLER_GENERIC = 1,  // number only
    HANDLER_TABLE = 2,    // as its row in calls.h says
    HANDLER_NET = 3,
    HANDLER_PTRACE = 4,
    HANDLER_EXEC = 5,     // failed ones; successful ones come from sched_process_exec
    HANDLER_CLONE = 6,    // failed ones
    HANDLER_CREATED = 7,  // by tracepoints of its own, never through the table
    HANDLER_SPECIAL = 8,  // parameters that no recipe makes
    HANDLER_OPENAT = 9,   // what the table would do, in fewer steps
    HANDLERS_MAX = 10,
};

// Set before load, constant afterwards.
struct sequitur_settings {
    __seq_u64 boot_to_epoch_ns;  // added to the boot-time clock
    __seq_u32 own_tgid;          // never reported
    __seq_u32 tree_only;         // only processes in the map `tree`
    __seq_u32 data_bytes;        // of a read or written buffer, at most 256
    __seq_u32 ring_tells_entry;  // io_uring_complete has a completion entry, no result
    __seq_u32 can_cast;          // numbers can be made pointers (read.bpf.h)
    __seq_u32 ring_parts;        // of each CPU's ring, a power of two
    __seq_u32 ring_part_shift;   // a part has 1 << ring_part_shift bytes
    __seq_u32 reserved;
};

// The first names of a path prefix. A name fits when the bytes under the mask are these and, where
// `length` is not 0, it has that length; a part of all zeros fits any.
struct sequitur_prefix_part {
    __seq_u8 bytes[SEQUITUR_PART_BYTES], mask[SEQUITUR_PART_BYTES];
    __seq_u32 length, reserved;
};
struct sequitur_prefix {
    struct sequitur_prefix_part parts[SEQUITUR_PREFIX_PARTS];
};

// Which calls of a family leave the kernel, one bit per kind of call. All bits set: all of them.
enum sequitur_open_kind {   // those that could write or make a file always do
    OPEN_READ_OUTSIDE = 1,  // for reading, of a file below no prefix
    OPEN_READ_INSIDE = 2,
    OPEN_READ_FAILED = 4,
};
enum sequitur_map_kind {
    MAP_NOTHING = 1,  // of no file
    MAP_FILE = 2,     // of a file, not to be executed
    MAP_CODE = 4,     // of a file, to be executed
};
enum sequitur_mode_kind {
    MODE_PLAIN = 1,   // no right to execute
    MODE_RUN = 2,     // some
    MODE_FAILED = 4,  // whatever it asked for
};
enum sequitur_move_kind {  // reads and writes
    MOVE_START = 1,        // of the first bytes of a regular file
    MOVE_OTHER = 2,
};
enum sequitur_fcntl_kind {  // those that give out descriptors or mark them always do
    FCNTL_OTHER = 1,
};
struct sequitur_push_down {
    __seq_u8 is_on;  // 0: every call of every type that is wanted leaves the kernel
    __seq_u8 open, map, mode, read, write, control;
    __seq_u8 close;      // 0: those of descriptors whose opening left the kernel
    __seq_u64 fresh_ns;  // reads of files that changed longer ago stay in the kernel; 0: all leave
    __seq_u32 prefix_count, reserved;
    struct sequitur_prefix prefixes[SEQUITUR_PREFIXES_MAX];
};

// Written by the live source while the programs run.
struct sequitur_control {
    __seq_u8 handler[SEQUITUR_CALLS_MAX];    // by native number: sequitur_handler
    __seq_u8 handler32[SEQUITUR_CALLS_MAX];  // by 32-bit number
    __seq_u8 wanted[SEQUITUR_TYPES_MAX];     // by event type: those from tracepoints and hooks
    struct sequitur_push_down push;
    __seq_u32 sleeping;  // the reader waits: wake it at the next record
    __seq_u32 reserved;
};

enum sequitur_hook {
    HOOK_CHMOD = 1,
    HOOK_RENAME,
    HOOK_UNLINK,
    HOOK_LINK,
    HOOK_SYMLINK,
    HOOK_MKDIR,
    HOOK_RMDIR,
    HOOK_EXEC,
    HOOK_TIMES,  // by the change time that moved, where the others can't be had
};

// Per CPU: what could not be handed over.
struct sequitur_losses {
    __seq_u64 by_type[SEQUITUR_TYPES_MAX];
    __seq_u64 stash_full;    // path calls whose hook found no room
    __seq_u64 compat_calls;  // 32-bit calls seen
};

#endif  // SEQUITUR_PROBE_BPF_PROTOCOL_H

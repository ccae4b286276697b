// Native flag values to the format's own numbers (core/tables/flags.csv).
#ifndef SEQUITUR_FLAGS_BPF_H
#define SEQUITUR_FLAGS_BPF_H

#include "probe/vmlinux/vmlinux.h"

// Where `value` has `native`, the result has `wire`.
#define MOVE(value, native, wire) (((value) & (native)) ? (wire) : 0)

// O_SYNC contains O_DSYNC, O_TMPFILE contains O_DIRECTORY.
static inline __u32 wire_file_flags(__u32 v) {
    return MOVE(v, 0100, 0x4) | MOVE(v, 0200, 0x20) | MOVE(v, 01000, 0x100) | MOVE(v, 02000, 0x8) |
           MOVE(v, 04000, 0x40) | MOVE(v, 010000, 0x10) | MOVE(v, 04000000, 0x80) |
           MOVE(v, 040000, 0x200) | MOVE(v, 0100000, 0x800) | MOVE(v, 0200000, 0x400) |
           MOVE(v, 02000000, 0x1000) | MOVE(v, 020000000, 0x2000);
}
static inline __u32 wire_open_flags(__u32 v) {
    __u32 access = v & 3;
    return wire_file_flags(v) | (access == 0 ? 1 : access == 1 ? 2 : access == 2 ? 3 : 0);
}
static inline __u32 wire_resolve_flags(__u64 v) {
    return MOVE(v, 0x08, 1) | MOVE(v, 0x10, 2) | MOVE(v, 0x02, 4) | MOVE(v, 0x04, 8) |
           MOVE(v, 0x01, 16) | MOVE(v, 0x20, 32);
}
#define OPEN_CREATED 0x4000  // PPM_O_F_CREATED
#define FMODE_CREATED 0x100000
#define OPEN_MAKES_FILE (0100 | 020000000)  // O_CREAT, O_TMPFILE: the mode means something

static inline __u32 wire_clone_flags(__u64 v) {
    return MOVE(v, 0x400, 0x1) | MOVE(v, 0x200, 0x2) | MOVE(v, 0x80000000, 0x4) |
           MOVE(v, 0x08000000, 0x8) | MOVE(v, 0x40000000, 0x10) | MOVE(v, 0x00020000, 0x20) |
           MOVE(v, 0x20000000, 0x40) | MOVE(v, 0x04000000, 0x80) | MOVE(v, 0x8000, 0x100) |
           MOVE(v, 0x00100000, 0x200) | MOVE(v, 0x2000, 0x400) | MOVE(v, 0x800, 0x800) |
           MOVE(v, 0x00040000, 0x1000) | MOVE(v, 0x00010000, 0x2000) | MOVE(v, 0x00800000, 0x4000) |
           MOVE(v, 0x100, 0x8000) | MOVE(v, 0x10000000, 0x100000) | MOVE(v, 0x00200000, 0x800000) |
           MOVE(v, 0x01000000, 0x1000000) | MOVE(v, 0x00080000, 0x2000000) |
           MOVE(v, 0x4000, 0x8000000) | MOVE(v, 0x02000000, 0x10000000);
}
#define WIRE_CLONE_FILES 0x1
#define WIRE_CLONE_FS 0x2
#define WIRE_CLONE_SIGHAND 0x800
#define WIRE_CLONE_THREAD 0x2000
#define WIRE_CLONE_VM 0x8000
#define WIRE_CLONE_CHILD_IN_PIDNS 0x20000000

// The kernel drops a magic number in the upper half (MS_MGC_VAL).
static inline __u32 wire_mount_flags(__u64 v) {
    return (v & 0xffff0000) == 0xc0ed0000 ? v & 0xffff : v;
}

// F_* numbers; 0 for what the format does not name.
static inline __u8 wire_fcntl_cmd(__u32 v) {
    switch (v) {
        case 0: return 1;      // DUPFD
        case 1: return 2;      // GETFD
        case 2: return 3;      // SETFD
        case 3: return 4;      // GETFL
        case 4: return 5;      // SETFL
        case 5: return 6;      // GETLK
        case 6: return 8;      // SETLK
        case 7: return 9;      // SETLKW
        case 8: return 10;     // SETOWN
        case 9: return 12;     // GETOWN
        case 10: return 13;    // SETSIG
        case 11: return 15;    // GETSIG
        case 15: return 21;    // SETOWN_EX
        case 16: return 22;    // GETOWN_EX
        case 36: return 30;    // OFD_GETLK
        case 37: return 31;    // OFD_SETLK
        case 38: return 32;    // OFD_SETLKW
        case 1024: return 23;  // SETLEASE
        case 1025: return 24;  // GETLEASE
        case 1026: return 27;  // NOTIFY
        case 1030: return 26;  // DUPFD_CLOEXEC
        case 1031: return 28;  // SETPIPE_SZ
        case 1032: return 29;  // GETPIPE_SZ
    }
    return 0;
}

static inline __u32 wire_mmap_flags(__u32 v) {
    return MOVE(v, 0x01, 1) | MOVE(v, 0x02, 2) | MOVE(v, 0x10, 4) | MOVE(v, 0x20, 8) |
           MOVE(v, 0x40, 0x10) | MOVE(v, 0x4000, 0x40) | MOVE(v, 0x8000, 0x80) |
           MOVE(v, 0x10000, 0x100) | MOVE(v, 0x100, 0x200) | MOVE(v, 0x800, 0x400) |
           MOVE(v, 0x1000, 0x800) | MOVE(v, 0x2000, 0x4000);
}

#endif  // SEQUITUR_FLAGS_BPF_H

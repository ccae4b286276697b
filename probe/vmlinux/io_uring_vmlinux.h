// The kernel's types of io_uring, trimmed as in vmlinux.h.
#ifndef SEQUITUR_VMLINUX_IO_URING_H
#define SEQUITUR_VMLINUX_IO_URING_H

#include "probe/vmlinux/vmlinux.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_uring_cqe {
    s32 res;
};
struct io_kiocb {
    u8 opcode;
};
struct filename {
    const char* name;
};
// What a request carries begins where the request does.
struct io_open {
    u32 file_slot;
};
struct io_close {
    int fd;
    u32 file_slot;
};
struct io_rename {
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};
struct io_link {
    int old_dfd, new_dfd;
    struct filename *oldpath, *newpath;
    int flags;
};
struct io_unlink {
    int dfd, flags;
    struct filename* filename;
};
struct io_mkdir {
    int dfd;
    umode_t mode;
    struct filename* filename;
};

#pragma clang attribute pop

#endif  // SEQUITUR_VMLINUX_IO_URING_H

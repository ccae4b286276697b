// Third rung, beside record.bpf.h: a path as the kernel holds it, from dentries and mounts.
#ifndef SEQUITUR_PATH_BPF_H
#define SEQUITUR_PATH_BPF_H

#include "probe/bpf/record.bpf.h"

// Walks from walk_dentry on walk_mount up to the root of the namespace of record.task, over all
// mounts on the way. Fills record.parts and record.path_flags (SEQUITUR_PATH_*), and returns how
// the walk ended (enum step; STEP_NAME: the path is too long).
int collect_path(struct record *r);

// Appends to the record the bytes (no NUL) of the path that was collected last, and returns their
// number, at most SEQUITUR_STRING_MAX. A file that hangs below no root (memfd) gives its name
// alone. Does not end the parameter.
int join_path(struct record *r);

// Both are defined in path.bpf.c, and checked by the verifier once per program. What they take goes
// through memory: a function that is checked once takes no typed pointers as numbers.
static inline int write_path_of(struct record *r, __u64 mount, __u64 dentry) {
    r->walk_mount = mount;
    r->walk_dentry = dentry;
    collect_path(r);
    return join_path(r) & 0x1fff;
}

static inline void put_path(struct record *r, __u64 mount, __u64 dentry) {
    int length = write_path_of(r, mount, dentry);
    if (r->path_flags & SEQUITUR_PATH_TRUNCATED) r->truncated |= 1ULL << (r->next & 63);
    STORE(__u8, r->data + POSITION(r) + length, 0);
    end_param(r, length + 1);
}

// Of the path that was collected last.
static inline void option_collected_path(struct record *r, __u8 role) {
    __u32 start = POSITION(r);
    r->offset = start + 6;
    __u32 length = (join_path(r) & 0x1fff) + 2;
    r->offset = start;
    begin_option(r, SEQUITUR_OPTION_PATH, length);
    STORE(__u8, r->data + POSITION(r), role);
    STORE(__u8, r->data + POSITION(r) + 1, r->path_flags);
    end_option(r, length);
}

static inline void option_path(struct record *r, __u8 role, __u64 mount, __u64 dentry) {
    r->walk_mount = mount;
    r->walk_dentry = dentry;
    collect_path(r);
    option_collected_path(r, role);
}

static inline void option_file_path(struct record *r, __u8 role, struct file *file) {
    struct path path = {};
    path.mnt = K(file, f_path.mnt);
    path.dentry = K(file, f_path.dentry);
    option_path(r, role, (__u64)path.mnt, (__u64)path.dentry);
}

#endif  // SEQUITUR_PATH_BPF_H

// Third rung: properties of an executable image (PPM_EXE_*).
#ifndef SEQUITUR_IMAGE_BPF_H
#define SEQUITUR_IMAGE_BPF_H

#include "probe/bpf/read.bpf.h"

#define EXE_WRITABLE 1
#define EXE_FROM_MEMFD 4
#define CAP_DAC_OVERRIDE (1ULL << 1)
#define S_IWUSR 0200
#define S_IWGRP 020
#define S_IWOTH 02

// Whether the process could write its own image: mode bits of owner, group and others.
static inline bool is_writable(const struct cred *cred, struct inode *inode) {
    __u32 mode = K(inode, i_mode);
    if (capability_set(cred, cap_effective) & CAP_DAC_OVERRIDE) return true;
    if (K(inode, i_uid.val) == cred->euid.val) return mode & S_IWUSR;
    if (K(inode, i_gid.val) == cred->egid.val) return mode & S_IWGRP;
    return mode & S_IWOTH;
}

// Memory files hang below no directory and have a name of this form.
static inline bool is_memfd(struct file *file) {
    struct dentry *dentry = K(file, f_path.dentry);
    if (K(dentry, d_parent) != dentry) return false;
    union {
        char text[8];
        __u64 number;
    } name = {};
    bpf_probe_read_kernel(name.text, 6, K(dentry, d_name.name));
    return name.number == 0x3a64666d656dULL;  // "memfd:"
}

static inline __u32 exe_flags(const struct cred *cred, struct file *exe) {
    return (is_writable(cred, K(exe, f_inode)) ? EXE_WRITABLE : 0) |
           (is_memfd(exe) ? EXE_FROM_MEMFD : 0);
}

#endif  // SEQUITUR_IMAGE_BPF_H

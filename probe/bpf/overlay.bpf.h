// Second rung: the file behind one of an overlay, which is the same file by whichever mount it is
// reached.
//
// An overlay's inode has a number and a device of its own, which say nothing outside of it. Behind
// it, in one allocation, stand its upper file and what leads to its lower one (struct ovl_inode,
// fs/overlayfs/ovl_entry.h). The offsets are not relocated: the module may be loaded after us, and
// its types with it.
#ifndef SEQUITUR_OVERLAY_BPF_H
#define SEQUITUR_OVERLAY_BPF_H

#include "probe/bpf/read.bpf.h"

#define OVERLAY_FS_MAGIC 0x794c7630
#define INODE_TYPE 0170000
#define INODE_DIRECTORY 0040000
#define INODE_REGULAR 0100000

// Two pointers are read as a struct path, which is that on every kernel.
static inline struct path *end_of_inode(struct inode *inode) {
    return (void *)inode + bpf_core_type_size(struct inode);
}

static inline struct dentry *upper_dentry(struct inode *inode) {
    struct path *end = end_of_inode(inode);
    return (void *)K(end, mnt);
}

static inline struct dentry *lower_dentry(struct inode *inode) {
    struct path *end = end_of_inode(inode);
    struct path *lower = (void *)end + 8;  // struct ovl_path: a layer and a dentry
    // Since 6.5, of which no other fact is as near: a row of them elsewhere, behind its length.
    if (bpf_core_type_exists(struct backing_file)) lower = (void *)K(end, dentry) + 8;
    return K(lower, dentry);
}

static inline bool is_on_overlay(struct inode *inode) {
    return K(inode, i_sb, s_magic) == OVERLAY_FS_MAGIC;
}

// `inode` itself where nothing is found that has its type.
static __always_inline struct inode *one_behind(struct inode *inode) {
    __u32 type = K(inode, i_mode) & INODE_TYPE;
    struct dentry *dentry = upper_dentry(inode);
    if (!dentry) dentry = lower_dentry(inode);
    struct inode *real = dentry ? K(dentry, d_inode) : 0;
    return real && (K(real, i_mode) & INODE_TYPE) == type ? real : inode;
}

// Directories are merged from several: they stay what they are. An overlay can lie on another one.
static __noinline struct inode *behind_overlay(struct inode *inode) {
    if ((K(inode, i_mode) & INODE_TYPE) == INODE_DIRECTORY) return inode;
    struct inode *real = one_behind(inode);
    return is_on_overlay(real) ? one_behind(real) : real;
}

static inline struct inode *real_inode(struct inode *inode) {
    return is_on_overlay(inode) ? behind_overlay(inode) : inode;
}

// What an upper file was copied up from, if it was; 0 none.
static __noinline struct inode *lower_inode(struct inode *inode) {
    if (!is_on_overlay(inode) || !upper_dentry(inode)) return 0;
    struct dentry *lower = lower_dentry(inode);
    struct inode *real = lower ? K(lower, d_inode) : 0;
    bool is_like = real && (K(real, i_mode) & INODE_TYPE) == INODE_REGULAR &&
                   (K(inode, i_mode) & INODE_TYPE) == INODE_REGULAR;
    return is_like ? real_inode(real) : 0;
}

#endif  // SEQUITUR_OVERLAY_BPF_H

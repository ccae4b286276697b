// Third rung: the way from a file up to the root of the mount namespace, one name at a time.
//
// The caller's own root directory is passed by: in a namespace of its own (a container) it is the
// namespace's root as well, and behind a mere chroot a file has the name by which others know it.
#ifndef SEQUITUR_DENTRY_BPF_H
#define SEQUITUR_DENTRY_BPF_H

#include "probe/bpf/read.bpf.h"

#define NAME_OFFSET_FROM_PARENT \
    (bpf_core_field_offset(struct dentry, d_name) - bpf_core_field_offset(struct dentry, d_parent))

// What lies together in a dentry on every kernel so far (checked at load; else read apart): one
// helper call for all, where a load is not to be had.
struct dentry_link {
    struct dentry *parent;
    struct qstr name;
};

static __always_inline void read_link(struct dentry *dentry, struct dentry_link *link) {
    if (!settings.can_cast && NAME_OFFSET_FROM_PARENT == sizeof(void *)) {
        bpf_probe_read_kernel(link, sizeof *link, &dentry->d_parent);
    } else {
        link->parent = K(dentry, d_parent);
        link->name.name = K(dentry, d_name.name);
        link->name.len = K(dentry, d_name.len);
    }
}

enum step { STEP_NAME, STEP_LAST_NAME, STEP_MOUNT, STEP_ROOT, STEP_NOWHERE };

// Walks start at r->walk_{mount,dentry} and end at the top of the mounts of `space`. All of it lies
// in memory: as registers the verifier would follow what each pointer is, and give up.
static __always_inline void begin_walk(struct record *r, struct nsproxy *space) {
    struct vfsmount *mount = (void *)r->walk_mount;
    r->walk_end = (__u64)K(space, mnt_ns, root);
    r->walk_top = (__u64)K(mount, mnt_root);
}

// One step: over a name, which is then in `link`, or from a mount to where it is mounted. From one
// that is attached nowhere, or in another namespace, the names of its file system go on.
static __always_inline enum step step_up(struct record *r, struct dentry_link *link) {
    struct dentry *dentry = (void *)r->walk_dentry;
    struct vfsmount *mount = (void *)r->walk_mount;
    // Volatile: read at the end of each round, it would fall through into the next, and kernels
    // before 6.2 take that for a loop without a jump, which they refuse.
    if (r->walk_dentry == *(volatile __u64 *)&r->walk_top) {
        struct mount *here = (void *)mount - bpf_core_field_offset(struct mount, mnt);
        if (r->walk_end == (__u64)here) return STEP_ROOT;
        struct mount *above = K(here, mnt_parent);
        if (above == here) {
            r->walk_top = 0;
            return STEP_MOUNT;
        }
        r->walk_dentry = (__u64)K(here, mnt_mountpoint);
        mount = (void *)above + bpf_core_field_offset(struct mount, mnt);
        r->walk_mount = (__u64)mount;
        r->walk_top = (__u64)K(mount, mnt_root);
        return STEP_MOUNT;
    }
    read_link(dentry, link);
    if (!link->parent) return STEP_NOWHERE;
    if (link->parent == dentry) return r->walk_top ? STEP_LAST_NAME : STEP_NOWHERE;
    r->walk_dentry = (__u64)link->parent;
    return STEP_NAME;
}

#endif  // SEQUITUR_DENTRY_BPF_H

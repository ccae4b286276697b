// Walks from a dentry up to the root: names are collected on the way up, then written top down.
//
// Two passes instead of one backwards: the result goes straight into the record, at its place.
#include "probe/bpf/path.bpf.h"

#include "probe/bpf/dentry.bpf.h"

#define PATH_STEPS_MAX (PATH_PARTS_MAX + 64)  // names and mounts

// Pass one: fills record.parts from the file upwards.
//
// Counters live in the record: in registers each of their values would be one more state for the
// verifier to follow, and it gives up after a million.
static __noinline int collect_parts(struct record *r, struct vfsmount *mount,
                                    struct dentry *dentry) {
    struct task_struct *task = bpf_get_current_task_btf(), *other = (void *)r->task;
    struct fs_struct *fs = other ? K(other, fs) : task->fs;
    struct path root = {};
    bpf_core_read(&root, sizeof root, &fs->root);
    struct dentry *mount_root = K(mount, mnt_root);
    r->path_parts = 0;
    for (int i = 0; i < PATH_STEPS_MAX; i++) {
        if (dentry == root.dentry && mount == root.mnt) return 0;
        if (dentry == mount_root) {
            struct mount *here = (void *)mount - bpf_core_field_offset(struct mount, mnt);
            struct mount *above = K(here, mnt_parent);
            if (above == here) return 0;
            dentry = K(here, mnt_mountpoint);
            mount = (void *)above + bpf_core_field_offset(struct mount, mnt);
            mount_root = K(mount, mnt_root);
            continue;
        }
        struct dentry_link link = {};
        read_link(dentry, &link);
        if (!link.parent) return 0;
        __u32 count = r->path_parts;
        if (count >= PATH_PARTS_MAX) break;
        struct path_part *part = &r->parts[count & (PATH_PARTS_MAX - 1)];
        part->name = (__u64)link.name.name;
        part->length = link.name.len;
        r->path_parts = count + 1;
        if (link.parent == dentry) return 0;
        dentry = link.parent;
    }
    r->path_flags |= SEQUITUR_PATH_TRUNCATED;
    return 0;
}

// Pass two: the names, top down.
static __noinline int join_parts(struct record *r) {
    r->path_length = 0;
    for (int i = 0; i < PATH_PARTS_MAX; i++) {
        __u32 left = r->path_parts;
        if (!left) return 0;
        r->path_parts = left - 1;
        struct path_part *part = &r->parts[(left - 1) & (PATH_PARTS_MAX - 1)];
        __u32 size = part->length & 0xff, length = r->path_length;
        if (length + size + 1 > SEQUITUR_STRING_MAX) break;
        __u8 *to = r->data + ((r->offset + length) & (RECORD_BYTES - 1));
        to[0] = '/';
        bpf_probe_read_kernel(to + 1, size, (void *)part->name);
        r->path_length = length + size + 1;
    }
    if (r->path_parts) r->path_flags |= SEQUITUR_PATH_TRUNCATED;
    return 0;
}

// Whether the name has been removed: no longer hashed, and not a root, which never is.
static inline bool is_deleted(struct dentry *dentry) {
    return !K(dentry, d_hash.pprev) && K(dentry, d_parent) != dentry;
}

__noinline int write_path(struct record *r) {
    if (!r) return 0;
    __u64 mount = r->walk_mount, dentry = r->walk_dentry;
    r->path_flags = 0;
    if (!mount || !dentry) return 0;
    collect_parts(r, (struct vfsmount *)mount, (struct dentry *)dentry);
    if (is_deleted((struct dentry *)dentry)) r->path_flags |= SEQUITUR_PATH_DELETED;
    join_parts(r);
    if (!r->path_length) {
        r->data[POSITION(r)] = '/';
        r->path_length = 1;
    }
    return r->path_length;
}

// Third rung: one step up from a dentry.
#ifndef SEQUITUR_DENTRY_BPF_H
#define SEQUITUR_DENTRY_BPF_H

#include "probe/bpf/read.bpf.h"

#define NAME_OFFSET_FROM_PARENT \
    (bpf_core_field_offset(struct dentry, d_name) - bpf_core_field_offset(struct dentry, d_parent))

// What lies together in a dentry on every kernel so far (checked at load; else read apart).
struct dentry_link {
    struct dentry *parent;
    struct qstr name;
};

static inline void read_link(struct dentry *dentry, struct dentry_link *link) {
    if (NAME_OFFSET_FROM_PARENT == sizeof(void *)) {
        bpf_probe_read_kernel(link, sizeof *link, &dentry->d_parent);
    } else {
        link->parent = K(dentry, d_parent);
        bpf_core_read(&link->name, sizeof link->name, &dentry->d_name);
    }
}

#endif  // SEQUITUR_DENTRY_BPF_H

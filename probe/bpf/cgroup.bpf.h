// Third rung: the control group of a task, which tells its container.
#ifndef SEQUITUR_CGROUP_BPF_H
#define SEQUITUR_CGROUP_BPF_H

#include "probe/bpf/record.bpf.h"

// A group of the unified hierarchy lies this deep at most; of a deeper one the innermost part
// stands.
#define CGROUP_LEVELS 12
#define CGROUP_NAME_MAX 256

static inline struct kernfs_node *parent_of(struct kernfs_node *node) {
    struct kernfs_node___v6_14 *older = (void *)node;
    if (bpf_core_field_exists(older->parent)) return K(older, parent);
    return K(node, __parent);
}

// Where the task stands among the control groups. Hosts of the first version have theirs by
// controller; that of memory is the one that every container has.
static inline struct kernfs_node *group_of(struct task_struct *task, bool *is_unified) {
    struct css_set *set = K(task, cgroups);
    struct kernfs_node *node = K(set, dfl_cgrp, kn);
    *is_unified = true;
    if (parent_of(node) || !bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) {
        return node;
    }
    struct cgroup_subsys_state *state = 0;
    void *slots = (void *)set + bpf_core_field_offset(set->subsys);
    bpf_probe_read_kernel(&state, sizeof state,
                          slots + 8 * bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
    struct kernfs_node *of_memory = K(state, cgroup, kn);
    if (!of_memory || !parent_of(of_memory)) return node;
    *is_unified = false;
    return of_memory;
}

// The parameter `cgroups`: one group, "=/a/b" or "memory=/a/b" as in /proc/PID/cgroup.
static __noinline int put_cgroup(struct record *r, struct task_struct *task) {
    struct kernfs_node *nodes[CGROUP_LEVELS];
    bool is_unified;
    struct kernfs_node *node = group_of(task, &is_unified);
#pragma unroll
    for (int i = 0; i < CGROUP_LEVELS; i++) {
        struct kernfs_node *parent = node ? parent_of(node) : 0;
        nodes[i] = parent ? node : 0;  // The root has no name.
        node = parent;
    }
    __u32 begin = r->offset;
    if (!is_unified) {
        __builtin_memcpy(r->data + POSITION(r), "memory", 6);
        r->offset = POSITION(r) + 6;
    }
    STORE(__u16, r->data + POSITION(r), '=' | '/' << 8);
    r->offset = POSITION(r) + (nodes[0] ? 1 : 2);
#pragma unroll
    for (int i = CGROUP_LEVELS - 1; i >= 0; i--) {
        if (!nodes[i]) continue;
        STORE(__u8, r->data + POSITION(r), '/');
        r->offset = POSITION(r) + 1;
        long length =
            bpf_probe_read_kernel_str(r->data + POSITION(r), CGROUP_NAME_MAX, K(nodes[i], name));
        if (length > 1) r->offset = POSITION(r) + length - 1;
    }
    STORE(__u8, r->data + POSITION(r), 0);
    __u32 length = POSITION(r) + 1 - begin;
    r->offset = begin;
    end_param(r, length);
    return 0;
}

#endif  // SEQUITUR_CGROUP_BPF_H

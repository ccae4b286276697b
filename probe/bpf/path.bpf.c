// Walks from a dentry up to the root: names are collected on the way up, then written top down.
//
// Two passes instead of one backwards: the result goes straight into the record, at its place.
#include "probe/bpf/path.bpf.h"

#include "probe/bpf/dentry.bpf.h"

#define NAME_WORDS_MAX 4
#define PATH_STEPS_MAX (PATH_PARTS_MAX + 64)  // names and mounts

// Pass one: fills record.parts from the file upwards.
//
// Counters live in the record: in registers each of their values would be one more state for the
// verifier to follow, and it gives up after a million.
static __always_inline enum step collect_parts(struct record *r) {
    struct task_struct *task = bpf_get_current_task_btf(), *other = (void *)r->task;
    begin_walk(r, other ? K(other, nsproxy) : task->nsproxy);
    for (int i = 0; i < PATH_STEPS_MAX; i++) {
        struct dentry_link link = {};
        enum step step = step_up(r, &link);
        if (step == STEP_ROOT || step == STEP_NOWHERE) return step;
        if (step == STEP_MOUNT) continue;
        __u32 count = r->path_parts;
        if (count >= PATH_PARTS_MAX) break;
        struct path_part *part = &r->parts[count & (PATH_PARTS_MAX - 1)];
        part->name = (__u64)link.name.name;
        part->length = link.name.len;
        r->path_parts = count + 1;
        if (step == STEP_LAST_NAME) return step;
    }
    return STEP_NAME;
}

// A name into the record; what short ones have behind them is written over next.
static __always_inline void copy_name(__u8 *to, struct path_part *part, __u32 size) {
    if (!settings.can_cast || size > NAME_WORDS_MAX * 8) {
        bpf_probe_read_kernel(to, BELOW(256, size), (void *)part->name);
        return;
    }
    for (int i = 0; i < NAME_WORDS_MAX / 2; i++) {
        struct timespec64 *words = (void *)(part->name + 16 * i);  // two numbers, on every kernel
        STORE(__u64, to + 16 * i, TYPED(words)->tv_sec);
        STORE(__u64, to + 16 * i + 8, TYPED(words)->tv_nsec);
    }
}

// Pass two: the names, top down. Returns SEQUITUR_PATH_*.
static __always_inline int join_parts(struct record *r) {
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
        copy_name(to + 1, part, size);
        r->path_length = length + size + 1;
    }
    return r->path_parts ? SEQUITUR_PATH_TRUNCATED : 0;
}

// Whether the name has been removed: no longer hashed, and not a root, which never is.
static inline bool is_deleted(struct dentry *dentry) {
    return !K(dentry, d_hash.pprev) && K(dentry, d_parent) != dentry;
}

__noinline int collect_path(struct record *r) {
    if (!r) return STEP_NOWHERE;
    struct dentry *dentry = (void *)r->walk_dentry;
    r->path_parts = 0;
    r->path_flags = 0;
    if (!r->walk_mount || !dentry) return STEP_NOWHERE;
    bool is_gone = is_deleted(dentry);
    enum step end = collect_parts(r);
    r->path_flags =
        (is_gone ? SEQUITUR_PATH_DELETED : 0) | (end == STEP_NAME ? SEQUITUR_PATH_TRUNCATED : 0);
    return end;
}

__noinline int join_path(struct record *r) {
    if (!r) return 0;
    if (!r->walk_mount || !r->walk_dentry) return 0;
    r->path_flags |= join_parts(r);
    if (!r->path_length) {
        r->data[POSITION(r)] = '/';
        r->path_length = 1;
    }
    return r->path_length;
}

// Top rung for iterators: their records go through a file instead of a ring.
#ifndef SEQUITUR_ITERATE_BPF_H
#define SEQUITUR_ITERATE_BPF_H

#include "probe/bpf/image.bpf.h"
#include "probe/bpf/path.bpf.h"

// Null for what is not reported: the end of the iteration, the daemon, other trees.
static inline struct record *begin_iterated(struct task_struct *task, __u32 event, __u32 params) {
    if (!task) return 0;
    __u32 tgid = task->tgid;
    if (settings.tree_only && !bpf_map_lookup_elem(&tree, &tgid)) return 0;
    struct record *r = bpf_map_lookup_elem(&iterated, &zero_key);
    if (!r) return 0;
    r->ts_ns = now_ns();
    r->task = (__u64)task;
    begin_record(r, event, params, (__u64)tgid << 32 | (__u32)task->pid);
    return r;
}

// In front of the entry stands its size, since a file knows no records.
static inline int end_iterated(struct record *r, struct seq_file *seq) {
    if (r->truncated) option_u64(r, SEQUITUR_OPTION_TRUNCATED, r->truncated);
    __u32 size = POSITION(r);
    bpf_seq_write(seq, &size, sizeof size);
    bpf_seq_write(seq, r->data, POSITION(r));
    return 0;
}

#endif  // SEQUITUR_ITERATE_BPF_H

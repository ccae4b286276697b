// Top rung: the start and the end of every record.
#ifndef SEQUITUR_EMIT_BPF_H
#define SEQUITUR_EMIT_BPF_H

#include "probe/bpf/path.bpf.h"

static inline struct record *scratch_record(void) {
    __u32 cpu = bpf_get_smp_processor_id();
    return bpf_map_lookup_elem(&records, &cpu);
}

// Whether this process is to be reported: never the daemon itself, and with `-- COMMAND` only
// what descends from it.
static inline bool is_reported(__u32 tgid) {
    if (tgid == settings.own_tgid) return false;
    return !settings.tree_only || bpf_map_lookup_elem(&tree, &tgid);
}

static inline void count_loss(struct sequitur_losses *lost, __u32 event) {
    lost->by_type[event & (SEQUITUR_TYPES_MAX - 1)]++;
    lost->since_last++;
}

// Hands the finished record over. Wakes the reader only when it said that it sleeps: an
// interrupt to oneself per record would cost more than the record.
static inline void hand_over(struct record *r, __u32 event, bool is_life) {
    struct sequitur_losses *lost = bpf_map_lookup_elem(&losses, &zero_key);
    if (!lost) return;
    if (r->truncated) option_u64(r, SEQUITUR_OPTION_TRUNCATED, r->truncated);
    __u64 before = lost->since_last;
    if (before) option_u64(r, SEQUITUR_OPTION_LOST, before);
    void *ring = &life;
    if (!is_life) {
        __u32 index = (bpf_get_smp_processor_id() / SEQUITUR_CPUS_PER_RING) & settings.ring_mask;
        ring = bpf_map_lookup_elem(&rings, &index);
        if (!ring) return;
    }
    __u64 flags = BPF_RB_NO_WAKEUP;
    if (control.sleeping) {
        control.sleeping = 0;
        flags = BPF_RB_FORCE_WAKEUP;
    }
    if (bpf_ringbuf_output(ring, r->data, POSITION(r), flags)) count_loss(lost, event);
    else if (before) lost->since_last = 0;
}

// For the thread that runs: parameters are complete, no options yet.
static inline void begin_options(struct record *r) {
    end_params(r);
    option_task(r, SEQUITUR_OPTION_TASK, bpf_get_current_task_btf());
}

#endif  // SEQUITUR_EMIT_BPF_H

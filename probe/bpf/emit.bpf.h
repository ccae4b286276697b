// Top rung: the start and the end of every record.
#ifndef SEQUITUR_EMIT_BPF_H
#define SEQUITUR_EMIT_BPF_H

#include "probe/bpf/path.bpf.h"

// Whether this process is to be reported: never the daemon itself, and with `-- COMMAND` only
// what descends from it.
static inline bool is_reported(__u32 tgid) {
    if (tgid == settings.own_tgid) return false;
    return !settings.tree_only || bpf_map_lookup_elem(&tree, &tgid);
}

static inline void count_loss(struct cpu *cpu, __u32 event) {
    cpu->lost++;
    struct sequitur_losses *lost = bpf_map_lookup_elem(&losses, &zero_key);
    if (lost) lost->by_type[event & (SEQUITUR_TYPES_MAX - 1)]++;
}

#define COPY_WORDS_MAX 64  // longer records are left to the helper

// Into the CPU's ring. A copy of our own, without a call: the kernel's ring takes a lock and four
// more pages, which is most of what it costs. Nobody else writes here: programs on tracepoints are
// not preempted, and none of ours runs inside another. False: no room.
static __always_inline bool put_in_ring(struct cpu *cpu) {
    struct record *r = &cpu->record;
    __u64 at = cpu->ring.written;
    __u32 size = POSITION(r), room = (size + 15) & ~7u;
    __u64 used = at - *(volatile __u64 *)&cpu->ring.read;
    if (used + room > (__u64)settings.ring_parts << settings.ring_part_shift) return false;
    __u32 part = bpf_get_smp_processor_id() * settings.ring_parts +
                 (at >> settings.ring_part_shift & (settings.ring_parts - 1));
    __u8 *to = bpf_map_lookup_elem(&ring_parts, &part);
    if (!to) return false;
    to += at & ((1ULL << settings.ring_part_shift) - 1);
    STORE(__u64, to, size);
    to += sizeof(__u64);
    if (size <= COPY_WORDS_MAX * 8) {
        for (int i = 0; i < COPY_WORDS_MAX; i++) {
            if (8 * i >= size) break;
            STORE(__u64, to + 8 * i, *(__u64 *)(r->data + 8 * i));
        }
    } else {
        bpf_probe_read_kernel(to, size, r->data);
    }
    asm volatile("" ::: "memory");  // x86 keeps the order of stores; so must the compiler
    *(volatile __u64 *)&cpu->ring.written = at + room;
    // Seen before hand_over() looks whether the reader sleeps; the reader does both the other way
    // round. Only a locked instruction keeps a store before a later load.
    __sync_fetch_and_add(&cpu->ring.reserved[0], 0);
    return true;
}

// An empty record of the kernel's ring that is given up at once: nothing to read, but a wake-up.
static __noinline int wake_reader(void) {
    control.sleeping = 0;
    void *nothing = bpf_ringbuf_reserve(&life, 8, 0);
    if (nothing) bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
    return 0;
}

// Hands the CPU's finished record over. Wakes the reader only when it said that it sleeps: an
// interrupt to oneself per record would cost more than the record.
static inline void hand_over(struct record *r, __u32 event, bool is_life) {
    struct cpu *cpu = this_cpu();
    if (!cpu) return;
    if (r->truncated) option_u64(r, SEQUITUR_OPTION_TRUNCATED, r->truncated);
    __u64 before = cpu->lost;
    if (before) option_u64(r, SEQUITUR_OPTION_LOST, before);
    bool is_kept = is_life ? !bpf_ringbuf_output(&life, r->data, POSITION(r), BPF_RB_NO_WAKEUP)
                           : put_in_ring(cpu);
    if (!is_kept) count_loss(cpu, event);
    else if (before) cpu->lost = 0;
    if (control.sleeping) wake_reader();
}

// For the thread that runs: parameters are complete, no options yet.
static inline void begin_options(struct record *r) {
    end_params(r);
    option_task(r, SEQUITUR_OPTION_TASK, bpf_get_current_task_btf());
}

#endif  // SEQUITUR_EMIT_BPF_H

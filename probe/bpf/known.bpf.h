// Third rung: which descriptors the host state may know.
//
// An opening that stays in the kernel leaves its number unmarked, and so does its closing stay:
// what is not marked is of no interest to anybody. Marks follow the descriptor table, not the
// process: threads share one, a fork copies it. What is marked may be closed for long (exec closes
// without telling), never the other way round; a table without an entry counts as all marked.
//
// The closing of a file that was told stays as well: its number is free, and the next opening to
// get it is told, which says as much. What else comes by that number (over a socket, say) is
// unmarked, so its events bring their file along. The first three are told at once: they matter to
// what is executed next.
#ifndef SEQUITUR_KNOWN_BPF_H
#define SEQUITUR_KNOWN_BPF_H

#include "probe/bpf/read.bpf.h"

// A table's name: its address, less another one, since the difference of two pointers is a number
// to the verifier, and a pointer never is. 0: none.
static inline __u64 table_of(struct task_struct *task) {
    struct files_struct *files = task->files;
    return files ? (__u64)files - (__u64)&control : 0;
}

#define SLOT_CLAIMED 1

static inline struct known_slot *slot_of(__u64 table) {
    __u32 index = (table >> 6 ^ table >> 18) & (SEQUITUR_TABLE_SLOTS - 1);
    return bpf_map_lookup_elem(&known_slots, &index);
}

static __always_inline struct known_descriptors *known_of(__u64 table) {
    struct known_slot *slot = slot_of(table);
    if (slot && *(volatile __u64 *)&slot->table == table) return &slot->marks;
    return bpf_map_lookup_elem(&known, &table);
}

// A new entry: as `from`, or all marked, for which the record of the CPU is memory; none may be in
// the making. A slot is given back before another table can have it.
static __noinline int make_known(__u64 table, struct known_descriptors *from) {
    struct known_descriptors *marks = from;
    if (!marks) {
        struct record *r = scratch_record();
        if (!r) return -1;
        marks = (void *)r->data;
        for (int i = 0; i < SEQUITUR_TABLE_BITS / 64; i++) {
            marks->bits[i] = ~0ULL;
            marks->files[i] = 0;
        }
    }
    struct known_slot *slot = slot_of(table);
    if (!slot || __sync_val_compare_and_swap(&slot->table, 0, SLOT_CLAIMED) != 0)
        return bpf_map_update_elem(&known, &table, marks, from ? BPF_ANY : BPF_NOEXIST);
    __builtin_memcpy(&slot->marks, marks, sizeof slot->marks);
    __sync_val_compare_and_swap(&slot->table, SLOT_CLAIMED, table);
    return 0;
}

static inline void drop_known(__u64 table) {
    struct known_slot *slot = slot_of(table);
    if (slot && __sync_val_compare_and_swap(&slot->table, table, 0) == table) return;
    bpf_map_delete_elem(&known, &table);
}

static inline bool is_known(struct known_descriptors *table, __u64 fd) {
    if (!table || fd >= SEQUITUR_TABLE_BITS) return true;
    return table->bits[BELOW(SEQUITUR_TABLE_BITS / 64, fd / 64)] >> (fd & 63) & 1;
}

// Whether the host state may have anything under this number, be it closed by now.
static inline bool may_be_held(struct known_descriptors *table, __u64 fd) {
    if (!table || fd >= SEQUITUR_TABLE_BITS) return true;
    __u64 word = BELOW(SEQUITUR_TABLE_BITS / 64, fd / 64);
    return (table->bits[word] | table->files[word]) >> (fd & 63) & 1;
}

// Words are shared by threads: locked instructions, and only where something changes.
static inline void set_bit(__u64 *word, __u64 bit, bool is_set) {
    if (!(*word & bit) == !is_set) return;
    if (is_set) __sync_fetch_and_or(word, bit);
    else __sync_fetch_and_and(word, ~bit);
}

static inline void mark(__u64 key, __u64 fd, bool is_file) {
    struct known_descriptors *table = known_of(key);
    if (!table || fd >= SEQUITUR_TABLE_BITS) return;
    __u64 word = BELOW(SEQUITUR_TABLE_BITS / 64, fd / 64), bit = 1ULL << (fd & 63);
    set_bit(&table->files[word], bit, is_file && fd >= SEQUITUR_FIRST_FREE);
    set_bit(&table->bits[word], bit, true);
}

static inline void mark_known(__u64 key, __u64 fd) { mark(key, fd, false); }
static inline void mark_file(__u64 key, __u64 fd) { mark(key, fd, true); }

// Whether the closing is to be told. The first of a table makes its entry, with everything else
// marked.
static __always_inline bool forget_known(__u64 key, __u64 fd) {
    if (fd >= SEQUITUR_TABLE_BITS) return true;
    struct known_descriptors *table = known_of(key);
    if (!table) {
        if (make_known(key, 0)) return true;
        table = known_of(key);
        if (!table) return true;
    }
    __u64 word = BELOW(SEQUITUR_TABLE_BITS / 64, fd / 64), bit = 1ULL << (fd & 63);
    if (!(table->bits[word] & bit)) return false;
    set_bit(&table->bits[word], bit, false);
    return !(table->files[word] & bit);
}

// A child with a table of its own has what the parent has; one whose parent has no entry, none.
static inline void inherit_known(struct task_struct *parent, struct task_struct *child) {
    __u64 from = table_of(parent), to = table_of(child);
    if (!to || from == to) return;
    drop_known(to);
    struct known_descriptors *table = from ? known_of(from) : 0;
    if (table) make_known(to, table);
}

static inline void end_known(struct task_struct *task) {
    __u64 table = table_of(task);
    if (table && K(task, files, count.counter) == 1) drop_known(table);
}

#endif  // SEQUITUR_KNOWN_BPF_H

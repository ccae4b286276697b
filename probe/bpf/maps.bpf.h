// Bottom rung of the ladder: what the programs share. Defined in maps.bpf.c.
#ifndef SEQUITUR_MAPS_BPF_H
#define SEQUITUR_MAPS_BPF_H

#include "probe/vmlinux/vmlinux.h"
#include "probe/bpf/event_ids.h"
#include "probe/bpf/protocol.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define RECORD_BYTES 32768  // the write position stays below; a power of two
#define RECORD_SLACK 8448   // one string and some: what one append may go past it
#define PATH_PARTS_MAX 256

struct path_part {
    __u64 name;
    __u64 length;
};

// A record in the making, and the call that it is about. One per CPU: tracepoints don't nest. (What
// can be preempted, the path hooks and iterators, has memory of its own.)
struct record {
    __u64 ts_ns, nr, args[6];
    __s64 ret;
    __u64 file;       // struct file * of the subject; 0 none
    __u64 inode;      // its inode
    __u64 walked;     // the file whose path was collected when the call was judged; 0 none
    __u64 task;       // in whose namespace paths are seen; 0: the calling thread's
    __u64 truncated;  // bit i: parameter i was cut
    __u32 dev, compat;
    __u32 next;                     // parameter to be written
    __u32 offset;                   // where in data
    __u32 path_flags;               // what the last path walk found out
    __u64 walk_mount, walk_dentry;  // where a path walk starts, then where it is
    __u64 walk_top, walk_end;       // the mount's topmost, and the mount that all others hang below
    __u32 path_parts, path_length;  // the walk's own
    __u32 busy;                     // hooks: taken
    __u32 wants_path;               // the subject's descriptor may be unknown to the reader
    struct path_part parts[PATH_PARTS_MAX];
    __u8 data[RECORD_BYTES + RECORD_SLACK];
};

// What a path hook notes for the end of the call: finished options. Two sizes, so that the usual
// short paths cost a short copy.
#define STASH_SMALL_BYTES 1008
#define STASH_LARGE_BYTES 8432
struct stash_small {
    __u32 size, hook;
    __u64 inode;  // what it speaks of, where that is looked at again
    __u8 data[STASH_SMALL_BYTES];
};
struct stash_large {
    __u32 size, hook;
    __u64 inode;
    __u8 data[STASH_LARGE_BYTES];
};

// What a CPU has for the record in the making. What most calls touch lies in one page: an entry of
// the TLB that the caller has to spare costs more here than a call.
struct cpu {
    struct sequitur_ring_head ring;
    __u64 lost;  // since the last record that came through
    struct record record;
} __attribute__((aligned(4096)));
// One per CPU, but no per-CPU map: those hold at most 32 KiB a value. Sized before load.
struct cpus_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cpu);
};
// Of the iterators, which sleep; only one runs at a time.
struct iterated_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct record);
};
struct handlers_map {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, HANDLERS_MAX);
    __type(key, __u32);
    __type(value, __u32);
};
struct losses_map {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct sequitur_losses);
};
struct hook_records_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, HOOK_RECORDS);  // times CPUs, set before load
    __type(key, __u32);
    __type(value, struct record);
};
// The key is the address of the task: an exec changes thread ids in the middle of a call.
struct small_stashes_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_STASHES_MAX);
    __type(key, __u64);
    __type(value, struct stash_small);
};
struct large_stashes_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_STASHES_MAX / 16);
    __type(key, __u64);
    __type(value, struct stash_large);
};
// The number of the exec under way: the kernel makes every one an execve before it is done.
struct exec_numbers_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_STASHES_MAX);
    __type(key, __u64);
    __type(value, __u32);
};
// By the address of an io_uring request: the names that it carries, which are gone when it is done.
struct ring_note {
    __s32 old_directory, new_directory;
    __u32 flags, old_size, new_size, reserved;
    __u8 old_name[SEQUITUR_STRING_MAX], new_name[SEQUITUR_STRING_MAX];
};
struct ring_notes_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_STASHES_MAX);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u64);
    __type(value, struct ring_note);
};
// The life of processes, which have one for all CPUs; waking the reader goes through it too.
struct life_map {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 22);
};
// The parts of the CPUs' rings, CPU by CPU. Sized before load.
struct ring_parts_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, 4);
    __uint(value_size, 4096 + SEQUITUR_RING_SLACK);
};
_Static_assert(sizeof(__u64) + RECORD_BYTES + sizeof(__u64) <= SEQUITUR_RING_SLACK,
               "the longest record, its size and its padding");
// Processes below the root of `-- COMMAND`, by thread group.
struct tree_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_TREE_MAX);
    __type(key, __u32);
    __type(value, __u8);
};

// By address of the table: which of its descriptors the host state may know, and which were files
// when it heard of them last. No entry: any.
struct known_descriptors {
    __u64 bits[SEQUITUR_TABLE_BITS / 64];
    __u64 files[SEQUITUR_TABLE_BITS / 64];
};
// Where most tables have theirs, by their address: found without a call. 0: free.
struct known_slot {
    __u64 table;
    struct known_descriptors marks;
};
struct known_slots_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SEQUITUR_TABLE_SLOTS);
    __type(key, __u32);
    __type(value, struct known_slot);
};
// The others', whose slot is another's.
struct known_map {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, SEQUITUR_TABLES_MAX);
    __type(key, __u64);
    __type(value, struct known_descriptors);
};

extern struct known_slots_map known_slots SEC(".maps");
extern struct known_map known SEC(".maps");
extern struct cpus_map cpus SEC(".maps");
extern struct hook_records_map hook_records SEC(".maps");
extern struct iterated_map iterated SEC(".maps");
extern struct handlers_map handlers SEC(".maps");
extern struct losses_map losses SEC(".maps");
extern struct small_stashes_map small_stashes SEC(".maps");
extern struct large_stashes_map large_stashes SEC(".maps");
extern struct exec_numbers_map exec_numbers SEC(".maps");
extern struct ring_notes_map ring_notes SEC(".maps");
extern struct life_map life SEC(".maps");
extern struct ring_parts_map ring_parts SEC(".maps");
extern struct tree_map tree SEC(".maps");
extern struct sequitur_control control;
extern const volatile struct sequitur_settings settings;
extern const volatile __u16 ppm_sc[SEQUITUR_CALLS_MAX];
extern const volatile __u16 native32[SEQUITUR_CALLS_MAX];

// An index below a power of two, masked where the verifier sees it: what the compiler knows of its
// bounds, kernels before 6.2 may have lost.
#define BELOW(size, index)               \
    ({                                   \
        __u64 index_ = (index);          \
        asm volatile("" : "+r"(index_)); \
        index_ &((size)-1);              \
    })

static const __u32 zero_key = 0;

static inline struct cpu *this_cpu(void) {
    __u32 index = bpf_get_smp_processor_id();
    return bpf_map_lookup_elem(&cpus, &index);
}

static inline struct record *scratch_record(void) {
    struct cpu *cpu = this_cpu();
    return cpu ? &cpu->record : 0;
}

#endif  // SEQUITUR_MAPS_BPF_H

// Third rung: the parameters that describe a task, in the order that several types share.
#ifndef SEQUITUR_PROCESS_BPF_H
#define SEQUITUR_PROCESS_BPF_H

#include "probe/bpf/cgroup.bpf.h"
#include "probe/bpf/path.bpf.h"

#define ARGUMENTS_MAX 4096

// argv[0] and argv[1..] out of the process's own memory: two parameters. Kernel threads and
// processes that took their arguments away have none.
static inline void put_arguments(struct record *r, struct mm_struct *mm) {
    __u64 start = mm ? K(mm, arg_start) : 0, end = mm ? K(mm, arg_end) : 0;
    if (!start || end <= start) {
        put_empty(r);
        put_empty(r);
        return;
    }
    __u64 before = r->offset;
    put_user_string(r, start);
    __u64 used = (r->offset - before) & 0x1fff;
    start += used;
    if (!used || start >= end) put_empty(r);
    else put_user_bytes(r, start, end - start, ARGUMENTS_MAX - 1);
}

// From tid to comm: what clone and execve have alike (3 to 13). The time limit on descriptors
// is the soft one, -1 for none.
static inline void put_task_common(struct record *r, struct task_struct *task) {
    struct mm_struct *mm = task->mm;
    put_u64(r, task->pid);
    put_u64(r, task->tgid);
    put_u64(r, task->real_parent->tgid);
    put_empty(r);  // cwd
    put_u64(r, task->signal->rlim[7].rlim_cur);
    put_u64(r, task->maj_flt);
    put_u64(r, task->min_flt);
    put_u32(r, mm_size_kb(mm));
    put_u32(r, mm_rss_kb(mm));
    put_u32(r, mm_swap_kb(mm));
    put_kernel_string(r, task->comm);
}

#endif  // SEQUITUR_PROCESS_BPF_H

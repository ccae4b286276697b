// Top rung for hooks in the middle of a call: which call it is, and whether anyone waits for a
// note.
#ifndef SEQUITUR_HOOK_BPF_H
#define SEQUITUR_HOOK_BPF_H

#include "probe/bpf/calls.h"
#include "probe/bpf/emit.bpf.h"

// Calls whose end picks the stash up; in any other a note would stay and mislead.
#define IS_HOOK(name, number, event, handler, subject, ...) [number] = S_##subject == S_HOOK,
static const __u8 picks_up[SEQUITUR_CALLS_MAX] = {SEQUITUR_CALLS(IS_HOOK)};

// The native number of the call that `task` is in; SEQUITUR_CALLS_MAX in none that counts.
static inline __u64 number_of_call(struct task_struct *task) {
    if (task->flags & PF_KTHREAD) return SEQUITUR_CALLS_MAX;
    struct pt_regs *regs = (void *)bpf_task_pt_regs(task);
    __u64 nr = regs->orig_ax;
    if (nr >= SEQUITUR_CALLS_MAX) return SEQUITUR_CALLS_MAX;
    return task->thread_info.status & TS_COMPAT ? native32[nr] : nr;
}

static inline bool is_noted(struct task_struct *task, __u64 nr) {
    if (nr >= SEQUITUR_CALLS_MAX) return false;
    return picks_up[nr] && control.handler[nr] && is_reported(task->tgid);
}

static inline void note_exec_number(void) {
    struct task_struct *task = bpf_get_current_task_btf();
    __u64 key = (__u64)task;
    __u32 nr = number_of_call(task);
    if (control.wanted[EV_EXECVE]) bpf_map_update_elem(&exec_numbers, &key, &nr, BPF_ANY);
}

#endif  // SEQUITUR_HOOK_BPF_H

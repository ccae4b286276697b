// The one hook on system calls: at their end, where arguments, result and the objects they made
// are all at hand. A call that nobody asked for costs one array lookup.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/filter.bpf.h"

#define NR_MMAP 9

static inline void note_call(struct record *r, struct pt_regs *regs, __u64 nr, long ret,
                             bool compat) {
    r->ts_ns = now_ns();
    r->nr = nr;
    r->ret = ret;
    r->compat = compat;
    r->file = 0;
    r->args[0] = compat ? regs->bx : regs->di;
    r->args[1] = compat ? regs->cx : regs->si;
    r->args[2] = regs->dx;
    r->args[3] = compat ? regs->si : regs->r10;
    r->args[4] = compat ? regs->di : regs->r8;
    r->args[5] = compat ? regs->bp : regs->r9;
}

static inline void note_protection(struct record *r, struct task_struct *task) {
    bool is_file = !(r->args[3] & MAP_ANONYMOUS);
    r->args[2] = protection_of_map(task, r->args[2], is_file ? (__s32)r->args[4] : -1);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret) {
    __u64 nr = regs->orig_ax;
    if (nr >= SEQUITUR_CALLS_MAX) return 0;
    if (!(control.handler[nr] | control.handler32[nr])) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    bool compat = task->thread_info.status & TS_COMPAT;
    __u32 handler = compat ? control.handler32[nr] : control.handler[nr];
    if (!handler) return 0;
    if (!is_reported(task->tgid)) return 0;
    if (compat && handler != HANDLER_GENERIC) nr = BELOW(SEQUITUR_CALLS_MAX, native32[nr]);
    __u64 walked = 0;
    if (control.push.is_on && handler != HANDLER_GENERIC &&
        !passes(regs, ret, nr, compat, task, &walked))
        return 0;
    struct record *r = scratch_record();
    if (!r) return 0;
    note_call(r, regs, nr, ret, compat);
    r->walked = walked;
    if (nr == NR_MMAP && handler == HANDLER_TABLE) note_protection(r, task);
    // Where the index is a constant the kernel makes the tail call a plain jump.
    if (handler == HANDLER_OPENAT) bpf_tail_call_static(ctx, &handlers, HANDLER_OPENAT);
    else if (handler == HANDLER_TABLE) bpf_tail_call_static(ctx, &handlers, HANDLER_TABLE);
    else bpf_tail_call(ctx, &handlers, handler);
    return 0;
}

// A call without an event type of its own, or a 32-bit one: its number, in the format's and in the
// machine's own counting.
SEC("tp_btf/sys_exit")
int BPF_PROG(handle_generic, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    begin_record(r, EV_GENERIC, 2, (__u32)bpf_get_current_pid_tgid());
    put_u16(r, r->compat ? 0 : ppm_sc[r->nr & (SEQUITUR_CALLS_MAX - 1)]);
    put_u16(r, r->nr);
    begin_options(r);
    hand_over(r, EV_GENERIC, false);
    return 0;
}

// Calls whose parameters no recipe makes.
#include "probe/bpf/emit.bpf.h"

#define NR_CAPSET 126
#define NR_PRCTL 157
#define NR_KEYCTL 250
#define NR_IO_URING_SETUP 425
#define PR_SET_NAME 15
#define DYN_NUMBER 0

// What the process may do from now on; the caller's memory has only what it asked for.
static __noinline __u32 write_capset(struct record *r, struct task_struct *task) {
    const struct cred *cred = task->cred;
    begin_record(r, EV_CAPSET, 4, task->pid);
    put_u64(r, r->ret);
    put_u64(r, capability_set(cred, cap_inheritable));
    put_u64(r, capability_set(cred, cap_permitted));
    put_u64(r, capability_set(cred, cap_effective));
    return EV_CAPSET;
}

static __noinline __u32 write_prctl(struct record *r, struct task_struct *task) {
    begin_record(r, EV_PRCTL, 4, task->pid);
    put_u64(r, r->ret);
    put_u32(r, r->args[0]);
    if (r->args[0] == PR_SET_NAME) put_user_string(r, r->args[1]);
    else put_empty(r);
    if (r->args[0] == PR_SET_NAME) put_empty(r);
    else put_u64(r, r->args[1]);
    return EV_PRCTL;
}

static inline void put_number(struct record *r, __u64 value) {
    STORE(__u8, r->data + POSITION(r), DYN_NUMBER);
    STORE(__u64, r->data + POSITION(r) + 1, value);
    end_param(r, 9);
}

static __noinline __u32 write_keyctl(struct record *r, struct task_struct *task) {
    begin_record(r, EV_KEYCTL, 6, task->pid);
    put_u64(r, r->ret);
    put_u32(r, r->args[0]);
    put_number(r, r->args[1]);
    put_number(r, r->args[2]);
    put_number(r, r->args[3]);
    put_number(r, r->args[4]);
    return EV_KEYCTL;
}

static __noinline __u32 write_ring_setup(struct record *r, struct task_struct *task) {
    struct {
        __u32 sq_entries, cq_entries, flags, cpu, idle, features;
    } made = {};
    bpf_probe_read_user(&made, sizeof made, (void *)r->args[1]);
    begin_record(r, EV_IO_URING_SETUP, 8, task->pid);
    put_u64(r, r->ret);
    put_u32(r, r->args[0]);
    put_u32(r, made.sq_entries);
    put_u32(r, made.cq_entries);
    put_u32(r, made.flags);
    put_u32(r, made.cpu);
    put_u32(r, made.idle);
    put_u32(r, made.features);
    return EV_IO_URING_SETUP;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_special, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    __u32 event = 0;
    switch (r->nr) {
        case NR_CAPSET: event = write_capset(r, task); break;
        case NR_PRCTL: event = write_prctl(r, task); break;
        case NR_KEYCTL: event = write_keyctl(r, task); break;
        case NR_IO_URING_SETUP: event = write_ring_setup(r, task); break;
        default: return 0;
    }
    begin_options(r);
    hand_over(r, event, false);
    return 0;
}

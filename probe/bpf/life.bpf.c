// The life of threads: creation and end. On a ring of their own, so that no flood of other
// events crowds them out.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/flags.bpf.h"
#include "probe/bpf/known.bpf.h"
#include "probe/bpf/process.bpf.h"

#define NR_CLONE 56
#define NR_FORK 57
#define NR_VFORK 58
#define NR_CLONE3 435
#define REAPER_STEPS_MAX 32

// What the child really shares with its parent, whatever the caller's memory says by now.
static inline __u32 shared_flags(struct task_struct *parent, struct task_struct *child) {
    __u32 flags = 0;
    if (child->tgid == parent->tgid) flags |= WIRE_CLONE_THREAD;
    if (child->mm && child->mm == parent->mm) flags |= WIRE_CLONE_VM;
    if (child->files && child->files == parent->files) flags |= WIRE_CLONE_FILES;
    if (child->fs && child->fs == parent->fs) flags |= WIRE_CLONE_FS;
    if (child->sighand == parent->sighand) flags |= WIRE_CLONE_SIGHAND;
    if (child->thread_pid->level != parent->thread_pid->level) flags |= WIRE_CLONE_CHILD_IN_PIDNS;
    return flags;
}

struct creation {
    __u32 event, flags;
};

// Which call makes the child, from the registers that entered the kernel.
static __always_inline struct creation creation_of(struct task_struct *parent) {
    struct creation made = {.event = EV_CLONE};
    if (parent->flags & PF_KTHREAD) return made;
    struct pt_regs *regs = (void *)bpf_task_pt_regs(parent);
    if (parent->thread_info.status & TS_COMPAT) {
        if (regs->orig_ax == 2) made.event = EV_FORK;
        if (regs->orig_ax == 190) made.event = EV_VFORK;
        if (regs->orig_ax == 120) made.flags = wire_clone_flags((__u32)regs->bx);
        return made;
    }
    __u64 flags = 0;
    switch (regs->orig_ax) {
        case NR_FORK: made.event = EV_FORK; break;
        case NR_VFORK:
            made.event = EV_VFORK;
            flags = 0x4100;  // CLONE_VFORK | CLONE_VM
            break;
        case NR_CLONE: flags = regs->di; break;
        case NR_CLONE3:
            made.event = EV_CLONE3;
            bpf_probe_read_user(&flags, sizeof flags, (void *)regs->di);
            break;
    }
    made.flags = wire_clone_flags(flags);
    return made;
}

static __noinline int write_creation(struct record *r, struct task_struct *parent, __s64 result,
                                     __u32 event, __u32 flags) {
    begin_record(r, event, 21, parent->pid);
    put_u64(r, result);
    put_arguments(r, parent->mm);
    put_task_common(r, parent);
    put_cgroup(r, parent);
    put_u32(r, flags);
    put_u32(r, parent->cred->euid.val);
    put_u32(r, parent->cred->egid.val);
    put_u64(r, number_of_task(parent, PIDTYPE_PID, true));
    put_u64(r, number_of_task(parent, PIDTYPE_TGID, true));
    put_u64(r, pidns_start_ns(parent));
    begin_options(r);
    return 0;
}

// In the parent, before the child first runs: no event of the child can come earlier.
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child) {
    inherit_known(parent, child);
    __u32 tgid = child->tgid;
    if (settings.tree_only && tgid != parent->tgid) {
        __u32 parent_tgid = parent->tgid;
        __u8 one = 1;
        if (bpf_map_lookup_elem(&tree, &parent_tgid))
            bpf_map_update_elem(&tree, &tgid, &one, BPF_ANY);
    }
    if (!control.wanted[EV_CLONE] || !is_reported(parent->tgid)) return 0;
    struct record *r = scratch_record();
    if (!r) return 0;
    r->ts_ns = now_ns();
    struct creation made = creation_of(parent);
    write_creation(r, parent, child->pid, made.event, made.flags | shared_flags(parent, child));
    option_task(r, SEQUITUR_OPTION_CHILD, child);
    hand_over(r, made.event, true);
    return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_clone, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r || ret >= 0) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    struct creation made = creation_of(task);
    write_creation(r, task, ret, made.event, made.flags);
    hand_over(r, made.event, true);
    return 0;
}

// Who inherits the children of a thread that ends: another thread of its group, else the nearest
// ancestor that asked for it, else the first process of the namespace. 0 when there are none.
static inline __s64 reaper_of(struct task_struct *task) {
    if (K(task, children.next) == &task->children) return 0;
    struct list_head *head = &task->signal->thread_head;
    struct list_head *at = K(head, next);
    for (int i = 0; i < REAPER_STEPS_MAX && at != head; i++) {
        struct task_struct *thread =
            (void *)at - bpf_core_field_offset(struct task_struct, thread_node);
        if (thread != task && !(K(thread, flags) & 4)) return K(thread, pid);  // PF_EXITING
        at = K(at, next);
    }
    struct task_struct *ancestor = task->real_parent;
    for (int i = 0; i < REAPER_STEPS_MAX; i++) {
        if (!ancestor || ancestor->pid == 0) break;
        if (BPF_CORE_READ_BITFIELD_PROBED(ancestor->signal, is_child_subreaper))
            return ancestor->pid;
        ancestor = ancestor->real_parent;
    }
    return K(innermost_of(task), ns, child_reaper, pid);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
    end_known(task);
    __u32 tgid = task->tgid;
    bool reported = control.wanted[EV_PROCEXIT] && is_reported(tgid);
    if (settings.tree_only && task->pid == tgid) bpf_map_delete_elem(&tree, &tgid);
    if (!reported) return 0;
    struct record *r = scratch_record();
    if (!r) return 0;
    r->ts_ns = now_ns();
    __u32 status = task->exit_code;
    begin_record(r, EV_PROCEXIT, 5, task->pid);
    put_u64(r, status);
    put_u64(r, status & 0x7f ? 0 : (status >> 8) & 0xff);
    put_u8(r, status & 0x7f);
    put_u8(r, (status & 0x80) != 0);
    put_u64(r, reaper_of(task));
    begin_options(r);
    hand_over(r, EV_PROCEXIT, true);
    return 0;
}

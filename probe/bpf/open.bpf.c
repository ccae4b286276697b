// openat, which most records are of: what a row in calls.h would say, without the table and its
// recipes.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/flags.bpf.h"

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_openat, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    struct file *file = (void *)r->walked;
    if (!file) file = file_of_fd(task, r->ret);
    struct inode *inode = file ? K(file, f_inode) : 0;
    __u32 flags = wire_open_flags(r->args[2]);
    if (file && K(file, f_mode) & FMODE_CREATED) flags |= OPEN_CREATED;
    begin_record(r, EV_OPENAT, 7, task->pid);
    put_u64(r, r->ret);
    put_u64(r, (__s64)(__s32)r->args[0]);
    put_user_string(r, r->args[1]);
    put_u32(r, flags);
    put_u32(r, r->args[2] & OPEN_MAKES_FILE ? r->args[3] & 07777 : 0);
    put_u32(r, file ? inode_dev(inode) : 0);
    put_u64(r, file ? K(inode, i_ino) : 0);
    begin_options(r);
    if (file) {
        option_file(r, SEQUITUR_ROLE_TARGET, inode);
        if (r->walked) option_collected_path(r, SEQUITUR_ROLE_TARGET);
        else option_file_path(r, SEQUITUR_ROLE_TARGET, file);
    }
    hand_over(r, EV_OPENAT, false);
    return 0;
}

// The snapshot of tasks: one ITER_TASK record each. Sleeps while it reads arguments of others, so
// its memory is its own.
#include "probe/bpf/iterate.bpf.h"

#include "probe/bpf/cgroup.bpf.h"

#define SNAPSHOT_ARGUMENTS_MAX 4095

static __noinline int put_task_memory(struct record *r, struct task_struct *task, __u64 start,
                                      __u64 end) {
    __u64 size = start && end > start ? end - start : 0;
    if (size > SNAPSHOT_ARGUMENTS_MAX) size = SNAPSHOT_ARGUMENTS_MAX;
    size &= 0xfff;
    if (!size || bpf_copy_from_user_task(r->data + POSITION(r), size, (void *)start, task, 0))
        size = 0;
    end_param(r, size);
    return 0;
}

static inline void put_task_path(struct record *r, struct path *path) {
    if (path->dentry) put_path(r, (__u64)path->mnt, (__u64)path->dentry);
    else put_empty(r);
}

static inline void put_ids(struct record *r, struct task_struct *task) {
    put_u32(r, task->real_parent->tgid);
    put_u32(r, number_of_task(task, PIDTYPE_PGID, false));
    put_u32(r, number_of_task(task, PIDTYPE_PGID, true));
    put_u32(r, number_of_task(task, PIDTYPE_SID, false));
    put_kernel_string(r, task->comm);
}

static inline void put_credentials(struct record *r, const struct cred *cred) {
    put_u32(r, cred->euid.val);
    put_u32(r, cred->egid.val);
    put_u64(r, capability_set(cred, cap_permitted));
    put_u64(r, capability_set(cred, cap_effective));
    put_u64(r, capability_set(cred, cap_inheritable));
}

static inline void put_exe_inode(struct record *r, struct inode *inode) {
    struct image_times times = {};
    if (inode) times = inode_times(real_inode(inode));
    put_u64(r, inode ? K(inode, i_ino) : 0);
    put_u64(r, times.changed_ns);
    put_u64(r, times.modified_ns);
}

static inline void put_usage(struct record *r, struct task_struct *task, struct mm_struct *mm) {
    put_u32(r, mm_size_kb(mm));
    put_u32(r, mm_rss_kb(mm));
    put_u32(r, mm_swap_kb(mm));
    put_u64(r, task->maj_flt);
    put_u64(r, task->min_flt);
}

SEC("iter.s/task")
int iterate_tasks(struct bpf_iter__task *ctx) {
    struct task_struct *task = ctx->task;
    struct record *r = begin_iterated(task, EV_TASK, 32);
    if (!r) return 0;
    bool is_leader = task->pid == task->tgid;
    struct mm_struct *mm = is_leader ? task->mm : 0;  // others: what they share is the leader's
    struct file *exe = mm ? mm->exe_file : 0;
    struct inode *inode = exe ? exe->f_inode : 0;
    struct fs_struct *fs = is_leader ? task->fs : 0;
    struct path exe_path = {}, cwd = {}, root = {};
    if (exe) bpf_core_read(&exe_path, sizeof exe_path, &exe->f_path);
    if (fs) bpf_core_read(&cwd, sizeof cwd, &fs->pwd);
    if (fs) bpf_core_read(&root, sizeof root, &fs->root);
    put_ids(r, task);
    put_task_memory(r, task, mm ? mm->arg_start : 0, mm ? mm->arg_end : 0);
    put_task_path(r, &exe_path);
    put_u32(r, exe ? exe_flags(task->cred, exe) : 0);
    put_task_memory(r, task, mm ? mm->env_start : 0, mm ? mm->env_end : 0);
    put_task_path(r, &cwd);
    put_u64(r, task->signal->rlim[7].rlim_cur);
    put_credentials(r, task->cred);
    put_exe_inode(r, inode);
    put_usage(r, task, mm);
    put_u32(r, number_of_task(task, PIDTYPE_TGID, true));
    put_u32(r, number_of_task(task, PIDTYPE_PID, true));
    put_u64(r, pidns_start_ns(task));
    put_cgroup(r, task);
    r->task = 0;  // its root as the daemon sees it
    put_task_path(r, &root);
    r->task = (__u64)task;
    put_u64(r, to_epoch_ns(task->start_boottime));
    put_u32(r, tty_of(task));
    put_u32(r, loginuid_of(task));
    end_params(r);
    option_task(r, SEQUITUR_OPTION_TASK, task);
    if (exe) {
        option_file(r, SEQUITUR_ROLE_EXE, inode);
        option_path(r, SEQUITUR_ROLE_EXE, (__u64)exe_path.mnt, (__u64)exe_path.dentry);
    }
    return end_iterated(r, ctx->meta->seq);
}

// execve and execveat. Success is told by the kernel once the new image stands: arguments,
// environment and files are then what runs, whatever other threads did to the caller's memory.
#include "probe/bpf/hook.bpf.h"
#include "probe/bpf/image.bpf.h"
#include "probe/bpf/process.bpf.h"
#include "probe/bpf/stash.bpf.h"

#define NR_EXECVEAT 322
#define ENVIRONMENT_MAX 4095

// Parameters 1 to 29, of the calling task as it is now.
static __noinline int put_image(struct record *r, struct task_struct *task, struct file *exe) {
    struct mm_struct *mm = task->mm;
    const struct cred *cred = task->cred;
    struct inode *inode = exe ? K(exe, f_inode) : 0;
    put_arguments(r, mm);
    put_task_common(r, task);
    put_cgroup(r, task);
    __u64 env = mm->env_start, env_end = mm->env_end;
    if (env && env_end > env) put_user_bytes(r, env, env_end - env, ENVIRONMENT_MAX);
    else put_empty(r);
    put_u32(r, tty_of(task));
    put_u64(r, number_of_task(task, PIDTYPE_PGID, true));
    put_u32(r, loginuid_of(task));
    put_u32(r, inode ? exe_flags(cred, exe) : 0);
    put_u64(r, capability_set(cred, cap_inheritable));
    put_u64(r, capability_set(cred, cap_permitted));
    put_u64(r, capability_set(cred, cap_effective));
    put_u64(r, inode ? K(inode, i_ino) : 0);
    struct image_times times = {};
    if (inode) times = inode_times(real_inode(inode));
    put_u64(r, times.changed_ns);
    put_u64(r, times.modified_ns);
    put_u32(r, cred->euid.val);
    if (exe) {
        struct path path = {};
        bpf_core_read(&path, sizeof path, &exe->f_path);
        put_path(r, (__u64)path.mnt, (__u64)path.dentry);
    } else {
        put_empty(r);
    }
    put_u64(r, number_of_task(task, PIDTYPE_PGID, false));
    put_u32(r, cred->egid.val);
    return 0;
}

// Before the personality of the new image is set, with which every exec becomes an execve.
SEC("tp_btf/sched_prepare_exec")
int BPF_PROG(on_prepare_exec, struct task_struct *task, struct linux_binprm *bprm) {
    note_exec_number();
    return 0;
}

// Where no hook told: only a file given by descriptor is sure to be an execveat.
static inline bool was_execveat(struct task_struct *task, struct linux_binprm *bprm) {
    __u64 key = (__u64)task;
    __u32 *nr = bpf_map_lookup_elem(&exec_numbers, &key);
    if (!nr) return bprm->fdpath != 0;
    bool is_at = *nr == NR_EXECVEAT;
    bpf_map_delete_elem(&exec_numbers, &key);
    return is_at;
}

struct script_name {
    __u64 words[2];
    char number[12];  // what stands behind the prefix
};

// The descriptor that `name` speaks of; -1 where it is no more than a descriptor.
static __always_inline __s64 descriptor_in(const char *name) {
    struct script_name text = {};
    bpf_probe_read_kernel_str(text.words, sizeof text.words, name);
    __u32 skip = 0;
    if (text.words[0] == 0x2f64662f7665642fULL) skip = 8;               // "/dev/fd/"
    else if (text.words[0] == 0x65732f636f72702fULL &&                  // "/proc/se"
             (text.words[1] & 0xffffffffffffULL) == 0x2f64662f666cULL)  // "lf/fd/"
        skip = 14;
    if (!skip || bpf_probe_read_kernel_str(text.number, sizeof text.number, name + skip) < 2)
        return -1;
    __s64 fd = 0;
    for (__u32 i = 0; i < sizeof text.number; i++) {
        char digit = text.number[i];
        if (!digit) return fd;
        if (digit < '0' || digit > '9') break;
        fd = fd * 10 + (digit - '0');
    }
    return -1;
}

// Of an execveat, which has no parameter for it: the name as the kernel has it.
static inline void option_script_name(struct record *r, const char *name) {
    __u32 start = POSITION(r);
    r->offset = start + 6;
    long length = bpf_probe_read_kernel_str(r->data + POSITION(r), SEQUITUR_STRING_MAX, name);
    r->offset = start;
    if (length < 2) return;
    __u32 size = (length & 0x1fff) + 1;
    begin_option(r, SEQUITUR_OPTION_PATH, size);
    STORE(__u8, r->data + POSITION(r), SEQUITUR_ROLE_SCRIPT);
    STORE(__u8, r->data + POSITION(r) + 1, SEQUITUR_PATH_USERSPACE);
    end_option(r, size);
}

// The script, where no hook noted it. One that was given as a descriptor is open still, or its
// interpreter could not read it; of another one the kernel has the name alone.
static __noinline int describe_script(struct record *r, struct task_struct *task,
                                      struct linux_binprm *bprm, bool is_at) {
    const char *name = bprm->filename;
    if (bprm->interp == name) return 0;
    struct file *file = file_of_fd(task, descriptor_in(name));
    if (file && (K(file, f_inode, i_mode) & INODE_TYPE) == INODE_REGULAR) {
        option_file(r, SEQUITUR_ROLE_SCRIPT, K(file, f_inode));
        option_file_path(r, SEQUITUR_ROLE_SCRIPT, file);
    } else if (is_at) {
        option_script_name(r, name);
    }
    return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm) {
    if (!control.wanted[EV_EXECVE] || !is_reported(task->tgid)) return 0;
    struct record *r = scratch_record();
    if (!r) return 0;
    r->ts_ns = now_ns();
    r->ret = 0;
    struct inode *image = K(bprm, file, f_inode);
    r->args[0] = K(real_inode(image), i_ino);
    bool is_at = was_execveat(task, bprm);
    __u32 event = is_at ? EV_EXECVEAT : EV_EXECVE;
    struct file *exe = bprm->file;
    begin_record(r, event, is_at ? 30 : 31, task->pid);
    put_u64(r, 0);
    put_image(r, task, exe);
    if (!is_at) put_kernel_string(r, bprm->filename);
    begin_options(r);
    option_file(r, SEQUITUR_ROLE_EXE, K(exe, f_inode));
    option_file_path(r, SEQUITUR_ROLE_EXE, exe);
    __u32 before = r->offset;
    append_stash(r);  // the file that was asked for, where another one runs (a script)
    if (r->offset == before) describe_script(r, task, bprm, is_at);
    hand_over(r, event, true);
    return 0;
}

// A failed one: the caller's own image, the name it asked for, and its file if there was one.
SEC("tp_btf/sys_exit")
int BPF_PROG(handle_exec, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r || ret >= 0) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    bool is_at = number_of_call(task) == NR_EXECVEAT;
    __u32 event = is_at ? EV_EXECVEAT : EV_EXECVE;
    begin_record(r, event, is_at ? 30 : 31, task->pid);
    put_u64(r, ret);
    put_image(r, task, K(task, mm, exe_file));
    if (!is_at) put_user_string(r, r->args[0]);
    begin_options(r);
    append_stash(r);
    hand_over(r, event, false);
    return 0;
}

// Path calls, where the kernel has resolved their names: which file, and its path, before the
// change.
//
// On the security_path_* functions, which stand in front of every such operation whatever its call.
// Each is attached only where the kernel has it. What they note is picked up at the call's end.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/hook.bpf.h"
#include "probe/bpf/stash.bpf.h"

// Memory that no preempting hook uses. Null when all is taken (three deep), counted as a loss.
static inline struct record *take_record(void) {
    for (int i = 0; i < HOOK_RECORDS; i++) {
        __u32 key = bpf_get_smp_processor_id() * HOOK_RECORDS + i;
        struct record *r = bpf_map_lookup_elem(&hook_records, &key);
        if (r && !__sync_lock_test_and_set(&r->busy, 1)) {
            r->offset = STASH_HEADER;
            return r;
        }
    }
    struct sequitur_losses *lost = bpf_map_lookup_elem(&losses, &zero_key);
    if (lost) lost->stash_full++;
    return 0;
}

static inline struct record *take_record_if_noted(void) {
    struct task_struct *task = bpf_get_current_task_btf();
    return is_noted(task, number_of_call(task)) ? take_record() : 0;
}

// Puts what stands in `r` under the calling thread's name, and gives the memory back.
static inline void note(struct record *r, __u32 hook) {
    __u64 key = (__u64)bpf_get_current_task();
    __u32 size = POSITION(r) - STASH_HEADER;
    long failed = -1;
    STORE(__u32, r->data, size);
    STORE(__u32, r->data + 4, hook);
    STORE(__u64, r->data + 8, 0);
    if (size <= STASH_SMALL_BYTES)
        failed = bpf_map_update_elem(&small_stashes, &key, r->data, BPF_ANY);
    else if (size <= STASH_LARGE_BYTES)
        failed = bpf_map_update_elem(&large_stashes, &key, r->data, BPF_ANY);
    if (failed) {
        struct sequitur_losses *lost = bpf_map_lookup_elem(&losses, &zero_key);
        if (lost) lost->stash_full++;
    }
    *(volatile __u32 *)&r->busy = 0;
}

// The file `dentry` in a directory reached over `mount`.
static inline void note_file(struct record *r, __u8 role, __u64 mount, struct dentry *dentry) {
    option_file(r, role, K(dentry, d_inode));
    option_path(r, role, mount, (__u64)dentry);
}

SEC("fentry/security_path_chmod")
int BPF_PROG(on_path_chmod, struct path *path) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    note_file(r, SEQUITUR_ROLE_TARGET, (__u64)path->mnt, path->dentry);
    note(r, HOOK_CHMOD);
    return 0;
}

SEC("fentry/security_path_unlink")
int BPF_PROG(on_path_unlink, struct path *directory, struct dentry *dentry) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    note_file(r, SEQUITUR_ROLE_TARGET, (__u64)directory->mnt, dentry);
    note(r, HOOK_UNLINK);
    return 0;
}

SEC("fentry/security_path_rmdir")
int BPF_PROG(on_path_rmdir, struct path *directory, struct dentry *dentry) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    note_file(r, SEQUITUR_ROLE_TARGET, (__u64)directory->mnt, dentry);
    note(r, HOOK_RMDIR);
    return 0;
}

SEC("fentry/security_path_link")
int BPF_PROG(on_path_link, struct dentry *old, struct path *directory, struct dentry *dentry) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    note_file(r, SEQUITUR_ROLE_TARGET, (__u64)directory->mnt, old);
    option_path(r, SEQUITUR_ROLE_NEW, (__u64)directory->mnt, (__u64)dentry);
    note(r, HOOK_LINK);
    return 0;
}

SEC("fentry/security_path_rename")
int BPF_PROG(on_path_rename, struct path *old_directory, struct dentry *old,
             struct path *new_directory, struct dentry *new) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    note_file(r, SEQUITUR_ROLE_TARGET, (__u64)old_directory->mnt, old);
    option_path(r, SEQUITUR_ROLE_NEW, (__u64)new_directory->mnt, (__u64) new);
    struct inode *replaced = K(new, d_inode);
    if (replaced) option_file(r, SEQUITUR_ROLE_NEW, replaced);
    note(r, HOOK_RENAME);
    return 0;
}

// What is made by these has no inode yet: the path alone.
SEC("fentry/security_path_symlink")
int BPF_PROG(on_path_symlink, struct path *directory, struct dentry *dentry) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    option_path(r, SEQUITUR_ROLE_NEW, (__u64)directory->mnt, (__u64)dentry);
    note(r, HOOK_SYMLINK);
    return 0;
}

SEC("fentry/security_path_mkdir")
int BPF_PROG(on_path_mkdir, struct path *directory, struct dentry *dentry) {
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    option_path(r, SEQUITUR_ROLE_NEW, (__u64)directory->mnt, (__u64)dentry);
    note(r, HOOK_MKDIR);
    return 0;
}

// The file that an exec asks for, before a script's interpreter takes its place.
SEC("fentry/security_bprm_creds_for_exec")
int BPF_PROG(on_exec_request, struct linux_binprm *bprm) {
    note_exec_number();
    struct record *r = take_record_if_noted();
    if (!r) return 0;
    struct file *file = bprm->file;
    option_file(r, SEQUITUR_ROLE_SCRIPT, K(file, f_inode));
    option_file_path(r, SEQUITUR_ROLE_SCRIPT, file);
    note(r, HOOK_EXEC);
    return 0;
}

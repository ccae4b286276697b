// Path calls on kernels without the security_path_* hooks: the file is the one whose change time
// moves.
//
// Since 6.13 setting it passes a tracepoint. That names the inode, not the path, and only of what
// is no directory (a directory's time moves for what is done in it as well), but it is the kernel's
// own object. The last one counts: below an overlay the real file comes first.
#include "probe/bpf/hook.bpf.h"
#include "probe/bpf/stash.bpf.h"

#define S_IFMT 0170000
#define S_IFDIR 0040000
#define NR_EXECVE 59
#define NR_EXECVEAT 322

static inline bool is_rename(__u64 nr) { return nr == 82 || nr == 264 || nr == 316; }
static inline bool is_symlink(__u64 nr) { return nr == 88 || nr == 266; }
static inline bool is_chmod(__u64 nr) { return nr == 90 || nr == 268 || nr == 452; }

// A rename moves the times of the file and of one that it replaces, in an order of the file
// system's choice: told apart only where the replaced one has no name left.
static inline bool is_ambiguous(__u64 nr, __u64 key, struct inode *inode) {
    struct stash_small *before = bpf_map_lookup_elem(&small_stashes, &key);
    if (!before || before->hook != HOOK_TIMES || !is_rename(nr)) return false;
    struct inode *other = (struct inode *)before->inode;
    return other != inode && K(other, i_sb) == K(inode, i_sb) && K(other, i_nlink) != 0;
}

static inline int note_inode(struct inode *inode) {
    struct task_struct *task = bpf_get_current_task_btf();
    __u64 nr = number_of_call(task), key = (__u64)task;
    if (!is_noted(task, nr) || nr == NR_EXECVE || nr == NR_EXECVEAT) return 0;
    bool is_directory = (K(inode, i_mode) & S_IFMT) == S_IFDIR;
    if (is_directory && !is_chmod(nr)) return 0;
    if (is_rename(nr) && K(inode, i_nlink) == 0) return 0;
    __u32 cpu = bpf_get_smp_processor_id() * HOOK_RECORDS;
    struct record *r = bpf_map_lookup_elem(&hook_records, &cpu);  // tracepoints are not preempted
    if (!r) return 0;
    r->offset = STASH_HEADER;
    option_file(r, is_symlink(nr) ? SEQUITUR_ROLE_NEW : SEQUITUR_ROLE_TARGET, inode);
    STORE(__u32, r->data, is_ambiguous(nr, key, inode) ? 0 : POSITION(r) - STASH_HEADER);
    STORE(__u32, r->data + 4, HOOK_TIMES);
    STORE(__u64, r->data + 8, inode);
    bpf_map_update_elem(&small_stashes, &key, r->data, BPF_ANY);
    return 0;
}

SEC("tp_btf/inode_set_ctime_to_ts")
int BPF_PROG(on_time_set, struct inode *inode) { return note_inode(inode); }

SEC("tp_btf/ctime_ns_xchg")
int BPF_PROG(on_time_exchanged, struct inode *inode) { return note_inode(inode); }

// The time was right already.
SEC("tp_btf/ctime_xchg_skip")
int BPF_PROG(on_time_kept, struct inode *inode) { return note_inode(inode); }

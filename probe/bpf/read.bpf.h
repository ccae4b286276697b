// Second rung: reads what the kernel knows of tasks, files and inodes. Writes nothing.
//
// Pointers out of maps, arrays and scratch memory are plain numbers to the verifier; they are read
// with K, while a task from bpf_get_current_task_btf() is read directly.
#ifndef SEQUITUR_READ_BPF_H
#define SEQUITUR_READ_BPF_H

#include "probe/bpf/maps.bpf.h"

// Since 6.2: gives a number the type of a kernel object. Reading it is then one load that survives
// a bad address, where the helper of older kernels costs ten times as much.
extern void *bpf_rdonly_cast(void *object, __u32 type) __ksym __weak;
#define TYPED(object) \
    ((typeof(object))bpf_rdonly_cast((void *)(object), bpf_core_type_id_kernel(typeof(*(object)))))

// A field of a kernel object, through as many pointers as named (at most 4); 0 behind a bad one.
#define ARROW1(a) a
#define ARROW2(a, b) a->b
#define ARROW3(a, b, c) a->b->c
#define ARROW4(a, b, c, d) a->b->c->d
#define ARROW_(a, b, c, d, arrow, ...) arrow
#define ARROW(...) ARROW_(__VA_ARGS__, ARROW4, ARROW3, ARROW2, ARROW1)(__VA_ARGS__)
#define K(object, ...)                                                     \
    ({                                                                     \
        typeof((object)->ARROW(__VA_ARGS__)) value_;                       \
        if (settings.can_cast) value_ = TYPED(object)->ARROW(__VA_ARGS__); \
        else value_ = BPF_CORE_READ(object, __VA_ARGS__);                  \
        value_;                                                            \
    })

#define PF_KTHREAD 0x00200000
#define TS_COMPAT 2  // the call came through a 32-bit entry

static inline __u64 to_epoch_ns(__u64 boottime_ns) {
    return boottime_ns + settings.boot_to_epoch_ns;
}

static inline __u64 now_ns(void) { return to_epoch_ns(bpf_ktime_get_boot_ns()); }

// Major and minor as the format has them (the kernel's new_encode_dev).
static inline __u32 encode_dev(__u32 dev) {
    __u32 major = dev >> 20, minor = dev & 0xfffff;
    return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

static inline __u32 inode_dev(struct inode *inode) { return encode_dev(K(inode, i_sb, s_dev)); }

// The open file behind a descriptor of the calling thread; 0 where there is none. Taken without a
// lock: another thread that closes it in this instant can make this the next file's.
static inline struct file *file_of_fd(struct task_struct *task, __s64 fd) {
    struct files_struct *files = task->files;
    if (!files || fd < 0) return 0;
    struct fdtable *table = files->fdt;
    if (!table || fd >= table->max_fds) return 0;
    struct file **slots = table->fd;
    struct path *pointer = (void *)(slots + fd);  // any object that begins with a pointer
    if (settings.can_cast) return (struct file *)TYPED(pointer)->mnt;
    struct file *file = 0;
    bpf_probe_read_kernel(&file, sizeof file, slots + fd);
    return file;
}

#define PROT_READ 1
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20
#define MNT_NOEXEC 4
#define READ_IMPLIES_EXEC 0x0400000

// What mmap makes of the protection it was asked for: with the personality of old programs, what
// can be read can be executed, unless the file's mount forbids it. `fd` < 0: no file.
static inline __u64 protection_of_map(struct task_struct *task, __u64 asked, __s32 fd) {
    if (!(asked & PROT_READ) || !(task->personality & READ_IMPLIES_EXEC)) return asked;
    struct file *file = file_of_fd(task, fd);
    bool is_forbidden = file && K(file, f_path.mnt, mnt_flags) & MNT_NOEXEC;
    return is_forbidden ? asked : asked | PROT_EXEC;
}

// Which capabilities: capability_set(cred, cap_effective).
#define capability_set(cred, field)                        \
    ({                                                     \
        __u64 set_ = 0;                                    \
        bpf_core_read(&set_, sizeof set_, &(cred)->field); \
        set_;                                              \
    })

// An id of a task as its own namespace counts (the innermost), or as the host does (level 0).
// The struct is fetched, not followed: kernels before 6.2 allow no arithmetic on typed pointers.
static inline __s32 number_of_task(struct task_struct *task, enum pid_type type, bool innermost) {
    struct pid *pid = type == PIDTYPE_PID ? K(task, thread_pid) : K(task, signal, pids[type]);
    if (!pid) return 0;
    __u32 level = innermost ? K(pid, level) : 0;
    struct upid *upid = (void *)&pid->numbers[0] + (level & 31) * bpf_core_type_size(struct upid);
    return K(upid, nr);
}

struct image_times {
    __u64 changed_ns, modified_ns;
};

#define NSEC_MASK 0x3fffffff  // the upper bits of ctime's are the kernel's own since 6.13

// ctime and mtime moved twice: into __i_ctime in 6.6, into separate words in 6.11.
static __always_inline struct image_times inode_times(struct inode *inode) {
    struct image_times times = {};
    const __u64 second = 1000000000;
    if (bpf_core_field_exists(inode->i_mtime_sec)) {
        times.modified_ns = K(inode, i_mtime_sec) * second + K(inode, i_mtime_nsec);
        times.changed_ns = K(inode, i_ctime_sec) * second + (K(inode, i_ctime_nsec) & NSEC_MASK);
        return times;
    }
    struct inode___v6_6 *newer = (void *)inode;
    struct inode___v6_1 *older = (void *)inode;
    if (bpf_core_field_exists(newer->__i_ctime)) {
        times.modified_ns = K(newer, i_mtime.tv_sec) * second + K(newer, i_mtime.tv_nsec);
        times.changed_ns = K(newer, __i_ctime.tv_sec) * second + K(newer, __i_ctime.tv_nsec);
    } else if (bpf_core_field_exists(older->i_ctime)) {
        times.modified_ns = K(older, i_mtime.tv_sec) * second + K(older, i_mtime.tv_nsec);
        times.changed_ns = K(older, i_ctime.tv_sec) * second + K(older, i_ctime.tv_nsec);
    }
    return times;
}

// Pages of one kind (0 file, 1 anonymous, 2 swap, 3 shared), in kB. Approximate, as in the format:
// the per-CPU parts of the counters are left out. A macro, because only a literal index is
// relocated to the kernel's own size of an element.
static inline __u32 kb_of_pages(__s64 pages) { return pages < 0 ? 0 : (__u32)pages << 2; }
#define MM_PAGES_KB(mm, kind)                                            \
    ({                                                                   \
        struct mm_struct___v6_1 *older_ = (void *)(mm);                  \
        kb_of_pages(bpf_core_field_exists(older_->rss_stat.count)        \
                        ? (__s64)K(older_, rss_stat.count[kind].counter) \
                        : (__s64)K((mm), rss_stat[kind].count));         \
    })
static inline __u32 mm_rss_kb(struct mm_struct *mm) {
    return mm ? MM_PAGES_KB(mm, 0) + MM_PAGES_KB(mm, 1) + MM_PAGES_KB(mm, 3) : 0;
}
static inline __u32 mm_swap_kb(struct mm_struct *mm) { return mm ? MM_PAGES_KB(mm, 2) : 0; }
static inline __u32 mm_size_kb(struct mm_struct *mm) { return mm ? K(mm, total_vm) << 2 : 0; }

static inline __u32 tty_of(struct task_struct *task) {
    struct tty_struct *tty = K(task, signal, tty);
    if (!tty) return 0;
    return encode_dev((__u32)K(tty, driver, major) << 20 |
                      (__u32)(K(tty, driver, minor_start) + K(tty, index)));
}

static inline __u32 loginuid_of(struct task_struct *task) {
    return bpf_core_field_exists(task->loginuid) ? K(task, loginuid.val) : 0xffffffff;
}

// The id of a thread in its own namespace.
static inline struct upid *innermost_of(struct task_struct *task) {
    struct pid *pid = K(task, thread_pid);
    __u32 level = K(pid, level);
    return (void *)&pid->numbers[0] + (level & 31) * bpf_core_type_size(struct upid);
}

// Start of the innermost pid namespace, as seen by its first process; 0 on the host.
static inline __u64 pidns_start_ns(struct task_struct *task) {
    if (K(task, thread_pid, level) == 0) return 0;
    return to_epoch_ns(K(innermost_of(task), ns, child_reaper, start_boottime));
}

#endif  // SEQUITUR_READ_BPF_H

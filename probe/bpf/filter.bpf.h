// Top rung for the end of a call: whether it leaves the kernel, as far as its arguments say.
//
// What the rules can tell apart stands in control.push (probe/interest.h). Every answer errs on one
// side only: what stays in the kernel, no rule and no part of the host state would have used.
#ifndef SEQUITUR_FILTER_BPF_H
#define SEQUITUR_FILTER_BPF_H

#include "probe/bpf/dentry.bpf.h"
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/known.bpf.h"

#define NR_OPEN 2
#define NR_CREAT 85
#define NR_OPEN_BY_HANDLE_AT 304
#define NR_OPENAT2_CALL 437
#define NR_SOCKETPAIR 53
#define NR_FCHMOD 91
#define NR_PREADV 295
#define NR_PWRITEV 296
#define NR_PREADV2 327
#define NR_PWRITEV2 328
#define NR_PREAD 17
#define NR_PWRITE 18
#define OPEN_ACCESS 3
#define OPEN_CHANGES (0100 | 01000 | 020000000 & ~0200000)  // O_CREAT, O_TRUNC, O_TMPFILE
#define MODE_TYPE 0170000
#define MODE_DIRECTORY 0040000
#define MODE_REGULAR 0100000

struct name_words {
    __u64 words[8];  // the first four are looked at; 63 bytes is what the verifier knows of a size
};

static __always_inline bool fits(struct sequitur_prefix_part *part, struct name_words *name,
                                 __u32 length) {
    const __u64 *want = (const __u64 *)part->bytes, *mask = (const __u64 *)part->mask;
    if ((name->words[0] & mask[0]) != want[0]) return false;
    if (part->length && part->length != length) return false;
    return (name->words[1] & mask[1]) == want[1] && (name->words[2] & mask[2]) == want[2] &&
           (name->words[3] & mask[3]) == want[3];
}

// Up to its end, and whatever lies behind: names end with a NUL, which no prefix has.
static __always_inline void read_name(const struct path_part *top, struct name_words *name) {
    if (settings.can_cast) {
        // Two numbers, on every kernel.
        struct timespec64 *pairs = (void *)top->name;
        name->words[0] = TYPED(pairs)->tv_sec;
        name->words[1] = TYPED(pairs)->tv_nsec;
        pairs = (void *)(top->name + 16);
        name->words[2] = TYPED(pairs)->tv_sec;
        name->words[3] = TYPED(pairs)->tv_nsec;
    } else {
        __u32 size = top->length < SEQUITUR_PART_BYTES ? top->length : SEQUITUR_PART_BYTES;
        bpf_probe_read_kernel(name->words, BELOW(64, size), (void *)top->name);
    }
}

// Of the names, the two topmost are compared.
static __always_inline bool fits_a_prefix(struct path_part *first, struct path_part *second) {
    struct name_words one = {}, two = {};
    read_name(first, &one);
    bool has_second = false;
    for (__u32 i = 0; i < SEQUITUR_PREFIXES_MAX; i++) {
        if (i >= control.push.prefix_count) break;
        struct sequitur_prefix *prefix = &control.push.prefixes[i];
        if (!fits(&prefix->parts[0], &one, first->length)) continue;
        if (!has_second) read_name(second, &two);
        has_second = true;
        if (fits(&prefix->parts[1], &two, second->length)) return true;
    }
    return false;
}

// Whether the file may lie below one of the prefixes, seen from the root of the caller's mount
// namespace. True of what lies on a mount that is attached nowhere.
static __always_inline bool is_inside(struct record *r, struct file *file) {
    struct path_part first = {}, second = {};
    r->walk_mount = (__u64)K(file, f_path.mnt);
    r->walk_dentry = (__u64)K(file, f_path.dentry);
    if (collect_path(r) != STEP_ROOT) return true;
    __u32 count = r->path_parts;
    if (count > 0) first = r->parts[BELOW(PATH_PARTS_MAX, count - 1)];
    if (count > 1) second = r->parts[BELOW(PATH_PARTS_MAX, count - 2)];
    return fits_a_prefix(&first, &second);
}

static inline bool keeps_open(struct pt_regs *regs, long ret, __u64 nr, bool compat,
                              struct task_struct *task, __u64 *walked) {
    __u64 flags = compat ? regs->cx : regs->si;
    if (nr == NR_CREAT) return true;
    if (nr != NR_OPEN) flags = regs->dx;
    if (nr == NR_OPENAT2_CALL) bpf_probe_read_user(&flags, sizeof flags, (void *)regs->dx);
    if (flags & (OPEN_ACCESS | OPEN_CHANGES)) return true;
    __u8 keep = control.push.open;
    if (ret < 0) return keep & OPEN_READ_FAILED;
    if (!(~keep & (OPEN_READ_INSIDE | OPEN_READ_OUTSIDE))) return true;
    struct file *file = file_of_fd(task, ret);
    if (!file) return true;
    // Directories are what relative names start from.
    if ((K(file, f_inode, i_mode) & MODE_TYPE) == MODE_DIRECTORY) return true;
    if (!(keep & (OPEN_READ_INSIDE | OPEN_READ_OUTSIDE))) return false;
    struct record *r = scratch_record();
    if (!r) return true;
    *walked = (__u64)file;
    return keep & (is_inside(r, file) ? OPEN_READ_INSIDE : OPEN_READ_OUTSIDE);
}

static inline bool passes_open(struct pt_regs *regs, long ret, __u64 nr, bool compat,
                               struct task_struct *task, __u64 *walked) {
    __u64 table = table_of(task);
    if (keeps_open(regs, ret, nr, compat, task, walked)) {
        if (ret >= 0) mark_file(table, ret);
        return true;
    }
    // The number may still stand for what it was before.
    if (ret < 0 || !may_be_held(known_of(table), ret)) return false;
    mark_known(table, ret);
    return true;
}

static inline bool passes_close(struct pt_regs *regs, long ret, bool compat,
                                struct task_struct *task) {
    if (ret < 0) return control.push.close;
    return forget_known(table_of(task), (__u32)(compat ? regs->bx : regs->di)) ||
           control.push.close;
}

static inline bool passes_map(struct pt_regs *regs, bool compat, struct task_struct *task) {
    if (compat) return true;
    bool is_file = (__s32)regs->r8 >= 0 && !(regs->r10 & MAP_ANONYMOUS);
    if (!is_file) return control.push.map & MAP_NOTHING;
    bool is_code = protection_of_map(task, regs->dx, (__s32)regs->r8) & PROT_EXEC;
    return control.push.map & (is_code ? MAP_CODE : MAP_FILE);
}

static inline bool passes_mode(struct pt_regs *regs, long ret, __u64 nr, bool compat) {
    if (ret < 0) return control.push.mode & MODE_FAILED;
    bool is_second = nr == 90 || nr == NR_FCHMOD;
    __u64 mode = is_second ? (compat ? regs->cx : regs->si) : regs->dx;
    return control.push.mode & (mode & 0111 ? MODE_RUN : MODE_PLAIN);
}

// Reads and writes: every copy of a whole file begins with its first bytes at some time.
static __noinline int passes_move(struct pt_regs *regs, long ret, __u64 nr, bool is_read) {
    __u8 keep = is_read ? control.push.read : control.push.write;
    if (keep == (MOVE_START | MOVE_OTHER)) return true;
    if (ret <= 0) return keep & MOVE_OTHER;
    if (!(keep & MOVE_START)) return false;
    struct task_struct *task = bpf_get_current_task_btf();
    struct file *file = file_of_fd(task, (__s32)regs->di);
    if (!file) return false;
    __s64 start = K(file, f_pos) - ret;
    if (nr == NR_PREAD || nr == NR_PWRITE || nr == NR_PREADV || nr == NR_PWRITEV ||
        (nr >= NR_PREADV2 && (__s64)regs->r10 != -1))
        start = regs->r10;
    if (start > 0) return false;
    struct inode *inode = K(file, f_inode);
    if ((K(inode, i_mode) & MODE_TYPE) != MODE_REGULAR) return false;
    if (!is_read || !control.push.fresh_ns) return true;
    return inode_times(real_inode(inode)).changed_ns + control.push.fresh_ns > now_ns();
}

static inline bool passes_fcntl(struct pt_regs *regs, long ret, bool compat,
                                struct task_struct *task) {
    __u64 command = compat ? regs->cx : regs->si;
    if (command == 0 || command == 1030) {  // F_DUPFD, F_DUPFD_CLOEXEC
        if (ret >= 0) mark_known(table_of(task), ret);
        return true;
    }
    return command == 2 || (control.push.control & FCNTL_OTHER);  // F_SETFD
}

static inline void mark_two(struct pt_regs *regs, long ret, __u64 nr, bool compat,
                            struct task_struct *task) {
    __s32 made[2] = {};
    __u64 at =
        nr == NR_SOCKETPAIR ? (compat ? regs->si : regs->r10) : (compat ? regs->bx : regs->di);
    if (ret < 0 || bpf_probe_read_user(made, sizeof made, (void *)at)) return;
    mark_known(table_of(task), (__u32)made[0]);
    mark_known(table_of(task), (__u32)made[1]);
}

// `nr` is native, or the native one of a 32-bit call (`compat`). `walked` is the file of which
// record.parts then has the path, unless it had to be found out. Cases, not a table: that would be
// one more page to touch (struct cpu).
static inline bool passes(struct pt_regs *regs, long ret, __u64 nr, bool compat,
                          struct task_struct *task, __u64 *walked) {
    switch (nr) {
        case 2:  // open, openat, creat, open_by_handle_at, openat2
        case 257:
        case NR_CREAT:
        case NR_OPEN_BY_HANDLE_AT:
        case NR_OPENAT2_CALL: return passes_open(regs, ret, nr, compat, task, walked);
        case 3: return passes_close(regs, ret, compat, task);
        case 9: return passes_map(regs, compat, task);
        case 90:
        case NR_FCHMOD:
        case 268:
        case 452: return passes_mode(regs, ret, nr, compat);
        case 0:
        case 19:
        case NR_PREAD:
        case NR_PREADV:
        case NR_PREADV2: return compat || passes_move(regs, ret, nr, true);
        case 1:
        case 20:
        case NR_PWRITE:
        case NR_PWRITEV:
        case NR_PWRITEV2: return compat || passes_move(regs, ret, nr, false);
        case 72: return passes_fcntl(regs, ret, compat, task);
        case 32:  // those that make a descriptor
        case 33:
        case 41:
        case 43:
        case 213:
        case 253:
        case 282:
        case 283:
        case 284:
        case 288:
        case 289:
        case 290:
        case 291:
        case 292:
        case 294:
        case 319:
        case 321:
        case 323:
        case 425:
        case 434:
        case 438:
            if (ret >= 0) mark_known(table_of(task), ret);
            return true;
        case 22:  // two, in the caller's memory
        case 293:
        case NR_SOCKETPAIR: mark_two(regs, ret, nr, compat, task); return true;
    }
    return true;
}

#endif  // SEQUITUR_FILTER_BPF_H

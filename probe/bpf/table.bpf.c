// Most calls: their record as the row in calls.h says.
#include "probe/bpf/calls.h"
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/flags.bpf.h"
#include "probe/bpf/known.bpf.h"
#include "probe/bpf/stash.bpf.h"

#define VECTOR_ENTRIES_MAX 8
#define NR_OPENAT2 437
#define NR_SENDFILE 40
#define NR_SPLICE 275
#define NR_COPY_FILE_RANGE 326

struct call_row {
    __u16 event;
    __u8 subject, params;
    __u8 recipe[SEQUITUR_CALL_PARAMS_MAX];
};
#define RECIPES(...) (sizeof((__u8[]){__VA_ARGS__}))
#define ROW(name, number, event_, handler_, subject_, ...) \
    [number] = {EV_##event_, S_##subject_, RECIPES(__VA_ARGS__), {__VA_ARGS__}},
static const struct call_row rows[SEQUITUR_CALLS_MAX] = {SEQUITUR_CALLS(ROW)};

struct iovec {
    __u64 base, length;
};

// What the entries of a vector hold together; the first eight count.
static __noinline int put_vector_size(struct record *r, __u64 address, __u64 count) {
    struct iovec vector[VECTOR_ENTRIES_MAX] = {};
    __u64 size = 0;
    if (count > VECTOR_ENTRIES_MAX) count = VECTOR_ENTRIES_MAX;
    bpf_probe_read_user(vector, (count & 15) * sizeof *vector & 255, (void *)address);
    for (int i = 0; i < VECTOR_ENTRIES_MAX; i++)
        if (i < count) size += vector[i].length;
    put_u32(r, size > 0xffffffff ? 0xffffffff : size);
    return 0;
}

// Buffer contents: of a read what came, of a write what was offered. Of a vector the first entry.
static __noinline int put_data(struct record *r, __u64 address, __u64 size, bool is_vector) {
    if (is_vector) {
        struct iovec first = {};
        bpf_probe_read_user(&first, sizeof first, (void *)address);
        address = first.base;
        if (first.length < size) size = first.length;
    }
    __u32 limit = settings.data_bytes;
    if (size > limit) size = limit;
    size &= 0x1ff;
    if (!size || bpf_probe_read_user(r->data + POSITION(r), size, (void *)address)) size = 0;
    end_param(r, size);
    return 0;
}

static inline __u64 argument(struct record *r, __u32 index) {
    return index < 6 ? r->args[index] : 0;
}

static __always_inline void put_recipe(struct record *r, __u32 recipe) {
    __u64 value = argument(r, recipe & 7);
    __u64 done = r->ret < 0 ? 0 : r->ret;
    struct file *file = (void *)r->file;
    struct inode *inode = (void *)r->inode;
    struct mm_struct *mm = 0;
    __s32 number = 0;
    switch (recipe >> 3) {
        case R_RES: put_u64(r, r->ret); break;
        case R_S64: put_u64(r, (__s64)(__s32)value); break;
        case R_U64: put_u64(r, value); break;
        case R_U32: put_u32(r, value); break;
        case R_U8: put_u8(r, value); break;
        case R_PATH: put_user_string(r, value); break;
        case R_OPEN_FLAGS:
            put_u32(r, wire_open_flags(value) |
                           (file && K(file, f_mode) & FMODE_CREATED ? OPEN_CREATED : 0));
            break;
        case R_OPEN_MODE:  // the argument before says whether there is a mode
            put_u32(r, argument(r, (recipe & 7) - 1) & OPEN_MAKES_FILE ? value & 07777 : 0);
            break;
        case R_MODE: put_u32(r, value & 07777); break;
        case R_CLONE_FLAGS: put_u32(r, wire_clone_flags(value)); break;
        case R_MOUNT_FLAGS: put_u32(r, wire_mount_flags(value)); break;
        case R_FCNTL_CMD: put_u8(r, wire_fcntl_cmd(value)); break;
        case R_SOCKET_FLAGS: put_u32(r, wire_file_flags(value & (04000 | 02000000))); break;
        case R_RESOLVE_FLAGS: put_u32(r, wire_resolve_flags(value)); break;
        case R_MMAP_FLAGS: put_u32(r, wire_mmap_flags(value)); break;
        case R_DEV: put_u32(r, file ? inode_dev(inode) : 0); break;
        case R_INO: put_u64(r, file ? K(inode, i_ino) : 0); break;
        case R_CREAT_FLAGS: put_u16(r, 0); break;
        case R_DATA: put_data(r, value, done, false); break;
        case R_DATA_IN: put_data(r, value, r->ret < 0 ? r->args[2] : done, false); break;
        case R_VECTOR:
        case R_VECTOR_IN: put_data(r, value, done, true); break;
        case R_VECTOR_SIZE: put_vector_size(r, value, argument(r, (recipe & 7) + 1)); break;
        case R_U64_AT:
            if (value) bpf_probe_read_user(&value, sizeof value, (void *)value);
            put_u64(r, value);
            break;
        case R_VM_SIZE:
        case R_VM_RSS:
        case R_VM_SWAP:
            mm = bpf_get_current_task_btf()->mm;
            put_u32(r, (recipe >> 3) == R_VM_SIZE  ? mm_size_kb(mm)
                       : (recipe >> 3) == R_VM_RSS ? mm_rss_kb(mm)
                                                   : mm_swap_kb(mm));
            break;
        case R_INT_AT:
        case R_INT_AT4:
            value += (recipe >> 3) == R_INT_AT4 ? 4 : 0;
            if (r->ret < 0 || bpf_probe_read_user(&number, sizeof number, (void *)value))
                number = -1;
            put_u64(r, (__s64)number);
            break;
        case R_FILE_FLAGS: put_u32(r, wire_file_flags(value)); break;
        default: put_empty(r);
    }
}

// openat2 has its flags in the caller's memory: they take the places of arguments.
static inline void unfold_open_how(struct record *r) {
    struct {
        __u64 flags, mode, resolve;
    } how = {};
    bpf_probe_read_user(&how, sizeof how, (void *)r->args[2]);
    r->args[2] = how.flags;
    r->args[3] = how.mode;
    r->args[4] = how.resolve;
}

static inline void find_subject(struct record *r, __u8 subject, struct task_struct *task) {
    __s64 fd = -1;
    if (subject == S_FD0 || subject == S_FDPATH0) fd = (__s32)r->args[0];
    if (subject == S_FD2) fd = (__s32)r->args[2];
    if (subject == S_FD4) fd = (__s32)r->args[4];
    if (subject == S_RESULT) fd = r->ret;
    if (fd < 0) return;
    struct file *file = r->walked ? (void *)r->walked : file_of_fd(task, fd);
    if (!file) return;
    r->wants_path = subject == S_RESULT || subject == S_FDPATH0 ||
                    (control.push.is_on && !is_known(known_of(table_of(task)), fd));
    r->file = (__u64)file;
    r->inode = (__u64)K(file, f_inode);
}

// Of the calls that copy: the file that the bytes came from.
static inline void describe_source(struct record *r) {
    __s64 fd = -1;
    if (r->nr == NR_SPLICE || r->nr == NR_COPY_FILE_RANGE) fd = (__s32)r->args[0];
    if (r->nr == NR_SENDFILE) fd = (__s32)r->args[1];
    if (fd < 0) return;
    struct file *file = file_of_fd(bpf_get_current_task_btf(), fd);
    if (!file) return;
    option_file(r, SEQUITUR_ROLE_SOURCE, K(file, f_inode));
    option_file_path(r, SEQUITUR_ROLE_SOURCE, file);
}

static inline void describe_subject(struct record *r, __u8 subject) {
    if (r->file) {
        option_file(r, SEQUITUR_ROLE_TARGET, (void *)r->inode);
        if (r->walked) option_collected_path(r, SEQUITUR_ROLE_TARGET);
        else if (r->wants_path) option_file_path(r, SEQUITUR_ROLE_TARGET, (void *)r->file);
    }
    if (subject == S_HOOK) append_stash(r);
    if (subject == S_CWD && r->ret == 0) {
        struct path pwd = {};
        struct task_struct *task = bpf_get_current_task_btf();
        bpf_core_read(&pwd, sizeof pwd, &task->fs->pwd);
        option_file(r, SEQUITUR_ROLE_CWD, K(pwd.dentry, d_inode));
        option_path(r, SEQUITUR_ROLE_CWD, (__u64)pwd.mnt, (__u64)pwd.dentry);
    }
}

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_table, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    const struct call_row *row = &rows[r->nr & (SEQUITUR_CALLS_MAX - 1)];
    if (r->nr == NR_OPENAT2) unfold_open_how(r);
    find_subject(r, row->subject, task);
    begin_record(r, row->event, row->params, task->pid);
    for (int i = 0; i < SEQUITUR_CALL_PARAMS_MAX; i++) {
        if (i >= row->params) break;
        put_recipe(r, row->recipe[i]);
    }
    end_params(r);
    option_task(r, SEQUITUR_OPTION_TASK, task);
    describe_subject(r, row->subject);
    describe_source(r);
    hand_over(r, row->event, false);
    return 0;
}

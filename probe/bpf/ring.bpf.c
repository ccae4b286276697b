// Files that io_uring opens: no system call tells of them. Told as openat, at the operation's end.
//
// The caller's words are gone by then: the name is what the kernel made of it, and of the flags
// those that an open file keeps.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/flags.bpf.h"
#include "probe/bpf/known.bpf.h"

#define RING_OPENAT 18
#define RING_OPENAT2 28
#define AT_FDCWD (-100)

// Since 6.14 the result comes as a completion entry, before that as a number.
static inline __s64 result_of(unsigned long long *ctx) {
    if (!settings.ring_tells_entry) return (__s32)ctx[3];
    struct io_uring_cqe *entry = (void *)ctx[2];
    return K(entry, res);
}

static __noinline int write_opened(struct record *r, struct file *file, __s64 fd) {
    struct inode *inode = (void *)r->inode;
    begin_record(r, EV_OPENAT, 7, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, fd);
    put_u64(r, (__s64)AT_FDCWD);
    put_empty(r);
    put_u32(r, wire_open_flags(K(file, f_flags)) |
                   (K(file, f_mode) & FMODE_CREATED ? OPEN_CREATED : 0));
    put_u32(r, K(inode, i_mode) & 07777);
    put_u32(r, inode_dev(inode));
    put_u64(r, K(inode, i_ino));
    begin_options(r);
    option_file(r, SEQUITUR_ROLE_TARGET, inode);
    option_file_path(r, SEQUITUR_ROLE_TARGET, file);
    return 0;
}

SEC("tp_btf/io_uring_complete")
int on_ring_complete(unsigned long long *ctx) {
    if (!control.wanted[EV_OPENAT]) return 0;
    struct io_kiocb *request = (void *)ctx[1];
    if (!request) return 0;
    __u8 operation = K(request, opcode);
    if (operation != RING_OPENAT && operation != RING_OPENAT2) return 0;
    __s64 fd = result_of(ctx);
    struct task_struct *task = bpf_get_current_task_btf();
    if (fd < 0 || !is_reported(task->tgid)) return 0;
    struct file *file = file_of_fd(task, fd);
    struct record *r = scratch_record();
    if (!file || !r) return 0;
    r->ts_ns = now_ns();
    r->ret = fd;
    r->inode = (__u64)K(file, f_inode);
    mark_known(table_of(task), fd);
    write_opened(r, file, fd);
    hand_over(r, EV_OPENAT, false);
    return 0;
}

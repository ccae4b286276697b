// The snapshot of open files: one ITER_TASK_FILE_* record for each descriptor.
#include "probe/bpf/flags.bpf.h"
#include "probe/bpf/iterate.bpf.h"
#include "probe/bpf/socket.bpf.h"

#define S_IFDIR 0040000
#define S_IFIFO 0010000
#define S_IFREG 0100000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define ANON_INODE_FS_MAGIC 0x09041934
#define PID_FS_MAGIC 0x50494446
#define FD_TYPE_PIDFD 8

// By the first eight bytes of the name that the kernel gives each kind.
static inline __u8 anon_type(__u64 name) {
    switch (name) {
        case 0x6466746e6576655bULL: return 1;   // [eventfd
        case 0x6f70746e6576655bULL: return 2;   // [eventpo
        case 0x00796669746f6e69ULL: return 3;   // inotify
        case 0x666c616e6769735bULL: return 4;   // [signalf
        case 0x646672656d69745bULL: return 5;   // [timerfd
        case 0x6e6972755f6f695bULL: return 6;   // [io_urin
        case 0x756166726573755bULL: return 7;   // [userfau
        case 0x005d64666469705bULL: return 8;   // [pidfd]
        case 0x0070616d2d667062ULL: return 9;   // bpf-map
        case 0x676f72702d667062ULL: return 10;  // bpf-prog
        case 0x6b6e696c2d667062ULL:
        case 0x6b6e696c5f667062ULL: return 11;  // bpf-link, bpf_link
        case 0x726574695f667062ULL: return 12;  // bpf_iter
        case 0x76655f667265705bULL: return 13;  // [perf_ev
    }
    return 0;
}

static inline void put_file_path(struct record *r, struct file *file) {
    struct path path = {};
    bpf_core_read(&path, sizeof path, &file->f_path);
    put_path(r, (__u64)path.mnt, (__u64)path.dentry);
}

// Now that it is known what the file is: the same thread, another type.
static inline void begin_file(struct bpf_iter__task_file *ctx, struct record *r, __u32 event,
                              __u32 params) {
    begin_record(r, event, params, *(__u64 *)(r->data + HEADER_AT + 8));
    put_u32(r, ctx->fd);
}

static inline void put_socket(struct bpf_iter__task_file *ctx, struct record *r, struct sock *sk,
                              __u64 ino) {
    __u16 family = family_of(sk);
    bool is_v4 = family == AF_INET, is_v6 = family == AF_INET6, is_unix = family == AF_UNIX;
    begin_file(ctx, r,
               is_v4     ? EV_TASK_FILE_SOCKET_INET
               : is_v6   ? EV_TASK_FILE_SOCKET_INET6
               : is_unix ? EV_TASK_FILE_SOCKET_UNIX
                         : EV_TASK_FILE_SOCKET_NETLINK,
               is_v4 || is_v6 ? 8
               : is_unix      ? 6
                              : 4);
    put_u16(r, K(sk, sk_type));
    put_u16(r, K(sk, sk_protocol));
    if (is_v4) {
        put_u32(r, local_ip(sk));
        put_u16(r, local_port(sk));
        put_u32(r, K(sk, __sk_common.skc_daddr));
        put_u16(r, remote_port(sk));
    } else if (is_v6) {
        bpf_core_read(r->data + POSITION(r), 16, &sk->__sk_common.skc_v6_rcv_saddr);
        end_param(r, 16);
        put_u16(r, local_port(sk));
        bpf_core_read(r->data + POSITION(r), 16, &sk->__sk_common.skc_v6_daddr);
        end_param(r, 16);
        put_u16(r, remote_port(sk));
    } else if (is_unix) {
        put_u64(r, (__u64)sk);
        end_param(r, write_unix_name(r, 0, sk));
    }
    put_u64(r, ino);
}

static inline void put_anonymous(struct bpf_iter__task_file *ctx, struct record *r,
                                 struct dentry *dentry, __u64 magic, __u64 ino) {
    __u64 name = 0;
    bpf_probe_read_kernel_str(&name, sizeof name, K(dentry, d_name.name));
    // The string copy put a NUL where the eighth byte belongs.
    bpf_probe_read_kernel((char *)&name + 7, 1, K(dentry, d_name.name) + 7);
    begin_file(ctx, r, EV_TASK_FILE_ANON_INODE, 4);
    put_u8(r, magic == PID_FS_MAGIC ? FD_TYPE_PIDFD : anon_type(name));
    put_kernel_string(r, K(dentry, d_name.name));
    put_u64(r, ino);
}

SEC("iter/task_file")
int iterate_files(struct bpf_iter__task_file *ctx) {
    struct task_struct *task = ctx->task;
    struct file *file = ctx->file;
    if (!file || !task) return 0;
    struct record *r = begin_iterated(task, EV_TASK_FILE_REGULAR, 5);
    if (!r) return 0;
    struct inode *inode = K(file, f_inode);
    struct dentry *dentry = K(file, f_path.dentry);
    __u64 ino = K(inode, i_ino), magic = K(inode, i_sb, s_magic);
    __u32 kind = K(inode, i_mode) & S_IFMT;
    struct sock *sk = sock_of_file(file);
    bool is_named = false;
    if (sk) {
        put_socket(ctx, r, sk, ino);
    } else if (magic == ANON_INODE_FS_MAGIC || magic == PID_FS_MAGIC) {
        put_anonymous(ctx, r, dentry, magic, ino);
    } else if (kind == S_IFREG && is_memfd(file)) {
        begin_file(ctx, r, EV_TASK_FILE_MEMFD, 3);
        put_file_path(r, file);
        put_u64(r, ino);
    } else if (kind == S_IFDIR || kind == S_IFIFO) {
        begin_file(ctx, r, kind == S_IFDIR ? EV_TASK_FILE_DIRECTORY : EV_TASK_FILE_PIPE, 3);
        put_file_path(r, file);
        put_u64(r, ino);
    } else if (kind == S_IFREG || kind == S_IFCHR || kind == S_IFBLK) {
        is_named = true;
        struct mount *mount =
            (void *)K(file, f_path.mnt) - bpf_core_field_offset(struct mount, mnt);
        begin_file(ctx, r, EV_TASK_FILE_REGULAR, 5);
        put_file_path(r, file);
        put_u32(r, wire_open_flags(K(file, f_flags)));
        put_u32(r, K(mount, mnt_id));
        put_u64(r, ino);
    } else {
        return 0;
    }
    end_params(r);
    option_task(r, SEQUITUR_OPTION_TASK, task);
    option_file(r, SEQUITUR_ROLE_TARGET, inode);
    if (is_named) option_file_path(r, SEQUITUR_ROLE_TARGET, file);
    return end_iterated(r, ctx->meta->seq);
}

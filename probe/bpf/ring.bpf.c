// What io_uring does to files: no system call tells of it. Told as the call that does the same,
// when the operation ends.
//
// The caller's words are gone by then. Of an opening, the name is what the kernel made of it, and
// of the flags those that an open file keeps; other names are noted when the request is taken in.
// Untold: what goes to a descriptor of the ring's own, and requests that ask for no completion.
#include "probe/vmlinux/io_uring_vmlinux.h"
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/flags.bpf.h"
#include "probe/bpf/known.bpf.h"

#define RING_OPENAT 18
#define RING_OPENAT2 28
#define RING_CLOSE 19
#define RING_RENAMEAT 35
#define RING_UNLINKAT 36
#define RING_MKDIRAT 37
#define RING_SYMLINKAT 38
#define RING_LINKAT 39
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

static inline __u32 event_of(__u8 operation) {
    switch (operation) {
        case RING_CLOSE: return EV_CLOSE;
        case RING_RENAMEAT: return EV_RENAMEAT2;
        case RING_UNLINKAT: return EV_UNLINKAT;
        case RING_MKDIRAT: return EV_MKDIRAT;
        case RING_SYMLINKAT: return EV_SYMLINKAT;
        case RING_LINKAT: return EV_LINKAT;
    }
    return operation == RING_OPENAT || operation == RING_OPENAT2 ? EV_OPENAT : 0;
}

static inline __u32 note_name(__u8 *to, struct filename *name) {
    long size = bpf_probe_read_kernel_str(to, SEQUITUR_STRING_MAX, name ? K(name, name) : 0);
    return size < 0 ? 0 : size;
}

// The scratch record's bytes serve as the note until it is in the map.
static inline int note_request(struct io_kiocb *request) {
    __u8 operation = request ? K(request, opcode) : 0;
    if (operation < RING_RENAMEAT || operation > RING_LINKAT) return 0;
    if (!control.wanted[event_of(operation)]) return 0;
    struct record *r = scratch_record();
    if (!r) return 0;
    struct ring_note *note = (void *)r->data;
    struct io_rename *rename = (void *)request;
    struct io_link *link = (void *)request;
    struct io_unlink *unlink = (void *)request;
    struct io_mkdir *mkdir = (void *)request;
    struct filename *old = 0, *new = 0;
    if (operation == RING_RENAMEAT) {
        note->old_directory = K(rename, old_dfd);
        note->new_directory = K(rename, new_dfd);
        note->flags = K(rename, flags);
        old = K(rename, oldpath);
        new = K(rename, newpath);
    } else if (operation == RING_UNLINKAT) {
        note->old_directory = K(unlink, dfd);
        note->flags = K(unlink, flags);
        old = K(unlink, filename);
    } else if (operation == RING_MKDIRAT) {
        note->old_directory = K(mkdir, dfd);
        note->flags = K(mkdir, mode);
        old = K(mkdir, filename);
    } else {
        note->old_directory = K(link, old_dfd);
        note->new_directory = K(link, new_dfd);
        note->flags = K(link, flags);
        old = K(link, oldpath);
        new = K(link, newpath);
    }
    note->old_size = note_name(note->old_name, old);
    note->new_size = note_name(note->new_name, new);
    __u64 key = (__u64)request;
    if (bpf_map_update_elem(&ring_notes, &key, note, BPF_ANY)) {
        struct sequitur_losses *lost = bpf_map_lookup_elem(&losses, &zero_key);
        if (lost) lost->stash_full++;
    }
    return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_ring_submit, struct io_kiocb *request) { return note_request(request); }

// Its name until 6.3.
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(on_ring_submit_old, struct io_kiocb *request) { return note_request(request); }

static inline void put_noted(struct record *r, const __u8 *name, __u32 size) {
    put_kernel_string(r, size ? name : 0);
}

static __noinline int write_path_change(struct record *r, struct ring_note *note, __u32 event) {
    bool is_pair = event == EV_RENAMEAT2 || event == EV_LINKAT;
    begin_record(r, event, is_pair ? 6 : 4, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    if (event == EV_SYMLINKAT) {
        put_noted(r, note->old_name, note->old_size);
        put_u64(r, (__s64)note->new_directory);
        put_noted(r, note->new_name, note->new_size);
    } else {
        put_u64(r, (__s64)note->old_directory);
        put_noted(r, note->old_name, note->old_size);
        if (is_pair) {
            put_u64(r, (__s64)note->new_directory);
            put_noted(r, note->new_name, note->new_size);
        }
        put_u32(r, note->flags);
    }
    begin_options(r);
    return 0;
}

static __noinline int write_closed(struct record *r, __s64 fd) {
    begin_record(r, EV_CLOSE, 2, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    put_u64(r, fd);
    begin_options(r);
    return 0;
}

static inline bool write_done(struct record *r, struct io_kiocb *request, __u32 event,
                              struct task_struct *task) {
    if (event == EV_OPENAT) {
        struct io_open *opening = (void *)request;
        struct file *file = file_of_fd(task, r->ret);
        if (r->ret < 0 || !file || K(opening, file_slot)) return false;
        r->inode = (__u64)K(file, f_inode);
        mark_file(table_of(task), r->ret);
        write_opened(r, file, r->ret);
        return true;
    }
    if (event == EV_CLOSE) {
        struct io_close *closing = (void *)request;
        __s64 fd = K(closing, fd);
        if (r->ret < 0 || K(closing, file_slot)) return false;
        if (!forget_known(table_of(task), fd) && control.push.is_on && !control.push.close)
            return false;
        write_closed(r, fd);
        return true;
    }
    __u64 key = (__u64)request;
    struct ring_note *note = bpf_map_lookup_elem(&ring_notes, &key);
    if (!note) return false;
    write_path_change(r, note, event);
    bpf_map_delete_elem(&ring_notes, &key);
    return true;
}

SEC("tp_btf/io_uring_complete")
int on_ring_complete(unsigned long long *ctx) {
    struct io_kiocb *request = (void *)ctx[1];
    __u32 event = request ? event_of(K(request, opcode)) : 0;
    if (!event || !control.wanted[event]) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    struct record *r = scratch_record();
    if (!r || !is_reported(task->tgid)) return 0;
    r->ts_ns = now_ns();
    r->ret = result_of(ctx);
    if (write_done(r, request, event, task)) hand_over(r, event, false);
    return 0;
}

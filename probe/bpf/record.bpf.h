// Third rung: writes the record's layout (core/record.h) into scratch memory.
//
// The write position lives in the record, not in a register: whatever path led to it, the verifier
// then sees one and the same state, and checks each append once.
#ifndef SEQUITUR_RECORD_BPF_H
#define SEQUITUR_RECORD_BPF_H

#include "probe/vmlinux/vmlinux.h"
#include "core/record_option.h"
#include "probe/bpf/overlay.bpf.h"
#include "probe/bpf/read.bpf.h"

#define HEADER_AT SEQUITUR_ENTRY_PREFIX
#define LENGTHS_AT (SEQUITUR_ENTRY_PREFIX + 26)
#define POSITION(r) ((r)->offset & (RECORD_BYTES - 1))
#define STORE(type, at, value) (*(type *)(at) = (type)(value))

// ts_ns must be set. `tid` is the header's.
static inline void begin_record(struct record *r, __u32 event, __u32 params, __u64 tid) {
    __u8 *header = r->data + HEADER_AT;
    STORE(__u16, r->data + 4, bpf_get_smp_processor_id());
    STORE(__u64, header, r->ts_ns);
    STORE(__u64, header + 8, tid);
    STORE(__u16, header + 20, event);
    STORE(__u32, header + 22, params);
    r->next = 0;
    r->truncated = 0;
    r->offset = LENGTHS_AT + 2 * params;
}

// The parameter that has just been written at the position has `length` bytes.
static inline void end_param(struct record *r, __u32 length) {
    STORE(__u16, r->data + LENGTHS_AT + 2 * (r->next & 63), length);
    r->next++;
    r->offset = POSITION(r) + length;
}

static inline void put_empty(struct record *r) { end_param(r, 0); }
static inline void put_u64(struct record *r, __u64 value) {
    STORE(__u64, r->data + POSITION(r), value);
    end_param(r, 8);
}
static inline void put_u32(struct record *r, __u32 value) {
    STORE(__u32, r->data + POSITION(r), value);
    end_param(r, 4);
}
static inline void put_u16(struct record *r, __u16 value) {
    STORE(__u16, r->data + POSITION(r), value);
    end_param(r, 2);
}
static inline void put_u8(struct record *r, __u8 value) {
    STORE(__u8, r->data + POSITION(r), value);
    end_param(r, 1);
}

// A string of the calling process, NUL included; empty when it can't be read.
static inline void put_user_string(struct record *r, __u64 address) {
    long length =
        bpf_probe_read_user_str(r->data + POSITION(r), SEQUITUR_STRING_MAX, (const void *)address);
    if (length < 0) length = 0;
    if (length == SEQUITUR_STRING_MAX) r->truncated |= 1ULL << (r->next & 63);
    end_param(r, length);
}
static inline void put_kernel_string(struct record *r, const void *address) {
    long length = bpf_probe_read_kernel_str(r->data + POSITION(r), SEQUITUR_STRING_MAX, address);
    end_param(r, length < 0 ? 0 : length);
}

// Bytes of the calling process's memory; `limit` is a constant below 4097.
static inline void put_user_bytes(struct record *r, __u64 address, __u64 size, __u32 limit) {
    if (size > limit) {
        size = limit;
        r->truncated |= 1ULL << (r->next & 63);
    }
    size &= 0x1fff;
    if (size > limit || !size ||
        bpf_probe_read_user(r->data + POSITION(r), size, (const void *)address))
        size = 0;
    end_param(r, size);
}

// The parameters are complete: sets the length, pads to 4.
static inline void end_params(struct record *r) {
    __u32 offset = POSITION(r);
    STORE(__u32, r->data, offset - HEADER_AT);
    STORE(__u32, r->data + HEADER_AT + 16, offset - HEADER_AT);
    STORE(__u32, r->data + offset, 0);
    r->offset = (offset + 3) & ~3u;
}

// Opens an option; its value goes to the position then.
static inline void begin_option(struct record *r, __u16 code, __u16 length) {
    STORE(__u16, r->data + POSITION(r), code);
    STORE(__u16, r->data + POSITION(r) + 2, length);
    r->offset = POSITION(r) + 4;
}
static inline void end_option(struct record *r, __u32 length) {
    STORE(__u32, r->data + POSITION(r) + length, 0);
    r->offset = POSITION(r) + ((length + 3) & ~3u);
}

static inline void option_u64(struct record *r, __u16 code, __u64 value) {
    begin_option(r, code, 8);
    STORE(__u64, r->data + POSITION(r), value);
    r->offset = POSITION(r) + 8;
}

// Whose event it is. `task` may be any task that is not yet reaped.
static inline void option_task(struct record *r, __u16 code, struct task_struct *task) {
    struct sequitur_task_option *option;
    begin_option(r, code, sizeof *option);
    option = (void *)(r->data + POSITION(r));
    struct task_struct *parent = task->real_parent;
    option->start_ns = to_epoch_ns(task->group_leader->start_boottime);
    option->parent_start_ns = to_epoch_ns(parent->group_leader->start_boottime);
    option->tgid = task->tgid;
    option->parent_tgid = parent->tgid;
    struct nsproxy *proxy = task->nsproxy;
    option->mount_ns = proxy ? proxy->mnt_ns->ns.inum : 0;
    struct pid *session = task->signal->pids[PIDTYPE_SID];
    option->sid = K(session, numbers[0].nr);
    r->offset = POSITION(r) + sizeof *option;
}

static inline void option_inode(struct record *r, __u8 role, struct inode *inode,
                                struct inode *real) {
    struct sequitur_file_option *option;
    begin_option(r, SEQUITUR_OPTION_FILE, sizeof *option);
    option = (void *)(r->data + POSITION(r));
    option->ino = K(real, i_ino);
    option->dev = inode_dev(real);
    option->generation = K(real, i_generation);
    option->nlink = K(inode, i_nlink);
    option->mode = K(inode, i_mode);
    option->role = role;
    option->flags = SEQUITUR_FILE_GENERATION;
    r->offset = POSITION(r) + sizeof *option;
}

static __noinline int option_lower(struct record *r, struct inode *inode) {
    struct inode *lower = lower_inode(inode);
    if (lower) option_inode(r, SEQUITUR_ROLE_LOWER, lower, lower);
    return 0;
}

// The file, as it is behind an overlay.
static inline void option_file(struct record *r, __u8 role, struct inode *inode) {
    struct inode *real = real_inode(inode);
    option_inode(r, role, inode, real);
    bool is_subject = role == SEQUITUR_ROLE_TARGET || role == SEQUITUR_ROLE_EXE;
    if (is_subject && real != inode) option_lower(r, inode);
}

#endif  // SEQUITUR_RECORD_BPF_H

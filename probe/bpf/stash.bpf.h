// Third rung: what a hook in the middle of a call notes for its end.
#ifndef SEQUITUR_STASH_BPF_H
#define SEQUITUR_STASH_BPF_H

#include "probe/bpf/record.bpf.h"

// A stash begins with these bytes of its own, then a FILE and a PATH option, then maybe others.
#define STASH_HEADER 16
#define STASH_INO 4
#define STASH_NLINK (4 + __builtin_offsetof(struct sequitur_file_option, nlink))
#define STASH_MODE (4 + __builtin_offsetof(struct sequitur_file_option, mode))
#define STASH_FILE_ROLE (4 + __builtin_offsetof(struct sequitur_file_option, role))
#define STASH_PATH_ROLE (4 + sizeof(struct sequitur_file_option) + 4)
#define NR_CHMOD 90

// What the file has become, if it is still there.
static inline void look_again(__u8 *data, struct inode *inode) {
    bool is_same = K(real_inode(inode), i_ino) == *(__u64 *)(data + STASH_INO);
    STORE(__u32, data + STASH_NLINK, is_same ? K(inode, i_nlink) : 0);
    if (is_same) STORE(__u16, data + STASH_MODE, K(inode, i_mode));
}

// Hooks run before the change; what the call then did to the file is known. False when the stash
// says nothing new.
static inline bool amend_stash(struct record *r, __u8 *data, __u32 hook, __u64 inode) {
    if (hook == HOOK_TIMES) {
        look_again(data, (struct inode *)inode);
        return true;
    }
    if (hook == HOOK_EXEC) {
        if (r->ret == 0 && *(__u64 *)(data + STASH_INO) == r->args[0]) return false;
        __u8 role = r->ret == 0 ? SEQUITUR_ROLE_SCRIPT : SEQUITUR_ROLE_TARGET;
        STORE(__u8, data + STASH_FILE_ROLE, role);
        STORE(__u8, data + STASH_PATH_ROLE, role);
    }
    if (r->ret != 0) return true;
    __u32 nlink = *(__u32 *)(data + STASH_NLINK);
    if (hook == HOOK_UNLINK && nlink) STORE(__u32, data + STASH_NLINK, nlink - 1);
    if (hook == HOOK_LINK) STORE(__u32, data + STASH_NLINK, nlink + 1);
    if (hook == HOOK_CHMOD) {
        // The mode is the second argument, or the third where a directory stands first.
        __u32 mode = r->args[r->nr == NR_CHMOD ? 1 : 2] & 07777;
        __u16 was = *(__u16 *)(data + STASH_MODE);
        STORE(__u16, data + STASH_MODE, (was & ~07777) | mode);
    }
    return true;
}

// Moves the stash of the calling thread, if there is one, behind the record.
static __noinline __attribute__((unused)) int append_stash(struct record *r) {
    __u64 key = (__u64)bpf_get_current_task();
    __u8 *to = r->data + POSITION(r);
    struct stash_small *small = bpf_map_lookup_elem(&small_stashes, &key);
    if (small) {
        __u32 size = small->size & 0x3ff, hook = small->hook;
        __u64 inode = small->inode;
        if (size > sizeof small->data) size = sizeof small->data;
        bpf_probe_read_kernel(to, size, small->data);
        bpf_map_delete_elem(&small_stashes, &key);
        if (amend_stash(r, to, hook, inode)) r->offset = POSITION(r) + size;
        return 0;
    }
    struct stash_large *large = bpf_map_lookup_elem(&large_stashes, &key);
    if (!large) return 0;
    __u32 size = large->size & 0x3fff, hook = large->hook;
    __u64 inode = large->inode;
    if (size > sizeof large->data) size = sizeof large->data;
    bpf_probe_read_kernel(to, size, large->data);
    bpf_map_delete_elem(&large_stashes, &key);
    if (amend_stash(r, to, hook, inode)) r->offset = POSITION(r) + size;
    return 0;
}

#endif  // SEQUITUR_STASH_BPF_H

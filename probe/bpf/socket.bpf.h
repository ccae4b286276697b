// Third rung: sockets: their addresses as the kernel has them, and as a caller gave them.
#ifndef SEQUITUR_SOCKET_BPF_H
#define SEQUITUR_SOCKET_BPF_H

#include "probe/bpf/record.bpf.h"

#include <bpf/bpf_endian.h>

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define UNIX_PATH_MAX 108
#define S_IFMT 0170000
#define S_IFSOCK 0140000

static inline struct sock *sock_of_file(struct file *file) {
    if (!file || (K(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK) return 0;
    struct socket *socket = K(file, private_data);
    return socket ? K(socket, sk) : 0;
}

static inline __u16 family_of(struct sock *sk) { return K(sk, __sk_common.skc_family); }

// Port of this end, host order. The source port is set even where the bound one is not.
static inline __u16 local_port(struct sock *sk) {
    struct inet_sock *inet = (void *)sk;
    __u16 port = K(sk, __sk_common.skc_num);
    return port ? port : bpf_ntohs(K(inet, inet_sport));
}
static inline __u16 remote_port(struct sock *sk) { return bpf_ntohs(K(sk, __sk_common.skc_dport)); }
static inline __u32 local_ip(struct sock *sk) {
    struct inet_sock *inet = (void *)sk;
    __u32 ip = K(sk, __sk_common.skc_rcv_saddr);
    return ip ? ip : K(inet, inet_saddr);
}

// Appends the name of a unix socket, NUL included (the leading NUL of an abstract one dropped), at
// `at` behind the position; returns its length, at least 1.
static inline __u32 write_unix_name(struct record *r, __u32 at, struct sock *sk) {
    __u8 *to = r->data + POSITION(r) + at;
    struct unix_sock *un = (void *)sk;
    struct unix_address *address = sk ? K(un, addr) : 0;
    to[0] = 0;
    if (!address) return 1;
    int length = K(address, len);
    char *path = (char *)&address->name[0].sun_path;
    char first = 0;
    bpf_probe_read_kernel(&first, 1, path);
    if (!first) {
        path++;
        length--;
    }
    length -= 2;
    if (length <= 0) return 1;
    if (length > UNIX_PATH_MAX) length = UNIX_PATH_MAX;
    long copied = bpf_probe_read_kernel_str(to, (length & 127) + 1, path);
    return copied > 0 ? copied & 255 : 1;
}

// PT_SOCKTUPLE. `is_remote_first`: accept and receive; source is then the other end.
static inline void put_tuple(struct record *r, struct sock *sk, bool is_remote_first) {
    __u16 family = sk ? family_of(sk) : 0;
    __u8 *to = r->data + POSITION(r);
    to[0] = family;
    __u32 local_at = is_remote_first ? 1 : 0, remote_at = !local_at;
    if (family == AF_INET) {
        STORE(__u32, to + 1 + 6 * local_at, local_ip(sk));
        STORE(__u16, to + 5 + 6 * local_at, local_port(sk));
        STORE(__u32, to + 1 + 6 * remote_at, K(sk, __sk_common.skc_daddr));
        STORE(__u16, to + 5 + 6 * remote_at, remote_port(sk));
        end_param(r, 13);
    } else if (family == AF_INET6) {
        bpf_core_read(to + 1 + 18 * local_at, 16, &sk->__sk_common.skc_v6_rcv_saddr);
        STORE(__u16, to + 17 + 18 * local_at, local_port(sk));
        bpf_core_read(to + 1 + 18 * remote_at, 16, &sk->__sk_common.skc_v6_daddr);
        STORE(__u16, to + 17 + 18 * remote_at, remote_port(sk));
        end_param(r, 37);
    } else if (family == AF_UNIX) {
        struct unix_sock *un = (void *)sk;
        struct sock *peer = K(un, peer);
        STORE(__u64, to + 1, is_remote_first ? sk : peer);
        STORE(__u64, to + 9, is_remote_first ? peer : sk);
        end_param(r, 17 + write_unix_name(r, 17, is_remote_first ? sk : peer));
    } else {
        put_empty(r);
    }
}

// PT_SOCKADDR out of the caller's memory.
static inline void put_user_address(struct record *r, __u64 address, __u64 length) {
    struct {
        __u16 family;
        __be16 port;
        __u8 rest[24];
    } given = {};
    __u8 *to = r->data + POSITION(r);
    if (length < 3) {
        put_empty(r);
        return;
    }
    bpf_probe_read_user(&given, length > 28 ? 28 : length & 31, (void *)address);
    to[0] = given.family;
    if (given.family == AF_INET && length >= 8) {
        __builtin_memcpy(to + 1, given.rest, 4);
        STORE(__u16, to + 5, bpf_ntohs(given.port));
        end_param(r, 7);
    } else if (given.family == AF_INET6 && length >= 24) {
        __builtin_memcpy(to + 1, given.rest + 4, 16);
        STORE(__u16, to + 17, bpf_ntohs(given.port));
        end_param(r, 19);
    } else if (given.family == AF_UNIX) {
        bool is_abstract = (given.port & 0xff) == 0;  // its first byte is NUL
        __u64 skip = 2 + is_abstract, size = length - skip;
        if (size > UNIX_PATH_MAX) size = UNIX_PATH_MAX;
        long copied = bpf_probe_read_user_str(to + 1, (size & 127) + 1, (void *)(address + skip));
        end_param(r, 1 + (copied > 0 ? copied & 255 : 0));
    } else {
        put_empty(r);
    }
}

#endif  // SEQUITUR_SOCKET_BPF_H

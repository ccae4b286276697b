// connect, bind, accept: addresses given, and those that the socket then has.
#include "probe/bpf/emit.bpf.h"
#include "probe/bpf/socket.bpf.h"

#define NR_CONNECT 42
#define NR_ACCEPT 43
#define NR_BIND 49
#define NR_ACCEPT4 288
#define EINPROGRESS 115

static __noinline int write_connect(struct record *r, struct sock *sk) {
    begin_record(r, EV_CONNECT, 4, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    // A failed one left no addresses worth having in the socket.
    put_tuple(r, r->ret == 0 || r->ret == -EINPROGRESS ? sk : 0, false);
    put_u64(r, (__s64)(__s32)r->args[0]);
    put_user_address(r, r->args[1], (__u32)r->args[2]);
    return EV_CONNECT;
}

static __noinline int write_bind(struct record *r) {
    begin_record(r, EV_BIND, 3, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    put_user_address(r, r->args[1], (__u32)r->args[2]);
    put_u64(r, (__s64)(__s32)r->args[0]);
    return EV_BIND;
}

static __noinline int write_accept(struct record *r, struct task_struct *task) {
    bool is_accept4 = r->nr == NR_ACCEPT4;
    struct sock *sk = sock_of_file(file_of_fd(task, r->ret));
    struct sock *listener = sock_of_file(file_of_fd(task, (__s32)r->args[0]));
    __u32 queued = listener ? K(listener, sk_ack_backlog) : 0;
    __u32 limit = listener ? K(listener, sk_max_ack_backlog) : 0;
    begin_record(r, is_accept4 ? EV_ACCEPT4 : EV_ACCEPT, is_accept4 ? 6 : 5,
                 (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    put_tuple(r, sk, true);
    put_u8(r, limit ? (__u64)queued * 100 / limit : 0);
    put_u32(r, queued);
    put_u32(r, limit);
    if (is_accept4) put_u32(r, r->args[3]);
    return is_accept4 ? EV_ACCEPT4 : EV_ACCEPT;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_net, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    struct task_struct *task = bpf_get_current_task_btf();
    __u32 event = 0;
    if (r->nr == NR_CONNECT)
        event = write_connect(r, sock_of_file(file_of_fd(task, (__s32)r->args[0])));
    else if (r->nr == NR_BIND) event = write_bind(r);
    else event = write_accept(r, task);
    begin_options(r);
    hand_over(r, event, false);
    return 0;
}

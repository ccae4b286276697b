// ptrace: what is asked of whom.
#include "probe/bpf/emit.bpf.h"

#define DYN_U64 0
#define DYN_SIGNAL 1

// PTRACE_* numbers to the format's.
static inline __u16 wire_request(__u32 request) {
    if (request <= 10) return request <= 9 ? request + 1 : 0;
    switch (request) {
        case 12: return 26;  // GETREGS
        case 13: return 27;  // SETREGS
        case 14: return 28;  // GETFPREGS
        case 15: return 29;  // SETFPREGS
        case 16: return 11;  // ATTACH
        case 17: return 12;  // DETACH
        case 18: return 30;  // GETFPXREGS
        case 19: return 31;  // SETFPXREGS
        case 21: return 32;  // OLDSETOPTIONS
        case 24: return 13;  // SYSCALL
        case 25: return 33;  // GET_THREAD_AREA
        case 26: return 34;  // SET_THREAD_AREA
        case 30: return 35;  // ARCH_PRCTL
        case 31: return 36;  // SYSEMU
        case 32: return 37;  // SYSEMU_SINGLESTEP
        case 33: return 38;  // SINGLEBLOCK
    }
    if (request >= 0x4200 && request <= 0x420b) return request - 0x4200 + 14;
    return 0;
}

// Requests whose data is the signal to go on with.
static inline bool carries_signal(__u16 wire) {
    return wire == 8 || wire == 10 || wire == 12 || wire == 13;
}

// PT_DYN: which of the two it is, then the value.
static inline void put_dynamic(struct record *r, __u8 index, __u64 value) {
    STORE(__u8, r->data + POSITION(r), index);
    if (index == DYN_SIGNAL) {
        STORE(__u8, r->data + POSITION(r) + 1, value);
        end_param(r, 2);
    } else {
        STORE(__u64, r->data + POSITION(r) + 1, value);
        end_param(r, 9);
    }
}

SEC("tp_btf/sys_exit")
int BPF_PROG(handle_ptrace, struct pt_regs *regs, long ret) {
    struct record *r = scratch_record();
    if (!r) return 0;
    __u16 wire = wire_request(r->args[0]);
    begin_record(r, EV_PTRACE, 5, (__u32)bpf_get_current_pid_tgid());
    put_u64(r, r->ret);
    put_dynamic(r, DYN_U64, r->args[2]);
    put_dynamic(r, carries_signal(wire) ? DYN_SIGNAL : DYN_U64, r->args[3]);
    put_u16(r, wire);
    put_u64(r, (__s64)(__s32)r->args[1]);
    begin_options(r);
    hand_over(r, EV_PTRACE, false);
    return 0;
}

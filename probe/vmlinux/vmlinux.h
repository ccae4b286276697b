// The kernel's types, trimmed to what the probe reads; offsets are relocated at load (CO-RE).
//
// A struct here names only fields that some program touches, in any order. What differs between
// kernels stands as a flavour (name___what), with the release that changed it. Constants are UAPI
// or have not changed since 5.8. The kernel tests load every program: a field that is missing shows there.
#ifndef SEQUITUR_VMLINUX_H
#define SEQUITUR_VMLINUX_H

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef signed short __s16;
typedef unsigned int __u32;
typedef signed int __s32;
typedef unsigned long long __u64;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
typedef unsigned short umode_t;
typedef int pid_t;
typedef u32 dev_t;
enum { false = 0, true = 1 };

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1024 };
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
#define BPF_F_CURRENT_CPU 0xffffffffULL

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
    unsigned long bx, cx, dx, si, di, bp, r8, r9, r10, ax, orig_ax;
};

struct qstr {
    u32 hash;
    u32 len;
    const unsigned char* name;
};
struct hlist_bl_node {
    struct hlist_bl_node *next, **pprev;
};
struct super_block {
    dev_t s_dev;
    unsigned long s_magic;
    unsigned long s_flags;
};
typedef struct {
    u32 val;
} kuid_t;
typedef struct {
    u32 val;
} kgid_t;
struct timespec64 {
    s64 tv_sec;
    long tv_nsec;
};
struct inode {
    umode_t i_mode;
    kuid_t i_uid;
    kgid_t i_gid;
    struct super_block* i_sb;
    unsigned long i_ino;
    unsigned int i_nlink;
    u32 i_generation;
    s64 i_mtime_sec, i_ctime_sec;  // since 6.11
    u32 i_mtime_nsec, i_ctime_nsec;
};
struct inode___v6_6 {  // 6.6 to 6.10
    struct timespec64 i_mtime, __i_ctime;
};
struct inode___v6_1 {  // to 6.5
    struct timespec64 i_mtime, i_ctime;
};
struct dentry {
    struct hlist_bl_node d_hash;
    struct dentry* d_parent;
    struct qstr d_name;
    struct inode* d_inode;
    struct super_block* d_sb;
};
struct vfsmount {
    struct dentry* mnt_root;
    int mnt_flags;
};
struct mount {
    struct mount* mnt_parent;
    struct dentry* mnt_mountpoint;
    struct vfsmount mnt;
    int mnt_id;
};
struct path {
    struct vfsmount* mnt;
    struct dentry* dentry;
};
struct file {
    unsigned int f_mode;
    unsigned int f_flags;
    void* private_data;
    struct inode* f_inode;
    struct path f_path;
    s64 f_pos;
};
struct backing_file {  // since 6.5
    struct file file;
};
struct fdtable {
    unsigned int max_fds;
    struct file** fd;
};
typedef struct { int counter; } atomic_t;
struct files_struct {
    atomic_t count;
    struct fdtable* fdt;
};
struct fs_struct {
    struct path root, pwd;
};

struct ns_common {
    unsigned int inum;
};
struct mnt_namespace {
    struct ns_common ns;
    struct mount* root;
};
struct pid_namespace {
    struct task_struct* child_reaper;
    unsigned int level;
};
struct nsproxy {
    struct mnt_namespace* mnt_ns;
    struct pid_namespace* pid_ns_for_children;
};
struct upid {
    int nr;
    struct pid_namespace* ns;
};
struct pid {
    unsigned int level;
    struct upid numbers[0];
};
struct list_head {
    struct list_head *next, *prev;
};
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
struct tty_driver {
    int major, minor_start;
};
struct tty_struct {
    struct tty_driver* driver;
    int index;
};
struct rlimit {
    unsigned long rlim_cur, rlim_max;
};
struct signal_struct {
    struct list_head thread_head;
    unsigned int is_child_subreaper : 1;
    int nr_threads;
    struct pid* pids[PIDTYPE_MAX];
    struct tty_struct* tty;
    struct rlimit rlim[16];
};
struct percpu_counter {
    s64 count;
};
struct mm_struct {
    unsigned long total_vm, arg_start, arg_end, env_start, env_end;
    struct percpu_counter rss_stat[4];  // since 6.2
    struct file* exe_file;
};
typedef struct {
    s64 counter;
} atomic_long_t;
struct mm_rss_stat {
    atomic_long_t count[4];
};
struct mm_struct___v6_1 {  // to 6.1
    struct mm_rss_stat rss_stat;
};
typedef struct {
    u64 val;
} kernel_cap_t;  // 8 bytes on every kernel; two words until 6.2, so never read by member
struct cred {
    kuid_t uid, euid;
    kgid_t gid, egid;
    kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
};
struct kernfs_node { struct kernfs_node* __parent; const char* name; };
struct kernfs_node___v6_14 { struct kernfs_node* parent; };  // until 6.15
struct cgroup { struct kernfs_node* kn; };
struct cgroup_subsys_state { struct cgroup* cgroup; };
enum cgroup_subsys_id { memory_cgrp_id = 0 };  // the kernel's own number is put in at load
struct css_set { struct cgroup_subsys_state* subsys[1]; struct cgroup* dfl_cgrp; };
struct thread_info {
    u32 status;
};
struct sysv_sem {
    void* undo_list;
};
struct task_struct {
    struct thread_info thread_info;
    unsigned int flags, personality;
    struct mm_struct* mm;
    int exit_state, exit_code;
    pid_t pid, tgid;
    struct task_struct *real_parent, *group_leader;
    struct list_head children, thread_node;
    struct pid* thread_pid;
    u64 start_boottime;
    unsigned long min_flt, maj_flt;
    const struct cred *cred, *real_cred;
    char comm[16];
    struct sysv_sem sysvsem;
    struct fs_struct* fs;
    struct files_struct* files;
    struct nsproxy* nsproxy;
    struct css_set* cgroups;
    struct signal_struct* signal;
    void* sighand;
    kuid_t loginuid;
};
struct linux_binprm {
    struct file *executable, *interpreter, *file;
    const char *filename, *interp, *fdpath;
};

struct in6_addr {
    u8 bytes[16];
};
struct sock_common {
    __be32 skc_daddr, skc_rcv_saddr;
    __be16 skc_dport;
    __u16 skc_num;
    unsigned short skc_family;
    unsigned char skc_state;
    struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
    struct sock_common __sk_common;
    u16 sk_protocol, sk_type;
    u32 sk_ack_backlog, sk_max_ack_backlog;
};
struct inet_sock {
    struct sock sk;
    __be32 inet_saddr;
    __be16 inet_sport;
};
struct sockaddr_un {
    unsigned short sun_family;
    char sun_path[108];
};
struct unix_address {
    int len;
    struct sockaddr_un name[0];
};
struct unix_sock {
    struct sock sk;
    struct unix_address* addr;
    struct sock* peer;
};
struct socket {
    short type;
    struct sock* sk;
};

struct seq_file;
struct bpf_iter_meta {
    struct seq_file* seq;
    u64 session_id, seq_num;
};
struct bpf_iter__task {
    struct bpf_iter_meta* meta;
    struct task_struct* task;
};
struct bpf_iter__task_file {
    struct bpf_iter_meta* meta;
    struct task_struct* task;
    u32 fd;
    struct file* file;
};

#pragma clang attribute pop
#endif  // SEQUITUR_VMLINUX_H

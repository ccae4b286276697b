// Ids of the event types that the probe emits: the current ones of core/tables/events.csv, checked
// against that table by tests/probe/call_selection_test.cpp. C11 and C++.
#ifndef SEQUITUR_PROBE_BPF_EVENT_IDS_H
#define SEQUITUR_PROBE_BPF_EVENT_IDS_H

// X(name, id)
// clang-format off
#define SEQUITUR_EVENT_IDS(X)                                                                     \
    X(GENERIC, 1) X(OPEN, 3) X(CLOSE, 5) X(READ, 7) X(WRITE, 9) X(SOCKET, 19) X(BIND, 21)         \
    X(CONNECT, 23) X(LISTEN, 25) X(SOCKETPAIR, 43) X(CREAT, 59) X(PIPE, 61) X(EVENTFD, 63)        \
    X(CHDIR, 95) X(FCHDIR, 97) X(PREAD, 113) X(PWRITE, 115) X(READV, 117) X(WRITEV, 119)          \
    X(PREADV, 121) X(PWRITEV, 123) X(SIGNALFD, 127) X(KILL, 129) X(TKILL, 131)                    \
    X(TGKILL, 133) X(TIMERFD_CREATE, 137) X(INOTIFY_INIT, 139) X(FCNTL, 151) X(MMAP, 161)         \
    X(SPLICE, 167) X(PTRACE, 169) X(RENAME, 175) X(RENAMEAT, 177) X(SYMLINK, 179)                 \
    X(SYMLINKAT, 181) X(PROCEXIT, 186) X(SENDFILE, 189) X(SETRESUID, 193) X(SETRESGID, 195)       \
    X(SETUID, 199) X(SETGID, 201) X(CLONE, 223) X(FORK, 225) X(VFORK, 227) X(SETNS, 241)          \
    X(ACCEPT, 247) X(MOUNT, 257) X(CHROOT, 267) X(SETSID, 275) X(MKDIR, 277) X(RMDIR, 279)        \
    X(UNSHARE, 285) X(EXECVE, 293) X(SETPGID, 295) X(SECCOMP, 299) X(UNLINK, 301)                 \
    X(UNLINKAT, 303) X(MKDIRAT, 305) X(OPENAT, 307) X(LINK, 309) X(LINKAT, 311)                   \
    X(FCHMODAT, 313) X(CHMOD, 315) X(FCHMOD, 317) X(RENAMEAT2, 319) X(USERFAULTFD, 321)           \
    X(OPENAT2, 327) X(MPROTECT, 329) X(EXECVEAT, 331) X(COPY_FILE_RANGE, 333) X(CLONE3, 335)      \
    X(OPEN_BY_HANDLE_AT, 337) X(IO_URING_SETUP, 339) X(IO_URING_ENTER, 341)                       \
    X(IO_URING_REGISTER, 343) X(CAPSET, 353) X(USERADDED, 354) X(GROUPADDED, 358)                 \
    X(DUP2, 363) X(DUP3, 365) X(DUP, 367) X(BPF, 369) X(EPOLL_CREATE, 375)                        \
    X(EPOLL_CREATE1, 377) X(CHOWN, 379) X(LCHOWN, 381) X(FCHOWN, 383) X(FCHOWNAT, 385)            \
    X(ACCEPT4, 389) X(UMOUNT2, 391) X(PIPE2, 393) X(INOTIFY_INIT1, 395) X(EVENTFD2, 397)          \
    X(SIGNALFD4, 399) X(PRCTL, 401) X(MEMFD_CREATE, 405) X(PIDFD_GETFD, 407)                      \
    X(PIDFD_OPEN, 409) X(INIT_MODULE, 411) X(FINIT_MODULE, 413) X(MKNOD, 415)                     \
    X(MKNODAT, 417) X(PROCESS_VM_READV, 421) X(PROCESS_VM_WRITEV, 423) X(DELETE_MODULE, 425)      \
    X(SETREUID, 427) X(SETREGID, 429) X(TASK, 430) X(TASK_FILE_PIPE, 432)                         \
    X(TASK_FILE_MEMFD, 434) X(TASK_FILE_REGULAR, 436) X(TASK_FILE_DIRECTORY, 438)                 \
    X(TASK_FILE_SOCKET_INET, 440) X(TASK_FILE_SOCKET_INET6, 442)                                  \
    X(TASK_FILE_SOCKET_UNIX, 444) X(TASK_FILE_SOCKET_NETLINK, 446)                                \
    X(TASK_FILE_ANON_INODE, 448) X(CLOSE_RANGE, 451) X(KEYCTL, 453)
// clang-format on

#define SEQUITUR_EVENT_ID(name, id) EV_##name = id,
enum sequitur_event_id { SEQUITUR_EVENT_IDS(SEQUITUR_EVENT_ID) };
#undef SEQUITUR_EVENT_ID

#endif  // SEQUITUR_PROBE_BPF_EVENT_IDS_H

// Ids of the event types that the probe emits: the current ones of core/tables/events.csv, checked
// against that table by tests/probe/call_selection_test.cpp. C11 and C++.
#ifndef SEQUITUR_PROBE_BPF_EVENT_IDS_H
#define SEQUITUR_PROBE_BPF_EVENT_IDS_H

// X(name, id)
// clang-format off
#define SEQUITUR_EVENT_IDS(X)                                                                     \
    X(GENERIC, 1) X(OPEN, 3) X(CLOSE, 5) X(READ, 7) X(WRITE, 9) X(SOCKET, 19) X(BIND, 21)         \
    X(CONNECT, 23) X(LISTEN, 25) X(CREAT, 59) X(CHDIR, 95) X(FCHDIR, 97) X(PREAD, 113)            \
    X(PWRITE, 115) X(READV, 117) X(WRITEV, 119) X(PREADV, 121) X(PWRITEV, 123) X(FCNTL, 151)      \
    X(MMAP, 161) X(SPLICE, 167) X(PTRACE, 169) X(RENAME, 175) X(RENAMEAT, 177) X(SYMLINK, 179)    \
    X(SYMLINKAT, 181) X(PROCEXIT, 186) X(SENDFILE, 189) X(SETRESUID, 193) X(SETRESGID, 195)       \
    X(SETUID, 199) X(SETGID, 201) X(CLONE, 223) X(FORK, 225) X(VFORK, 227) X(SETNS, 241)          \
    X(ACCEPT, 247) X(MOUNT, 257) X(CHROOT, 267) X(SETSID, 275) X(MKDIR, 277) X(RMDIR, 279)        \
    X(UNSHARE, 285) X(EXECVE, 293) X(SETPGID, 295) X(UNLINK, 301) X(UNLINKAT, 303)                \
    X(MKDIRAT, 305) X(OPENAT, 307) X(LINK, 309) X(LINKAT, 311) X(FCHMODAT, 313) X(CHMOD, 315)     \
    X(FCHMOD, 317) X(RENAMEAT2, 319) X(OPENAT2, 327) X(MPROTECT, 329) X(EXECVEAT, 331)            \
    X(COPY_FILE_RANGE, 333) X(CLONE3, 335) X(USERADDED, 354) X(GROUPADDED, 358) X(DUP2, 363)      \
    X(DUP3, 365) X(DUP, 367) X(ACCEPT4, 389) X(UMOUNT2, 391) X(MEMFD_CREATE, 405)                 \
    X(PIDFD_GETFD, 407) X(SETREUID, 427) X(SETREGID, 429) X(TASK, 430) X(TASK_FILE_PIPE, 432)     \
    X(TASK_FILE_MEMFD, 434) X(TASK_FILE_REGULAR, 436) X(TASK_FILE_DIRECTORY, 438)                 \
    X(TASK_FILE_SOCKET_INET, 440) X(TASK_FILE_SOCKET_INET6, 442) X(TASK_FILE_SOCKET_UNIX, 444)    \
    X(TASK_FILE_SOCKET_NETLINK, 446) X(TASK_FILE_ANON_INODE, 448)
// clang-format on

#define SEQUITUR_EVENT_ID(name, id) EV_##name = id,
enum sequitur_event_id { SEQUITUR_EVENT_IDS(SEQUITUR_EVENT_ID) };
#undef SEQUITUR_EVENT_ID

#endif  // SEQUITUR_PROBE_BPF_EVENT_IDS_H

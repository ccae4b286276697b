// The system calls that have an event type: number, type, handler, and how each parameter is made.
//
// One row per call. The table handler (table.bpf.c) runs the recipes; the live source reads the
// same rows to know which call gives which event. x86-64 numbers. C11 and C++.
#ifndef SEQUITUR_PROBE_BPF_CALLS_H
#define SEQUITUR_PROBE_BPF_CALLS_H

#define SEQUITUR_CALL_PARAMS_MAX 12

// A recipe: how to encode (5 bits), from which argument (3 bits).
enum sequitur_recipe {
    R_END,
    R_RES,
    R_S64,
    R_U64,
    R_U32,
    R_U8,
    R_PATH,
    R_OPEN_FLAGS,
    R_OPEN_MODE,
    R_MODE,
    R_CLONE_FLAGS,
    R_MOUNT_FLAGS,
    R_FCNTL_CMD,
    R_SOCKET_FLAGS,
    R_RESOLVE_FLAGS,
    R_MMAP_FLAGS,
    R_DEV,
    R_INO,
    R_CREAT_FLAGS,
    R_DATA,
    R_DATA_IN,
    R_VECTOR,
    R_VECTOR_IN,
    R_VECTOR_SIZE,
    R_VM_SIZE,
    R_VM_RSS,
    R_VM_SWAP,
    R_U64_AT,
    R_INT_AT,  // a descriptor in the caller's memory; R_INT_AT4 the one behind it
    R_INT_AT4,
    R_FILE_FLAGS,
};
// R_(END, 0) makes a parameter without a value.
#define R_(kind, argument) (R_##kind << 3 | (argument))

// Which file the options speak of.
enum sequitur_subject {
    S_NONE,
    S_FD0,
    S_FD2,  // argument 0, 2 or 4 is a descriptor: its FILE
    S_FD4,
    S_FDPATH0,  // argument 0: FILE and PATH
    S_RESULT,   // the descriptor returned: FILE and PATH
    S_HOOK,     // what the path hooks noted
    S_CWD,      // the working directory, after the call
};

// X(call, number, event, handler, subject, recipes...)
#define SEQUITUR_CALLS(X)                                                                          \
    X(read, 0, READ, TABLE, FD0, R_(RES, 0), R_(DATA, 1), R_(S64, 0), R_(U32, 2))                  \
    X(write, 1, WRITE, TABLE, FD0, R_(RES, 0), R_(DATA_IN, 1), R_(S64, 0), R_(U32, 2))             \
    X(open, 2, OPEN, TABLE, RESULT, R_(RES, 0), R_(PATH, 0), R_(OPEN_FLAGS, 1), R_(OPEN_MODE, 2),  \
      R_(DEV, 0), R_(INO, 0))                                                                      \
    X(close, 3, CLOSE, TABLE, NONE, R_(RES, 0), R_(S64, 0))                                        \
    X(mmap, 9, MMAP, TABLE, FD4, R_(RES, 0), R_(VM_SIZE, 0), R_(VM_RSS, 0), R_(VM_SWAP, 0),        \
      R_(U64, 0), R_(U64, 1), R_(U32, 2), R_(MMAP_FLAGS, 3), R_(S64, 4), R_(U64, 5))               \
    X(mprotect, 10, MPROTECT, TABLE, NONE, R_(RES, 0), R_(U64, 0), R_(U64, 1), R_(U32, 2))         \
    X(pread64, 17, PREAD, TABLE, FD0, R_(RES, 0), R_(DATA, 1), R_(S64, 0), R_(U32, 2), R_(U64, 3)) \
    X(pwrite64, 18, PWRITE, TABLE, FD0, R_(RES, 0), R_(DATA_IN, 1), R_(S64, 0), R_(U32, 2),        \
      R_(U64, 3))                                                                                  \
    X(readv, 19, READV, TABLE, FD0, R_(RES, 0), R_(VECTOR_SIZE, 1), R_(VECTOR, 1), R_(S64, 0))     \
    X(writev, 20, WRITEV, TABLE, FD0, R_(RES, 0), R_(VECTOR_IN, 1), R_(S64, 0),                    \
      R_(VECTOR_SIZE, 1))                                                                          \
    X(pipe, 22, PIPE, TABLE, NONE, R_(RES, 0), R_(INT_AT, 0), R_(INT_AT4, 0), R_(END, 0))          \
    X(dup, 32, DUP, TABLE, FD0, R_(RES, 0), R_(S64, 0))                                            \
    X(dup2, 33, DUP2, TABLE, FD0, R_(RES, 0), R_(S64, 0), R_(S64, 1))                              \
    X(sendfile, 40, SENDFILE, TABLE, FD0, R_(RES, 0), R_(U64_AT, 2), R_(S64, 0), R_(S64, 1),       \
      R_(U64, 3))                                                                                  \
    X(socket, 41, SOCKET, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1), R_(U32, 2),             \
      R_(SOCKET_FLAGS, 1))                                                                         \
    X(connect, 42, CONNECT, NET, NONE, 0)                                                          \
    X(accept, 43, ACCEPT, NET, NONE, 0)                                                            \
    X(bind, 49, BIND, NET, NONE, 0)                                                                \
    X(listen, 50, LISTEN, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(U32, 1))                         \
    X(socketpair, 53, SOCKETPAIR, TABLE, NONE, R_(RES, 0), R_(INT_AT, 3), R_(INT_AT4, 3),          \
      R_(END, 0), R_(END, 0), R_(U32, 0), R_(U32, 1), R_(U32, 2))                                  \
    X(clone, 56, CLONE, CLONE, NONE, 0)                                                            \
    X(fork, 57, FORK, CLONE, NONE, 0)                                                              \
    X(vfork, 58, VFORK, CLONE, NONE, 0)                                                            \
    X(execve, 59, EXECVE, EXEC, HOOK, 0)                                                           \
    X(kill, 62, KILL, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(U8, 1))                              \
    X(fcntl, 72, FCNTL, TABLE, FD0, R_(RES, 0), R_(S64, 0), R_(FCNTL_CMD, 1), R_(U64, 2))          \
    X(chdir, 80, CHDIR, TABLE, CWD, R_(RES, 0), R_(PATH, 0))                                       \
    X(fchdir, 81, FCHDIR, TABLE, CWD, R_(RES, 0), R_(S64, 0))                                      \
    X(rename, 82, RENAME, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(PATH, 1))                       \
    X(mkdir, 83, MKDIR, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(MODE, 1))                         \
    X(rmdir, 84, RMDIR, TABLE, HOOK, R_(RES, 0), R_(PATH, 0))                                      \
    X(creat, 85, CREAT, TABLE, RESULT, R_(RES, 0), R_(PATH, 0), R_(MODE, 1), R_(DEV, 0),           \
      R_(INO, 0), R_(CREAT_FLAGS, 0))                                                              \
    X(link, 86, LINK, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(PATH, 1))                           \
    X(unlink, 87, UNLINK, TABLE, HOOK, R_(RES, 0), R_(PATH, 0))                                    \
    X(symlink, 88, SYMLINK, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(PATH, 1))                     \
    X(chmod, 90, CHMOD, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(MODE, 1))                         \
    X(fchmod, 91, FCHMOD, TABLE, FDPATH0, R_(RES, 0), R_(S64, 0), R_(MODE, 1))                     \
    X(chown, 92, CHOWN, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(U32, 1), R_(U32, 2))              \
    X(fchown, 93, FCHOWN, TABLE, FDPATH0, R_(RES, 0), R_(S64, 0), R_(U32, 1), R_(U32, 2))          \
    X(lchown, 94, LCHOWN, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(U32, 1), R_(U32, 2))            \
    X(ptrace, 101, PTRACE, PTRACE, NONE, 0)                                                        \
    X(setuid, 105, SETUID, TABLE, NONE, R_(RES, 0), R_(U32, 0))                                    \
    X(setgid, 106, SETGID, TABLE, NONE, R_(RES, 0), R_(U32, 0))                                    \
    X(setpgid, 109, SETPGID, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(S64, 1))                      \
    X(setsid, 112, SETSID, TABLE, NONE, R_(RES, 0))                                                \
    X(setreuid, 113, SETREUID, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1))                    \
    X(setregid, 114, SETREGID, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1))                    \
    X(setresuid, 117, SETRESUID, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1), R_(U32, 2))      \
    X(setresgid, 119, SETRESGID, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1), R_(U32, 2))      \
    X(capset, 126, CAPSET, SPECIAL, NONE, 0)                                                       \
    X(mknod, 133, MKNOD, TABLE, NONE, R_(RES, 0), R_(PATH, 0), R_(MODE, 1), R_(U32, 2))            \
    X(prctl, 157, PRCTL, SPECIAL, NONE, 0)                                                         \
    X(chroot, 161, CHROOT, TABLE, NONE, R_(RES, 0), R_(PATH, 0))                                   \
    X(mount, 165, MOUNT, TABLE, NONE, R_(RES, 0), R_(PATH, 0), R_(PATH, 1), R_(PATH, 2),           \
      R_(MOUNT_FLAGS, 3))                                                                          \
    X(umount2, 166, UMOUNT2, TABLE, NONE, R_(RES, 0), R_(PATH, 0), R_(U32, 1))                     \
    X(init_module, 175, INIT_MODULE, TABLE, NONE, R_(RES, 0), R_(END, 0), R_(U64, 1), R_(PATH, 2)) \
    X(delete_module, 176, DELETE_MODULE, TABLE, NONE, R_(RES, 0), R_(PATH, 0), R_(END, 0))         \
    X(tkill, 200, TKILL, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(U8, 1))                           \
    X(epoll_create, 213, EPOLL_CREATE, TABLE, NONE, R_(RES, 0), R_(U32, 0))                        \
    X(tgkill, 234, TGKILL, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(S64, 1), R_(U8, 2))             \
    X(keyctl, 250, KEYCTL, SPECIAL, NONE, 0)                                                       \
    X(inotify_init, 253, INOTIFY_INIT, TABLE, NONE, R_(RES, 0), R_(END, 0))                        \
    X(openat, 257, OPENAT, OPENAT, NONE, 0)                                                        \
    X(mkdirat, 258, MKDIRAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(MODE, 2))        \
    X(mknodat, 259, MKNODAT, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(MODE, 2),        \
      R_(U32, 3))                                                                                  \
    X(fchownat, 260, FCHOWNAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(U32, 2),       \
      R_(U32, 3), R_(U32, 4))                                                                      \
    X(unlinkat, 263, UNLINKAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(U32, 2))       \
    X(renameat, 264, RENAMEAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(S64, 2),       \
      R_(PATH, 3))                                                                                 \
    X(linkat, 265, LINKAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(S64, 2),           \
      R_(PATH, 3), R_(U32, 4))                                                                     \
    X(symlinkat, 266, SYMLINKAT, TABLE, HOOK, R_(RES, 0), R_(PATH, 0), R_(S64, 1), R_(PATH, 2))    \
    X(fchmodat, 268, FCHMODAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(MODE, 2))      \
    X(unshare, 272, UNSHARE, TABLE, NONE, R_(RES, 0), R_(CLONE_FLAGS, 0))                          \
    X(splice, 275, SPLICE, TABLE, FD2, R_(RES, 0), R_(S64, 0), R_(S64, 2), R_(U64, 4), R_(U32, 5)) \
    X(signalfd, 282, SIGNALFD, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(END, 0), R_(END, 0))        \
    X(timerfd_create, 283, TIMERFD_CREATE, TABLE, NONE, R_(RES, 0), R_(U8, 0), R_(END, 0))         \
    X(eventfd, 284, EVENTFD, TABLE, NONE, R_(RES, 0), R_(U64, 0), R_(END, 0))                      \
    X(accept4, 288, ACCEPT4, NET, NONE, 0)                                                         \
    X(signalfd4, 289, SIGNALFD4, TABLE, NONE, R_(RES, 0), R_(FILE_FLAGS, 3), R_(S64, 0),           \
      R_(END, 0))                                                                                  \
    X(eventfd2, 290, EVENTFD2, TABLE, NONE, R_(RES, 0), R_(FILE_FLAGS, 1), R_(U64, 0))             \
    X(epoll_create1, 291, EPOLL_CREATE1, TABLE, NONE, R_(RES, 0), R_(END, 0))                      \
    X(dup3, 292, DUP3, TABLE, FD0, R_(RES, 0), R_(S64, 0), R_(S64, 1), R_(SOCKET_FLAGS, 2))        \
    X(pipe2, 293, PIPE2, TABLE, NONE, R_(RES, 0), R_(INT_AT, 0), R_(INT_AT4, 0), R_(END, 0),       \
      R_(FILE_FLAGS, 1))                                                                           \
    X(inotify_init1, 294, INOTIFY_INIT1, TABLE, NONE, R_(RES, 0), R_(FILE_FLAGS, 0))               \
    X(preadv, 295, PREADV, TABLE, FD0, R_(RES, 0), R_(VECTOR_SIZE, 1), R_(VECTOR, 1), R_(S64, 0),  \
      R_(U64, 3))                                                                                  \
    X(pwritev, 296, PWRITEV, TABLE, FD0, R_(RES, 0), R_(VECTOR_IN, 1), R_(S64, 0),                 \
      R_(VECTOR_SIZE, 1), R_(U64, 3))                                                              \
    X(open_by_handle_at, 304, OPEN_BY_HANDLE_AT, TABLE, RESULT, R_(RES, 0), R_(S64, 0),            \
      R_(OPEN_FLAGS, 2), R_(END, 0), R_(DEV, 0), R_(INO, 0))                                       \
    X(setns, 308, SETNS, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(CLONE_FLAGS, 1))                  \
    X(process_vm_readv, 310, PROCESS_VM_READV, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(VECTOR, 1)) \
    X(process_vm_writev, 311, PROCESS_VM_WRITEV, TABLE, NONE, R_(RES, 0), R_(S64, 0),              \
      R_(VECTOR_IN, 1))                                                                            \
    X(finit_module, 313, FINIT_MODULE, TABLE, FDPATH0, R_(RES, 0), R_(S64, 0), R_(PATH, 1),        \
      R_(U32, 2))                                                                                  \
    X(renameat2, 316, RENAMEAT2, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(S64, 2),     \
      R_(PATH, 3), R_(U32, 4))                                                                     \
    X(seccomp, 317, SECCOMP, TABLE, NONE, R_(RES, 0), R_(U64, 0), R_(U64, 1))                      \
    X(memfd_create, 319, MEMFD_CREATE, TABLE, RESULT, R_(RES, 0), R_(PATH, 0), R_(U32, 1))         \
    X(bpf, 321, BPF, TABLE, NONE, R_(RES, 0), R_(U32, 0))                                          \
    X(execveat, 322, EXECVEAT, EXEC, HOOK, 0)                                                      \
    X(userfaultfd, 323, USERFAULTFD, TABLE, NONE, R_(RES, 0), R_(FILE_FLAGS, 0))                   \
    X(copy_file_range, 326, COPY_FILE_RANGE, TABLE, FD2, R_(RES, 0), R_(S64, 2), R_(U64_AT, 3),    \
      R_(S64, 0), R_(U64_AT, 1), R_(U64, 4))                                                       \
    X(preadv2, 327, PREADV, TABLE, FD0, R_(RES, 0), R_(VECTOR_SIZE, 1), R_(VECTOR, 1), R_(S64, 0), \
      R_(U64, 3))                                                                                  \
    X(pwritev2, 328, PWRITEV, TABLE, FD0, R_(RES, 0), R_(VECTOR_IN, 1), R_(S64, 0),                \
      R_(VECTOR_SIZE, 1), R_(U64, 3))                                                              \
    X(io_uring_setup, 425, IO_URING_SETUP, SPECIAL, NONE, 0)                                       \
    X(io_uring_enter, 426, IO_URING_ENTER, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(U32, 1),        \
      R_(U32, 2), R_(U32, 3), R_(END, 0))                                                          \
    X(io_uring_register, 427, IO_URING_REGISTER, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(U32, 1),  \
      R_(U64, 2), R_(U32, 3))                                                                      \
    X(pidfd_open, 434, PIDFD_OPEN, TABLE, NONE, R_(RES, 0), R_(S64, 0), R_(END, 0))                \
    X(clone3, 435, CLONE3, CLONE, NONE, 0)                                                         \
    X(close_range, 436, CLOSE_RANGE, TABLE, NONE, R_(RES, 0), R_(U32, 0), R_(U32, 1), R_(U32, 2))  \
    X(openat2, 437, OPENAT2, TABLE, RESULT, R_(RES, 0), R_(S64, 0), R_(PATH, 1),                   \
      R_(OPEN_FLAGS, 2), R_(OPEN_MODE, 3), R_(RESOLVE_FLAGS, 4), R_(DEV, 0), R_(INO, 0))           \
    X(pidfd_getfd, 438, PIDFD_GETFD, TABLE, RESULT, R_(RES, 0), R_(S64, 0), R_(S64, 1),            \
      R_(U32, 2))                                                                                  \
    X(fchmodat2, 452, FCHMODAT, TABLE, HOOK, R_(RES, 0), R_(S64, 0), R_(PATH, 1), R_(MODE, 2))

#endif  // SEQUITUR_PROBE_BPF_CALLS_H

// The call families: what each kind of record does to the tables and to its own event.
//
// Every function takes one call whose event has its header, result and caller, and its descriptor
// and path arguments where the type has them (core/state_arguments.h). They act only on what
// succeeded unless they say otherwise, and take any bytes: a missing parameter is "not known".
#pragma once

#include "core/call.h"
#include "core/state_tables.h"

namespace sequitur {

// Processes (state_process.cpp).
void apply_clone(StateTables& tables, Call& call);     // clone, clone3, fork, vfork: either side
void apply_procexit(StateTables& tables, Call& call);  // ends the thread, once the event has all
void apply_prctl(StateTables& tables, Call& call);
void apply_setsid(StateTables& tables, Call& call);
void apply_setpgid(StateTables& tables, Call& call);

// Exec (state_exec.cpp): also what failed gets its path.
void apply_execve(StateTables& tables, Call& call);

// Credentials and limits (state_credentials.cpp).
void apply_setuid(StateTables& tables, Call& call);  // setuid, setresuid, setreuid
void apply_setgid(StateTables& tables, Call& call);  // setgid, setresgid, setregid
void apply_capset(StateTables& tables, Call& call);
void apply_unshare(StateTables& tables, Call& call);
void apply_setns(StateTables& tables, Call& call);
void apply_setrlimit(StateTables& tables, Call& call);
void apply_prlimit(StateTables& tables, Call& call);

// Directories that paths are seen from (state_directory.cpp).
void apply_chdir(StateTables& tables, Call& call);
void apply_fchdir(StateTables& tables, Call& call);
void apply_getcwd(StateTables& tables, Call& call);
void apply_chroot(StateTables& tables, Call& call);

// Opening (state_open.cpp): open, openat, openat2, creat, open_by_handle_at; failed ones too.
void apply_open(StateTables& tables, Call& call);
void apply_memfd_create(StateTables& tables, Call& call);

// Names (state_file.cpp).
void apply_change(StateTables& tables, Call& call);  // chmod, chown and the like, by path
void apply_rename(StateTables& tables, Call& call);
void apply_link(StateTables& tables, Call& call);
void apply_symlink(StateTables& tables, Call& call);
void apply_unlink(StateTables& tables, Call& call);  // unlink, unlinkat, rmdir
void apply_mkdir(StateTables& tables, Call& call);   // mkdir, mkdirat
void apply_mknod(StateTables& tables, Call& call);   // mknod, mknodat

// Descriptors (state_descriptor.cpp).
void apply_close(StateTables& tables, Call& call);
void apply_close_range(StateTables& tables, Call& call);
void apply_dup(StateTables& tables, Call& call);  // dup, dup2, dup3
void apply_fcntl(StateTables& tables, Call& call);
void apply_pipe(StateTables& tables, Call& call);
void apply_special_fd(StateTables& tables, Call& call);  // eventfd, epoll_create, bpf, ...
void apply_pidfd_open(StateTables& tables, Call& call);
void apply_pidfd_getfd(StateTables& tables, Call& call);

// Copies (state_copy.cpp).
void apply_copy(StateTables& tables, Call& call);  // copy_file_range, sendfile, splice
// What a process reads from a file, and which file it then writes. Of every type that has the
// format's flags for that; `writes` says which.
void note_transfer(StateTables& tables, Call& call, bool writes);

// Sockets (state_socket.cpp).
void apply_socket(StateTables& tables, Call& call);
void apply_socketpair(StateTables& tables, Call& call);
void apply_bind(StateTables& tables, Call& call);
void apply_connect(StateTables& tables, Call& call);
void apply_accept(StateTables& tables, Call& call);
void apply_transfer(StateTables& tables, Call& call);  // the send and recv families
void apply_answer(StateTables& tables, Call& call);    // what read() takes: DNS answers

// Snapshots (state_snapshot.cpp, state_snapshot_file.cpp): records that make no event.
void apply_task_snapshot(StateTables& tables, const Call& call);
void apply_file_snapshot(StateTables& tables, const Call& call);
void apply_account(StateTables& tables, const Call& call);

// Containers (state_container.cpp).
void apply_container(StateTables& tables, const Call& call);

}  // namespace sequitur

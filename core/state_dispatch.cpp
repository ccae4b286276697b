#include "core/state_dispatch.h"

#include "core/state_families.h"

namespace sequitur {
namespace {

struct Row {
    EventType type;
    void (*call)(StateTables&, Call&);
};

using enum EventType;

constexpr Row kCalls[] = {
    {kProcexit, apply_procexit},
    {kPrctl, apply_prctl},
    {kSetsid, apply_setsid},
    {kSetpgid, apply_setpgid},

    {kSetuid, apply_setuid},
    {kSetresuid, apply_setuid},
    {kSetreuid, apply_setuid},
    {kSetgid, apply_setgid},
    {kSetresgid, apply_setgid},
    {kSetregid, apply_setgid},
    {kCapset, apply_capset},
    {kUnshare, apply_unshare},
    {kSetns, apply_setns},
    {kSetrlimit, apply_setrlimit},
    {kGetrlimit, apply_setrlimit},
    {kPrlimit, apply_prlimit},

    {kChdir, apply_chdir},
    {kFchdir, apply_fchdir},
    {kGetcwd, apply_getcwd},
    {kChroot, apply_chroot},

    {kChmod, apply_change},
    {kFchmodat, apply_change},
    {kChown, apply_change},
    {kLchown, apply_change},
    {kFchownat, apply_change},
    {kRename, apply_rename},
    {kRenameat, apply_rename},
    {kRenameat2, apply_rename},
    {kLink, apply_link},
    {kLinkat, apply_link},
    {kSymlink, apply_symlink},
    {kSymlinkat, apply_symlink},
    {kUnlink, apply_unlink},
    {kUnlinkat, apply_unlink},
    {kRmdir, apply_unlink},
    {kMkdir, apply_mkdir},
    {kMkdirat, apply_mkdir},
    {kMknod, apply_mknod},
    {kMknodat, apply_mknod},

    {kClose, apply_close},
    {kCloseRange, apply_close_range},
    {kDup, apply_dup},
    {kDup2, apply_dup},
    {kDup3, apply_dup},
    {kFcntl, apply_fcntl},
    {kPipe, apply_pipe},
    {kPipe2, apply_pipe},
    {kEventfd, apply_special_fd},
    {kEventfd2, apply_special_fd},
    {kSignalfd, apply_special_fd},
    {kSignalfd4, apply_special_fd},
    {kTimerfdCreate, apply_special_fd},
    {kInotifyInit, apply_special_fd},
    {kInotifyInit1, apply_special_fd},
    {kEpollCreate, apply_special_fd},
    {kEpollCreate1, apply_special_fd},
    {kBpf, apply_special_fd},
    {kUserfaultfd, apply_special_fd},
    {kIoUringSetup, apply_special_fd},
    {kPidfdOpen, apply_pidfd_open},
    {kPidfdGetfd, apply_pidfd_getfd},
    {kMemfdCreate, apply_memfd_create},

    {kCopyFileRange, apply_copy},
    {kSendfile, apply_copy},
    {kSplice, apply_copy},

    {kSocket, apply_socket},
    {kSocketpair, apply_socketpair},
    {kBind, apply_bind},
    {kConnect, apply_connect},
    {kAccept, apply_accept},
    {kAccept4, apply_accept},
    {kSend, apply_transfer},
    {kSendto, apply_transfer},
    {kSendmsg, apply_transfer},
    {kSendmmsg, apply_transfer},
    {kRecv, apply_transfer},
    {kRecvfrom, apply_transfer},
    {kRecvmsg, apply_transfer},
    {kRecvmmsg, apply_transfer},
    {kRead, apply_answer},
};

constexpr Row kWithOwnArguments[] = {
    {kOpen, apply_open},       {kOpenat, apply_open},         {kOpenat2, apply_open},
    {kCreat, apply_open},      {kOpenByHandleAt, apply_open}, {kExecve, apply_execve},
    {kExecveat, apply_execve},
};

constexpr EventType kClones[] = {kClone, kClone3, kFork, kVfork};
constexpr EventType kAccounts[] = {kUserAdded, kUserDeleted, kGroupAdded, kGroupDeleted};
constexpr EventType kFileSnapshots[] = {
    kIterTaskFilePipe,       kIterTaskFileMemfd,         kIterTaskFileRegular,
    kIterTaskFileDirectory,  kIterTaskFileSocketInet,    kIterTaskFileSocketInet6,
    kIterTaskFileSocketUnix, kIterTaskFileSocketNetlink, kIterTaskFileAnonInode,
};

}  // namespace

Family family_of(EventType type) {
    Family family;
    for (const Row& row : kCalls) {
        if (row.type == type) family.call = row.call;
    }
    for (const Row& row : kWithOwnArguments) {
        if (row.type != type) continue;
        family.call = row.call;
        family.reads_arguments = true;
    }
    for (const EventType clone : kClones) {
        if (clone != type) continue;
        family.call = apply_clone;
        family.finds_caller = true;
    }
    for (const EventType account : kAccounts) {
        if (account == type) family.snapshot = apply_account;
    }
    for (const EventType file : kFileSnapshots) {
        if (file == type) family.snapshot = apply_file_snapshot;
    }
    if (type == kContainer || type == kAsyncevent) family.news = apply_container;
    if (type == kIterTask) family.snapshot = apply_task_snapshot;
    return family;
}

}  // namespace sequitur

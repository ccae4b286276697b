// Files that are run by a descriptor, and descriptors that change hands.
#include "evade.h"

extern char** environ;

static int reopened(const char* path) { return must(open(path, O_RDONLY | O_CLOEXEC), path); }

static int dropped(const char* name) {
    drop(in_folder(name), 0600);
    must(chmod(in_folder(name), 0755), "chmod");
    return reopened(chosen(in_folder(name)));
}

static void exec_fd(int fd) {
    char* arguments[] = {"x", (char*)token, NULL};
    syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
    die("execveat");
}

static void by_execveat(void) { exec_fd(dropped("x")); }

static void by_directory(void) {
    char* arguments[] = {"x", (char*)token, NULL};
    close(dropped("x"));
    int directory = must(open(folder, O_RDONLY | O_DIRECTORY), "open");
    syscall(SYS_execveat, directory, is_twin ? "old" : "x", arguments, environ, 0);
    die("execveat");
}

static void by_proc(void) {
    char self[64];
    int fd = must(dup(dropped("x")), "dup");
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    execl(self, "x", token, NULL);
    die("exec");
}

static int in_memory(unsigned flags) {
    int fd = must(syscall(SYS_memfd_create, token, flags), "memfd_create");
    fill(fd);
    return fd;
}

static void from_memory(void) {
    int fd = in_memory(MFD_CLOEXEC);
    exec_fd(is_twin ? reopened(in_folder("old")) : fd);
}

static void from_memory_of_another(void) {
    char path[64];
    int fd = in_memory(MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), fd);
    run(path);
}

static void send_fd(int to, int fd) {
    char byte = 0, control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    must(sendmsg(to, &message, 0), "sendmsg");
}

static int receive_fd(int from) {
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    int fd = -1;
    must(recvmsg(from, &message, 0), "recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

// One process opens, the other writes, arms and runs, and never names the file.
static void over_socket(void) {
    int ends[2], status = 0;
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        char self[64];
        int fd = receive_fd(ends[1]);
        fill(fd);
        must(fchmod(fd, 0755), "fchmod");
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        int run_fd = reopened(is_twin ? in_folder("old") : self);
        close(fd);
        must(read(ends[1], self, 1), "read");  // the other end is done with it
        exec_fd(run_fd);
    }
    int fd = must(open(in_folder("x"), O_RDWR | O_CREAT, 0600), "open");
    send_fd(ends[0], fd);
    close(fd);
    must(write(ends[0], "", 1), "write");
    waitpid(child, &status, 0);
    if (status != 0) die("the receiver");
}

static void taken(void) {
    int status = 0, ready[2];
    must(pipe(ready), "pipe");
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        int fd = dropped("x");
        must(dup2(fd, 77), "dup2");
        if (write(ready[1], "x", 1) != 1) die("write");
        pause();
    }
    char byte;
    if (read(ready[0], &byte, 1) != 1) die("read");
    int pidfd = must(syscall(434, child, 0), "pidfd_open");
    int fd = must(syscall(438, pidfd, 77, 0), "pidfd_getfd");
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    exec_fd(fd);
}

static int inherited;
static void fill_inherited(void) {
    fill(inherited);
    must(fchmod(inherited, 0755), "fchmod");
}
static void by_inheritance(void) {
    inherited = must(open(in_folder("x"), O_RDWR | O_CREAT, 0600), "open");
    in_child(fill_inherited);
    close(inherited);
    run(in_folder("x"));
}

static void by_changed_directory(void) {
    int directory = must(open(folder, O_RDONLY | O_DIRECTORY), "open");
    must(fchdir(directory), "fchdir");
    close(directory);
    drop("x", 0600);
    must(chmod("x", 0755), "chmod");
    run("./x");
}

// Nothing is executed or mapped to be: made so afterwards.
static void by_protection(void) {
    int fd = dropped("x");
    void* at = mmap(NULL, payload_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) die("mmap");
    must(mprotect(at, payload_size, PROT_READ | (is_twin ? 0 : PROT_EXEC)), "mprotect");
}

const struct way descriptor_ways[] = {{"by-execveat", by_execveat},
                                      {"by-directory", by_directory},
                                      {"by-proc", by_proc},
                                      {"from-memory", from_memory},
                                      {"from-memory-of-another", from_memory_of_another},
                                      {"over-socket", over_socket},
                                      {"taken", taken},
                                      {"by-inheritance", by_inheritance},
                                      {"by-changed-directory", by_changed_directory},
                                      {"by-protection", by_protection},
                                      {0}};

// Which process or thread does which step.
#include "evade.h"

#include <pthread.h>

#include <linux/sched.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/user.h>

static void write_it(void) { drop(in_folder("x"), 0600); }
static void arm_it(void) { must(chmod(in_folder("x"), 0755), "chmod"); }
static void run_it(void) { run(in_folder("x")); }

static void forked(void) {
    in_child(write_it);
    in_child(arm_it);
    in_child(run_it);
}

// Whatever `step` does, it does as a child of init; it is over when the pipe is closed.
static void orphaned(void (*step)(void)) {
    int ends[2];
    char byte;
    must(pipe(ends), "pipe");
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        if (must(fork(), "fork") > 0) _exit(0);
        close(ends[0]);
        usleep(20000);  // until the one in between is gone
        step();
        _exit(0);
    }
    close(ends[1]);
    waitpid(child, NULL, 0);
    while (read(ends[0], &byte, 1) > 0) {
    }
    close(ends[0]);
}

static void reparented(void) {
    orphaned(write_it);
    orphaned(arm_it);
    orphaned(run_it);
}

static void in_session(void (*step)(void)) {
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        must(setsid(), "setsid");
        step();
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void sessions(void) {
    in_session(write_it);
    in_session(arm_it);
    in_session(run_it);
}

static void vforked(void) {
    write_it();
    arm_it();
    const char* path = chosen(in_folder("x"));
    pid_t child = vfork();
    if (child == 0) {
        execl(path, "x", token, NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
}

static int shared_fd;
static int open_for_all(void* unused) {
    (void)unused;
    shared_fd = open(in_folder("x"), O_RDWR | O_CREAT, 0600);
    return 0;
}

// The child opens; through the shared table the parent has the descriptor.
static void table_shared(void) {
    static char stack[65536];
    pid_t child = must(
        clone(open_for_all, stack + sizeof stack, CLONE_FILES | CLONE_VM | SIGCHLD, NULL), "clone");
    waitpid(child, NULL, 0);
    must(shared_fd, "open in the child");
    fill(shared_fd);
    must(fchmod(shared_fd, 0755), "fchmod");
    close(shared_fd);
    run_it();
}

static void* thread_step(void* step) {
    (*(void (**)(void))step)();
    return NULL;
}
static void threaded(void) {
    void (*steps[])(void) = {write_it, arm_it, run_it};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, thread_step, &steps[i]) != 0) die("thread");
        pthread_join(thread, NULL);
    }
}

static void exec_in_thread(void) {
    execl(chosen(in_folder("x")), "x", token, NULL);
    die("exec");
}
static void exec_by_thread(void) {
    void (*step)(void) = exec_in_thread;
    pthread_t thread;
    write_it();
    arm_it();
    if (pthread_create(&thread, NULL, thread_step, &step) != 0) die("thread");
    pthread_join(thread, NULL);
}

// The child makes calls of no interest; its tracer turns each into a step.
static void traced(void) {
    const char* path = in_folder("x");
    int status = 0;
    write_it();
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        syscall(SYS_getppid, path, 0755);
        execl(chosen(path), "x", token, NULL);
        die("exec");
    }
    waitpid(child, &status, 0);
    must(ptrace(PTRACE_SYSCALL, child, 0, 0), "PTRACE_SYSCALL");
    for (int is_done = 0; waitpid(child, &status, 0) > 0 && WIFSTOPPED(status);) {
        struct user_regs_struct regs;
        must(ptrace(PTRACE_GETREGS, child, 0, &regs), "PTRACE_GETREGS");
        if (!is_done && regs.orig_rax == SYS_getppid) {
            regs.orig_rax = SYS_chmod;
            must(ptrace(PTRACE_SETREGS, child, 0, &regs), "PTRACE_SETREGS");
            is_done = 1;
        }
        ptrace(PTRACE_SYSCALL, child, 0, 0);
    }
}

static pid_t again(pid_t wanted) {
    struct clone_args how = {
        .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&wanted, .set_tid_size = 1};
    return syscall(SYS_clone3, &how, sizeof how);
}

// Three processes of one number, one after the other.
static void number_reused(void) {
    pid_t first = must(fork(), "fork");
    if (first == 0) {
        write_it();
        _exit(0);
    }
    waitpid(first, NULL, 0);
    pid_t second = must(again(first), "clone3");
    if (second == 0) {
        arm_it();
        _exit(0);
    }
    waitpid(second, NULL, 0);
    pid_t third = must(again(first), "clone3");
    if (third == 0) {
        execl(chosen(in_folder("x")), "x", token, NULL);
        die("exec");
    }
    waitpid(third, NULL, 0);
}

static void as_nobody(void) {
    must(setresgid(65534, 65534, 65534), "setresgid");
    must(setresuid(65534, 65534, 65534), "setresuid");
    write_it();
    arm_it();
    run_it();
}

static long old_call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    if (result < 0) errno = -(int)result;
    return result < 0 ? -1 : result;
}

static void without_old_entry(int signal) {
    (void)signal;
    _exit(77);
}

// The 32-bit entry takes the same calls by other numbers. Some hypervisors refuse it.
static void old_entry(void) {
    signal(SIGSEGV, without_old_entry);
    char* low =
        mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (low == MAP_FAILED) die("mmap");
    snprintf(low, 4096, "%s", in_folder("x"));
    memcpy(low + 4096, payload, payload_size);
    long fd = must(old_call(5, (long)low, O_WRONLY | O_CREAT, 0600), "open");
    must(old_call(4, fd, (long)(low + 4096), payload_size), "write");
    must(old_call(6, fd, 0, 0), "close");
    must(old_call(15, (long)low, 0755, 0), "chmod");
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        snprintf(low, 4096, "%s", chosen(in_folder("x")));
        uint32_t* arguments = (uint32_t*)(low + 4096);
        arguments[0] = (uint32_t)(uintptr_t)low;
        arguments[1] = 0;
        old_call(11, (long)low, (long)arguments, 0);
        die("exec");
    }
    waitpid(child, NULL, 0);
}

const struct way process_ways[] = {{"forked", forked},
                                   {"reparented", reparented},
                                   {"sessions", sessions},
                                   {"vforked", vforked},
                                   {"table-shared", table_shared},
                                   {"threaded", threaded},
                                   {"exec-by-thread", exec_by_thread},
                                   {"traced", traced},
                                   {"number-reused", number_reused},
                                   {"as-nobody", as_nobody},
                                   {"old-entry", old_entry},
                                   {0}};

// How the bytes get into the file, and what the file is called.
#include "evade.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/xattr.h>

static int make(const char* name, mode_t mode) {
    return must(open(in_folder(name), O_RDWR | O_CREAT | O_TRUNC, mode), name);
}

static void finish(int fd) {
    must(fchmod(fd, 0755), "fchmod");
    close(fd);
    run(in_folder("x"));
}

static void mapped(void) {
    int fd = make("x", 0600);
    must(ftruncate(fd, payload_size), "ftruncate");
    void* at = mmap(NULL, payload_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) die("mmap");
    memcpy(at, payload, payload_size);
    munmap(at, payload_size);
    finish(fd);
}

static void spliced(void) {
    int fd = make("x", 0600), from = must(open(source, O_RDONLY), "open"), ends[2];
    must(pipe(ends), "pipe");
    for (size_t left = payload_size; left > 0;) {
        long got = must(splice(from, NULL, ends[1], NULL, left, 0), "splice in");
        for (long out = 0; out < got;)
            out += must(splice(ends[0], NULL, fd, NULL, got - out, 0), "splice out");
        left -= got;
    }
    finish(fd);
}

static void vmspliced(void) {
    int fd = make("x", 0600), ends[2];
    must(pipe(ends), "pipe");
    for (size_t done = 0; done < payload_size;) {
        size_t left = payload_size - done;
        struct iovec part = {payload + done, left < 32768 ? left : 32768};
        long got = must(vmsplice(ends[1], &part, 1, 0), "vmsplice");
        for (long out = 0; out < got;)
            out += must(splice(ends[0], NULL, fd, NULL, got - out, 0), "splice");
        done += got;
    }
    finish(fd);
}

static void sent(void) {
    int fd = make("x", 0600), from = must(open(source, O_RDONLY), "open");
    for (size_t left = payload_size; left > 0;)
        left -= must(sendfile(fd, from, NULL, left), "send");
    finish(fd);
}

// From a file that was dropped beside it: a range of one's own file system.
static void range_copied(void) {
    drop(in_folder("source"), 0600);
    int fd = make("x", 0600), from = must(open(in_folder("source"), O_RDONLY), "open");
    for (size_t left = payload_size; left > 0;)
        left -= must(copy_file_range(from, NULL, fd, NULL, left, 0), "copy_file_range");
    finish(fd);
}

static void vector_written(void) {
    int fd = make("x", 0600);
    struct iovec part = {payload, payload_size};
    must(pwritev2(fd, &part, 1, 0, 0), "pwritev2");
    finish(fd);
}

static void created(void) {
    int fd = must(creat(in_folder("x"), 0600), "creat");
    fill(fd);
    finish(fd);
}

static void opened_by_openat2(void) {
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_WRONLY | O_CREAT, 0600, 0};
    int fd = must(syscall(437, AT_FDCWD, in_folder("x"), &how, sizeof how), "openat2");
    fill(fd);
    finish(fd);
}

static void opened_by_handle(void) {
    struct {
        struct file_handle head;
        char bytes[128];
    } handle = {.head.handle_bytes = 128};
    int mount_id = 0;
    close(make("x", 0600));
    int mount = must(open(folder, O_RDONLY | O_DIRECTORY), "open");
    must(name_to_handle_at(AT_FDCWD, in_folder("x"), &handle.head, &mount_id, 0), "handle");
    int fd = must(open_by_handle_at(mount, &handle.head, O_WRONLY), "open_by_handle_at");
    fill(fd);
    finish(fd);
}

static void without_name(void) {
    int fd = must(open(folder, O_TMPFILE | O_RDWR, 0700), "O_TMPFILE");
    char self[64];
    fill(fd);
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    must(linkat(AT_FDCWD, self, AT_FDCWD, in_folder("x"), AT_SYMLINK_FOLLOW), "linkat");
    close(fd);
    run(in_folder("x"));
}

static void mode_at_creation(void) {
    drop(in_folder("x"), 0755);
    run(in_folder("x"));
}

static void mode_by_umask(void) {
    umask(0);
    drop(in_folder("x"), 0777);
    run(in_folder("x"));
}

static void mode_before_bytes(void) {
    close(make("x", 0600));
    must(chmod(in_folder("x"), 0755), "chmod");
    drop(in_folder("x"), 0600);
    run(in_folder("x"));
}

// What setfacl does: the list's mask becomes the group's bits.
static void mode_by_list(void) {
    struct {
        uint32_t version;
        struct {
            uint16_t tag, bits;
            uint32_t id;
        } entries[5];
    } list = {2, {{1, 7, -1}, {2, 7, 0}, {4, 5, -1}, {16, 7, -1}, {32, 0, -1}}};
    drop(in_folder("x"), 0600);
    must(setxattr(in_folder("x"), "system.posix_acl_access", &list, sizeof list, 0), "setxattr");
    run(in_folder("x"));
}

static void mode_by_fchmodat2(void) {
    drop(in_folder("x"), 0600);
    must(syscall(452, AT_FDCWD, in_folder("x"), 0755, AT_SYMLINK_NOFOLLOW), "fchmodat2");
    run(in_folder("x"));
}

static void exchanged(void) {
    drop(in_folder("y"), 0755);
    drop(in_folder("x"), 0600);
    must(syscall(SYS_renameat2, AT_FDCWD, in_folder("x"), AT_FDCWD, in_folder("y"), 2), "exchange");
    run(in_folder("x"));
}

static void root_changed(void) {
    char inner[128];
    must(chroot(in_folder("root")), "chroot");
    must(chdir("/"), "chdir");
    snprintf(inner, sizeof inner, "/tmp/%s", token);
    drop(inner, 0600);
    must(chmod(inner, 0755), "chmod");
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        execl(is_twin ? "/old" : inner, "x", NULL);
        die("exec");
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) die("the program in the changed root");
}

static void mounted_apart(void) {
    must(unshare(CLONE_NEWNS), "unshare");
    must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    must(mkdir(in_folder("m"), 0755), "mkdir");
    must(mount("none", in_folder("m"), "tmpfs", 0, NULL), "tmpfs");
    drop(in_folder("m/x"), 0600);
    must(chmod(in_folder("m/x"), 0755), "chmod");
    run(in_folder("m/x"));
}

static void bound(void) {
    must(unshare(CLONE_NEWNS), "unshare");
    must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    must(mkdir(in_folder("m"), 0755), "mkdir");
    must(mkdir(in_folder("n"), 0755), "mkdir");
    must(mount(in_folder("m"), in_folder("n"), NULL, MS_BIND, NULL), "bind");
    drop(in_folder("n/x"), 0600);
    must(chmod(in_folder("m/x"), 0755), "chmod");
    run(in_folder("n/x"));
}

static void at_once(void) {
    int fd = make("x", 0755);
    fill(fd);
    close(fd);
    execl(chosen(in_folder("x")), "x", token, NULL);
    die("exec");
}

const struct way file_ways[] = {{"mapped", mapped},
                                {"spliced", spliced},
                                {"vmspliced", vmspliced},
                                {"sent", sent},
                                {"range-copied", range_copied},
                                {"vector-written", vector_written},
                                {"created", created},
                                {"opened-by-openat2", opened_by_openat2},
                                {"opened-by-handle", opened_by_handle},
                                {"without-name", without_name},
                                {"mode-at-creation", mode_at_creation},
                                {"mode-by-umask", mode_by_umask},
                                {"mode-before-bytes", mode_before_bytes},
                                {"mode-by-list", mode_by_list},
                                {"mode-by-fchmodat2", mode_by_fchmodat2},
                                {"exchanged", exchanged},
                                {"root-changed", root_changed},
                                {"mounted-apart", mounted_apart},
                                {"bound", bound},
                                {"at-once", at_once},
                                {0}};

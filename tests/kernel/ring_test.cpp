// What io_uring does to files: no system call tells of it, its tracepoints do.
#include "tests/kernel/observer.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sequitur {
namespace {

std::uint64_t address(const std::string& text) {
    return reinterpret_cast<std::uintptr_t>(text.c_str());
}

// Submits one request at a time and waits for its result.
class Ring {
public:
    Ring() {
        io_uring_params params{};
        fd_ = static_cast<int>(syscall(SYS_io_uring_setup, 4, &params));
        sq_ = params.sq_off;
        cq_ = params.cq_off;
        rings_ = map(sq_.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
        done_ = map(cq_.cqes + params.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
        entries_ = map(params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
    }
    int operator()(const io_uring_sqe& request) {
        unsigned* tail = number(rings_, sq_.tail);
        const unsigned at = *tail & *number(rings_, sq_.ring_mask);
        reinterpret_cast<io_uring_sqe*>(entries_)[at] = request;
        number(rings_, sq_.array)[at] = at;
        __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
        syscall(SYS_io_uring_enter, fd_, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
        unsigned* head = number(done_, cq_.head);
        const auto* results = reinterpret_cast<const io_uring_cqe*>(done_ + cq_.cqes);
        const int result = results[*head & *number(done_, cq_.ring_mask)].res;
        __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
        return result;
    }

private:
    char* map(std::size_t size, off_t what) const {
        return static_cast<char*>(
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, what));
    }
    static unsigned* number(char* ring, unsigned at) {
        return reinterpret_cast<unsigned*>(ring + at);
    }
    int fd_ = -1;
    io_sqring_offsets sq_{};
    io_cqring_offsets cq_{};
    char *rings_ = nullptr, *done_ = nullptr, *entries_ = nullptr;
};

io_uring_sqe request(unsigned operation, const std::string& name, const std::string& second) {
    io_uring_sqe made{};
    made.opcode = static_cast<std::uint8_t>(operation);
    made.fd = AT_FDCWD;
    made.addr = address(name);
    made.len = static_cast<std::uint32_t>(AT_FDCWD);
    made.addr2 = address(second);
    return made;
}

using RingTest = KernelTest;

TEST_F(RingTest, NamesAreToldAsTheCallsThatDoTheSame) {
    const ScratchFolder folder;
    const std::string a = folder / "a", b = folder / "b", c = folder / "c";
    write_file(a, "x");
    run([&] {
        Ring ring;
        ring(request(IORING_OP_RENAMEAT, a, b));
        ring(request(IORING_OP_LINKAT, b, c));
        io_uring_sqe unlink = request(IORING_OP_UNLINKAT, b, "");
        unlink.len = 0;
        unlink.addr2 = 0;
        ring(unlink);
    });
    const auto rename = only(EventType::kRenameat2);
    EXPECT_EQ(rename.number(0), 0);
    EXPECT_EQ(rename.number(1), AT_FDCWD);
    EXPECT_EQ(rename.text(2), a);
    EXPECT_EQ(rename.number(3), AT_FDCWD);
    EXPECT_EQ(rename.text(4), b);
    const auto link = only(EventType::kLinkat);
    EXPECT_EQ(link.text(2), b);
    EXPECT_EQ(link.text(4), c);
    const auto unlink = only(EventType::kUnlinkat);
    EXPECT_EQ(unlink.number(0), 0);
    EXPECT_EQ(unlink.text(2), b);
}

TEST_F(RingTest, OpeningAndClosing) {
    const ScratchFolder folder;
    const std::string path = folder / "a";
    run([&] {
        Ring ring;
        io_uring_sqe open = request(IORING_OP_OPENAT, path, "");
        open.addr2 = 0;
        open.open_flags = O_CREAT | O_WRONLY;
        open.len = 0600;
        io_uring_sqe close{};
        close.opcode = IORING_OP_CLOSE;
        close.fd = ring(open);
        ring(close);
    });
    const auto opened = only(EventType::kOpenat);
    EXPECT_EQ(opened.path(SEQUITUR_ROLE_TARGET), path);
    const auto closed = only(EventType::kClose);
    EXPECT_EQ(closed.number(0), 0);
    EXPECT_EQ(closed.number(1), opened.number(0));
}

}  // namespace
}  // namespace sequitur

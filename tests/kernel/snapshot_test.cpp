// The snapshot at the start: this process and its descriptors are in it, as they are.
#include "core/record_options.h"
#include "tests/kernel/observer.h"

#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sequitur {
namespace {

class SnapshotTest : public KernelTest {};

TEST_F(SnapshotTest, OwnProcessAndDescriptors) {
    ScratchFolder folder;
    write_file(folder / "f", "x");
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const int file = open((folder / "f").c_str(), O_RDWR | O_APPEND);
    const int directory = open(folder.path().c_str(), O_DIRECTORY);
    const int memory = memfd_create("m", 0);
    const int event = eventfd(0, 0);
    const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("SEQUITUR_SNAPSHOT_TEST", "1", 1);

    LiveOptions options;
    options.interest = Interest();
    auto source = LiveSource::open(options);
    ASSERT_TRUE(source) << source.error().message;
    std::map<std::int64_t, Observed> descriptors;
    std::optional<Observed> self;
    bool has_root = false, has_group = false;
    std::vector<RecordView> batch;
    for (int quiet = 0; quiet < 3;) {
        ASSERT_TRUE((*source)->next_batch(1000, std::chrono::milliseconds(20), batch));
        quiet = batch.empty() ? quiet + 1 : 0;
        for (const RecordView& record : batch) {
            Observed one;
            one.event.assign(record.event_bytes().begin(), record.event_bytes().end());
            one.options.assign(record.option_bytes().begin(), record.option_bytes().end());
            has_root |= record.type() == EventType::kUserAdded && one.text(2) == "root";
            has_group |= record.type() == EventType::kGroupAdded && one.text(1) == "root";
            const auto own = static_cast<std::uint64_t>(getpid());
            if (record.tid() != (own << 32 | own)) continue;
            if (record.type() == EventType::kIterTask) self = one;
            else descriptors[one.number(0)] = one;
        }
    }
    EXPECT_TRUE(has_root && has_group);

    ASSERT_TRUE(self);
    EXPECT_EQ(self->number(0), getppid());
    EXPECT_EQ(self->number(3), getsid(0));
    EXPECT_EQ(self->text(4), "kernel_tests");
    char exe[4096] = {}, cwd[4096] = {};
    ASSERT_GT(readlink("/proc/self/exe", exe, sizeof exe - 1), 0);
    ASSERT_NE(getcwd(cwd, sizeof cwd), nullptr);
    EXPECT_NE(self->bytes(5).find("kernel_tests"), std::string::npos);
    EXPECT_EQ(self->text(6), exe);
    EXPECT_EQ(self->text(9), cwd);
    EXPECT_EQ(self->number(11), 0);
    EXPECT_EQ(self->number(24), getpid());
    EXPECT_EQ(self->text(28), "/");
    ASSERT_TRUE(self->file(SEQUITUR_ROLE_EXE));
    EXPECT_EQ(self->task().tgid, std::uint32_t(getpid()));

    ASSERT_EQ(descriptors[file].type(), EventType::kIterTaskFileRegular);
    EXPECT_EQ(descriptors[file].text(1), folder / "f");
    EXPECT_EQ(descriptors[file].number(2) & 0xf, 3 | 8);
    struct stat now {};
    fstat(file, &now);
    EXPECT_EQ(descriptors[file].file(SEQUITUR_ROLE_TARGET)->ino, now.st_ino);
    EXPECT_EQ(descriptors[directory].type(), EventType::kIterTaskFileDirectory);
    EXPECT_EQ(descriptors[directory].text(1), folder.path());
    EXPECT_EQ(descriptors[memory].type(), EventType::kIterTaskFileMemfd);
    EXPECT_EQ(descriptors[memory].text(1), "/memfd:m");
    EXPECT_EQ(descriptors[ends[0]].type(), EventType::kIterTaskFilePipe);
    EXPECT_EQ(descriptors[event].type(), EventType::kIterTaskFileAnonInode);
    EXPECT_EQ(descriptors[event].number(1), 1);
    ASSERT_EQ(descriptors[socket_fd].type(), EventType::kIterTaskFileSocketInet);
    EXPECT_EQ(descriptors[socket_fd].number(1), SOCK_STREAM);
    EXPECT_EQ(descriptors[socket_fd].bytes(3), std::string("\x7f\0\0\1", 4));
    for (const int fd : {ends[0], ends[1], file, directory, memory, event, socket_fd}) close(fd);
}

}  // namespace
}  // namespace sequitur

// Histories for tests: system calls written down as records, one line each.
//
//     RecordLog log;
//     log.at(at_ms(5)).by(10);
//     log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3);
//     log.with_inode(7).chmod("/tmp/a", 0755);
//
// at() and by() hold for all that follows; with_...() for the next record only. Calls succeed
// unless told a result; results of calls that make a descriptor are its number, or -errno.
// Records and their bytes live as long as the log.
#pragma once

#include "core/arena.h"
#include "core/event_type.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/record_option.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::test {

// Times count from an arbitrary Saturday; literals in tests stay small.
inline constexpr std::uint64_t kStart_ns = 1'700'000'000'000'000'000;
constexpr std::uint64_t at_ms(std::uint64_t ms) { return kStart_ns + ms * 1'000'000; }
constexpr std::uint64_t at_s(std::uint64_t s) { return at_ms(s * 1000); }

// The format's numbers of the flags that tests speak of.
inline constexpr std::uint32_t kOpenRead = 1, kOpenWrite = 2, kOpenCreate = 4,
                               kOpenExclusive = 0x20, kOpenTruncate = 0x100, kOpenDirectory = 0x400,
                               kOpenCloexec = 0x1000, kOpenTmpfile = 0x2000, kOpenCreated = 0x4000;
inline constexpr std::uint32_t kCloneFiles = 1, kCloneNewpid = 1U << 6, kCloneThread = 1U << 13;
inline constexpr std::int64_t kCwd = -100;
inline constexpr std::int64_t kNoEntry = -2, kNoAccess = -13, kInProgress = -115;

struct Exec {
    std::string_view path;           // the kernel's path of what runs
    std::string_view filename = {};  // as passed; empty: path
    std::vector<std::string_view> args = {};
    std::string_view comm = {};  // empty: last part of path
    std::uint32_t uid = 0, gid = 0, tty = 0, flags = 0;
    std::uint64_t exe_ino = 0;
    std::string_view cgroups = {};  // "cpu=/a", one of them
    std::int64_t result = 0;
};

struct Snapshot {  // of a process, as an iterator tells it
    std::int64_t pid = -1, ppid = 0;
    std::string_view name = {}, exepath = {}, cwd = "/";
    std::vector<std::string_view> argv = {};
    std::int64_t sid = 0;
    std::uint32_t uid = 0, gid = 0, loginuid = 0xffffffff, tty = 0;
    std::uint64_t start_ns = 0;
    std::string_view cgroups = {};
    std::int64_t tid = -1;  // -1: the leader
};

class RecordLog {
public:
    RecordLog() : builder_(arena_) {}

    RecordLog& at(std::uint64_t ts_ns);
    RecordLog& by(std::int64_t tid);

    RecordLog& with_task(std::int64_t tgid, std::uint64_t start_ns, std::int64_t parent = 0,
                         std::uint32_t mount_ns = 0, std::uint32_t sid = 0);
    RecordLog& with_child(std::int64_t tgid, std::uint64_t start_ns, std::int64_t parent);
    // A FILE option: of the target unless told another role.
    RecordLog& with_inode(std::uint64_t ino, std::uint32_t generation = 0, std::uint32_t nlink = 1,
                          std::uint16_t mode = 0100644, std::uint16_t role = SEQUITUR_ROLE_TARGET);
    RecordLog& with_path(std::string_view path, std::uint8_t role = SEQUITUR_ROLE_TARGET,
                         std::uint8_t flags = 0);

    // Processes.
    void clone(std::int64_t result, std::uint32_t flags = 0);  // 0: the child's own event
    void clone_of(std::int64_t tid, std::int64_t pid, std::int64_t ptid, std::int64_t result,
                  std::uint32_t flags, EventType type = EventType::kClone);
    void execve(const Exec& exec, EventType type = EventType::kExecve);
    void procexit(std::int64_t reaper = 0);
    void prctl(std::int64_t option, std::string_view text, std::int64_t number = 0);

    // Files. `ino` and `dev` go into the record's own parameters.
    void openat(std::string_view path, std::uint32_t flags, std::int64_t result,
                std::uint64_t ino = 0, std::uint32_t dev = 0, std::int64_t dirfd = kCwd);
    void chmod(std::string_view path, std::uint32_t mode, std::int64_t result = 0);
    void rename(std::string_view from, std::string_view to, std::int64_t result = 0);
    void link(std::string_view from, std::string_view to);
    void unlink(std::string_view path, std::int64_t result = 0);
    void mkdir(std::string_view path);
    void chdir(std::string_view path, std::int64_t result = 0);
    void memfd_create(std::string_view name, std::int64_t result);

    // Descriptors.
    void close(std::int64_t fd, std::int64_t result = 0);
    void read(std::int64_t fd, std::int64_t result = 1);
    void write(std::int64_t fd, std::int64_t result = 1);
    void dup(std::int64_t from, std::int64_t result);

    // Sockets. Addresses as text, "1.2.3.4:80" or "[::1]:80".
    void socket(std::uint32_t domain, std::uint32_t type, std::uint32_t protocol,
                std::int64_t result);
    void bind(std::int64_t fd, std::string_view address);
    void connect(std::int64_t fd, std::string_view source, std::string_view destination,
                 std::int64_t result = 0);
    void accept(std::string_view source, std::string_view destination, std::int64_t result);
    void sendto(std::int64_t fd, std::string_view source, std::string_view destination);
    void recvfrom(std::int64_t fd, std::string_view source, std::string_view destination);

    // Snapshots and accounts.
    void task(const Snapshot& snapshot);
    void regular_file(std::int64_t pid, std::int64_t fd, std::string_view path,
                      std::uint32_t flags = kOpenRead);
    void user(std::uint32_t uid, std::string_view name, std::string_view container = {});
    void group(std::uint32_t gid, std::string_view name);

    // Any other call: a result, then integers in the order of the table.
    void call(EventType type, std::int64_t result, const std::vector<std::int64_t>& rest = {});
    // A record from a builder that the caller fills: begin() is done, finish() follows.
    template <typename Fill>
    void record(EventType type, Fill&& fill) {
        begin(type);
        fill(builder_);
        end();
    }

    const std::vector<RecordView>& records() const { return records_; }
    // All that was written since the last call of this.
    std::vector<RecordView> take();

private:
    void begin(EventType type);
    void begin_iter(EventType type, std::int64_t pid, std::int64_t tid);
    void add_tuple(std::string_view source, std::string_view destination);
    void end();

    Arena arena_;
    RecordBuilder builder_;
    std::vector<RecordView> records_;
    std::uint64_t ts_ns_ = kStart_ns;
    std::int64_t tid_ = 1;
    std::vector<sequitur_file_option> files_;
    struct ToldPath {
        std::uint8_t role, flags;
        std::string text;
    };
    std::vector<ToldPath> paths_;
    std::vector<std::pair<std::uint16_t, sequitur_task_option>> tasks_;
};

}  // namespace sequitur::test

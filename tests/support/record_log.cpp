#include "tests/support/record_log.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

namespace sequitur::test {
namespace {

constexpr std::uint32_t kDev = 0x801;  // 8:1

struct Endpoint {
    std::vector<std::byte> address;  // 4 or 16 bytes
    std::uint16_t port = 0;
};

Endpoint endpoint_of(std::string_view text) {
    Endpoint endpoint;
    const std::size_t colon = text.rfind(':');
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), endpoint.port);
    std::string address(text.substr(0, colon));
    const bool is_v6 = address.starts_with('[');
    if (is_v6) address = address.substr(1, address.size() - 2);
    endpoint.address.resize(is_v6 ? 16 : 4);
    inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), endpoint.address.data());
    return endpoint;
}

void append(std::vector<std::byte>& out, const Endpoint& endpoint) {
    out.insert(out.end(), endpoint.address.begin(), endpoint.address.end());
    out.push_back(static_cast<std::byte>(endpoint.port & 0xff));
    out.push_back(static_cast<std::byte>(endpoint.port >> 8));
}

std::vector<std::byte> family_byte(const Endpoint& endpoint) {
    return {static_cast<std::byte>(endpoint.address.size() == 4 ? 2 : 10)};
}

sequitur_task_option task_option(std::int64_t tgid, std::uint64_t start_ns, std::int64_t parent,
                                 std::uint32_t mount_ns, std::uint32_t sid) {
    sequitur_task_option option{};
    option.start_ns = start_ns;
    option.tgid = static_cast<std::uint32_t>(tgid);
    option.parent_tgid = static_cast<std::uint32_t>(parent);
    option.mount_ns = mount_ns;
    option.sid = sid;
    return option;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

RecordLog& RecordLog::at(std::uint64_t ts_ns) {
    ts_ns_ = ts_ns;
    return *this;
}

RecordLog& RecordLog::by(std::int64_t tid) {
    tid_ = tid;
    return *this;
}

RecordLog& RecordLog::with_task(std::int64_t tgid, std::uint64_t start_ns, std::int64_t parent,
                                std::uint32_t mount_ns, std::uint32_t sid) {
    tasks_.emplace_back(SEQUITUR_OPTION_TASK, task_option(tgid, start_ns, parent, mount_ns, sid));
    return *this;
}

RecordLog& RecordLog::with_child(std::int64_t tgid, std::uint64_t start_ns, std::int64_t parent) {
    tasks_.emplace_back(SEQUITUR_OPTION_CHILD, task_option(tgid, start_ns, parent, 0, 0));
    return *this;
}

RecordLog& RecordLog::with_inode(std::uint64_t ino, std::uint32_t generation, std::uint32_t nlink,
                                 std::uint16_t mode, std::uint16_t role) {
    sequitur_file_option option{};
    option.ino = ino;
    option.dev = kDev;
    option.generation = generation;
    option.nlink = nlink;
    option.mode = mode;
    option.role = static_cast<std::uint8_t>(role);
    files_.push_back(option);
    return *this;
}

RecordLog& RecordLog::with_path(std::string_view path, std::uint8_t role, std::uint8_t flags) {
    paths_.push_back({role, flags, std::string(path)});
    return *this;
}

void RecordLog::begin(EventType type) {
    builder_.begin(ts_ns_, static_cast<std::uint64_t>(tid_), type);
}

void RecordLog::begin_iter(EventType type, std::int64_t pid, std::int64_t tid) {
    const auto ids = static_cast<std::uint64_t>(pid) << 32 | static_cast<std::uint64_t>(tid);
    builder_.begin(ts_ns_, ids, type);
}

void RecordLog::end() {
    for (const auto& [code, task] : tasks_) {
        builder_.add_option(code, std::as_bytes(std::span(&task, 1)));
    }
    for (const sequitur_file_option& file : files_) builder_.add_file(file);
    for (const auto& [role, flags, path] : paths_) builder_.add_path(role, flags, path);
    tasks_.clear();
    files_.clear();
    paths_.clear();
    records_.push_back(builder_.finish());
}

std::vector<RecordView> RecordLog::take() { return std::exchange(records_, {}); }

void RecordLog::clone(std::int64_t result, std::uint32_t flags) {
    clone_of(tid_, tid_, -1, result, flags);
}

void RecordLog::clone_of(std::int64_t tid, std::int64_t pid, std::int64_t ptid, std::int64_t result,
                         std::uint32_t flags, EventType type) {
    begin(type);
    builder_.add_int(result);
    for (int i = 1; i <= 2; ++i) builder_.add_missing();
    builder_.add_int(tid);
    builder_.add_int(pid);
    builder_.add_int(ptid);
    for (int i = 6; i <= 14; ++i) builder_.add_missing();
    builder_.add_int(flags);
    builder_.add_missing();
    builder_.add_missing();
    builder_.add_int(tid);
    builder_.add_int(pid);
    end();
}

void RecordLog::execve(const Exec& exec, EventType type) {
    begin(type);
    builder_.add_int(exec.result);
    builder_.add_text(exec.path);
    builder_.add_list(exec.args);
    for (const std::int64_t id : {tid_, tid_, std::int64_t{1}}) builder_.add_int(id);
    for (int i = 6; i <= 12; ++i) builder_.add_missing();
    builder_.add_text(exec.comm.empty() ? last_part(exec.path) : exec.comm);
    const std::vector<std::string_view> cgroups{exec.cgroups};
    exec.cgroups.empty() ? builder_.add_missing() : builder_.add_list(cgroups);
    builder_.add_missing();
    builder_.add_int(exec.tty);
    builder_.add_missing();
    builder_.add_int(0xffffffffU);
    builder_.add_int(exec.flags);
    for (int i = 20; i <= 22; ++i) builder_.add_missing();
    builder_.add_int(exec.exe_ino);
    builder_.add_missing();
    builder_.add_missing();
    builder_.add_int(exec.uid);
    exec.result == 0 ? builder_.add_text(exec.path) : builder_.add_missing();
    builder_.add_missing();
    builder_.add_int(exec.gid);
    if (type == EventType::kExecve) {
        builder_.add_text(exec.filename.empty() ? exec.path : exec.filename);
    }
    end();
}

void RecordLog::procexit(std::int64_t reaper) {
    begin(EventType::kProcexit);
    for (int i = 0; i <= 3; ++i) builder_.add_int(0);
    builder_.add_int(reaper);
    end();
}

void RecordLog::prctl(std::int64_t option, std::string_view text, std::int64_t number) {
    begin(EventType::kPrctl);
    builder_.add_int(0);
    builder_.add_int(option);
    builder_.add_text(text);
    builder_.add_int(number);
    end();
}

void RecordLog::openat(std::string_view path, std::uint32_t flags, std::int64_t result,
                       std::uint64_t ino, std::uint32_t dev, std::int64_t dirfd) {
    begin(EventType::kOpenat);
    builder_.add_int(result);
    builder_.add_int(dirfd);
    builder_.add_text(path);
    builder_.add_int(flags);
    builder_.add_int(0644);
    builder_.add_int(dev);
    builder_.add_int(ino);
    end();
}

void RecordLog::chmod(std::string_view path, std::uint32_t mode, std::int64_t result) {
    begin(EventType::kChmod);
    builder_.add_int(result);
    builder_.add_text(path);
    builder_.add_int(mode);
    end();
}

void RecordLog::rename(std::string_view from, std::string_view to, std::int64_t result) {
    begin(EventType::kRename);
    builder_.add_int(result);
    builder_.add_text(from);
    builder_.add_text(to);
    end();
}

void RecordLog::link(std::string_view from, std::string_view to) {
    begin(EventType::kLink);
    builder_.add_int(0);
    builder_.add_text(from);
    builder_.add_text(to);
    end();
}

void RecordLog::unlink(std::string_view path, std::int64_t result) {
    begin(EventType::kUnlink);
    builder_.add_int(result);
    builder_.add_text(path);
    end();
}

void RecordLog::mkdir(std::string_view path) {
    begin(EventType::kMkdir);
    builder_.add_int(0);
    builder_.add_text(path);
    builder_.add_int(0755);
    end();
}

void RecordLog::chdir(std::string_view path, std::int64_t result) {
    begin(EventType::kChdir);
    builder_.add_int(result);
    builder_.add_text(path);
    end();
}

void RecordLog::memfd_create(std::string_view name, std::int64_t result) {
    begin(EventType::kMemfdCreate);
    builder_.add_int(result);
    builder_.add_text(name);
    builder_.add_int(0);
    end();
}

void RecordLog::close(std::int64_t fd, std::int64_t result) {
    call(EventType::kClose, result, {fd});
}

void RecordLog::dup(std::int64_t from, std::int64_t result) {
    call(EventType::kDup, result, {from});
}

void RecordLog::read(std::int64_t fd, std::int64_t result) {
    begin(EventType::kRead);
    builder_.add_int(result);
    builder_.add_missing();
    builder_.add_int(fd);
    builder_.add_int(1);
    end();
}

void RecordLog::write(std::int64_t fd, std::int64_t result) {
    begin(EventType::kWrite);
    builder_.add_int(result);
    builder_.add_missing();
    builder_.add_int(fd);
    builder_.add_int(1);
    end();
}

void RecordLog::call(EventType type, std::int64_t result, const std::vector<std::int64_t>& rest) {
    begin(type);
    builder_.add_int(result);
    for (const std::int64_t value : rest) builder_.add_int(value);
    end();
}

void RecordLog::socket(std::uint32_t domain, std::uint32_t type, std::uint32_t protocol,
                       std::int64_t result) {
    call(EventType::kSocket, result, {domain, type, protocol, 0});
}

void RecordLog::add_tuple(std::string_view source, std::string_view destination) {
    const Endpoint from = endpoint_of(source), to = endpoint_of(destination);
    std::vector<std::byte> bytes = family_byte(from);
    append(bytes, from);
    append(bytes, to);
    builder_.add_bytes(bytes);
}

void RecordLog::bind(std::int64_t fd, std::string_view address) {
    const Endpoint endpoint = endpoint_of(address);
    std::vector<std::byte> bytes = family_byte(endpoint);
    append(bytes, endpoint);
    begin(EventType::kBind);
    builder_.add_int(0);
    builder_.add_bytes(bytes);
    builder_.add_int(fd);
    end();
}

void RecordLog::connect(std::int64_t fd, std::string_view source, std::string_view destination,
                        std::int64_t result) {
    begin(EventType::kConnect);
    builder_.add_int(result);
    add_tuple(source, destination);
    builder_.add_int(fd);
    end();
}

void RecordLog::accept(std::string_view source, std::string_view destination, std::int64_t result) {
    begin(EventType::kAccept4);
    builder_.add_int(result);
    add_tuple(source, destination);
    end();
}

void RecordLog::sendto(std::int64_t fd, std::string_view source, std::string_view destination) {
    begin(EventType::kSendto);
    builder_.add_int(1);
    builder_.add_missing();
    builder_.add_int(fd);
    builder_.add_int(1);
    add_tuple(source, destination);
    end();
}

void RecordLog::recvfrom(std::int64_t fd, std::string_view source, std::string_view destination) {
    begin(EventType::kRecvfrom);
    builder_.add_int(1);
    builder_.add_missing();
    add_tuple(source, destination);
    builder_.add_int(fd);
    builder_.add_int(1);
    end();
}

void RecordLog::task(const Snapshot& snapshot) {
    begin_iter(EventType::kIterTask, snapshot.pid, snapshot.tid < 0 ? snapshot.pid : snapshot.tid);
    builder_.add_int(snapshot.ppid);
    builder_.add_int(snapshot.pid);
    builder_.add_int(snapshot.pid);
    builder_.add_int(snapshot.sid != 0 ? snapshot.sid : snapshot.pid);
    builder_.add_text(snapshot.name);
    snapshot.argv.empty() ? builder_.add_list(std::vector<std::string_view>{snapshot.exepath})
                          : builder_.add_list(snapshot.argv);
    builder_.add_text(snapshot.exepath);
    builder_.add_int(0);
    builder_.add_missing();
    builder_.add_text(snapshot.cwd);
    builder_.add_int(1024);
    builder_.add_int(snapshot.uid);
    builder_.add_int(snapshot.gid);
    for (int i = 13; i <= 23; ++i) builder_.add_missing();
    builder_.add_int(snapshot.pid);
    builder_.add_int(snapshot.pid);
    builder_.add_missing();
    const std::vector<std::string_view> cgroups{snapshot.cgroups};
    snapshot.cgroups.empty() ? builder_.add_missing() : builder_.add_list(cgroups);
    builder_.add_missing();
    builder_.add_int(snapshot.start_ns);
    builder_.add_int(snapshot.tty);
    builder_.add_int(snapshot.loginuid);
    end();
}

void RecordLog::regular_file(std::int64_t pid, std::int64_t fd, std::string_view path,
                             std::uint32_t flags) {
    begin_iter(EventType::kIterTaskFileRegular, pid, pid);
    builder_.add_int(fd);
    builder_.add_text(path);
    builder_.add_int(flags);
    builder_.add_int(1);
    builder_.add_int(77);
    end();
}

void RecordLog::user(std::uint32_t uid, std::string_view name, std::string_view container) {
    builder_.begin(0, ~std::uint64_t{0}, EventType::kUserAdded);
    builder_.add_int(uid);
    builder_.add_int(uid);
    builder_.add_text(name);
    builder_.add_text("/home");
    builder_.add_text("/bin/sh");
    builder_.add_text(container);
    end();
}

void RecordLog::group(std::uint32_t gid, std::string_view name) {
    builder_.begin(0, ~std::uint64_t{0}, EventType::kGroupAdded);
    builder_.add_int(gid);
    builder_.add_text(name);
    builder_.add_text("");
    end();
}

}  // namespace sequitur::test

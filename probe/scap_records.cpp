#include "probe/scap_records.h"

#include "core/event_type.h"

#include <algorithm>
#include <array>
#include <string>

namespace sequitur::probe {
namespace {

constexpr std::uint64_t kNoThread = ~std::uint64_t{0};
constexpr std::uint64_t kNumberMax = 0x7fffffff;

// Descriptor types of the format.
enum ListedType : std::uint8_t {
    kFile = 1,
    kDirectory = 2,
    kInet4 = 3,
    kInet6 = 4,
    kInet4Server = 5,
    kInet6Server = 6,
    kFifo = 7,
    kUnix = 8,
    kEvent = 9,
    kSignalfd = 11,
    kEventpoll = 12,
    kInotify = 13,
    kTimerfd = 14,
    kFile2 = 16,
    kBpf = 17,
    kUserfaultfd = 18,
    kIoUring = 19,
    kMemfd = 20,
    kPidfd = 21,
};

enum L4 : std::uint8_t { kTcp = 2, kUdp = 3, kIcmp = 4, kRaw = 5 };

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

// A list of texts; one that is missing stays so.
void add_texts(std::string_view texts, RecordBuilder& builder) {
    if (texts.empty()) builder.add_missing();
    else builder.add_bytes(bytes_of(texts));
}

void add_text_if_any(std::string_view text, RecordBuilder& builder) {
    if (text.empty()) builder.add_missing();
    else builder.add_text(text);
}

void add_known(std::uint64_t number, RecordBuilder& builder) {
    if (number == 0) builder.add_missing();
    else builder.add_int(number);
}

// argv: exe, then the arguments.
void add_command(const ListedThread& thread, RecordBuilder& builder) {
    std::string argv(thread.exe);
    argv += '\0';
    if (thread.args != std::string_view("", 1)) argv += thread.args;  // one NUL alone: none
    if (argv.back() != '\0') argv += '\0';
    builder.add_bytes(bytes_of(argv));
}

// Control groups under the names that they have today.
void add_cgroups(std::string_view cgroups, RecordBuilder& builder) {
    constexpr std::array<std::array<std::string_view, 2>, 3> kRenamed = {
        {{"perf", "perf_event"}, {"mem", "memory"}, {"io", "blkio"}}};
    constexpr std::string_view kSuffix = "_cgroup";
    std::string out;
    while (!cgroups.empty()) {
        const std::size_t end = std::min(cgroups.find('\0'), cgroups.size());
        const std::string_view one = cgroups.substr(0, end);
        cgroups.remove_prefix(std::min(end + 1, cgroups.size()));
        const std::size_t equals = std::min(one.find('='), one.size());
        std::string_view name = one.substr(0, equals);
        if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
        for (const auto& [before, now] : kRenamed) {
            if (name == before) name = now;
        }
        out += name;
        out += one.substr(equals);
        out += '\0';
    }
    add_texts(out, builder);
}

std::uint32_t exe_flags(const ListedThread& thread) {
    return (thread.exe_writable ? 1U : 0U) | (thread.exe_upper_layer ? 2U : 0U) |
           (thread.exe_from_memfd ? 4U : 0U) | (thread.exe_lower_layer ? 8U : 0U);
}

bool is_mapped_v4(std::span<const std::byte> ip) {
    constexpr std::byte kZero{0}, kOnes{0xff};
    const auto is_zero = [](std::byte b) { return b == kZero; };
    if (ip.size() != 16 || !std::ranges::all_of(ip.first(10), is_zero)) return false;
    if (ip[10] == kOnes && ip[11] == kOnes) return true;
    return std::ranges::all_of(ip.subspan(10), is_zero);
}

void add_inet(const ListedDescriptor& fd, bool is_v6, RecordBuilder& builder) {
    constexpr std::uint16_t kStream = 1, kDatagram = 2, kRawSocket = 3;
    std::uint16_t type = 0, protocol = 0;
    switch (fd.l4proto) {
        case kTcp: type = kStream, protocol = 6; break;
        case kUdp: type = kDatagram, protocol = 17; break;
        case kIcmp: type = kDatagram, protocol = 1; break;
        case kRaw: type = kRawSocket, protocol = 255; break;
        default: break;
    }
    const std::size_t size = is_v6 ? 16 : 4;
    const auto add_ip = [&](std::span<const std::byte> ip) {
        constexpr std::array<std::byte, 16> kNowhere{};
        builder.add_bytes(ip.size() >= size ? ip.last(size) : std::span(kNowhere).first(size));
    };
    builder.add_int(type);
    builder.add_int(protocol);
    add_ip(fd.source_ip);
    builder.add_int(fd.source_port);
    add_ip(fd.destination_ip);
    builder.add_int(fd.destination_port);
    builder.add_int(fd.ino);
}

EventType record_type(std::uint8_t type) {
    switch (type) {
        case kFile:
        case kFile2: return EventType::kIterTaskFileRegular;
        case kDirectory: return EventType::kIterTaskFileDirectory;
        case kFifo: return EventType::kIterTaskFilePipe;
        case kMemfd: return EventType::kIterTaskFileMemfd;
        case kUnix: return EventType::kIterTaskFileSocketUnix;
        case kInet4:
        case kInet4Server: return EventType::kIterTaskFileSocketInet;
        case kInet6:
        case kInet6Server: return EventType::kIterTaskFileSocketInet6;
        default: return EventType::kIterTaskFileAnonInode;
    }
}

// The iterator's number of what the format calls `type`.
std::uint8_t anon_kind(std::uint8_t type) {
    switch (type) {
        case kEvent: return 1;
        case kEventpoll: return 2;
        case kInotify: return 3;
        case kSignalfd: return 4;
        case kTimerfd: return 5;
        case kIoUring: return 6;
        case kUserfaultfd: return 7;
        case kPidfd: return 8;
        case kBpf: return 9;
        default: return 0;
    }
}

}  // namespace

bool is_listable(const ListedThread& thread) {
    return thread.tid > 0 && thread.tid <= kNumberMax && thread.pid > 0 && thread.pid <= kNumberMax;
}

RecordView make_thread_record(const ListedThread& thread, std::uint64_t ppid,
                              RecordBuilder& builder) {
    builder.begin(0, thread.pid << 32 | thread.tid, EventType::kIterTask);
    builder.add_int(ppid);
    builder.add_int(thread.pgid);
    builder.add_int(thread.vpgid);
    builder.add_int(thread.sid);
    builder.add_text(thread.comm);
    add_command(thread, builder);
    add_text_if_any(thread.exepath, builder);
    builder.add_int(exe_flags(thread));
    add_texts(thread.env, builder);
    add_text_if_any(thread.cwd, builder);
    builder.add_int(thread.fdlimit);
    builder.add_int(thread.uid);
    builder.add_int(thread.gid);
    builder.add_int(thread.cap_permitted);
    builder.add_int(thread.cap_effective);
    builder.add_int(thread.cap_inheritable);
    add_known(thread.exe_ino, builder);
    add_known(thread.exe_ctime_ns, builder);
    add_known(thread.exe_mtime_ns, builder);
    builder.add_int(thread.vm_size_kb);
    builder.add_int(thread.vm_rss_kb);
    builder.add_int(thread.vm_swap_kb);
    builder.add_int(thread.faults_major);
    builder.add_int(thread.faults_minor);
    builder.add_int(thread.vpid);
    builder.add_int(thread.vtid);
    add_known(thread.pidns_start_ns, builder);
    add_cgroups(thread.cgroups, builder);
    add_text_if_any(thread.root, builder);
    builder.add_missing();  // when it started: the lists do not tell
    builder.add_int(thread.tty);
    builder.add_int(thread.loginuid);
    return builder.finish();
}

RecordView make_descriptor_record(const ListedDescriptor& descriptor, std::uint64_t pid,
                                  std::uint64_t tid, bool serves, RecordBuilder& builder) {
    ListedDescriptor fd = descriptor;
    if (fd.type == kInet6 && is_mapped_v4(fd.source_ip) && is_mapped_v4(fd.destination_ip)) {
        fd.type = kInet4;
    }
    const EventType type = record_type(fd.type);
    builder.begin(0, pid << 32 | tid, type);
    builder.add_int(static_cast<std::int32_t>(fd.fd));
    sequitur_descriptor_option told{};
    told.type = fd.type == kFile2 ? static_cast<std::uint8_t>(kFile) : fd.type;
    switch (fd.type) {
        case kInet4:
        case kInet6:
        case kInet4Server:
        case kInet6Server:
            add_inet(fd, fd.type == kInet6 || fd.type == kInet6Server, builder);
            told.l4proto = fd.l4proto;
            told.role =
                fd.type == kInet4Server || fd.type == kInet6Server || (fd.type == kInet4 && serves)
                    ? 2
                    : 1;
            break;
        case kUnix:
            builder.add_missing();  // stream or datagram: not told
            builder.add_missing();
            builder.add_int(fd.unix_source);
            builder.add_text(fd.name);
            builder.add_int(fd.ino);
            break;
        case kFile:
        case kFile2:
            builder.add_text(fd.name);
            builder.add_int(fd.open_flags);
            builder.add_missing();  // mount
            builder.add_int(fd.ino);
            break;
        case kDirectory:
        case kFifo:
        case kMemfd:
            builder.add_text(fd.name);
            builder.add_int(fd.ino);
            break;
        default:
            builder.add_int(anon_kind(fd.type));
            builder.add_text(fd.name);
            builder.add_int(fd.ino);
            break;
    }
    const bool is_inet =
        type == EventType::kIterTaskFileSocketInet || type == EventType::kIterTaskFileSocketInet6;
    if (is_inet || type == EventType::kIterTaskFileAnonInode) {
        builder.add_option(SEQUITUR_OPTION_DESCRIPTOR, std::as_bytes(std::span(&told, 1)));
    }
    if (fd.dev != 0 && fd.ino != 0) {
        sequitur_file_option file{};
        file.ino = fd.ino;
        file.dev = fd.dev;
        builder.add_file(file);
    }
    return builder.finish();
}

RecordView make_account_record(const ListedAccount& account, RecordBuilder& builder) {
    if (!account.is_user) {
        builder.begin(0, kNoThread, EventType::kGroupAdded);
        builder.add_int(account.gid);
        builder.add_text(account.name);
        builder.add_text("");
        return builder.finish();
    }
    builder.begin(0, kNoThread, EventType::kUserAdded);
    builder.add_int(account.uid);
    builder.add_int(account.gid);
    builder.add_text(account.name);
    builder.add_text(account.home);
    builder.add_text(account.shell);
    builder.add_text("");
    return builder.finish();
}

}  // namespace sequitur::probe

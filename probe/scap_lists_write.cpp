#include "probe/scap_lists_write.h"

#include "core/call.h"
#include "core/event_type.h"
#include "probe/scap_format.h"

#include <algorithm>
#include <cstring>

namespace sequitur::probe {
namespace {

// Parameters of ITER_TASK.
enum TaskParam : unsigned {
    kPpid = 0,
    kVpgid = 2,
    kSid = 3,
    kComm = 4,
    kArgv = 5,
    kExepath = 6,
    kFlags = 7,
    kEnv = 8,
    kCwd = 9,
    kFdlimit = 10,
    kEuid = 11,
    kEgid = 12,
    kCapPermitted = 13,
    kCapEffective = 14,
    kCapInheritable = 15,
    kVmSize = 19,
    kVmRss = 20,
    kVmSwap = 21,
    kFaultsMajor = 22,
    kFaultsMinor = 23,
    kVtgid = 24,
    kVpid = 25,
    kCgroups = 27,
    kRoot = 28,
    kLoginuid = 31,
};

constexpr std::uint32_t kThreadFlags = 0x2001;  // CLONE_THREAD | CLONE_FILES

bool is_thread_record(const RecordView& record) { return record.type() == EventType::kIterTask; }

// Entries that begin with their own length, which counts itself.
class EntryScope {
public:
    explicit EntryScope(ByteBuffer& out) : out_(out), start_(out.size()) {
        put(out, std::uint32_t{0});
    }
    ~EntryScope() {
        const auto length = static_cast<std::uint32_t>(out_.size() - start_);
        std::memcpy(out_.data() + start_, &length, sizeof length);
    }
    EntryScope(const EntryScope&) = delete;
    EntryScope& operator=(const EntryScope&) = delete;

private:
    ByteBuffer& out_;
    std::size_t start_;
};

void put_address(ByteBuffer& out, const std::array<std::byte, 16>& address, bool is_v6) {
    put_bytes(out, std::span(address).first(is_v6 ? 16 : 4));
}

void append_machine(const HostFacts& facts, ByteBuffer& out) {
    constexpr std::size_t kHostnameSize = 128;
    const BlockScope scope(out, block::kMachine);
    put(out, facts.cpus);
    put(out, facts.memory_bytes);
    put(out, facts.pid_max);
    std::array<char, kHostnameSize> name{};
    std::ranges::copy(facts.hostname.substr(0, kHostnameSize - 1), name.begin());
    put_bytes(out, std::as_bytes(std::span(name)));
    put(out, facts.boot_ns);
    for (int reserved = 0; reserved < 3; ++reserved) put(out, std::uint64_t{0});
}

void append_interfaces(const HostFacts& facts, ByteBuffer& out) {
    const BlockScope scope(out, block::kInterfaces2);
    for (const NetInterface& found : facts.interfaces) {
        const std::string_view name = std::string_view(found.name).substr(0, kListNameMax);
        const std::size_t addresses = found.is_v6 ? 48 : 12;
        // This length, unlike those of the other lists, does not count itself.
        put(out, static_cast<std::uint32_t>(4 + addresses + 8 + name.size()));
        put(out, std::uint16_t{found.is_v6 ? std::uint16_t{2} : std::uint16_t{1}});
        put(out, static_cast<std::uint16_t>(name.size()));
        put_address(out, found.address, found.is_v6);
        put_address(out, found.netmask, found.is_v6);
        put_address(out, found.broadcast, found.is_v6);
        put(out, std::uint64_t{0});  // speed: unknown
        put_bytes(out, std::as_bytes(std::span(name)));
    }
}

}  // namespace

void ScapListWriter::add(const RecordView& record) {
    const EventType type = record.type();
    if (is_thread_record(record)) {
        add_thread(record);
    } else if (type == EventType::kUserAdded || type == EventType::kGroupAdded) {
        add_account(record);
    } else if (event_type_info(type)->source == EventSourceKind::kIter) {
        const std::uint64_t tid = record.tid() & 0xffffffff;
        append_descriptor_entry(record, descriptors_[tid]);
    }
}

void ScapListWriter::add_thread(const RecordView& record) {
    const std::uint64_t pid = record.tid() >> 32, tid = record.tid() & 0xffffffff;
    if (!listed_.insert(tid).second) return;
    const Params params(record);
    ByteBuffer& out = threads_;
    const EntryScope entry(out);
    put(out, tid);
    put(out, pid);
    put(out, static_cast<std::uint64_t>(std::max<std::int64_t>(params.i64(kPpid), 0)));
    put(out, params.i64(kSid));
    put(out, params.i64(kVpgid));
    const std::string_view argv = params.list(kArgv);
    const std::size_t end = std::min(argv.find('\0'), argv.size());
    put_text(out, params.text(kComm), kListPathMax);
    put_text(out, argv.substr(0, end), kListPathMax);
    put_text(out, params.text(kExepath), kListPathMax);
    put_text(out, argv.substr(std::min(end + 1, argv.size())), kListTextsMax);
    put_text(out, params.text(kCwd), kListPathMax);
    put(out, params.i64(kFdlimit));
    put(out, tid == pid ? 0U : kThreadFlags);
    put(out, params.u32(kEuid, 0xffffffff));
    put(out, params.u32(kEgid, 0xffffffff));
    put(out, params.u32(kVmSize));
    put(out, params.u32(kVmRss));
    put(out, params.u32(kVmSwap));
    put(out, params.u64(kFaultsMajor));
    put(out, params.u64(kFaultsMinor));
    put_text(out, params.list(kEnv), kListTextsMax);
    put(out, params.i64(kVpid, static_cast<std::int64_t>(tid)));
    put(out, params.i64(kVtgid, static_cast<std::int64_t>(pid)));
    put_text(out, params.list(kCgroups), kListTextsMax);
    put_text(out, params.text(kRoot), kListPathMax);
    // The tail that readers of any age take for what it is; the fields that came to stand before
    // and behind it are in our own blocks.
    put(out, params.u32(kLoginuid, 0xffffffff));
    put(out, static_cast<std::uint8_t>(params.u32(kFlags) & 1U));
    put(out, params.u64(kCapInheritable));
    put(out, params.u64(kCapPermitted));
    put(out, params.u64(kCapEffective));
}

void ScapListWriter::add_account(const RecordView& record) {
    const bool is_user = record.type() == EventType::kUserAdded;
    const Params params(record);
    if (!params.text(is_user ? 5 : 2).empty()) return;  // of a container: the list has the host's
    ByteBuffer& out = accounts_;
    const EntryScope entry(out);
    put(out, std::uint8_t{is_user ? std::uint8_t{0} : std::uint8_t{1}});
    put(out, params.u32(0));
    if (is_user) put(out, params.u32(1));
    put_text(out, params.text(is_user ? 2 : 1), kListNameMax);
    if (!is_user) return;
    put_text(out, params.text(3), kListNameMax);
    put_text(out, params.text(4), kListNameMax);
}

void ScapListWriter::append_to(ByteBuffer& out, const HostFacts& facts) {
    append_machine(facts, out);
    append_interfaces(facts, out);
    {
        const BlockScope scope(out, block::kUsers2);
        put_bytes(out, accounts_);
    }
    if (!threads_.empty()) {
        const BlockScope scope(out, block::kProcesses);
        put_bytes(out, threads_);
    }
    for (const std::uint64_t tid : listed_) {
        const BlockScope scope(out, block::kDescriptors2);
        put(out, tid);
        if (const auto found = descriptors_.find(tid); found != descriptors_.end()) {
            put_bytes(out, found->second);
        }
    }
    threads_ = accounts_ = {};
    listed_.clear();
    descriptors_.clear();
}

}  // namespace sequitur::probe

// An open file description as a process's descriptor table shows it: immutable, shared.
//
// dup and fork share the object, and so may several opens of one file with the same flags; what
// changes it (connect, bind, the first message of a datagram socket) publishes a new one. The name
// stays that of the open when the file is renamed. Made by the state stage (core/host_state.h).
#pragma once

#include "core/file_identity.h"
#include "core/interner.h"
#include "core/reference.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace sequitur {

enum class DescriptorType : std::uint8_t {  // the format's fd types where it has one
    kUnknown = 0,
    kFile = 1,
    kDirectory = 2,
    kIpv4Socket = 3,
    kIpv6Socket = 4,
    kIpv4Server = 5,
    kIpv6Server = 6,
    kFifo = 7,
    kUnixSocket = 8,
    kEvent = 9,
    kUnsupported = 10,
    kSignalfd = 11,
    kEventpoll = 12,
    kInotify = 13,
    kTimerfd = 14,
    kNetlink = 15,
    kBpf = 17,
    kUserfaultfd = 18,
    kIoUring = 19,
    kMemfd = 20,
    kPidfd = 21,
};

// An address of either family; IPv4 in the first four bytes, network order.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v6 = false;
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

enum class SocketRole : std::uint8_t { kNone, kClient, kServer };

// What DNS answers called an address, newest first; never empty (core/name_table.h).
struct AddressNames : Referenced<AddressNames> {
    std::vector<SymbolRef> names;
};

// Tells the Descriptors of this program's life apart, copies too; an address comes back.
class DescriptorSerial {
public:
    DescriptorSerial() : value_(next_.fetch_add(1, std::memory_order_relaxed)) {}
    DescriptorSerial(const DescriptorSerial&) : DescriptorSerial() {}
    DescriptorSerial& operator=(const DescriptorSerial&) = delete;
    std::uint64_t value() const { return value_; }  // never 0

private:
    static inline std::atomic<std::uint64_t> next_{1};
    std::uint64_t value_;
};

struct Descriptor : Referenced<Descriptor> {
    DescriptorSerial serial;
    DescriptorType type = DescriptorType::kUnknown;
    SymbolRef name;       // fd.name: absolute path, "a:p->b:q", "pipe:[..]", memfd name, ...
    SymbolRef raw_name;   // fd.nameraw: as the program gave it; null when the same is unknown
    SymbolRef directory;  // fd.directory and fd.filename for files; null otherwise
    SymbolRef filename;
    FileId file;                   // files, directories, memfd; otherwise none
    std::uint32_t open_flags = 0;  // PPM_O_*
    // Where the file's record was when last seen; the state stage's alone (core/file_table.h).
    mutable std::uint32_t file_place = 0xffffffff;
    std::uint32_t dev = 0;
    std::uint64_t ino = 0;
    bool created_file = false;  // this open made the file

    // Sockets. For a connection: client and server side, which fd.cip/fd.sip speak of; which of
    // them is local is `role`.
    SocketRole role = SocketRole::kNone;
    std::uint8_t l4proto = 0;  // 1 none, 2 tcp, 3 udp, 4 icmp, 5 raw (format's numbers)
    std::uint16_t client_port = 0, server_port = 0;
    IpAddress client_ip, server_ip;
    Ref<AddressNames> client_names, server_names;  // null: nobody told
    std::int32_t socket_domain = -1, socket_type = -1, socket_protocol = -1;
    bool is_connected = false;
    bool name_changed = false;  // the last call gave it another name (fd.name_changed)

    // From a pool; freed on any thread.
    static void* operator new(std::size_t size);
    static void operator delete(void* memory);
};

}  // namespace sequitur

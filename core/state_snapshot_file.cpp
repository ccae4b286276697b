// The descriptors that were open before the first event. One that an event has changed since is
// left alone.
#include "core/descriptor_name.h"
#include "core/path.h"
#include "core/process_resolver.h"
#include "core/state_arguments.h"
#include "core/state_families.h"

#include <cstring>

namespace sequitur {
namespace {

DescriptorType anon_type(std::uint32_t kind) {
    constexpr DescriptorType kTypes[] = {
        DescriptorType::kUnsupported, DescriptorType::kEvent,       DescriptorType::kEventpoll,
        DescriptorType::kInotify,     DescriptorType::kSignalfd,    DescriptorType::kTimerfd,
        DescriptorType::kIoUring,     DescriptorType::kUserfaultfd, DescriptorType::kPidfd,
        DescriptorType::kBpf,         DescriptorType::kBpf,         DescriptorType::kBpf,
        DescriptorType::kBpf,
    };
    return kind < std::size(kTypes) ? kTypes[kind] : DescriptorType::kUnsupported;
}

void fill_file(StateTables& tables, const Call& call, const Process& process,
               Descriptor& descriptor) {
    const Symbol path = symbol_of(tables, call.params.text(1));
    descriptor.name = SymbolRef(path);
    const InodeInfo inode = inode_of(call, SEQUITUR_ROLE_TARGET);
    const bool is_directory = descriptor.type == DescriptorType::kDirectory;
    if (descriptor.type == DescriptorType::kFile || is_directory) {
        const std::string_view text = view_of(path);
        descriptor.directory =
            is_directory ? descriptor.name : SymbolRef(tables.strings.intern(directory_of(text)));
        if (!is_directory) {
            descriptor.filename = SymbolRef(tables.strings.intern(filename_of(text)));
        }
        const bool has_name = !text.empty() && text.front() == '/';
        const FileName name{path_space(*process.image), has_name ? path : nullptr};
        descriptor.file =
            inode ? tables.files.peek(inode, {}) : tables.files.identify({}, name, sight_of(text));
    } else if (inode) {
        descriptor.file = tables.files.peek(inode, {});
    }
    descriptor.dev = inode.dev;
}

void fill_inet(StateTables& tables, const Call& call, bool is_v6, Descriptor& descriptor) {
    constexpr std::uint16_t kStream = 1, kDatagram = 2;
    const std::uint32_t type = call.params.u32(1), protocol = call.params.u32(2);
    const auto ip = [&](unsigned param) {
        IpAddress address;
        address.is_v6 = is_v6;
        const auto bytes = call.params[param];
        if (bytes.size() == (is_v6 ? 16U : 4U)) {
            std::memcpy(address.bytes.data(), bytes.data(), bytes.size());
        }
        return address;
    };
    SocketEnds tuple;
    tuple.family = is_v6 ? SocketEnds::Family::kIpv6 : SocketEnds::Family::kIpv4;
    tuple.source = ip(3);
    tuple.source_port = static_cast<std::uint16_t>(call.params.u32(4));
    tuple.destination = ip(5);
    tuple.destination_port = static_cast<std::uint16_t>(call.params.u32(6));
    const bool is_tcp = type == kStream && (protocol == 6 || protocol == 0);
    const bool is_udp = type == kDatagram && (protocol == 17 || protocol == 0);
    descriptor.l4proto = is_tcp ? 2 : is_udp ? 3 : type == 3 ? 5 : 0;
    descriptor.socket_domain = is_v6 ? 10 : 2;
    descriptor.socket_type = static_cast<std::int32_t>(type);
    descriptor.socket_protocol = static_cast<std::int32_t>(protocol);
    tables.text.clear();
    const sequitur_descriptor_option* listed = call.options.descriptor();
    if (listed != nullptr) descriptor.l4proto = listed->l4proto;
    const bool is_listening = listed != nullptr
                                  ? listed->type == (is_v6 ? 6 : 5)
                                  : tuple.destination_port == 0;  // or bound, or not used yet
    if (is_listening) {
        descriptor.type = is_v6 ? DescriptorType::kIpv6Server : DescriptorType::kIpv4Server;
        descriptor.role = SocketRole::kServer;
        descriptor.server_ip = tuple.source;
        descriptor.server_port = tuple.source_port;
        append_endpoint(tuple.source, tuple.source_port, tables.text);
    } else {
        // Accepted, where this very port is listened on; of the rest the lower port serves.
        descriptor.type = is_v6 ? DescriptorType::kIpv6Socket : DescriptorType::kIpv4Socket;
        const bool serves = listed != nullptr
                                ? listed->role == static_cast<int>(SocketRole::kServer)
                                : tuple.source_port < 1024 && tuple.destination_port >= 1024;
        descriptor.role = serves ? SocketRole::kServer : SocketRole::kClient;
        if (serves) {
            std::swap(tuple.source, tuple.destination);
            std::swap(tuple.source_port, tuple.destination_port);
        }
        descriptor.client_ip = tuple.source;
        descriptor.client_port = tuple.source_port;
        descriptor.server_ip = tuple.destination;
        descriptor.server_port = tuple.destination_port;
        descriptor.is_connected = true;
        append_tuple(tuple, tables.text);
    }
    descriptor.name = SymbolRef(tables.strings.intern(tables.text));
}

void fill_unix(StateTables& tables, const Call& call, Descriptor& descriptor) {
    const std::string_view path = call.params.text(4);
    descriptor.socket_domain = 1;
    descriptor.socket_type = static_cast<std::int32_t>(call.params.u32(1));
    descriptor.role = path.empty() ? SocketRole::kClient : SocketRole::kServer;
    descriptor.name = SymbolRef(tables.strings.intern(path));
}

unsigned ino_param(EventType type) {
    switch (static_cast<unsigned>(type)) {
        case static_cast<unsigned>(EventType::kIterTaskFileRegular): return 4;
        case static_cast<unsigned>(EventType::kIterTaskFileSocketInet):
        case static_cast<unsigned>(EventType::kIterTaskFileSocketInet6): return 7;
        case static_cast<unsigned>(EventType::kIterTaskFileSocketUnix): return 5;
        case static_cast<unsigned>(EventType::kIterTaskFileSocketNetlink):
        case static_cast<unsigned>(EventType::kIterTaskFileAnonInode): return 3;
        default: return 2;
    }
}

Ref<Descriptor> describe_file(StateTables& tables, const Call& call, EventType type,
                              const Process& process) {
    auto* made = new Descriptor;
    Ref<Descriptor> owner(made);
    made->ino = call.params.u64(ino_param(type));
    if (type == EventType::kIterTaskFileSocketInet || type == EventType::kIterTaskFileSocketInet6) {
        fill_inet(tables, call, type == EventType::kIterTaskFileSocketInet6, *made);
        return owner;
    }
    if (type == EventType::kIterTaskFileSocketUnix) {
        made->type = DescriptorType::kUnixSocket;
        fill_unix(tables, call, *made);
        return owner;
    }
    if (type == EventType::kIterTaskFileSocketNetlink) {
        made->type = DescriptorType::kNetlink;
        made->socket_domain = 16;
        made->name = SymbolRef(tables.strings.intern(""));
        return owner;
    }
    if (type == EventType::kIterTaskFileAnonInode) {
        const sequitur_descriptor_option* listed = call.options.descriptor();
        made->type = listed != nullptr ? static_cast<DescriptorType>(listed->type)
                                       : anon_type(call.params.u32(1));
        made->name = SymbolRef(symbol_of(tables, call.params.text(2)));
        return owner;
    }
    if (type == EventType::kIterTaskFilePipe) made->type = DescriptorType::kFifo;
    if (type == EventType::kIterTaskFileMemfd) made->type = DescriptorType::kMemfd;
    if (type == EventType::kIterTaskFileDirectory) made->type = DescriptorType::kDirectory;
    if (type == EventType::kIterTaskFileRegular) {
        made->type = DescriptorType::kFile;
        made->open_flags = call.params.u32(2);
    }
    fill_file(tables, call, process, *made);
    return owner;
}

}  // namespace

void apply_file_snapshot(StateTables& tables, const Call& call) {
    const auto ids = static_cast<std::uint64_t>(call.event.tid);
    const auto pid = static_cast<std::int64_t>(ids >> 32);
    const auto tid = static_cast<std::int64_t>(ids & 0xffffffff);
    const std::int64_t fd = static_cast<std::int32_t>(call.params.i64(0));
    const std::uint64_t ended = tables.processes.ended_ns(pid);
    Task* task = tables.processes.find_task(tid);
    if (task == nullptr) {
        if (ended != 0 && ended >= call.ts) {
            ++tables.counters.stale_snapshots;
            return;
        }
        Process& process = resolve_process(tables, pid, call.options.task(), call.ts);
        task = process.tasks;
        if (task == nullptr) return;
    }
    const std::uint64_t changed = task->files->changed_ns(fd);
    if (changed != 0 && changed > call.ts) {
        ++tables.counters.stale_snapshots;
        return;
    }
    constexpr std::uint32_t kCloexec = 0x1000;
    const EventType type = call.event.type;
    const bool cloexec =
        type == EventType::kIterTaskFileRegular && (call.params.u32(2) & kCloexec) != 0;
    task->files->set(fd, describe_file(tables, call, type, *task->process), cloexec, call.ts);
}

}  // namespace sequitur

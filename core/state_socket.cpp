// Sockets: who is client and who server, and the name "client->server" that follows from it.
//
// A tuple's source is the local end in connect and send, the remote one in accept and recv. A
// connection's roles are fixed by the call that made it; a datagram socket's are guessed at its
// first message.
#include "core/descriptor_name.h"
#include "core/dns_message.h"
#include "core/field_argument.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

constexpr std::uint32_t kCloexec = 0x1000;
constexpr std::uint8_t kTcp = 2, kUdp = 3, kIcmp = 4, kRaw = 5;
constexpr std::int64_t kInProgress = -115;
constexpr std::uint16_t kServicePortMax = 1023;

DescriptorType socket_type(std::int32_t domain) {
    switch (domain) {
        case 1: return DescriptorType::kUnixSocket;
        case 2: return DescriptorType::kIpv4Socket;
        case 10: return DescriptorType::kIpv6Socket;
        case 16: return DescriptorType::kNetlink;
        default: return DescriptorType::kUnknown;
    }
}

std::uint8_t l4proto_of(std::uint32_t type, std::uint32_t protocol) {
    constexpr std::uint32_t kStream = 1, kDatagram = 2, kRawSocket = 3;
    type &= 0xff;
    switch (protocol) {
        case 0: return type == kStream ? kTcp : type == kDatagram ? kUdp : 0;
        case 1: return kIcmp;
        case 6: return type == kRawSocket ? kRaw : kTcp;
        case 17: return type == kRawSocket ? kRaw : kUdp;
        case 255: return kRaw;
        default: return 0;
    }
}

bool is_inet(const SocketEnds& tuple) { return tuple.family != SocketEnds::Family::kUnix; }

DescriptorType type_of(const SocketEnds& tuple) {
    switch (tuple.family) {
        case SocketEnds::Family::kIpv4: return DescriptorType::kIpv4Socket;
        case SocketEnds::Family::kIpv6: return DescriptorType::kIpv6Socket;
        case SocketEnds::Family::kUnix: return DescriptorType::kUnixSocket;
    }
    return DescriptorType::kUnknown;
}

// Puts the tuple, client first, into `socket` and names it so.
void take_tuple(StateTables& tables, Descriptor& socket, const SocketEnds& tuple) {
    socket.type = type_of(tuple);
    socket.client_ip = tuple.source;
    socket.client_port = tuple.source_port;
    socket.server_ip = tuple.destination;
    socket.server_port = tuple.destination_port;
    socket.client_names = Ref<AddressNames>(tables.names.find(tuple.source));
    socket.server_names = Ref<AddressNames>(tables.names.find(tuple.destination));
    tables.text.clear();
    append_tuple(tuple, tables.text);
    const Symbol name = tables.strings.intern(tables.text);
    socket.name_changed = socket.name.get() != name;
    socket.name = SymbolRef(name);
}

void publish(Call& call, Descriptor* socket) {
    call.event.fd = socket;
    call.task->files->replace(call.event.fd_number, Ref<Descriptor>(socket), call.ts);
}

void open_socket(Call& call, std::int64_t number, Descriptor* socket, bool cloexec) {
    call.event.fd = socket;
    call.event.fd_number = number;
    call.task->files->set(number, Ref<Descriptor>(socket), cloexec, call.ts);
}

bool is_send(EventType type) {
    return type == EventType::kSend || type == EventType::kSendto || type == EventType::kSendmsg ||
           type == EventType::kSendmmsg;
}

unsigned tuple_param(EventType type) {
    if (type == EventType::kRecvfrom) return 2;
    if (type == EventType::kRecvmsg) return 3;
    return 4;
}

// The tuple turned client first, by the role of this end.
SocketEnds client_first(SocketEnds tuple, bool source_is_local, SocketRole role) {
    const bool source_is_client = source_is_local == (role == SocketRole::kClient);
    if (source_is_client) return tuple;
    std::swap(tuple.source, tuple.destination);
    std::swap(tuple.source_port, tuple.destination_port);
    return tuple;
}

SocketRole guess_role(const SocketEnds& tuple, bool source_is_local) {
    const std::uint16_t local = source_is_local ? tuple.source_port : tuple.destination_port;
    const std::uint16_t remote = source_is_local ? tuple.destination_port : tuple.source_port;
    return local != 0 && local <= kServicePortMax && remote > kServicePortMax ? SocketRole::kServer
                                                                              : SocketRole::kClient;
}

bool shows(const Descriptor& socket, const SocketEnds& tuple) {
    return socket.name && !socket.name.view().empty() && socket.type == type_of(tuple) &&
           socket.client_ip == tuple.source && socket.client_port == tuple.source_port &&
           socket.server_ip == tuple.destination && socket.server_port == tuple.destination_port;
}

}  // namespace

void apply_socket(StateTables& tables, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    auto* socket = new Descriptor;
    socket->socket_domain = static_cast<std::int32_t>(call.params.u32(1, 0xffffffff));
    socket->socket_type = static_cast<std::int32_t>(call.params.u32(2, 0xffffffff));
    socket->socket_protocol = static_cast<std::int32_t>(call.params.u32(3, 0xffffffff));
    socket->type = socket_type(socket->socket_domain);
    const bool is_ip = socket->socket_domain == 2 || socket->socket_domain == 10;
    if (is_ip) socket->l4proto = l4proto_of(call.params.u32(2), call.params.u32(3));
    socket->name = SymbolRef(tables.strings.intern(""));
    open_socket(call, call.event.result, socket, (call.params.u32(4) & kCloexec) != 0);
}

void apply_socketpair(StateTables& tables, Call& call) {
    const std::int64_t first = call.params.i64(1), second = call.params.i64(2);
    if (call.failed() || first == second) return;
    const SymbolRef empty(tables.strings.intern(""));
    for (const std::int64_t number : {first, second}) {
        auto* socket = new Descriptor;
        Ref<Descriptor> owner(socket);
        socket->type = DescriptorType::kUnixSocket;
        socket->name = empty;
        socket->is_connected = true;
        call.task->files->set(number, std::move(owner), false, call.ts);
    }
}

void apply_bind(StateTables& tables, Call& call) {
    const std::optional<SocketEnds> address = parse_address(call.params[1]);
    if (call.failed() || !address || call.event.fd == nullptr) return;
    auto* socket = new Descriptor(*call.event.fd);
    tables.text.clear();
    if (is_inet(*address)) {
        if (address->destination_port > 0) {
            socket->type = address->family == SocketEnds::Family::kIpv4
                               ? DescriptorType::kIpv4Server
                               : DescriptorType::kIpv6Server;
            socket->server_ip = address->destination;
            socket->server_port = address->destination_port;
            socket->role = SocketRole::kServer;
        }
        append_endpoint(address->destination, address->destination_port, tables.text);
    } else {
        tables.text = address->path;
        socket->role = SocketRole::kServer;
    }
    const Symbol name = tables.strings.intern(tables.text);
    socket->name_changed = socket->name.get() != name;
    socket->name = SymbolRef(name);
    publish(call, socket);
}

void apply_connect(StateTables& tables, Call& call) {
    const Event& event = call.event;
    const bool is_under_way = event.has_result && event.result == kInProgress;
    if (event.fd == nullptr || (call.failed() && !is_under_way)) return;
    std::optional<SocketEnds> tuple = parse_tuple(call.params[1]);
    if (!tuple) tuple = parse_address(call.params[3]);  // only the far end is known
    if (!tuple) return;
    auto* socket = new Descriptor(*event.fd);
    take_tuple(tables, *socket, *tuple);
    if (socket->role == SocketRole::kNone) socket->role = SocketRole::kClient;
    socket->is_connected = !is_under_way;
    publish(call, socket);
}

void apply_accept(StateTables& tables, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    const std::optional<SocketEnds> tuple = parse_tuple(call.params[1]);
    if (!tuple) {
        call.task->files->close(call.event.result, call.ts);
        call.event.fd_number = call.event.result;
        return;
    }
    auto* socket = new Descriptor;
    take_tuple(tables, *socket, *tuple);
    socket->role = SocketRole::kServer;
    socket->is_connected = true;
    if (is_inet(*tuple)) socket->l4proto = kTcp;
    const std::uint32_t flags = call.event.type == EventType::kAccept4 ? call.params.u32(5) : 0;
    constexpr std::uint32_t kSockCloexec = 0x80000;  // the system's own number: flags are as given
    open_socket(call, call.event.result, socket, (flags & kSockCloexec) != 0);
}

namespace {

// Names its ends: what a datagram socket is connected to may change with every message.
void follow_transfer(StateTables& tables, Call& call) {
    Event& event = call.event;
    if (call.failed()) return;
    const Descriptor* known = event.fd;
    const bool has_name = known != nullptr && known->name && !known->name.view().empty();
    if (has_name && (known->l4proto == kTcp || known->type == DescriptorType::kUnixSocket)) return;
    const bool source_is_local = is_send(event.type);
    const std::optional<SocketEnds> tuple = parse_tuple(call.params[tuple_param(event.type)]);
    if (!tuple || (known == nullptr && (!source_is_local || !is_inet(*tuple)))) return;
    if (known == nullptr && event.fd_number < 0) return;

    SocketRole role = known != nullptr ? known->role : SocketRole::kNone;
    if (role == SocketRole::kNone) role = guess_role(*tuple, source_is_local);
    const SocketEnds named = is_inet(*tuple) ? client_first(*tuple, source_is_local, role) : *tuple;
    if (known != nullptr && known->role == role && shows(*known, named)) return;
    auto* socket = known != nullptr ? new Descriptor(*known) : new Descriptor;
    take_tuple(tables, *socket, named);
    socket->role = role;
    if (is_inet(*tuple) && socket->l4proto == 0) socket->l4proto = kUdp;
    publish(call, socket);
}

}  // namespace

void apply_transfer(StateTables& tables, Call& call) {
    follow_transfer(tables, call);
    if (!is_send(call.event.type)) apply_answer(tables, call);
}

void apply_answer(StateTables& tables, Call& call) {
    static const auto kData = params_named("data");
    const Descriptor* const fd = call.event.fd;
    if (fd == nullptr || fd->server_port != kDnsPort || fd->role != SocketRole::kClient) return;
    const std::int8_t data = (*kData)[static_cast<std::size_t>(call.event.type)];
    if (call.failed() || data < 0) return;
    std::string_view message = call.params.list(static_cast<unsigned>(data));
    if (fd->l4proto == kTcp) message = dns_over_tcp(message);
    DnsName room;
    const std::string_view name = dns_question(message, room);
    if (name.empty()) return;
    tables.addresses.clear();
    dns_addresses(message, tables.addresses);
    for (const IpAddress& address : tables.addresses) {
        tables.names.add(address, tables.strings.intern(name));
    }
}

}  // namespace sequitur

// Fields of sockets: addresses, ports and protocols of fd.*. All depend on the descriptor alone.
#include "core/field_fd.h"
#include "core/field_row.h"
#include "core/service_names.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

enum class End { kClient, kServer, kLocal, kRemote };

// Whether the client's end is the one that is asked for.
bool is_client_end(const Descriptor& fd, End end) {
    if (end == End::kClient || end == End::kServer) return end == End::kClient;
    return (end == End::kLocal) == (fd.role == SocketRole::kClient);
}

// A connection has ends once it is known who called whom; a listening socket has only its own.
bool has_end(const Descriptor& fd, End end) {
    if (is_ip_connection(fd)) return fd.role != SocketRole::kNone;
    return is_ip_server(fd) && end == End::kServer;
}

template <End end>
Value address(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr || !has_end(*event.fd, end)) return Value::missing();
    return Value::of_ip(is_client_end(*event.fd, end) ? event.fd->client_ip : event.fd->server_ip);
}

template <End end>
Value port(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr || !has_end(*event.fd, end)) return Value::missing();
    return Value::of_uint(is_client_end(*event.fd, end) ? event.fd->client_port
                                                        : event.fd->server_port);
}

std::string_view service(std::uint16_t number, std::uint8_t l4proto, ValueScratch& scratch) {
    const std::string_view name = service_name(number, l4proto);
    return name.empty() ? decimal(number, scratch) : name;
}

template <End end>
Value protocol(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    const Value number = port<end>(field, event, scratch);
    if (!number) return number;
    return Value::of_text(
        service(static_cast<std::uint16_t>(number.u), event.fd->l4proto, scratch));
}

// Both ends of a connection, the only end of a listening socket.
template <typename MakeValue>
Value either_end(const Event& event, ValueScratch& scratch, MakeValue make) {
    if (event.fd == nullptr) return Value::missing();
    const Descriptor& fd = *event.fd;
    const bool both = is_ip_connection(fd);
    if (!both && !is_ip_server(fd)) return Value::missing();
    Value* values = scratch.allocate_values(2);
    values[0] = make(fd.server_ip, fd.server_port);
    if (both) values[1] = make(fd.client_ip, fd.client_port);
    return Value::of_list({values, both ? 2u : 1u});
}

Value either_address(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return either_end(event, scratch,
                      [](const IpAddress& ip, std::uint16_t) { return Value::of_ip(ip); });
}

Value either_port(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return either_end(event, scratch, [](const IpAddress&, std::uint16_t number) {
        return Value::of_uint(number);
    });
}

// Names of an end, any of which may match.
template <End end>
Value names(const FieldRef&, const Event& event, ValueScratch& scratch) {
    if (event.fd == nullptr || !has_end(*event.fd, end)) return Value::missing();
    const Descriptor& fd = *event.fd;
    const AddressNames* known = (is_client_end(fd, end) ? fd.client_names : fd.server_names).get();
    if (known == nullptr) return Value::missing();
    Value* values = scratch.allocate_values(known->names.size());
    Value* next = values;
    for (const SymbolRef& name : known->names) *next++ = Value::of_symbol(name.get());
    return Value::of_list({values, known->names.size()});
}

Value transport(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of_text(protocol_name(event.fd->l4proto)) : Value::missing();
}

Value family(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr) return Value::missing();
    if (is_ip_connection(*event.fd) || is_ip_server(*event.fd)) return Value::of_text("ip");
    if (event.fd->type == DescriptorType::kUnixSocket) return Value::of_text("unix");
    return Value::missing();
}

Value is_server(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr) return Value::missing();
    return Value::of(is_ip_server(*event.fd) || event.fd->role == SocketRole::kServer);
}

Value is_connected(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of(event.fd->is_connected) : Value::missing();
}

constexpr FieldRow kRows[] = {
    field_row("fd.ip", kIp, kFd, either_address, "Address of either end of the connection.")
        .as_either_end(),
    field_row("fd.cip", kIp, kFd, address<End::kClient>, "Address of the client."),
    field_row("fd.sip", kIp, kFd, address<End::kServer>, "Address of the server."),
    field_row("fd.lip", kIp, kFd, address<End::kLocal>, "Address of this host's end."),
    field_row("fd.rip", kIp, kFd, address<End::kRemote>, "Address of the other end.")
        .as_key("one peer"),
    field_row("fd.net", kNet, kFd, either_address,
              "Network that either end's address is compared with.")
        .as_either_end(),
    field_row("fd.cnet", kNet, kFd, address<End::kClient>,
              "Network that the client's address is compared with.")
        .only_in_conditions(),
    field_row("fd.snet", kNet, kFd, address<End::kServer>,
              "Network that the server's address is compared with.")
        .only_in_conditions(),
    field_row("fd.lnet", kNet, kFd, address<End::kLocal>,
              "Network that the address of this host's end is compared with.")
        .only_in_conditions(),
    field_row("fd.rnet", kNet, kFd, address<End::kRemote>,
              "Network that the address of the other end is compared with.")
        .only_in_conditions(),
    field_row("fd.port", kUint, kFd, either_port, "Port of either end of the connection.")
        .as_either_end(),
    field_row("fd.cport", kUint, kFd, port<End::kClient>, "Port of the client."),
    field_row("fd.sport", kUint, kFd, port<End::kServer>, "Port of the server."),
    field_row("fd.lport", kUint, kFd, port<End::kLocal>, "Port of this host's end."),
    field_row("fd.rport", kUint, kFd, port<End::kRemote>, "Port of the other end."),
    field_row("fd.proto", kUint, kFd, either_port,
              "Port of either end, usually compared with the name of a service.")
        .as_either_end(),
    field_row("fd.cproto", kText, kFd, protocol<End::kClient>,
              "Service of the client's port, or the port."),
    field_row("fd.sproto", kText, kFd, protocol<End::kServer>,
              "Service of the server's port, or the port."),
    field_row("fd.lproto", kText, kFd, protocol<End::kLocal>,
              "Service of the port of this host's end, or the port."),
    field_row("fd.rproto", kText, kFd, protocol<End::kRemote>,
              "Service of the port of the other end, or the port."),
    field_row("fd.l4proto", kText, kFd, transport, "Transport: tcp, udp, icmp or raw."),
    field_row("fd.sockfamily", kText, kFd, family, "Family of the socket: ip or unix."),
    field_row("fd.is_server", kBool, kFd, is_server,
              "Whether this host's end is the one that was called."),
    field_row("fd.connected", kBool, kFd, is_connected, "Whether the socket is connected."),
    field_row("fd.cip.name", kText, kFd, names<End::kClient>,
              "Names of the client's address, as DNS answers seen on plain port 53 told them.")
        .as_names(),
    field_row("fd.sip.name", kText, kFd, names<End::kServer>,
              "Names of the server's address, as DNS answers seen on plain port 53 told them.")
        .as_names(),
    field_row("fd.lip.name", kText, kFd, names<End::kLocal>,
              "Names of the address of this host's end, as DNS answers told them.")
        .as_names(),
    field_row("fd.rip.name", kText, kFd, names<End::kRemote>,
              "Names of the address of the other end, as DNS answers told them.")
        .as_names(),
};

}  // namespace

std::span<const FieldRow> socket_fields() { return kRows; }

std::string_view protocol_name(std::uint8_t l4proto) {
    switch (l4proto) {
        case 2: return "tcp";
        case 3: return "udp";
        case 4: return "icmp";
        case 5: return "raw";
        default: return kUnknownText;
    }
}

bool is_ip_connection(const Descriptor& fd) {
    return fd.type == DescriptorType::kIpv4Socket || fd.type == DescriptorType::kIpv6Socket;
}

bool is_ip_server(const Descriptor& fd) {
    return fd.type == DescriptorType::kIpv4Server || fd.type == DescriptorType::kIpv6Server;
}

}  // namespace sequitur

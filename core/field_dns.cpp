// Fields of DNS messages that pass over plain port 53: dns.*.
//
// The first question of a message is read out of the bytes that the event carries; over TCP a
// length stands before it. A message that was cut inside of the name has no value.
#include "core/dns_message.h"
#include "core/field_argument.h"
#include "core/field_fd.h"
#include "core/field_row.h"

namespace sequitur {
namespace {

constexpr std::uint8_t kTcp = 2;

bool is_dns(const Descriptor& fd) {
    return is_ip_connection(fd) && (fd.server_port == kDnsPort || fd.client_port == kDnsPort);
}

std::string_view message_of(const Event& event) {
    static const auto kData = params_named("data");
    const int index = param_index(*kData, event);
    if (event.fd == nullptr || index < 0 || !is_dns(*event.fd)) return {};
    const Value data = argument_raw(event, static_cast<std::size_t>(index));
    if (data.type != ValueType::kBytes) return {};
    return event.fd->l4proto == kTcp ? dns_over_tcp(data.text) : data.text;
}

Value question_name(const FieldRef&, const Event& event, ValueScratch& scratch) {
    DnsName room;
    const std::string_view name = dns_question(message_of(event), room);
    return name.data() == nullptr ? Value::missing() : Value::of_text(scratch.copy(name));
}

constexpr FieldRow kRows[] = {
    field_row(
        "dns.question.name", ValueType::kText, FieldScope::kEvent, question_name,
        "Name that a DNS message asks for, in lower case, where it passes over plain port 53.")
        .as_key("one domain name"),
};

}  // namespace

std::span<const FieldRow> dns_fields() { return kRows; }

}  // namespace sequitur

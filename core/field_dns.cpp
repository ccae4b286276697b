// Fields of DNS messages that pass over plain port 53: dns.*.
//
// The first question of a message is read out of the bytes that the event carries (RFC 1035 §4.1);
// over TCP a length stands before it. A message that was cut inside of the name has no value.
#include "core/field_argument.h"
#include "core/field_fd.h"
#include "core/field_row.h"

#include <cctype>

namespace sequitur {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint8_t kTcp = 2;
constexpr std::size_t kHeaderSize = 12, kLabelMax = 63, kNameMax = 253;

bool is_dns(const Descriptor& fd) {
    return is_ip_connection(fd) && (fd.server_port == kDnsPort || fd.client_port == kDnsPort);
}

std::string_view message_of(const Event& event) {
    static const auto kData = params_named("data");
    const int index = param_index(*kData, event);
    if (event.fd == nullptr || index < 0 || !is_dns(*event.fd)) return {};
    const Value data = argument_raw(event, static_cast<std::size_t>(index));
    if (data.type != ValueType::kBytes) return {};
    if (event.fd->l4proto != kTcp) return data.text;
    return data.text.size() > 2 ? data.text.substr(2) : std::string_view();
}

Value question_name(const FieldRef&, const Event& event, ValueScratch& scratch) {
    std::string_view rest = message_of(event);
    if (rest.size() <= kHeaderSize) return Value::missing();
    const bool has_question = rest[4] != 0 || rest[5] != 0;
    if (!has_question) return Value::missing();
    rest.remove_prefix(kHeaderSize);

    char* const name = scratch.allocate(kNameMax + 1);
    std::size_t length = 0;
    while (!rest.empty()) {
        const auto label = static_cast<std::size_t>(static_cast<unsigned char>(rest.front()));
        rest.remove_prefix(1);
        if (label == 0)
            return Value::of_text(length == 0 ? "." : std::string_view(name, length - 1));
        if (label > kLabelMax || label > rest.size() || length + label > kNameMax) break;
        for (const char c : rest.substr(0, label)) {
            name[length++] = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        name[length++] = '.';
        rest.remove_prefix(label);
    }
    return Value::missing();
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

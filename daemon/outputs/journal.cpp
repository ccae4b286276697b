// The systemd journal's native protocol: https://systemd.io/JOURNAL_NATIVE_PROTOCOL
#include "daemon/outputs/socket_receivers.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr std::size_t kNameMax = 64;

// "NAME=value", or, where the value has line ends, "NAME", its length and the value.
void add_field(std::string_view name, std::string_view value, std::string& entry) {
    entry += name;
    if (value.find('\n') == std::string_view::npos) {
        entry += '=';
    } else {
        entry += '\n';
        const std::uint64_t size = value.size();
        entry.append(reinterpret_cast<const char*>(&size), sizeof size);
    }
    entry += value;
    entry += '\n';
}

// "fd.name" as "SEQUITUR_FD_NAME": the journal takes capital letters, digits and '_'.
std::string field_name(std::string_view name) {
    std::string out = "SEQUITUR_";
    for (const char c : name) {
        const bool is_lower = c >= 'a' && c <= 'z';
        const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += is_lower ? static_cast<char>(c - 'a' + 'A') : is_plain ? c : '_';
    }
    out.resize(std::min(out.size(), kNameMax));
    return out;
}

std::string text_of(const OutputField& field) {
    switch (field.kind) {
        case OutputField::Kind::kNull: return "";
        case OutputField::Kind::kInt: return std::to_string(field.i);
        case OutputField::Kind::kUint: return std::to_string(field.u);
        case OutputField::Kind::kDouble: return std::to_string(field.d);
        case OutputField::Kind::kBool: return field.u != 0 ? "true" : "false";
        case OutputField::Kind::kText: return field.text;
    }
    return "";
}

}  // namespace

std::string journal_entry(const Message& message) {
    const Alert& alert = *message.alert;
    std::string entry;
    add_field("MESSAGE", message.text, entry);
    add_field("PRIORITY", std::to_string(static_cast<int>(alert.priority)), entry);
    add_field("SYSLOG_IDENTIFIER", "sequitur", entry);
    add_field("SEQUITUR_RULE", alert.rule, entry);
    add_field("SEQUITUR_PRIORITY", name_of(alert.priority), entry);
    add_field("SEQUITUR_SOURCE", alert.source, entry);
    add_field("SEQUITUR_TIME", to_rfc3339(alert.time), entry);
    for (const std::string& tag : alert.tags) add_field("SEQUITUR_TAG", tag, entry);
    for (const OutputField& field : alert.output_fields) {
        if (field.kind == OutputField::Kind::kNull) continue;
        add_field(field_name(field.name), text_of(field), entry);
    }
    return entry;
}

JournalReceiver::JournalReceiver(const OutputSettings& settings)
    : socket_(settings.path.empty() ? "/run/systemd/journal/socket" : settings.path, SOCK_DGRAM) {}

// What is too large for a datagram goes as a sealed file in memory.
int JournalReceiver::send(const std::string& entry, const Patience& patience) {
    const int error = socket_.send(entry, patience);
    if (error != EMSGSIZE) return error;
    const FileDescriptor memory(::memfd_create("alert", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory) return errno;
    if (write_patiently(memory.get(), entry, patience) != entry.size()) return ENOSPC;
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (::fcntl(memory.get(), F_ADD_SEALS, seals) != 0) return errno;
    return socket_.send({}, patience, memory.get());
}

Delivery JournalReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        int error = socket_.connect();
        if (error == 0) error = send(journal_entry(messages[i]), patience);
        if (error == 0) continue;
        socket_.close();
        return Delivery::retry(i, socket_.path() + ": " + std::strerror(error));
    }
    return {};
}

}  // namespace sequitur

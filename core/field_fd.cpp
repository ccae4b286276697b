// Fields of the descriptor that the event works on: fd.*, but for addresses (field_socket.cpp).
//
// An event that works on a descriptor nobody has described still has a name: empty, or for an open
// that failed the path that was asked for. So those few depend on the event, not on the descriptor.
#include "core/field_fd.h"

#include "core/field_row.h"

#include <string_view>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::uint16_t kWorksOnFd =
    event_flag::kCreatesFd | event_flag::kDestroysFd | event_flag::kUsesFd;
constexpr std::uint32_t kOpenedInUpperLayer = 1 << 15, kOpenedInLowerLayer = 1 << 16;

bool works_on_fd(const Event& event) {
    return event.fd != nullptr || (event.info->flags & kWorksOnFd) != 0;
}

// The path that an open without a descriptor asked for; null for other events.
Symbol asked_for(const Event& event) {
    return (event.info->flags & event_flag::kCreatesFd) != 0 ? event.path : nullptr;
}

Value number(const FieldRef&, const Event& event, ValueScratch&) {
    if (!works_on_fd(event)) return Value::missing();
    return Value::of_int(event.fd_number, NumberFormat::kId);
}

Value name(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd != nullptr) return symbol_or(event.fd->name.get(), {});
    return works_on_fd(event) ? symbol_or(asked_for(event), {}) : Value::missing();
}

Value raw_name(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd != nullptr) {
        const Symbol raw = event.fd->raw_name.get();
        return symbol_or(raw ? raw : event.fd->name.get(), {});
    }
    if (!works_on_fd(event)) return Value::missing();
    return symbol_or(asked_for(event) ? event.path_raw : nullptr, {});
}

// The directory part of an absolute path; "/" for what lies in the root.
std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return "/";
    return slash + 1 == path.size() ? path : path.substr(0, slash);
}

Value directory(const FieldRef&, const Event& event, ValueScratch&) {
    const Descriptor* fd = event.fd;
    if (fd == nullptr) {
        const Symbol path = asked_for(event);
        return path ? Value::of_text(directory_of(path->view())) : Value::missing();
    }
    if (fd->directory) return Value::of_symbol(fd->directory.get());
    if (fd->type == DescriptorType::kDirectory) return Value::of_symbol(fd->name.get());
    if (fd->type != DescriptorType::kFile || !fd->name) return Value::missing();
    return Value::of_text(directory_of(fd->name.view()));
}

Value file_name(const FieldRef&, const Event& event, ValueScratch&) {
    const Descriptor* fd = event.fd;
    if (fd == nullptr || fd->type != DescriptorType::kFile) return Value::missing();
    if (fd->filename) return Value::of_symbol(fd->filename.get());
    const std::string_view path = fd->name.view();
    const std::size_t slash = path.rfind('/');
    return Value::of_text(slash == std::string_view::npos ? "/" : path.substr(slash + 1));
}

Value type(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of_text(type_name(event.fd->type)) : Value::missing();
}

Value type_letter(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd != nullptr) return Value::of_text(sequitur::type_letter(event.fd->type));
    if (!works_on_fd(event)) return Value::missing();
    return Value::of_text(asked_for(event) ? "f" : "o");
}

Value descriptor_and_thread(const FieldRef&, const Event& event, ValueScratch& scratch) {
    if (!works_on_fd(event)) return Value::missing();
    return Value::of_text(
        concat(decimal(event.tid, scratch), decimal(event.fd_number, scratch), scratch));
}

Value in_container(const Value& value, const Event& event, ValueScratch& scratch) {
    if (!value) return value;
    const std::string_view prefix = concat(event.process->container_id.view(), ":", scratch);
    return Value::of_text(concat(prefix, value.text, scratch));
}

Value container_name(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    return in_container(name(field, event, scratch), event, scratch);
}

Value container_directory(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    return in_container(directory(field, event, scratch), event, scratch);
}

Value device(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of_uint(event.fd->dev, NumberFormat::kHex) : Value::missing();
}

Value device_major(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of_uint(event.fd->dev >> 8 & 0xfff) : Value::missing();
}

Value device_minor(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr) return Value::missing();
    return Value::of_uint((event.fd->dev & 0xff) | (event.fd->dev >> 12 & 0xfff00));
}

Value inode(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of_uint(event.fd->ino) : Value::missing();
}

template <std::uint32_t bit>
Value open_flag(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of((event.fd->open_flags & bit) != 0) : Value::missing();
}

Value name_changed(const FieldRef&, const Event& event, ValueScratch&) {
    return event.fd ? Value::of(event.fd->name_changed) : Value::missing();
}

constexpr FieldRow kRows[] = {
    field_row("fd.num", kInt, kEvent, number,
              "Number of the descriptor that the call works on; negative where it got none."),
    field_row("fd.name", kText, kNamedFd, name,
              "What the descriptor is open on: a path, \"client:port->server:port\", ...")
        .as_path()
        .as_key("one path or connection, as text"),
    field_row("fd.nameraw", kText, kNamedFd, raw_name,
              "fd.name as the program gave it, a relative path left relative.")
        .as_path(),
    field_row("fd.directory", kText, kNamedFd, directory,
              "Directory of the file that the descriptor is open on.")
        .as_path()
        .as_key("files of one directory"),
    field_row("fd.filename", kText, kFd, file_name,
              "Last part of the path of the file that the descriptor is open on."),
    field_row("fd.type", kText, kFd, type,
              "Kind of the descriptor: file, directory, ipv4, ipv6, unix, pipe, event, ..."),
    field_row("fd.typechar", kText, kNamedFd, type_letter,
              "Kind of the descriptor in one letter: f, d, 4, 6, u, p, e, ..., o if unknown."),
    field_row("fd.types", kList, kEvent, no_value,
              "The kinds of all descriptors that the process has open; [N] of descriptor N.")
        .as_list()
        .with_arg(FieldArg::kOptionalIndex),
    field_row("fd.uid", kText, kEvent, descriptor_and_thread,
              "Thread id and descriptor number, without anything between them."),
    field_row("fd.containername", kText, kEvent, container_name,
              "Container id, a colon, and fd.name."),
    field_row("fd.containerdirectory", kText, kEvent, container_directory,
              "Container id, a colon, and fd.directory."),
    field_row("fd.dev", kUint, kFd, device, "Device of the file, as the kernel numbers it."),
    field_row("fd.dev.major", kUint, kFd, device_major, "Major number of the file's device."),
    field_row("fd.dev.minor", kUint, kFd, device_minor, "Minor number of the file's device."),
    field_row("fd.ino", kUint, kFd, inode, "Inode number of the file."),
    field_row("fd.is_upper_layer", kBool, kFd, open_flag<kOpenedInUpperLayer>,
              "Whether the file lies in the writable layer of an overlay file system."),
    field_row("fd.is_lower_layer", kBool, kFd, open_flag<kOpenedInLowerLayer>,
              "Whether the file lies in a read-only layer of an overlay file system."),
    field_row("fd.name_changed", kBool, kFd, name_changed,
              "Whether this call gave the descriptor another name, as a datagram to a new peer."),
    field_row("fdlist.nums", kText, kEvent, no_value, "Numbers of the descriptors polled."),
    field_row("fdlist.names", kText, kEvent, no_value, "Names of the descriptors polled."),
    field_row("fdlist.cips", kText, kEvent, no_value, "Client addresses of those polled."),
    field_row("fdlist.sips", kText, kEvent, no_value, "Server addresses of those polled."),
    field_row("fdlist.cports", kText, kEvent, no_value, "Client ports of those polled."),
    field_row("fdlist.sports", kText, kEvent, no_value, "Server ports of those polled."),
};

}  // namespace

std::span<const FieldRow> descriptor_fields() { return kRows; }

std::string_view type_name(DescriptorType type) {
    switch (type) {
        case DescriptorType::kFile: return "file";
        case DescriptorType::kDirectory: return "directory";
        case DescriptorType::kIpv4Socket:
        case DescriptorType::kIpv4Server: return "ipv4";
        case DescriptorType::kIpv6Socket:
        case DescriptorType::kIpv6Server: return "ipv6";
        case DescriptorType::kUnixSocket: return "unix";
        case DescriptorType::kFifo: return "pipe";
        case DescriptorType::kEvent: return "event";
        case DescriptorType::kSignalfd: return "signalfd";
        case DescriptorType::kEventpoll: return "eventpoll";
        case DescriptorType::kInotify: return "inotify";
        case DescriptorType::kTimerfd: return "timerfd";
        case DescriptorType::kNetlink: return "netlink";
        case DescriptorType::kBpf: return "bpf";
        case DescriptorType::kUserfaultfd: return "userfaultfd";
        case DescriptorType::kIoUring: return "io_uring";
        case DescriptorType::kMemfd: return "memfd";
        case DescriptorType::kPidfd: return "pidfd";
        case DescriptorType::kUnknown:
        case DescriptorType::kUnsupported: break;
    }
    return kUnknownText;
}

std::string_view type_letter(DescriptorType type) {
    switch (type) {
        case DescriptorType::kFile: return "f";
        case DescriptorType::kDirectory: return "d";
        case DescriptorType::kIpv4Socket:
        case DescriptorType::kIpv4Server: return "4";
        case DescriptorType::kIpv6Socket:
        case DescriptorType::kIpv6Server: return "6";
        case DescriptorType::kUnixSocket: return "u";
        case DescriptorType::kFifo: return "p";
        case DescriptorType::kEvent: return "e";
        case DescriptorType::kSignalfd: return "s";
        case DescriptorType::kEventpoll: return "l";
        case DescriptorType::kInotify: return "i";
        case DescriptorType::kTimerfd: return "t";
        case DescriptorType::kNetlink: return "n";
        case DescriptorType::kBpf: return "b";
        case DescriptorType::kUserfaultfd: return "u";
        case DescriptorType::kIoUring: return "r";
        case DescriptorType::kMemfd: return "m";
        case DescriptorType::kPidfd: return "P";
        case DescriptorType::kUnsupported: return "X";
        case DescriptorType::kUnknown: break;
    }
    return "o";
}

}  // namespace sequitur

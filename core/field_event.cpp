// Fields of the event itself: evt.*, but for its arguments (field_call.cpp).
#include "core/field_argument.h"
#include "core/field_fd.h"
#include "core/field_row.h"
#include "core/system_names.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kOpenReading = 1, kOpenWriting = 2, kOpenCreate = 1 << 2,
                        kOpenTmpfile = 1 << 13, kOpenCreated = 1 << 14;
constexpr std::uint64_t kAnyExecute = 0111;

// What happened.

std::string_view type_name(const Event& event) {
    if (event.type == EventType::kGeneric) {
        return syscall_name(uint_param<std::uint16_t>(event.record.param(0), 0));
    }
    if (event.type == EventType::kAsyncevent) return text_param(event.record.param(1));
    return event.info->name;
}

Value type(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_text(type_name(event));
}

Value syscall_type(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.info->source != EventSourceKind::kSyscall) return Value::missing();
    return Value::of_text(type_name(event));
}

// field.index: the system call of a generic event; otherwise the types stand in params_by_type.
Value type_is(const FieldRef& field, const Event& event, ValueScratch&) {
    if (field.index < 0) return Value::of_uint(param_index(*field.params_by_type, event) >= 0);
    return Value::of_uint(event.type == EventType::kGeneric &&
                          uint_param<std::int32_t>(event.record.param(0), -1) == field.index);
}

Value direction(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_text(event.info->is_exit ? "<" : ">");
}

bool is_file(const Descriptor& fd) {
    return fd.type == DescriptorType::kFile || fd.type == DescriptorType::kDirectory;
}

std::string_view category_of(const Descriptor* fd) {
    if (fd == nullptr) return "unknown";
    if (is_ip_connection(*fd) || is_ip_server(*fd)) return "net";
    if (is_file(*fd)) return "file";
    const bool is_known =
        fd->type != DescriptorType::kUnknown && fd->type != DescriptorType::kUnsupported;
    return is_known ? "ipc" : "unknown";
}

Value category(const FieldRef&, const Event& event, ValueScratch&) {
    const std::string_view category = event.info->category;
    return Value::of_text(category.starts_with("io-") ? category_of(event.fd) : category);
}

Value number(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.number, NumberFormat::kId);
}

Value cpu(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_int(event.record.cpu(), NumberFormat::kId);
}

Value source(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_text(event.stream == EventStream::kJson ? "json" : "syscall");
}

Value hostname(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.host == nullptr || event.host->hostname.empty()) return Value::missing();
    return Value::of_text(event.host->hostname);
}

// When.

template <NumberFormat format>
Value time(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(ns_of(event.time), format);
}

template <std::uint64_t divisor, std::uint64_t modulus, NumberFormat format>
Value raw_time(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(ns_of(event.time) / divisor % modulus, format);
}

template <std::uint64_t divisor, std::uint64_t modulus, NumberFormat format>
Value relative_time(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.host == nullptr || event.time < event.host->first_event) return Value::missing();
    const auto ns = static_cast<std::uint64_t>((event.time - event.host->first_event).count());
    return Value::of_uint(ns / divisor % modulus, format);
}

template <std::uint64_t divisor, std::uint64_t modulus, NumberFormat format>
Value delta_time(const FieldRef&, const Event& event, ValueScratch&) {
    const auto ns = static_cast<std::uint64_t>(event.since_previous.count());
    return Value::of_uint(ns / divisor % modulus, format);
}

constexpr std::uint64_t kNever = ~std::uint64_t{0};  // as a modulus: the whole number

// How it ended.

Value result(const FieldRef&, const Event& event, ValueScratch&) {
    return event.has_result ? Value::of_int(event.result) : Value::missing();
}

Value result_name(const FieldRef&, const Event& event, ValueScratch& scratch) {
    if (!event.has_result) return Value::missing();
    if (event.result >= 0) return Value::of_text("SUCCESS");
    const std::string_view name = errno_name(event.result);
    return Value::of_text(name.empty() ? decimal(event.result, scratch) : name);
}

bool has_failed(const Event& event) { return event.has_result && event.result < 0; }

Value failed(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(has_failed(event));
}

// The counts are 1 or missing: made for summing up.
Value one_if(bool counts) { return counts ? Value::of_uint(1) : Value::missing(); }

bool concerns_files(const Event& event) {
    if (event.fd == nullptr) {
        return event.path != nullptr && (event.info->flags & event_flag::kCreatesFd) != 0;
    }
    return is_file(*event.fd);
}

bool concerns_network(const Event& event) {
    if (event.fd == nullptr) return event.info->category == "net";
    return is_ip_connection(*event.fd) || is_ip_server(*event.fd) ||
           event.fd->type == DescriptorType::kUnixSocket;
}

bool concerns_memory(const Event& event) { return event.info->category == "memory"; }

Value one(const FieldRef&, const Event&, ValueScratch&) { return Value::of_uint(1); }
Value error(const FieldRef&, const Event& event, ValueScratch&) {
    return one_if(has_failed(event));
}
template <bool (*concerns)(const Event&)>
Value error_about(const FieldRef&, const Event& event, ValueScratch&) {
    return one_if(has_failed(event) && concerns(event));
}
bool concerns_nothing_else(const Event& event) {
    return !concerns_files(event) && !concerns_network(event) && !concerns_memory(event);
}
Value exit(const FieldRef&, const Event& event, ValueScratch&) {
    return one_if(event.info->is_exit);
}
Value process_report(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.type == EventType::kProcinfo && event.process != nullptr &&
                          event.tid == event.process->pid);
}
Value thread_report(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.type == EventType::kProcinfo);
}

// Input and output.

constexpr std::uint16_t kReads = event_flag::kReadsFromFd, kWrites = event_flag::kWritesToFd;

template <std::uint16_t flags>
Value has_flag(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of((event.info->flags & flags) != 0);
}

Value io_direction(const FieldRef&, const Event& event, ValueScratch&) {
    if ((event.info->flags & kWrites) != 0) return Value::of_text("write");
    if ((event.info->flags & kReads) != 0) return Value::of_text("read");
    return Value::missing();
}

Value is_syslog(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of((event.info->flags & kWrites) != 0 && event.fd != nullptr &&
                     event.fd->type == DescriptorType::kUnixSocket &&
                     event.fd->name.view().find("/dev/log") != std::string_view::npos);
}

Value buffer(const FieldRef&, const Event& event, ValueScratch&) {
    static const auto kData = params_named("data");
    const int index = param_index(*kData, event);
    if (index < 0) return Value::missing();
    const Value value = argument_raw(event, static_cast<std::size_t>(index));
    return value.type == kBytes ? value : Value::missing();
}

bool on_any(const Descriptor&) { return true; }
bool on_file(const Descriptor& fd) { return fd.type == DescriptorType::kFile; }
bool on_network(const Descriptor& fd) { return is_ip_connection(fd) || is_ip_server(fd); }

template <std::uint16_t flags, bool (*counts)(const Descriptor&)>
Value buffer_length(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.fd == nullptr || (event.info->flags & flags) == 0 || !counts(*event.fd)) {
        return Value::missing();
    }
    if (!event.has_result || event.result < 0) return Value::missing();
    return Value::of_uint(static_cast<std::uint64_t>(event.result));
}

// Opening files.

struct OpenCall {
    bool is_open = false;
    std::uint64_t flags = 0, mode = 0;
};

OpenCall open_call(const Event& event) {
    static const auto kFlags = params_named("flags");
    static const auto kMode = params_named("mode");
    if (event.type != EventType::kOpen && event.type != EventType::kOpenat &&
        event.type != EventType::kOpenat2 && event.type != EventType::kOpenByHandleAt) {
        return {};
    }
    const int mode = param_index(*kMode, event);
    const auto flags = static_cast<std::size_t>(param_index(*kFlags, event));
    return {true, argument_bits(event, flags, 0),
            mode < 0 ? 0 : argument_bits(event, static_cast<std::size_t>(mode), 0)};
}

// The flags of an open that has a descriptor are the descriptor's too, so this is kNamedFd.
template <std::uint64_t bit>
Value opens(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of((open_call(event).flags & bit) != 0);
}

Value opens_executable(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.type == EventType::kCreat) {
        return Value::of((argument_bits(event, 2, 0) & kAnyExecute) != 0);
    }
    const OpenCall call = open_call(event);
    return Value::of((call.flags & (kOpenCreate | kOpenTmpfile)) != 0 &&
                     (call.mode & kAnyExecute) != 0);
}

Value opens_new(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t flags = open_call(event).flags;
    return Value::of((flags & kOpenCreated) != 0 ||
                     ((flags & kOpenTmpfile) != 0 && event.has_result && event.result >= 0));
}

// Asynchronous events.

bool is_meta(const Event& event) { return event.info->source == EventSourceKind::kMeta; }

Value is_async(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(is_meta(event));
}

Value async_type(const FieldRef&, const Event& event, ValueScratch&) {
    return is_meta(event) ? Value::of_text(type_name(event)) : Value::missing();
}

template <Symbol Event::*member>
Value path(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_symbol(event.*member);
}

constexpr FieldRow event_row(std::string_view name, ValueType type, Extractor extract,
                             std::string_view meaning) {
    return field_row(name, type, kEvent, extract, meaning);
}

constexpr FieldRow kRows[] = {
    event_row("evt.num", kUint, number, "Number of the event within its source, from 1.")
        .in_any_stream(),
    event_row("evt.type", kText, type, "Name of the system call or other event."),
    event_row("evt.type.is.", kUint, type_is,
              "1 for events of that type, as in evt.type.is.open, and 0 for others.")
        .with_arg(FieldArg::kRequiredText),
    event_row("syscall.type", kText, syscall_type,
              "evt.type of system calls; no value for other events."),
    event_row("evt.dir", kText, direction, "< for events at a call's end, > for others."),
    event_row("evt.category", kText, category,
              "What the call is about: file, net, process, memory, ..., for reads and writes the "
              "kind of what they work on."),
    event_row("evt.source", kText, source, "Where the event is from: syscall or json.")
        .in_any_stream(),
    event_row("evt.hostname", kText, hostname, "Name of the host that the event is from.")
        .in_any_stream(),
    event_row("evt.cpu", kInt, cpu, "Number of the processor that the call ran on."),
    event_row("evt.time", kUint, time<NumberFormat::kTime>,
              "Time of day with nanoseconds, in UTC; a number in nanoseconds where compared.")
        .in_any_stream(),
    event_row("evt.time.s", kUint, time<NumberFormat::kTimeSeconds>,
              "Time of day without nanoseconds.")
        .in_any_stream(),
    event_row("evt.time.iso8601", kUint, time<NumberFormat::kIso8601>,
              "Date and time in ISO 8601, in UTC.")
        .in_any_stream(),
    event_row("evt.datetime", kUint, time<NumberFormat::kDateTime>,
              "Date and time of day with nanoseconds, in UTC.")
        .in_any_stream(),
    event_row("evt.datetime.s", kUint, time<NumberFormat::kDateTimeSeconds>,
              "Date and time of day without nanoseconds.")
        .in_any_stream(),
    event_row("evt.outputtime", kUint, time<NumberFormat::kTime>, "evt.time by another name.")
        .in_any_stream(),
    event_row("evt.rawtime", kUint, raw_time<1, kNever, NumberFormat::kDecimal>,
              "Nanoseconds since the epoch.")
        .in_any_stream(),
    event_row("evt.rawtime.s", kUint, raw_time<kSecond, kNever, NumberFormat::kDecimal>,
              "Whole seconds since the epoch.")
        .in_any_stream(),
    event_row("evt.rawtime.ns", kUint, raw_time<1, kSecond, NumberFormat::kPadded>,
              "The part of evt.rawtime behind the second, nine digits.")
        .in_any_stream(),
    event_row("evt.reltime", kUint, relative_time<1, kNever, NumberFormat::kDecimal>,
              "Nanoseconds since the source's first event."),
    event_row("evt.reltime.s", kUint, relative_time<kSecond, kNever, NumberFormat::kDecimal>,
              "Whole seconds since the source's first event."),
    event_row("evt.reltime.ns", kUint, relative_time<1, kSecond, NumberFormat::kPadded>,
              "The part of evt.reltime behind the second, nine digits."),
    event_row("evt.deltatime", kUint, delta_time<1, kNever, NumberFormat::kDecimal>,
              "Nanoseconds since the previous event of the stream."),
    event_row("evt.deltatime.s", kUint, delta_time<kSecond, kNever, NumberFormat::kDecimal>,
              "Whole seconds since the previous event."),
    event_row("evt.deltatime.ns", kUint, delta_time<1, kSecond, NumberFormat::kPadded>,
              "The part of evt.deltatime behind the second, nine digits."),
    event_row("evt.latency", kUint, no_value, "Nanoseconds that the call took."),
    event_row("evt.latency.s", kUint, no_value, "Whole seconds that the call took."),
    event_row("evt.latency.ns", kUint, no_value, "The part of evt.latency behind the second."),
    event_row("evt.latency.quantized", kUint, no_value, "Decimal logarithm of evt.latency."),
    event_row("evt.latency.human", kText, no_value, "evt.latency with a unit."),
    event_row("evt.wait_latency", kUint, no_value,
              "Nanoseconds that a waiting call took, as poll."),
    event_row("evt.res", kText, result_name, "SUCCESS, or the name of the error, as ENOENT."),
    event_row("evt.rawres", kInt, result, "The return value; negative for an error."),
    event_row("evt.failed", kBool, failed, "Whether the call returned an error."),
    event_row("evt.is_io", kBool, has_flag<kReads | kWrites>,
              "Whether the call reads from or writes to a descriptor."),
    event_row("evt.is_io_read", kBool, has_flag<kReads>, "Whether the call reads from one."),
    event_row("evt.is_io_write", kBool, has_flag<kWrites>, "Whether the call writes to one."),
    event_row("evt.io_dir", kText, io_direction,
              "read or write; no value for calls that do neither."),
    event_row("evt.is_wait", kBool, has_flag<event_flag::kWaits>,
              "Whether the call waits, as poll and nanosleep."),
    event_row("evt.is_syslog", kBool, is_syslog, "Whether the call writes to the system log."),
    event_row("evt.buffer", kBytes, buffer,
              "The bytes read or written, as far as they were recorded."),
    event_row("evt.buflen", kUint, buffer_length<kReads | kWrites, on_any>,
              "How many bytes were read or written."),
    event_row("evt.buflen.in", kUint, buffer_length<kReads, on_any>, "How many were read."),
    event_row("evt.buflen.out", kUint, buffer_length<kWrites, on_any>, "How many were written."),
    event_row("evt.buflen.file", kUint, buffer_length<kReads | kWrites, on_file>,
              "How many were read from or written to a file."),
    event_row("evt.buflen.file.in", kUint, buffer_length<kReads, on_file>,
              "How many were read from a file."),
    event_row("evt.buflen.file.out", kUint, buffer_length<kWrites, on_file>,
              "How many were written to a file."),
    event_row("evt.buflen.net", kUint, buffer_length<kReads | kWrites, on_network>,
              "How many were received or sent over IP."),
    event_row("evt.buflen.net.in", kUint, buffer_length<kReads, on_network>,
              "How many were received over IP."),
    event_row("evt.buflen.net.out", kUint, buffer_length<kWrites, on_network>,
              "How many were sent over IP."),
    field_row("evt.is_open_read", kBool, FieldScope::kNamedFd, opens<kOpenReading>,
              "Whether an open, openat, openat2 or open_by_handle_at asked to read."),
    field_row("evt.is_open_write", kBool, FieldScope::kNamedFd, opens<kOpenWriting>,
              "Whether an open, openat, openat2 or open_by_handle_at asked to write."),
    event_row("evt.is_open_exec", kBool, opens_executable,
              "Whether an open or creat made a file with a right to execute, or would have."),
    event_row("evt.is_open_create", kBool, opens_new, "Whether an open made a file."),
    event_row("evt.count", kUint, one, "1 for every event."),
    event_row("evt.count.error", kUint, error, "1 for calls that failed, else no value."),
    event_row("evt.count.error.file", kUint, error_about<concerns_files>,
              "1 for calls on files that failed, else no value."),
    event_row("evt.count.error.net", kUint, error_about<concerns_network>,
              "1 for calls on sockets that failed, else no value."),
    event_row("evt.count.error.memory", kUint, error_about<concerns_memory>,
              "1 for calls on memory that failed, else no value."),
    event_row("evt.count.error.other", kUint, error_about<concerns_nothing_else>,
              "1 for any other call that failed, else no value."),
    event_row("evt.count.exit", kUint, exit, "1 for events at a call's end, else no value."),
    event_row("evt.count.procinfo", kUint, process_report,
              "1 for a report about a process's first thread, else 0."),
    event_row("evt.count.threadinfo", kUint, thread_report,
              "1 for a report about any thread, else 0."),
    event_row("evt.around", kUint, no_value, "Time from a given moment, in milliseconds.")
        .with_arg(FieldArg::kRequiredText)
        .only_in_conditions(),
    event_row("evt.abspath", kText, path<&Event::path>, "First path argument, made absolute.")
        .as_path(),
    event_row("evt.abspath.src", kText, path<&Event::path>, "First path argument, made absolute.")
        .as_path(),
    event_row("evt.abspath.dst", kText, path<&Event::target_path>,
              "Second path argument, made absolute.")
        .as_path(),
    event_row("evt.is_async", kBool, is_async, "Whether the event is none of the kernel's."),
    event_row("evt.asynctype", kText, async_type, "Name of an event that is none of the kernel's."),
    event_row("evt.pluginname", kText, no_value, "Name of the plugin that made the event."),
    event_row("evt.plugininfo", kText, no_value, "What that plugin says about the event."),
    event_row("evt.infra.docker.name", kText, no_value, "Name of an event of the Docker daemon."),
    event_row("evt.infra.docker.container.id", kText, no_value, "Id of the container it is about."),
    event_row("evt.infra.docker.container.name", kText, no_value,
              "Name of the container it is about."),
    event_row("evt.infra.docker.container.image", kText, no_value,
              "Image of the container it is about."),
};

}  // namespace

std::span<const FieldRow> event_fields() { return kRows; }

}  // namespace sequitur

// Fields of the process that made the call: proc.*, but for its relatives (field_ancestor.cpp).
#include "core/field_process.h"

#include "core/field_row.h"

#include <charconv>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::uint32_t kExeWritable = 1, kExeUpperLayer = 2, kExeFromMemfd = 4, kExeLowerLayer = 8;

template <SymbolRef ProcessImage::*member>
Value known_text(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or((event.process->*member).get(), kUnknownText);
}

template <SymbolRef ProcessImage::*member>
Value any_text(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or((event.process->*member).get(), {});
}

template <std::int64_t ProcessImage::*member>
Value id(const FieldRef&, const Event& event, ValueScratch&) {
    const std::int64_t value = event.process->*member;
    return value < 0 ? Value::missing() : Value::of_int(value, NumberFormat::kId);
}

template <std::uint64_t ProcessImage::*member>
Value nonzero(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t value = event.process->*member;
    return value == 0 ? Value::missing() : Value::of_uint(value);
}

template <std::uint32_t bit>
Value exe_flag(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of((event.process->exe_flags & bit) != 0);
}

Value args(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    return string_list_value(event.process->args.view(), field.index, scratch);
}

Value arg_count(const FieldRef&, const Event& event, ValueScratch&) {
    std::uint64_t count = 0;
    for_each_string(event.process->args.view(), [&](std::string_view) { ++count; });
    return Value::of_uint(count);
}

Value arg_characters(const FieldRef&, const Event& event, ValueScratch&) {
    std::uint64_t characters = 0;
    for_each_string(event.process->args.view(),
                    [&](std::string_view arg) { characters += arg.size(); });
    return Value::of_uint(characters);
}

Value argv(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const ProcessImage& process = *event.process;
    if (!process.args && !process.exe) return Value::missing();
    std::size_t count = 0;
    for_each_string(process.args.view(), [&](std::string_view) { ++count; });
    Value* const list = scratch.allocate_values(count);
    Value* next = list;
    for_each_string(process.args.view(),
                    [&](std::string_view arg) { *next++ = Value::of_text(arg); });
    return Value::of_list({list, count});
}

Value exe_line(const FieldRef&, const Event& event, ValueScratch& scratch) {
    if (event.process->exeline) return Value::of_symbol(event.process->exeline.get());
    const std::string_view exe = event.process->exe ? event.process->exe.view() : kUnknownText;
    const std::string_view line = joined_strings(event.process->args.view(), scratch);
    if (line.empty()) return Value::of_text(exe);
    return Value::of_text(concat(concat(exe, " ", scratch), line, scratch));
}

Value environment(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    const std::string_view env = event.process->env.view();
    if (!field.arg.empty()) return Value::of_text(environment_variable(env, field.arg));
    return Value::of_text(joined_strings(env, scratch));
}

Value tty(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.process->tty, NumberFormat::kId);
}

Value start_time(const FieldRef&, const Event& event, ValueScratch&) {
    return start_time_of(event.process);
}

Value age(const FieldRef&, const Event& event, ValueScratch&) {
    return age_of(event.process, event.time);
}

Value is_session_leader(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(event.process->sid >= 0 && event.process->sid == event.process->vpid);
}

Value is_virtual_group_leader(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(event.process->vpgid >= 0 && event.process->vpgid == event.process->vpid);
}

Value is_group_leader(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(event.process->pgid >= 0 && event.process->pgid == event.process->pid);
}

Value exe_inode(const FieldRef&, const Event& event, ValueScratch&) {
    const FileId& file = event.process->exe_file;
    if (file.kind != FileId::Kind::kInode) return Value::missing();
    return Value::of_uint(file.number);
}

Value ctime_to_start(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t start = ns_of(event.process->start_time);
    const std::uint64_t ctime = event.process->exe_ctime_ns;
    return ctime == 0 || start <= ctime ? Value::missing() : Value::of_uint(start - ctime);
}

Value namespace_start_to_ctime(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t start = event.process->pidns_start_ns;
    const std::uint64_t ctime = event.process->exe_ctime_ns;
    return start == 0 || ctime <= start ? Value::missing() : Value::of_uint(ctime - start);
}

template <ProcessEntity ProcessImage::*member>
Value entity(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return entity_value(event.process->*member, scratch);
}

Value entry_kind(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_text(name_of(event.process->entry_kind));
}

Value is_interactive(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(event.process->is_interactive);
}

constexpr FieldRow kRows[] = {
    field_row("proc.entity", kText, kProcess, entity<&ProcessImage::entity>,
              "Identity of the process: its pid and start time, which no later process shares.")
        .as_key("one process: survives exec, differs for a reused pid"),
    field_row("proc.pentity", kText, kProcess, entity<&ProcessImage::creator>,
              "Identity of the process that created this one.")
        .as_key("children of one parent"),
    field_row("proc.session", kText, kProcess, entity<&ProcessImage::session>,
              "Identity of the leader of the process's session.")
        .as_key("one session"),
    field_row("proc.entry", kText, kProcess, entity<&ProcessImage::entry>,
              "Identity of the first process of this entry into the host.")
        .as_key("one entry into the host: ssh login, container, service, cron job, console login"),
    field_row(
        "proc.entry.kind", kText, kProcess, entry_kind,
        "How the process came onto the host: ssh, container, service, cron, login or unknown."),
    field_row("proc.ancestry", kText, kProcess, entity<&ProcessImage::entity>,
              "For join keys; as a value, the identity of the process.")
        .as_key("the first step's process and all its descendants"),
    field_row("proc.interactive", kBool, kProcess, is_interactive,
              "Whether a person may be at it: it has a terminal, also on its first descriptors."),
    field_row("proc.name", kText, kProcess, known_text<&ProcessImage::name>,
              "Name of the process as the kernel keeps it, at most 15 bytes."),
    field_row("proc.exe", kText, kProcess, known_text<&ProcessImage::exe>,
              "The first word of the command line, as the caller of exec chose it."),
    field_row("proc.exepath", kText, kProcess, any_text<&ProcessImage::exepath>,
              "Absolute path of the program file, links resolved.")
        .as_path()
        .as_key("processes of one program file, by path"),
    field_row(
        "proc.args", kText, kProcess, args,
        "The command line behind its first word, blank-separated; [N] is one argument from 0.")
        .with_arg(FieldArg::kOptionalIndex),
    field_row("proc.argv", kList, kProcess, argv,
              "The command line behind its first word, as a list.")
        .as_list()
        .as_key("one key for each distinct argument"),
    field_row("proc.cmdline", kText, kProcess, known_text<&ProcessImage::cmdline>,
              "The process's name and its arguments, blank-separated."),
    field_row("proc.cmdnargs", kUint, kProcess, arg_count,
              "Number of arguments, without the first word."),
    field_row("proc.cmdlenargs", kUint, kProcess, arg_characters,
              "Length of all arguments together, blanks between them not counted."),
    field_row("proc.exeline", kText, kProcess, exe_line,
              "The whole command line, its first word as in proc.exe."),
    field_row(
        "proc.env", kText, kProcess, environment,
        "The environment, blank-separated; [NAME] is one variable, empty where it is not set.")
        .with_arg(FieldArg::kOptionalText),
    field_row("proc.cwd", kText, kProcess, any_text<&ProcessImage::cwd>,
              "The working directory, with a slash at its end.")
        .as_path(),
    field_row("proc.tty", kUint, kProcess, tty,
              "Device number of the controlling terminal; 0 without one."),
    field_row("proc.pid", kInt, kProcess, id<&ProcessImage::pid>, "Process id on the host."),
    field_row("proc.vpid", kInt, kProcess, id<&ProcessImage::vpid>,
              "Process id inside its own pid namespace."),
    field_row("proc.sid", kInt, kProcess, id<&ProcessImage::sid>, "Session id."),
    field_row("proc.pgid", kInt, kProcess, id<&ProcessImage::pgid>,
              "Process group id on the host."),
    field_row("proc.vpgid", kInt, kProcess, id<&ProcessImage::vpgid>,
              "Process group id inside its own pid namespace."),
    field_row("proc.duration", kInt, kEvent, age,
              "Nanoseconds from the start of the process to the event."),
    field_row("proc.pid.ts", kUint, kProcess, start_time,
              "When the process started, in nanoseconds since the epoch."),
    field_row("proc.is_exe_writable", kBool, kProcess, exe_flag<kExeWritable>,
              "Whether the user who started the program may write to its file."),
    field_row("proc.is_exe_upper_layer", kBool, kProcess, exe_flag<kExeUpperLayer>,
              "Whether the program file lies in the writable layer of an overlay file system."),
    field_row("proc.is_exe_lower_layer", kBool, kProcess, exe_flag<kExeLowerLayer>,
              "Whether the program file lies in a read-only layer of an overlay file system."),
    field_row("proc.is_exe_from_memfd", kBool, kProcess, exe_flag<kExeFromMemfd>,
              "Whether the program runs from anonymous memory made by memfd_create."),
    field_row("proc.is_sid_leader", kBool, kProcess, is_session_leader,
              "Whether the process leads its session."),
    field_row("proc.is_vpgid_leader", kBool, kProcess, is_virtual_group_leader,
              "Whether the process leads its group, by ids of its own pid namespace."),
    field_row("proc.is_pgid_leader", kBool, kProcess, is_group_leader,
              "Whether the process leads its group, by ids of the host."),
    field_row("proc.exe_ino", kUint, kProcess, exe_inode, "Inode number of the program file."),
    field_row("proc.exe_ino.ctime", kUint, kProcess, nonzero<&ProcessImage::exe_ctime_ns>,
              "When the program file's inode last changed, in nanoseconds since the epoch."),
    field_row("proc.exe_ino.mtime", kUint, kProcess, nonzero<&ProcessImage::exe_mtime_ns>,
              "When the program file was last written, in nanoseconds since the epoch."),
    field_row("proc.exe_ino.ctime_duration_proc_start", kUint, kProcess, ctime_to_start,
              "Nanoseconds from the last inode change of the program file to the process's start."),
    field_row(
        "proc.exe_ino.ctime_duration_pidns_start", kUint, kProcess, namespace_start_to_ctime,
        "Nanoseconds from the start of the pid namespace to the inode change of the program."),
    field_row("proc.pidns_init_start_ts", kUint, kProcess, nonzero<&ProcessImage::pidns_start_ns>,
              "When the pid namespace began, in nanoseconds since the epoch."),
    field_row("proc.stdin.type", kText, kEvent, no_value, "Kind of descriptor 0 of the process."),
    field_row("proc.stdout.type", kText, kEvent, no_value, "Kind of descriptor 1 of the process."),
    field_row("proc.stderr.type", kText, kEvent, no_value, "Kind of descriptor 2 of the process."),
    field_row("proc.stdin.name", kText, kEvent, no_value, "Name of descriptor 0 of the process."),
    field_row("proc.stdout.name", kText, kEvent, no_value, "Name of descriptor 1 of the process."),
    field_row("proc.stderr.name", kText, kEvent, no_value, "Name of descriptor 2 of the process."),
    field_row("proc.is_container_healthcheck", kBool, kProcess, no_value,
              "Whether the process is its container's health check."),
    field_row("proc.is_container_liveness_probe", kBool, kProcess, no_value,
              "Whether the process is its container's liveness probe."),
    field_row("proc.is_container_readiness_probe", kBool, kProcess, no_value,
              "Whether the process is its container's readiness probe."),
};

}  // namespace

std::span<const FieldRow> process_fields() { return kRows; }

std::string_view joined_strings(std::string_view strings, ValueScratch& scratch) {
    if (!strings.empty() && strings.back() == '\0') strings.remove_suffix(1);
    char* text = scratch.allocate(strings.size());
    for (std::size_t i = 0; i < strings.size(); ++i)
        text[i] = strings[i] == '\0' ? ' ' : strings[i];
    return {text, strings.size()};
}

Value string_list_value(std::string_view strings, std::int32_t index, ValueScratch& scratch) {
    if (index < 0) return Value::of_text(joined_strings(strings, scratch));
    std::string_view found;
    std::int32_t at = 0;
    for_each_string(strings, [&](std::string_view text) {
        if (at++ == index) found = text;
    });
    return Value::of_text(found);
}

std::string_view environment_variable(std::string_view environment, std::string_view name) {
    std::string_view found;
    for_each_string(environment, [&](std::string_view variable) {
        if (found.data() == nullptr && variable.size() > name.size() &&
            variable[name.size()] == '=' && variable.starts_with(name)) {
            found = variable.substr(name.size() + 1);
        }
    });
    return found;
}

Value entity_value(const ProcessEntity& entity, ValueScratch& scratch) {
    if (!entity) return Value::missing();
    constexpr std::size_t kLongest = 48;
    char* text = scratch.allocate(kLongest);
    char* end = std::to_chars(text, text + kLongest, entity.pid).ptr;
    *end++ = '-';
    end = std::to_chars(end, text + kLongest, entity.start_ns).ptr;
    return Value::of_text({text, static_cast<std::size_t>(end - text)});
}

Value start_time_of(const ProcessImage* process) {
    if (process == nullptr || ns_of(process->start_time) == 0) return Value::missing();
    return Value::of_uint(ns_of(process->start_time));
}

Value age_of(const ProcessImage* process, Timestamp now) {
    if (process == nullptr || ns_of(process->start_time) == 0) return Value::missing();
    return Value::of_int((now - process->start_time).count());
}

}  // namespace sequitur

// Fields of the processes around the caller: parent, ancestors, leaders of its session and groups.
//
// All walk ProcessImage::parent, which shows the tree of the image's own moment; so they depend on
// the image alone.

#include "core/field_process.h"
#include "core/field_row.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::int32_t kWalkMax = 512;  // ancestors; real trees are a tenth of that
constexpr std::int32_t kEnvironmentWalkMax = 20;

const ProcessImage* parent_of(const ProcessImage* process) { return process->parent.get(); }

// The process itself for 0, its parent for 1, ...; null where the tree is not known so far up.
const ProcessImage* ancestor(const ProcessImage* process, std::int32_t level) {
    for (; process != nullptr && level > 0; --level) process = parent_of(process);
    return process;
}

// What a process shows in the field: one function per property, for parent and ancestors alike.
using Property = Value (*)(const ProcessImage& process, ValueScratch& scratch);

template <SymbolRef ProcessImage::*member>
Value known_text(const ProcessImage& process, ValueScratch&) {
    return symbol_or((process.*member).get(), kUnknownText);
}
template <SymbolRef ProcessImage::*member>
Value any_text(const ProcessImage& process, ValueScratch&) {
    return symbol_or((process.*member).get(), {});
}
Value args(const ProcessImage& process, ValueScratch& scratch) {
    return Value::of_text(joined_strings(process.args.view(), scratch));
}
Value environment(const ProcessImage& process, ValueScratch& scratch) {
    return Value::of_text(joined_strings(process.env.view(), scratch));
}
Value pid(const ProcessImage& process, ValueScratch&) {
    return process.pid < 0 ? Value::missing() : Value::of_int(process.pid, NumberFormat::kId);
}
Value virtual_pid(const ProcessImage& process, ValueScratch&) {
    return process.vpid < 0 ? Value::missing() : Value::of_int(process.vpid, NumberFormat::kId);
}

template <Property property>
Value of_parent(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const ProcessImage* parent = parent_of(event.process);
    return parent ? property(*parent, scratch) : Value::missing();
}

Value all_ancestors(const ProcessImage& process, Property property, ValueScratch& scratch) {
    std::size_t count = 0;
    for (const auto* at = parent_of(&process); at && count < kWalkMax; at = parent_of(at)) ++count;
    if (count == 0) return Value::missing();
    Value* values = scratch.allocate_values(count);
    const ProcessImage* at = &process;
    for (std::size_t i = 0; i < count; ++i) {
        at = parent_of(at);
        values[i] = property(*at, scratch);
    }
    return Value::of_list({values, count});
}

template <Property property>
Value of_ancestor(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    if (field.index < 0) return all_ancestors(*event.process, property, scratch);
    const ProcessImage* process = ancestor(event.process, field.index);
    return process ? property(*process, scratch) : Value::missing();
}

// [NAME]: the nearest ancestor's that sets it. Without an index or a name as the other fields.
Value ancestor_environment(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    if (field.arg.empty() || field.index >= 0)
        return of_ancestor<environment>(field, event, scratch);
    const ProcessImage* process = parent_of(event.process);
    for (std::int32_t i = 0; process != nullptr && i < kEnvironmentWalkMax; ++i) {
        const std::string_view value = environment_variable(process->env.view(), field.arg);
        if (!value.empty()) return Value::of_text(value);
        process = parent_of(process);
    }
    return Value::of_text({});
}

Value parent_id(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.process->ppid < 0) return Value::missing();
    return Value::of_int(event.process->ppid, NumberFormat::kId);
}

Value parent_start(const FieldRef&, const Event& event, ValueScratch&) {
    return start_time_of(parent_of(event.process));
}

Value parent_age(const FieldRef&, const Event& event, ValueScratch&) {
    return age_of(parent_of(event.process), event.time);
}

// The oldest process up the tree without a gap that has the same session or group.
template <std::int64_t ProcessImage::*member>
const ProcessImage& leader(const ProcessImage& process) {
    const ProcessImage* oldest = &process;
    if (process.*member < 0) return *oldest;
    for (std::int32_t i = 0; i < kWalkMax; ++i) {
        const ProcessImage* parent = parent_of(oldest);
        if (parent == nullptr || parent->*member != process.*member) break;
        oldest = parent;
    }
    return *oldest;
}

template <std::int64_t ProcessImage::*member, Property property>
Value of_leader(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return property(leader<member>(*event.process), scratch);
}

// The oldest of the process and its ancestors whose name ends like a shell's.
Value login_shell(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage* found = nullptr;
    const ProcessImage* process = event.process;
    for (std::int32_t i = 0; process != nullptr && i < kWalkMax; ++i) {
        if (process->name.view().ends_with("sh")) found = process;
        process = parent_of(process);
    }
    return found ? Value::of_int(found->pid, NumberFormat::kId) : Value::missing();
}

constexpr Property kName = known_text<&ProcessImage::name>;
constexpr Property kExe = known_text<&ProcessImage::exe>;
constexpr Property kExePath = any_text<&ProcessImage::exepath>;
constexpr Property kCommandLine = known_text<&ProcessImage::cmdline>;

constexpr FieldRow kRows[] = {
    field_row("proc.pname", kText, kProcess, of_parent<kName>, "The parent's proc.name."),
    field_row("proc.pexe", kText, kProcess, of_parent<kExe>, "The parent's proc.exe."),
    field_row("proc.pexepath", kText, kProcess, of_parent<kExePath>, "The parent's proc.exepath.")
        .as_path(),
    field_row("proc.pcmdline", kText, kProcess, of_parent<kCommandLine>,
              "The parent's proc.cmdline."),
    field_row("proc.ppid", kInt, kProcess, parent_id, "Process id of the parent."),
    field_row("proc.pvpid", kInt, kProcess, of_parent<virtual_pid>,
              "Process id of the parent inside its own pid namespace."),
    field_row("proc.ppid.ts", kUint, kProcess, parent_start,
              "When the parent started, in nanoseconds since the epoch."),
    field_row("proc.ppid.duration", kInt, kEvent, parent_age,
              "Nanoseconds from the start of the parent to the event."),
    field_row("proc.aname", kText, kProcess, of_ancestor<kName>,
              "proc.name of any ancestor; [1] of the parent, [2] of its parent, [0] of itself.")
        .as_ancestors(),
    field_row("proc.aexe", kText, kProcess, of_ancestor<kExe>,
              "proc.exe of any ancestor; [N] as in proc.aname.")
        .as_ancestors(),
    field_row("proc.aexepath", kText, kProcess, of_ancestor<kExePath>,
              "proc.exepath of any ancestor; [N] as in proc.aname.")
        .as_ancestors()
        .as_path(),
    field_row("proc.acmdline", kText, kProcess, of_ancestor<kCommandLine>,
              "proc.cmdline of any ancestor; [N] as in proc.aname.")
        .as_ancestors(),
    field_row("proc.aargs", kText, kProcess, of_ancestor<args>,
              "proc.args of any ancestor; [N] as in proc.aname.")
        .as_ancestors(),
    field_row("proc.apid", kInt, kProcess, of_ancestor<pid>,
              "proc.pid of any ancestor; [N] as in proc.aname.")
        .as_ancestors(),
    field_row("proc.aenv", kText, kProcess, ancestor_environment,
              "proc.env of any ancestor; [N] as in proc.aname; [NAME] that variable of the nearest "
              "ancestor that sets it.")
        .as_ancestors()
        .with_arg(FieldArg::kOptionalText),
    field_row("proc.sname", kText, kProcess, of_leader<&ProcessImage::sid, kName>,
              "proc.name of the leader of the session."),
    field_row("proc.sid.exe", kText, kProcess, of_leader<&ProcessImage::sid, kExe>,
              "proc.exe of the leader of the session."),
    field_row("proc.sid.exepath", kText, kProcess, of_leader<&ProcessImage::sid, kExePath>,
              "proc.exepath of the leader of the session.")
        .as_path(),
    field_row("proc.vpgid.name", kText, kProcess, of_leader<&ProcessImage::vpgid, kName>,
              "proc.name of the leader of the process group, by ids of its pid namespace."),
    field_row("proc.vpgid.exe", kText, kProcess, of_leader<&ProcessImage::vpgid, kExe>,
              "proc.exe of the leader of the process group, by ids of its pid namespace."),
    field_row("proc.vpgid.exepath", kText, kProcess, of_leader<&ProcessImage::vpgid, kExePath>,
              "proc.exepath of the leader of the process group, by ids of its pid namespace.")
        .as_path(),
    field_row("proc.pgid.name", kText, kProcess, of_leader<&ProcessImage::pgid, kName>,
              "proc.name of the leader of the process group."),
    field_row("proc.pgid.exe", kText, kProcess, of_leader<&ProcessImage::pgid, kExe>,
              "proc.exe of the leader of the process group."),
    field_row("proc.pgid.exepath", kText, kProcess, of_leader<&ProcessImage::pgid, kExePath>,
              "proc.exepath of the leader of the process group.")
        .as_path(),
    field_row("proc.loginshellid", kInt, kProcess, login_shell,
              "Process id of the oldest shell among the process and its ancestors."),
};

}  // namespace

std::span<const FieldRow> ancestor_fields() { return kRows; }

}  // namespace sequitur

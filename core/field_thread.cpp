// Fields of the calling thread and of what its process may and does use: thread.*, proc.vm*, ...
#include "core/field_process.h"
#include "core/field_row.h"

#include <array>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

// capability(7); the place in the list is the number of the bit.
constexpr std::array<std::string_view, 41> kCapabilities = {"CAP_CHOWN",
                                                            "CAP_DAC_OVERRIDE",
                                                            "CAP_DAC_READ_SEARCH",
                                                            "CAP_FOWNER",
                                                            "CAP_FSETID",
                                                            "CAP_KILL",
                                                            "CAP_SETGID",
                                                            "CAP_SETUID",
                                                            "CAP_SETPCAP",
                                                            "CAP_LINUX_IMMUTABLE",
                                                            "CAP_NET_BIND_SERVICE",
                                                            "CAP_NET_BROADCAST",
                                                            "CAP_NET_ADMIN",
                                                            "CAP_NET_RAW",
                                                            "CAP_IPC_LOCK",
                                                            "CAP_IPC_OWNER",
                                                            "CAP_SYS_MODULE",
                                                            "CAP_SYS_RAWIO",
                                                            "CAP_SYS_CHROOT",
                                                            "CAP_SYS_PTRACE",
                                                            "CAP_SYS_PACCT",
                                                            "CAP_SYS_ADMIN",
                                                            "CAP_SYS_BOOT",
                                                            "CAP_SYS_NICE",
                                                            "CAP_SYS_RESOURCE",
                                                            "CAP_SYS_TIME",
                                                            "CAP_SYS_TTY_CONFIG",
                                                            "CAP_MKNOD",
                                                            "CAP_LEASE",
                                                            "CAP_AUDIT_WRITE",
                                                            "CAP_AUDIT_CONTROL",
                                                            "CAP_SETFCAP",
                                                            "CAP_MAC_OVERRIDE",
                                                            "CAP_MAC_ADMIN",
                                                            "CAP_SYSLOG",
                                                            "CAP_WAKE_ALARM",
                                                            "CAP_BLOCK_SUSPEND",
                                                            "CAP_AUDIT_READ",
                                                            "CAP_PERFMON",
                                                            "CAP_BPF",
                                                            "CAP_CHECKPOINT_RESTORE"};

// The names, blank-separated as text and one by one for `in` and `intersects`.
template <std::uint64_t ProcessImage::*set>
Value capabilities(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const std::uint64_t bits = event.process->*set;
    std::size_t count = 0, characters = 0;
    for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
        if ((bits >> i & 1) == 0) continue;
        ++count;
        characters += kCapabilities[i].size() + 1;
    }
    if (count == 0) return Value::of_text({});
    Value* names = scratch.allocate_values(count);
    char* const text = scratch.allocate(characters);
    char* end = text;
    std::size_t name = 0;
    for (std::size_t i = 0; i < kCapabilities.size(); ++i) {
        if ((bits >> i & 1) == 0) continue;
        names[name++] = Value::of_text(kCapabilities[i]);
        end += kCapabilities[i].copy(end, characters);
        *end++ = ' ';
    }
    Value value = Value::of_text({text, characters - 1});
    value.list = {names, count};
    return value;
}

Value tid(const FieldRef&, const Event& event, ValueScratch&) {
    return event.tid < 0 ? Value::missing() : Value::of_int(event.tid, NumberFormat::kId);
}

bool is_main(const Event& event) { return event.tid == event.process->pid; }

Value is_main_thread(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(is_main(event));
}

// The records tell a thread's own number in its namespace only where they create it; for the main
// thread, and outside of pid namespaces, it follows from the rest.
Value virtual_tid(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage& process = *event.process;
    if (is_main(event) && process.vpid >= 0) return Value::of_int(process.vpid, NumberFormat::kId);
    if (process.vpid != process.pid || event.tid < 0) return Value::missing();
    return Value::of_int(event.tid, NumberFormat::kId);
}

Value name_and_tid(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const std::string_view name = event.process->name ? event.process->name.view() : kUnknownText;
    return Value::of_text(concat(name, decimal(event.tid, scratch), scratch));
}

template <auto ProcessImage::*member, std::uint64_t unit = 1>
Value amount(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(event.process->*member * unit);
}

// The main thread stands for its process; for other threads Falco shows 0.
template <std::uint32_t ProcessImage::*member, std::uint64_t unit = 1>
Value amount_of_main(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_uint(is_main(event) ? event.process->*member * unit : 0);
}

Value descriptor_limit(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_int(static_cast<std::int64_t>(event.process->fdlimit));
}

Value cgroups(const FieldRef&, const Event& event, ValueScratch& scratch) {
    if (!event.process->cgroups) return Value::missing();
    return Value::of_text(joined_strings(event.process->cgroups.view(), scratch));
}

Value cgroup(const FieldRef& field, const Event& event, ValueScratch&) {
    const std::string_view path = environment_variable(event.process->cgroups.view(), field.arg);
    return path.data() ? Value::of_text(path) : Value::missing();
}

constexpr FieldRow kRows[] = {
    field_row("thread.cap_permitted", kText, kProcess, capabilities<&ProcessImage::cap_permitted>,
              "Capabilities that the process may take up, by name."),
    field_row("thread.cap_inheritable", kText, kProcess,
              capabilities<&ProcessImage::cap_inheritable>,
              "Capabilities that survive an exec, by name."),
    field_row("thread.cap_effective", kText, kProcess, capabilities<&ProcessImage::cap_effective>,
              "Capabilities in force, by name."),
    field_row("thread.tid", kInt, kEvent, tid, "Id of the calling thread on the host."),
    field_row("thread.vtid", kInt, kEvent, virtual_tid,
              "Id of the calling thread inside its own pid namespace, where that is known."),
    field_row("thread.ismain", kBool, kEvent, is_main_thread,
              "Whether the calling thread is its process's first."),
    field_row("thread.nametid", kText, kEvent, name_and_tid,
              "Name of the process and id of the calling thread, without anything between them."),
    field_row("thread.cgroups", kText, kProcess, cgroups,
              "Control groups as subsystem=path, blank-separated."),
    field_row("thread.cgroup.", kText, kProcess, cgroup,
              "Path of the control group of one subsystem, as in thread.cgroup.memory.")
        .with_arg(FieldArg::kRequiredText),
    field_row("thread.pfmajor", kUint, kProcess, amount<&ProcessImage::faults_major>,
              "Page faults that had to read from a disk, when they were last reported."),
    field_row("thread.pfminor", kUint, kProcess, amount<&ProcessImage::faults_minor>,
              "Page faults served from memory, when they were last reported."),
    field_row("thread.vmsize", kUint, kEvent, amount_of_main<&ProcessImage::vm_size_kb>,
              "proc.vmsize for the main thread, 0 for others."),
    field_row("thread.vmrss", kUint, kEvent, amount_of_main<&ProcessImage::vm_rss_kb>,
              "proc.vmrss for the main thread, 0 for others."),
    field_row("thread.vmsize.b", kUint, kEvent, amount_of_main<&ProcessImage::vm_size_kb, 1024>,
              "thread.vmsize in bytes."),
    field_row("thread.vmrss.b", kUint, kEvent, amount_of_main<&ProcessImage::vm_rss_kb, 1024>,
              "thread.vmrss in bytes."),
    field_row("thread.exectime", kUint, kEvent, no_value,
              "Processor time of the thread that was switched away, in nanoseconds."),
    field_row("thread.totexectime", kUint, kEvent, no_value,
              "Processor time of the thread since the beginning, in nanoseconds."),
    field_row("thread.cpu", kDouble, kEvent, no_value,
              "Share of a processor that the thread used in the last second."),
    field_row("thread.cpu.user", kDouble, kEvent, no_value,
              "The part of thread.cpu outside of the kernel."),
    field_row("thread.cpu.system", kDouble, kEvent, no_value,
              "The part of thread.cpu inside of the kernel."),
    field_row("proc.vmsize", kUint, kProcess, amount<&ProcessImage::vm_size_kb>,
              "Virtual memory of the process in KiB, when it was last reported."),
    field_row("proc.vmrss", kUint, kProcess, amount<&ProcessImage::vm_rss_kb>,
              "Resident memory of the process in KiB, when it was last reported."),
    field_row("proc.vmswap", kUint, kProcess, amount<&ProcessImage::vm_swap_kb>,
              "Swapped memory of the process in KiB, when it was last reported."),
    field_row("proc.fdlimit", kInt, kProcess, descriptor_limit,
              "How many descriptors the process may have open."),
    field_row("proc.fdopencount", kUint, kEvent, no_value,
              "How many descriptors the process has open."),
    field_row("proc.fdusage", kDouble, kEvent, no_value,
              "Open descriptors in relation to their limit."),
    field_row("proc.nthreads", kUint, kEvent, no_value, "How many threads the process has."),
    field_row("proc.nchilds", kUint, kEvent, no_value,
              "How many threads the process has beside its first."),
};

}  // namespace

std::span<const FieldRow> thread_fields() { return kRows; }

}  // namespace sequitur

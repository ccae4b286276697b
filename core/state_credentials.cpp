#include "core/state_families.h"

namespace sequitur {
namespace {

constexpr std::uint32_t kNewUser = 1U << 20, kNewFiles = 1U;
constexpr std::uint64_t kAllCapabilities = 0x1ffffffffffU;  // 41 of them since Linux 5.9
constexpr std::uint32_t kOpenFiles = 7;                     // RLIMIT_NOFILE in the format's numbers

void change_id(StateTables& tables, Call& call, std::uint32_t ProcessImage::*id,
               std::uint32_t value) {
    if (call.failed() || value == kNoUid || call.process->image.get()->*id == value) return;
    ProcessImage* image = ProcessTable::draft(*call.process);
    image->*id = value;
    tables.processes.publish(*call.process, image, false);
    call.process->changed_ns = call.ts;
}

void enter_user_namespace(StateTables& tables, Call& call) {
    ProcessImage* image = ProcessTable::draft(*call.process);
    image->cap_permitted = image->cap_effective = image->cap_inheritable = kAllCapabilities;
    tables.processes.publish(*call.process, image, false);
}

void set_fdlimit(StateTables& tables, Process& process, std::uint64_t limit) {
    if (process.image->fdlimit == limit) return;
    ProcessImage* image = ProcessTable::draft(process);
    image->fdlimit = limit;
    tables.processes.publish(process, image, false);
}

}  // namespace

// The effective id is the last but one of those given: setuid(uid), setreuid(r, e), setresuid(r, e,
// s).
void apply_setuid(StateTables& tables, Call& call) {
    const unsigned effective = call.event.type == EventType::kSetuid ? 1 : 2;
    change_id(tables, call, &ProcessImage::uid, call.params.u32(effective, kNoUid));
}

void apply_setgid(StateTables& tables, Call& call) {
    const unsigned effective = call.event.type == EventType::kSetgid ? 1 : 2;
    change_id(tables, call, &ProcessImage::gid, call.params.u32(effective, kNoUid));
}

void apply_capset(StateTables& tables, Call& call) {
    if (call.failed()) return;
    ProcessImage* image = ProcessTable::draft(*call.process);
    image->cap_inheritable = call.params.u64(1, image->cap_inheritable);
    image->cap_permitted = call.params.u64(2, image->cap_permitted);
    image->cap_effective = call.params.u64(3, image->cap_effective);
    tables.processes.publish(*call.process, image, false);
    call.process->changed_ns = call.ts;
}

void apply_unshare(StateTables& tables, Call& call) {
    if (call.failed()) return;
    const std::uint32_t flags = call.params.u32(1);
    if ((flags & kNewFiles) != 0 && call.task->files.is_shared()) {
        call.task->files = DescriptorTableRef(new DescriptorTable(*call.task->files));
    }
    if ((flags & kNewUser) != 0) enter_user_namespace(tables, call);
}

void apply_setns(StateTables& tables, Call& call) {
    if (!call.failed() && (call.params.u32(2) & kNewUser) != 0) enter_user_namespace(tables, call);
}

void apply_setrlimit(StateTables& tables, Call& call) {
    if (call.failed() || call.params.u32(3) != kOpenFiles || !call.params.has(1)) return;
    set_fdlimit(tables, *call.process, call.params.u64(1));
}

void apply_prlimit(StateTables& tables, Call& call) {
    if (call.failed() || call.params.u32(6) != kOpenFiles) return;
    const std::int64_t limit = call.params.i64(1, -1);
    if (limit < 0) return;  // only asked
    const std::int64_t pid = call.params.i64(5, 0);
    Process* process = pid <= 0 ? call.process : tables.processes.find(pid);
    if (process != nullptr) set_fdlimit(tables, *process, static_cast<std::uint64_t>(limit));
}

}  // namespace sequitur

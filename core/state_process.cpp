#include "core/image_fields.h"
#include "core/process_resolver.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

// Parameters of clone, clone3, fork and vfork: one layout, which describes the calling thread.
enum CloneParam : unsigned {
    kExe = 1,
    kArgs = 2,
    kTid = 3,
    kPid = 4,
    kPtid = 5,
    kFdlimit = 7,
    kFaultsMajor = 8,
    kFaultsMinor = 9,
    kVmSize = 10,
    kVmRss = 11,
    kVmSwap = 12,
    kComm = 13,
    kCgroups = 14,
    kFlags = 15,
    kUid = 16,
    kGid = 17,
    kVtid = 18,
    kVpid = 19,
    kPidnsStart = 20,
};

constexpr std::uint32_t kCloneFiles = 1, kCloneNewpid = 1U << 6, kCloneParent = 1U << 8,
                        kCloneThread = 1U << 13, kCloneVfork = 1U << 27,
                        kCloneChildInPidns = 1U << 29;

// Both sides of one clone come within this; a longer distance means that the number was reused.
constexpr std::uint64_t kSameBirth_ns = 2'000'000'000;

constexpr std::int64_t kSubreaperOptions[] = {36, 37};
constexpr std::int64_t kSetName = 15;

// Who is born.
struct Newborn {
    std::int64_t tid = -1, pid = -1, parent = -1;
    std::int64_t vpid = -1;
    std::uint64_t start_ns = 0;
    bool start_is_guessed = false;
    bool is_self_made = false;
    bool shares_files = false;
    const sequitur_task_option* told = nullptr;

    bool is_thread() const { return tid != pid; }
};

bool within(std::uint64_t earlier, std::uint64_t later, std::uint64_t distance) {
    return later < earlier || later - earlier < distance;
}

// What the event says about its own thread, for a new image that is made from the maker's.
void describe(StateTables& tables, const Params& params, ProcessImage& image) {
    const SymbolRef exe = image.exe, args = image.args, name = image.name;
    set_text(tables, image.exe, params.text(kExe));
    if (params.has(kArgs)) set_list(tables, image.args, params.list(kArgs));
    set_text(tables, image.name, params.text(kComm));
    if (image.exe.get() != exe.get() || image.args.get() != args.get() ||
        image.name.get() != name.get() || !image.cmdline) {
        build_lines(tables, image);
    }
    set_cgroups(tables, image, params.list(kCgroups));
    if (params.has(kFdlimit)) image.fdlimit = params.u64(kFdlimit);
    image.faults_major = params.u64(kFaultsMajor, image.faults_major);
    image.faults_minor = params.u64(kFaultsMinor, image.faults_minor);
    image.vm_size_kb = params.u32(kVmSize, image.vm_size_kb);
    image.vm_rss_kb = params.u32(kVmRss, image.vm_rss_kb);
    image.vm_swap_kb = params.u32(kVmSwap, image.vm_swap_kb);
    image.uid = params.u32(kUid, image.uid);
    image.gid = params.u32(kGid, image.gid);
    image.pidns_start_ns = params.u64(kPidnsStart, image.pidns_start_ns);
    image.is_placeholder = false;
}

void bear_thread(StateTables& tables, const Call& call, const Newborn& born, Task* maker) {
    Process* process = maker != nullptr && maker->process->pid == born.pid
                           ? maker->process
                           : &resolve_process(tables, born.pid, born.told, call.ts);
    if (tables.processes.find_task(born.tid) != nullptr) return;
    const bool from_maker = maker != nullptr && maker->process == process;
    Task& task = tables.processes.add_task(
        *process, born.tid, from_maker ? maker->files : files_of(tables, *process), call.ts);
    task.is_self_made = born.is_self_made;
}

void bear_process(StateTables& tables, const Call& call, const Newborn& born, Task* maker) {
    auto* image = maker != nullptr ? new ProcessImage(tables.processes.image_of(*maker->process))
                                   : new ProcessImage;
    describe(tables, call.params, *image);
    image->pid = born.pid;
    image->entity = {born.pid, born.start_ns};
    image->start_time = timestamp_from_ns(born.start_ns != 0 ? born.start_ns : call.ts);
    image->exec_time = image->start_time;
    image->vpid = born.vpid;
    image->creator = {};
    if (maker == nullptr) image->ppid = born.parent;
    if (born.told != nullptr && born.told->mount_ns != 0) image->mount_ns = born.told->mount_ns;

    Process& process =
        tables.processes.add(image, maker != nullptr ? maker->process : nullptr, call.ts);
    process.start_is_guessed = born.start_is_guessed;
    process.is_ancestry_open = maker == nullptr;
    process.changed_ns = call.ts;
    if (born.told != nullptr) process.reported = *born.told;

    DescriptorTableRef files;
    if (maker == nullptr) {
        files = tables.processes.make_files();
    } else if (born.shares_files) {
        files = maker->files;
    } else {
        files = DescriptorTableRef(new DescriptorTable(*maker->files));
    }
    tables.processes.add_task(process, born.tid, std::move(files), call.ts).is_self_made =
        born.is_self_made;
    // CLONE_PARENT: made by one, child of another.
    const bool has_other_parent =
        maker != nullptr && born.parent > 0 && born.parent != maker->process->pid;
    if (has_other_parent) tables.processes.set_parent(process, born.parent);
}

// Clears the way: an entry that is not this newborn's goes. Returns whether one that is, stays.
bool is_born_already(StateTables& tables, const Call& call, const Newborn& born) {
    Task* task = tables.processes.find_task(born.tid);
    if (task == nullptr) return false;
    Process& process = *task->process;
    const std::uint64_t known = process.image->entity.start_ns;
    const bool is_recent = within(task->made_ns, call.ts, kSameBirth_ns);
    // Of what made itself known, the parent's event tells nothing new unless it is much older.
    const bool is_this = born.told != nullptr && known != 0 && !process.start_is_guessed
                             ? process.pid == born.pid && is_same_start(known, born.start_ns)
                             : is_recent && (task->is_self_made || born.is_self_made ||
                                             process.image->is_placeholder);
    if (is_this) return true;
    if (task->process->pid == task->tid) {
        tables.processes.remove(process, 0, call.ts);
    } else {
        tables.processes.remove_task(*task, call.ts);
        if (process.tasks == nullptr) tables.processes.remove(process, 0, call.ts);
    }
    return false;
}

// A placeholder whose birth comes to light, or whose start was only guessed so far.
void complete(StateTables& tables, const Call& call, const Newborn& born, Task* maker) {
    Process* process = tables.processes.find(born.pid);
    if (process == nullptr || born.is_thread()) return;
    const bool learns_start = born.told != nullptr && process->start_is_guessed &&
                              !process->has_acted && born.start_ns != 0;
    if (!process->image->is_placeholder && !learns_start) return;
    ProcessImage* image = ProcessTable::draft(*process);
    const ProcessEntity before = image->entity;
    if (learns_start || (image->entity.start_ns == 0 && !process->has_acted)) {
        image->entity.start_ns = born.start_ns;
        image->start_time = timestamp_from_ns(born.start_ns);
        process->start_is_guessed = born.start_is_guessed;
        if (image->entry == before) image->entry = image->entity;
    }
    if (image->is_placeholder) describe(tables, call.params, *image);
    tables.processes.publish(*process, image, true);
    if (born.told != nullptr) process->reported = *born.told;
    if (maker != nullptr) tables.processes.set_parent(*process, maker->process->pid);
}

// `maker_tid`: the thread that made it, if that is known. Looked for only after what had the
// newborn's number is out of the way.
void bear(StateTables& tables, const Call& call, const Newborn& born, std::int64_t maker_tid) {
    const bool is_there = is_born_already(tables, call, born);
    Task* maker = tables.processes.find_task(maker_tid);
    if (is_there) {
        complete(tables, call, born, maker);
    } else if (born.is_thread()) {
        bear_thread(tables, call, born, maker);
    } else {
        bear_process(tables, call, born, maker);
    }
}

// The event of the new thread itself: result 0.
void clone_in_child(StateTables& tables, Call& call) {
    const sequitur_task_option* told = call.options.task();
    const bool is_told = told != nullptr && told->tgid != 0;
    Newborn born;
    born.tid = call.event.tid;
    born.pid = is_told ? static_cast<std::int64_t>(told->tgid) : call.params.i64(kPid, born.tid);
    if (born.pid <= 0) born.pid = born.tid;
    born.parent =
        is_told ? static_cast<std::int64_t>(told->parent_tgid) : call.params.i64(kPtid, -1);
    born.vpid = call.params.i64(kVpid, born.pid);
    born.start_ns = is_told ? told->start_ns : call.ts;
    born.start_is_guessed = !is_told;
    born.is_self_made = true;
    born.shares_files = (call.params.u32(kFlags) & kCloneFiles) != 0;
    born.told = is_told ? told : nullptr;
    bear(tables, call, born, born.is_thread() ? born.pid : born.parent);
    resolve_caller(tables, call, born.tid);
}

// The event of the maker: result is the new thread's number, in the maker's own pid namespace.
void clone_in_parent(StateTables& tables, Call& call) {
    const std::uint32_t flags = call.params.u32(kFlags);
    const sequitur_task_option* told = call.options.child();
    const bool is_thread = (flags & kCloneThread) != 0;
    const bool is_in_pidns = (flags & (kCloneChildInPidns | kCloneNewpid)) != 0 ||
                             call.params.i64(kVtid, call.event.tid) != call.event.tid;
    Newborn born;
    born.tid = call.event.result;
    born.shares_files = (flags & kCloneFiles) != 0;
    if (told != nullptr && told->tgid != 0) {
        if (is_thread && is_in_pidns) return;  // only its group's number is the host's
        born.pid = told->tgid;
        if (!is_thread) born.tid = born.pid;
        born.parent = told->parent_tgid;
        born.start_ns = told->start_ns;
        born.told = told;
    } else {
        const bool is_vfork = (flags & kCloneVfork) != 0 || call.event.type == EventType::kVfork;
        if (is_in_pidns || is_vfork || (flags & kCloneParent) != 0) return;
        born.pid = is_thread ? call.process->pid : born.tid;
        born.parent = call.process->pid;
        born.start_ns = call.ts;
        born.start_is_guessed = true;
    }
    born.vpid = born.pid;
    if (born.tid == call.task->tid || born.tid == call.process->pid) {  // nobody bears himself
        ++tables.counters.malformed;
        return;
    }
    const std::uint64_t ended = tables.processes.ended_ns(born.tid);
    const bool is_gone = ended != 0 && within(ended, call.ts, kSameBirth_ns) &&
                         tables.processes.find_task(born.tid) == nullptr;
    if (is_gone) return;
    bear(tables, call, born, call.task->tid);
}

}  // namespace

void apply_clone(StateTables& tables, Call& call) {
    if (call.event.has_result && call.event.result == 0) {
        clone_in_child(tables, call);
        return;
    }
    resolve_caller(tables, call, call.event.tid);
    if (call.process->image->is_placeholder) {
        ProcessImage* image = ProcessTable::draft(*call.process);
        describe(tables, call.params, *image);
        tables.processes.publish(*call.process, image, true);
    }
    if (call.event.has_result && call.event.result > 0) clone_in_parent(tables, call);
}

void apply_procexit(StateTables& tables, Call& call) {
    Process& process = *call.process;
    // A process that is made known by its end, such as a thread whose record comes after the end of
    // its group, must not stay behind.
    const bool is_unknown =
        process.image->is_placeholder && !process.has_acted && process.made_ns == call.ts;
    const bool has_ended = tables.processes.ended_ns(process.pid) != 0;
    call.event.is_exit_of_process =
        is_unknown ? call.task->tid == process.pid && !has_ended : process.task_count == 1;
    call.event.process = &tables.processes.image_of(process);
    if (!call.event.is_exit_of_process && !is_unknown) {
        tables.processes.remove_task(*call.task, call.ts);
    } else {
        constexpr unsigned kReaper = 4;
        tables.processes.remove(process, call.params.i64(kReaper, 0), call.ts);
    }
    call.task = nullptr;
    call.process = nullptr;
}

void apply_prctl(StateTables& tables, Call& call) {
    if (call.failed()) return;
    const std::int64_t option = call.params.i64(1);
    Process& process = *call.process;
    if (option == kSubreaperOptions[0] || option == kSubreaperOptions[1]) {
        if (call.params.has(3)) process.is_subreaper = call.params.i64(3, 0) != 0;
        return;
    }
    const std::string_view name = call.params.text(2);
    if (option != kSetName || name.empty() || call.task->tid != process.pid) return;
    ProcessImage* image = ProcessTable::draft(process);
    set_text(tables, image->name, name);
    build_lines(tables, *image);
    tables.processes.publish(process, image, true);
    process.changed_ns = call.ts;
}

void apply_setsid(StateTables& tables, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    ProcessImage* image = ProcessTable::draft(*call.process);
    image->sid = image->pgid = image->pid;
    if (call.event.result == image->vpid || image->vpid < 0) image->vpgid = call.event.result;
    image->session = image->entity;
    image->tty = 0;  // a new session has no controlling terminal
    image->is_interactive = false;
    tables.processes.publish(*call.process, image, true);
    call.process->changed_ns = call.ts;
}

void apply_setpgid(StateTables& tables, Call& call) {
    if (call.failed()) return;
    std::int64_t pid = call.params.i64(1, 0);
    std::int64_t pgid = call.params.i64(2, 0);
    Process* process = pid <= 0 ? call.process : tables.processes.find(pid);
    if (process == nullptr) return;
    if (pgid <= 0) pgid = process->pid;
    if (process->image->pgid == pgid) return;
    ProcessImage* image = ProcessTable::draft(*process);
    image->pgid = pgid;
    tables.processes.publish(*process, image, false);
}

}  // namespace sequitur

#include "core/process_resolver.h"

#include "core/state_families.h"

#include <cstring>

namespace sequitur {
namespace {

// How much later than the true start a parent's event may have said "forked just now".
constexpr std::uint64_t kGuessTolerance_ns = 2'000'000'000;

// The true start of a process that no event has shown yet replaces the guess; afterwards a process
// keeps the identity it was first shown with.
void adopt_start(StateTables& tables, Process& process, std::uint64_t start_ns) {
    const ProcessEntity known = process.image->entity;
    const bool is_open = process.start_is_guessed || known.start_ns == 0;
    if (start_ns == 0 || !is_open || process.has_acted) return;
    ProcessImage* image = ProcessTable::draft(process);
    image->entity.start_ns = start_ns;
    image->start_time = timestamp_from_ns(start_ns);
    if (image->exec_time == process.image->start_time) image->exec_time = image->start_time;
    if (image->session == known) image->session = image->entity;
    if (image->entry == known) image->entry = image->entity;
    process.start_is_guessed = false;
    tables.processes.publish(process, image, true);
}

// Event lines written by hand name the process and nothing else; their zeros mean "not told".
bool tells_parent(const sequitur_task_option& told) {
    return told.parent_tgid != 0 || told.start_ns != 0;
}

// A TASK option that differs from the last one of this process.
void take_report(StateTables& tables, Process& process, const sequitur_task_option& told) {
    adopt_start(tables, process, told.start_ns);
    process.reported = told;
    if (tells_parent(told) && static_cast<std::int64_t>(told.parent_tgid) != process.image->ppid) {
        tables.processes.set_parent(process, told.parent_tgid);
    }
    const ProcessImage& now = *process.image;
    const bool has_new_sid = told.sid != 0 && now.sid != static_cast<std::int64_t>(told.sid);
    const bool has_new_space = told.mount_ns != 0 && now.mount_ns != told.mount_ns;
    if (!has_new_sid && !has_new_space) return;
    ProcessImage* image = ProcessTable::draft(process);
    if (has_new_space) image->mount_ns = told.mount_ns;
    if (has_new_sid) {
        image->sid = told.sid;
        image->session = tables.processes.session_of(told.sid);
    }
    tables.processes.publish(process, image, has_new_sid);
}

void forget_reused(StateTables& tables, Process& process, std::uint64_t ts) {
    ++tables.counters.pids_reused;
    tables.processes.remove(process, 0, ts);
}

Process& make_placeholder(StateTables& tables, std::int64_t pid, const sequitur_task_option* told,
                          std::uint64_t ts) {
    auto* image = new ProcessImage;
    image->pid = pid;
    image->entity = {pid, told != nullptr ? told->start_ns : 0};
    image->start_time = timestamp_from_ns(image->entity.start_ns);
    image->exec_time = image->start_time;
    image->is_placeholder = true;
    if (told != nullptr) {
        if (tells_parent(*told)) image->ppid = told->parent_tgid;
        image->mount_ns = told->mount_ns;
        if (told->sid != 0) image->sid = told->sid;
    }
    const bool is_known = tables.earlier.give_to(*image);
    Process& process = tables.processes.add(image, nullptr, ts);
    process.is_ancestry_open = !is_known;
    tables.processes.add_task(process, pid, tables.processes.make_files(), ts);
    tables.processes.touch_all();
    return process;
}

// Takes over what the program knows of `pid`, if that is the process that started at `start_ns`.
bool apply_lookup(StateTables& tables, std::int64_t pid, std::uint64_t start_ns) {
    const RecordView found = tables.lookup->find(pid);
    if (found.empty() || found.type() != EventType::kIterTask) return false;
    constexpr unsigned kStartTime = 29;
    if (!is_same_start(start_ns, Params(found).u64(kStartTime))) return false;
    Event header;
    header.tid = static_cast<std::int64_t>(found.tid());
    header.type = found.type();
    apply_task_snapshot(tables, Call(found, header));
    return true;
}

// Asks the program about a process, once while it lives, and about its ancestors as far as they
// are not known. What started at another time than the event says is another process.
void look_up(StateTables& tables, Process& process) {
    if (tables.lookup == nullptr || process.was_looked_up) return;
    process.was_looked_up = true;
    if (!apply_lookup(tables, process.pid, process.image->entity.start_ns)) return;
    if (!process.image->is_placeholder) ++tables.counters.processes_looked_up;
    const Process* known = &process;
    for (std::size_t depth = 0; depth < tables.processes.lineage_max(); ++depth) {
        const std::int64_t parent = known->image->ppid;
        if (parent <= 0 || tables.processes.find(parent) != nullptr) return;
        if (!apply_lookup(tables, parent, 0)) return;
        known = tables.processes.find(parent);
        if (known == nullptr) return;
    }
}

Task& introduce_task(StateTables& tables, std::int64_t tid, std::int64_t pid,
                     const sequitur_task_option* told, std::uint64_t ts) {
    Process& process = resolve_process(tables, pid, told, ts);
    if (Task* task = tables.processes.find_task(tid); task != nullptr) return *task;
    return tables.processes.add_task(process, tid, files_of(tables, process), ts);
}

// Takes out of the tables what the TASK option shows to be gone. Returns the task if it stands.
Task* checked(StateTables& tables, Task* task, const sequitur_task_option& told, std::uint64_t ts) {
    if (task == nullptr) return nullptr;
    Process& process = *task->process;
    if (process.pid != static_cast<std::int64_t>(told.tgid)) {
        tables.processes.remove_task(*task, ts);
        if (process.tasks == nullptr) forget_reused(tables, process, ts);
        return nullptr;
    }
    if (is_same_process(process, told.start_ns)) return task;
    forget_reused(tables, process, ts);
    return nullptr;
}

}  // namespace

bool is_same_start(std::uint64_t known, std::uint64_t told) {
    if (known == 0 || told == 0) return true;
    return (known > told ? known - told : told - known) < kStartTolerance_ns;
}

bool is_same_process(const Process& process, std::uint64_t start_ns) {
    const std::uint64_t known = process.image->entity.start_ns;
    if (is_same_start(known, start_ns)) return true;
    return process.start_is_guessed && start_ns <= known && known - start_ns < kGuessTolerance_ns;
}

DescriptorTableRef files_of(StateTables& tables, const Process& process) {
    return process.tasks != nullptr ? process.tasks->files : tables.processes.make_files();
}

Process& resolve_process(StateTables& tables, std::int64_t pid, const sequitur_task_option* told,
                         std::uint64_t ts) {
    Process* process = tables.processes.find(pid);
    if (process != nullptr && told != nullptr && !is_same_process(*process, told->start_ns)) {
        forget_reused(tables, *process, ts);
        process = nullptr;
    }
    if (process != nullptr) return *process;
    if (Task* stale = tables.processes.find_task(pid)) {  // a thread had that number
        Process& owner = *stale->process;
        tables.processes.remove_task(*stale, ts);
        if (owner.tasks == nullptr) forget_reused(tables, owner, ts);
    }
    Process& made = make_placeholder(tables, pid, told, ts);
    look_up(tables, made);
    return made;
}

void resolve_caller(StateTables& tables, Call& call, std::int64_t tid) {
    Task* task = tables.processes.find_task(tid);
    const sequitur_task_option* told = call.options.task();
    if (told != nullptr && told->tgid != 0) {
        const bool is_known =
            task != nullptr && std::memcmp(&task->process->reported, told, sizeof *told) == 0;
        if (!is_known) {
            task = checked(tables, task, *told, call.ts);
            if (task == nullptr) task = &introduce_task(tables, tid, told->tgid, told, call.ts);
            take_report(tables, *task->process, *told);
        }
    } else if (task == nullptr) {
        task = &introduce_task(tables, tid, tid, nullptr, call.ts);
    }
    call.task = task;
    call.process = task->process;
    task->process->is_touched = true;
}

}  // namespace sequitur

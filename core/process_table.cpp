#include "core/process_table.h"

#include "core/process_ancestry.h"

#include <utility>

namespace sequitur {
namespace {

// Long enough for every child whose parent's event is still on its way.
constexpr std::size_t kEndedRemembered = 8192;

// Bound of every walk up the tree; deeper than any real one. In a tree made deeper on purpose a
// reparenting may be refused or go to pid 1 rather than to a subreaper far above.
constexpr int kDepthMax = 4096;

std::uint64_t key(std::int64_t id) { return static_cast<std::uint64_t>(id); }

}  // namespace

ProcessTable::ProcessTable(const Limits& limits, Reclaim& reclaim, const AccountTable& accounts,
                           const ContainerTable& containers)
    : processes_max_(limits.processes_max < 2 ? 2 : limits.processes_max),
      threads_max_(limits.threads_max < 2 ? 2 : limits.threads_max),
      descriptors_max_(limits.descriptors_max),
      lineage_max_(limits.lineage_max),
      reclaim_(reclaim),
      accounts_(accounts),
      containers_(containers),
      ended_(kEndedRemembered) {
    totals_.per_table_max = limits.descriptors_per_process_max;
}

ProcessTable::~ProcessTable() = default;

Task* ProcessTable::find_task(std::int64_t tid) const {
    Task* const* task = by_tid_.find(key(tid));
    return task != nullptr ? *task : nullptr;
}

Process* ProcessTable::find(std::int64_t pid) {
    Process** process = by_pid_.find(key(pid));
    return process != nullptr ? *process : nullptr;
}

Process& ProcessTable::add(ProcessImage* image, Process* maker, std::uint64_t ts) {
    const std::uint32_t place = processes_.take();
    Process& process = processes_[place];
    process.place = place;
    process.pid = image->pid;
    process.made_ns = ts;
    process.image = Ref<ProcessImage>(image);
    if (maker != nullptr) {
        attach(process, maker);
        inherit_ancestry(*image, image_of(*maker), lineage_max_);
        image->parent = maker->image;
        image->ppid = maker->pid;
    }
    if (image->sid >= 0 && !image->session) image->session = session_of(image->sid);
    judge_entry(*image, image->parent.get());
    take_up(*image);
    by_pid_.insert(key(process.pid), &process) = &process;
    process.seen_version = maker != nullptr ? version_ : 0;
    return process;
}

Task& ProcessTable::add_task(Process& process, std::int64_t tid, DescriptorTableRef files,
                             std::uint64_t ts) {
    const std::uint32_t place = tasks_.take();
    Task& task = tasks_[place];
    task.place = place;
    task.tid = tid;
    task.process = &process;
    task.files = std::move(files);
    task.made_ns = ts;
    task.next = process.tasks;
    if (task.next != nullptr) task.next->previous = &task;
    process.tasks = &task;
    ++process.task_count;
    by_tid_.insert(key(tid), &task) = &task;
    return task;
}

DescriptorTableRef ProcessTable::make_files() {
    return DescriptorTableRef(new DescriptorTable(totals_, reclaim_));
}

void ProcessTable::remove_task(Task& task, std::uint64_t ts) {
    if (task.next != nullptr) task.next->previous = task.previous;
    (task.previous != nullptr ? task.previous->next : task.process->tasks) = task.next;
    --task.process->task_count;
    by_tid_.erase(key(task.tid));
    remember_end(task.tid, ts);
    tasks_.give_back(task.place);
}

void ProcessTable::remove(Process& process, std::int64_t reaper, std::uint64_t ts) {
    while (process.tasks != nullptr) remove_task(*process.tasks, ts);
    if (process.first_child != nullptr) {
        hand_over_children(process, reaper_for(process, reaper));
    }
    detach(process);
    by_pid_.erase(key(process.pid));
    reclaim_.bury(std::move(process.image));
    processes_.give_back(process.place);
}

void ProcessTable::remember_end(std::int64_t tid, std::uint64_t ts) {
    Ended& oldest = ended_[next_ended_];
    next_ended_ = (next_ended_ + 1) % ended_.size();
    if (oldest.tid >= 0) {
        const std::uint64_t* known = ended_ns_.find(key(oldest.tid));
        if (known != nullptr && *known == oldest.ts) ended_ns_.erase(key(oldest.tid));
    }
    oldest = Ended{tid, ts};
    ended_ns_.insert(key(tid), ts) = ts;
}

std::uint64_t ProcessTable::ended_ns(std::int64_t tid) const {
    const std::uint64_t* ts = ended_ns_.find(key(tid));
    return ts != nullptr ? *ts : 0;
}

const ProcessImage& ProcessTable::image_of(Process& process) {
    if (process.seen_version != version_) refresh(process);
    return *process.image;
}

void ProcessTable::publish(Process& process, ProcessImage* image, bool shows_below) {
    take_up(*image);
    reclaim_.bury(std::exchange(process.image, Ref<ProcessImage>(image)));
    if (shows_below && process.first_child != nullptr) ++version_;
}

// What accounts and containers say of the image's numbers and its container's id.
void ProcessTable::take_up(ProcessImage& image) const {
    accounts_.name_ids(image);
    const ContainerInfo* container = containers_.find(image.container_id.get());
    if (image.container.get() != container) image.container = Ref<ContainerInfo>(container);
}

bool ProcessTable::is_outdated(const ProcessImage& image) const {
    return accounts_.would_rename(image) ||
           image.container.get() != containers_.find(image.container_id.get());
}

// Collects the ancestors whose images may be stale, then renews from the top down.
void ProcessTable::refresh(Process& process) {
    chain_.clear();
    for (Process* p = &process; p != nullptr && chain_.size() <= lineage_max_; p = p->parent) {
        if (p->seen_version == version_ && p != &process) break;
        link_parent(*p);
        chain_.push_back(p);
    }
    for (std::size_t i = chain_.size(); i > 0; --i) update_image(*chain_[i - 1]);
}

void ProcessTable::update_image(Process& process) {
    process.seen_version = version_;
    const ProcessImage* parent = process.parent != nullptr ? process.parent->image.get() : nullptr;
    const ProcessImage& now = *process.image;
    const bool learns_makers = process.is_ancestry_open && parent != nullptr;
    const ProcessEntity session =
        now.sid >= 0 && now.session.start_ns == 0 ? session_of(now.sid) : now.session;
    if (now.parent.get() == parent && !learns_makers && session == now.session &&
        !is_outdated(now)) {
        return;
    }
    ProcessImage* image = draft(process);
    image->parent = Ref<ProcessImage>(parent);
    if (parent != nullptr) image->ppid = parent->pid;
    image->session = session;
    if (learns_makers) {
        process.is_ancestry_open = false;
        image->entry = {};
        inherit_ancestry(*image, *parent, lineage_max_);
        judge_entry(*image, parent);
    }
    publish(process, image, false);
}

void ProcessTable::set_parent(Process& process, std::int64_t pid) {
    if (process.image->ppid == pid && (process.parent == nullptr || process.parent->pid == pid)) {
        return;
    }
    Process* parent = find(pid);
    if (parent != nullptr && is_above(process, *parent)) return;
    attach(process, parent);
    ProcessImage* image = draft(process);
    image->ppid = pid;
    image->parent = Ref<ProcessImage>();
    publish(process, image, true);
    ++version_;
}

void ProcessTable::link_parent(Process& process) {
    if (process.parent != nullptr) return;
    const ProcessImage& image = *process.image;
    Process* parent = image.ppid > 0 ? find(image.ppid) : nullptr;
    if (parent == nullptr) return;
    const std::uint64_t parent_start = parent->image->entity.start_ns;
    const bool is_younger = image.entity.start_ns != 0 && parent_start > image.entity.start_ns;
    if (is_younger || is_above(process, *parent)) return;  // the number was reused since
    attach(process, parent);
}

void ProcessTable::attach(Process& process, Process* parent) {
    detach(process);
    process.parent = parent;
    if (parent == nullptr) return;
    process.next_sibling = parent->first_child;
    if (process.next_sibling != nullptr) process.next_sibling->previous_sibling = &process;
    parent->first_child = &process;
}

void ProcessTable::detach(Process& process) {
    if (process.parent == nullptr) return;
    if (process.next_sibling != nullptr) {
        process.next_sibling->previous_sibling = process.previous_sibling;
    }
    if (process.previous_sibling != nullptr) {
        process.previous_sibling->next_sibling = process.next_sibling;
    } else {
        process.parent->first_child = process.next_sibling;
    }
    process.parent = process.next_sibling = process.previous_sibling = nullptr;
}

// Whether `upper` is `lower` or one of its ancestors.
bool ProcessTable::is_above(const Process& upper, const Process& lower) const {
    const Process* p = &lower;
    for (int depth = 0; p != nullptr && depth < kDepthMax; ++depth, p = p->parent) {
        if (p == &upper) return true;
    }
    return p != nullptr;
}

Process* ProcessTable::reaper_for(Process& process, std::int64_t reaper) {
    if (reaper > 0) {
        Task* task = find_task(reaper);
        if (task != nullptr && !is_above(process, *task->process)) return task->process;
    }
    Process* p = process.parent;
    for (int depth = 0; p != nullptr && depth < kDepthMax; ++depth, p = p->parent) {
        if (p->is_subreaper) return p;
    }
    Process* init = find(1);
    return init != nullptr && !is_above(process, *init) ? init : nullptr;
}

void ProcessTable::hand_over_children(Process& process, Process* reaper) {
    while (Process* child = process.first_child) {
        attach(*child, reaper);
        if (reaper != nullptr) continue;
        ProcessImage* image = draft(*child);
        image->ppid = 1;
        image->parent = Ref<ProcessImage>();
        publish(*child, image, true);
    }
    ++version_;
}

ProcessEntity ProcessTable::session_of(std::int64_t sid) {
    const Process* leader = find(sid);
    return leader != nullptr ? leader->image->entity : ProcessEntity{sid, 0};
}

void ProcessTable::keep_limits() {
    while (processes_.size() > processes_max_ || tasks_.size() > threads_max_) {
        Process* process = longest_untouched();
        if (process == nullptr) return;
        evict(*process);
    }
    // Half a round at most: tables that are empty already do not bring it down.
    for (std::uint32_t tries = 0; totals_.in_use > descriptors_max_ && tries < processes_.places();
         ++tries) {
        Process* process = longest_untouched();
        if (process == nullptr) return;
        const std::size_t before = totals_.in_use;
        for (Task* task = process->tasks; task != nullptr; task = task->next) task->files->clear();
        descriptors_evicted_ += before - totals_.in_use;
    }
}

Process* ProcessTable::longest_untouched() {
    const std::uint32_t places = processes_.places();
    for (std::uint32_t looked = 0; looked < 2 * places; ++looked) {
        hand_ = (hand_ + 1) % places;
        Process* process = processes_.at(hand_);
        if (process != nullptr && !std::exchange(process->is_touched, false)) return process;
    }
    return nullptr;
}

// Unlike at an exit the children keep their parent's number: it lives on, unknown to us.
void ProcessTable::evict(Process& process) {
    while (Process* child = process.first_child) attach(*child, nullptr);
    ++version_;
    ++evicted_;
    while (process.tasks != nullptr) remove_task(*process.tasks, 0);
    remove(process, 0, 0);
}

}  // namespace sequitur

// The processes and threads that are alive, with the image that each shows now.
//
// Mutable book-keeping of the state stage; what events and later stages see of a process is its
// ProcessImage alone. Entries are made and changed by the call families (core/state_*.cpp).
//
// A change up the tree (a parent execs, renames itself, exits) reaches a descendant's image when it
// is next asked for: image_of() compares one version number and walks up the tree only if that
// moved. So a process with many children cannot make its every exec cost thousands of images.
//
// Limits: processes_max and threads_max; the longest untouched process goes, with its threads, and
// is a placeholder when it is next seen.
// Thread: the state stage's.
#pragma once

#include "core/account_table.h"
#include "core/container_table.h"
#include "core/descriptor_table.h"
#include "core/flat_map.h"
#include "core/limits.h"
#include "core/process.h"
#include "core/reclaim.h"
#include "core/record_option.h"
#include "core/slab.h"

#include <cstdint>
#include <vector>

namespace sequitur {

struct Process;

struct Task {  // a thread
    std::int64_t tid = -1;
    Process* process = nullptr;
    Task *next = nullptr, *previous = nullptr;  // of the same process
    DescriptorTableRef files;                   // shared with all who do in the kernel
    std::uint64_t made_ns = 0;                  // time of the record that made it
    bool is_self_made = false;                  // by its own event, not by its parent's
    std::uint32_t place = 0;
};

struct Process {  // a thread group
    std::int64_t pid = -1;
    Ref<ProcessImage> image;  // ask the table's image_of(), which brings it up to date
    Process* parent = nullptr;
    Process *first_child = nullptr, *next_sibling = nullptr, *previous_sibling = nullptr;
    Task* tasks = nullptr;
    std::uint32_t task_count = 0;
    std::uint32_t place = 0;

    sequitur_task_option reported{};  // what the last TASK option said; all zero: none yet
    std::uint64_t changed_ns = 0;     // time of the newest event that told about the image
    std::uint64_t made_ns = 0;        // time of the record that made it
    std::uint64_t seen_version = 0;   // of the tree, when the image was last brought up to date
    FileId read_file;                 // what it read last, of files
    SymbolRef read_path;              // and under which name

    bool start_is_guessed = false;  // from the time of the parent's event
    bool has_acted = false;         // an event has shown this process
    bool is_ancestry_open = false;  // from a snapshot: its makers are not known yet
    bool is_subreaper = false;
    bool was_looked_up = false;  // ProcessLookup has been asked, whatever it said
    bool is_touched = true;      // since the clock hand came by
};

class ProcessTable {
public:
    // All must outlive this.
    ProcessTable(const Limits& limits, Reclaim& reclaim, const AccountTable& accounts,
                 const ContainerTable& containers);
    ~ProcessTable();

    Task* find_task(std::int64_t tid) const;
    Process* find(std::int64_t pid);

    // A process with one task, its leader, unless told otherwise. Precondition: no task `tid`.
    // `image` has its pid, entity and own fields; `maker` may be null. The names of its ids, its
    // container, parent, ancestry and entry are set here.
    Process& add(ProcessImage* image, Process* maker, std::uint64_t ts);
    Task& add_task(Process& process, std::int64_t tid, DescriptorTableRef files, std::uint64_t ts);
    DescriptorTableRef make_files();

    // Ends a thread; the process lives on even without threads until remove().
    void remove_task(Task& task, std::uint64_t ts);
    // Ends a process and what threads it has. Its children go to `reaper` (a pid) if that is known
    // and not below it, else to the nearest subreaper above, else to pid 1.
    void remove(Process& process, std::int64_t reaper, std::uint64_t ts);

    // When a thread of that number was last seen to end; 0 never, or long ago.
    std::uint64_t ended_ns(std::int64_t tid) const;

    // The image as of now. Valid for the batch.
    const ProcessImage& image_of(Process& process);

    // A copy of the image to change and publish(); owned by the caller until then.
    static ProcessImage* draft(const Process& process) { return new ProcessImage(*process.image); }
    // `shows_below`: descendants show what changed (name, exe, ...).
    void publish(Process& process, ProcessImage* image, bool shows_below);

    // Makes `pid` the parent; one that is not known is linked when it appears. Nothing is done if
    // that would close a circle.
    void set_parent(Process& process, std::int64_t pid);

    // Calls visit(Process&) for each process.
    template <typename Visit>
    void each(Visit visit) {
        for (std::uint32_t place = 0; place < processes_.places(); ++place) {
            if (Process* process = processes_.at(place); process != nullptr) visit(*process);
        }
    }

    // Says that something was learnt which images may have to take up.
    void touch_all() { ++version_; }

    // The entity of the leader of session `sid`, as far as it is known.
    ProcessEntity session_of(std::int64_t sid);

    std::size_t lineage_max() const { return lineage_max_; }
    std::size_t size() const { return processes_.size(); }
    std::size_t task_count() const { return tasks_.size(); }
    std::uint64_t evicted() const { return evicted_; }
    std::uint64_t descriptors_evicted() const { return descriptors_evicted_; }
    const DescriptorTotals& descriptor_totals() const { return totals_; }

    // Keeps the limits; once per batch.
    void keep_limits();

private:
    struct Ended {
        std::int64_t tid = -1;
        std::uint64_t ts = 0;
    };

    void attach(Process& process, Process* parent);
    void detach(Process& process);
    void link_parent(Process& process);
    bool is_above(const Process& upper, const Process& lower) const;
    Process* reaper_for(Process& process, std::int64_t reaper);
    void hand_over_children(Process& process, Process* reaper);
    void refresh(Process& process);
    void take_up(ProcessImage& image) const;
    bool is_outdated(const ProcessImage& image) const;
    void update_image(Process& process);
    void remember_end(std::int64_t tid, std::uint64_t ts);
    Process* longest_untouched();
    void evict(Process& process);

    std::size_t processes_max_, threads_max_, descriptors_max_, lineage_max_;
    Reclaim& reclaim_;
    const AccountTable& accounts_;
    const ContainerTable& containers_;
    DescriptorTotals totals_;
    Slab<Process> processes_;
    Slab<Task> tasks_;
    FlatMap<std::uint64_t, Task*> by_tid_;
    FlatMap<std::uint64_t, Process*> by_pid_;
    std::uint64_t version_ = 1;
    std::vector<Process*> chain_;  // of refresh(): from the process up
    std::vector<Ended> ended_;     // a ring
    std::size_t next_ended_ = 0;
    FlatMap<std::uint64_t, std::uint64_t> ended_ns_;
    std::uint32_t hand_ = 0;
    std::uint64_t evicted_ = 0, descriptors_evicted_ = 0;
};

}  // namespace sequitur

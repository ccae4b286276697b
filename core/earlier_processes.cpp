#include "core/earlier_processes.h"

#include "core/process_resolver.h"

#include <utility>

namespace sequitur {

void EarlierProcesses::keep(const std::vector<SavedProcess>& processes) {
    for (const SavedProcess& process : processes) by_pid_[process.entity.pid] = process;
}

bool EarlierProcesses::give_to(ProcessImage& image) {
    const auto found = by_pid_.find(image.pid);
    if (found == by_pid_.end()) return false;
    const SavedProcess known = std::move(found->second);
    by_pid_.erase(found);
    // A start that nobody told proves nothing.
    const std::uint64_t start_ns = image.entity.start_ns;
    if (start_ns == 0 || known.entity.start_ns == 0) return false;
    if (!is_same_start(known.entity.start_ns, start_ns)) return false;
    image.entity = known.entity;
    image.creator = known.creator;
    image.entry = known.entry;
    image.entry_kind = known.entry_kind;
    image.lineage = known.lineage;
    if (image.sid < 0 || image.sid == known.session.pid) image.session = known.session;
    // It may have become another program while nobody watched.
    if (image.exe_file == known.exe_file) image.exec_time = known.exec_time;
    return true;
}

void EarlierProcesses::append_to(std::vector<SavedProcess>& processes) const {
    for (const auto& entry : by_pid_) processes.push_back(entry.second);
}

}  // namespace sequitur

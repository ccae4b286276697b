#include "daemon/process_sketch.h"

#include <algorithm>
#include <cstring>

namespace sequitur {

void ProcessSketch::count(std::span<const Event> events) {
    for (const Event& event : events) {
        if (event.process == nullptr) continue;
        const std::int64_t pid = event.process->pid;
        Slot& slot = slots_[static_cast<std::uint64_t>(pid) * 0x9e3779b97f4a7c15U >> 54];
        if (slot.pid == pid) {
            ++slot.events;
            continue;
        }
        if (slot.events > 0) {
            --slot.events;
            continue;
        }
        slot.pid = pid;
        slot.events = 1;
        slot.name.fill('\0');
        const Symbol name = event.process->name.get();
        if (name == nullptr) continue;
        const std::string_view text = name->view();
        std::memcpy(slot.name.data(), text.data(), std::min(text.size(), kNameMax - 1));
    }
}

std::vector<BusyProcess> ProcessSketch::take(std::size_t count) {
    std::vector<BusyProcess> busiest;
    for (Slot& slot : slots_) {
        if (slot.events > 0) busiest.push_back({slot.pid, slot.name.data(), slot.events});
        slot.events = 0;
    }
    std::sort(busiest.begin(), busiest.end(), [](const BusyProcess& a, const BusyProcess& b) {
        return a.events != b.events ? a.events > b.events : a.pid < b.pid;
    });
    if (busiest.size() > count) busiest.resize(count);
    return busiest;
}

}  // namespace sequitur

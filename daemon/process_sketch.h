// Which processes make the most events: a fixed table, a few instructions per event.
//
// Each pid has one slot that it shares with others. A slot holds the pid that had most of its
// events lately (a majority vote), so a busy process is found, and its count is a lower bound.
// Thread: one.
#pragma once

#include "core/event.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

struct BusyProcess {
    std::int64_t pid = -1;
    std::string name;
    std::uint64_t events = 0;
};

class ProcessSketch {
public:
    void count(std::span<const Event> events);
    // The `count` busiest since the last call, most events first.
    std::vector<BusyProcess> take(std::size_t count);

private:
    static constexpr std::size_t kSlots = 1024;
    static constexpr std::size_t kNameMax = 16;
    struct Slot {
        std::int64_t pid = -1;
        std::uint64_t events = 0;
        std::array<char, kNameMax> name{};
    };
    std::array<Slot, kSlots> slots_{};
};

}  // namespace sequitur

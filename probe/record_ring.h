// What the rings of records have in common: how they are read.
#pragma once

#include <cstddef>
#include <span>

namespace sequitur::probe {

// `Ring` has next(record), which sets the record or returns false, and release(), which gives the
// room of the record that next() set back to the writer. Thread: one at a time.
template <typename Ring>
class RecordRing {
public:
    // Calls read(std::span<const std::byte>) for each record there is, until it returns false: that
    // record has been read. The bytes live for the call. Whether all that was there is read.
    template <typename Read>
    bool consume(Read read) {
        auto& ring = static_cast<Ring&>(*this);
        std::span<const std::byte> record;
        while (ring.next(record)) {
            const bool goes_on = read(record);
            ring.release();
            if (!goes_on) return false;
        }
        return true;
    }

private:
    friend Ring;
    RecordRing() = default;
};

}  // namespace sequitur::probe

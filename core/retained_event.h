// A copy of an event that outlives its batch, packed: a partial match keeps one for each of its
// steps, and with a million partial matches what a copy costs is the cache lines that it takes.
#pragma once

#include "core/event.h"
#include "core/reference.h"

#include <cstddef>
#include <cstdint>
#include <new>

namespace sequitur {

// The record's bytes and references to all that the event points to. What every event has stands in
// the members; of the rest only those that differ from a fresh Event's, one behind the other, then
// the record. Shared between the partial matches that keep it.
class RetainedEvent : public Referenced<RetainedEvent> {
public:
    // Copies. Cost: one block (core/block_pool.h) of the record's size and 64 to 224 bytes.
    // Thread: any.
    static Ref<RetainedEvent> copy_of(const Event& event);

    // The event as it was. What it points to, its record too, lives as long as this; only `info`
    // and `host` are borrowed from the program and the source. Cost: about 20 members.
    Event event() const;

    // The same members without unpacking.
    Timestamp time() const { return time_; }
    std::uint64_t number() const { return number_; }

    // Memory that it holds alone.
    std::size_t bytes() const;
    // At most what copy_of(event) will hold.
    static std::size_t bytes_at_most(const Event& event);

    static void operator delete(RetainedEvent* event, std::destroying_delete_t);

private:
    friend class Referenced<RetainedEvent>;
    RetainedEvent(const Event& event, std::uint32_t size, std::uint32_t present);
    ~RetainedEvent();

    template <typename Visit>
    void for_each_counted(Visit&& visit) const;
    const std::byte* words() const { return reinterpret_cast<const std::byte*>(this + 1); }
    std::byte* words() { return reinterpret_cast<std::byte*>(this + 1); }

    std::uint32_t size_;     // of the block: this, the other members, and the record's bytes
    std::uint32_t present_;  // bit i: other member i is stored (retained_event.cpp)
    std::uint32_t record_size_, options_size_;
    Timestamp time_;
    std::uint64_t number_;
    const ProcessImage* process_;  // counted
    EventType type_;
    std::uint16_t cpu_;
    EventStream stream_;
    bool has_wide_lengths_, has_result_, created_file_, is_exit_of_process_;
};

}  // namespace sequitur

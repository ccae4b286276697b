// Retained events in a snapshot, with all that they point to: process images, descriptors, strings.
//
// What several events share is written once. Everything is named by its number, from 1; 0 is none.
#pragma once

#include "core/result.h"
#include "core/retained_event.h"
#include "sequences/snapshot_bytes.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sequitur {

// Collects events and what they refer to. Events must outlive it.
class EventSaver {
public:
    // The event's number; null: 0.
    std::uint32_t add(const RetainedEvent* event);
    // Writes everything that was added.
    void write(ByteWriter& out) const;

private:
    friend class EventFieldWriter;
    struct Section {
        ByteWriter bytes;
        std::uint32_t count = 0;
        std::unordered_map<const void*, std::uint32_t> numbers;
    };

    std::uint32_t string(Symbol symbol);
    std::uint32_t container(const ContainerInfo* container);
    std::uint32_t names(const AddressNames* names);
    std::uint32_t image(const ProcessImage* image);
    std::uint32_t descriptor(const Descriptor* descriptor);
    std::uint32_t copy(const FileCopy* copy);

    Section strings_, containers_, names_, images_, descriptors_, copies_, events_;
};

// The events of a snapshot, read back.
class EventLoader {
public:
    // Strings go into `strings`, which must outlive the events; `host` is Event::host of them.
    EventLoader(Interner& strings, const HostInfo& host) : interner_(strings), host_(host) {}

    // Reads what EventSaver::write() wrote; whatever the bytes are, it ends, and takes no more
    // memory than a fixed multiple of theirs. The reader says whether it failed.
    void read(ByteReader& in);

    // Event `number`, or null: 0, or no such event.
    const RetainedEvent* event(std::uint32_t number) const {
        return number > 0 && number <= events_.size() ? events_[number - 1].get() : nullptr;
    }
    std::size_t size() const { return events_.size(); }

private:
    friend class EventFieldReader;

    void read_containers(ByteReader& in);
    void read_images(ByteReader& in);
    void read_descriptors(ByteReader& in);
    void read_copies(ByteReader& in);
    void read_event(ByteReader& in);

    Interner& interner_;
    const HostInfo& host_;
    std::vector<SymbolRef> strings_;
    std::vector<Ref<ContainerInfo>> containers_;
    std::vector<Ref<AddressNames>> names_;
    std::vector<Ref<ProcessImage>> images_;
    std::vector<Ref<Descriptor>> descriptors_;
    std::vector<Ref<FileCopy>> copies_;
    std::vector<Ref<RetainedEvent>> events_;
};

}  // namespace sequitur

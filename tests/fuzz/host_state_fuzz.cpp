// Any records in any order through the state stage: nothing may crash, and whatever an event points
// to must be alive until its batch is done.
//
// Input: records, one after another, in a short form that a fuzzer finds easily:
//   u16 type, u8 thread, u8 ms since the last one, u8 parameters, {u8 length, bytes} each,
//   u8 length of the options, their bytes
// `thread` has the process in its high and the thread in its low half, so that snapshot records,
// which have both in their header, meet the same few numbers. A 1 byte of batch end follows.
#include "core/host_state.h"
#include "core/record.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace {

using sequitur::Event;
using sequitur::RecordView;

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

    bool is_empty() const { return left_ == 0; }
    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    std::vector<std::byte> bytes(std::size_t count) {
        if (count > left_) count = left_;
        const auto* first = reinterpret_cast<const std::byte*>(data_);
        data_ += count;
        left_ -= count;
        return {first, first + count};
    }

private:
    const std::uint8_t* data_;
    std::size_t left_;
};

template <typename T>
void append(std::vector<std::byte>& out, T value) {
    const auto* first = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), first, first + sizeof value);
}

struct StoredRecord {
    std::vector<std::byte> event, options;
    bool wide = false;
};

StoredRecord read_record(Input& in, std::uint64_t& now_ns) {
    StoredRecord record;
    const auto type = static_cast<std::uint16_t>(in.byte() | (in.byte() & 1U) << 8);
    const std::uint8_t thread = in.byte();
    now_ns += in.byte() * std::uint64_t{1'000'000};
    const unsigned count = in.byte() % 34U;
    record.wide = sequitur::has_wide_lengths(static_cast<sequitur::EventType>(type));
    std::vector<std::byte> lengths, params;
    for (unsigned i = 0; i < count; ++i) {
        const std::vector<std::byte> param = in.bytes(in.byte());
        record.wide ? append(lengths, static_cast<std::uint32_t>(param.size()))
                    : append(lengths, static_cast<std::uint16_t>(param.size()));
        params.insert(params.end(), param.begin(), param.end());
    }
    const bool is_snapshot = type >= 430 && type < 450;
    const std::uint64_t process = thread >> 4, task = thread & 15U;
    append(record.event, now_ns);
    append(record.event, is_snapshot ? process << 32 | task : task);
    append(record.event, static_cast<std::uint32_t>(26 + lengths.size() + params.size()));
    append(record.event, type);
    append(record.event, static_cast<std::uint32_t>(count));
    record.event.insert(record.event.end(), lengths.begin(), lengths.end());
    record.event.insert(record.event.end(), params.begin(), params.end());
    record.options = in.bytes(in.byte());
    return record;
}

// Looks at everything an event points to, so that a sanitizer sees what is dead.
std::size_t look_at(const Event& event) {
    std::size_t seen = event.process->name.view().size() + event.process->cmdline.view().size();
    int depth = 0;
    for (const auto* p = event.process; p != nullptr && ++depth < 100; p = p->parent.get()) {
        seen += p->cwd.view().size();
    }
    for (const sequitur::Symbol symbol :
         {event.path, event.path_raw, event.target_path, event.target_path_raw, event.file_path}) {
        for (const char c : view_of(symbol)) seen += static_cast<unsigned char>(c);
    }
    if (event.fd != nullptr) seen += event.fd->name.view().size() + event.fd->ino;
    if (event.origin_process != nullptr) seen += event.origin_process->exe.view().size();
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sequitur::Limits limits;
    limits.processes_max = 8;
    limits.threads_max = 12;
    limits.files_max = 16;
    limits.descriptors_max = 64;
    limits.descriptors_per_process_max = 256;
    limits.interned_bytes_max = 20 << 10;
    sequitur::HostState state(limits, nullptr);

    Input in(data, size);
    std::vector<Event> events, before;
    std::vector<StoredRecord> stored;
    std::uint64_t now_ns = 1'700'000'000'000'000'000, batch = 0;
    volatile std::size_t seen = 0;
    while (!in.is_empty()) {
        stored.push_back(read_record(in, now_ns));
        if ((in.byte() & 1U) == 0 && !in.is_empty()) continue;
        std::vector<RecordView> views;
        for (const StoredRecord& record : stored) {
            if (sequitur::check_record(record.event, record.wide) != sequitur::RecordFault::kOk)
                continue;
            views.emplace_back(record.event, record.options, 0, record.wide);
        }
        before.swap(events);
        events.clear();
        state.apply(views, ++batch, events);
        for (const Event& event : before) seen = seen + look_at(event);
        state.release_through(batch - 1);
        for (const Event& event : events) seen = seen + look_at(event);
        stored.clear();
    }
    seen = seen + state.counters().processes;
    return 0;
}

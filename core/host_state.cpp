#include "core/host_state.h"

#include "core/process_resolver.h"
#include "core/state_ahead.h"
#include "core/state_arguments.h"
#include "core/state_dispatch.h"
#include "core/state_families.h"
#include "core/state_tables.h"

#include <algorithm>
#include <array>

namespace sequitur {
namespace {

// Strings are swept in small steps, only when the table is large, and what was used in the last
// batches is spared: a path that is opened every second is not worth freeing.
constexpr std::size_t kSweepSlots = 512;
constexpr std::uint64_t kSpareBatches = 256;

bool is_snapshot(const EventTypeInfo& info) { return info.source == EventSourceKind::kIter; }

// News of no time: how things were before the first event.
bool is_snapshot(const RecordView& record) {
    return record.ts_ns() == 0 && record.tid() == ~std::uint64_t{0};
}

// Exits of system calls have their result first, whatever it is called.
bool has_result(const EventTypeInfo& info) {
    return info.is_exit && info.source == EventSourceKind::kSyscall && !info.params.empty() &&
           info.id != static_cast<std::uint16_t>(EventType::kGeneric) &&
           info.params.front().type != ParamType::kDyn;
}

}  // namespace

struct HostState::Impl {
    Impl(const Limits& limits_given, ProcessLookup* lookup)
        : limits(limits_given), tables(limits_given, lookup) {
        for (const EventTypeInfo& info : event_types()) {
            Kind& kind = kinds[info.id];
            kind.info = &info;
            const bool is_known = (info.flags & event_flag::kUnused) == 0 && info.name != "NA";
            const auto type = static_cast<EventType>(info.id);
            kind.is_known = is_known;
            kind.has_result = has_result(info);
            kind.writes = (info.flags & event_flag::kWritesToFd) != 0;
            kind.reads = (info.flags & event_flag::kReadsFromFd) != 0;
            kind.is_json = type == EventType::kPluginevent;
            kind.family = family_of(type);
            kind.layout = argument_layout(type);
        }
        auto* image = new ProcessImage;
        image->is_placeholder = true;
        nobody = Ref<ProcessImage>(image);
    }

    // What there is to know of a type before looking at a record, in one place.
    struct Kind {
        const EventTypeInfo* info = nullptr;
        Family family;
        ArgumentLayout layout;
        bool is_known = false, has_result = false, writes = false, reads = false;
        bool is_json = false;  // of no process: an object of another stream
    };

    void apply(const RecordView& record, std::vector<Event>& events);
    void read_header(const RecordView& record, const Kind& kind, Event& event) const;
    void apply_snapshot(const RecordView& record, const Kind& kind);
    void apply_call(const RecordView& record, const Kind& kind, Event& event);
    void finish(const Kind& kind, Call& call);

    Limits limits;
    StateTables tables;
    std::array<Kind, kEventTypeCount> kinds;
    LookAhead ahead{tables, argument_layouts()};
    HostInfo host;
    Ref<ProcessImage> nobody;  // stands for the process of records that have none
    std::uint64_t number = 0;
    Timestamp last_event;
};

void HostState::Impl::read_header(const RecordView& record, const Kind& kind, Event& event) const {
    event.record = record;
    event.time = timestamp_from_ns(record.ts_ns());
    event.tid = static_cast<std::int64_t>(record.tid());
    event.info = kind.info;
    event.host = &host;
    event.type = record.type();
    event.process = nobody.get();
}

void HostState::Impl::apply(const RecordView& record, std::vector<Event>& events) {
    if (record.empty()) return;
    const auto id = static_cast<std::size_t>(record.type());
    if (id >= kEventTypeCount || !kinds[id].is_known) {
        ++tables.counters.unknown_types;
        return;
    }
    const Kind& kind = kinds[id];
    if (kind.family.snapshot != nullptr || is_snapshot(*kind.info) ||
        (kind.family.news != nullptr && is_snapshot(record))) {
        apply_snapshot(record, kind);
        // An account that came to be is an event; one of a snapshot has no time.
        if (is_snapshot(*kind.info) || record.ts_ns() == 0) return;
    }
    Event& event = events.emplace_back();
    read_header(record, kind, event);
    event.number = ++number;
    if (number > 1 && event.time > last_event) event.since_previous = event.time - last_event;
    last_event = event.time;
    if (number == 1 || event.time < host.first_event) host.first_event = event.time;
    if (kind.is_json) {
        event.stream = EventStream::kJson;
        event.process = nullptr;
        return;
    }
    apply_call(record, kind, event);
}

void HostState::Impl::apply_snapshot(const RecordView& record, const Kind& kind) {
    const auto apply = kind.family.snapshot ? kind.family.snapshot : kind.family.news;
    if (apply == nullptr) return;
    Event event;
    read_header(record, kind, event);
    const Call call(record, event);
    apply(tables, call);
}

void HostState::Impl::apply_call(const RecordView& record, const Kind& kind, Event& event) {
    Call call(record, event);
    event.truncated_params = call.options.truncated_params();
    event.lost_before = call.options.lost();
    if (kind.has_result && call.params.has(0)) {
        event.has_result = true;
        event.result = call.params.i64(0, 0);
    } else if (kind.has_result) {
        ++tables.counters.malformed;  // a call that does not say how it went
    }
    if (kind.family.news != nullptr) kind.family.news(tables, call);
    if (event.tid < 0) return;       // of no thread: container, plugin
    if (kind.family.finds_caller) {  // clone: its caller may only now come to be
        kind.family.call(tables, call);
    } else {
        resolve_caller(tables, call, event.tid);
        if (call.process->image->is_placeholder) ++tables.counters.unknown_processes;
        if (!kind.family.reads_arguments) read_arguments(tables, call, kind.layout);
        if (kind.family.call != nullptr) kind.family.call(tables, call);
    }
    finish(kind, call);
}

// What an overlay copied up is the file of another layer from then on. The kernel does that by
// itself, where no call shows it.
void note_copied_up(StateTables& tables, const Call& call, const sequitur_file_option& lower) {
    const Event& event = call.event;
    const bool is_exec = event.type == EventType::kExecve || event.type == EventType::kExecveat;
    const FileId file = is_exec ? event.process->exe_file : event.file;
    const Symbol path = is_exec ? event.process->exepath.get() : event.file_path;
    if (!file || tables.files.origin(file).source != nullptr) return;
    tables.files.set_source(file, tables.files.peek(inode_of(lower), {}), path);
}

// What holds for every event once its family is done: whose it is, and who first wrote its file.
void HostState::Impl::finish(const Kind& kind, Call& call) {
    Event& event = call.event;
    if (kind.reads || kind.writes) note_transfer(tables, call, kind.writes);
    if (call.process != nullptr) {
        call.process->has_acted = true;
        event.process = &tables.processes.image_of(*call.process);
    }
    if (!event.file) return;
    if (const sequitur_file_option* lower = call.options.file(SEQUITUR_ROLE_LOWER)) {
        note_copied_up(tables, call, *lower);
    }
    const bool is_of_fd = event.fd != nullptr && event.fd->file == event.file;
    FileOrigin origin = is_of_fd ? tables.files.origin(event.file, event.fd->file_place)
                                 : tables.files.origin(event.file);
    if (origin.process == nullptr && kind.writes && event.has_result && event.result > 0) {
        tables.files.set_origin(event.file, event.process, event.time);
        origin.process = event.process;
        origin.time = event.time;
    }
    event.origin_process = origin.process;
    event.origin_time = origin.time;
    event.origin_copy = origin.source;
}

HostState::HostState(const Limits& limits, ProcessLookup* lookup)
    : impl_(std::make_unique<Impl>(limits, lookup)) {}

HostState::~HostState() = default;

void HostState::apply(std::span<const RecordView> records, std::uint64_t batch,
                      std::vector<Event>& events) {
    impl_->tables.strings.begin_batch(batch);
    impl_->tables.reclaim.begin_batch(batch);
    for (std::size_t i = 0; i < records.size(); i += LookAhead::kGroup) {
        const auto group = records.subspan(i, std::min(LookAhead::kGroup, records.size() - i));
        impl_->ahead.fetch(group);
        for (std::size_t j = 0; j < group.size(); ++j) {
            impl_->tables.path_ahead = impl_->ahead.path(j);
            impl_->apply(group[j], events);
        }
    }
    impl_->tables.path_ahead = {};
    impl_->tables.processes.keep_limits();
}

void HostState::release_through(std::uint64_t batch) {
    StateTables& tables = impl_->tables;
    tables.reclaim.release_through(batch);
    const std::size_t bytes = tables.strings.bytes();
    if (bytes * 2 < impl_->limits.interned_bytes_max) return;
    if (bytes < impl_->limits.interned_bytes_max) {
        if (batch > kSpareBatches) tables.strings.sweep(kSweepSlots, batch - kSpareBatches);
        return;
    }
    // Full: everything that can go does, and of what is remembered by name an eighth.
    tables.paths.clear();
    tables.files.shed(tables.files.size() / 8);
    tables.strings.sweep(tables.strings.slots(), batch);
}

void HostState::set_boot_id(std::string boot_id) { impl_->host.boot_id = std::move(boot_id); }
void HostState::set_hostname(std::string hostname) { impl_->host.hostname = std::move(hostname); }

SavedHost HostState::save(std::size_t files_max) const {
    StateTables& tables = impl_->tables;
    SavedHost saved;
    saved.serials = tables.files.serials();
    tables.files.each_known([&](FileId file, const InodeInfo& inode,
                                const Ref<ProcessImage>& origin, Timestamp time,
                                const Ref<FileCopy>& source) {
        saved.files.push_back({file, inode, origin, time, source});
    });
    if (saved.files.size() > files_max) {
        const auto end = saved.files.begin() + static_cast<std::ptrdiff_t>(files_max);
        std::nth_element(
            saved.files.begin(), end, saved.files.end(),
            [](const SavedFile& a, const SavedFile& b) { return a.origin_time > b.origin_time; });
        saved.files.erase(end, saved.files.end());
    }
    tables.processes.each([&](Process& process) {
        const ProcessImage& image = tables.processes.image_of(process);
        const bool is_told_anew = process.is_ancestry_open || image.is_kernel_thread;
        if (image.entity.start_ns == 0 || is_told_anew) return;
        saved.processes.push_back({image.entity, image.creator, image.session, image.entry,
                                   image.entry_kind, image.exec_time, image.exe_file,
                                   image.lineage});
    });
    tables.earlier.append_to(saved.processes);
    return saved;
}

std::size_t HostState::restore(const SavedHost& saved) {
    FileTable& files = impl_->tables.files;
    files.skip_to(saved.serials);
    std::size_t count = 0;
    for (const SavedFile& known : saved.files) {
        if (!files.restore(known.file, known.inode)) continue;
        if (known.source) files.restore_source(known.file, known.source);
        if (!known.origin || files.origin(known.file).process != nullptr) continue;
        files.set_origin(known.file, known.origin.get(), known.origin_time);
        ++count;
    }
    impl_->tables.earlier.keep(saved.processes);
    return count;
}

void HostState::forget_earlier_processes() { impl_->tables.earlier.clear(); }

HostStateCounters HostState::counters() const {
    const StateTables& tables = impl_->tables;
    HostStateCounters counters = tables.counters;
    counters.processes = tables.processes.size();
    counters.descriptors = tables.processes.descriptor_totals().in_use;
    counters.files = tables.files.size();
    counters.strings = tables.strings.size();
    counters.processes_evicted = tables.processes.evicted();
    counters.descriptors_evicted =
        tables.processes.descriptors_evicted() + tables.processes.descriptor_totals().refused;
    counters.files_evicted = tables.files.evicted();
    return counters;
}

}  // namespace sequitur

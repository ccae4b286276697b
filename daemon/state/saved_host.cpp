#include "daemon/state/saved_host.h"

#include "core/interner.h"
#include "core/retained_event.h"
#include "sequences/snapshot_bytes.h"
#include "sequences/snapshot_events.h"

#include <map>
#include <utility>
#include <vector>

namespace sequitur {
namespace {

// No chain of makers that is read is longer, whatever the bytes say.
constexpr std::size_t kLineageMax = 64;

// An event that stands for "this file was first written by that process": it carries both, and
// what the file was copied from.
Event event_of(const SavedFile& file, const HostInfo& host) {
    Event event;
    event.type = EventType::kOpenat;
    event.info = event_type_info(event.type);
    event.host = &host;
    event.process = file.origin.get();
    event.time = file.origin_time;
    event.origin_copy = file.source.get();
    return event;
}

void write(ByteWriter& out, const ProcessEntity& entity) {
    out.number(entity.pid);
    out.number(entity.start_ns);
}

void read(ByteReader& in, ProcessEntity& entity) {
    in.number(entity.pid);
    in.number(entity.start_ns);
}

void write(ByteWriter& out, const FileId& file) {
    out.number(static_cast<std::uint8_t>(file.kind));
    out.number(file.number);
    out.number(file.dev);
    out.number(file.generation);
}

void read(ByteReader& in, FileId& file) {
    const auto kind = in.number<std::uint8_t>();
    file.kind = static_cast<FileId::Kind>(kind);
    if (file.kind > FileId::Kind::kPath) in.fail();
    in.number(file.number);
    in.number(file.dev);
    in.number(file.generation);
}

// Chains of makers, each the number of its nearest one; 0: nobody.
class LineageSaver {
public:
    std::uint32_t add(const std::vector<ProcessEntity>& lineage) {
        std::uint32_t above = 0;
        for (auto maker = lineage.rbegin(); maker != lineage.rend(); ++maker) {
            const auto [found, is_new] = numbers_.try_emplace({*maker, above}, count_ + 1);
            if (is_new) {
                ++count_;
                sequitur::write(bytes_, *maker);
                bytes_.number(above);
            }
            above = found->second;
        }
        return above;
    }
    void write(ByteWriter& out) const {
        out.number(count_);
        out.raw(bytes_.bytes());
    }

private:
    std::map<std::pair<ProcessEntity, std::uint32_t>, std::uint32_t> numbers_;
    ByteWriter bytes_;
    std::uint32_t count_ = 0;
};

class LineageLoader {
public:
    void read(ByteReader& in) {
        for (std::uint32_t left = in.count(20); left > 0 && !in.has_failed(); --left) {
            Maker maker;
            sequitur::read(in, maker.entity);
            in.number(maker.above);
            if (maker.above > makers_.size()) in.fail();  // One of those before it: no circles.
            makers_.push_back(maker);
        }
        chains_.resize(makers_.size() + 1);
    }
    // One for all who share it. Null for a number that there is not.
    std::shared_ptr<const std::vector<ProcessEntity>> chain(std::uint32_t number) {
        if (number >= chains_.size()) return nullptr;
        auto& known = chains_[number];
        if (known != nullptr) return known;
        auto chain = std::make_shared<std::vector<ProcessEntity>>();
        for (; number > 0 && chain->size() < kLineageMax; number = makers_[number - 1].above) {
            chain->push_back(makers_[number - 1].entity);
        }
        return known = std::move(chain);
    }

private:
    struct Maker {
        ProcessEntity entity;
        std::uint32_t above = 0;
    };
    std::vector<Maker> makers_;
    std::vector<std::shared_ptr<const std::vector<ProcessEntity>>> chains_;
};

void write_process(ByteWriter& out, const SavedProcess& process, std::uint32_t lineage) {
    write(out, process.entity);
    write(out, process.creator);
    write(out, process.session);
    write(out, process.entry);
    out.number(static_cast<std::uint8_t>(process.entry_kind));
    out.number(process.exec_time.time_since_epoch().count());
    write(out, process.exe_file);
    out.number(lineage);
}

SavedProcess read_process(ByteReader& in, LineageLoader& lineages) {
    SavedProcess process;
    read(in, process.entity);
    read(in, process.creator);
    read(in, process.session);
    read(in, process.entry);
    process.entry_kind = static_cast<EntryKind>(in.number<std::uint8_t>());
    if (process.entry_kind > EntryKind::kLogin) in.fail();
    process.exec_time = Timestamp(Duration(in.number<std::int64_t>()));
    read(in, process.exe_file);
    process.lineage = lineages.chain(in.number<std::uint32_t>());
    if (process.lineage == nullptr) in.fail();
    return process;
}

}  // namespace

std::string save_host(const HostState& state, const HostInfo& host, std::size_t files_max) {
    const SavedHost saved = state.save(files_max);
    EventSaver saver;
    std::vector<Ref<RetainedEvent>> events;  // must outlive the saver
    ByteWriter files;
    files.number(static_cast<std::uint32_t>(saved.files.size()));
    for (const SavedFile& file : saved.files) {
        std::uint32_t event = 0;
        if (file.origin) {
            events.push_back(RetainedEvent::copy_of(event_of(file, host)));
            event = saver.add(events.back().get());
        }
        write(files, file.file);
        files.number(file.inode.ino);
        files.number(file.inode.dev);
        files.number(file.inode.generation);
        files.number(event);
    }
    LineageSaver lineages;
    ByteWriter processes;
    processes.number(static_cast<std::uint32_t>(saved.processes.size()));
    for (const SavedProcess& process : saved.processes) {
        const bool has_makers = process.lineage != nullptr;
        write_process(processes, process, has_makers ? lineages.add(*process.lineage) : 0);
    }
    ByteWriter out;
    out.number(saved.serials.path);
    out.number(saved.serials.generation);
    saver.write(out);
    out.raw(files.bytes());
    lineages.write(out);
    out.raw(processes.bytes());
    return out.take();
}

struct RestoredHost::Impl {
    Interner strings;
    HostInfo host;
};

RestoredHost::RestoredHost() : impl_(std::make_unique<Impl>()) {}
RestoredHost::~RestoredHost() = default;

Result<std::size_t> RestoredHost::restore(std::string_view bytes, HostState& state) {
    ByteReader in(bytes);
    SavedHost saved;
    in.number(saved.serials.path);
    in.number(saved.serials.generation);
    EventLoader events(impl_->strings, impl_->host);
    events.read(in);
    for (std::uint32_t left = in.count(37); left > 0 && !in.has_failed(); --left) {
        SavedFile file;
        read(in, file.file);
        in.number(file.inode.ino);
        in.number(file.inode.dev);
        in.number(file.inode.generation);
        if (const auto number = in.number<std::uint32_t>(); number > 0) {
            const RetainedEvent* retained = events.event(number);
            if (retained == nullptr) {
                in.fail();
                break;
            }
            const Event event = retained->event();
            file.origin = Ref<ProcessImage>(event.process);
            file.origin_time = event.time;
            file.source = Ref<FileCopy>(event.origin_copy);
        }
        saved.files.push_back(std::move(file));
    }
    LineageLoader lineages;
    lineages.read(in);
    for (std::uint32_t left = in.count(94); left > 0 && !in.has_failed(); --left) {
        saved.processes.push_back(read_process(in, lineages));
    }
    if (in.has_failed() || !in.at_end()) {
        return fail(Error::Code::kBadInput, "what was saved of files and processes is damaged");
    }
    return state.restore(saved);
}

}  // namespace sequitur

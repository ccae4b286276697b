#include "probe/scap_source.h"

#include "probe/scap_event.h"
#include "probe/scap_format.h"

#include <algorithm>
#include <utility>

namespace sequitur {

using probe::ScapBlock;
using probe::ScapBlockReader;

ScapSource::ScapSource(probe::CaptureBytes bytes, const ScapOptions& options)
    : blocks_(std::move(bytes)), options_(options) {}

Result<std::unique_ptr<ScapSource>> ScapSource::open(const std::string& path,
                                                     const ScapOptions& options) {
    auto bytes = probe::CaptureBytes::open(path);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    return start(std::move(*bytes), options);
}

Result<std::unique_ptr<ScapSource>> ScapSource::over(std::span<const std::byte> bytes,
                                                     std::string name, const ScapOptions& options) {
    return start(probe::CaptureBytes::over(bytes, std::move(name)), options);
}

// The section header is read at once, so that what is no capture is refused before anything runs.
Result<std::unique_ptr<ScapSource>> ScapSource::start(probe::CaptureBytes bytes,
                                                      const ScapOptions& options) {
    std::unique_ptr<ScapSource> source(new ScapSource(std::move(bytes), options));
    ScapBlock block;
    switch (source->blocks_.next(block)) {
        case ScapBlockReader::Step::kFault: return tl::unexpected<Error>(source->blocks_.error());
        case ScapBlockReader::Step::kEnd:
            return fail(Error::Code::kBadInput, source->blocks_.name() + ": the file is empty");
        case ScapBlockReader::Step::kBlock: break;
    }
    if (block.type != probe::block::kSection) {
        return fail(Error::Code::kBadInput,
                    source->blocks_.name() + ": not a capture: no section header at its start");
    }
    if (auto checked = source->check_section(block); !checked) {
        return tl::unexpected<Error>(checked.error());
    }
    return source;
}

Result<void> ScapSource::check_section(const ScapBlock& block) const {
    const auto bad = [&](const char* what) {
        return tl::unexpected<Error>(blocks_.damage(block.offset, what));
    };
    if (block.body.size() < probe::kSectionBodySize) return bad("the section header is too short");
    if (load_le<std::uint32_t>(block.body.data()) != probe::kByteOrderMagic) {
        return bad("the section is not of a little-endian machine");
    }
    // The minor version says nothing about the layout.
    if (load_le<std::uint16_t>(block.body.data() + 4) > probe::kMajorVersion) {
        return bad("the section is of a newer version of the format");
    }
    return {};
}

bool ScapSource::next_history() {
    if (phase_ != Phase::kSectionEnd) return false;
    phase_ = Phase::kSnapshot;
    converter_ = {};
    told_.clear();
    told_next_ = 0;
    position_ = 0;
    watermark_ = {};
    end_.reset();
    return true;
}

void ScapSource::deliver(const RecordView& record, std::vector<RecordView>& batch) {
    batch.push_back(record);
    watermark_ = std::max(watermark_, timestamp_from_ns(record.ts_ns()));
}

// The snapshot's records whose turn it is.
void ScapSource::add_snapshot(std::size_t max_records, std::vector<RecordView>& batch) {
    while (told_next_ < told_.size() && batch.size() < max_records) {
        if (!end_ && told_[told_next_].position > position_) return;
        deliver(told_[told_next_++].record, batch);
    }
}

void ScapSource::begin_events() {
    phase_ = Phase::kEvents;
    const auto fault = snapshot_.take(snapshot_arena_, told_);
    if (!fault) return;
    if (options_.is_lenient) ++losses_.malformed;
    else end_ = blocks_.damage(fault->offset, fault->what);
}

void ScapSource::take_event(const ScapBlock& block, std::vector<RecordView>& batch) {
    RecordView record;
    ++position_;
    const probe::EventFault fault = probe::read_event_block(block, arenas_[arena_], record);
    if (fault == probe::EventFault::kUnknownType) {
        ++losses_.unknown_type;
        return;
    }
    if (fault != probe::EventFault::kOk) {
        ++losses_.malformed;
        if (!options_.is_lenient) end_ = blocks_.damage(block.offset, name_of(fault));
        return;
    }
    using Outcome = probe::ScapConverter::Outcome;
    switch (converter_.convert(record, arenas_[arena_])) {
        case Outcome::kDeliver: deliver(record, batch); break;
        case Outcome::kDrop: break;
        case Outcome::kNoRule: ++losses_.malformed; break;
    }
}

void ScapSource::take_block(const ScapBlock& block, std::vector<RecordView>& batch) {
    if (probe::is_event_block(block.type)) {
        take_event(block, batch);
    } else if (block.type == probe::block::kSection) {
        // Captures that were put one behind the other: each is a history of its own.
        if (auto checked = check_section(block); !checked) {
            end_ = checked.error();
        } else {
            phase_ = Phase::kSectionEnd;
            end_ = Error{Error::Code::kEndOfInput, blocks_.name() + ": a section ends", 0};
        }
    } else if (phase_ == Phase::kSnapshot) {
        snapshot_.add(block);
        for (auto& owner : blocks_.owners()) {
            if (snapshot_owners_.empty() || snapshot_owners_.back() != owner) {
                snapshot_owners_.push_back(std::move(owner));
            }
        }
    }
}

void ScapSource::fill(std::size_t max_records, std::vector<RecordView>& batch) {
    while (batch.size() < max_records) {
        if (told_next_ < told_.size()) {
            add_snapshot(max_records, batch);
            if (batch.size() == max_records) return;
        }
        if (end_) return;
        ScapBlock block;
        if (pending_) {
            block = *std::exchange(pending_, std::nullopt);
        } else {
            switch (blocks_.next(block)) {
                case ScapBlockReader::Step::kBlock: break;
                case ScapBlockReader::Step::kFault: end_ = blocks_.error(); break;
                case ScapBlockReader::Step::kEnd:
                    end_ = Error{Error::Code::kEndOfInput, blocks_.name() + " ends", 0};
                    break;
            }
        }
        const bool ends_snapshot =
            end_ || probe::is_event_block(block.type) || block.type == probe::block::kSection;
        if (phase_ == Phase::kSnapshot && ends_snapshot) {
            begin_events();
            if (!end_) pending_ = block;
            continue;
        }
        // What the snapshot still has when nothing more comes, comes then.
        if (!end_) take_block(block, batch);
    }
}

Result<void> ScapSource::next_batch(std::size_t max_records, Duration /*timeout*/,
                                    std::vector<RecordView>& batch) {
    batch.clear();
    arena_ = 1 - arena_;
    arenas_[arena_].reset();
    blocks_.begin_batch();
    fill(max_records, batch);
    if (batch.empty() && end_) return tl::unexpected(*end_);
    return {};
}

}  // namespace sequitur

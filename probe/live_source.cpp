#include "probe/live_source.h"

#include "core/arena.h"
#include "probe/accounts.h"
#include "probe/call_selection.h"
#include "probe/kernel_programs.h"
#include "probe/record_arena.h"
#include "probe/ring_merge.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <time.h>
#include <unistd.h>

namespace sequitur {
namespace {

using probe::KernelPrograms;
using probe::RecordArena;
using probe::RingMerge;

// While records come, the rings are looked at this often; with it goes the reader's share of a CPU.
constexpr std::uint64_t kPollNs = 1'000'000;
// After this long without any, the reader sleeps and the next record wakes it.
constexpr std::uint64_t kIdleNs = 20'000'000;
// Reading stops at this many records in hand; the rest waits in the rings, which drop when full.
constexpr std::size_t kWaitingMax = std::size_t{1} << 18;

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

void sleep_ns(std::uint64_t ns) {
    timespec span{};
    span.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    span.tv_nsec = static_cast<long>(ns % 1'000'000'000);
    nanosleep(&span, nullptr);
}

// What an entry of a ring says of itself.
struct Entry {
    std::span<const std::byte> event, options;
    std::uint16_t cpu = 0;
};

bool split_entry(std::span<const std::byte> bytes, Entry& entry) {
    if (bytes.size() < SEQUITUR_ENTRY_PREFIX + kRecordHeaderSize) return false;
    const auto size = load_le<std::uint32_t>(bytes.data());
    entry.cpu = load_le<std::uint16_t>(bytes.data() + 4);
    if (size > bytes.size() - SEQUITUR_ENTRY_PREFIX) return false;
    entry.event = bytes.subspan(SEQUITUR_ENTRY_PREFIX, size);
    const std::size_t padded = (SEQUITUR_ENTRY_PREFIX + std::size_t{size} + 3) & ~std::size_t{3};
    entry.options = bytes.subspan(std::min(padded, bytes.size()));
    return check_record(entry.event, false) == RecordFault::kOk;
}

}  // namespace

struct LiveSource::Impl : KernelPrograms::EntryReader {
    std::unique_ptr<KernelPrograms> programs;
    RecordArena arena;
    RingMerge merge;
    std::vector<RingMerge::Item> taken;
    std::uint64_t boot_to_epoch_ns = 0, hold_back_ns = 0;
    std::uint64_t call = 0;           // of next_batch
    std::uint64_t read_ns = 0;        // when the rings were last read
    std::uint64_t record_ns = 0;      // when that last gave anything
    std::uint64_t newest_ns = 0;      // of the record read last
    std::uint64_t horizon_ns = 0;     // nothing older is to be expected
    std::uint64_t snapshot_ns = 0;    // when the last snapshot was complete
    std::uint64_t timeless_late = 0;  // records without a time, which are not late
    std::atomic<std::uint64_t> watermark_ns{0}, malformed{0}, late{0};

    std::uint64_t now_ns() const { return clock_ns(CLOCK_BOOTTIME) + boot_to_epoch_ns; }

    bool read(std::span<const std::byte> bytes) override;
    std::size_t read_rings();
    void add_accounts();
    Result<void> take_snapshot();
    void hand_out(std::size_t max, std::vector<RecordView>& batch);
    void await_records(std::uint64_t deadline_ns);
};

bool LiveSource::Impl::read(std::span<const std::byte> bytes) {
    Entry entry;
    if (bytes.size() > RecordArena::kChunkBytes || !split_entry(bytes, entry)) {
        malformed.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    newest_ns = load_le<std::uint64_t>(entry.event.data());
    merge.add(newest_ns, arena.keep(bytes));
    return merge.waiting() < kWaitingMax;
}

// The clock is read before the rings: what is stamped later than that is not complete yet. Where a
// ring was not read to its end, nor is what is younger than the last record out of it.
std::size_t LiveSource::Impl::read_rings() {
    const std::size_t before = merge.waiting();
    read_ns = now_ns();
    std::uint64_t horizon = read_ns - hold_back_ns;
    for (std::size_t ring = 0; ring < programs->ring_count(); ++ring)
        if (!programs->read_ring(ring, *this)) horizon = std::min(horizon, newest_ns);
    horizon_ns = std::max(horizon_ns, horizon);
    late.store(merge.late() - timeless_late, std::memory_order_relaxed);
    const std::size_t got = merge.waiting() - before;
    if (got > 0) record_ns = read_ns;
    return got;
}

void LiveSource::Impl::add_accounts() {
    Arena memory;
    RecordBuilder builder(memory);
    std::vector<RecordView> records;
    // Without a time: they are no events, but how things were before the first.
    probe::add_account_records("/etc/passwd", "/etc/group", 0, builder, records);
    std::vector<std::byte> entry;
    for (const RecordView& record : records) {
        const auto event = record.event_bytes();
        const auto size = static_cast<std::uint32_t>(event.size());
        entry.assign(SEQUITUR_ENTRY_PREFIX, std::byte{0});
        std::memcpy(entry.data(), &size, sizeof size);
        entry.insert(entry.end(), event.begin(), event.end());
        read(entry);
    }
}

Result<void> LiveSource::Impl::take_snapshot() {
    const std::uint64_t late_before = merge.late();
    add_accounts();
    timeless_late += merge.late() - late_before;
    auto read = programs->read_snapshot(*this);
    snapshot_ns = now_ns();
    return read;
}

void LiveSource::Impl::hand_out(std::size_t max, std::vector<RecordView>& batch) {
    taken.clear();
    merge.take(horizon_ns, max, taken);
    for (const RingMerge::Item& item : taken) {
        Entry entry;
        split_entry({item.place.data, item.place.size}, entry);
        batch.emplace_back(entry.event, entry.options, entry.cpu);
        arena.hand_out(item.place, call);
    }
    // With older records still in hand, nothing is over yet but what was handed out.
    const bool is_cut = taken.size() == max && merge.waiting() > 0;
    watermark_ns.store(is_cut ? taken.back().ts_ns : horizon_ns, std::memory_order_relaxed);
}

// Between two looks at the rings. Active: a short sleep, no interrupts asked for. Idle: a long one
// that the first record ends.
void LiveSource::Impl::await_records(std::uint64_t deadline_ns) {
    const std::uint64_t now = now_ns();
    if (now >= deadline_ns) return;
    if (merge.waiting() > 0 || now - record_ns < kIdleNs) {
        const std::uint64_t next = read_ns + kPollNs;
        if (next > now) sleep_ns(std::min(next, deadline_ns) - now);
        return;
    }
    programs->control().sleeping = 1;
    std::atomic_thread_fence(std::memory_order_seq_cst);  // See put_in_ring() in bpf/emit.bpf.h.
    if (read_rings() == 0) {
        const std::uint64_t wait_ms = (deadline_ns - now + 999'999) / 1'000'000;
        programs->wait(static_cast<int>(std::min<std::uint64_t>(wait_ms, 1000)));
    }
    programs->control().sleeping = 0;
}

LiveSource::LiveSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveSource::~LiveSource() = default;

Result<std::unique_ptr<LiveSource>> LiveSource::open(const LiveOptions& options) {
    auto impl = std::make_unique<Impl>();
    impl->boot_to_epoch_ns = options.boot_to_epoch_ns != 0
                                 ? options.boot_to_epoch_ns
                                 : clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
    impl->hold_back_ns =
        static_cast<std::uint64_t>(std::max(options.hold_back, Duration(0)).count());

    probe::LoadOptions load;
    load.ring_bytes = options.ring_bytes;
    load.life_ring_bytes = options.life_ring_bytes;
    load.settings.boot_to_epoch_ns = impl->boot_to_epoch_ns;
    load.settings.own_tgid = static_cast<std::uint32_t>(getpid());
    load.settings.tree_only = options.root_pid.has_value();
    load.settings.data_bytes = std::min<std::uint32_t>(options.data_bytes, 256);
    auto programs = KernelPrograms::load(load);
    if (!programs) return tl::unexpected(programs.error());
    impl->programs = std::move(*programs);

    if (options.root_pid)
        if (auto added = impl->programs->add_to_tree(static_cast<std::uint32_t>(*options.root_pid));
            !added)
            return tl::unexpected(added.error());
    probe::select_calls(options.interest, impl->programs->control());
    // Attached first: what happens during the snapshot is in the stream, and each record's time
    // says which of the two is newer.
    if (auto attached = impl->programs->attach(); !attached)
        return tl::unexpected(attached.error());
    if (options.snapshot)
        if (auto taken = impl->take_snapshot(); !taken) return tl::unexpected(taken.error());
    return std::unique_ptr<LiveSource>(new LiveSource(std::move(impl)));
}

Result<void> LiveSource::next_batch(std::size_t max_records, Duration timeout,
                                    std::vector<RecordView>& batch) {
    batch.clear();
    Impl& impl = *impl_;
    impl.arena.begin_call(++impl.call);
    const std::uint64_t start = impl.now_ns();
    const auto span = static_cast<std::uint64_t>(std::max(timeout, Duration(0)).count());
    const std::uint64_t deadline =
        span > std::numeric_limits<std::uint64_t>::max() - start ? ~std::uint64_t{0} : start + span;
    impl.hand_out(max_records, batch);
    for (bool once = true; batch.empty() && (once || impl.now_ns() < deadline); once = false) {
        impl.await_records(deadline);
        impl.read_rings();
        impl.hand_out(max_records, batch);
    }
    return {};
}

Timestamp LiveSource::watermark() const {
    return timestamp_from_ns(impl_->watermark_ns.load(std::memory_order_relaxed));
}

SourceLosses LiveSource::losses() const {
    SourceLosses losses;
    losses.malformed = impl_->malformed.load(std::memory_order_relaxed);
    losses.late = impl_->late.load(std::memory_order_relaxed);
    impl_->programs->add_losses(losses);
    return losses;
}

Result<void> LiveSource::take_snapshot() { return impl_->take_snapshot(); }
std::uint64_t LiveSource::snapshot_end_ns() const { return impl_->snapshot_ns; }
std::uint64_t LiveSource::boot_to_epoch_ns() const { return impl_->boot_to_epoch_ns; }

Result<void> LiveSource::set_interest(const Interest& interest) {
    probe::select_calls(interest, impl_->programs->control());
    return {};
}

const std::vector<std::string>& LiveSource::missing_hooks() const {
    return impl_->programs->missing_hooks();
}

}  // namespace sequitur

#include "daemon/state/snapshot_file.h"

#include "core/interner.h"
#include "sequences/snapshot_bytes.h"
#include "sequences/snapshot_events.h"

#include <algorithm>
#include <fstream>

namespace sequitur {
namespace {

constexpr std::string_view kMagic = "SEQUITUR";
constexpr std::uint32_t kVersion = 1;

std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return sum;
}

// An event that stands for "this file was first written by that process": it carries both.
Event event_of(const SavedOrigin& origin, const HostInfo& host) {
    Event event;
    event.type = EventType::kOpenat;
    event.info = event_type_info(event.type);
    event.host = &host;
    event.process = origin.process.get();
    event.file = origin.file;
    event.time = origin.time;
    return event;
}

}  // namespace

std::string write_service(const SavedService& saved) {
    ByteWriter body;
    body.text(saved.boot_id);
    body.number(saved.boot_to_epoch_ns);
    body.number(saved.watched_until.time_since_epoch().count());
    body.number(static_cast<std::uint32_t>(saved.gaps.size()));
    for (const AlertGap& gap : saved.gaps) {
        body.number(gap.first.time_since_epoch().count());
        body.number(gap.last.time_since_epoch().count());
    }
    body.text(saved.engine);
    body.text(saved.origins);
    ByteWriter out;
    out.raw(kMagic);
    out.number(kVersion);
    out.number(static_cast<std::uint64_t>(body.bytes().size()));
    out.number(checksum(body.bytes()));
    out.raw(body.bytes());
    return out.take();
}

Result<SavedService> read_service(std::string_view bytes) {
    const auto refuse = [](const char* why) {
        return fail(Error::Code::kBadInput, std::string("the saved state is ") + why);
    };
    if (!bytes.starts_with(kMagic)) return refuse("no saved state");
    ByteReader head(bytes.substr(kMagic.size()));
    if (head.number<std::uint32_t>() != kVersion) return refuse("of another version");
    const auto size = head.number<std::uint64_t>();
    const auto sum = head.number<std::uint64_t>();
    const std::size_t head_size = kMagic.size() + 20;
    if (head.has_failed() || bytes.size() - head_size != size) return refuse("cut short");
    const std::string_view body = bytes.substr(head_size);
    if (checksum(body) != sum) return refuse("damaged");
    ByteReader in(body);
    SavedService saved;
    saved.boot_id = in.text();
    saved.boot_to_epoch_ns = in.number<std::uint64_t>();
    saved.watched_until = Timestamp(Duration(in.number<std::int64_t>()));
    for (std::uint32_t left = in.count(16); left > 0; --left) {
        const auto first = in.number<std::int64_t>();
        const auto last = in.number<std::int64_t>();
        saved.gaps.push_back({Timestamp(Duration(first)), Timestamp(Duration(last))});
    }
    saved.engine = in.text();
    saved.origins = in.text();
    if (in.has_failed() || !in.at_end()) return refuse("damaged");
    return saved;
}

std::string save_origins(const HostState& state, const HostInfo& host, std::size_t max) {
    std::vector<SavedOrigin> origins = state.origins();
    const auto is_newer = [](const SavedOrigin& a, const SavedOrigin& b) {
        return a.time > b.time;
    };
    if (origins.size() > max) {
        std::nth_element(origins.begin(), origins.begin() + static_cast<std::ptrdiff_t>(max),
                         origins.end(), is_newer);
        origins.resize(max);
    }
    EventSaver saver;
    std::vector<Ref<RetainedEvent>> events;  // must outlive the saver
    ByteWriter list;
    list.number(static_cast<std::uint32_t>(origins.size()));
    for (const SavedOrigin& origin : origins) {
        events.push_back(RetainedEvent::copy_of(event_of(origin, host)));
        list.number(saver.add(events.back().get()));
        list.number(origin.inode.ino);
        list.number(origin.inode.dev);
        list.number(origin.inode.generation);
    }
    ByteWriter out;
    saver.write(out);
    out.raw(list.bytes());
    return out.take();
}

struct RestoredOrigins::Impl {
    Interner strings;
    HostInfo host;
};

RestoredOrigins::RestoredOrigins() : impl_(std::make_unique<Impl>()) {}
RestoredOrigins::~RestoredOrigins() = default;

Result<std::size_t> RestoredOrigins::restore(std::string_view bytes, HostState& state) {
    ByteReader in(bytes);
    EventLoader events(impl_->strings, impl_->host);
    events.read(in);
    std::vector<SavedOrigin> origins;
    for (std::uint32_t left = in.count(20); left > 0 && !in.has_failed(); --left) {
        const RetainedEvent* event = events.event(in.number<std::uint32_t>());
        SavedOrigin origin;
        origin.inode.ino = in.number<std::uint64_t>();
        origin.inode.dev = in.number<std::uint32_t>();
        origin.inode.generation = in.number<std::uint32_t>();
        if (event == nullptr) {
            in.fail();
            break;
        }
        origin.file = event->event().file;
        origin.process = Ref<ProcessImage>(event->event().process);
        origin.time = event->event().time;
        origins.push_back(std::move(origin));
    }
    if (in.has_failed() || !in.at_end()) {
        return fail(Error::Code::kBadInput, "the saved origins of files are damaged");
    }
    return state.restore_origins(origins);
}

std::string read_boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

}  // namespace sequitur

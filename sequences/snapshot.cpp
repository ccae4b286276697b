#include "sequences/snapshot.h"

namespace sequitur {
namespace {

constexpr std::string_view kMagic = "SQTRPMS\n";
static_assert(kMagic.size() + 4 + 8 + 8 == kSnapshotHeaderSize);  // magic, version, length, sum

// For integrity, not against forgery: the secret of the hash is known.
std::uint64_t checksum(std::string_view bytes) {
    return KeyHasher(0x5e9a17a75e9a17a7, 0x0123456789abcdef).hash(bytes).low;
}

tl::unexpected<Error> refuse(std::string why) {
    return fail(Error::Code::kBadInput, "snapshot of partial matches: " + std::move(why));
}

// One list of the fields of each struct, for both ways.
template <typename Archive, typename T>
void fields(Archive& archive, T& of) {
    using Plain = std::remove_const_t<T>;
    if constexpr (std::is_same_v<Plain, Key>) {
        archive(of.low);
        archive(of.high);
    } else if constexpr (std::is_same_v<Plain, SavedStep>) {
        archive(of.event);
        archive(of.last);
        archive(of.count);
        archive(of.step);
        archive(of.is_held);
    } else if constexpr (std::is_same_v<Plain, SavedEntry>) {
        archive(of.event);
        archive(of.parts);
        fields(archive, of.value);
        archive(of.opens);
        archive(of.barrier_ns);
    } else if constexpr (std::is_same_v<Plain, SavedMatch>) {
        archive(of.sequence);
        fields(archive, of.key);
        archive(of.memory);
        archive(of.use);
        archive(of.state);
        archive(of.stage);
        archive(of.blocked_from);
        archive(of.deadline_ns);
        archive(of.turns_ago);
        archive(of.uid);
        archive(of.process_class);
        archive(of.order);
        archive.list(of.steps, 19);
        archive(of.has_detail);
        if (!of.has_detail) return;
        archive(of.gather_position);
        archive(of.gather_done);
        archive(of.counted_step);
        archive(of.barrier_ns);
        archive.list(of.entries, 33);
    } else if constexpr (std::is_same_v<Plain, SavedSequence>) {
        archive(of.name);
        archive(of.fingerprint);
        archive.list(of.suppressed, 24);
    } else if constexpr (std::is_same_v<Plain, SavedState>) {
        archive(of.secret_low);
        archive(of.secret_high);
        archive(of.clock_ns);
        archive(of.last_number);
        archive.list(of.sequences, 16);
        archive.list(of.matches, 50);
    } else {
        fields(archive, of.first);  // suppressed values, and when
        archive(of.second);
    }
}

class StateWriter {
public:
    explicit StateWriter(ByteWriter& out) : out_(out) {}
    template <std::integral T>
    void operator()(const T& value) {
        out_.number(value);
    }
    template <typename T>
    requires std::is_enum_v<T>
    void operator()(const T& value) { out_.number(static_cast<std::uint8_t>(value)); }
    void operator()(const std::string& text) { out_.text(text); }
    template <typename T>
    void list(const std::vector<T>& items, std::size_t) {
        out_.number(static_cast<std::uint32_t>(items.size()));
        for (const T& item : items) fields(*this, item);
    }

private:
    ByteWriter& out_;
};

class StateReader {
public:
    explicit StateReader(ByteReader& in) : in_(in) {}
    template <std::integral T>
    void operator()(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            value = in_.number<std::uint8_t>() != 0;
        } else {
            in_.number(value);
        }
    }
    void operator()(MatchUse& use) {
        const auto value = in_.number<std::uint8_t>();
        if (value > static_cast<std::uint8_t>(MatchUse::kMemory)) in_.fail();
        use = static_cast<MatchUse>(value);
    }
    void operator()(Lifecycle& state) {
        const auto value = in_.number<std::uint8_t>();
        if (value > static_cast<std::uint8_t>(Lifecycle::kCancelled)) in_.fail();
        state = static_cast<Lifecycle>(value);
    }
    void operator()(std::string& text) { text = in_.text(); }
    // `least`: bytes that an item takes at least.
    template <typename T>
    void list(std::vector<T>& items, std::size_t least) {
        for (std::uint32_t left = in_.count(least); left > 0 && !in_.has_failed(); --left) {
            fields(*this, items.emplace_back());
        }
    }

private:
    ByteReader& in_;
};

bool is_in_range(const SavedState& state, const EventLoader& events) {
    const auto exists = [&](std::uint32_t event) { return event > 0 && event <= events.size(); };
    for (const SavedMatch& match : state.matches) {
        if (match.sequence >= state.sequences.size()) return false;
        for (const SavedStep& step : match.steps) {
            if (!exists(step.event) || (step.last != 0 && !exists(step.last))) return false;
        }
        for (const SavedEntry& entry : match.entries) {
            if (!exists(entry.event)) return false;
        }
    }
    return true;
}

}  // namespace

std::string seal_snapshot(std::string_view body) {
    ByteWriter out;
    out.raw(kMagic);
    out.number(kSnapshotVersion);
    out.number(static_cast<std::uint64_t>(body.size()));
    out.number(checksum(body));
    out.raw(body);
    return out.take();
}

std::string write_snapshot(const HostInfo& host, const EventSaver& events,
                           const SavedState& state) {
    ByteWriter body;
    body.text(host.boot_id);
    body.text(host.hostname);
    body.number(host.first_event.time_since_epoch().count());
    events.write(body);
    StateWriter writer(body);
    fields(writer, state);
    return seal_snapshot(body.bytes());
}

Result<SnapshotFrame> open_snapshot(std::string_view bytes) {
    if (!bytes.starts_with(kMagic)) return refuse("this is none");
    if (bytes.size() < kSnapshotHeaderSize) return refuse("cut short");
    ByteReader header(bytes.substr(kMagic.size()));
    const auto version = header.number<std::uint32_t>();
    if (version != kSnapshotVersion) {
        return refuse("of version " + std::to_string(version) + ", this program knows " +
                      std::to_string(kSnapshotVersion));
    }
    const auto size = header.number<std::uint64_t>();
    const auto sum = header.number<std::uint64_t>();
    const std::string_view body = bytes.substr(kSnapshotHeaderSize);
    if (body.size() < size) {
        return refuse("cut short: " + std::to_string(body.size()) + " of " + std::to_string(size) +
                      " bytes");
    }
    if (body.size() > size) return refuse("something stands behind it");
    if (checksum(body) != sum) return refuse("damaged: the checksum differs");

    SnapshotFrame frame;
    ByteReader in(body);
    frame.host.boot_id = in.text();
    frame.host.hostname = in.text();
    frame.host.first_event = Timestamp(Duration(in.number<std::int64_t>()));
    if (in.has_failed()) return refuse("its host is cut short");
    const std::size_t head = 4 + frame.host.boot_id.size() + 4 + frame.host.hostname.size() + 8;
    frame.payload = body.substr(head);
    return frame;
}

Result<SavedState> read_state(std::string_view payload, EventLoader& events) {
    ByteReader in(payload);
    events.read(in);
    SavedState state;
    StateReader reader(in);
    if (!in.has_failed()) fields(reader, state);
    if (in.has_failed() || !in.at_end() || !is_in_range(state, events)) {
        return refuse("its contents contradict each other");
    }
    return state;
}

}  // namespace sequitur

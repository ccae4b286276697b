// A raw event record: the bytes that the probe emits, a capture stores and the decoder reads.
//
// Layout (docs/wire-format.md; all integers little-endian, nothing aligned):
//
//   u64 ts            ns since the epoch
//   u64 tid           of the calling thread; ITER_* records: tgid << 32 | tid
//   u32 len           this header + lengths + parameters, without padding and options
//   u16 type          event type id, core/event_type.h
//   u32 nparams
//   u16 lengths[nparams]   (u32 for the types that carry large payloads)
//   parameters, concatenated
//   zero padding to a multiple of 4, counted from 2 bytes before the header
//   options: what the schema has no room for, core/record_option.h
//
// The first part is the event of a .scap EV_V2 block, byte for byte; the options are the pcapng
// options that may stand behind it. A RecordView owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sequitur {

enum class EventType : std::uint16_t;  // core/event_type.h

inline constexpr std::size_t kRecordHeaderSize = 26;
inline constexpr std::uint32_t kRecordParamsMax = 64;  // no type has more than 32

template <typename T>
T load_le(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

class RecordView {
public:
    RecordView() = default;

    // `event` holds header, lengths and parameters; `options` the bytes behind the padding, which
    // may be empty. Precondition: check_record(event) said kOk, for this event's bytes.
    // The bytes must outlive the view.
    RecordView(std::span<const std::byte> event, std::span<const std::byte> options,
               std::uint16_t cpu, bool wide_lengths = false)
        : event_(event), options_(options), cpu_(cpu), wide_(wide_lengths) {}

    std::uint64_t ts_ns() const { return load_le<std::uint64_t>(event_.data()); }
    std::uint64_t tid() const { return load_le<std::uint64_t>(event_.data() + 8); }
    EventType type() const {
        return static_cast<EventType>(load_le<std::uint16_t>(event_.data() + 20));
    }
    std::uint32_t param_count() const { return load_le<std::uint32_t>(event_.data() + 22); }
    std::uint16_t cpu() const { return cpu_; }

    // Parameter `index`; empty when the value is missing or the record has fewer parameters.
    // Cost: linear in `index`, at most 32 additions.
    std::span<const std::byte> param(std::uint32_t index) const {
        const std::uint32_t count = param_count();
        if (index >= count) return {};
        const std::size_t width = wide_ ? 4 : 2;
        const std::byte* lengths = event_.data() + kRecordHeaderSize;
        std::size_t offset = kRecordHeaderSize + count * width;
        for (std::uint32_t i = 0; i < index; ++i) offset += length_at(lengths, i);
        return event_.subspan(offset, length_at(lengths, index));
    }

    std::span<const std::byte> event_bytes() const { return event_; }
    std::span<const std::byte> option_bytes() const { return options_; }
    bool has_wide_lengths() const { return wide_; }
    bool empty() const { return event_.empty(); }

private:
    std::size_t length_at(const std::byte* lengths, std::uint32_t i) const {
        return wide_ ? load_le<std::uint32_t>(lengths + 4 * i)
                     : load_le<std::uint16_t>(lengths + 2 * i);
    }

    std::span<const std::byte> event_;
    std::span<const std::byte> options_;
    std::uint16_t cpu_ = 0;
    bool wide_ = false;
};

// Integer parameter of whatever width (1, 2, 4, 8) the record has it in; other lengths give
// `fallback`. Signed types are sign-extended by the caller's choice of T.
template <typename T>
T int_param(std::span<const std::byte> param, T fallback) {
    switch (param.size()) {
        case 1: return static_cast<T>(load_le<std::make_signed_t<std::int8_t>>(param.data()));
        case 2: return static_cast<T>(load_le<std::int16_t>(param.data()));
        case 4: return static_cast<T>(load_le<std::int32_t>(param.data()));
        case 8: return static_cast<T>(load_le<std::int64_t>(param.data()));
        default: return fallback;
    }
}
template <typename T>
T uint_param(std::span<const std::byte> param, T fallback) {
    switch (param.size()) {
        case 1: return static_cast<T>(load_le<std::uint8_t>(param.data()));
        case 2: return static_cast<T>(load_le<std::uint16_t>(param.data()));
        case 4: return static_cast<T>(load_le<std::uint32_t>(param.data()));
        case 8: return static_cast<T>(load_le<std::uint64_t>(param.data()));
        default: return fallback;
    }
}

// Text parameter without its final NUL. A missing value and the literals "(NULL)" and "<NA>" (how
// old drivers wrote a null pointer) give an empty view with a null data().
std::string_view text_param(std::span<const std::byte> param);

enum class RecordFault : std::uint8_t { kOk, kTooShort, kTooManyParams, kLengthsOverrun };

// Whether `event` is a whole record: header, lengths array and every parameter within its bytes.
// Everything that reads untrusted bytes calls this before it makes a RecordView.
RecordFault check_record(std::span<const std::byte> event, bool wide_lengths);

// Whether this type's lengths are 32 bits wide (plugin, container and async payloads).
bool has_wide_lengths(EventType type);

}  // namespace sequitur

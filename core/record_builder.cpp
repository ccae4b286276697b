#include "core/record_builder.h"

#include "core/param_type.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace sequitur {
namespace {

// The wire is little-endian, and so is every machine that this builds for.
static_assert(std::endian::native == std::endian::little);

// Keeps the length of a record of kRecordParamsMax such parameters within 32 bits.
constexpr std::size_t kWideParamMax = std::size_t{16} << 20;

template <typename T>
std::byte* store(std::byte* at, T value) {
    std::memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

void append(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

void RecordBuilder::begin(std::uint64_t ts_ns, std::uint64_t tid, EventType type,
                          std::uint16_t cpu) {
    ts_ns_ = ts_ns;
    tid_ = tid;
    type_ = type;
    cpu_ = cpu;
    truncated_ = 0;
    info_ = event_type_info(type);
    wide_ = sequitur::has_wide_lengths(type);
    count_ = 0;
    params_.clear();
    options_.clear();
}

std::size_t RecordBuilder::room() const {
    return wide_ ? kWideParamMax : std::numeric_limits<std::uint16_t>::max();
}

void RecordBuilder::end_param(std::size_t length) {
    lengths_[count_++] = static_cast<std::uint32_t>(length);
}

void RecordBuilder::add_missing() {
    if (count_ < kRecordParamsMax) end_param(0);
}

void RecordBuilder::add_integer(std::uint64_t value) {
    if (count_ == kRecordParamsMax) return;
    std::size_t width = 8;
    if (info_ != nullptr && count_ < info_->params.size()) {
        const std::size_t declared = fixed_width(info_->params[count_].type);
        if (declared != 0) width = declared;
    }
    append(params_, std::as_bytes(std::span(&value, 1)).first(width));
    end_param(width);
}

void RecordBuilder::add_text(std::string_view text) {
    if (count_ == kRecordParamsMax) return;
    if (text.size() + 1 > room()) {
        text = text.substr(0, room() - 1);
        mark_truncated(count_);
    }
    append(params_, bytes_of(text));
    params_.push_back(std::byte{0});
    end_param(text.size() + 1);
}

void RecordBuilder::add_bytes(std::span<const std::byte> bytes) {
    if (count_ == kRecordParamsMax) return;
    if (bytes.size() > room()) {
        bytes = bytes.first(room());
        mark_truncated(count_);
    }
    append(params_, bytes);
    end_param(bytes.size());
}

void RecordBuilder::add_list(std::span<const std::string_view> texts) {
    if (count_ == kRecordParamsMax) return;
    std::size_t length = 0;
    for (const std::string_view text : texts) {
        if (length + text.size() + 1 > room()) {
            mark_truncated(count_);
            break;
        }
        append(params_, bytes_of(text));
        params_.push_back(std::byte{0});
        length += text.size() + 1;
    }
    end_param(length);
}

void RecordBuilder::set_task(const sequitur_task_option& task) {
    add_option(SEQUITUR_OPTION_TASK, std::as_bytes(std::span(&task, 1)));
}

void RecordBuilder::add_file(const sequitur_file_option& file) {
    add_option(SEQUITUR_OPTION_FILE, std::as_bytes(std::span(&file, 1)));
}

void RecordBuilder::add_path(std::uint8_t role, std::uint8_t flags, std::string_view path) {
    constexpr std::size_t kPathMax = std::numeric_limits<std::uint16_t>::max() - 2;
    if (path.size() > kPathMax) {
        path = path.substr(0, kPathMax);
        flags |= SEQUITUR_PATH_TRUNCATED;
    }
    const auto length = static_cast<std::uint16_t>(path.size() + 2);
    const std::array<std::byte, 6> head = {std::byte{SEQUITUR_OPTION_PATH & 0xff},
                                           std::byte{SEQUITUR_OPTION_PATH >> 8},
                                           static_cast<std::byte>(length & 0xff),
                                           static_cast<std::byte>(length >> 8),
                                           std::byte{role},
                                           std::byte{flags}};
    append(options_, head);
    append(options_, bytes_of(path));
    options_.resize((options_.size() + 3) & ~std::size_t{3});
}

void RecordBuilder::set_lost(std::uint64_t records) {
    const sequitur_lost_option lost{records};
    add_option(SEQUITUR_OPTION_LOST, std::as_bytes(std::span(&lost, 1)));
}

void RecordBuilder::mark_truncated(std::uint32_t param) {
    if (param < 64) truncated_ |= std::uint64_t{1} << param;
}

void RecordBuilder::add_option(std::uint16_t code, std::span<const std::byte> value) {
    value =
        value.first(std::min<std::size_t>(value.size(), std::numeric_limits<std::uint16_t>::max()));
    std::array<std::byte, 4> head;
    store(store(head.data(), code), static_cast<std::uint16_t>(value.size()));
    append(options_, head);
    append(options_, value);
    options_.resize((options_.size() + 3) & ~std::size_t{3});
}

RecordView RecordBuilder::finish() {
    if (info_ != nullptr) {
        while (count_ < info_->params.size()) add_missing();
    }
    return finish_exact();
}

RecordView RecordBuilder::finish_exact() {
    if (truncated_ != 0) {
        add_option(SEQUITUR_OPTION_TRUNCATED, std::as_bytes(std::span(&truncated_, 1)));
    }
    const std::size_t width = wide_ ? 4 : 2;
    const std::size_t length = kRecordHeaderSize + count_ * width + params_.size();
    const std::size_t padding = (0 - (length + 2)) & 3;  // the block has 2 bytes before the header

    const std::span<std::byte> out = arena_->allocate(length + padding + options_.size());
    std::byte* at = store(out.data(), ts_ns_);
    at = store(at, tid_);
    at = store(at, static_cast<std::uint32_t>(length));
    at = store(at, static_cast<std::uint16_t>(type_));
    at = store(at, count_);
    for (std::uint32_t i = 0; i < count_; ++i) {
        at = wide_ ? store(at, lengths_[i]) : store(at, static_cast<std::uint16_t>(lengths_[i]));
    }
    at = std::ranges::copy(params_, at).out;
    at = std::fill_n(at, padding, std::byte{0});
    std::ranges::copy(options_, at);
    return RecordView(out.first(length), out.subspan(length + padding), cpu_, wide_);
}

}  // namespace sequitur

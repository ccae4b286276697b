// One record while the state stage applies it: the event it becomes, its parameters and options,
// and whose call it was.
#pragma once

#include "core/event.h"
#include "core/option_view.h"
#include "core/process_table.h"
#include "core/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur {

// A record's parameters with their places reckoned once. Any index may be asked for: what the
// record does not have, or has in no integer's width, gives the fallback.
class Params {
public:
    explicit Params(const RecordView& record);

    std::span<const std::byte> operator[](unsigned index) const {
        if (index >= count_) return {};
        return bytes_.subspan(offsets_[index], offsets_[index + 1] - offsets_[index]);
    }
    bool has(unsigned index) const { return !(*this)[index].empty(); }

    std::int64_t i64(unsigned index, std::int64_t fallback = -1) const {
        return int_param<std::int64_t>((*this)[index], fallback);
    }
    std::uint64_t u64(unsigned index, std::uint64_t fallback = 0) const {
        return uint_param<std::uint64_t>((*this)[index], fallback);
    }
    std::uint32_t u32(unsigned index, std::uint32_t fallback = 0) const {
        return uint_param<std::uint32_t>((*this)[index], fallback);
    }
    // A null data() when missing.
    std::string_view text(unsigned index) const { return text_param((*this)[index]); }
    // Raw bytes as text: lists of strings, each followed by NUL.
    std::string_view list(unsigned index) const {
        const auto param = (*this)[index];
        return {reinterpret_cast<const char*>(param.data()), param.size()};
    }

private:
    std::span<const std::byte> bytes_;
    std::uint32_t count_ = 0;
    std::array<std::uint32_t, kRecordParamsMax + 1> offsets_;  // [0..count_]
};

struct Call {
    Call(const RecordView& record, Event& into)
        : params(record), options(record.option_bytes()), event(into), ts(record.ts_ns()) {}

    Params params;
    OptionView options;
    Event& event;
    std::uint64_t ts;
    Task* task = nullptr;  // null only for records of no thread
    Process* process = nullptr;

    // A call that the kernel refused changes nothing. One without a result counts as done.
    bool failed() const { return event.has_result && event.result < 0; }
};

}  // namespace sequitur

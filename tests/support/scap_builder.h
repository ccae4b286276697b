// Captures for tests, byte by byte: blocks in any form, right or wrong.
//
//     ScapBuilder scap;
//     scap.section().event(EventType::kClose, 100, {le(std::int64_t{0}), le(std::int64_t{3})});
//     const auto bytes = scap.bytes();
#pragma once

#include "core/event_type.h"
#include "core/record.h"
#include "probe/scap_blocks_write.h"
#include "probe/scap_format.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::test {

// The bytes of a value.
template <typename T>
std::string le(T value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}
// A text behind its length; a text and its NUL.
inline std::string text16(std::string_view text) {
    return le(static_cast<std::uint16_t>(text.size())) + std::string(text);
}
inline std::string text0(std::string_view text) { return std::string(text) + '\0'; }

class ScapBuilder {
public:
    ScapBuilder& section() {
        probe::append_section_block(out_);
        return *this;
    }
    ScapBuilder& block(std::uint32_t type, std::string_view body) {
        const probe::BlockScope scope(out_, type);
        append(body);
        return *this;
    }
    // An event of today's blocks, or with `is_old` of those without a number of parameters.
    ScapBuilder& event(EventType type, std::uint64_t tid, const std::vector<std::string>& params,
                       bool is_old = false) {
        std::string lengths, values;
        for (const std::string& param : params) {
            lengths += has_wide_lengths(type) ? le(static_cast<std::uint32_t>(param.size()))
                                              : le(static_cast<std::uint16_t>(param.size()));
            values += param;
        }
        const std::size_t header = is_old ? probe::kOldEventHeaderSize : kRecordHeaderSize;
        std::string body = le(std::uint16_t{1}) + le(ts_ns_ += 1000) + le(tid) +
                           le(static_cast<std::uint32_t>(header + lengths.size() + values.size())) +
                           le(static_cast<std::uint16_t>(type));
        if (!is_old) body += le(static_cast<std::uint32_t>(params.size()));
        const std::uint32_t kind = is_old                   ? probe::block::kEvent
                                   : has_wide_lengths(type) ? probe::block::kEventLarge
                                                            : probe::block::kEvent2;
        return block(kind, body + lengths + values);
    }
    ScapBuilder& event(unsigned type, std::uint64_t tid, const std::vector<std::string>& params,
                       bool is_old = false) {
        return event(static_cast<EventType>(type), tid, params, is_old);
    }
    ScapBuilder& append(std::string_view raw) {
        probe::put_bytes(out_, std::as_bytes(std::span(raw.data(), raw.size())));
        return *this;
    }

    probe::ByteBuffer& bytes() { return out_; }

private:
    probe::ByteBuffer out_;
    std::uint64_t ts_ns_ = 1'700'000'000'000'000'000;
};

// The entry of one thread in a process list, as a version has it; version 9 with `tail` behind.
struct ListEntry {
    std::uint64_t tid = 0, pid = 0, ptid = 0;
    std::string comm = {}, exe = {}, exepath = {}, args = {}, cwd = "/";
    std::uint32_t uid = 0;
};
inline std::string list_entry(const ListEntry& entry, int version, const std::string& tail = "") {
    std::string out = le(entry.tid) + le(entry.pid) + le(entry.ptid);
    if (version >= 6) out += le(entry.pid);
    if (version >= 8) out += le(entry.pid);
    out += text16(entry.comm) + text16(entry.exe);
    if (version >= 7) out += text16(entry.exepath);
    out += text16(entry.args) + text16(entry.cwd) + le(std::int64_t{1024}) + le(0U) +
           le(entry.uid) + le(0U);
    if (version >= 2) out += le(1U) + le(2U) + le(3U) + le(std::uint64_t{4}) + le(std::uint64_t{5});
    if (version >= 3) out += text16("HOME=/");
    if (version >= 4) out += le(entry.tid) + le(entry.pid) + text16("cpu=/");
    if (version >= 5) out += text16("/");
    if (version < 9) return out;
    out += tail;
    return le(static_cast<std::uint32_t>(out.size() + 4)) + out;
}

}  // namespace sequitur::test

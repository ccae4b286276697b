// The value of a field on an event: missing, or of one of the language's types. A small view.
#pragma once

#include "core/descriptor.h"
#include "core/interner.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

enum class ValueType : std::uint8_t {
    kMissing,
    kBool,
    kInt,   // signed 64 bits; pids, results, ports, uids, durations in ns
    kUint,  // unsigned 64 bits; times in ns since the epoch, inode numbers
    kDouble,
    kText,
    kBytes,  // evt.buffer
    kIp,
    kNet,
    kList,  // list-valued fields (proc.argv) and multi-valued ones (fd.ip, proc.aname)
};

struct IpNet {
    IpAddress address;
    std::uint8_t prefix_bits = 0;
    bool contains(const IpAddress& ip) const;
    friend bool operator==(const IpNet&, const IpNet&) = default;
};

// How outputs print a number; conditions, keys and JSON see the number itself.
enum class NumberFormat : std::uint8_t {
    kDecimal,
    kHex,
    kOctal,
    kId,
    kPadded,           // nine digits: the part of a time behind the second
    kTime,             // ns since the epoch: "03:04:05.000000006", UTC
    kTimeSeconds,      // "03:04:05"
    kDateTime,         // "2026-01-02 03:04:05.000000006"
    kDateTimeSeconds,  // "2026-01-02 03:04:05"
    kIso8601,          // "2026-01-02T03:04:05.000000006+0000"
    kDuration,         // ns: "2.5s", "340us"
};

struct Value {
    ValueType type = ValueType::kMissing;
    NumberFormat format = NumberFormat::kDecimal;  // for output only
    Symbol symbol = nullptr;                       // kText: set when `text` is this interned string
    std::string_view text;                         // kText, kBytes
    union {
        std::int64_t i = 0;  // kInt
        std::uint64_t u;     // kUint
        double d;            // kDouble
        bool b;              // kBool
    };
    IpNet net;  // kIp (address only), kNet
    // kList: the elements, never lists themselves. kText: the single names of a flag argument, each
    // of which `in` and `intersects` look at beside the whole text; empty for any other text.
    std::span<const Value> list;

    explicit operator bool() const { return type != ValueType::kMissing; }

    static Value missing() { return {}; }
    static Value of(bool value);
    static Value of_int(std::int64_t value, NumberFormat format = NumberFormat::kDecimal);
    static Value of_uint(std::uint64_t value, NumberFormat format = NumberFormat::kDecimal);
    static Value of_text(std::string_view text);  // empty text is a value
    static Value of_symbol(Symbol symbol);        // null symbol: missing
    static Value of_bytes(std::string_view bytes);
    static Value of_ip(const IpAddress& ip);
    static Value of_net(const IpNet& net);
    static Value of_double(double value);
    static Value of_list(std::span<const Value> elements);  // borrowed; no elements is a value
};

// Appends the value as outputs print it; a missing one as "<NA>", lists as "(a,b)".
void append_text(const Value& value, std::string& out);

// Appends a form that is equal exactly for equal values of comparable types: join keys, `distinct`.
// Numbers of different signedness and width with the same value give the same bytes, and so does a
// text of at most 18 digits that is a whole number as numbers print: "443" is the port 443.
void append_key_bytes(const Value& value, std::string& out);

// Where extract() puts computed text and list elements. Reused for every event; steady state does
// not allocate. One per thread.
class ValueScratch {
public:
    char* allocate(std::size_t bytes);
    Value* allocate_values(std::size_t count);
    std::string_view copy(std::string_view text);
    // One of two strings to build text in, emptied; it keeps its memory.
    std::string& cleared_buffer(std::size_t which);
    void reset();  // keeps the memory

private:
    struct Chunk {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };
    std::byte* take(std::size_t bytes, std::size_t align);
    std::vector<Chunk> chunks_;
    std::size_t chunk_ = 0, used_ = 0;
    std::array<std::string, 2> buffers_;
};

}  // namespace sequitur

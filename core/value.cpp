#include "core/value.h"

#include "core/socket_value.h"
#include "core/time_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sequitur {
namespace {

constexpr std::size_t kFirstChunk = 4096;

void append_number(auto number, std::string& out, int base = 10) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number, base).ptr;
    out.append(digits.begin(), end);
}

// As Falco prints them: in capitals, without a prefix.
void append_upper_hex(std::uint64_t number, std::string& out) {
    const std::size_t start = out.size();
    append_number(number, out, 16);
    for (std::size_t i = start; i < out.size(); ++i) {
        if (out[i] >= 'a') out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
}

void append_unsigned(std::uint64_t number, NumberFormat format, std::string& out) {
    switch (format) {
        case NumberFormat::kDecimal:
        case NumberFormat::kId: append_number(number, out); return;
        case NumberFormat::kHex: append_upper_hex(number, out); return;
        case NumberFormat::kOctal:
            if (number != 0) out.push_back('0');
            append_number(number, out, 8);
            return;
        case NumberFormat::kPadded: append_padded(number, 9, out); return;
        case NumberFormat::kTime: append_time_of_day(timestamp_from_ns(number), true, out); return;
        case NumberFormat::kTimeSeconds:
            append_time_of_day(timestamp_from_ns(number), false, out);
            return;
        case NumberFormat::kDateTime:
            append_date_time(timestamp_from_ns(number), true, out);
            return;
        case NumberFormat::kDateTimeSeconds:
            append_date_time(timestamp_from_ns(number), false, out);
            return;
        case NumberFormat::kIso8601: append_iso8601(timestamp_from_ns(number), out); return;
        case NumberFormat::kDuration:
            append_duration(Duration(static_cast<std::int64_t>(number)), out);
            return;
    }
}

void append_double(double number, std::string& out) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    out.append(digits.begin(), end);
}

void append_address(const IpAddress& ip, std::string& out) {
    append_ip(std::span(ip.bytes).first(ip.is_v6 ? 16 : 4), out);
}

// Most significant byte first.
void store_u64(std::uint64_t number, char* to) {
    if constexpr (std::endian::native == std::endian::little) number = __builtin_bswap64(number);
    std::memcpy(to, &number, sizeof number);
}

void append_u64(std::uint64_t number, std::string& out) {
    std::array<char, 8> bytes;
    store_u64(number, bytes.data());
    out.append(bytes.data(), bytes.size());
}

void append_key_text(char tag, std::string_view text, std::string& out) {
    std::array<char, 9> head;
    head[0] = tag;
    store_u64(text.size(), &head[1]);
    out.append(head.data(), head.size());
    out += text;
}

// One form for every number: by sign and magnitude where it is whole, so that 3, 3u and 3.0 agree.
void append_key_int(std::int64_t number, std::string& out) {
    out.push_back(number < 0 ? '-' : '+');
    append_u64(static_cast<std::uint64_t>(number), out);
}

// Text that is a whole number exactly as numbers are printed stands for it.
bool append_key_digits(std::string_view text, std::string& out) {
    constexpr std::size_t kDigitsMax = 18;  // fewer than 64 bits can have
    const bool is_negative = text.starts_with('-');
    const std::string_view digits = text.substr(is_negative ? 1 : 0);
    if (digits.empty() || digits.size() > kDigitsMax) return false;
    if (digits.front() == '0' && (digits.size() > 1 || is_negative)) return false;
    std::int64_t number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return false;
        number = number * 10 + (c - '0');
    }
    append_key_int(is_negative ? -number : number, out);
    return true;
}

void append_key_double(double number, std::string& out) {
    constexpr double kTwo63 = 9223372036854775808.0;
    if (number == std::trunc(number) && number >= -kTwo63 && number < 2 * kTwo63) {
        if (number < 0) return append_key_int(static_cast<std::int64_t>(number), out);
        out.push_back('+');
        return append_u64(static_cast<std::uint64_t>(number), out);
    }
    out.push_back('.');
    append_u64(std::bit_cast<std::uint64_t>(number), out);
}

}  // namespace

bool IpNet::contains(const IpAddress& ip) const {
    if (ip.is_v6 != address.is_v6) return false;
    const std::size_t whole = std::min<std::size_t>(prefix_bits / 8, ip.is_v6 ? 16 : 4);
    if (!std::equal(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.bytes.begin())) {
        return false;
    }
    const unsigned rest = prefix_bits % 8;
    if (rest == 0 || whole == (ip.is_v6 ? 16u : 4u)) return true;
    const unsigned mask = 0xff00u >> rest & 0xffu;
    return ((ip.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

Value Value::of(bool value) {
    Value result;
    result.type = ValueType::kBool;
    result.i = 0;
    result.b = value;
    return result;
}

Value Value::of_int(std::int64_t value, NumberFormat format) {
    Value result;
    result.type = ValueType::kInt;
    result.format = format;
    result.i = value;
    return result;
}

Value Value::of_uint(std::uint64_t value, NumberFormat format) {
    Value result;
    result.type = ValueType::kUint;
    result.format = format;
    result.u = value;
    return result;
}

Value Value::of_double(double value) {
    Value result;
    result.type = ValueType::kDouble;
    result.d = value;
    return result;
}

Value Value::of_text(std::string_view text) {
    Value result;
    result.type = ValueType::kText;
    result.text = text;
    return result;
}

Value Value::of_symbol(Symbol symbol) {
    if (symbol == nullptr) return missing();
    Value result = of_text(symbol->view());
    result.symbol = symbol;
    return result;
}

Value Value::of_bytes(std::string_view bytes) {
    Value result;
    result.type = ValueType::kBytes;
    result.text = bytes;
    return result;
}

Value Value::of_ip(const IpAddress& ip) {
    Value result;
    result.type = ValueType::kIp;
    result.net.address = ip;
    result.net.prefix_bits = ip.is_v6 ? 128 : 32;
    return result;
}

Value Value::of_net(const IpNet& net) {
    Value result;
    result.type = ValueType::kNet;
    result.net = net;
    return result;
}

Value Value::of_list(std::span<const Value> elements) {
    Value result;
    result.type = ValueType::kList;
    result.list = elements;
    return result;
}

void append_text(const Value& value, std::string& out) {
    switch (value.type) {
        case ValueType::kMissing: out += "<NA>"; return;
        case ValueType::kBool: out += value.b ? "true" : "false"; return;
        case ValueType::kInt:
            if (value.i < 0) {
                append_number(value.i, out);
            } else {
                append_unsigned(value.u, value.format, out);
            }
            return;
        case ValueType::kUint: append_unsigned(value.u, value.format, out); return;
        case ValueType::kDouble: append_double(value.d, out); return;
        case ValueType::kText:
        case ValueType::kBytes: out += value.text; return;
        case ValueType::kIp: append_address(value.net.address, out); return;
        case ValueType::kNet:
            append_address(value.net.address, out);
            out.push_back('/');
            append_number(static_cast<unsigned>(value.net.prefix_bits), out);
            return;
        case ValueType::kList:
            out.push_back('(');
            for (std::size_t i = 0; i < value.list.size(); ++i) {
                if (i > 0) out.push_back(',');
                append_text(value.list[i], out);
            }
            out.push_back(')');
            return;
    }
}

void append_key_bytes(const Value& value, std::string& out) {
    switch (value.type) {
        case ValueType::kMissing: out.push_back('0'); return;
        case ValueType::kBool: out += value.b ? "b1" : "b0"; return;
        case ValueType::kInt: append_key_int(value.i, out); return;
        case ValueType::kUint:
            out.push_back('+');
            append_u64(value.u, out);
            return;
        case ValueType::kDouble: append_key_double(value.d, out); return;
        case ValueType::kText:
            if (!append_key_digits(value.text, out)) append_key_text('t', value.text, out);
            return;
        case ValueType::kBytes: append_key_text('y', value.text, out); return;
        case ValueType::kIp:
        case ValueType::kNet: {
            out.push_back(value.net.address.is_v6 ? '6' : '4');
            const auto* bytes = reinterpret_cast<const char*>(value.net.address.bytes.data());
            out.append(bytes, value.net.address.is_v6 ? 16 : 4);
            out.push_back(static_cast<char>(value.net.prefix_bits));
            return;
        }
        case ValueType::kList:
            out.push_back('l');
            append_u64(value.list.size(), out);
            for (const Value& element : value.list) append_key_bytes(element, out);
            return;
    }
}

std::byte* ValueScratch::take(std::size_t bytes, std::size_t align) {
    for (;; ++chunk_, used_ = 0) {
        if (chunk_ == chunks_.size()) {
            const std::size_t last = chunks_.empty() ? kFirstChunk / 2 : chunks_.back().size;
            const std::size_t size = std::max(2 * last, bytes + align);
            chunks_.push_back({std::make_unique<std::byte[]>(size), size});
        }
        const std::size_t start = (used_ + align - 1) / align * align;
        if (start + bytes <= chunks_[chunk_].size) {
            used_ = start + bytes;
            return chunks_[chunk_].bytes.get() + start;
        }
    }
}

char* ValueScratch::allocate(std::size_t bytes) { return reinterpret_cast<char*>(take(bytes, 1)); }

Value* ValueScratch::allocate_values(std::size_t count) {
    auto* values = reinterpret_cast<Value*>(take(count * sizeof(Value), alignof(Value)));
    std::uninitialized_value_construct_n(values, count);
    return values;
}

std::string_view ValueScratch::copy(std::string_view text) {
    char* memory = allocate(text.size());
    if (!text.empty()) std::memcpy(memory, text.data(), text.size());
    return {memory, text.size()};
}

std::string& ValueScratch::cleared_buffer(std::size_t which) {
    buffers_[which].clear();
    return buffers_[which];
}

void ValueScratch::reset() {
    chunk_ = 0;
    used_ = 0;
}

}  // namespace sequitur

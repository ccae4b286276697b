// Gzip streams: the door to zlib.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct z_stream_s;

namespace sequitur::probe {

// Unpacks a stream of one or more gzip members, as far as it is given.
class GzipUnpacker {
public:
    GzipUnpacker();
    ~GzipUnpacker();

    // Takes from the front of `in` what it needs and fills `out` from its front; returns how many
    // bytes it wrote. Fewer than `out` holds: all of `in` is taken, or the data is damaged, which
    // is kBadInput on this call when it wrote nothing, else on the next.
    Result<std::size_t> unpack(std::span<const std::byte>& in, std::span<std::byte> out);

    // Whether the input may end here: no member is open.
    bool is_between_members() const { return is_between_; }

private:
    std::unique_ptr<z_stream_s> stream_;
    bool is_between_ = true;
};

// Appends `bytes` to `out` as one gzip member.
void append_gzip_member(std::span<const std::byte> bytes, std::vector<std::byte>& out);

}  // namespace sequitur::probe

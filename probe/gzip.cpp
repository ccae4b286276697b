#include "probe/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

namespace sequitur::probe {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; a gzip header, not zlib's own
constexpr int kMemoryLevel = 8;

Bytef* writable(const std::byte* bytes) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes));  // zlib knows no const
}

uInt clamp(std::size_t size) {
    return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

GzipUnpacker::GzipUnpacker() : stream_(std::make_unique<z_stream_s>()) {
    if (inflateInit2(stream_.get(), kGzipWindow) != Z_OK) throw std::bad_alloc();
}

GzipUnpacker::~GzipUnpacker() { inflateEnd(stream_.get()); }

Result<std::size_t> GzipUnpacker::unpack(std::span<const std::byte>& in, std::span<std::byte> out) {
    std::size_t written = 0;
    while (written < out.size() && !in.empty()) {
        if (is_between_) {
            // Zeros behind the last member are padding, as gzip(1) has it.
            while (!in.empty() && in.front() == std::byte{0}) in = in.subspan(1);
            if (in.empty()) break;
            inflateReset(stream_.get());
            is_between_ = false;
        }
        stream_->next_in = writable(in.data());
        stream_->avail_in = clamp(in.size());
        stream_->next_out = writable(out.data() + written);
        stream_->avail_out = clamp(out.size() - written);
        const uInt had_in = stream_->avail_in, had_out = stream_->avail_out;
        const int status = inflate(stream_.get(), Z_NO_FLUSH);
        in = in.subspan(had_in - stream_->avail_in);
        written += had_out - stream_->avail_out;
        if (status == Z_STREAM_END) {
            is_between_ = true;
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            if (written > 0) break;
            const char* what = stream_->msg != nullptr ? stream_->msg : "not gzip data";
            return fail(Error::Code::kBadInput, what);
        } else if (had_in == stream_->avail_in && had_out == stream_->avail_out) {
            break;  // nothing moves without more input
        }
    }
    return written;
}

void append_gzip_member(std::span<const std::byte> bytes, std::vector<std::byte>& out) {
    z_stream_s stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    const std::size_t before = out.size();
    out.resize(before + deflateBound(&stream, bytes.size()));
    stream.next_in = writable(bytes.data());
    stream.avail_in = clamp(bytes.size());
    stream.next_out = writable(out.data() + before);
    stream.avail_out = clamp(out.size() - before);
    deflate(&stream, Z_FINISH);  // deflateBound() leaves room for all of it
    out.resize(before + stream.total_out);
    deflateEnd(&stream);
}

}  // namespace sequitur::probe

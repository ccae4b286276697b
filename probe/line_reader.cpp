#include "probe/line_reader.h"

#include <algorithm>
#include <cstring>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <utility>

namespace sequitur {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;

}  // namespace

LineReader::LineReader(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

LineReader::~LineReader() {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

LineReader::LineReader(LineReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_),
      scanned_(other.scanned_),
      line_number_(other.line_number_) {}

LineReader& LineReader::operator=(LineReader&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(name_, other.name_);
    std::swap(buffer_, other.buffer_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(scanned_, other.scanned_);
    std::swap(line_number_, other.line_number_);
    return *this;
}

Result<LineReader> LineReader::open(const std::string& path) {
    if (path == "-") return LineReader(STDIN_FILENO, "stdin");
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const int error = errno;
        return fail(Error::Code::kIo, "cannot open " + path + ": " + strerror(error), error);
    }
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return LineReader(descriptor, path);
}

LineReader LineReader::over(std::string text, std::string name) {
    LineReader reader(-1, std::move(name));
    reader.end_ = text.size();
    reader.buffer_ = std::move(text);
    reader.buffer_.append(kPadding, '\0');
    return reader;
}

// Reads more behind what is there; false at the end of the input.
Result<bool> LineReader::fill() {
    if (descriptor_ < 0) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() < end_ + kReadBytes + kPadding) {
        buffer_.resize(std::max(end_ + kReadBytes + kPadding, 2 * end_));
    }
    for (;;) {
        const ssize_t got =
            ::read(descriptor_, buffer_.data() + end_, buffer_.size() - end_ - kPadding);
        if (got > 0) {
            end_ += static_cast<std::size_t>(got);
            return true;
        }
        if (got == 0) return false;
        if (errno == EINTR) continue;
        const int error = errno;
        return fail(Error::Code::kIo, "cannot read " + name_ + ": " + strerror(error), error);
    }
}

Result<bool> LineReader::next(std::string_view& line, bool& is_too_long) {
    line = {};
    is_too_long = false;
    for (;;) {
        const void* newline = scanned_ < end_
                                  ? std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_)
                                  : nullptr;
        std::size_t stop = end_;
        bool is_line = newline != nullptr;
        if (is_line) {
            stop = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data());
        } else {
            scanned_ = end_;
            if (end_ - begin_ > kLineMax) {  // dropped as it comes: memory stays bounded
                is_too_long = true;
                begin_ = end_;
            }
            const Result<bool> more = fill();
            if (!more) return more;
            if (*more) continue;
            if (begin_ == end_ && !is_too_long) return false;
            stop = end_;
        }
        is_too_long = is_too_long || stop - begin_ > kLineMax;
        if (!is_too_long) line = std::string_view(buffer_).substr(begin_, stop - begin_);
        begin_ = scanned_ = std::min(stop + 1, end_);
        ++line_number_;
        return true;
    }
}

}  // namespace sequitur

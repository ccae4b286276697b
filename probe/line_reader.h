// Lines of a file, of standard input or of a text, with bounded memory.
#pragma once

#include "core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sequitur {

class LineReader {
public:
    static constexpr std::size_t kLineMax = std::size_t{4} << 20;  // bytes, without the newline
    static constexpr std::size_t kPadding = 64;                    // readable behind every line

    // Opens `path`; "-" is standard input, which is named "stdin". kIo says why it cannot.
    static Result<LineReader> open(const std::string& path);
    // The lines of `text`; `name` stands in messages.
    static LineReader over(std::string text, std::string name);

    ~LineReader();
    LineReader(LineReader&& other) noexcept;
    LineReader& operator=(LineReader&& other) noexcept;

    // Takes the next line, without its newline; false at the end. The last line needs no newline.
    // `line` is valid until the next call. A line longer than kLineMax is skipped and comes as an
    // empty one with `is_too_long` set. kIo: reading failed.
    Result<bool> next(std::string_view& line, bool& is_too_long);

    // Number of the line that next() gave, from 1.
    std::uint64_t line_number() const { return line_number_; }
    const std::string& name() const { return name_; }

private:
    LineReader(int descriptor, std::string name);
    Result<bool> fill();

    int descriptor_ = -1;  // -1: everything is in the buffer already
    std::string name_;
    std::string buffer_;       // kPadding longer than what is valid
    std::size_t begin_ = 0;    // of what has not been taken
    std::size_t end_ = 0;      // of what is valid
    std::size_t scanned_ = 0;  // up to here there is no newline
    std::uint64_t line_number_ = 0;
};

}  // namespace sequitur

// Rule files as text, and where in them something stands.
//
// A Range is bytes of a file; everything that the front end keeps of a rule file carries one, so
// that each fault can be shown at its place. LocatedText is text that YAML cooked (folded,
// unquoted, joined from two files by an append) and that still knows where each of its bytes came
// from.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::dsl {

using FileIndex = std::uint32_t;

// Bytes [begin, end) of a file.
struct Range {
    FileIndex file = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    friend auto operator<=>(const Range&, const Range&) = default;
};

// From the first byte of `first` to the last of `last`; `first` alone where the files differ.
Range span_of(const Range& first, const Range& last);

// Line and column, both from 1. Columns count code points; a tab is one.
struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    friend bool operator==(const Place&, const Place&) = default;
};

class SourceFile {
public:
    SourceFile(std::string name, std::string text);

    const std::string& name() const { return name_; }
    const std::string& text() const { return text_; }
    Place place_of(std::uint32_t offset) const;
    std::uint32_t line_begin(std::uint32_t line) const;
    // The line without its line end.
    std::string_view line_text(std::uint32_t line) const;

private:
    std::string name_;
    std::string text_;
    std::vector<std::uint32_t> line_begins_;
};

// The files of one run. References stay valid while it lives.
class Sources {
public:
    FileIndex add(std::string name, std::string text);
    const SourceFile& file(FileIndex index) const { return files_[index]; }
    std::size_t size() const { return files_.size(); }
    Place begin_of(const Range& range) const;
    Place end_of(const Range& range) const;

private:
    std::deque<SourceFile> files_;
};

// Bytes of a cooked text that came from one stretch of a file. Of equal length on both sides: byte
// by byte. Otherwise (an escape, a folded line end) each byte stands for the whole stretch.
struct Run {
    std::uint32_t text_begin = 0;
    Range source;
};

struct LocatedText {
    std::string text;
    std::vector<Run> runs;  // ascending; empty only for text that stands in no file
    Range whole;            // the scalar as it stands in the file, quotes included

    bool empty() const { return text.empty(); }
    // Where text[begin, end) stands. An empty span is the point before `begin`; at the end of the
    // text, the point behind its last byte.
    Range range(std::size_t begin, std::size_t end) const;
    Range range() const { return range(0, text.size()); }
    // Appends `other`, a blank between.
    void append(const LocatedText& other);

private:
    const Run& run_at(std::size_t offset) const;
    bool is_linear(const Run& run) const;
};

// Text at one place, all of it: names and the like.
LocatedText located(std::string text, const Range& range);

}  // namespace sequitur::dsl

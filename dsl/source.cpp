#include "dsl/source.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

Range span_of(const Range& first, const Range& last) {
    if (first.file != last.file || last.end < first.begin) return first;
    return {first.file, first.begin, std::max(first.end, last.end)};
}

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
    line_begins_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') line_begins_.push_back(static_cast<std::uint32_t>(i + 1));
    }
}

Place SourceFile::place_of(std::uint32_t offset) const {
    offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
    const auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
    const auto line = static_cast<std::uint32_t>(next - line_begins_.begin());
    Place place{line, 1};
    for (std::uint32_t i = *(next - 1); i < offset; ++i) {
        if (!is_continuation(text_[i])) ++place.column;
    }
    return place;
}

std::uint32_t SourceFile::line_begin(std::uint32_t line) const {
    return line_begins_[std::min<std::size_t>(line - 1, line_begins_.size() - 1)];
}

std::string_view SourceFile::line_text(std::uint32_t line) const {
    const std::uint32_t begin = line_begin(line);
    std::string_view rest = std::string_view(text_).substr(begin);
    rest = rest.substr(0, rest.find('\n'));
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    return rest;
}

FileIndex Sources::add(std::string name, std::string text) {
    files_.emplace_back(std::move(name), std::move(text));
    return static_cast<FileIndex>(files_.size() - 1);
}

Place Sources::begin_of(const Range& range) const {
    return range.file < files_.size() ? files_[range.file].place_of(range.begin) : Place{};
}

Place Sources::end_of(const Range& range) const {
    return range.file < files_.size() ? files_[range.file].place_of(range.end) : Place{};
}

const Run& LocatedText::run_at(std::size_t offset) const {
    auto next =
        std::upper_bound(runs.begin(), runs.end(), offset,
                         [](std::size_t at, const Run& run) { return at < run.text_begin; });
    return next == runs.begin() ? runs.front() : *(next - 1);
}

bool LocatedText::is_linear(const Run& run) const {
    const bool is_last = &run == &runs.back();
    const std::size_t text_end = is_last ? text.size() : (&run + 1)->text_begin;
    return text_end - run.text_begin == run.source.end - run.source.begin;
}

Range LocatedText::range(std::size_t begin, std::size_t end) const {
    if (runs.empty()) return whole;
    if (begin >= text.size()) {
        const Range& last = runs.back().source;
        return {last.file, last.end, last.end};
    }
    const Run& first = run_at(begin);
    Range result = first.source;
    if (is_linear(first)) {
        result.begin += static_cast<std::uint32_t>(begin - first.text_begin);
    }
    if (end <= begin) return {result.file, result.begin, result.begin};
    const std::size_t final_byte = std::min(end, text.size()) - 1;
    const Run& last = run_at(final_byte);
    // A span over two files ends where its first file's part does.
    if (last.source.file != first.source.file || last.source.begin < first.source.begin) {
        return result;
    }
    result.end = is_linear(last) ? last.source.begin +
                                       static_cast<std::uint32_t>(final_byte - last.text_begin) + 1
                                 : last.source.end;
    return result;
}

void LocatedText::append(const LocatedText& other) {
    const Range end = range(text.size(), text.size());
    runs.push_back({static_cast<std::uint32_t>(text.size()), {end.file, end.begin, end.begin}});
    text += ' ';
    const auto shift = static_cast<std::uint32_t>(text.size());
    for (const Run& run : other.runs) runs.push_back({run.text_begin + shift, run.source});
    text += other.text;
}

LocatedText located(std::string text, const Range& range) {
    LocatedText result;
    result.text = std::move(text);
    result.runs.push_back({0, range});
    result.whole = range;
    return result;
}

}  // namespace sequitur::dsl

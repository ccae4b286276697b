// Event lines as records, one at a time, for tests of the format.
#pragma once

#include "core/arena.h"
#include "core/json_reader.h"
#include "core/record_builder.h"
#include "probe/event_line.h"

#include <string>
#include <string_view>

namespace sequitur {

class LineEncoder {
public:
    // The record of `line`; it lives as long as this. An empty one, and error(), when there is
    // none.
    RecordView operator()(std::string_view line) {
        error_.clear();
        std::string padded(line);
        padded.append(JsonReader::kPadding, '\0');
        const auto value = reader_.parse(std::string_view(padded).substr(0, line.size()));
        if (!value) {
            error_ = value.error().message;
            return {};
        }
        const auto record = encode_line(**value, builder_);
        if (!record) {
            error_ = record.error().message;
            return {};
        }
        return *record;
    }

    const std::string& error() const { return error_; }

private:
    JsonReader reader_;
    Arena arena_;
    RecordBuilder builder_{arena_};
    std::string error_;
};

}  // namespace sequitur

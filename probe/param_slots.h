// The parameters of a record while their values are being gathered, by name and in any order.
#pragma once

#include "core/event_type.h"
#include "core/json_reader.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/result.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

class ParamSlots {
public:
    // `info` and every value set must live until write() has returned.
    explicit ParamSlots(const EventTypeInfo& info) : info_(&info) {}

    // Index of the parameter `name`; -1 when the type has none.
    int index_of(std::string_view name) const;

    // Whether a value was set; null counts as one.
    bool is_set(int index) const { return slots_[at(index)].source != Source::kNone; }
    // Its value as written in the line, or nullptr.
    const JsonValue* json(int index) const { return slots_[at(index)].json; }

    // `prefix` and `key` stand in messages about the value: "args." and "mode".
    void set(int index, std::string_view prefix, std::string_view key, const JsonValue& value);
    void set(int index, std::int64_t number);
    void set(int index, std::string_view text);
    void set(int index, std::vector<std::string_view> texts);  // one list per record

    // Adds the first `count` parameters to the builder, missing ones where nothing was set.
    Result<void> write(std::size_t count, RecordBuilder& builder) const;

private:
    enum class Source : unsigned char { kNone, kJson, kNumber, kText, kTexts };
    struct Slot {
        Source source = Source::kNone;
        const JsonValue* json = nullptr;
        std::string_view prefix, key;
        std::int64_t number = 0;
        std::string_view text;
    };

    static std::size_t at(int index) { return static_cast<std::size_t>(index); }

    const EventTypeInfo* info_;
    std::array<Slot, 32> slots_{};  // no type has more parameters
    std::vector<std::string_view> texts_;
};

}  // namespace sequitur

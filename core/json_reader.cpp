#include "core/json_reader.h"

#include "core/arena.h"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <string>

namespace sequitur {

static_assert(JsonReader::kPadding >= simdjson::SIMDJSON_PADDING);
static_assert(alignof(JsonValue) <= 8, "Arena aligns to 8");

struct JsonReader::Impl {
    simdjson::dom::parser parser;
    Arena arena;
    std::size_t values = 0;

    Result<simdjson::dom::element> read(std::string_view text, std::size_t depth_max);
    bool convert(simdjson::dom::element element, JsonValue& out);
    JsonValue* allocate(std::size_t count);
};

namespace {

constexpr std::size_t kFirstCapacity = std::size_t{16} << 10;

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    const auto found = std::ranges::find(items, name, &JsonValue::key);
    return found != items.end() ? &*found : nullptr;
}

std::string_view kind_name(JsonValue::Kind kind) {
    switch (kind) {
        case JsonValue::Kind::kNull: return "null";
        case JsonValue::Kind::kBool: return "a truth value";
        case JsonValue::Kind::kInt:
        case JsonValue::Kind::kUint:
        case JsonValue::Kind::kDouble: return "a number";
        case JsonValue::Kind::kText: return "a text";
        case JsonValue::Kind::kList: return "a list";
        case JsonValue::Kind::kObject: return "an object";
    }
    return "";
}

JsonValue* JsonReader::Impl::allocate(std::size_t count) {
    const std::span<std::byte> bytes = arena.allocate(count * sizeof(JsonValue));
    auto* first = reinterpret_cast<JsonValue*>(bytes.data());
    std::uninitialized_default_construct_n(first, count);
    return std::launder(first);
}

// False when there are too many values. Recursion is bounded by the parser's depth limit.
bool JsonReader::Impl::convert(simdjson::dom::element element, JsonValue& out) {
    using simdjson::dom::element_type;
    switch (element.type()) {
        case element_type::NULL_VALUE: out.kind = JsonValue::Kind::kNull; return true;
        case element_type::BOOL:
            out.kind = JsonValue::Kind::kBool;
            out.b = element.get_bool().value_unsafe();
            return true;
        case element_type::INT64:
            out.kind = JsonValue::Kind::kInt;
            out.i = element.get_int64().value_unsafe();
            return true;
        case element_type::UINT64:
            out.kind = JsonValue::Kind::kUint;
            out.u = element.get_uint64().value_unsafe();
            return true;
        case element_type::DOUBLE:
            out.kind = JsonValue::Kind::kDouble;
            out.d = element.get_double().value_unsafe();
            return true;
        case element_type::STRING:
            out.kind = JsonValue::Kind::kText;
            out.text = element.get_string().value_unsafe();
            return true;
        case element_type::ARRAY: {
            const simdjson::dom::array array = element.get_array().value_unsafe();
            const std::size_t count = array.size();
            if (count > kValuesMax - values) return false;
            values += count;
            JsonValue* items = allocate(count);
            out.kind = JsonValue::Kind::kList;
            out.items = {items, count};
            for (const simdjson::dom::element item : array) {
                if (!convert(item, *items++)) return false;
            }
            return true;
        }
        case element_type::OBJECT: {
            const simdjson::dom::object object = element.get_object().value_unsafe();
            const std::size_t count = object.size();
            if (count > kValuesMax - values) return false;
            values += count;
            JsonValue* items = allocate(count);
            out.kind = JsonValue::Kind::kObject;
            out.items = {items, count};
            for (const simdjson::dom::key_value_pair member : object) {
                items->key = member.key;
                if (!convert(member.value, *items++)) return false;
            }
            return true;
        }
    }
    return false;
}

JsonReader::JsonReader() : impl_(std::make_unique<Impl>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

Result<simdjson::dom::element> JsonReader::Impl::read(std::string_view text,
                                                      std::size_t depth_max) {
    simdjson::error_code error = simdjson::SUCCESS;
    if (parser.capacity() < text.size() || parser.capacity() == 0) {
        error = parser.allocate(std::max(text.size(), kFirstCapacity), depth_max);
    }
    simdjson::dom::element root;
    if (error == simdjson::SUCCESS) {
        error = parser.parse(text.data(), text.size(), /*realloc_if_needed=*/false).get(root);
    }
    if (error == simdjson::DEPTH_ERROR) {
        return fail(Error::Code::kBadInput,
                    "nested deeper than " + std::to_string(depth_max) + " levels");
    }
    if (error != simdjson::SUCCESS) {
        return fail(Error::Code::kBadInput,
                    std::string("not valid JSON: ") + simdjson::error_message(error));
    }
    return root;
}

Result<const JsonValue*> JsonReader::parse(std::string_view text) {
    const auto root = impl_->read(text, kDepthMax);
    if (!root) return tl::unexpected(root.error());
    impl_->arena.reset();
    impl_->values = 0;
    JsonValue* value = impl_->allocate(1);
    if (!impl_->convert(*root, *value)) {
        return fail(Error::Code::kBadInput,
                    "more than " + std::to_string(kValuesMax) + " values in one line");
    }
    return value;
}

Result<void> JsonReader::check_object(std::string_view text) {
    const auto root = impl_->read(text, kObjectDepthMax);
    if (!root) return tl::unexpected(root.error());
    if (!root->is_object()) return fail(Error::Code::kBadInput, "not an object");
    return {};
}

}  // namespace sequitur

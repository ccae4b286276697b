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
    std::string tamed;  // a text without the numbers that are too large for simdjson

    simdjson::error_code read(std::string_view text, std::size_t depth_max,
                              simdjson::dom::element& root);
    bool convert(simdjson::dom::element element, JsonValue& out);
    JsonValue* allocate(std::size_t count);
};

namespace {

constexpr std::size_t kFirstCapacity = std::size_t{16} << 10;

tl::unexpected<Error> refuse(simdjson::error_code error, std::size_t depth_max) {
    if (error == simdjson::DEPTH_ERROR) {
        return fail(Error::Code::kBadInput,
                    "nested deeper than " + std::to_string(depth_max) + " levels");
    }
    return fail(Error::Code::kBadInput,
                std::string("not valid JSON: ") + simdjson::error_message(error));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// How many characters from the start of `text` are a number as JSON has them.
std::size_t number_length(std::string_view text) {
    std::size_t at = 0;
    const auto take = [&](std::string_view any) {
        const bool is_there = at < text.size() && any.find(text[at]) != any.npos;
        at += is_there ? 1 : 0;
        return is_there;
    };
    const auto take_digits = [&] {
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at - begin;
    };
    take("-");
    const bool begins_with_zero = at < text.size() && text[at] == '0';
    const std::size_t whole = take_digits();
    if (whole == 0 || (begins_with_zero && whole > 1)) return 0;
    if (take(".") && take_digits() == 0) return 0;
    if (take("eE")) {
        take("+-");
        if (take_digits() == 0) return 0;
    }
    return at;
}

// Puts 0 for each number of a JSON text, up to one that is none; what is not a number stays.
void tame_numbers(std::string& text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') {
            for (++at; at < text.size() && text[at] != '"'; ++at) {
                if (text[at] == '\\') ++at;
            }
        } else if (text[at] == '-' || is_digit(text[at])) {
            const std::size_t length = number_length(std::string_view(text).substr(at));
            if (length == 0) return;
            text.replace(at, length, length, ' ');
            text[at] = '0';
            at += length - 1;
        }
    }
}

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

simdjson::error_code JsonReader::Impl::read(std::string_view text, std::size_t depth_max,
                                            simdjson::dom::element& root) {
    simdjson::error_code error = simdjson::SUCCESS;
    if (parser.capacity() < text.size() || parser.capacity() == 0) {
        error = parser.allocate(std::max(text.size(), kFirstCapacity), depth_max);
    }
    if (error != simdjson::SUCCESS) return error;
    return parser.parse(text.data(), text.size(), /*realloc_if_needed=*/false).get(root);
}

Result<const JsonValue*> JsonReader::parse(std::string_view text) {
    simdjson::dom::element root;
    if (const auto error = impl_->read(text, kDepthMax, root); error != simdjson::SUCCESS) {
        return refuse(error, kDepthMax);
    }
    impl_->arena.reset();
    impl_->values = 0;
    JsonValue* value = impl_->allocate(1);
    if (!impl_->convert(root, *value)) {
        return fail(Error::Code::kBadInput,
                    "more than " + std::to_string(kValuesMax) + " values in one line");
    }
    return value;
}

Result<void> JsonReader::check_object(std::string_view text) {
    simdjson::dom::element root;
    simdjson::error_code error = impl_->read(text, kObjectDepthMax, root);
    if (error == simdjson::NUMBER_ERROR) {
        std::string& tamed = impl_->tamed;
        tamed.assign(text);
        tame_numbers(tamed);
        tamed.reserve(tamed.size() + kPadding);
        error = impl_->read(tamed, kObjectDepthMax, root);
    }
    if (error != simdjson::SUCCESS) return refuse(error, kObjectDepthMax);
    if (!root.is_object()) return fail(Error::Code::kBadInput, "not an object");
    return {};
}

}  // namespace sequitur

#include "sequences/key.h"

#include "core/field.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <random>

namespace sequitur {
namespace {

// State of SipHash: four words and the round that mixes them.
struct SipState {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        a += d;
        c += b;
        d = std::rotl(d, 21) ^ a;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void absorb(std::uint64_t word) {
        d ^= word;
        round();
        a ^= word;
    }
    std::uint64_t squeeze() {
        round();
        round();
        round();
        return a ^ b ^ c ^ d;
    }
};

std::uint64_t load_word(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) {
        word = __builtin_bswap64(word);
    }
    return word;
}

// The word of the last size % 8 bytes.
std::uint64_t load_tail(const char* bytes, std::size_t size) {
    const std::size_t count = size % 8;
    if (count == 0) return 0;
    // The eight bytes that end there, without those in front.
    if (size > 8) return load_word(bytes + size - 8) >> (64 - 8 * count);
    std::uint64_t word = 0;
    for (std::size_t i = count; i-- > 0;) {
        word = word << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return word;
}

bool same_part(const KeyPart& a, const KeyPart& b) {
    return a.field.field == b.field.field && a.field.is_optional == b.field.is_optional &&
           a.field.is_ancestry == b.field.is_ancestry && a.is_file == b.is_file;
}

// A file in a key. Begins like no value of append_key_bytes().
void append_file(const FileId& file, std::string& out) {
    std::array<char, 18> bytes{'f', static_cast<char>(file.kind)};
    std::memcpy(&bytes[2], &file.number, sizeof file.number);
    std::memcpy(&bytes[10], &file.dev, sizeof file.dev);
    std::memcpy(&bytes[14], &file.generation, sizeof file.generation);
    out.append(bytes.data(), bytes.size());
}

}  // namespace

KeyHasher::KeyHasher(std::uint64_t secret_low, std::uint64_t secret_high)
    : secret_low_(secret_low), secret_high_(secret_high) {}

KeyHasher KeyHasher::random() {
    std::random_device source;
    const auto word = [&source] { return std::uint64_t{source()} << 32 | source(); };
    const std::uint64_t low = word();
    return {low, word()};
}

Key KeyHasher::hash(std::string_view bytes) const {
    SipState state{secret_low_ ^ 0x736f6d6570736575, secret_high_ ^ 0x646f72616e646f6d ^ 0xee,
                   secret_low_ ^ 0x6c7967656e657261, secret_high_ ^ 0x7465646279746573};
    const std::size_t words = bytes.size() / 8;
    for (std::size_t i = 0; i < words; ++i) state.absorb(load_word(bytes.data() + 8 * i));
    state.absorb(load_tail(bytes.data(), bytes.size()) | std::uint64_t{bytes.size()} << 56);
    state.c ^= 0xee;
    Key key;
    key.low = state.squeeze();
    state.b ^= 0xdd;
    key.high = state.squeeze();
    return key;
}

Key KeyHasher::in_place(const Key& key, std::uint32_t sequence, std::uint32_t place) const {
    std::uint64_t mask = (std::uint64_t{place} << 32 | sequence) * 0x9e3779b97f4a7c15 + secret_low_;
    mask ^= mask >> 29;
    mask *= 0xbf58476d1ce4e5b9;
    mask ^= mask >> 32;
    return {key.low ^ mask, key.high};
}

void append_key_value(const KeyPart& part, const Event& event, const Value& value,
                      std::string& out) {
    part.is_file&& event.file ? append_file(event.file, out) : append_key_bytes(value, out);
}

std::uint32_t KeyShapes::add(const std::vector<KeyField>& by, std::uint64_t only_files) {
    std::vector<KeyPart> shape;
    for (const KeyField& field : by) {
        shape.push_back({field, (only_files & 1) != 0});
        only_files >>= 1;
    }
    const auto found = std::find_if(shapes_.begin(), shapes_.end(), [&shape](const auto& there) {
        return std::equal(there.begin(), there.end(), shape.begin(), shape.end(), same_part);
    });
    if (found != shapes_.end()) return static_cast<std::uint32_t>(found - shapes_.begin());
    shapes_.push_back(std::move(shape));
    return static_cast<std::uint32_t>(shapes_.size() - 1);
}

KeyReader::KeyReader(const KeyShapes& shapes, const KeyHasher& hasher)
    : shapes_(shapes), hasher_(hasher), slots_(shapes.size()) {}

void KeyReader::begin(const Event& event) {
    event_ = &event;
    ++epoch_;
    scratch_.reset();
}

std::span<const EventKey> KeyReader::keys(std::uint32_t shape) {
    Slot& slot = slots_[shape];
    if (slot.epoch != epoch_) {
        slot.epoch = epoch_;
        slot.keys.clear();
        read(shapes_[shape], slot.keys);
    }
    return slot.keys;
}

void KeyReader::read(const std::vector<KeyPart>& by, std::vector<EventKey>& keys) {
    if (!read_single(by, keys)) read_product(by, keys);
}

bool KeyReader::read_single(const std::vector<KeyPart>& by, std::vector<EventKey>& keys) {
    bytes_.clear();
    for (const auto& [field, is_file] : by) {
        if (is_file && event_->file) {
            append_file(event_->file, bytes_);
            continue;
        }
        if (field.is_ancestry) return false;
        const Value value = extract(field.field, *event_, scratch_);
        if (value.type == ValueType::kList) return false;
        if (!value && !field.is_optional) return true;
        append_key_bytes(value, bytes_);
    }
    keys.push_back({hasher_.hash(bytes_), true});
    return true;
}

// Every combination of the fields' values, those of the last field varying fastest.
void KeyReader::read_product(const std::vector<KeyPart>& by, std::vector<EventKey>& keys) {
    value_bytes_.clear();
    values_.clear();
    fields_.clear();
    for (const KeyPart& part : by) {
        const std::size_t first = values_.size();
        fields_.push_back({first, 0, 0});
        read_values(part, first);
        fields_.back().count = values_.size() - first;
        if (fields_.back().count == 0) return;
    }
    for (bool is_over = false; !is_over && keys.size() < kKeysMax;) {
        bytes_.clear();
        bool opens = true;
        for (std::size_t i = 0; i < by.size(); ++i) {
            const Piece& value = values_[fields_[i].first + fields_[i].chosen];
            bytes_.append(value_bytes_, value.begin, value.size);
            opens = opens && (!by[i].field.is_ancestry || fields_[i].chosen == 0);
        }
        keys.push_back({hasher_.hash(bytes_), opens});
        is_over = true;
        for (std::size_t i = by.size(); i-- > 0 && is_over;) {
            is_over = ++fields_[i].chosen == fields_[i].count;
            if (is_over) fields_[i].chosen = 0;
        }
    }
}

// Appends a field's values, each once; `first` is where this field's begin.
void KeyReader::read_values(const KeyPart& part, std::size_t first) {
    const KeyField& field = part.field;
    if (part.is_file && event_->file) {
        const std::size_t begin = value_bytes_.size();
        append_file(event_->file, value_bytes_);
        values_.push_back({begin, value_bytes_.size() - begin});
        return;
    }
    if (field.is_ancestry) {
        const ProcessImage* process = event_->process;
        if (process == nullptr || !process->entity) return;
        add_entity(process->entity, first);
        if (process->lineage == nullptr) return;
        for (const ProcessEntity& ancestor : *process->lineage) add_entity(ancestor, first);
        return;
    }
    const Value value = extract(field.field, *event_, scratch_);
    if (value.type == ValueType::kList) {
        for (const Value& element : value.list) {
            if (element) add_value(element, first);
        }
    } else if (value) {
        add_value(value, first);
    }
    if (values_.size() == first && field.is_optional) add_value(Value::missing(), first);
}

void KeyReader::add_value(const Value& value, std::size_t first) {
    const std::size_t begin = value_bytes_.size();
    append_key_bytes(value, value_bytes_);
    const auto text = std::string_view(value_bytes_).substr(begin);
    for (std::size_t i = first; i < values_.size(); ++i) {
        if (std::string_view(value_bytes_).substr(values_[i].begin, values_[i].size) != text) {
            continue;
        }
        value_bytes_.resize(begin);
        return;
    }
    values_.push_back({begin, text.size()});
}

// The value that proc.entity has for it.
void KeyReader::add_entity(const ProcessEntity& entity, std::size_t first) {
    const auto append_number = [this](auto number) {
        std::array<char, 24> digits;
        const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
        entity_text_.append(digits.begin(), end);
    };
    entity_text_.clear();
    append_number(entity.pid);
    entity_text_.push_back('-');
    append_number(entity.start_ns);
    add_value(Value::of_text(entity_text_), first);
}

}  // namespace sequitur

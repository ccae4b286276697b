// Join keys: from the key fields of a step and an event to 128 bits that stand for their values.
//
// Trackers know keys only by this hash: two different tuples of values share it with probability
// 2^-128, and since the hash is keyed with a secret of this process, nobody can arrange that they
// do. Keys are thus of one small size whatever the fields are, which is what bounds the memory of a
// partial match; the values for an alert are read again from the first step's event.
#pragma once

#include "core/event.h"
#include "core/value.h"
#include "sequences/plan.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

struct Key {
    std::uint64_t low = 0, high = 0;
    friend bool operator==(const Key&, const Key&) = default;
};

// SipHash-1-3 with 128 bits of output (Aumasson and Bernstein, 2012) under a secret.
class KeyHasher {
public:
    KeyHasher(std::uint64_t secret_low, std::uint64_t secret_high);
    // A hasher with a secret from the system's random source.
    static KeyHasher random();

    Key hash(std::string_view bytes) const;

    std::uint64_t secret_low() const { return secret_low_; }
    std::uint64_t secret_high() const { return secret_high_; }

    // The same values in another place: for another sequence, or another of its indexes. Distinct
    // for distinct keys of one place; cost: a few instructions.
    Key in_place(const Key& key, std::uint32_t sequence, std::uint32_t place) const;

private:
    std::uint64_t secret_low_, secret_high_;
};

// One position of a key, as it is read off events.
struct KeyPart {
    KeyField field;
    // file.id that is compared with file.id only: the identity itself stands in the key, not its
    // text, which other fields' values could equal.
    bool is_file = false;
};

// Appends one value of `part`, read off `event`, as keys have it.
void append_key_value(const KeyPart& part, const Event& event, const Value& value,
                      std::string& out);

// The distinct lists of key fields of a rule set. Sequences with one `by` share its shape, so its
// values are read once per event however many sequences ask.
class KeyShapes {
public:
    // `only_files`: bit i says that position i is file.id wherever the key is compared.
    std::uint32_t add(const std::vector<KeyField>& by, std::uint64_t only_files = 0);
    const std::vector<KeyPart>& operator[](std::uint32_t shape) const { return shapes_[shape]; }
    std::size_t size() const { return shapes_.size(); }

private:
    std::vector<std::vector<KeyPart>> shapes_;
};

// One key of an event. Of an ancestry key, only the event's own process opens partial matches;
// its ancestors' keys continue theirs.
struct EventKey {
    Key key;
    bool opens = true;
};

// Reads keys off events, with a memory for the event at hand. One per thread.
class KeyReader {
public:
    KeyReader(const KeyShapes& shapes, const KeyHasher& hasher);

    // Everything read before is forgotten.
    void begin(const Event& event);

    // The keys of the event by `shape`, in the order of their values: none when a value that has to
    // be there is missing (2), several for list-valued fields and ancestry, each once. At most
    // kKeysMax; elements beyond are left out.
    // Valid until the next begin().
    std::span<const EventKey> keys(std::uint32_t shape);

    static constexpr std::size_t kKeysMax = 256;

private:
    struct Slot {
        std::uint64_t epoch = 0;
        std::vector<EventKey> keys;
    };
    struct Piece {
        std::size_t begin, size;
    };
    struct FieldValues {
        std::size_t first, count, chosen;  // in values_
    };

    void read(const std::vector<KeyPart>& by, std::vector<EventKey>& keys);
    // Reads a tuple of single values; false when some field turns out to have several.
    bool read_single(const std::vector<KeyPart>& by, std::vector<EventKey>& keys);
    void read_product(const std::vector<KeyPart>& by, std::vector<EventKey>& keys);
    void read_values(const KeyPart& part, std::size_t first);
    void add_value(const Value& value, std::size_t first);
    void add_entity(const ProcessEntity& entity, std::size_t first);

    const KeyShapes& shapes_;
    const KeyHasher& hasher_;
    const Event* event_ = nullptr;
    std::uint64_t epoch_ = 0;
    std::vector<Slot> slots_;
    ValueScratch scratch_;
    // Scratch of one key: the values of its fields, as pieces of one string.
    std::string bytes_, value_bytes_, entity_text_;
    std::vector<Piece> values_;
    std::vector<FieldValues> fields_;
};

}  // namespace sequitur

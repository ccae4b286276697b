// One array of places, probed linearly; each place holds the string and the low half of its hash,
// so that a miss rarely touches a string. The hash is keyed with the table's own address, which
// differs from run to run: file names can't be chosen to collide. Nothing that leaves the program
// depends on hash or order.
#include "core/interner.h"

#include "core/fetch_ahead.h"

#include <cstring>
#include <new>
#include <vector>

namespace sequitur {
namespace {

__extension__ typedef unsigned __int128 Uint128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const Uint128 product = static_cast<Uint128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* at, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
}

// Sixteen bytes at a time through a folded multiplication, both factors keyed.
std::uint64_t hash_of(std::string_view text, std::uint64_t key) {
    constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15U, kOdd2 = 0xc2b2ae3d27d4eb4fU;
    std::uint64_t state = key ^ (text.size() * kOdd1);
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > 16; at += 16, left -= 16) {
        state = fold(load(at, 8) ^ kOdd1 ^ key, load(at + 8, 8) ^ state);
    }
    std::uint64_t low = 0, high = 0;
    if (left >= 8) {
        low = load(at, 8);
        high = load(at + left - 8, 8);  // may overlap the first; the size is in the state
    } else if (left >= 4) {
        low = load(at, 4);
        high = load(at + left - 4, 4);
    } else if (left > 0) {
        low = static_cast<unsigned char>(at[0]);
        high = load(at + left / 2, left - left / 2);
    }
    return fold(fold(low ^ kOdd2 ^ key, high ^ state), kOdd1 ^ key);
}

std::size_t bytes_of(std::size_t text_size) { return sizeof(InternedString) + text_size + 1; }

}  // namespace

struct Interner::Table {
    struct Place {
        InternedString* string = nullptr;
        std::uint32_t tag = 0;
    };

    std::vector<Place> places = std::vector<Place>(1024);
    std::size_t mask = 1023;
    std::size_t count = 0;
    std::size_t bytes = 0;
    std::size_t hand = 0;  // where the next sweep starts
    std::uint64_t serial = 0;
    std::uint64_t batch = 0;

    // Takes the words that follow a random address apart; the low bits of it are alignment.
    std::uint64_t key() const {
        return fold(reinterpret_cast<std::uintptr_t>(this) >> 4, 0xa0761d6478bd642fU);
    }

    InternedString* find(std::string_view text, std::uint64_t hash) const {
        const auto tag = static_cast<std::uint32_t>(hash >> 32);
        for (std::size_t i = hash & mask; places[i].string != nullptr; i = (i + 1) & mask) {
            if (places[i].tag != tag) continue;
            InternedString* string = places[i].string;
            if (string->view() == text) return string;
        }
        return nullptr;
    }

    void place(InternedString* string) {
        std::size_t i = string->hash & mask;
        while (places[i].string != nullptr) i = (i + 1) & mask;
        places[i] = Place{string, static_cast<std::uint32_t>(string->hash >> 32)};
    }

    void grow() {
        std::vector<Place> old(places.size() * 2);
        std::swap(old, places);
        mask = places.size() - 1;
        for (const Place& entry : old) {
            if (entry.string != nullptr) place(entry.string);
        }
    }

    InternedString* add(std::string_view text, std::uint64_t hash) {
        if ((count + 1) * 3 > places.size() * 2) grow();
        void* memory = ::operator new(bytes_of(text.size()));
        auto* string = ::new (memory)
            InternedString{++serial, hash, batch, 0, static_cast<std::uint32_t>(text.size())};
        char* to = static_cast<char*>(memory) + sizeof(InternedString);
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        to[text.size()] = '\0';
        place(string);
        ++count;
        bytes += bytes_of(text.size());
        return string;
    }

    // Frees the string at `hole` and moves back what had been pushed past it.
    void remove(std::size_t hole) {
        InternedString* string = places[hole].string;
        --count;
        bytes -= bytes_of(string->size);
        string->~InternedString();
        ::operator delete(string);
        for (std::size_t i = (hole + 1) & mask; places[i].string != nullptr; i = (i + 1) & mask) {
            const std::size_t home = places[i].string->hash & mask;
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            places[hole] = places[i];
            hole = i;
        }
        places[hole] = Place{};
    }
};

Interner::Interner() : table_(std::make_unique<Table>()) {}

Interner::~Interner() {
    for (const Table::Place& place : table_->places) {
        // What someone still refers to stays behind rather than being freed under him.
        if (place.string == nullptr || place.string->refs.load() != 0) continue;
        place.string->~InternedString();
        ::operator delete(place.string);
    }
}

Symbol Interner::intern(std::string_view text) { return intern(hash(text)); }

Symbol Interner::intern(const HashedText& hashed) {
    Table& table = *table_;
    if (InternedString* string = table.find(hashed.text, hashed.hash)) {
        string->batch = table.batch;
        return string;
    }
    return table.add(hashed.text, hashed.hash);
}

HashedText Interner::hash(std::string_view text) const {
    return {text, hash_of(text, table_->key())};
}

void Interner::fetch_ahead(const HashedText& text) const {
    sequitur::fetch_ahead(&table_->places[text.hash & table_->mask]);
}

Symbol Interner::guess(const HashedText& text) const {
    const auto tag = static_cast<std::uint32_t>(text.hash >> 32);
    const std::size_t mask = table_->mask;
    const Table::Place* places = table_->places.data();
    for (std::size_t i = text.hash & mask; places[i].string != nullptr; i = (i + 1) & mask) {
        if (places[i].tag == tag) return places[i].string;
    }
    return nullptr;
}

Symbol Interner::find(std::string_view text) const {
    return table_->find(text, hash_of(text, table_->key()));
}

void Interner::begin_batch(std::uint64_t batch) { table_->batch = batch; }

std::size_t Interner::sweep(std::size_t slots_max, std::uint64_t batch_done) {
    Table& table = *table_;
    std::size_t freed = 0;
    for (std::size_t looked = 0; looked < slots_max; ++looked) {
        const std::size_t i = table.hand & table.mask;
        const InternedString* string = table.places[i].string;
        const bool is_dead = string != nullptr && string->batch <= batch_done &&
                             string->refs.load(std::memory_order_acquire) == 0;
        if (is_dead) {
            table.remove(i);  // another string may stand here now: look again
            ++freed;
        } else {
            table.hand = (i + 1) & table.mask;
        }
    }
    return freed;
}

std::size_t Interner::size() const { return table_->count; }
std::size_t Interner::slots() const { return table_->places.size(); }
std::size_t Interner::bytes() const {
    return table_->bytes + table_->places.size() * sizeof(Table::Place);
}

}  // namespace sequitur

// Interned strings: one copy of each path, name and command line that the host state speaks of.
//
// The state stage interns; everything later compares Symbols by pointer and caches what it learned
// about a string under its serial. Strings that nothing refers to any more are swept between
// batches, so the table is bounded by what is live plus one sweep's worth.
// A string is kept while a reference to it exists, and while the batch that last interned it may be
// in flight; so an event may hold bare Symbols.
//
// Threads: intern() and sweep() belong to the state stage's thread. Symbols may be copied, read and
// dropped (their SymbolRefs) on any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace sequitur {

// Header of an interned string; its characters follow in the same allocation.
struct InternedString {
    std::uint64_t serial;  // 1, 2, 3, ...: never reused, even when the string goes and returns
    std::uint64_t hash;
    mutable std::uint64_t batch;  // that last interned it; the state stage's alone
    mutable std::atomic<std::uint32_t> refs;
    std::uint32_t size;

    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
    std::string_view view() const { return {data(), size}; }
};

// A borrowed interned string or "no value". Equal strings of one interner have equal pointers.
// Valid until the sweep after the last reference and the last batch that mentions it are gone.
using Symbol = const InternedString*;

inline std::string_view view_of(Symbol symbol) {
    return symbol ? symbol->view() : std::string_view();
}

// An owning reference to a Symbol.
class SymbolRef {
public:
    SymbolRef() = default;
    explicit SymbolRef(Symbol symbol) : symbol_(symbol) { acquire(); }
    SymbolRef(const SymbolRef& other) : symbol_(other.symbol_) { acquire(); }
    SymbolRef(SymbolRef&& other) noexcept : symbol_(std::exchange(other.symbol_, nullptr)) {}
    SymbolRef& operator=(SymbolRef other) noexcept {
        std::swap(symbol_, other.symbol_);
        return *this;
    }
    ~SymbolRef() {
        if (symbol_) symbol_->refs.fetch_sub(1, std::memory_order_release);
    }

    Symbol get() const { return symbol_; }
    std::string_view view() const { return view_of(symbol_); }
    explicit operator bool() const { return symbol_ != nullptr; }

private:
    void acquire() {
        if (symbol_) symbol_->refs.fetch_add(1, std::memory_order_relaxed);
    }
    Symbol symbol_ = nullptr;
};

// A text and its hash in some interner, worked out ahead of time.
struct HashedText {
    std::string_view text;
    std::uint64_t hash = 0;
};

class Interner {
public:
    Interner();
    ~Interner();
    Interner(const Interner&) = delete;
    Interner& operator=(const Interner&) = delete;

    // The one Symbol for `text`. Allocates only for a string not seen before (or swept since).
    Symbol intern(std::string_view text);

    // The same in two steps, for whoever knows texts before their turn: hash(), then fetch_ahead()
    // starts to bring in where the text would stand, guess() tells which string it probably is
    // without looking at that, and intern() is as above.
    HashedText hash(std::string_view text) const;
    void fetch_ahead(const HashedText& text) const;
    Symbol guess(const HashedText& text) const;
    Symbol intern(const HashedText& text);

    // The Symbol for `text` if it is there, else nullptr.
    Symbol find(std::string_view text) const;

    // What is interned from now on belongs to `batch`, for sweep(). Batch numbers only rise.
    void begin_batch(std::uint64_t batch);

    // Looks at up to `slots_max` places of the table, continuing where it last stopped, and frees
    // the strings there that have no reference and were last interned at or before `batch_done`.
    // Returns how many it freed.
    std::size_t sweep(std::size_t slots_max, std::uint64_t batch_done);

    std::size_t size() const;
    std::size_t slots() const;  // places of the table: what a whole sweep looks at
    std::size_t bytes() const;

private:
    struct Table;
    std::unique_ptr<Table> table_;
};

}  // namespace sequitur

// Paths that were resolved before: (directory, text) to the joined path and its parts.
//
// Programs open the same few thousand names over and over. A hit costs one look-up where a join
// costs copying and up to three internings; it also hands back the Descriptors of the last such
// opens, which are shared when nothing about them differs.
// Thread: the state stage's.
#pragma once

#include "core/interner.h"
#include "core/reclaim.h"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace sequitur {

class PathCache {
public:
    struct alignas(64) Entry {
        SymbolRef base, raw;  // what was asked: null base for an absolute path
        SymbolRef path;       // the answer
        SymbolRef directory, filename;
        // The last descriptors for this very path, the latest first, or null: a file has its
        // readers and its writers.
        std::array<Ref<Descriptor>, 2> opened;
        Ref<Descriptor> attempted;  // the last of a call that failed
    };

    // Both must outlive this. `entries` is rounded up to a power of two; the entry that a new one
    // falls on is dropped.
    PathCache(Interner& strings, Reclaim& reclaim, std::size_t entries = 32768);

    // `raw` seen from `base` (its text may end in '/' or not; null: nothing known of it).
    // The entry is valid until the next call. Precondition: raw is not null.
    Entry& resolve(Symbol base, Symbol raw);

    // The same for a path that the kernel resolved: taken as it is.
    Entry& whole(Symbol path);

    // Where resolve() will look for an absolute `raw`, whatever stands there now.
    const Entry& place_of(Symbol raw) const { return entries_[place(nullptr, raw)]; }

    // Drops everything, so that the strings can be swept.
    void clear();

private:
    Entry& seen(Entry& entry) const;
    std::size_t place(Symbol base, Symbol raw) const;
    Entry& slot_for(Symbol base, Symbol raw) { return entries_[place(base, raw)]; }
    void renew(Entry& entry, Symbol base, Symbol raw, Symbol path);
    void retire(Entry& entry);

    Interner& strings_;
    Reclaim& reclaim_;
    std::vector<Entry> entries_;
    std::string joined_;
};

}  // namespace sequitur

#include "core/path_cache.h"

#include "core/flat_map.h"
#include "core/path.h"

#include <bit>
#include <cstdint>
#include <utility>

namespace sequitur {

PathCache::PathCache(Interner& strings, Reclaim& reclaim, std::size_t entries)
    : strings_(strings), reclaim_(reclaim), entries_(std::bit_ceil(entries)) {}

PathCache::Entry& PathCache::resolve(Symbol base, Symbol raw) {
    const std::string_view text = raw->view();
    if (!text.empty() && text.front() == '/') base = nullptr;
    Entry& entry = slot_for(base, raw);
    if (entry.raw.get() == raw && entry.base.get() == base) return seen(entry);
    if (is_normal_path(text)) {
        renew(entry, base, raw, raw);
    } else {
        join_path(view_of(base), text, joined_);
        renew(entry, base, raw, strings_.intern(joined_));
    }
    return seen(entry);
}

PathCache::Entry& PathCache::whole(Symbol path) {
    // Its own base: no relative path can be asked with itself as its directory and be that path.
    Entry& entry = slot_for(path, path);
    if (entry.raw.get() != path || entry.base.get() != path) renew(entry, path, path, path);
    return seen(entry);
}

// Events may hold the bare Symbol although this entry goes within the batch.
PathCache::Entry& PathCache::seen(Entry& entry) const {
    entry.path.get()->batch = reclaim_.batch();
    return entry;
}

void PathCache::clear() {
    for (Entry& entry : entries_) {
        retire(entry);
        entry = Entry{};
    }
}

std::size_t PathCache::place(Symbol base, Symbol raw) const {
    const std::uint64_t base_serial = base != nullptr ? base->serial : 0;
    const std::uint64_t hash = mix_bits(raw->serial * 0x9e3779b97f4a7c15U + base_serial);
    return hash & (entries_.size() - 1);
}

void PathCache::renew(Entry& entry, Symbol base, Symbol raw, Symbol path) {
    retire(entry);
    entry.base = SymbolRef(base);
    entry.raw = SymbolRef(raw);
    entry.path = SymbolRef(path);
    entry.directory = SymbolRef(strings_.intern(directory_of(path->view())));
    entry.filename = SymbolRef(strings_.intern(filename_of(path->view())));
}

void PathCache::retire(Entry& entry) {
    for (Ref<Descriptor>& opened : entry.opened) reclaim_.bury(std::move(opened));
    reclaim_.bury(std::move(entry.attempted));
}

}  // namespace sequitur

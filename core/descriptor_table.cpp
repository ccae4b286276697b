#include "core/descriptor_table.h"

#include "core/fetch_ahead.h"
#include "core/object_pool.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sequitur {
namespace {

constexpr std::int64_t kSlots = 64;

// A close of a number that was never seen open leaves its time behind only below this: daemons
// close thousands of numbers that they never opened.
constexpr std::int64_t kRememberedCloses = 1024;

std::uint64_t bit_of(std::int64_t fd) { return std::uint64_t{1} << (fd % kSlots); }
std::size_t index_of(std::int64_t fd) { return static_cast<std::size_t>(fd / kSlots); }

}  // namespace

struct DescriptorTable::Chunk {
    std::uint32_t owners = 1;  // tables that share it
    std::uint64_t open = 0;    // bit per slot
    std::uint64_t cloexec = 0;
    std::array<Ref<Descriptor>, kSlots> slots;
    std::array<std::uint64_t, kSlots> changed_ns{};

    static void* operator new(std::size_t) { return ObjectPool<Chunk>::allocate(); }
    static void operator delete(void* memory) { ObjectPool<Chunk>::release(memory); }
};

DescriptorTable::DescriptorTable(const DescriptorTable& other)
    : totals_(other.totals_), reclaim_(other.reclaim_), chunks_(other.chunks_) {
    for (Chunk* chunk : chunks_) {
        if (chunk != nullptr) ++chunk->owners;
    }
}

DescriptorTable::~DescriptorTable() { clear(); }

const DescriptorTable::Chunk* DescriptorTable::chunk_of(std::int64_t fd) const {
    if (fd < 0 || index_of(fd) >= chunks_.size()) return nullptr;
    return chunks_[index_of(fd)];
}

const Descriptor* DescriptorTable::find(std::int64_t fd) const {
    const Chunk* chunk = chunk_of(fd);
    return chunk != nullptr ? chunk->slots[static_cast<std::size_t>(fd % kSlots)].get() : nullptr;
}

// An open gets a low number mostly, so without one the first chunk is meant.
void DescriptorTable::fetch_ahead(std::int64_t fd) const {
    const Chunk* chunk = chunk_of(fd < 0 ? 0 : fd);
    if (chunk == nullptr) return;
    const auto slot = static_cast<std::size_t>(fd < 0 ? 0 : fd % kSlots);
    sequitur::fetch_ahead(chunk);
    sequitur::fetch_ahead(&chunk->slots[slot]);
    sequitur::fetch_ahead(&chunk->changed_ns[slot]);
}

bool DescriptorTable::is_cloexec(std::int64_t fd) const {
    const Chunk* chunk = chunk_of(fd);
    return chunk != nullptr && (chunk->cloexec & bit_of(fd)) != 0;
}

std::uint64_t DescriptorTable::changed_ns(std::int64_t fd) const {
    const Chunk* chunk = chunk_of(fd);
    return chunk != nullptr ? chunk->changed_ns[static_cast<std::size_t>(fd % kSlots)] : 0;
}

DescriptorTable::Chunk* DescriptorTable::writable_chunk_of(std::int64_t fd) {
    if (fd < 0) return nullptr;
    const std::size_t index = index_of(fd);
    if (static_cast<std::uint64_t>(fd) >= totals_.per_table_max) {
        ++totals_.refused;
        return nullptr;
    }
    if (index >= chunks_.size()) chunks_.resize(index + 1, nullptr);
    if (chunks_[index] == nullptr) chunks_[index] = new Chunk;
    return make_own(index);
}

DescriptorTable::Chunk* DescriptorTable::make_own(std::size_t index) {
    Chunk* chunk = chunks_[index];
    if (chunk->owners == 1) return chunk;
    auto* copy = new Chunk(*chunk);
    copy->owners = 1;
    --chunk->owners;
    totals_.in_use += static_cast<std::size_t>(std::popcount(copy->open));
    chunks_[index] = copy;
    return copy;
}

void DescriptorTable::set(std::int64_t fd, Ref<Descriptor> descriptor, bool cloexec,
                          std::uint64_t ts) {
    Chunk* chunk = writable_chunk_of(fd);
    if (chunk == nullptr) {
        reclaim_.bury(std::move(descriptor));  // the event still shows it
        return;
    }
    const std::uint64_t bit = bit_of(fd);
    const auto slot = static_cast<std::size_t>(fd % kSlots);
    if ((chunk->open & bit) == 0) ++totals_.in_use;
    reclaim_.bury(std::move(chunk->slots[slot]));
    chunk->slots[slot] = std::move(descriptor);
    chunk->changed_ns[slot] = ts;
    chunk->open |= bit;
    chunk->cloexec = cloexec ? chunk->cloexec | bit : chunk->cloexec & ~bit;
}

void DescriptorTable::replace(std::int64_t fd, Ref<Descriptor> descriptor, std::uint64_t ts) {
    const bool cloexec = is_cloexec(fd);
    set(fd, std::move(descriptor), cloexec, ts);
}

void DescriptorTable::set_cloexec(std::int64_t fd, bool cloexec) {
    if (find(fd) == nullptr || is_cloexec(fd) == cloexec) return;
    Chunk* chunk = make_own(index_of(fd));
    chunk->cloexec ^= bit_of(fd);
}

void DescriptorTable::close(std::int64_t fd, std::uint64_t ts) {
    if (chunk_of(fd) == nullptr) {
        if (fd < 0 || fd >= kRememberedCloses) return;
        if (Chunk* made = writable_chunk_of(fd)) {
            made->changed_ns[static_cast<std::size_t>(fd % kSlots)] = ts;
        }
        return;
    }
    close_masked(index_of(fd), bit_of(fd), ts);
}

void DescriptorTable::close_masked(std::size_t index, std::uint64_t which, std::uint64_t ts) {
    Chunk* chunk = make_own(index);
    totals_.in_use -= static_cast<std::size_t>(std::popcount(chunk->open & which));
    chunk->open &= ~which;
    chunk->cloexec &= ~which;
    while (which != 0) {
        const auto slot = static_cast<std::size_t>(std::countr_zero(which));
        which &= which - 1;
        reclaim_.bury(std::move(chunk->slots[slot]));
        chunk->changed_ns[slot] = ts;
    }
}

// Calls visit(chunk index, mask of the slots in range) for the chunks that exist.
template <typename Visit>
void DescriptorTable::for_range(std::int64_t first, std::int64_t last, Visit&& visit) {
    first = std::max<std::int64_t>(first, 0);
    last = std::min(last, static_cast<std::int64_t>(chunks_.size()) * kSlots - 1);
    for (std::int64_t fd = first; fd <= last;) {
        const std::int64_t chunk_last = std::min(last, fd / kSlots * kSlots + kSlots - 1);
        const std::uint64_t upto = ~std::uint64_t{0} >> (kSlots - 1 - chunk_last % kSlots);
        const std::uint64_t mask = upto & (~std::uint64_t{0} << (fd % kSlots));
        if (chunks_[index_of(fd)] != nullptr) visit(index_of(fd), mask);
        fd = chunk_last + 1;
    }
}

void DescriptorTable::close_range(std::int64_t first, std::int64_t last, std::uint64_t ts) {
    for_range(first, last,
              [&](std::size_t index, std::uint64_t mask) { close_masked(index, mask, ts); });
}

void DescriptorTable::set_cloexec_range(std::int64_t first, std::int64_t last) {
    for_range(first, last, [&](std::size_t index, std::uint64_t mask) {
        Chunk* chunk = make_own(index);
        chunk->cloexec |= chunk->open & mask;
    });
}

void DescriptorTable::close_on_exec(std::uint64_t ts) {
    for (std::size_t index = 0; index < chunks_.size(); ++index) {
        const Chunk* chunk = chunks_[index];
        if (chunk != nullptr && chunk->cloexec != 0) close_masked(index, chunk->cloexec, ts);
    }
}

void DescriptorTable::clear() {
    for (Chunk* chunk : chunks_) {
        if (chunk != nullptr) release_chunk(chunk);
    }
    chunks_.clear();
}

void DescriptorTable::release_chunk(Chunk* chunk) {
    if (--chunk->owners > 0) return;
    totals_.in_use -= static_cast<std::size_t>(std::popcount(chunk->open));
    for (std::uint64_t open = chunk->open; open != 0; open &= open - 1) {
        reclaim_.bury(std::move(chunk->slots[static_cast<std::size_t>(std::countr_zero(open))]));
    }
    delete chunk;
}

std::size_t DescriptorTable::size() const {
    std::size_t open = 0;
    for (const Chunk* chunk : chunks_) {
        if (chunk != nullptr) open += static_cast<std::size_t>(std::popcount(chunk->open));
    }
    return open;
}

}  // namespace sequitur

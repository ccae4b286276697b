// A process's descriptors: number to Descriptor, cheap to copy at fork.
//
// Slots stand in chunks of 64 that tables share after a fork and copy when one of them changes a
// slot. Every slot remembers the time of its last change, also when that closed it, so that a
// snapshot taken earlier but read later cannot bring a closed descriptor back.
// Threads of a process, and processes made with CLONE_FILES, share one table (DescriptorTableRef).
//
// Thread: the state stage's. What leaves a table goes through Reclaim, since events may show it.
#pragma once

#include "core/reclaim.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sequitur {

// What all tables of one state stage hold together. Must outlive the tables.
struct DescriptorTotals {
    std::size_t per_table_max = 65536;  // descriptors numbered at or above this are not kept
    std::size_t in_use = 0;             // open slots; one that tables share counts once
    std::uint64_t refused = 0;          // numbers above the limit
};

class DescriptorTable {
public:
    DescriptorTable(DescriptorTotals& totals, Reclaim& reclaim)
        : totals_(totals), reclaim_(reclaim) {}
    // As fork does it: the same descriptors, in a table of its own. Cost: one pointer per 64 slots.
    DescriptorTable(const DescriptorTable& other);
    DescriptorTable& operator=(const DescriptorTable&) = delete;
    ~DescriptorTable();

    // Any number is allowed; nullptr when nothing is known of it. Valid for the batch.
    const Descriptor* find(std::int64_t fd) const;
    // Starts to bring in what find(fd), set() and close() look at; of any number.
    void fetch_ahead(std::int64_t fd) const;
    bool is_cloexec(std::int64_t fd) const;
    // When the slot last changed; 0 never.
    std::uint64_t changed_ns(std::int64_t fd) const;

    // Opens, or replaces what is there.
    void set(std::int64_t fd, Ref<Descriptor> descriptor, bool cloexec, std::uint64_t ts);
    // Replaces the description behind an open number; its close-on-exec mark stays.
    void replace(std::int64_t fd, Ref<Descriptor> descriptor, std::uint64_t ts);
    void set_cloexec(std::int64_t fd, bool cloexec);

    void close(std::int64_t fd, std::uint64_t ts);
    void close_range(std::int64_t first, std::int64_t last, std::uint64_t ts);
    void set_cloexec_range(std::int64_t first, std::int64_t last);
    void close_on_exec(std::uint64_t ts);
    void clear();

    std::size_t size() const;

private:
    struct Chunk;

    const Chunk* chunk_of(std::int64_t fd) const;
    Chunk* writable_chunk_of(std::int64_t fd);  // makes it; nullptr above the limit
    Chunk* make_own(std::size_t index);         // copies a shared one
    void close_masked(std::size_t index, std::uint64_t which, std::uint64_t ts);
    void release_chunk(Chunk* chunk);
    template <typename Visit>
    void for_range(std::int64_t first, std::int64_t last, Visit&& visit);

    DescriptorTotals& totals_;
    Reclaim& reclaim_;
    std::vector<Chunk*> chunks_;

    friend class DescriptorTableRef;
    std::uint32_t owners_ = 0;
};

// Shared ownership of a table between tasks. Not atomic.
class DescriptorTableRef {
public:
    DescriptorTableRef() = default;
    explicit DescriptorTableRef(DescriptorTable* table) : table_(table) {
        if (table_ != nullptr) ++table_->owners_;
    }
    DescriptorTableRef(const DescriptorTableRef& other) : DescriptorTableRef(other.table_) {}
    DescriptorTableRef(DescriptorTableRef&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)) {}
    DescriptorTableRef& operator=(DescriptorTableRef other) noexcept {
        std::swap(table_, other.table_);
        return *this;
    }
    ~DescriptorTableRef() {
        if (table_ != nullptr && --table_->owners_ == 0) delete table_;
    }

    DescriptorTable* get() const { return table_; }
    DescriptorTable* operator->() const { return table_; }
    DescriptorTable& operator*() const { return *table_; }
    explicit operator bool() const { return table_ != nullptr; }
    bool is_shared() const { return table_ != nullptr && table_->owners_ > 1; }

private:
    DescriptorTable* table_ = nullptr;
};

}  // namespace sequitur

// Hundreds of conditions, judged at once.
//
// All comparisons of all conditions are split into distinct atoms (field, operator, constants).
// The string atoms of one field are one Hyperscan database plus hash sets; a value's result is a
// row of bits, cached by interned value; atoms on the process are computed once per process image.
// A condition is then a short program over those bits, run only for the event types on which it
// can be true. Truth is that of evaluate() in core/condition.h, always.
//
// A ConditionSet is immutable and shared by all threads; what changes is in a ConditionScratch,
// one per shard.
#pragma once

#include "core/condition.h"
#include "core/event_type_set.h"
#include "core/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

// Index of a condition within its set. Equal conditions share one.
using ConditionIndex = std::uint32_t;
inline constexpr ConditionIndex kNoCondition = 0xffffffff;

// "Event number `event` of the batch satisfies condition `condition`."
struct ConditionHit {
    std::uint32_t event = 0;
    ConditionIndex condition = 0;
    friend auto operator<=>(const ConditionHit&, const ConditionHit&) = default;
};

class ConditionScratch;

class ConditionSet {
public:
    class Builder {
    public:
        Builder();
        ~Builder();
        // Adds a condition without back-references (every FieldRef's step is -1) for events of
        // `stream`; the same condition again gives the same index.
        ConditionIndex add(Condition condition, EventStream stream = EventStream::kSyscall);
        // Compiles. kBadInput names a pattern that Hyperscan refuses and for which no slower way
        // exists. `generation` differs for each set of a process's life and is never 0.
        Result<std::shared_ptr<const ConditionSet>> build(std::uint32_t generation);

    private:
        struct Impl;
        std::unique_ptr<Impl> impl_;
    };

    ~ConditionSet();

    // Judges events[i] for each i of `which` (ascending) and appends a hit for every true
    // condition, in the order of (event, condition).
    // Threads: any number at once, each with its own scratch, provided that no two calls at once
    // have events of the same process (image caches are not synchronised).
    // Does not allocate in steady state.
    void evaluate(std::span<const Event> events, std::span<const std::uint32_t> which,
                  ConditionScratch& scratch, std::vector<ConditionHit>& hits) const;

    std::size_t size() const;
    const Condition& condition(ConditionIndex index) const;
    const EventTypeSet& event_types(ConditionIndex index) const;
    EventTypeSet event_types() const;  // of all conditions together
    std::vector<std::uint16_t> generic_syscalls() const;

    // What a condition became, for `explain`: its atoms as text, in program order.
    std::vector<std::string> atoms(ConditionIndex index) const;
    std::size_t atom_count() const;
    std::string dump() const;  // the whole program, stable text for golden tests

    struct Impl;
    const Impl& impl() const { return *impl_; }

private:
    friend class Builder;
    explicit ConditionSet(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Mutable working memory of one shard for one ConditionSet: Hyperscan scratch, value caches
// (bounded by `cache_entries_max` per string field, oldest out), extraction scratch.
class ConditionScratch {
public:
    explicit ConditionScratch(const ConditionSet& set, std::size_t cache_entries_max = 1 << 16);
    ~ConditionScratch();
    ConditionScratch(ConditionScratch&&) noexcept;

    struct Impl;
    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur

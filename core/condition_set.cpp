#include "core/condition_set.h"

#include "core/condition_compiler.h"
#include "core/condition_plan.h"
#include "core/fetch_ahead.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

// Judging one event.
//
// The simple way is to run every condition's program. Almost all are false on almost all events, so
// instead we start from the set of residues that the event's type leaves possible, and let one slot
// after the other strike out what its value alone refutes; a slot is asked only while it could
// strike out something. Usually nothing is left. What is left is run.
//
// What makes it cheap: a slot's answer is a row that holds its atoms' bits and the set it leaves
// possible, and rows are prepared or cached (core/atom_table.h). Everything that process-scoped
// slots struck out stays in the process image, for all its later events. What fd-scoped slots leave
// of a type's residues is cached by descriptor, and opens of one file share theirs; since it is
// worked out rarely, the residues' programs are asked as well, for what no slot alone refutes
// ("fd.name = a or fd.directory = b"). Mostly nothing is left, and an event costs one look-up.
//
// Invariants
//  1. A slot is asked at most once per event (SlotState::epoch), a process-scoped one at most once
//     per image and generation (the image's `computed` words).
//  2. A residue struck out is false on this event (core/refutation.h); one that is left is decided
//     by its program alone.
//  3. Nothing here allocates but a new image's row, a cache that is still growing, and scratch that
//     has not reached its size yet.
namespace sequitur {
namespace {

ValueCache::Key key_of(const Event& event) {
    return {event.fd->serial.value(), static_cast<std::uint64_t>(event.type)};
}

class Judge {
public:
    Judge(const ConditionSet::Impl& set, ConditionScratch::Impl& scratch)
        : set_(set), scratch_(scratch) {}

    void judge(const Event& event, std::uint32_t index, std::vector<ConditionHit>& hits);

    // Starts to bring in what judging these will look at.
    void look_ahead(std::span<const Event> events, std::span<const std::uint32_t> which) const;

private:
    const Plan* plan_of(const Event& event) const;
    bool start(const Plan& plan);
    bool start_with_descriptor(const Plan& plan);
    const std::uint64_t* work_out_descriptor(const Plan& plan, ValueCache::Key key);
    bool may_hold(std::uint32_t entry);
    bool strike_out(const Plan& plan);
    bool can_refute(const Plan& plan, std::uint32_t slot) const;
    bool keep(const Plan& plan, const std::uint64_t* possible);
    bool drop(const Plan& plan, const std::uint64_t* refuted);
    const std::uint64_t* row(std::uint32_t slot);
    const std::uint64_t* image_bits(std::uint32_t slot);
    bool is_set(BitAddress at) { return (row(at.slot)[at.bit / 64] >> (at.bit % 64) & 1U) != 0; }
    bool is_in_image(std::uint32_t slot) const;
    void compute_in_image(std::uint32_t slot);
    void run(const Plan& plan, std::uint32_t plan_number, std::uint32_t index,
             std::vector<ConditionHit>& hits);

    const ConditionSet::Impl& set_;
    ConditionScratch::Impl& scratch_;
    const Event* event_ = nullptr;
    std::span<std::uint64_t> image_;  // the process image's row; empty while there is none
};

const Plan* Judge::plan_of(const Event& event) const {
    const auto& plans = set_.plan_of[static_cast<std::size_t>(event.stream)];
    const auto type = static_cast<std::size_t>(event.type);
    if (type >= plans.size() || plans[type] == kNoPlan) return nullptr;
    const Plan& plan = set_.plans[plans[type]];
    return plan.first_word < plan.last_word ? &plan : nullptr;
}

// Whether the function at `entry` is true for some values of what is not fd-scoped. Errs by true
// only: beyond so many nodes the answer is worth less than the search.
bool Judge::may_hold(std::uint32_t entry) {
    constexpr int kNodesMax = 64;
    std::vector<std::uint32_t>& pending = scratch_.pending;
    const std::span<const ConditionProgram::Node> nodes = set_.program.nodes();
    pending.assign(1, entry);
    for (int looked_at = 0; !pending.empty(); ++looked_at) {
        const std::uint32_t at = pending.back();
        pending.pop_back();
        if (at == ConditionProgram::kAccept || looked_at == kNodesMax) return true;
        if (at == ConditionProgram::kReject) continue;
        const ConditionProgram::Node& node = nodes[at];
        if (set_.slots[node.bit.slot].is_fd_scoped) {
            pending.push_back(is_set(node.bit) ? node.if_true : node.if_false);
        } else {
            pending.push_back(node.if_false);
            pending.push_back(node.if_true);
        }
    }
    return false;
}

// What the descriptor leaves of the plan's residues, whatever the process.
const std::uint64_t* Judge::work_out_descriptor(const Plan& plan, ValueCache::Key key) {
    std::vector<std::uint64_t>& possible = scratch_.possible;
    std::copy(plan.candidates.begin() + plan.first_word, plan.candidates.begin() + plan.last_word,
              possible.begin() + plan.first_word);
    bool is_any_left = true;
    for (const std::uint32_t slot : plan.fd_slots) {
        if (!can_refute(plan, slot)) continue;
        is_any_left = keep(plan, row(slot) + set_.tables[slot].words());
        if (!is_any_left) break;
    }
    const std::span<std::uint64_t> cached = scratch_.descriptors->insert(key);
    cached[0] = 0;
    for (std::uint32_t word = plan.first_word; word < plan.last_word; ++word) {
        cached[1 + word] = 0;
        if (!is_any_left) continue;
        for (std::uint64_t rest = possible[word]; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::uint32_t>(std::countr_zero(rest));
            if (!may_hold(set_.residues[word * 64 + bit].entry)) continue;
            cached[1 + word] |= std::uint64_t{1} << bit;
        }
        cached[0] |= cached[1 + word];
    }
    return cached.data();
}

bool Judge::start_with_descriptor(const Plan& plan) {
    const ValueCache::Key key = key_of(*event_);
    const std::uint64_t* cached = scratch_.descriptors->find(key);
    image_ = {};
    if (cached == nullptr) cached = work_out_descriptor(plan, key);
    if (cached[0] == 0) return false;
    std::copy(cached + 1 + plan.first_word, cached + 1 + plan.last_word,
              scratch_.possible.begin() + plan.first_word);
    image_ = event_->process->atoms.row(set_.generation);
    return image_.empty() || drop(plan, image_.data());
}

// Fills the possible set; false when it is empty.
bool Judge::start(const Plan& plan) {
    image_ = {};
    // Events of other streams have no process, and their plans no slots that look at one.
    if (event_->process != nullptr) image_ = event_->process->atoms.row(set_.generation);
    std::copy(plan.candidates.begin() + plan.first_word, plan.candidates.begin() + plan.last_word,
              scratch_.possible.begin() + plan.first_word);
    return image_.empty() || drop(plan, image_.data());
}

bool Judge::keep(const Plan& plan, const std::uint64_t* possible) {
    std::uint64_t rest = 0;
    for (std::uint32_t i = plan.first_word; i < plan.last_word; ++i) {
        rest |= scratch_.possible[i] &= possible[i];
    }
    return rest != 0;
}

bool Judge::drop(const Plan& plan, const std::uint64_t* refuted) {
    std::uint64_t rest = 0;
    for (std::uint32_t i = plan.first_word; i < plan.last_word; ++i) {
        rest |= scratch_.possible[i] &= ~refuted[i];
    }
    return rest != 0;
}

bool Judge::can_refute(const Plan& plan, std::uint32_t slot) const {
    const std::uint64_t* constrained = set_.tables[slot].refutation().constrained().data();
    std::uint64_t both = 0;
    for (std::uint32_t i = plan.first_word; i < plan.last_word; ++i) {
        both |= scratch_.possible[i] & constrained[i];
    }
    return both != 0;
}

// Asks the plan's slots; false when no residue is left.
bool Judge::strike_out(const Plan& plan) {
    const auto ask = [&](std::uint32_t slot) {
        return !can_refute(plan, slot) || keep(plan, row(slot) + set_.tables[slot].words());
    };
    if (event_->fd == nullptr && !std::ranges::all_of(plan.fd_slots, ask)) return false;
    if (!std::ranges::all_of(plan.event_slots, ask)) return false;
    for (const std::uint32_t slot : plan.process_slots) {
        if (is_in_image(slot) || !can_refute(plan, slot)) continue;
        compute_in_image(slot);
        if (!drop(plan, image_.data())) return false;
    }
    return true;
}

const std::uint64_t* Judge::row(std::uint32_t slot) {
    ConditionScratch::Impl::SlotState& state = scratch_.states[slot];
    if (state.epoch != scratch_.epoch) {  // invariant 1
        state.epoch = scratch_.epoch;
        state.row = set_.slots[slot].is_process_scoped
                        ? image_bits(slot)
                        : set_.tables[slot].row(*event_, scratch_.slots[slot], scratch_.shared);
    }
    return state.row;
}

bool Judge::is_in_image(std::uint32_t slot) const {
    if (image_.empty()) return false;
    const std::uint32_t number = set_.image.slot_number[slot];
    return (image_[set_.image.computed + number / 64] >> (number % 64) & 1U) != 0;
}

void Judge::compute_in_image(std::uint32_t slot) {
    if (image_.empty()) {
        image_ = event_->process->atoms.make_row(set_.generation, set_.image.words);
    }
    const AtomTable& table = set_.tables[slot];
    const std::uint64_t* row = table.row(*event_, scratch_.slots[slot], scratch_.shared);
    std::copy_n(row, table.words(), image_.begin() + set_.image.slot_offset[slot]);
    const std::uint64_t* possible = row + table.words();
    for (std::uint32_t i = 0; i < set_.set_words; ++i) image_[i] |= ~possible[i];
    const std::uint32_t number = set_.image.slot_number[slot];
    image_[set_.image.computed + number / 64] |= std::uint64_t{1} << (number % 64);
}

const std::uint64_t* Judge::image_bits(std::uint32_t slot) {
    if (!is_in_image(slot)) compute_in_image(slot);
    return image_.data() + set_.image.slot_offset[slot];
}

void Judge::run(const Plan& plan, std::uint32_t plan_number, std::uint32_t index,
                std::vector<ConditionHit>& hits) {
    const auto is_true = [this](BitAddress at) { return is_set(at); };
    const std::size_t first = hits.size();
    for (std::uint32_t word = plan.first_word; word < plan.last_word; ++word) {
        for (std::uint64_t rest = scratch_.possible[word]; rest != 0; rest &= rest - 1) {
            const Residue& residue =
                set_.residues[word * 64 + static_cast<std::uint32_t>(std::countr_zero(rest))];
            if (!set_.program.run(residue.entry, is_true)) continue;
            auto owner = std::ranges::lower_bound(residue.owners, ResidueOwner{plan_number, 0});
            for (; owner != residue.owners.end() && owner->plan == plan_number; ++owner) {
                hits.push_back({index, owner->condition});
            }
        }
    }
    std::sort(hits.begin() + static_cast<std::ptrdiff_t>(first), hits.end());
}

void Judge::judge(const Event& event, std::uint32_t index, std::vector<ConditionHit>& hits) {
    const Plan* plan = plan_of(event);
    if (plan == nullptr) return;
    event_ = &event;
    ++scratch_.epoch;
    scratch_.shared.values.reset();
    const bool has_descriptor = event.fd != nullptr && !plan->fd_slots.empty();
    if (!(has_descriptor ? start_with_descriptor(*plan) : start(*plan))) return;
    if (!strike_out(*plan)) return;
    run(*plan, static_cast<std::uint32_t>(plan - set_.plans.data()), index, hits);
}

void Judge::look_ahead(std::span<const Event> events, std::span<const std::uint32_t> which) const {
    const auto for_each_descriptor = [&](auto&& visit) {
        for (const std::uint32_t index : which) {
            const Event& event = events[index];
            if (event.fd == nullptr) continue;
            const Plan* plan = plan_of(event);
            if (plan != nullptr && !plan->fd_slots.empty()) visit(key_of(event));
        }
    };
    const ValueCache& cache = *scratch_.descriptors;
    for_each_descriptor([&](ValueCache::Key key) { cache.fetch_ahead(key); });
    for_each_descriptor([&](ValueCache::Key key) { fetch_ahead(cache.guess(key)); });
}

}  // namespace

void ConditionSet::evaluate(std::span<const Event> events, std::span<const std::uint32_t> which,
                            ConditionScratch& scratch, std::vector<ConditionHit>& hits) const {
    constexpr std::size_t kGroup = 16;
    Judge judge(*impl_, scratch.impl());
    for (std::size_t i = 0; i < which.size(); i += kGroup) {
        const auto group = which.subspan(i, std::min(kGroup, which.size() - i));
        judge.look_ahead(events, group);
        for (const std::uint32_t index : group) judge.judge(events[index], index, hits);
    }
}

struct ConditionSet::Builder::Impl {
    std::vector<Condition> conditions;
    std::vector<EventStream> streams;
    std::unordered_map<std::string, ConditionIndex> known;
};

ConditionSet::Builder::Builder() : impl_(std::make_unique<Impl>()) {}
ConditionSet::Builder::~Builder() = default;

ConditionIndex ConditionSet::Builder::add(Condition condition, EventStream stream) {
    std::string key(1, stream == EventStream::kSyscall ? 's' : 'j');
    key += to_string(condition);
    const auto index = static_cast<ConditionIndex>(impl_->conditions.size());
    const auto [found, is_new] = impl_->known.try_emplace(std::move(key), index);
    if (is_new) {
        impl_->conditions.push_back(std::move(condition));
        impl_->streams.push_back(stream);
    }
    return found->second;
}

Result<std::shared_ptr<const ConditionSet>> ConditionSet::Builder::build(std::uint32_t generation) {
    auto compiled = compile_conditions(impl_->conditions, impl_->streams, generation);
    if (!compiled) return tl::unexpected(std::move(compiled.error()));
    return std::shared_ptr<const ConditionSet>(new ConditionSet(std::move(*compiled)));
}

ConditionSet::ConditionSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConditionSet::~ConditionSet() = default;

std::size_t ConditionSet::size() const { return impl_->conditions.size(); }

const Condition& ConditionSet::condition(ConditionIndex index) const {
    return impl_->conditions[index];
}

const EventTypeSet& ConditionSet::event_types(ConditionIndex index) const {
    return impl_->event_types[index];
}

EventTypeSet ConditionSet::event_types() const {
    EventTypeSet all;
    for (const EventTypeSet& types : impl_->event_types) all |= types;
    return all;
}

std::vector<std::uint16_t> ConditionSet::generic_syscalls() const {
    std::vector<std::uint16_t> all;
    for (const Condition& condition : impl_->conditions) {
        const std::vector<std::uint16_t> calls = generic_syscalls_of(condition);
        all.insert(all.end(), calls.begin(), calls.end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::size_t ConditionSet::atom_count() const { return impl_->atoms.size(); }

ConditionScratch::ConditionScratch(const ConditionSet& set, std::size_t cache_entries_max)
    : impl_(std::make_unique<Impl>()) {
    const ConditionSet::Impl& compiled = set.impl();
    impl_->states.resize(compiled.slots.size());
    impl_->slots.resize(compiled.slots.size());
    impl_->possible.resize(compiled.set_words);
    constexpr std::size_t kDescriptorBytesMax = std::size_t{8} << 20;
    const std::size_t row_bytes = (compiled.set_words + 3) * sizeof(std::uint64_t);
    impl_->descriptors.emplace(compiled.set_words + 1,
                               std::min(cache_entries_max, kDescriptorBytesMax / row_bytes));
    for (std::size_t i = 0; i < compiled.slots.size(); ++i) {
        compiled.tables[i].prepare(impl_->slots[i], impl_->shared, cache_entries_max);
    }
}

ConditionScratch::~ConditionScratch() = default;
ConditionScratch::ConditionScratch(ConditionScratch&&) noexcept = default;

}  // namespace sequitur

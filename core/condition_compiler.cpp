#include "core/condition_compiler.h"

#include "core/event_type_set.h"
#include "core/refutation.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

// The steps, each from the results of those before it:
//
//  1. functions   each condition becomes a function of atoms (function_of, AtomCatalog)
//  2. folds       for each event type, the atoms whose truth the type alone decides
//  3. plans       event types on which the same atoms fold to the same values, and on which the
//                 same conditions can be true, are one plan
//  4. residues    each condition's function with the plan's atoms folded in; false ones go, equal
//                 ones are one
//  5. order       residues that occur in the same plans stand together, so that a plan's
//                 candidates fill few words
//  6. refutation, tables, programs, image layout, order of slots per plan
namespace sequitur {
namespace {

// What an atom folds to on some event type.
enum class Fold : std::uint8_t { kOpen, kFalse, kTrue };

class ConditionCompiler {
public:
    ConditionCompiler(std::vector<Condition> conditions, std::vector<EventStream> streams)
        : impl_(std::make_unique<ConditionSet::Impl>()) {
        impl_->conditions = std::move(conditions);
        impl_->streams = std::move(streams);
    }

    Result<std::unique_ptr<ConditionSet::Impl>> compile(std::uint32_t generation);

private:
    void make_functions();
    void make_folds();
    void make_plans();
    void make_residues();
    void add_residues_of(std::uint32_t plan);
    void order_residues();
    Result<void> make_tables();
    void make_programs();
    void lay_out_image();
    void order_slots(Plan& plan) const;

    std::unique_ptr<ConditionSet::Impl> impl_;
    AtomCatalog catalog_;
    BoolGraph graph_;
    std::vector<Literal> functions_;                                    // by condition
    std::map<std::uint32_t, std::vector<Fold>> folds_;                  // atom -> by event type
    std::unordered_map<std::uint32_t, std::uint32_t> residue_numbers_;  // by literal
};

// What event types mean is known for system calls only.
bool folds_in(EventStream stream) { return stream == EventStream::kSyscall; }

void ConditionCompiler::make_functions() {
    for (const Condition& condition : impl_->conditions) {
        functions_.push_back(function_of(condition, catalog_, graph_));
        impl_->event_types.push_back(event_types_of(condition));
    }
    impl_->slots.assign(catalog_.slots().begin(), catalog_.slots().end());
    impl_->atoms.assign(catalog_.atoms().begin(), catalog_.atoms().end());
}

void ConditionCompiler::make_folds() {
    for (std::uint32_t i = 0; i < impl_->atoms.size(); ++i) {
        Condition check = condition_of(impl_->atoms[i].check);
        const EventTypeSet may_hold = event_types_of(check);
        Condition inverse;
        inverse.kind = Condition::Kind::kNot;
        inverse.children.push_back(std::move(check));
        const EventTypeSet may_fail = event_types_of(inverse);
        if (may_hold.all() && may_fail.all()) continue;
        std::vector<Fold>& folds = folds_[i];
        for (std::size_t type = 0; type < kEventTypeCount; ++type) {
            folds.push_back(!may_hold.test(type)   ? Fold::kFalse
                            : !may_fail.test(type) ? Fold::kTrue
                                                   : Fold::kOpen);
        }
    }
}

void ConditionCompiler::make_plans() {
    using Signature = std::vector<bool>;
    std::map<Signature, std::uint32_t> known;
    for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
        impl_->plan_of[stream].assign(kEventTypeCount, kNoPlan);
        for (std::uint16_t type = 0; type < kEventTypeCount; ++type) {
            Signature signature = {stream != 0};
            bool is_wanted = false;
            for (std::size_t i = 0; i < impl_->conditions.size(); ++i) {
                const bool is_here = static_cast<std::size_t>(impl_->streams[i]) == stream &&
                                     impl_->event_types[i].test(type);
                signature.push_back(is_here);
                is_wanted = is_wanted || is_here;
            }
            if (!is_wanted) continue;
            for (const auto& [atom, folds] : folds_) {
                if (!folds_in(static_cast<EventStream>(stream))) break;
                signature.push_back(folds[type] == Fold::kOpen);
                signature.push_back(folds[type] == Fold::kTrue);
            }
            const auto [found, is_new] = known.try_emplace(
                std::move(signature), static_cast<std::uint32_t>(impl_->plans.size()));
            if (is_new) {
                impl_->plans.push_back({.stream = static_cast<EventStream>(stream)});
            }
            impl_->plans[found->second].types.set(type);
            impl_->plan_of[stream][type] = found->second;
        }
    }
}

// The graph's nodes with the plan's folds put in. Nodes made on the way stand behind `count`.
std::vector<Literal> folded_nodes(BoolGraph& graph, std::uint32_t count, const auto& fold_of) {
    std::vector<Literal> folded(count);
    const auto replaced = [&](Literal literal) {
        const Literal node = folded[node_of(literal)];
        return is_negated(literal) ? negated(node) : node;
    };
    std::vector<Literal> parts;
    for (std::uint32_t node = 0; node < count; ++node) {
        const auto self = static_cast<Literal>(node << 1U);
        folded[node] = self;
        if (graph.is_variable(node)) {
            const Fold fold = fold_of(graph.variable_of(node));
            if (fold != Fold::kOpen) {
                folded[node] = fold == Fold::kTrue ? kLiteralTrue : kLiteralFalse;
            }
            continue;
        }
        const std::span<const Literal> children = graph.children(node);
        const auto is_same = [&](Literal child) { return replaced(child) == child; };
        if (std::ranges::all_of(children, is_same)) continue;
        parts.clear();
        for (const Literal child : children) parts.push_back(replaced(child));
        folded[node] = graph.conjunction(parts);
    }
    return folded;
}

void ConditionCompiler::add_residues_of(std::uint32_t plan) {
    const Plan& at = impl_->plans[plan];
    std::size_t type = 0;
    while (!at.types.test(type)) ++type;  // any type of the plan folds alike
    const auto fold_of = [&](std::uint32_t atom) {
        const auto found = folds_.find(atom);
        return found == folds_.end() || !folds_in(at.stream) ? Fold::kOpen : found->second[type];
    };
    std::uint32_t count = 0;
    for (const Literal function : functions_) count = std::max(count, node_of(function) + 1);
    const std::vector<Literal> folded = folded_nodes(graph_, count, fold_of);
    for (ConditionIndex i = 0; i < functions_.size(); ++i) {
        if (impl_->streams[i] != at.stream || !impl_->event_types[i].test(type)) continue;
        Literal function = folded[node_of(functions_[i])];
        if (is_negated(functions_[i])) function = negated(function);
        if (function == kLiteralFalse) continue;
        const auto [found, is_new] =
            residue_numbers_.try_emplace(static_cast<std::uint32_t>(function),
                                         static_cast<std::uint32_t>(impl_->residues.size()));
        if (is_new) impl_->residues.push_back({.function = function, .owners = {}});
        impl_->residues[found->second].owners.push_back({plan, i});
    }
}

void ConditionCompiler::make_residues() {
    for (std::uint32_t plan = 0; plan < impl_->plans.size(); ++plan) add_residues_of(plan);
    order_residues();
    impl_->set_words = RefutationBuilder::words(impl_->residues.size());
    std::vector<EventTypeSet> possible(impl_->conditions.size());
    for (Plan& plan : impl_->plans) plan.candidates.assign(impl_->set_words, 0);
    for (std::uint32_t i = 0; i < impl_->residues.size(); ++i) {
        for (const ResidueOwner& owner : impl_->residues[i].owners) {
            Plan& plan = impl_->plans[owner.plan];
            plan.candidates[i / 64] |= std::uint64_t{1} << (i % 64);
            possible[owner.condition] |= plan.types;
        }
    }
    for (std::size_t i = 0; i < possible.size(); ++i) impl_->event_types[i] &= possible[i];
    for (Plan& plan : impl_->plans) {
        const auto is_used = [](std::uint64_t word) { return word != 0; };
        const auto first = std::ranges::find_if(plan.candidates, is_used);
        const auto last = std::find_if(plan.candidates.rbegin(), plan.candidates.rend(), is_used);
        plan.first_word = static_cast<std::uint32_t>(first - plan.candidates.begin());
        plan.last_word = static_cast<std::uint32_t>(plan.candidates.rend() - last);
        plan.first_word = std::min(plan.first_word, plan.last_word);
    }
}

void ConditionCompiler::order_residues() {
    const auto plans_of = [](const Residue& residue) {
        std::vector<std::uint32_t> plans;
        for (const ResidueOwner& owner : residue.owners) plans.push_back(owner.plan);
        return plans;
    };
    std::vector<std::pair<std::vector<std::uint32_t>, std::size_t>> order;
    for (std::size_t i = 0; i < impl_->residues.size(); ++i) {
        order.emplace_back(plans_of(impl_->residues[i]), i);
    }
    std::ranges::sort(order);
    std::vector<Residue> residues;
    for (const auto& [unused, i] : order) residues.push_back(std::move(impl_->residues[i]));
    impl_->residues = std::move(residues);
}

Result<void> ConditionCompiler::make_tables() {
    std::vector<Literal> functions;
    for (const Residue& residue : impl_->residues) functions.push_back(residue.function);
    const std::vector<BitAddress> addresses = catalog_.addresses();
    const std::vector<VariableEstimate> estimates = catalog_.estimates();
    RefutationBuilder builder(graph_, addresses, estimates,
                              static_cast<std::uint32_t>(impl_->slots.size()));
    std::vector<SlotRefutation> refutations = builder.build(functions);
    for (std::size_t i = 0; i < impl_->slots.size(); ++i) {
        Result<AtomTable> table =
            AtomTable::build(impl_->slots[i], impl_->atoms, std::move(refutations[i]));
        if (!table) {
            return fail_with_context(std::move(table.error()), impl_->slots[i].text);
        }
        impl_->tables.push_back(std::move(*table));
    }
    return {};
}

void ConditionCompiler::make_programs() {
    const std::vector<BitAddress> addresses = catalog_.addresses();
    const std::vector<VariableEstimate> estimates = catalog_.estimates();
    ProgramCompiler compiler(graph_, addresses, estimates);
    for (Residue& residue : impl_->residues) residue.entry = compiler.compile(residue.function);
    impl_->program = compiler.take();
}

void ConditionCompiler::lay_out_image() {
    ImageLayout& image = impl_->image;
    std::uint32_t count = 0;
    for (const Slot& slot : impl_->slots) {
        image.slot_number.push_back(count);
        count += slot.is_process_scoped ? 1 : 0;
    }
    image.computed = impl_->set_words;
    image.words = image.computed + (count + 63) / 64;
    for (const Slot& slot : impl_->slots) {
        image.slot_offset.push_back(slot.is_process_scoped ? image.words : 0);
        image.words += slot.is_process_scoped ? slot.words() : 0;
    }
}

// Slots that refute much for little come first. Judged ones are left to the programs.
void ConditionCompiler::order_slots(Plan& plan) const {
    struct Ranked {
        double rank;
        std::uint32_t slot;
    };
    std::vector<Ranked> ranked;
    for (std::uint32_t i = 0; i < impl_->slots.size(); ++i) {
        if (impl_->tables[i].is_judged()) continue;
        const auto constrained = impl_->tables[i].refutation().constrained();
        int residues = 0;
        for (std::uint32_t word = plan.first_word; word < plan.last_word; ++word) {
            residues += std::popcount(constrained[word] & plan.candidates[word]);
        }
        if (residues > 0) ranked.push_back({impl_->slots[i].cost / residues, i});
    }
    std::ranges::stable_sort(ranked, {}, &Ranked::rank);
    for (const Ranked& at : ranked) {
        const Slot& slot = impl_->slots[at.slot];
        auto& list = slot.is_process_scoped ? plan.process_slots
                     : slot.is_fd_scoped    ? plan.fd_slots
                                            : plan.event_slots;
        list.push_back(at.slot);
    }
}

Result<std::unique_ptr<ConditionSet::Impl>> ConditionCompiler::compile(std::uint32_t generation) {
    impl_->generation = generation;
    make_functions();
    make_folds();
    make_plans();
    make_residues();
    if (Result<void> made = make_tables(); !made) return tl::unexpected(std::move(made.error()));
    make_programs();
    lay_out_image();
    for (Plan& plan : impl_->plans) order_slots(plan);
    return std::move(impl_);
}

}  // namespace

Result<std::unique_ptr<ConditionSet::Impl>> compile_conditions(std::vector<Condition> conditions,
                                                               std::vector<EventStream> streams,
                                                               std::uint32_t generation) {
    return ConditionCompiler(std::move(conditions), std::move(streams)).compile(generation);
}

// Iterative: how deep a condition nests is up to whoever wrote it. Parts of a conjunction within a
// conjunction are collected into the outer one, likewise disjunctions.
Literal function_of(const Condition& condition, AtomCatalog& catalog, BoolGraph& graph) {
    struct Frame {
        const Condition* condition;
        std::size_t next;
        bool owns_parts;
    };
    using Kind = Condition::Kind;
    std::vector<Frame> stack;
    std::vector<std::vector<Literal>> parts(1);
    const auto enter = [&](const Condition& at) {
        switch (at.kind) {
            case Kind::kTrue: parts.back().push_back(kLiteralTrue); return;
            case Kind::kFalse: parts.back().push_back(kLiteralFalse); return;
            case Kind::kCheck: parts.back().push_back(catalog.literal_of(at.check, graph)); return;
            case Kind::kAnd:
            case Kind::kOr:
            case Kind::kNot: break;
        }
        const bool is_merged =
            !stack.empty() && at.kind != Kind::kNot && stack.back().condition->kind == at.kind;
        if (!is_merged) parts.emplace_back();
        stack.push_back({&at, 0, !is_merged});
    };
    enter(condition);
    while (!stack.empty()) {
        Frame& frame = stack.back();
        if (frame.next < frame.condition->children.size()) {
            enter(frame.condition->children[frame.next++]);
            continue;
        }
        const Frame done = frame;
        stack.pop_back();
        if (!done.owns_parts) continue;
        const std::vector<Literal> own = std::move(parts.back());
        parts.pop_back();
        switch (done.condition->kind) {
            case Kind::kAnd: parts.back().push_back(graph.conjunction(own)); break;
            case Kind::kOr: parts.back().push_back(graph.disjunction(own)); break;
            case Kind::kNot: parts.back().push_back(negated(graph.conjunction(own))); break;
            case Kind::kCheck:
            case Kind::kTrue:
            case Kind::kFalse: break;
        }
    }
    return parts.front().front();
}

}  // namespace sequitur

// A compiled ConditionSet as text: what a condition became, for people and for golden tests.

#include "core/condition_plan.h"
#include "core/field.h"

#include <algorithm>

namespace sequitur {
namespace {

std::string text_of(const Atom& atom) { return to_string(condition_of(atom.check)); }

std::string place_of(std::uint32_t entry) {
    if (entry == ConditionProgram::kAccept) return "true";
    if (entry == ConditionProgram::kReject) return "false";
    return "@" + std::to_string(entry);
}

void append_slots(const ConditionSet::Impl& set, std::string& out) {
    for (std::size_t i = 0; i < set.slots.size(); ++i) {
        const Slot& slot = set.slots[i];
        out += "slot " + std::to_string(i) + ": " + slot.text;
        if (slot.is_process_scoped) out += " (per process image)";
        if (slot.is_fd_scoped) out += " (per descriptor)";
        out += '\n';
        for (std::size_t bit = 0; bit < slot.atoms.size(); ++bit) {
            out += "  " + std::to_string(i) + '.' + std::to_string(bit) + ": " +
                   text_of(set.atoms[slot.atoms[bit]]) + '\n';
        }
    }
}

// Names once each, in order: several ids may share one.
std::string names_of(const EventTypeSet& types) {
    std::vector<std::string_view> names;
    for (const EventTypeInfo& info : event_types()) {
        if (types.test(info.id)) names.push_back(info.name);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string out;
    for (const std::string_view name : names) {
        out += out.empty() ? "" : " ";
        out += name;
    }
    return out;
}

void append_plans(const ConditionSet::Impl& set, std::string& out) {
    for (std::size_t i = 0; i < set.plans.size(); ++i) {
        const Plan& plan = set.plans[i];
        out += "plan " + std::to_string(i) + ": " + names_of(plan.types) + "\n  asks";
        for (const std::uint32_t slot : plan.fd_slots) out += ' ' + std::to_string(slot);
        for (const std::uint32_t slot : plan.event_slots) out += ' ' + std::to_string(slot);
        out += " then";
        for (const std::uint32_t slot : plan.process_slots) out += ' ' + std::to_string(slot);
        out += '\n';
    }
}

void append_residues(const ConditionSet::Impl& set, std::string& out) {
    for (std::size_t i = 0; i < set.residues.size(); ++i) {
        const Residue& residue = set.residues[i];
        out += "residue " + std::to_string(i) + ": " + place_of(residue.entry) + " of";
        for (const ResidueOwner& owner : residue.owners) {
            out += ' ' + std::to_string(owner.condition) + "/plan" + std::to_string(owner.plan);
        }
        out += '\n';
    }
}

void append_program(const ConditionProgram& program, std::string& out) {
    const auto nodes = program.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        out += "@" + std::to_string(i) + ": " + std::to_string(nodes[i].bit.slot) + '.' +
               std::to_string(nodes[i].bit.bit) + " ? " + place_of(nodes[i].if_true) + " : " +
               place_of(nodes[i].if_false) + '\n';
    }
}

}  // namespace

std::string ConditionSet::dump() const {
    std::string out;
    for (std::size_t i = 0; i < impl_->conditions.size(); ++i) {
        out += "condition " + std::to_string(i) + ": " + to_string(impl_->conditions[i]) + '\n';
    }
    append_slots(*impl_, out);
    append_plans(*impl_, out);
    append_residues(*impl_, out);
    append_program(impl_->program, out);
    return out;
}

std::vector<std::string> ConditionSet::atoms(ConditionIndex index) const {
    // The order of the condition before anything is folded: as its own program would test it.
    AtomCatalog catalog;
    BoolGraph graph;
    const Literal function = function_of(impl_->conditions[index], catalog, graph);
    const std::vector<BitAddress> addresses = catalog.addresses();
    const std::vector<VariableEstimate> estimates = catalog.estimates();
    ProgramCompiler compiler(graph, addresses, estimates);
    const std::uint32_t entry = compiler.compile(function);
    const ConditionProgram program = compiler.take();
    std::vector<std::string> out;
    for (const std::uint32_t node : program.nodes_from(entry)) {
        const BitAddress at = program.nodes()[node].bit;
        const std::uint32_t atom = catalog.slots()[at.slot].atoms[at.bit];
        std::string text = text_of(catalog.atoms()[atom]);
        if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
    }
    return out;
}

}  // namespace sequitur

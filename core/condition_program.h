// Boolean functions of bits as branch programs: at each node look at one bit, go on here or there.
//
// One program holds all functions; equal tails are shared. What a bit means, and when it is
// worked out, is the caller's business: run() asks for it, at most once per node passed.
#pragma once

#include "core/bool_graph.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

// Where an atom's truth is: bit `bit` of the row of slot `slot` (core/atom.h).
struct BitAddress {
    std::uint32_t slot = 0;
    std::uint32_t bit = 0;
    friend auto operator<=>(const BitAddress&, const BitAddress&) = default;
};

// What a variable costs to look at and how often it is true; decides the order of tests only.
struct VariableEstimate {
    double cost = 1;
    double probability = 0.5;
};

class ConditionProgram {
public:
    // A node's place, or one of the two ends.
    static constexpr std::uint32_t kAccept = 0xffffffff;
    static constexpr std::uint32_t kReject = 0xfffffffe;

    struct Node {
        BitAddress bit;
        std::uint32_t if_true = kAccept;
        std::uint32_t if_false = kReject;
        friend auto operator<=>(const Node&, const Node&) = default;
    };

    // The truth of the function that starts at `entry`. `is_set(BitAddress)` tells a bit.
    template <typename IsSet>
    bool run(std::uint32_t entry, IsSet&& is_set) const {
        while (entry < kReject) {
            const Node& node = nodes_[entry];
            entry = is_set(node.bit) ? node.if_true : node.if_false;
        }
        return entry == kAccept;
    }

    std::span<const Node> nodes() const { return nodes_; }

    // The nodes of the function at `entry`, each once, in the order of a first visit that takes
    // if_true before if_false.
    std::vector<std::uint32_t> nodes_from(std::uint32_t entry) const;

private:
    friend class ProgramCompiler;
    std::vector<Node> nodes_;
};

// Turns functions of a graph into a program.
class ProgramCompiler {
public:
    // Both are indexed by variable number and must outlive this.
    ProgramCompiler(const BoolGraph& graph, std::span<const BitAddress> addresses,
                    std::span<const VariableEstimate> estimates);

    // The entry of `function`; its size is at most that of the formula without sharing.
    std::uint32_t compile(Literal function);

    ConditionProgram take() { return std::move(program_); }

private:
    struct Frame {
        std::uint32_t if_true, if_false;
        std::size_t next;            // child to compile; counts down
        std::vector<Literal> order;  // of a conjunction: children in the order of their tests
    };
    void estimate_nodes();
    std::uint32_t add_node(const ConditionProgram::Node& node);
    std::vector<Literal> ordered_children(std::uint32_t node) const;

    const BoolGraph& graph_;
    std::span<const BitAddress> addresses_;
    std::span<const VariableEstimate> estimates_;
    std::vector<VariableEstimate> nodes_;  // of the graph's nodes, unnegated
    std::map<ConditionProgram::Node, std::uint32_t> known_;
    ConditionProgram program_;
};

}  // namespace sequitur

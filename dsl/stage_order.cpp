// Depth-first over "waits for", with a stack of its own: chains of stages may be long.
#include "dsl/stage_order.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sequitur::dsl {

namespace {

using Stages = std::vector<const LocatedText*>;

void collect(const std::vector<StepObject>& steps, Stages& out) {
    for (const StepObject& step : steps) {
        if (step.kind == StepKind::kStage && step.stage_is_sequence) out.push_back(&step.stage);
        collect(step.parts, out);
    }
}

enum class Mark : std::uint8_t { kNew, kOpen, kDone };

struct Frame {
    std::string name;
    Stages stages;
    std::size_t next = 0;
};

}  // namespace

void check_stage_cycles(const RuleBook& book, Diagnostics& diagnostics) {
    std::map<std::string, Mark> marks;
    for (const SequenceObject& start : book.sequences().all()) {
        std::vector<Frame> open;
        const auto enter = [&](const SequenceObject& sequence) {
            Frame frame;
            frame.name = sequence.name.text;
            if (sequence.steps) collect(*sequence.steps, frame.stages);
            marks[frame.name] = Mark::kOpen;
            open.push_back(std::move(frame));
        };
        if (marks[start.name.text] == Mark::kNew) enter(start);
        while (!open.empty()) {
            Frame& frame = open.back();
            if (frame.next == frame.stages.size()) {
                marks[frame.name] = Mark::kDone;
                open.pop_back();
                continue;
            }
            const LocatedText& stage = *frame.stages[frame.next++];
            const SequenceObject* target = book.sequences().find(stage.text);
            if (target == nullptr) continue;
            const Mark mark = marks[stage.text];
            if (mark == Mark::kOpen) {
                diagnostics.error(Code::kRecursion, stage.range(),
                                  "sequence '" + stage.text + "' would wait for itself");
            } else if (mark == Mark::kNew) {
                enter(*target);
            }
        }
    }
}

}  // namespace sequitur::dsl

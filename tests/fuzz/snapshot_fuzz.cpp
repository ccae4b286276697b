// A snapshot of partial matches: whatever its bytes are, it is refused with a reason, or restored
// into an engine that then goes on.
//
// Inputs are sealed anew, so that mutations get behind the checksum.
#include "sequences/engine.h"
#include "sequences/snapshot.h"
#include "tests/sequences/hand_made.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace sequitur::testing {
namespace {

// The corpus was saved under these.
std::shared_ptr<const RuleSet> rules() {
    std::vector<SequencePlan> plans;
    const auto add = [&](std::vector<std::string> by, std::vector<StepPlan> steps) {
        plans.push_back(sequence(std::move(by), 20, std::move(steps)));
        plans.back().info.name = "s" + std::to_string(plans.size());
    };
    StepPlan counted = step("a", 0);
    counted.at_least = 2;
    add({"file.path"}, {step("a", 0), step("b", 1), step("c", 2)});
    add({"file.path"}, {absence(3, 4), absence(2), counted, step("b", 1), absence(2, 5)});
    add({"proc.entity", "file.path"},
        {group_of(StepKind::kAllOf, "", {step("a", 0), step("b", 1)}), step("c", 2)});
    add({}, {step("a", 0), step("b", 1), step("c", 2)});
    plans.back().steps[2].links.push_back(link("file.path", 0, "file.path"));
    plans.back().steps[1].residual = refers("proc.name", Operator::kEq, 0, "proc.name");
    plans.back().suppress = Suppression{{field("file.path")}, Duration(10)};
    return rule_set(std::move(plans));
}

// Events that meet every kind of partial match.
void tell(Story& story, std::int64_t from) {
    for (std::int64_t i = 0; i < 24; ++i) {
        story.at(from + i / 2, {static_cast<ConditionIndex>(i * 7 % 4)}, 1 + i % 3,
                 i % 5 == 0 ? "g" : "f");
    }
    story.exit_at(from + 12, 2);
}

HostInfo host() {
    HostInfo info;
    info.boot_id = "boot";
    return info;
}

void try_one(const std::string& bytes) {
    static const auto kRules = rules();
    World world;
    Story story(world);
    Engine engine(kRules, Limits{}, 2);
    if (!engine.restore(bytes, "boot")) return;
    tell(story, 105);
    std::vector<Match> matches;
    engine.apply(story.events, story.hits, matches);
    engine.finish(matches);
    engine.flush(matches);
    for (const Match& match : matches) describe(*kRules, match);
    engine.save(host());
}

// A good snapshot restores. The corpus was made so: SEQUITUR_SNAPSHOT_OUT is where it goes.
void try_good() {
    World world;
    Story story(world);
    tell(story, 100);
    Engine engine(rules(), Limits{}, 1);
    std::vector<Match> matches;
    engine.apply(story.events, story.hits, matches);
    const std::string good = engine.save(host());
    if (!Engine(rules(), Limits{}, 1).restore(good, "boot")) std::abort();
    try_one(good);
    const char* path = std::getenv("SEQUITUR_SNAPSHOT_OUT");
    if (path == nullptr) return;
    std::ofstream(path, std::ios::binary) << good;
}

}  // namespace
}  // namespace sequitur::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    sequitur::testing::try_one(bytes);
    if (size > sequitur::kSnapshotHeaderSize) {
        sequitur::testing::try_one(
            sequitur::seal_snapshot(bytes.substr(sequitur::kSnapshotHeaderSize)));
    }
    if (size == 0) sequitur::testing::try_good();
    return 0;
}

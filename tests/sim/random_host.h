// Made-up processes, descriptors and events, and conditions over all fields that may well be true
// on them: the input of differential tests. The same seed gives the same.
#pragma once

#include "core/arena.h"
#include "core/condition.h"
#include "core/event.h"
#include "core/record_builder.h"

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sequitur {

class RandomHost {
public:
    explicit RandomHost(std::uint32_t seed);

    // A new event of a random type, of one of some twenty processes. It and all it points to live
    // as long as this.
    Event event();

    // A condition of at most `depth` levels, without back-references.
    Condition condition(int depth);

private:
    std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
    bool chance(std::uint32_t percent) { return below(100) < percent; }
    std::string text();
    Symbol symbol();
    std::int64_t number();
    IpAddress address();
    Ref<ProcessImage> process();
    Ref<Descriptor> descriptor();
    void add_param(const ParamInfo& param);

    Check check();
    Operand left_operand();
    FieldRef field();
    Operand transformed(Operand argument);
    Operand constant_for(const Value& sample, Operator op);
    Operator operator_for(const Value& sample);

    std::mt19937 random_;
    Interner interners_[2];  // serials of one occur in the other, too
    Arena arena_;
    RecordBuilder builder_{arena_};
    HostInfo host_;
    std::vector<std::string> words_;
    std::vector<FieldRef> fields_;
    std::deque<Ref<ProcessImage>> processes_;
    std::deque<Ref<Descriptor>> descriptors_;
    std::vector<Event> samples_;
    ValueScratch scratch_;
    std::uint64_t number_ = 0;
};

}  // namespace sequitur

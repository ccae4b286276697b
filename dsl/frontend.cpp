#include "dsl/frontend.h"

#include "dsl/object_reader.h"
#include "dsl/rule_book.h"
#include "dsl/rule_compiler.h"
#include "dsl/sequence_compiler.h"
#include "dsl/stage_order.h"
#include "dsl/usage.h"
#include "dsl/workshop.h"
#include "dsl/yaml_reader.h"

namespace sequitur::dsl {

namespace {

// Files in order, each object merged into what stood before it.
RuleBook read_book(const std::vector<RuleFile>& files, Diagnostics& diagnostics) {
    RuleBook book;
    for (const RuleFile& file : files) {
        const FileIndex index = diagnostics.sources().add(file.name, file.text);
        const auto documents = read_yaml(index, diagnostics);
        if (!documents) continue;
        for (RuleFileObject& object : read_objects(*documents, diagnostics)) {
            book.add(std::move(object), diagnostics);
        }
    }
    return book;
}

bool is_enabled(const DetectionObject& object) { return object.enabled.value_or(true); }

}  // namespace

std::shared_ptr<const RuleSet> compile(const std::vector<RuleFile>& files,
                                       const FrontendOptions& options, Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.mark();
    const RuleBook book = read_book(files, diagnostics);
    Workshop workshop(book, diagnostics);
    check_usage(book, workshop.macros(), diagnostics);
    check_stage_cycles(book, diagnostics);

    auto rules = std::make_shared<RuleSet>();
    rules->generation = options.generation;
    ConditionSet::Builder conditions;
    for (const RuleObject& object : book.rules().all()) {
        auto compiled = compile_rule(object, workshop);
        if (!compiled || !is_enabled(object)) continue;
        Rule rule;
        rule.info = std::move(compiled->info);
        rule.condition = conditions.add(std::move(compiled->condition), compiled->stream);
        rules->rules.push_back(std::move(rule));
    }
    ConditionSet::Builder unused;  // Of sequences that are checked and do not run.
    for (const SequenceObject& object : book.sequences().all()) {
        auto plan = compile_sequence(object, workshop, is_enabled(object) ? conditions : unused);
        if (plan && is_enabled(object)) rules->sequences.push_back(std::move(*plan));
    }
    if (diagnostics.mark() != errors_before) return nullptr;

    auto set = conditions.build(options.generation);
    if (!set) {
        diagnostics.error(Code::kBadRegex, Range{}, set.error().message);
        return nullptr;
    }
    rules->conditions = std::move(*set);
    return rules;
}

}  // namespace sequitur::dsl

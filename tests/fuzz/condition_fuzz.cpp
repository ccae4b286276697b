// Any bytes as a condition. What parses prints, and the print parses to a tree that prints alike;
// what resolves and checks is built, split as a step would be, and printed.
#include "core/condition.h"
#include "dsl/condition_builder.h"
#include "dsl/parser.h"
#include "dsl/printer.h"
#include "dsl/workshop.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace dsl = sequitur::dsl;

namespace {

dsl::LocatedText whole_file(dsl::Diagnostics& diagnostics, const std::string& text) {
    const dsl::FileIndex file = diagnostics.sources().add("fuzz", text);
    return dsl::located(text, {file, 0, static_cast<std::uint32_t>(text.size())});
}

std::string printed(const std::string& text) {
    dsl::Diagnostics diagnostics;
    const auto parsed = dsl::parse_condition(whole_file(diagnostics, text), diagnostics);
    if (parsed.has_value() == diagnostics.has_errors()) std::abort();
    return parsed ? dsl::print(*parsed) : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string once = printed(text);
    if (once.empty()) return 0;
    if (printed(once) != once) std::abort();

    dsl::Diagnostics diagnostics;
    const dsl::RuleBook book;
    dsl::Workshop workshop(book, diagnostics);
    dsl::StepName step;
    step.name = "first";
    step.index = 0;
    dsl::Scope scope;
    scope.steps = {&step, 1};
    auto condition = workshop.compile(whole_file(diagnostics, text), scope);
    if (!condition) return 0;
    const auto split = dsl::split_condition(std::move(*condition), {true});
    if (dsl::has_back_reference(split.local)) std::abort();
    sequitur::to_string(split.local);
    return 0;
}

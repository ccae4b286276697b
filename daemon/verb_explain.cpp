// explain: what rules became, read off the compiled rule set; and the schema of their files.

#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/verbs.h"
#include "dsl/explain.h"
#include "dsl/rule_schema.h"

#include <cstdio>
#include <string>

namespace sequitur {
namespace {

std::string shown(const dsl::Explanation& explanation, const ExplainOptions& options) {
    if (options.dot) return dsl::explanation_dot(explanation);
    if (options.format == "json") return dsl::explanation_json(explanation) + '\n';
    return dsl::explanation_text(explanation);
}

}  // namespace

int explain(const ExplainOptions& options) {
    const auto rules = load_rules({options.rules});
    if (!rules) return report(rules.error());
    const auto explanations = dsl::explain(**rules, options.name);
    if (explanations.empty() && !options.name.empty()) {
        std::fprintf(stderr, "sequitur: %s has no rule or sequence called '%s'\n",
                     options.rules.c_str(), options.name.c_str());
        return kExitBadInput;
    }
    const bool is_text = !options.dot && options.format == "text";
    for (const dsl::Explanation& explanation : explanations) {
        if (is_text && &explanation != &explanations.front()) std::fputc('\n', stdout);
        const std::string text = shown(explanation, options);
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    return kExitDone;
}

int schema(const SchemaOptions&) {
    const std::string text = dsl::rule_schema();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitDone;
}

}  // namespace sequitur

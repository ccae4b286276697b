#include "daemon/rule_loader.h"

#include "daemon/rule_changes.h"
#include "daemon/shipped_files.h"
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace sequitur {

Result<std::shared_ptr<const RuleSet>> load_rules(const std::vector<std::string>& paths) {
    RuleSources sources;
    sources.paths = paths;
    if (sources.paths.empty()) {
        const auto shipped = find_shipped("rules");
        if (!shipped) return fail(Error::Code::kIo, "no rules: none given, and none installed");
        sources.paths.push_back(*shipped);
    }
    std::string said;
    auto rules = compile_rules(sources, 1, said);
    std::fwrite(said.data(), 1, said.size(), stderr);
    return rules;
}

Result<std::shared_ptr<const RuleSet>> compile_rules(const RuleSources& sources,
                                                     std::uint32_t generation, std::string& said) {
    auto files = dsl::read_rule_files(sources.paths);
    if (!files) return tl::unexpected<Error>(files.error());
    const std::string changes = rule_changes(*files, sources.selections, sources.additions);
    if (!changes.empty()) files->push_back({"(settings)", changes});
    if (!sources.builtin.empty()) files->push_back({"(built in)", sources.builtin});

    dsl::Diagnostics diagnostics;
    dsl::FrontendOptions options;
    options.generation = generation;
    auto rules = dsl::compile(*files, options, diagnostics);
    said = diagnostics.to_text();
    if (!rules) return fail(Error::Code::kBadInput, "the rules were refused");
    return rules;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

}  // namespace sequitur

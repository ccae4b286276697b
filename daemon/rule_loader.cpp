#include "daemon/rule_loader.h"

#include "daemon/shipped_files.h"
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace sequitur {

Result<std::shared_ptr<const RuleSet>> load_rules(const std::vector<std::string>& paths) {
    std::vector<std::string> places = paths;
    if (places.empty()) {
        const auto shipped = find_shipped("rules");
        if (!shipped) return fail(Error::Code::kIo, "no rules: none given, and none installed");
        places.push_back(*shipped);
    }
    auto files = dsl::read_rule_files(places);
    if (!files) return tl::unexpected<Error>(files.error());

    dsl::Diagnostics diagnostics;
    auto rules = dsl::compile(*files, {}, diagnostics);
    const std::string report = diagnostics.to_text();
    std::fwrite(report.data(), 1, report.size(), stderr);
    if (!rules) return fail(Error::Code::kBadInput, "the rules were refused");
    return rules;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

}  // namespace sequitur

// Any bytes as a rule file: read, merged, compiled and reported, without a crash, a hang or an
// exception.
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace dsl = sequitur::dsl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    dsl::Diagnostics diagnostics;
    diagnostics.set_warning("all");
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto rules = dsl::compile({{"fuzz.yaml", text}}, {}, diagnostics);
    if ((rules == nullptr) != diagnostics.has_errors()) std::abort();
    diagnostics.to_text();
    diagnostics.to_json();
    diagnostics.to_sarif();
    return 0;
}

// From rule files to a compiled rule set: N rules and as many sequences, each with values of its
// own.

#include "dsl/frontend.h"

#include <benchmark/benchmark.h>

#include <string>

namespace sequitur {
namespace {

std::string rules_text(std::int64_t count) {
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string n = std::to_string(i);
        text +=
            "- rule: Rule " + n +
            "\n  desc: Made for the benchmark.\n"
            "  condition: >\n    evt.type in (open, openat, openat2) and evt.is_open_write = true\n"
            "    and fd.name startswith /etc/folder" +
            n + " and not proc.name in (writer" + n + ", reader" + n +
            ")\n    and (proc.pname = p" + n + " or proc.cmdline contains \"x" + n +
            "\" or fd.name glob \"*/lib" + n +
            "*.so\")\n  output: written %fd.name by %proc.cmdline of %user.name\n"
            "  priority: WARNING\n";
        text += "- sequence: Sequence " + n +
                "\n  desc: Made for the benchmark.\n  by: proc.entity\n  within: 60s\n  steps:\n"
                "    - drop: evt.type = openat and fd.name startswith /srv/" +
                n + "/\n    - arm: evt.type = chmod and proc.name = q" + n +
                "\n    - run: evt.type = execve and proc.exepath = val(drop.fd.name) and "
                "proc.cmdline contains \"z" +
                n +
                "\"\n  output: dropped %drop.fd.name ran %run.proc.cmdline\n  priority: ERROR\n";
    }
    return text;
}

void compile_rules(benchmark::State& state) {
    const std::vector<dsl::RuleFile> files{{"made.yaml", rules_text(state.range(0))}};
    for (auto _ : state) {
        dsl::Diagnostics diagnostics;
        const auto rules = dsl::compile(files, {}, diagnostics);
        if (!rules) state.SkipWithError("the made rules were refused");
        benchmark::DoNotOptimize(rules);
    }
    state.SetLabel(std::to_string(2 * state.range(0)) + " detections");
}
BENCHMARK(compile_rules)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sequitur

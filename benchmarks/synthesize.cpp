// Writes the event lines of a made-up host to stdout: synthesize [EVENTS [SEED [DROPPER_EVERY]]].

#include "benchmarks/synthetic_host.h"

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
    sequitur::SyntheticHost::Options options;
    if (argc > 1) options.events = std::strtoull(argv[1], nullptr, 10);
    if (argc > 2) options.seed = std::strtoull(argv[2], nullptr, 10);
    if (argc > 3) options.events_per_dropper = std::strtoull(argv[3], nullptr, 10);
    sequitur::SyntheticHost host(options);
    std::string lines;
    while (host.append_lines(lines, std::size_t{1} << 20)) {
        if (std::fwrite(lines.data(), 1, lines.size(), stdout) != lines.size()) return 1;
        lines.clear();
    }
    std::fprintf(stderr, "%llu droppers\n", static_cast<unsigned long long>(host.droppers()));
    return 0;
}

// Writes what a made-up host does, as event lines or as a capture.

#include "benchmarks/old_layout.h"
#include "benchmarks/synthetic_host.h"
#include "probe/capture.h"
#include "probe/capture_writer.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace sequitur {
namespace {

enum class Layout { kToday, kOptions, kPairs };

struct Synthesis {
    SyntheticHost::Options host;
    std::string path = "-";
    Layout layout = Layout::kToday;
};

int fault(const Error& error) {
    std::fprintf(stderr, "sequitur-synthesize: %s\n", error.message.c_str());
    return 1;
}

int write_lines(SyntheticHost& host) {
    std::string lines;
    while (host.append_lines(lines, std::size_t{1} << 20)) {
        if (std::fwrite(lines.data(), 1, lines.size(), stdout) != lines.size()) return 1;
        lines.clear();
    }
    return 0;
}

// Falco's tools write nothing behind an event.
std::vector<RecordView> without_options(std::span<const RecordView> records) {
    std::vector<RecordView> bare;
    for (const RecordView& record : records) {
        bare.emplace_back(record.event_bytes(), std::span<const std::byte>(), record.cpu(),
                          record.has_wide_lengths());
    }
    return bare;
}

Result<void> write_records(EventSource& source, Layout layout, CaptureWriter& writer) {
    OldLayout old;
    std::vector<RecordView> records;
    for (;;) {
        auto read = source.next_batch(4096, {}, records);
        std::vector<RecordView> bare;
        if (layout != Layout::kOptions) bare = without_options(records);
        auto written = layout == Layout::kOptions ? writer.write(records)
                       : layout == Layout::kPairs ? writer.write(old.convert(bare))
                                                  : writer.write(bare);
        if (!written) return written;
        if (read) continue;
        return read.error().code == Error::Code::kEndOfInput ? Result<void>() : read;
    }
}

int write_capture(SyntheticHost& host, const Synthesis& synthesis) {
    CaptureWriterOptions options;
    options.is_of_this_host = false;
    auto writer = CaptureWriter::create(synthesis.path, options);
    if (!writer) return fault(writer.error());
    std::string lines;
    bool is_first = true;
    while (host.append_lines(lines, std::size_t{1} << 24)) {
        auto source = open_event_lines(std::exchange(lines, {}), "made-up host");
        auto written = write_records(*source, synthesis.layout, *writer);
        if (!written) return fault(written.error());
        if (std::exchange(is_first, false)) writer->finish_snapshot();
    }
    auto closed = writer->close();
    return closed ? 0 : fault(closed.error());
}

}  // namespace
}  // namespace sequitur

int main(int argc, char** argv) {
    using sequitur::Layout;
    CLI::App app(
        "What a made-up host does: shells, compilers, a package manager, servers, and "
        "now and then a dropper.");
    sequitur::Synthesis synthesis;
    app.add_option("EVENTS", synthesis.host.events, "how many events")->capture_default_str();
    app.add_option("SEED", synthesis.host.seed, "the same seed, the same bytes")
        ->capture_default_str();
    app.add_option("DROPPER_EVERY", synthesis.host.events_per_dropper, "events; 0: no dropper")
        ->capture_default_str();
    app.add_option("-w", synthesis.path, "a .jsonl, .scap or .scap.gz file; -: lines to stdout")
        ->capture_default_str();
    app.add_option("--layout", synthesis.layout,
                   "of a capture: today's records, those with Sequitur's options behind them, or "
                   "the start and end of each call, as until 2022")
        ->transform(CLI::CheckedTransformer(std::map<std::string, Layout>{
            {"today", Layout::kToday}, {"options", Layout::kOptions}, {"pairs", Layout::kPairs}}));
    CLI11_PARSE(app, argc, argv);

    sequitur::SyntheticHost host(synthesis.host);
    const int status = synthesis.path == "-" ? sequitur::write_lines(host)
                                             : sequitur::write_capture(host, synthesis);
    std::fprintf(stderr, "%llu droppers\n", static_cast<unsigned long long>(host.droppers()));
    return status;
}

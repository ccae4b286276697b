// What the state stage makes of a capture, as JSON on stdout: how many events of each type, and
// every process that is left at the end, with its descriptors. For comparisons with other readers.
#include "core/event_type.h"
#include "core/host_state.h"
#include "core/json_text.h"
#include "core/record_builder.h"
#include "probe/capture.h"

#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sequitur {
namespace {

constexpr std::int64_t kDescriptorsMax = 1024;

// Looks into the state by events that change nothing.
class Viewer {
public:
    explicit Viewer(HostState& state, std::uint64_t batch) : state_(state), batch_(batch) {}

    const Event& process(std::int64_t tid) { return ask(tid, EventType::kGeneric, 0); }
    const Event& descriptor(std::int64_t tid, std::int64_t fd) {
        return ask(tid, EventType::kFchdir, fd);
    }

private:
    const Event& ask(std::int64_t tid, EventType type, std::int64_t fd) {
        state_.release_through(batch_);
        arena_.reset();
        events_.clear();
        RecordBuilder builder(arena_);
        builder.begin(~std::uint64_t{0} >> 2, static_cast<std::uint64_t>(tid), type);
        if (type == EventType::kFchdir) {
            builder.add_int(-1);  // it failed: nobody moves
            builder.add_int(fd);
        }
        const RecordView record = builder.finish();
        state_.apply({&record, 1}, ++batch_, events_);
        return events_.back();
    }

    HostState& state_;
    std::uint64_t batch_;
    Arena arena_;
    std::vector<Event> events_;
};

void add(const char* key, std::string_view text, std::string& out) {
    out += ",\"";
    out += key;
    out += "\":";
    append_json_text_or_bytes(text, out);
}

std::string view(const SymbolRef& symbol) { return std::string(symbol ? symbol.view() : ""); }

std::string describe(Viewer& viewer, std::int64_t tid) {
    const ProcessImage& image = *viewer.process(tid).process;
    if (image.is_placeholder || image.pid != tid) return {};
    std::string out = "{\"pid\":" + std::to_string(tid) + ",\"ppid\":" + std::to_string(image.ppid);
    out += ",\"uid\":" + std::to_string(image.uid);
    add("name", view(image.name), out);
    add("exe", view(image.exe), out);
    add("exepath", view(image.exepath), out);
    add("args", view(image.args), out);
    add("cwd", view(image.cwd), out);
    out += ",\"fds\":{";
    bool is_first = true;
    for (std::int64_t fd = 0; fd < kDescriptorsMax; ++fd) {
        const Descriptor* descriptor = viewer.descriptor(tid, fd).fd;
        if (descriptor == nullptr) continue;
        if (!is_first) out += ',';
        is_first = false;
        out += '"' + std::to_string(fd) +
               "\":" + std::to_string(static_cast<unsigned>(descriptor->type));
        out.insert(out.rfind(':') + 1, "[");
        out += ',';
        append_json_text_or_bytes(view(descriptor->name), out);
        out += ']';
    }
    return out + "}}";
}

int dump(const char* capture) {
    auto source = open_capture(capture, {});
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        return 1;
    }
    HostState state({}, nullptr);
    std::vector<RecordView> records;
    std::vector<Event> events;
    std::map<unsigned, std::uint64_t> types;
    std::set<std::int64_t> tids;
    std::uint64_t batch = 0;
    Result<void> read;
    while ((read = (*source)->next_batch(512, {}, records))) {
        if (batch > 0) state.release_through(batch - 1);
        events.clear();
        state.apply(records, ++batch, events);
        for (const RecordView& record : records) {
            tids.insert(static_cast<std::int64_t>(record.tid() & 0xffffffff));
        }
        for (const Event& event : events) {
            ++types[static_cast<unsigned>(event.type)];
            if (event.result > 0) tids.insert(event.result);  // a child, perhaps
        }
    }
    state.release_through(batch);
    Viewer viewer(state, batch);
    std::string out = "{\"types\":{";
    for (const auto& [type, count] : types) {
        out += '"' + std::to_string(type) + "\":" + std::to_string(count) + ',';
    }
    if (out.back() == ',') out.pop_back();
    out += "},\"processes\":[";
    for (const std::int64_t tid : tids) {
        const std::string one = describe(viewer, tid);
        if (!one.empty()) out += one + ",\n";
    }
    if (out.ends_with(",\n")) out.resize(out.size() - 2);
    std::printf("%s]}\n", out.c_str());
    if (read.error().code == Error::Code::kEndOfInput) return 0;
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    return 1;
}

}  // namespace
}  // namespace sequitur

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CAPTURE\n", argv[0]);
        return 2;
    }
    return sequitur::dump(argv[1]);
}

// trace: live events, a readable line each.

#include "core/field.h"
#include "core/host_state.h"
#include "daemon/exit_status.h"
#include "daemon/live_session.h"
#include "daemon/report.h"
#include "daemon/verbs.h"
#include "probe/proc_lookup.h"

#include <cstdio>
#include <string>
#include <vector>

namespace sequitur {
namespace {

// The fields of a line, resolved once.
class EventLine {
public:
    EventLine()
        : time_(*resolve_field("evt.time")),
          type_(*resolve_field("evt.type")),
          args_(*resolve_field("evt.args")) {}

    // "12:00:00.000000000 sh[10] openat fd=3(<f>/etc/hosts) name=/etc/hosts ..."
    void append(const Event& event, std::string& out) {
        scratch_.reset();
        append_text(extract(time_, event, scratch_), out);
        out += ' ';
        out += event.process->name ? event.process->name.view() : "?";
        out += '[' + std::to_string(event.tid) + "] ";
        append_text(extract(type_, event, scratch_), out);
        out += ' ';
        append_printable(extract(args_, event, scratch_), out);
        out += '\n';
    }

private:
    // Paths and data may hold any byte; a line may not.
    static void append_printable(const Value& value, std::string& out) {
        std::string text;
        append_text(value, text);
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 0x20 && byte != 0x7f) {
                out += c;
            } else {
                constexpr char kHex[] = "0123456789abcdef";
                out += "\\x";
                out += kHex[byte >> 4];
                out += kHex[byte & 15];
            }
        }
    }

    FieldRef time_, type_, args_;
    ValueScratch scratch_;
};

// The types asked for; all when none was. kBadInput names the one that is not there.
Result<EventTypeSet> chosen_types(const std::vector<std::string>& names) {
    EventTypeSet types;
    if (names.empty()) types.set();
    for (const std::string& name : names) {
        const auto found = event_types_named(name);
        if (found.empty()) {
            return fail(Error::Code::kBadInput, "there is no event type '" + name + "'");
        }
        for (const EventType type : found) types.set(static_cast<std::size_t>(type));
    }
    return types;
}

}  // namespace

int trace(const TraceOptions& options) {
    auto shown = chosen_types(options.types);
    if (!shown) {
        report(shown.error());
        return kExitBadCommandLine;
    }
    Interest interest = Interest::everything();
    interest.events &= state_event_types() | *shown;
    auto session = LiveSession::open(interest, options.command);
    if (!session) return report(session.error());

    ProcLookup lookup;
    HostState state({}, &lookup);
    EventLine line;
    std::vector<Event> events;
    std::string out;
    std::uint64_t batch = 0;
    auto end = session->each_batch({}, [&](const std::vector<RecordView>& records) -> Result<void> {
        events.clear();
        out.clear();
        state.apply(records, ++batch, events);
        for (const Event& event : events) {
            if (shown->test(static_cast<std::size_t>(event.type))) line.append(event, out);
        }
        state.release_through(batch);
        if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) {
            return fail(Error::Code::kIo, "stdout can't be written");
        }
        std::fflush(stdout);
        return {};
    });
    if (!end) return report(end.error());
    return session->exit_status();
}

}  // namespace sequitur

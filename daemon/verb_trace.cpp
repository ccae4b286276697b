// trace: live events, a readable line each.

#include "core/field.h"
#include "core/host_state.h"
#include "daemon/exit_status.h"
#include "daemon/live_session.h"
#include "daemon/report.h"
#include "daemon/verbs.h"
#include "probe/proc_lookup.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {
namespace {

// The fields of a line, resolved once.
class EventLine {
public:
    EventLine() : time_(*resolve_field("evt.time")), type_(*resolve_field("evt.type")) {}

    // "12:00:00.000000000 sh[10] openat fd=<f>/etc/hosts name=/etc/hosts flags=O_RDONLY"
    void append(const Event& event, std::string& out) {
        scratch_.reset();
        append_text(extract(time_, event, scratch_), out);
        out += ' ';
        out += event.process->name ? event.process->name.view() : "?";
        out += '[' + std::to_string(event.tid) + "] ";
        append_text(extract(type_, event, scratch_), out);
        append_arguments(event, out);
        out += '\n';
    }

private:
    // The arguments as evt.arg.* has them, without those that describe the caller at length.
    void append_arguments(const Event& event, std::string& out) {
        if (event.info->params.empty() || event.type == EventType::kGeneric) return;
        for (const FieldRef& argument : arguments_of(event.type)) {
            const Value value = extract(argument, event, scratch_);
            if (!value) continue;
            out += ' ' + argument.arg + '=';
            append_printable(value, out);
        }
    }

    const std::vector<FieldRef>& arguments_of(EventType type) {
        auto [found, is_new] = arguments_.try_emplace(type);
        if (!is_new) return found->second;
        for (const ParamInfo& param : event_type_info(type)->params) {
            if (std::ranges::find(kHidden, param.name) != std::end(kHidden)) continue;
            auto field = resolve_field("evt.arg." + std::string(param.name));
            if (field) found->second.push_back(*field);
        }
        return found->second;
    }

    static constexpr std::string_view kHidden[] = {"env",
                                                   "cgroups",
                                                   "tid",
                                                   "pid",
                                                   "ptid",
                                                   "cwd",
                                                   "fdlimit",
                                                   "pgft_maj",
                                                   "pgft_min",
                                                   "vm_size",
                                                   "vm_rss",
                                                   "vm_swap",
                                                   "comm",
                                                   "tty",
                                                   "vpgid",
                                                   "pgid",
                                                   "loginuid",
                                                   "vtid",
                                                   "vpid",
                                                   "cap_inheritable",
                                                   "cap_permitted",
                                                   "cap_effective",
                                                   "exe_ino",
                                                   "exe_ino_ctime",
                                                   "exe_ino_mtime",
                                                   "trusted_exepath",
                                                   "pidns_init_start_ts",
                                                   "uid",
                                                   "gid",
                                                   "dev",
                                                   "ino"};

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

    FieldRef time_, type_;
    std::map<EventType, std::vector<FieldRef>> arguments_;  // by type, made when first seen
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

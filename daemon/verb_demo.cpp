// demo: runs a harmless dropper under observation and shows the alert.
//
// Where the kernel can't be traced it says why and replays the bundled capture instead.

#include "core/sink.h"
#include "daemon/exit_status.h"
#include "daemon/held_command.h"
#include "daemon/live.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/shipped_files.h"
#include "daemon/street.h"
#include "daemon/verbs.h"
#include "probe/capture.h"
#include "probe/live_source.h"
#include "probe/proc_lookup.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sequitur {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

// Keeps the first alert that names `needle`; other droppers of this host are not ours to show.
class AlertCatcher : public AlertSink {
public:
    explicit AlertCatcher(std::string needle) : needle_(std::move(needle)) {}

    void write(const Alert& alert) override {
        if (caught_ || alert.output.find(needle_) == std::string::npos) return;
        alert_ = alert;
        caught_ = true;
    }
    void flush() override {}

    bool has_caught() const { return caught_; }
    // Only once the street has ended.
    const std::optional<Alert>& alert() const { return alert_; }

private:
    std::string needle_;
    std::optional<Alert> alert_;
    std::atomic<bool> caught_{false};
};

// A folder of our own under /tmp, removed at the end.
class ScratchFolder {
public:
    ScratchFolder() : path_("/tmp/sequitur-demo.XXXXXX") {
        if (!::mkdtemp(path_.data())) path_.clear();
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

void print_step(const AlertStep& step) {
    std::printf("  %-5s %s  %-9s %s[%lld]  %s\n", step.id.c_str(), to_rfc3339(step.time).c_str(),
                step.event_type.c_str(), step.process.name.c_str(),
                static_cast<long long>(step.process.pid), step.process.cmdline.c_str());
}

void print_alert(const Alert& alert, bool as_json) {
    if (as_json) {
        std::printf("%s\n", to_json(alert).c_str());
        return;
    }
    std::printf("%s\n", to_text(alert).c_str());
    if (!alert.sequence) return;
    for (const OutputField& key : alert.sequence->key) {
        std::printf("  %s = %s\n", key.name.c_str(), key.text.c_str());
    }
    for (const AlertStep& step : alert.sequence->steps) print_step(step);
}

StreetOptions street_options() {
    StreetOptions options;
    options.hostname = host_name();
    return options;
}

int show_capture(const std::shared_ptr<const RuleSet>& rules, bool as_json) {
    const auto path = find_shipped("examples/dropper/dropper.jsonl");
    if (!path) return report({Error::Code::kIo, "the bundled capture is not installed", 0});
    std::fprintf(stderr, "Replaying the bundled capture %s instead.\n", path->c_str());
    auto source = open_capture(*path, {});
    if (!source) return report(source.error());

    AlertCatcher catcher("/tmp/");
    Street street(rules, street_options(), nullptr, catcher);
    const std::atomic<bool> never_stop{false};
    street.run(**source, never_stop);
    if (!catcher.alert()) return report({Error::Code::kBadInput, "the capture gave no alert", 0});
    print_alert(*catcher.alert(), as_json);
    return kExitDone;
}

// Runs the dropper, waits for the alert, then lets the street end.
void drop_and_wait(HeldCommand& dropper, const AlertCatcher& catcher, std::atomic<bool>& stop) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    dropper.release();
    while (!(catcher.has_caught() && dropper.has_ended()) &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stop = true;
}

int show_live(const std::shared_ptr<const RuleSet>& rules, LiveSource& source, bool as_json) {
    const ScratchFolder folder;
    if (folder.path().empty())
        return report({Error::Code::kIo, "no folder can be made in /tmp", 0});
    const std::string payload = folder.path() + "/payload", renamed = folder.path() + "/updater";
    const std::string script = "cp /bin/true " + payload + " && mv " + payload + ' ' + renamed +
                               " && chmod +x " + renamed + " && " + renamed;
    auto dropper = HeldCommand::start({"/bin/sh", "-c", script});
    if (!dropper) return report(dropper.error());
    std::fprintf(stderr, "Watching this host. Running a harmless dropper:\n  $ %s\n\n",
                 script.c_str());

    AlertCatcher catcher(folder.path());
    ProcLookup lookup;
    Street street(rules, street_options(), &lookup, catcher);
    std::atomic<bool> stop{false};
    std::thread attack([&] { drop_and_wait(*dropper, catcher, stop); });
    auto end = street.run(source, stop);
    stop = true;
    attack.join();
    if (!end) return report(end.error());
    if (!catcher.alert()) {
        return report({Error::Code::kBadInput, "the dropper ran and no alert came", 0});
    }
    print_alert(*catcher.alert(), as_json);
    return kExitDone;
}

}  // namespace

int demo(const DemoOptions& options) {
    const auto rule_file = find_shipped("rules/dropper.yaml");
    if (!rule_file) return report({Error::Code::kIo, "the shipped rules are not installed", 0});
    auto rules = load_rules({*rule_file});
    if (!rules) return report(rules.error());

    LiveOptions live;
    live.interest = interest_of(**rules);
    auto source = LiveSource::open(live);
    if (!source) {
        std::fprintf(stderr, "This kernel can't be traced: %s\n", source.error().message.c_str());
        return show_capture(*rules, options.json);
    }
    return show_live(*rules, **source, options.json);
}

}  // namespace sequitur

// `sequitur run`: source, street, outputs, and what happens between batches: reload, saving, signs
// of life.
//
// open() does what needs privileges and reports what is wrong; run() gives them up, starts the
// threads and follows the events until the end.
//
// Threads: the street's (the caller's, and oneTBB's), one for each output, one that compiles new
// rules, one that writes the state, and the health server's two.
#pragma once

#include "core/result.h"
#include "daemon/config/reader.h"
#include "daemon/outputs/output_set.h"
#include "daemon/rule_loader.h"
#include "daemon/service/local_http.h"
#include "daemon/service/reloader.h"
#include "daemon/service/vitals.h"
#include "daemon/state/state_keeper.h"
#include "daemon/street.h"
#include "probe/live_source.h"
#include "probe/proc_lookup.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace sequitur {

// What the service is made from; asked again at each reload.
struct ServicePlan {
    ConfigurationSource source;
    std::vector<std::string> rules;  // of the command line; they replace those of the files
    bool json = false;
    std::optional<std::size_t> shards;
    bool no_push_down = false;  // the kernel sends every call of the types that rules need
};

class Service : Intermission {
public:
    static Result<std::unique_ptr<Service>> open(ServicePlan plan);
    ~Service() override;

    // Until `stop`, or the source fails.
    Result<void> run(const std::atomic<bool>& stop);

    const Street& street() const { return *street_; }
    SourceLosses losses() const { return source_->losses(); }

private:
    using Clock = std::chrono::steady_clock;

    Service(ServicePlan plan, Configuration configuration);
    Result<Configuration> read() const;
    RuleSources rule_sources(const Configuration& configuration) const;
    std::vector<std::string> watched_paths() const;
    std::vector<std::string> own_folders() const;
    Result<std::unique_ptr<Judges>> make_judges();
    Interest interest_in(const RuleSet& rules) const;
    Result<void> open_source(const RuleSet& rules);
    Result<void> give_up_privileges();
    Result<void> open_health();
    LocalAnswer health() const;

    bool is_due() override;
    void between(Street& street) override;
    void exchange(Street& street);
    void publish(Street& street);

    const ServicePlan plan_;
    const Configuration configuration_;
    StateKeeper keeper_;
    std::unique_ptr<OutputSet> outputs_;
    std::unique_ptr<LiveSource> source_;
    ProcLookup lookup_;
    std::unique_ptr<Street> street_;
    std::unique_ptr<LocalServer> server_;
    std::unique_ptr<Reloader> reloader_;
    std::uint32_t generation_ = 1;  // the reloader's thread, once it runs

    Clock::time_point started_, published_;
    std::atomic<std::int64_t> beat_ns_{0};  // when between() last ran
    std::atomic<std::int64_t> next_ns_{0};  // when it has to again
    Duration beat_interval_{std::chrono::seconds(1)};
    std::uint64_t reloads_ = 0, reload_dropped_ = 0;
    mutable std::mutex mutex_;
    Vitals vitals_;
};

// SIGHUP: rules are compiled anew and files reopened. The first call installs the handler.
std::atomic<bool>& reload_requested();

}  // namespace sequitur

#include "daemon/service/service.h"

#include "core/log.h"
#include "daemon/live.h"
#include "daemon/service/heap.h"
#include "daemon/service/notify.h"
#include "daemon/service/privilege.h"
#include "daemon/service/self_rules.h"
#include "daemon/service/trusted_file.h"
#include "daemon/shipped_files.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace sequitur {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBusiest = 20;
// Without a sign of life for so long, the daemon is not well.
constexpr auto kSickAfter = std::chrono::seconds(10);

LogLevel level_named(std::string_view name) {
    if (name == "debug") return LogLevel::kDebug;
    if (name == "warning") return LogLevel::kWarning;
    return name == "error" ? LogLevel::kError : LogLevel::kInfo;
}

std::string state_folder(const Configuration& configuration) {
    if (!configuration.state_folder.empty()) return configuration.state_folder;
    const char* given = std::getenv("STATE_DIRECTORY");
    return given != nullptr ? given : "";
}

std::int64_t steady_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

// Some hosts let no program hook kernel functions; an operator should know what that costs.
void report_missing_hooks(const LiveSource& source) {
    std::string names;
    for (const std::string& hook : source.missing_hooks()) {
        names += names.empty() ? hook : ", " + hook;
    }
    if (names.empty()) return;
    log_warning("this kernel lets no program hook " + names +
                "; the files that such calls name are resolved by their paths");
}

Interest both(Interest a, const Interest& b) {
    a.events |= b.events;
    a.generic |= b.generic;
    a.push_down = {};  // what one has no use for the other may need
    return a;
}

}  // namespace

std::atomic<bool>& reload_requested() {
    static std::atomic<bool> requested{false};
    static const bool is_installed = [] {
        struct sigaction action {};
        action.sa_handler = [](int) { requested.store(true); };
        action.sa_flags = SA_RESTART;
        return ::sigaction(SIGHUP, &action, nullptr) == 0;
    }();
    (void)is_installed;
    return requested;
}

Service::Service(ServicePlan plan, Configuration configuration)
    : plan_(std::move(plan)),
      configuration_(std::move(configuration)),
      keeper_(state_folder(configuration_), configuration_) {}

Service::~Service() = default;

Result<Configuration> read_service_configuration(const ServicePlan& plan) {
    auto configuration = read_configuration(plan.source);
    if (!configuration) return configuration;
    // What the command line says goes before what the file says.
    if (!plan.rules.empty()) configuration->rules_files = plan.rules;
    if (plan.json) configuration->json_output = true;
    if (plan.shards) configuration->shards = *plan.shards;
    if (plan.source.file.empty()) {
        // Without a file nobody has asked for it, and a stop by signal would alert.
        const bool is_given =
            std::any_of(configuration->places.begin(), configuration->places.end(),
                        [](const auto& place) { return place.first == "self_protection"; });
        if (!is_given) configuration->is_self_protected = false;
    }
    return configuration;
}

Result<Configuration> Service::read() const { return read_service_configuration(plan_); }

RuleSources Service::rule_sources(const Configuration& configuration) const {
    RuleSources sources;
    sources.paths = configuration.rules_files;
    if (sources.paths.empty()) {
        if (const auto shipped = find_shipped("rules")) sources.paths.push_back(*shipped);
        if (!plan_.source.file.empty()) {
            const fs::path own = fs::absolute(plan_.source.file).parent_path() / "rules.d";
            std::error_code error;
            if (fs::exists(own, error)) sources.paths.push_back(own.string());
        }
    }
    sources.selections = configuration.rules;
    sources.additions = configuration.append_output;
    if (configuration.is_self_protected) sources.builtin = self_rules(::getpid(), own_folders());
    return sources;
}

std::vector<std::string> Service::own_folders() const {
    std::vector<std::string> folders;
    if (!plan_.source.file.empty()) {
        folders.push_back(fs::absolute(plan_.source.file).parent_path().string());
    }
    const std::string state = state_folder(configuration_);
    if (!state.empty()) folders.push_back(state);
    return folders;
}

std::vector<std::string> Service::watched_paths() const {
    std::vector<std::string> paths = rule_sources(configuration_).paths;
    if (!plan_.source.file.empty()) {
        paths.push_back(plan_.source.file);
        paths.push_back((fs::absolute(plan_.source.file).parent_path() / "rules.d").string());
    }
    if (!plan_.source.falco_file.empty()) paths.push_back(plan_.source.falco_file);
    paths.insert(paths.end(), configuration_.config_files.begin(),
                 configuration_.config_files.end());
    return paths;
}

// Called at the start, then on the reloader's thread.
Result<std::unique_ptr<Judges>> Service::make_judges() {
    const auto configuration = read();
    if (!configuration) return tl::unexpected<Error>(configuration.error());
    const RuleSources sources = rule_sources(*configuration);
    if (sources.paths.empty()) {
        return fail(Error::Code::kIo, "no rules: none given, and none installed");
    }
    if (auto trusted = check_trust(sources.paths, plan_.rules.empty()); !trusted) {
        return tl::unexpected<Error>(trusted.error());
    }
    if (auto trusted = check_trust(configuration->files, true); !trusted) {
        return tl::unexpected<Error>(trusted.error());
    }
    std::string said;
    auto rules = compile_rules(sources, generation_, said);
    std::fputs(said.c_str(), stderr);
    if (!rules) return tl::unexpected<Error>(rules.error());
    ++generation_;
    return std::make_unique<Judges>(*rules, configuration_.limits, configuration_.shards);
}

Interest Service::interest_in(const RuleSet& rules) const {
    Interest interest = interest_of(rules);
    if (plan_.no_push_down) interest.push_down = {};
    return interest;
}

Result<void> Service::open_source(const RuleSet& rules) {
    LiveOptions options;
    options.interest = interest_in(rules);
    options.ring_bytes = configuration_.ring_bytes;
    options.hold_back = configuration_.hold_back;
    options.boot_to_epoch_ns = keeper_.boot_to_epoch_ns();
    auto source = LiveSource::open(options);
    if (!source) return tl::unexpected<Error>(source.error());
    source_ = std::move(*source);
    report_missing_hooks(*source_);
    return {};
}

Result<std::unique_ptr<Service>> Service::open(ServicePlan plan) {
    keep_large_buffers_apart();
    auto configuration = read_service_configuration(plan);
    if (!configuration) return tl::unexpected<Error>(configuration.error());
    set_log_level(level_named(configuration->log_level));
    std::unique_ptr<Service> service(new Service(std::move(plan), std::move(*configuration)));
    auto judges = service->make_judges();
    if (!judges) return tl::unexpected<Error>(judges.error());
    if (auto loaded = service->keeper_.load(); !loaded) {
        return tl::unexpected<Error>(loaded.error());
    }
    auto outputs = OutputSet::open(service->configuration_, state_folder(service->configuration_));
    if (!outputs) return tl::unexpected<Error>(outputs.error());
    service->outputs_ = std::move(*outputs);
    if (auto opened = service->open_health(); !opened) {
        return tl::unexpected<Error>(opened.error());
    }
    if (auto opened = service->open_source(*(*judges)->rules); !opened) {
        return tl::unexpected<Error>(opened.error());
    }
    StreetOptions options;
    options.limits = service->configuration_.limits;
    options.shards = service->configuration_.shards;
    options.threads = options.shards;
    options.hostname = host_name();
    options.count_processes = service->server_ != nullptr;
    service->street_ = std::make_unique<Street>(std::move(*judges), options, &service->lookup_,
                                                *service->outputs_);
    return service;
}

Result<void> Service::open_health() {
    if (configuration_.listen.empty()) return {};
    auto server = LocalServer::bind(configuration_.listen);
    if (!server) return tl::unexpected<Error>(server.error());
    server_ = std::move(*server);
    const auto vitals = [this] {
        Vitals copy;
        {
            const std::lock_guard lock(mutex_);
            copy = vitals_;
        }
        copy.outputs = outputs_->counters();
        copy.saved = keeper_.counters();
        copy.reload_failures = reloader_->failures();
        return copy;
    };
    server_->handle("/healthz", [this] { return health(); });
    server_->handle("/metrics", [vitals] {
        return LocalAnswer{200, "text/plain; version=0.0.4", to_metrics(vitals())};
    });
    server_->handle("/status", [vitals] {
        return LocalAnswer{200, "application/json", to_status(vitals())};
    });
    return {};
}

LocalAnswer Service::health() const {
    const Duration age(steady_ns() - beat_ns_.load());
    if (age < kSickAfter) return {200, "text/plain", "ok\n"};
    return {503, "text/plain",
            "no batch for " +
                std::to_string(std::chrono::duration_cast<std::chrono::seconds>(age).count()) +
                " s\n"};
}

Result<void> Service::give_up_privileges() {
    if (!configuration_.is_sandboxed) return {};
    if (auto dropped = drop_capabilities(); !dropped) return dropped;
    const bool runs_programs =
        std::any_of(configuration_.outputs.begin(), configuration_.outputs.end(),
                    [](const OutputSettings& output) { return output.type == "program"; });
    return filter_system_calls(runs_programs);
}

Result<void> Service::run(const std::atomic<bool>& stop) {
    reload_requested();
    reloader_ = std::make_unique<Reloader>(
        configuration_.is_watching_files ? watched_paths() : std::vector<std::string>(),
        [this] { return make_judges(); });
    if (auto given_up = give_up_privileges(); !given_up) return given_up;
    outputs_->start();
    reloader_->start();
    keeper_.start();
    started_ = published_ = Clock::now();
    keeper_.restore(*street_, timestamp_from_ns(source_->snapshot_end_ns()));
    if (const auto interval = watchdog_interval()) {
        beat_interval_ = std::min(beat_interval_, *interval);
    }
    if (configuration_.snapshot_interval.count() > 0) {
        beat_interval_ = std::min(beat_interval_, configuration_.snapshot_interval);
    }
    publish(*street_);
    if (server_) {
        server_->start();
        if (server_->port() > 0) {
            log_info("health at 127.0.0.1:" + std::to_string(server_->port()));
        }
    }
    give_back_free_memory();
    std::fprintf(stderr, "ready\n");
    notify_manager("READY=1\nSTATUS=watching");

    auto end = street_->run(*source_, stop, this);

    notify_manager("STOPPING=1");
    keeper_.save(*street_, source_->boot_to_epoch_ns(), source_->watermark());
    keeper_.finish();
    outputs_->stop(configuration_.stop_timeout);
    return end;
}

bool Service::is_due() {
    return steady_ns() >= next_ns_.load(std::memory_order_relaxed) || reloader_->is_ready() ||
           reload_requested().load(std::memory_order_relaxed);
}

void Service::between(Street& street) {
    if (reload_requested().exchange(false)) {
        notify_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(steady_ns() / 1000));
        outputs_->reopen();
        reloader_->request();
    }
    if (reloader_->is_ready()) exchange(street);
    if (keeper_.is_due()) {
        keeper_.save(street, source_->boot_to_epoch_ns(), source_->watermark());
    }
    publish(street);
    notify_manager("WATCHDOG=1");
}

void Service::exchange(Street& street) {
    auto judges = reloader_->take();
    if (!judges) return;
    const Interest fresh = interest_in(*judges->rules);
    // Both until the exchange is done: nothing that either needs is missed.
    if (auto set = source_->set_interest(both(interest_in(street.rules()), fresh)); !set) {
        log_error("reload: " + set.error().message + "; the old rules go on");
        return;
    }
    const std::size_t rules = judges->rules->rules.size();
    const std::size_t sequences = judges->rules->sequences.size();
    const RestoreCounts counts = street.exchange(std::move(judges), keeper_.host());
    if (auto set = source_->set_interest(fresh); !set) log_error(set.error().message);
    ++reloads_;
    reload_dropped_ += counts.dropped;
    log_info("reloaded: " + std::to_string(rules) + " rules, " + std::to_string(sequences) +
             " sequences; " + std::to_string(counts.restored) + " partial matches go on, " +
             std::to_string(counts.dropped) + " dropped");
    notify_manager("READY=1");
}

void Service::publish(Street& street) {
    const auto now = Clock::now();
    beat_ns_ = now.time_since_epoch().count();
    next_ns_ = beat_ns_ + beat_interval_.count();
    if (!server_) return;
    Vitals vitals;
    vitals.uptime_seconds = std::chrono::duration<double>(now - started_).count();
    vitals.rules = street.rules().rules.size();
    vitals.sequences = street.rules().sequences.size();
    vitals.street = street.counters();
    vitals.state = street.state_counters();
    vitals.engine = street.engine_counters();
    vitals.engine_memory = street.engine().memory();
    vitals.live = street.engine().live_by_sequence();
    vitals.evicted = street.evictions();
    vitals.alerts = street.alerts_by_rule();
    vitals.losses = source_->losses();
    vitals.busiest = street.busiest().take(kBusiest);
    vitals.busiest_seconds = std::chrono::duration<double>(now - published_).count();
    vitals.reloads = reloads_;
    vitals.reload_dropped = reload_dropped_;
    published_ = now;
    const std::lock_guard lock(mutex_);
    vitals_ = std::move(vitals);
}

}  // namespace sequitur

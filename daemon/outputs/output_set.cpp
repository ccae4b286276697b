#include "daemon/outputs/output_set.h"

#include "daemon/config/structured.h"
#include "daemon/outputs/http_receiver.h"
#include "daemon/outputs/program_receiver.h"
#include "daemon/outputs/socket_receivers.h"
#include "daemon/outputs/spooling_receiver.h"
#include "daemon/outputs/stream_receivers.h"

namespace sequitur {
namespace {

using Made = Result<std::unique_ptr<Receiver>>;

Made make_http(const OutputSettings& settings, const std::string& state_folder) {
    auto receiver = make_http_receiver(settings);
    if (!receiver || settings.spool_bytes == 0 || state_folder.empty()) return receiver;
    auto spool = Spool::open(state_folder + "/spool/" + settings.name, settings.spool_bytes);
    if (!spool) return tl::unexpected<Error>(spool.error());
    return Made(
        std::make_unique<SpoolingReceiver>(settings, std::move(*spool), std::move(*receiver)));
}

Made make_receiver(const OutputSettings& settings, const std::string& state_folder) {
    if (settings.type == "file") return FileReceiver::open(settings);
    if (settings.type == "syslog") return Made(std::make_unique<SyslogReceiver>(settings));
    if (settings.type == "journald") return Made(std::make_unique<JournalReceiver>(settings));
    if (settings.type == "unix") return Made(std::make_unique<UnixStreamReceiver>(settings));
    if (settings.type == "program") return Made(std::make_unique<ProgramReceiver>(settings));
    if (settings.type == "http") return make_http(settings, state_folder);
    return Made(std::make_unique<StdoutReceiver>());
}

}  // namespace

Result<std::unique_ptr<OutputSet>> OutputSet::open(const Configuration& configuration,
                                                   const std::string& state_folder) {
    std::vector<OutputSettings> wanted = configuration.outputs;
    if (wanted.empty()) {
        wanted.push_back(default_output("stdout"));
        wanted.back().type = "stdout";
    }
    auto set = std::make_unique<OutputSet>();
    for (const OutputSettings& settings : wanted) {
        auto receiver = make_receiver(settings, state_folder);
        if (!receiver) return tl::unexpected<Error>(receiver.error());
        set->outputs_.push_back(std::make_unique<Output>(
            settings, configuration.priority, configuration.json_output, std::move(*receiver)));
    }
    return set;
}

OutputSet::~OutputSet() { stop(Duration(0)); }

void OutputSet::start() {
    for (auto& output : outputs_) output->start();
}

void OutputSet::write(const Alert& alert) {
    std::shared_ptr<const Alert> shared;
    std::size_t bytes = 0;
    for (auto& output : outputs_) {
        if (!output->wants(alert)) continue;
        if (!shared) {
            shared = std::make_shared<const Alert>(alert);
            bytes = bytes_of(alert);
        }
        output->offer(shared, bytes);
    }
}

void OutputSet::reopen() {
    for (auto& output : outputs_) output->reopen();
}

void OutputSet::stop(Duration patience) {
    const auto end = Patience::Clock::now() + patience;
    for (auto& output : outputs_) output->begin_stop(end);
    for (auto& output : outputs_) output->stop(end);
}

std::vector<OutputCounters> OutputSet::counters() const {
    std::vector<OutputCounters> all;
    for (const auto& output : outputs_) all.push_back(output->counters());
    return all;
}

}  // namespace sequitur

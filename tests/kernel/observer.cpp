#include "tests/kernel/observer.h"

#include "core/record_options.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sequitur {
namespace {

std::string& refusal() {
    static std::string text;
    return text;
}

}  // namespace

std::int64_t Observed::number(std::uint32_t param) const {
    return int_param<std::int64_t>(view().param(param), INT64_MIN);
}

std::string Observed::text(std::uint32_t param) const {
    return std::string(text_param(view().param(param)));
}

std::string Observed::bytes(std::uint32_t param) const {
    const auto value = view().param(param);
    return {reinterpret_cast<const char*>(value.data()), value.size()};
}

std::string Observed::dynamic(std::uint32_t param) const {
    std::string text = bytes(param);
    for (char& c : text)
        if (c == '\0') c = ' ';
    return text;
}

sequitur_task_option Observed::task_of(std::uint16_t code) const {
    RecordOptionReader reader(options);
    for (RecordOption option; reader.next(option);)
        if (option.code == code)
            if (auto task = option_as<sequitur_task_option>(option)) return *task;
    ADD_FAILURE() << "no option " << code;
    return {};
}

std::optional<sequitur_file_option> Observed::file(std::uint16_t role) const {
    RecordOptionReader reader(options);
    for (RecordOption option; reader.next(option);)
        if (option.code == SEQUITUR_OPTION_FILE)
            if (auto file = option_as<sequitur_file_option>(option); file && file->role == role)
                return file;
    return std::nullopt;
}

std::optional<std::string> Observed::path(std::uint8_t role) const {
    RecordOptionReader reader(options);
    for (RecordOption option; reader.next(option);)
        if (option.code == SEQUITUR_OPTION_PATH)
            if (auto path = path_option(option); path && path->role == role)
                return std::string(path->path);
    return std::nullopt;
}

std::uint8_t Observed::path_flags(std::uint8_t role) const {
    RecordOptionReader reader(options);
    for (RecordOption option; reader.next(option);)
        if (option.code == SEQUITUR_OPTION_PATH)
            if (auto path = path_option(option); path && path->role == role) return path->flags;
    return 0xff;
}

bool Observed::has(std::uint16_t code) const {
    RecordOptionReader reader(options);
    for (RecordOption option; reader.next(option);)
        if (option.code == code) return true;
    return false;
}

Observer* Observer::get() {
    static std::unique_ptr<Observer> shared = [] {
        LiveOptions options;
        options.snapshot = false;
        auto source = LiveSource::open(options);
        if (!source) {
            refusal() = source.error().message;
            return std::unique_ptr<Observer>();
        }
        auto observer = std::make_unique<Observer>();
        observer->source_ = std::move(*source);
        return observer;
    }();
    return shared.get();
}

const std::string& Observer::reason() { return refusal(); }

std::vector<Observed> Observer::run(const std::function<void()>& calls) {
    HeldChild child(calls);
    child_ = child.pid();
    child.release();
    auto records = records_of(*source_, child_);
    child.wait();
    return records;
}

HeldChild::HeldChild(std::function<void()> calls) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
        char go = 0;
        if (read(ends[0], &go, 1) != 1) _exit(127);
        calls();
        _exit(0);
    }
    close(ends[0]);
    gate_ = ends[1];
}

void HeldChild::release() {
    if (write(gate_, "x", 1) != 1) ADD_FAILURE() << "the child is gone";
    close(gate_);
}

void HeldChild::wait() const {
    int status = 0;
    waitpid(pid_, &status, 0);
}

std::vector<Observed> records_of(LiveSource& source, pid_t pid) {
    std::vector<Observed> kept;
    std::set<std::uint32_t> family{static_cast<std::uint32_t>(pid)};
    std::vector<RecordView> batch;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < limit) {
        if (!source.next_batch(4096, std::chrono::milliseconds(50), batch)) break;
        for (const RecordView& record : batch) {
            Observed one;
            one.event.assign(record.event_bytes().begin(), record.event_bytes().end());
            one.options.assign(record.option_bytes().begin(), record.option_bytes().end());
            if (!one.has(SEQUITUR_OPTION_TASK)) continue;
            const sequitur_task_option task = one.task();
            if (family.count(task.tgid) == 0 && family.count(task.parent_tgid) == 0) continue;
            family.insert(task.tgid);
            kept.push_back(one);
            if (record.type() == EventType::kProcexit && record.tid() == std::uint64_t(pid))
                return kept;
        }
    }
    ADD_FAILURE() << "process " << pid << " was not seen to end";
    return kept;
}

Observed KernelTest::only(EventType type) {
    std::vector<Observed> found;
    for (const Observed& record : records_)
        if (record.type() == type) found.push_back(record);
    if (found.size() == 1) return found.front();
    std::string types;
    for (const Observed& record : records_)
        types += " " + std::to_string(static_cast<int>(record.type())) + "=" +
                 std::to_string(record.number(0));
    ADD_FAILURE() << found.size() << " records of type " << static_cast<int>(type)
                  << " among type=result:" << types;
    Observed none;
    none.event.resize(kRecordHeaderSize);
    return found.empty() ? none : found.front();
}

ScratchFolder::ScratchFolder() {
    std::string name = "/tmp/sequitur-kernel-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, const std::string& content, unsigned mode) {
    std::ofstream(path) << content;
    chmod(path.c_str(), mode);
}

}  // namespace sequitur

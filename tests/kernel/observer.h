// Makes calls in a child process and gives the records that the live source had of them.
#pragma once

#include "core/record.h"
#include "core/record_option.h"
#include "probe/live_source.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sequitur {

// A record, kept.
struct Observed {
    std::vector<std::byte> event, options;

    RecordView view() const { return RecordView(event, options, 0); }
    EventType type() const { return view().type(); }
    std::int64_t number(std::uint32_t param) const;  // signed, of whatever width
    std::string text(std::uint32_t param) const;     // without the final NUL
    std::string bytes(std::uint32_t param) const;
    std::string dynamic(std::uint32_t param) const;  // lists: NULs shown as blanks

    sequitur_task_option task() const { return task_of(SEQUITUR_OPTION_TASK); }
    sequitur_task_option task_of(std::uint16_t code) const;
    std::optional<sequitur_file_option> file(std::uint16_t role) const;
    std::optional<std::string> path(std::uint8_t role) const;
    std::uint8_t path_flags(std::uint8_t role) const;
    bool has(std::uint16_t option) const;
};

// The source that all tests of the program share: loading takes longer than all of them.
class Observer {
public:
    // Null where the host can't be traced; reason() says why.
    static Observer* get();
    static const std::string& reason();

    // Forks, runs `calls` in the child, and returns what it and its descendants did from then on,
    // in order, up to the child's end. The child ends with _exit(0), if `calls` does not before.
    std::vector<Observed> run(const std::function<void()>& calls);

    pid_t last_child() const { return child_; }
    LiveSource& source() { return *source_; }

private:
    std::unique_ptr<LiveSource> source_;
    pid_t child_ = -1;
};

// Forks and waits until told to go on: for tests that need the process id first.
class HeldChild {
public:
    explicit HeldChild(std::function<void()> calls);
    void release();
    pid_t pid() const { return pid_; }
    void wait() const;

private:
    int gate_ = -1;
    pid_t pid_ = -1;
};

// Reads `source` until the process `pid` has ended, or for ten seconds.
std::vector<Observed> records_of(LiveSource& source, pid_t pid);

class KernelTest : public testing::Test {
protected:
    void SetUp() override {
        if (Observer::get() == nullptr) GTEST_SKIP() << Observer::reason();
    }
    std::vector<Observed> run(const std::function<void()>& calls) {
        records_ = Observer::get()->run(calls);
        return records_;
    }
    // The only record of `type`; fails the test when there are none or several.
    Observed only(EventType type);
    Observed run_one(EventType type, const std::function<void()>& calls) {
        run(calls);
        return only(type);
    }
    // Whether the kernel lets the hooks on path calls in.
    static bool has_path_hooks() { return Observer::get()->source().missing_hooks().empty(); }
    static pid_t child() { return Observer::get()->last_child(); }

    std::vector<Observed> records_;
};

// An empty folder that ends with the test.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

void write_file(const std::string& path, const std::string& content, unsigned mode = 0644);

}  // namespace sequitur

// The program's verbs: what each takes from the command line, and the function that does it.
//
// Each function writes results to stdout, messages to stderr, and returns the exit status
// (daemon/exit_status.h). main.cpp turns argv into these structs; docs/cli.md is their manual.
#pragma once

#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

struct RunOptions {
    std::vector<std::string> rules;      // files and folders; empty: as the configuration says
    std::string configuration;           // file; empty: /etc/sequitur/sequitur.yaml, if it is there
    std::vector<std::string> overrides;  // settings, NAME=VALUE
    std::string falco_configuration;     // instead of a configuration: Falco's
    bool json = false;
    std::optional<std::size_t> shards;
    bool stats = false;
    bool no_push_down = false;  // the kernel sends every call of the types that rules need
};
int run(const RunOptions& options);

struct ConfigOptions {
    std::string action;         // check, show, defaults, markdown
    std::string configuration;  // as for run
    std::vector<std::string> overrides;
    std::string falco_configuration;
};
int config(const ConfigOptions& options);

// Of a running daemon, through its health server.
struct StatusOptions {
    std::string address;        // empty: health.listen of the configuration
    std::string configuration;  // as for run
    bool metrics = false;       // in Prometheus' form (status)
    bool health = false;        // only whether it is well (status)
    double seconds = 1;         // between frames (top)
    int frames = 0;             // 0: until stopped (top)
};
int status(const StatusOptions& options);
int top(const StatusOptions& options);

struct ReplayOptions {
    std::vector<std::string> captures;  // "-": stdin
    std::vector<std::string> rules;
    bool json = false;
    bool stats = false;
    bool flush = false;
    bool lenient = false;
    std::string why;  // a rule or sequence to say of why it did not fire; empty: none
    std::size_t shards = 1;
    std::size_t batch_events = 0;  // 0: the default
    Duration lateness{0};
    std::string source = "syscall";   // or json: the captures are JSON lines
    std::optional<std::string> time;  // JSON pointer to their time
};
int replay(const ReplayOptions& options);

struct RecordOptions {
    std::string file;
    std::optional<double> seconds;
    std::vector<std::string> rules;        // empty: everything
    std::vector<std::string> command;      // empty: the whole host
    std::uint64_t rotate_bytes = 0;        // another file when one is this large; 0: never
    std::optional<double> rotate_seconds;  // or this old
    std::size_t files_kept = 0;            // the oldest beyond that are removed; 0: none
};
int record(const RecordOptions& options);

struct ConvertOptions {
    std::string from, to;
    bool lenient = false;
};
int convert(const ConvertOptions& options);

struct TraceOptions {
    std::vector<std::string> types;  // empty: all that the probe knows
    std::vector<std::string> command;
};
int trace(const TraceOptions& options);

struct CheckOptions {
    std::vector<std::string> rules;
    std::vector<std::string> warnings;  // names after -W
    std::string format = "text";        // text, json, sarif
};
int check(const CheckOptions& options);

struct ExplainOptions {
    std::string rules;            // file or folder
    std::string name;             // of a rule or sequence; empty: all of them
    std::string format = "text";  // text, json
    bool dot = false;             // Graphviz, instead of either
};
int explain(const ExplainOptions& options);

// The JSON Schema of rule files.
struct SchemaOptions {};
int schema(const SchemaOptions& options);

struct TestOptions {
    std::vector<std::string> files;  // and folders
    std::string format = "tap";      // tap, junit
};
int test(const TestOptions& options);

struct ListOptions {
    std::string pattern;          // part of a name; empty: all
    std::string format = "text";  // text, json, markdown
};
int fields(const ListOptions& options);
int events(const ListOptions& options);

struct DemoOptions {
    bool json = false;
};
int demo(const DemoOptions& options);

}  // namespace sequitur

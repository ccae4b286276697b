// The sequitur program: argv to a verb.
//
// First file to read: every verb is one function (daemon/verbs.h); `run` and `replay` build the
// street (daemon/street.h) and differ only in where events come from.

#include "daemon/completion.h"
#include "daemon/exit_status.h"
#include "daemon/verbs.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

namespace {

using sequitur::Duration;

// A verb's options live until its callback has run; the callback leaves the exit status behind.
struct Program {
    CLI::App app{"Sequitur: correlates system calls into attack sequences.", "sequitur"};
    std::function<int()> verb;

    template <typename Options>
    CLI::App* add_verb(const char* name, const char* what, int (*function)(const Options&),
                       Options& options) {
        CLI::App* verb_app = app.add_subcommand(name, what);
        verb_app->callback([this, function, &options] {
            verb = [function, &options] { return function(options); };
        });
        return verb_app;
    }
};

void add_rules(CLI::App* verb, std::vector<std::string>& rules, const char* what) {
    verb->add_option("-r,--rules", rules, what)
        ->type_name("PATH")
        ->allow_extra_args(false)
        ->check(CLI::ExistingPath);
}

void add_command(CLI::App* verb, std::vector<std::string>& command) {
    verb->add_option("command", command, "Program to start and follow, after --")
        ->type_name("COMMAND...");
    verb->positionals_at_end();
}

// "10s", "250ms", "5" (seconds).
std::map<std::string, std::int64_t> duration_units() {
    return {{"ns", 1},
            {"us", 1'000},
            {"ms", 1'000'000},
            {"s", 1'000'000'000},
            {"m", 60'000'000'000},
            {"h", 3'600'000'000'000}};
}

void add_settings(CLI::App* verb, std::string& file, std::vector<std::string>& overrides,
                  std::string& falco) {
    CLI::Option* own =
        verb->add_option(
                "-c,--config", file,
                "Configuration file (default: /etc/sequitur/sequitur.yaml, if it is there)")
            ->check(CLI::ExistingFile);
    verb->add_option("--falco-config", falco, "Falco's configuration file, instead")
        ->check(CLI::ExistingFile)
        ->excludes(own);
    verb->add_option("-o,--option", overrides, "One setting, its levels separated by dots")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
}

void add_config(Program& program, sequitur::ConfigOptions& options) {
    CLI::App* verb = program.add_verb("config", "Check the settings, or say which are in force",
                                      sequitur::config, options);
    verb->add_option("action", options.action,
                     "check, show (what is in force), defaults (a file of all), markdown (tables)")
        ->required()
        ->check(CLI::IsMember({"check", "show", "defaults", "markdown"}));
    add_settings(verb, options.configuration, options.overrides, options.falco_configuration);
}

void add_run(Program& program, sequitur::RunOptions& options) {
    CLI::App* verb = program.add_verb("run", "Watch this host and alert", sequitur::run, options);
    add_rules(verb, options.rules, "Rule file or folder; may repeat (default: the shipped rules)");
    add_settings(verb, options.configuration, options.overrides, options.falco_configuration);
    verb->add_flag("--json", options.json, "Alerts as JSON lines");
    verb->add_option("--shards", options.shards, "Shards of the condition and sequence stages")
        ->check(CLI::Range(1, 64));
    verb->add_flag("--stats", options.stats, "End with one JSON line of counters on stderr");
    verb->add_flag("--no-push-down", options.no_push_down,
                   "Let the kernel send also the calls that no rule can match, to compare");
}

CLI::App* add_status(Program& program, const char* name, const char* what,
                     int (*function)(const sequitur::StatusOptions&),
                     sequitur::StatusOptions& options) {
    CLI::App* verb = program.add_verb(name, what, function, options);
    verb->add_option("--address", options.address,
                     "127.0.0.1:PORT or a socket's path (default: health.listen)");
    verb->add_option("-c,--config", options.configuration, "Configuration file")
        ->check(CLI::ExistingFile);
    return verb;
}

void add_replay(Program& program, sequitur::ReplayOptions& options) {
    CLI::App* verb =
        program.add_verb("replay", "Run the engine over captures", sequitur::replay, options);
    verb->add_option("captures", options.captures,
                     "Captures, - for stdin; several are merged by time")
        ->required()
        ->type_name("CAPTURE...");
    add_rules(verb, options.rules, "Rule file or folder; may repeat (default: the shipped rules)");
    verb->add_flag("--json", options.json, "Alerts as JSON lines");
    verb->add_option("--shards", options.shards, "Shards; the alerts do not depend on it")
        ->check(CLI::Range(1, 64));
    verb->add_option("--batch", options.batch_events,
                     "Events a batch; the alerts do not depend on it")
        ->check(CLI::Range(1, 65536));
    verb->add_flag("--stats", options.stats, "End with one JSON line of counters on stderr");
    verb->add_flag("--flush", options.flush, "At the end, complete what only waits for an absence");
    verb->add_option("--why", options.why, "Say why this rule or sequence did not fire")
        ->type_name("NAME");
    verb->add_option("--source", options.source,
                     "syscall, or json: what is no capture is JSON lines")
        ->check(CLI::IsMember({"syscall", "json"}));
    verb->add_option("--time", options.time, "With --source json: where each object's time stands")
        ->type_name("POINTER");
    verb->add_flag("--lenient", options.lenient, "Count and skip lines that can't be read");
}

void add_record(Program& program, sequitur::RecordOptions& options) {
    CLI::App* verb =
        program.add_verb("record", "Write live events to a capture", sequitur::record, options);
    verb->add_option("-w,--write", options.file, "Capture to write (.scap, .scap.gz, .jsonl)")
        ->required();
    verb->add_option("--seconds", options.seconds, "Stop after this long")
        ->check(CLI::PositiveNumber);
    verb->add_option("--rotate-size", options.rotate_bytes,
                     "Go on in another file when one is this large (bytes, or with kb, mb, gb)")
        ->transform(CLI::AsSizeValue(false));
    verb->add_option("--rotate-seconds", options.rotate_seconds, "The same when it is this old")
        ->check(CLI::PositiveNumber);
    verb->add_option("--keep", options.files_kept, "Remove the oldest files beyond this many");
    add_rules(verb, options.rules, "Only what these rules need");
    add_command(verb, options.command);
}

void add_convert(Program& program, sequitur::ConvertOptions& options) {
    CLI::App* verb = program.add_verb("convert", "Turn a capture into another format",
                                      sequitur::convert, options);
    verb->add_option("from", options.from, "Capture to read")->required();
    verb->add_option("to", options.to, "Capture to write; its ending says the format")->required();
    verb->add_flag("--lenient", options.lenient, "Count and skip what can't be read");
}

void add_trace(Program& program, sequitur::TraceOptions& options) {
    CLI::App* verb =
        program.add_verb("trace", "Print live events, one line each", sequitur::trace, options);
    verb->add_option("-e,--events", options.types, "Event types, separated by commas")
        ->delimiter(',')
        ->allow_extra_args(false);
    add_command(verb, options.command);
}

void add_check(Program& program, sequitur::CheckOptions& options) {
    CLI::App* verb = program.add_verb("check", "Validate rule files", sequitur::check, options);
    verb->add_option("rules", options.rules, "Rule files and folders")
        ->required()
        ->type_name("RULES...")
        ->check(CLI::ExistingPath);
    verb->add_option("-W,--warning", options.warnings,
                     "NAME or no-NAME: switch a warning; all, none, error")
        ->allow_extra_args(false);
    verb->add_option("--format", options.format, "text, json or sarif")
        ->check(CLI::IsMember({"text", "json", "sarif"}));
}

void add_explain(Program& program, sequitur::ExplainOptions& options) {
    CLI::App* verb =
        program.add_verb("explain", "Show what a rule became", sequitur::explain, options);
    verb->add_option("rules", options.rules, "Rule file or folder")
        ->required()
        ->check(CLI::ExistingPath);
    verb->add_option("name", options.name, "Rule or sequence (default: all)");
    CLI::Option* format = verb->add_option("--format", options.format, "text or json")
                              ->check(CLI::IsMember({"text", "json"}));
    verb->add_flag("--dot", options.dot, "The state machine, for Graphviz")->excludes(format);
}

void add_test(Program& program, sequitur::TestOptions& options) {
    CLI::App* verb = program.add_verb("test", "Run rule tests", sequitur::test, options);
    verb->add_option("--format", options.format, "tap or junit")
        ->check(CLI::IsMember({"tap", "junit"}));
    verb->add_option("tests", options.files, "Test files and folders")
        ->required()
        ->type_name("TESTS...")
        ->check(CLI::ExistingPath);
}

void add_list(Program& program, const char* name, const char* what,
              int (*function)(const sequitur::ListOptions&), sequitur::ListOptions& options) {
    CLI::App* verb = program.add_verb(name, what, function, options);
    verb->add_option("pattern", options.pattern, "Part of a name (default: all)");
    verb->add_option("--format", options.format, "text, json or markdown")
        ->check(CLI::IsMember({"text", "json", "markdown"}));
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // A reader that went away is an error of write(), not our end.

    Program program;
    program.app.set_version_flag("--version", "sequitur " SEQUITUR_VERSION);
    program.app.require_subcommand(1);

    sequitur::RunOptions run;
    sequitur::ConfigOptions config;
    sequitur::ReplayOptions replay;
    sequitur::RecordOptions record;
    sequitur::ConvertOptions convert;
    sequitur::TraceOptions trace;
    sequitur::CheckOptions check;
    sequitur::ExplainOptions explain;
    sequitur::SchemaOptions schema;
    sequitur::TestOptions test;
    sequitur::ListOptions fields, events;
    sequitur::DemoOptions demo;

    add_run(program, run);
    add_config(program, config);
    sequitur::StatusOptions status, top;
    CLI::App* status_verb =
        add_status(program, "status", "Say how the running daemon is", sequitur::status, status);
    CLI::Option* metrics =
        status_verb->add_flag("--metrics", status.metrics, "In Prometheus' form");
    status_verb->add_flag("--health", status.health, "Only whether events go through it")
        ->excludes(metrics);
    CLI::App* top_verb =
        add_status(program, "top", "Show what the running daemon sees, live", sequitur::top, top);
    top_verb->add_option("--interval", top.seconds, "Seconds between two frames")
        ->check(CLI::PositiveNumber);
    top_verb->add_option("--frames", top.frames, "Stop after so many");
    add_replay(program, replay);
    std::int64_t lateness_ns = 0;
    program.app.get_subcommand("replay")
        ->add_option("--lateness", lateness_ns, "Put events in order that are at most this late")
        ->transform(CLI::AsNumberWithUnit(duration_units(), CLI::AsNumberWithUnit::CASE_SENSITIVE));
    add_record(program, record);
    add_convert(program, convert);
    add_trace(program, trace);
    add_check(program, check);
    add_explain(program, explain);
    program.add_verb("schema", "Print the JSON Schema of rule files", sequitur::schema, schema);
    add_test(program, test);
    add_list(program, "fields", "List the fields of conditions and outputs", sequitur::fields,
             fields);
    add_list(program, "events", "List the event types and their arguments", sequitur::events,
             events);
    std::string shell;
    CLI::App* completion = program.app.add_subcommand("completion", "Print a shell's completion");
    completion->add_option("shell", shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->callback([&] {
        program.verb = [&] {
            std::fputs(sequitur::completion_script(program.app, shell).c_str(), stdout);
            return sequitur::kExitDone;
        };
    });
    program.add_verb("demo", "Run a harmless dropper and show its alert", sequitur::demo, demo)
        ->add_flag("--json", demo.json, "The alert as JSON");

    try {
        program.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.app.exit(error) == 0 ? sequitur::kExitDone : sequitur::kExitBadCommandLine;
    }
    replay.lateness = Duration(lateness_ns);
    return program.verb();
}

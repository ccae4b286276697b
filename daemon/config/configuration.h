// What an operator may set of `run`: plain values, with the defaults of daemon/config/settings.cpp.
//
// Filled by daemon/config/reader.h from files and the command line. What a setting means stands
// once, in the table of settings.cpp, from which the shipped file and docs/operations.md are made.
#pragma once

#include "core/limits.h"
#include "core/priority.h"
#include "core/time.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sequitur {

// One entry of `outputs`. Which of the members count depends on the type.
struct OutputSettings {
    std::string name;  // its key
    std::string type;  // stdout, file, syslog, journald, http, program, unix
    bool is_enabled = true;
    std::string format;  // text, json, ecs; empty: as json_output says
    Priority priority = Priority::kDebug;
    std::vector<std::string> rules, tags;  // empty: all; names may have * and ?
    std::uint64_t queue_alerts = 0, queue_bytes = 0;

    std::string path;  // file, unix; syslog and journald: of the socket
    std::uint64_t rotate_bytes = 0, keep = 0;

    std::string facility, protocol;  // syslog

    std::string url;  // http
    std::uint64_t batch = 0;
    Duration batch_delay{}, timeout{}, retry_first{}, retry_max{};
    bool is_insecure = false;
    std::string ca_file, client_certificate, client_key, user_agent;
    std::vector<std::string> headers;
    std::uint64_t spool_bytes = 0;

    std::vector<std::string> command;  // program
};

// One entry of `rules`: what is switched on or off once all files are read.
struct RuleSelection {
    bool is_enabled = true;
    std::string rule, tag;  // one of the two; a rule's name may have * and ?
};

// One entry of `append_output`.
struct OutputAddition {
    std::string rule, tag, source;  // each empty or to be matched
    std::string text;
};

struct Configuration {
    std::vector<std::string> rules_files;  // files and folders; empty: the shipped rules
    std::vector<std::string> config_files;
    bool is_watching_files = false;
    Priority priority = Priority::kDebug;
    bool json_output = false;
    std::vector<OutputSettings> outputs;
    std::vector<RuleSelection> rules;
    std::vector<OutputAddition> append_output;

    std::size_t shards = 1;
    Duration hold_back{};
    std::uint64_t ring_bytes = 0;
    Limits limits;

    std::string state_folder;
    Duration snapshot_interval{};
    std::uint64_t snapshot_bytes_max = 0;

    std::string listen;  // of the health server; empty: off
    std::string log_level;
    bool is_self_protected = false;
    bool is_sandboxed = false;
    Duration stop_timeout{};

    // Where each setting that is not a default was given: name, "FILE:LINE".
    std::vector<std::pair<std::string, std::string>> places;
    // The files that were read, in order.
    std::vector<std::string> files;
};

}  // namespace sequitur

#include "daemon/config/falco.h"

#include "core/json_text.h"
#include "dsl/map_reader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace sequitur {
namespace {

using dsl::YamlEntry;
using dsl::YamlNode;

std::string text_of(const YamlNode& map, std::string_view key) {
    const YamlEntry* entry = map.find(key);
    return entry == nullptr ? std::string() : entry->value.text.text;
}

bool flag_of(const YamlNode& map, std::string_view key) {
    return dsl::parse_bool(text_of(map, key)).value_or(false);
}

// The node as YAML in one line.
std::string flow(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::kNull: return "null";
        case YamlNode::Kind::kScalar:
            return node.is_plain ? node.text.text : json_string(node.text.text);
        case YamlNode::Kind::kSequence: {
            std::string out = "[";
            for (const YamlNode& item : node.items)
                out += (out.size() > 1 ? ", " : "") + flow(item);
            return out + ']';
        }
        case YamlNode::Kind::kMap: {
            std::string out = "{";
            for (const YamlEntry& entry : node.entries) {
                out += (out.size() > 1 ? ", " : "") + json_string(entry.key.text) + ": " +
                       flow(entry.value);
            }
            return out + '}';
        }
    }
    return "null";
}

struct OutputKey {
    std::string_view falco, own;
};

// An output of Falco's and what its keys are called here.
struct OutputRow {
    std::string_view falco, type;
    std::array<OutputKey, 6> keys;
};
constexpr std::array kOutputs = {
    OutputRow{"stdout_output", "stdout", {}},
    OutputRow{"syslog_output", "syslog", {}},
    OutputRow{"file_output", "file", {{{"filename", "path"}}}},
    OutputRow{"http_output",
              "http",
              {{{"url", "url"},
                {"user_agent", "user_agent"},
                {"insecure", "insecure"},
                {"ca_cert", "ca_file"},
                {"client_cert", "client_certificate"},
                {"client_key", "client_key"}}}},
    OutputRow{"program_output", "program", {}},
};

class Translator {
public:
    explicit Translator(std::string folder) : folder_(std::move(folder)) {}

    FalcoTranslation translate(const YamlNode& document) {
        for (const YamlEntry& entry : document.entries) translate_entry(entry);
        // Falco's outputs are off unless they are switched on, but for stdout.
        if (document.find("stdout_output") == nullptr) outputs_ += "  stdout: {type: stdout}\n";
        if (outputs_.empty()) outputs_ = "  none: {type: file, path: /dev/null}\n";
        result_.settings += "outputs:\n" + outputs_;
        return std::move(result_);
    }

private:
    void translate_entry(const YamlEntry& entry) {
        const std::string& key = entry.key.text;
        constexpr std::array<std::string_view, 5> kSame = {"json_output", "priority", "rules",
                                                           "append_output", "watch_config_files"};
        if (std::find(kSame.begin(), kSame.end(), key) != kSame.end()) {
            if (key == "append_output") return translate_additions(entry.value);
            result_.settings += key + ": " + flow(entry.value) + '\n';
        } else if (key == "rules_files" || key == "rules_file") {
            translate_rules_files(entry.value);
        } else if (key == "log_level") {
            translate_level(entry.value.text.text);
        } else if (key == "webserver") {
            translate_server(entry.value);
        } else if (!translate_output(entry)) {
            result_.ignored.push_back(key);
        }
    }

    void translate_rules_files(const YamlNode& value) {
        std::string list;
        std::error_code error;
        const auto add = [&](const std::string& path) {
            const std::filesystem::path full = std::filesystem::path(folder_) / path;
            if (!std::filesystem::exists(full, error)) {
                result_.ignored.push_back("rules_files: " + path + " (is not there)");
                return;
            }
            list += (list.empty() ? "" : ", ") + json_string(full.string());
        };
        if (value.kind == YamlNode::Kind::kScalar) add(value.text.text);
        for (const YamlNode& item : value.items) add(item.text.text);
        result_.settings += "rules_files: [" + list + "]\n";
    }

    // Falco may append fields as well; text is what both have.
    void translate_additions(const YamlNode& value) {
        std::string list;
        for (const YamlNode& item : value.items) {
            for (const YamlEntry& entry : item.entries) {
                if (entry.key.text == "match" || entry.key.text == "extra_output") continue;
                result_.ignored.push_back("append_output." + entry.key.text);
            }
            if (item.find("extra_output") == nullptr) continue;
            list += "  - {extra_output: " + json_string(text_of(item, "extra_output"));
            const YamlEntry* match = item.find("match");
            if (match != nullptr) list += ", match: " + translate_match(match->value);
            list += "}\n";
        }
        if (!list.empty()) result_.settings += "append_output:\n" + list;
    }

    // Falco's `tags` all have to be there; here one can be asked for.
    std::string translate_match(const YamlNode& match) {
        std::string texts;
        for (const YamlEntry& entry : match.entries) {
            std::string key = entry.key.text;
            const YamlNode* value = &entry.value;
            if (key == "tags") {
                if (value->items.size() > 1) {
                    result_.ignored.push_back("append_output.match.tags, but for the first");
                }
                if (value->items.empty()) continue;
                key = "tag";
                value = &value->items.front();
            }
            texts += (texts.empty() ? "" : ", ") + key + ": " + flow(*value);
        }
        return '{' + texts + '}';
    }

    void translate_level(const std::string& level) {
        constexpr std::array<std::string_view, 4> kGrave = {"emergency", "alert", "critical",
                                                            "error"};
        std::string own = "info";
        if (level == "debug") own = "debug";
        if (level == "warning") own = "warning";
        if (std::find(kGrave.begin(), kGrave.end(), level) != kGrave.end()) own = "error";
        result_.settings += "log: {level: " + own + "}\n";
    }

    // Falco listens on all addresses; here it is this host's own.
    void translate_server(const YamlNode& value) {
        if (!flag_of(value, "enabled")) return;
        const std::string port = text_of(value, "listen_port");
        result_.settings +=
            "health: {listen: '127.0.0.1:" + (port.empty() ? "8765" : port) + "'}\n";
        for (const YamlEntry& entry : value.entries) {
            if (entry.key.text == "enabled" || entry.key.text == "listen_port") continue;
            result_.ignored.push_back("webserver." + entry.key.text);
        }
    }

    bool translate_output(const YamlEntry& entry) {
        const auto* row =
            std::find_if(kOutputs.begin(), kOutputs.end(),
                         [&](const OutputRow& each) { return each.falco == entry.key.text; });
        if (row == kOutputs.end()) return false;
        if (!flag_of(entry.value, "enabled")) return true;
        std::string settings = "type: " + std::string(row->type);
        for (const YamlEntry& each : entry.value.entries) {
            const std::string& key = each.key.text;
            if (key == "enabled" || key == "mtls") continue;
            const bool is_own = key == "client_cert" || key == "client_key";
            if (is_own && !flag_of(entry.value, "mtls")) continue;  // as Falco's own file has them
            const auto* known =
                std::find_if(row->keys.begin(), row->keys.end(),
                             [&](const OutputKey& candidate) { return candidate.falco == key; });
            if (known != row->keys.end()) {
                if (each.value.text.text.empty()) continue;
                settings += ", " + std::string(known->own) + ": " + flow(each.value);
            } else if (key == "program") {
                // Falco runs it with the shell.
                settings += ", command: [/bin/sh, -c, " + json_string(each.value.text.text) + ']';
            } else if (key != "keep_alive") {
                result_.ignored.push_back(entry.key.text + '.' + key);
            }
        }
        // One request an alert and one object a request, as Falco posts them.
        if (row->type == "http") settings += ", batch: 1";
        // Falco's local syslog messages have the C library's form.
        if (row->type == "syslog") settings += ", facility: user, protocol: local";
        outputs_ += "  " + std::string(row->type) + ": {" + settings + "}\n";
        return true;
    }

    const std::string folder_;
    FalcoTranslation result_;
    std::string outputs_;
};

}  // namespace

FalcoTranslation translate_falco(const YamlNode& document, const std::string& folder) {
    return Translator(folder).translate(document);
}

}  // namespace sequitur

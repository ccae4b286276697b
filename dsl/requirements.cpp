#include "dsl/requirements.h"

#include "core/near_name.h"

#include <array>
#include <charconv>

namespace sequitur::dsl {

namespace {

using Version = std::array<int, 3>;

constexpr Version kEngine{kEngineMajor, kEngineMinor, kEnginePatch};
constexpr std::array<std::string_view, 2> kPlugins{"container", "json"};

// "1.2.3", perhaps with a suffix behind '-' or '+'.
std::optional<Version> parse_version(std::string_view text) {
    Version version{};
    text = text.substr(0, text.find_first_of("-+"));
    for (std::size_t i = 0; i < version.size(); ++i) {
        const char* end = text.data() + text.size();
        const auto [rest, fault] = std::from_chars(text.data(), end, version[i]);
        if (fault != std::errc() || version[i] < 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
        const bool is_last = i + 1 == version.size();
        if (is_last != text.empty()) return std::nullopt;
        if (!is_last) {
            if (text.front() != '.') return std::nullopt;
            text.remove_prefix(1);
        }
    }
    return version;
}

bool has_plugin(const MapReader& reader) {
    const auto name = reader.text("name");
    if (!name || !reader.text("version")) return true;  // Said already, or said as missing.
    for (const std::string_view plugin : kPlugins) {
        if (name->text == plugin) return true;
    }
    return false;
}

bool check_requirement(const MapReader& reader, Diagnostics& diagnostics, const Range& place) {
    for (const std::string_view key : {"name", "version"}) {
        if (!reader.has(key)) reader.report_missing(key, place);
    }
    if (const auto version = reader.text("version"); version && !parse_version(version->text)) {
        diagnostics.error(Code::kBadValue, version->range(),
                          "'" + version->text + "' is not a version", "three numbers: 0.4.0");
    }
    return has_plugin(reader);
}

void check_plugin(const YamlNode& node, const Range& place, Diagnostics& diagnostics) {
    if (node.kind != YamlNode::Kind::kMap) {
        diagnostics.error(Code::kWrongKind, place,
                          "a plugin requirement is a map with name and version");
        return;
    }
    const MapReader reader(node, ObjectKind::kPlugin, diagnostics);
    reader.check_keys(false);
    bool is_met = check_requirement(reader, diagnostics, place);
    if (const YamlNode* alternatives = reader.value("alternatives")) {
        for (const YamlNode& item : alternatives->items) {
            if (item.kind != YamlNode::Kind::kMap) continue;
            const MapReader other(item, ObjectKind::kPluginAlternative, diagnostics);
            is_met = check_requirement(other, diagnostics, place) || is_met;
        }
    }
    if (is_met) return;
    const auto name = reader.text("name");
    diagnostics.error(Code::kRequirement, name->range(),
                      "this file needs the plugin '" + name->text + "', which is not here",
                      did_you_mean(name->text, kPlugins));
}

}  // namespace

void check_engine_version(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(false);
    const auto text = reader.text("required_engine_version");
    if (!text) return;
    auto version = parse_version(text->text);
    int number = 0;
    const char* end = text->text.data() + text->text.size();
    if (const auto [rest, fault] = std::from_chars(text->text.data(), end, number);
        !version && fault == std::errc() && rest == end && number >= 0) {
        version = Version{0, number, 0};
    }
    if (!version) {
        diagnostics.error(Code::kBadValue, text->range(), "'" + text->text + "' is not a version",
                          "three numbers: 0.57.0");
    } else if ((*version)[0] != kEngineMajor || *version > kEngine) {
        diagnostics.error(Code::kRequirement, text->range(),
                          "this file needs engine version " + text->text + ", this is " +
                              std::to_string(kEngineMajor) + '.' + std::to_string(kEngineMinor) +
                              '.' + std::to_string(kEnginePatch));
    }
}

void check_plugin_versions(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(false);
    constexpr std::string_view kKey = "required_plugin_versions";
    const YamlNode* list = reader.value(kKey);
    if (list == nullptr || list->kind != YamlNode::Kind::kSequence) {
        if (list) reader.wrong_kind(*list, kKey, "a list");
        return;
    }
    for (const YamlNode& item : list->items)
        check_plugin(item, reader.key_range(kKey), diagnostics);
}

}  // namespace sequitur::dsl

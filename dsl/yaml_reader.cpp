// The tree is built from the library's events instead of its own nodes: only they tell quoted from
// plain scalars and where an alias stands, and an alias costs nothing until it is expanded here,
// under a budget.
#include "dsl/yaml_reader.h"

#include "core/utf8.h"
#include "dsl/limits.h"
#include "dsl/scalar_map.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <string>
#include <unordered_map>

namespace sequitur::dsl {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Reads a string in place.
class TextBuffer : public std::streambuf {
public:
    explicit TextBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());  // The get area is never written.
        setg(begin, begin, begin + text.size());
    }
};

// Leaves the library's parser from inside an event.
struct Stopped {
    Failed failed;
};

struct Size {
    std::size_t nodes = 0;
    std::size_t bytes = 0;
    std::size_t depth = 0;
};

// Recursion is bounded: no tree is deeper than kYamlDepthMax.
Size size_of(const YamlNode& node) {
    Size size{1, node.text.text.size(), 0};
    const auto add = [&](const YamlNode& part) {
        const Size inner = size_of(part);
        size.nodes += inner.nodes;
        size.bytes += inner.bytes;
        size.depth = std::max(size.depth, inner.depth + 1);
    };
    for (const YamlNode& item : node.items) add(item);
    for (const YamlEntry& entry : node.entries) {
        add(entry.value);
        size.bytes += entry.key.text.size();
    }
    return size;
}

// Rule authors write `output: Shell spawned (user: %user.name)` without quotes, which YAML takes
// for a map inside a value. On the line of such a key, a colon that would end a plain value is
// hidden from the library behind a byte that no file may have, and comes back in the scalar.
// Offsets stay.
constexpr char kHiddenColon = '\x7F';
constexpr std::string_view kProseKeys[] = {"desc:", "output:"};

// Where the plain value on this line begins, or npos.
std::size_t find_prose(std::string_view line) {
    const std::size_t key = line.find_first_not_of(" -");
    if (key == std::string_view::npos) return key;
    for (const std::string_view name : kProseKeys) {
        if (!line.substr(key).starts_with(name)) continue;
        const std::size_t value = line.find_first_not_of(" \t", key + name.size());
        if (value == std::string_view::npos || value == key + name.size()) return line.npos;
        constexpr std::string_view kNotPlain = "'\"|>&*!%@`[{#";
        return kNotPlain.find(line[value]) == line.npos ? value : line.npos;
    }
    return std::string_view::npos;
}

std::string hide_colons(std::string_view text) {
    std::string hidden(text);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::size_t value = find_prose(text.substr(begin, end - begin));
        if (value != std::string_view::npos) {
            for (std::size_t i = begin + value; i < end; ++i) {
                const bool ends_value = i + 1 == end || text[i + 1] == ' ' || text[i + 1] == '\r';
                if (text[i] == ':' && ends_value) hidden[i] = kHiddenColon;
            }
        }
        begin = end + 1;
    }
    return hidden;
}

std::string with_colons(std::string value) {
    std::replace(value.begin(), value.end(), kHiddenColon, ':');
    return value;
}

class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(FileIndex file, std::size_t skipped, Diagnostics& diagnostics)
        : file_(file), skipped_(skipped), diagnostics_(diagnostics) {}

    std::vector<YamlNode> take_documents() { return std::move(documents_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        anchors_.clear();
        // Before a token that begins nothing, as a ',', the parser finds empty documents for ever.
        if (document_start_ == mark.pos) {
            throw Stopped{diagnostics_.error(Code::kYaml, point(mark), "no value begins here")};
        }
        document_start_ = mark.pos;
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node;
        node.range = point(mark);
        node.text = located({}, node.range);
        place(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw Stopped{diagnostics_.error(Code::kYaml, point(mark),
                                             "an alias stands inside the node that it names")};
        }
        const Size size = size_of(found->second);
        alias_nodes_ += size.nodes;
        alias_bytes_ += size.bytes;
        nodes_ += size.nodes;
        if (alias_nodes_ > kAliasNodesMax || alias_bytes_ > kAliasBytesMax) {
            throw Stopped{diagnostics_.error(
                Code::kTooLarge, point(mark), "the aliases of this file stand for too much",
                "at most " + std::to_string(kAliasNodesMax) + " nodes and " +
                    std::to_string(kAliasBytesMax >> 20) + " MiB of text")};
        }
        check_depth(open_.size() + size.depth, point(mark));
        place(YamlNode(found->second), 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node;
        node.kind = YamlNode::Kind::kScalar;
        MappedScalar mapped =
            map_scalar(diagnostics_.sources().file(file_), file_, offset(mark), with_colons(value));
        node.text = std::move(mapped.text);
        node.range = node.text.whole;
        if (!mapped.is_closed) {
            const Range quote{file_, node.range.begin, node.range.begin + 1};
            throw Stopped{diagnostics_.error(Code::kYaml, quote, "this quote is never closed")};
        }
        node.is_plain = tag == "?";
        // An empty plain scalar and the words for it are null, as in YAML's core schema.
        if (node.is_plain && (value.empty() || value == "~" || value == "null")) {
            node.kind = YamlNode::Kind::kNull;
        }
        place(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::kSequence, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::kMap, mark, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        std::optional<LocatedText> key;  // kMap: the key whose value comes next
        bool drops_value = false;        // the key was refused
        std::unordered_map<std::string, Range> keys;
    };

    std::size_t offset(const YAML::Mark& mark) const {
        return mark.pos < 0 ? skipped_ : static_cast<std::size_t>(mark.pos) + skipped_;
    }
    Range point(const YAML::Mark& mark) const {
        const auto size = diagnostics_.sources().file(file_).text().size();
        const auto at = static_cast<std::uint32_t>(std::min(offset(mark), size));
        return {file_, at, at};
    }

    void count(const Range& range) {
        if (++nodes_ <= kYamlNodesMax) return;
        throw Stopped{diagnostics_.error(
            Code::kTooLarge, range,
            "a rule file has at most " + std::to_string(kYamlNodesMax) + " values")};
    }

    void check_depth(std::size_t depth, const Range& range) {
        if (depth < kYamlDepthMax) return;
        throw Stopped{diagnostics_.error(
            Code::kDepth, range,
            "values are nested more than " + std::to_string(kYamlDepthMax) + " deep")};
    }

    void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        check_depth(open_.size(), point(mark));
        Open next;
        next.node.kind = kind;
        next.node.range = point(mark);
        next.anchor = anchor;
        open_.push_back(std::move(next));
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        place(std::move(done.node), done.anchor);
    }

    // Puts a finished node where it belongs: as a key, as a value, as an item, as a document.
    void place(YamlNode node, YAML::anchor_t anchor) {
        count(node.range);
        if (anchor != 0) {
            nodes_ += size_of(node).nodes;  // The copy counts: anchors may nest.
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            documents_.push_back(std::move(node));
            return;
        }
        Open& parent = open_.back();
        if (node.range.end > parent.node.range.end && node.range.file == file_) {
            parent.node.range.end = node.range.end;
        }
        if (parent.node.kind == YamlNode::Kind::kSequence) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.key) {
            take_key(parent, node);
        } else {
            if (!parent.drops_value) {
                parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
            }
            parent.key.reset();
        }
    }

    void take_key(Open& parent, YamlNode& node) {
        parent.drops_value = false;
        if (node.kind != YamlNode::Kind::kScalar) {
            diagnostics_.error(Code::kWrongKind, node.range, "a key must be text");
            parent.drops_value = true;
        } else if (const auto [first, is_new] = parent.keys.emplace(node.text.text, node.range);
                   !is_new) {
            diagnostics_.error(Code::kDuplicateKey, node.range,
                               "key '" + node.text.text + "' stands twice in one object", {},
                               {{"first given here", first->second}});
            parent.drops_value = true;
        }
        parent.key = std::move(node.text);
    }

    FileIndex file_;
    std::size_t skipped_;  // bytes before the text that the library sees
    Diagnostics& diagnostics_;
    int document_start_ = -1;
    std::vector<YamlNode> documents_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, YamlNode> anchors_;
    std::size_t nodes_ = 0, alias_nodes_ = 0, alias_bytes_ = 0;
};

// The library takes what follows some control characters for the end of the text, so these, like
// bytes that are not UTF-8, are refused before it sees them.
std::optional<Failed> find_bad_byte(FileIndex file, std::string_view text,
                                    Diagnostics& diagnostics) {
    const auto refuse = [&](std::size_t at, std::string message) {
        const auto begin = static_cast<std::uint32_t>(at);
        return diagnostics.error(Code::kEncoding, {file, begin, begin + 1}, std::move(message));
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : utf8_length(text, i);
        if (length == 0) return refuse(i, "this byte is not UTF-8");
        if (byte == 0) return refuse(i, "a NUL byte in a text file");
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
            return refuse(i, "a control character in a text file");
        }
        i += length;
    }
    return std::nullopt;
}

// The library's message, without the position that we print ourselves.
std::string yaml_message(const YAML::Exception& exception) {
    return exception.msg.empty() ? "not valid YAML" : "not valid YAML: " + exception.msg;
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries) {
        if (entry.key.text == key) return &entry;
    }
    return nullptr;
}

std::string_view kind_name(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::kNull: return "nothing";
        case YamlNode::Kind::kScalar: return "text";
        case YamlNode::Kind::kSequence: return "a list";
        case YamlNode::Kind::kMap: return "a map";
    }
    return "nothing";
}

Checked<std::vector<YamlNode>> read_yaml(FileIndex file, Diagnostics& diagnostics) {
    std::string_view text = diagnostics.sources().file(file).text();
    if (text.size() > kFileBytesMax) {
        return failure(diagnostics.error(
            Code::kTooLarge, {file, 0, 0},
            "a rule file has at most " + std::to_string(kFileBytesMax >> 20) + " MiB"));
    }
    std::optional<Failed> failed = find_bad_byte(file, text, diagnostics);
    if (failed) return failure(*failed);
    const std::size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    text.remove_prefix(skipped);
    TreeBuilder builder(file, skipped, diagnostics);
    try {
        const std::string hidden = hide_colons(text);
        TextBuffer buffer(hidden);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stopped& stopped) {
        failed = stopped.failed;
    } catch (const YAML::Exception& exception) {
        const auto at = static_cast<std::uint32_t>(
            std::min(
                exception.mark.pos < 0 ? text.size() : static_cast<std::size_t>(exception.mark.pos),
                text.size()) +
            skipped);
        failed = diagnostics.error(Code::kYaml, {file, at, at}, yaml_message(exception));
    } catch (const std::exception& exception) {
        failed = diagnostics.error(Code::kYaml, {file, 0, 0},
                                   std::string("this file cannot be read: ") + exception.what());
    }
    if (failed) return failure(*failed);
    return builder.take_documents();
}

}  // namespace sequitur::dsl

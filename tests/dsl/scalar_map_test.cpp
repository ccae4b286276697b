// Positions inside YAML scalars: every byte of the cooked text has its place in the file.
#include "dsl/scalar_map.h"

#include "dsl/yaml_reader.h"

#include <gtest/gtest.h>

#include <random>

namespace sequitur::dsl {
namespace {

struct Read {
    Diagnostics diagnostics;
    std::vector<YamlNode> documents;

    explicit Read(const std::string& yaml) {
        const FileIndex file = diagnostics.sources().add("file.yaml", yaml);
        auto result = read_yaml(file, diagnostics);
        EXPECT_TRUE(result) << diagnostics.to_text();
        if (result) documents = std::move(*result);
    }
    const LocatedText& value(std::string_view key) const {
        return documents.at(0).find(key)->value.text;
    }
    // What stands in the file where `part` of the cooked text came from.
    std::string in_file(const LocatedText& text, std::string_view part) const {
        const std::size_t at = text.text.find(part);
        EXPECT_NE(at, std::string::npos) << part << " in " << text.text;
        const Range range = text.range(at, at + part.size());
        return diagnostics.sources().file(0).text().substr(range.begin, range.end - range.begin);
    }
};

// Every byte that is no white space and no product of an escape stands in the file as itself.
void expect_bytewise(const Read& read, const LocatedText& text) {
    const std::string& file = read.diagnostics.sources().file(0).text();
    for (std::size_t i = 0; i < text.text.size(); ++i) {
        const char c = text.text[i];
        if (c == ' ' || c == '\n' || c == '\t') continue;
        const Range range = text.range(i, i + 1);
        if (range.end - range.begin != 1) continue;
        EXPECT_EQ(file[range.begin], c) << i << " of " << text.text;
    }
}

TEST(ScalarMap, PlainScalarOnOneLine) {
    const Read read("a: one two three\n");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
    expect_bytewise(read, read.value("a"));
}

TEST(ScalarMap, PlainScalarOverLines) {
    const Read read("a: one\n  two\n\n  three # not four\n");
    EXPECT_EQ(read.value("a").text, "one two\nthree");
    EXPECT_EQ(read.in_file(read.value("a"), "three"), "three");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
}

TEST(ScalarMap, FoldedBlock) {
    const Read read("a: >-  # why\n    one\n    two  2\n\n      three\n    four\nb: 1\n");
    for (const char* word : {"one", "two", "2", "three", "four"}) {
        EXPECT_EQ(read.in_file(read.value("a"), word), word);
    }
    expect_bytewise(read, read.value("a"));
}

TEST(ScalarMap, LiteralBlock) {
    const Read read("a: |+2\n    one\n  two\n\n\nb: 1\n");
    EXPECT_EQ(read.in_file(read.value("a"), "one"), "one");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
}

TEST(ScalarMap, SingleQuotes) {
    const Read read("a: 'it''s\n\n   here  now'\n");
    EXPECT_EQ(read.value("a").text, "it's\nhere  now");
    EXPECT_EQ(read.in_file(read.value("a"), "'"), "''");
    EXPECT_EQ(read.in_file(read.value("a"), "here"), "here");
    EXPECT_EQ(read.in_file(read.value("a"), "now"), "now");
}

TEST(ScalarMap, DoubleQuotesWithEscapes) {
    const Read read(R"(a: "x\ty \"q\" \x41\u00e9\U0001F600 end")"
                    "\n");
    EXPECT_EQ(read.in_file(read.value("a"), "\t"), "\\t");
    EXPECT_EQ(read.in_file(read.value("a"), "A"), "\\x41");
    EXPECT_EQ(read.in_file(read.value("a"), "\xC3\xA9"), "\\u00e9");
    EXPECT_EQ(read.in_file(read.value("a"), "\xF0\x9F\x98\x80"), "\\U0001F600");
    EXPECT_EQ(read.in_file(read.value("a"), "end"), "end");
}

TEST(ScalarMap, DoubleQuotesOverLines) {
    const Read read("a: \"one \\\n    two\n    three\"\n");
    EXPECT_EQ(read.value("a").text, "one two three");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
    EXPECT_EQ(read.in_file(read.value("a"), "three"), "three");
}

TEST(ScalarMap, AnchorsAndTagsAreSkipped) {
    const Read read("a: &x !!str one two\nb: *x\n");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
    EXPECT_EQ(read.in_file(read.value("b"), "two"), "two");
}

TEST(ScalarMap, WindowsLineEnds) {
    const Read read("a: >\r\n  one\r\n  two\r\nb: 'x\r\n  y'\r\n");
    EXPECT_EQ(read.in_file(read.value("a"), "two"), "two");
    EXPECT_EQ(read.in_file(read.value("b"), "y"), "y");
}

TEST(ScalarMap, AppendedTextsKeepTheirPlaces) {
    const Read read("a: one\nb: two three\n");
    LocatedText text = read.value("a");
    text.append(read.value("b"));
    EXPECT_EQ(text.text, "one two three");
    EXPECT_EQ(read.in_file(text, "one"), "one");
    EXPECT_EQ(read.in_file(text, "three"), "three");
}

TEST(ScalarMap, EndOfTextIsThePointBehindIt) {
    const Read read("a: one\n");
    const LocatedText& text = read.value("a");
    EXPECT_EQ(text.range(3, 3), (Range{0, 6, 6}));
}

// Random words in every style, folded at random: each word is found at its place.
TEST(ScalarMap, RandomScalarsOfEveryStyle) {
    std::mt19937 random(20260101);
    const auto pick = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    for (int round = 0; round < 400; ++round) {
        const unsigned style = pick(5);
        constexpr std::string_view kHeads[] = {"", "'", "\"", ">\n   ", "|\n   "};
        constexpr std::string_view kTails[] = {"", "'", "\"", "", ""};
        std::string yaml = "a: " + std::string(kHeads[style]);
        std::vector<std::string> words;
        for (unsigned i = 0; i < 2 + pick(8); ++i) {
            words.push_back("w" + std::to_string(i) + std::string(pick(4), 'x'));
            if (i > 0) {
                const unsigned gap = pick(4);
                yaml += gap == 0 ? "\n   " : gap == 1 ? "\n\n   " : std::string(1 + pick(3), ' ');
            }
            yaml += words.back();
        }
        yaml += std::string(kTails[style]) + "\n";
        const Read read(yaml);
        for (const std::string& word : words) {
            ASSERT_EQ(read.in_file(read.value("a"), word), word) << yaml;
        }
    }
}

}  // namespace
}  // namespace sequitur::dsl

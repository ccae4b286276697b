#include "core/glob.h"

#include "core/service_names.h"

#include <fnmatch.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sequitur {
namespace {

TEST(Glob, MatchesAsFnmatchDoesWithoutFlags) {
    struct Case {
        const char* glob;
        const char* text;
    };
    const Case cases[] = {
        {"", ""},
        {"", "a"},
        {"*", ""},
        {"*", "a/b"},
        {"?", ""},
        {"?", "/"},
        {"a*b", "a/x/b"},
        {"a*b", "ab"},
        {"a*b", "abc"},
        {"*a*b*", "xaybz"},
        {"/etc/*.conf", "/etc/a/b.conf"},
        {".*", "a"},
        {"*", ".hidden"},
        {"[abc]", "b"},
        {"[!abc]", "b"},
        {"[^abc]", "d"},
        {"[a-c]x", "bx"},
        {"[a-c]x", "dx"},
        {"[]a]", "]"},
        {"[!]a]", "b"},
        {"[a", "[a"},
        {"[a", "a"},
        {"\\*", "*"},
        {"\\*", "a"},
        {"\\", "\\"},
        {"a\\", "a"},
        {"a\\", "a\\"},
        {"[[:digit:]]", "5"},
        {"[[:digit:]]", "a"},
        {"[[:alpha:]_]*", "_x1"},
        {"[a-]", "-"},
        {"[-a]", "-"},
        {"[\\]]", "]"},
        {"**", "anything"},
        {"*.*.*", "a.b"},
        {"*.*.*", "a.b.c"},
        {"[!a-z]*", "Abc"},
        {"a[", "a["},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(glob_matches(c.glob, c.text), fnmatch(c.glob, c.text, 0) == 0)
            << "'" << c.glob << "' on '" << c.text << "'";
    }
}

TEST(Glob, AgreesWithFnmatchOnRandomOnes) {
    std::mt19937 random(20261121);
    constexpr std::string_view kGlob = "ab*?[]!-\\/.", kText = "ab]-/.*!";
    const auto word = [&](std::string_view letters, std::size_t longest) {
        std::string out(random() % (longest + 1), ' ');
        for (char& c : out) c = letters[random() % letters.size()];
        return out;
    };
    for (int i = 0; i < 200'000; ++i) {
        const std::string glob = word(kGlob, 8), text = word(kText, 6);
        // Backslashes in brackets and collating symbols ("[.") are left to the C library.
        const bool has_bracket = glob.find('[') != std::string::npos;
        if (has_bracket && glob.find('\\') != std::string::npos) continue;
        if (glob.find("[.") != std::string::npos) continue;
        ASSERT_EQ(glob_matches(glob, text), fnmatch(glob.c_str(), text.c_str(), 0) == 0)
            << "'" << glob << "' on '" << text << "'";
    }
}

TEST(Glob, FoldsCase) {
    EXPECT_TRUE(glob_matches("/ETC/*.Conf", "/etc/x.CONF", true));
    EXPECT_TRUE(glob_matches("[A-C]", "b", true));
    EXPECT_FALSE(glob_matches("/ETC/*", "/etc/x"));
}

TEST(Glob, TakesTimeInProportionOnly) {
    const std::string text(2000, 'a');
    std::string glob;
    for (int i = 0; i < 200; ++i) glob += "*a";
    EXPECT_FALSE(glob_matches(glob + "b", text));
}

TEST(ServiceNames, KnowsPortsByName) {
    EXPECT_EQ(service_port("https"), 443);
    EXPECT_EQ(service_port("ssh"), 22);
    EXPECT_EQ(service_port("nothing"), std::nullopt);
    EXPECT_EQ(service_name(443, 2), "https");
    EXPECT_EQ(service_name(514, 3), "syslog");
    EXPECT_EQ(service_name(514, 2), "shell");
    EXPECT_EQ(service_name(1, 2), "");
}

}  // namespace
}  // namespace sequitur

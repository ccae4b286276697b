#include "core/path.h"

#include <gtest/gtest.h>

#include <array>

namespace sequitur {
namespace {

std::string join(std::string_view base, std::string_view path) {
    std::string out = "left over";
    join_path(base, path, out);
    return out;
}

TEST(Path, AbsoluteIgnoresTheBase) {
    EXPECT_EQ(join("/home/u/", "/tmp/a"), "/tmp/a");
    EXPECT_EQ(join("/home/u/", "/"), "/");
    EXPECT_EQ(join("", "/a"), "/a");
}

TEST(Path, RelativeIsSeenFromTheBase) {
    EXPECT_EQ(join("/home/u/", "a"), "/home/u/a");
    EXPECT_EQ(join("/home/u", "a/b"), "/home/u/a/b");
    EXPECT_EQ(join("/", "a"), "/a");
    EXPECT_EQ(join("/home/u/", ""), "/home/u");
    EXPECT_EQ(join("/home/u/", "."), "/home/u");
}

TEST(Path, IsNormalised) {
    EXPECT_EQ(join("", "//a///b//"), "/a/b");
    EXPECT_EQ(join("", "/a/./b/."), "/a/b");
    EXPECT_EQ(join("", "/a/../b"), "/b");
    EXPECT_EQ(join("/a/b/", "../../../../c"), "/c");
    EXPECT_EQ(join("", "/.."), "/");
    EXPECT_EQ(join("", "/..."), "/...");
    EXPECT_EQ(join("", "/a/..b/.c"), "/a/..b/.c");
}

TEST(Path, WithoutABaseStaysRelative) {
    EXPECT_EQ(join("", "a/b"), "a/b");
    EXPECT_EQ(join("", "./a"), "a");
    EXPECT_EQ(join("", "a/../b"), "b");
    EXPECT_EQ(join("", "../b"), "b");
    EXPECT_EQ(join("<UNKNOWN>", "b"), "<UNKNOWN>/b");
    EXPECT_EQ(join("", ""), "");
}

TEST(Path, KnowsItsDirectoryAndName) {
    EXPECT_EQ(directory_of("/tmp/a"), "/tmp");
    EXPECT_EQ(directory_of("/a"), "/");
    EXPECT_EQ(directory_of("/"), "/");
    EXPECT_EQ(directory_of("a"), "");
    EXPECT_EQ(filename_of("/tmp/a"), "a");
    EXPECT_EQ(filename_of("/"), "");
    EXPECT_EQ(filename_of("a"), "a");
}

// All paths of up to six letters over the ones that matter: the short cut must say exactly when
// joining changes nothing, and joining twice must change nothing more.
TEST(Path, IsNormalExactlyWhenJoiningChangesNothing) {
    constexpr std::array kLetters = {'/', '.', 'a'};
    for (int length = 0; length <= 6; ++length) {
        int count = 1;
        for (int i = 0; i < length; ++i) count *= 3;
        for (int number = 0; number < count; ++number) {
            std::string path;
            for (int i = 0, rest = number; i < length; ++i, rest /= 3) {
                path += kLetters[static_cast<std::size_t>(rest % 3)];
            }
            const std::string joined = join("", path);
            const bool is_absolute = !path.empty() && path.front() == '/';
            EXPECT_EQ(is_normal_path(path), is_absolute && joined == path) << path;
            EXPECT_EQ(join("", joined), joined) << path;
            EXPECT_EQ(is_normal_path(join("/b/", path)), true) << path;
        }
    }
}

}  // namespace
}  // namespace sequitur

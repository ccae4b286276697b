#include "core/file_table.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

using enum FileSight;

class FileTableTest : public testing::Test {
protected:
    FileName name(std::string_view path, std::uint32_t space = 0) {
        held.emplace_back(strings.intern(path));
        return {space, held.back().get()};
    }

    Interner strings;
    std::vector<SymbolRef> held;
    Reclaim reclaim;
    FileTable files{strings, reclaim, 1000};
};

TEST_F(FileTableTest, AnInodeIsOneFileUnderAllItsNames) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    EXPECT_EQ(files.identify({7, 1, 0}, name("/b"), kNamed), a);
    EXPECT_EQ(files.peek({}, name("/a")), a);
    EXPECT_EQ(files.peek({}, name("/b")), a);
    EXPECT_NE(files.identify({7, 2, 0}, name("/c"), kNamed), a);
    EXPECT_EQ(a.to_string(), "0:1/7");
}

TEST_F(FileTableTest, APathWithoutAnInodeGetsAnIdentityThatMovesAlong) {
    const FileId a = files.identify({}, name("/tmp/a"), kNamed);
    EXPECT_EQ(a.kind, FileId::Kind::kPath);
    files.rename(name("/tmp/a"), name("/tmp/b"), a, false);
    EXPECT_EQ(files.peek({}, name("/tmp/b")), a);
    EXPECT_FALSE(files.knows(name("/tmp/a")));
    EXPECT_NE(files.identify({}, name("/tmp/a"), kNamed), a);
}

TEST_F(FileTableTest, AnInodeThatIsLearntLaterKeepsTheFirstIdentity) {
    const FileId a = files.identify({}, name("/tmp/a"), kNamed);
    EXPECT_EQ(files.identify({7, 1, 0}, name("/tmp/a"), kNamed), a);
    EXPECT_EQ(files.peek({7, 1, 0}, {}), a);
}

TEST_F(FileTableTest, UnlinkAndRecreateUnderOneInodeIsAnotherFile) {
    const FileId a = files.identify({7, 1, 0}, name("/tmp/a"), kCreated);
    files.unlink(name("/tmp/a"), a, -1);
    const FileId b = files.identify({7, 1, 0}, name("/tmp/a"), kNamed);
    EXPECT_NE(a, b);
    EXPECT_EQ(b.number, 7u);
    EXPECT_EQ(files.peek({7, 1, 0}, {}), b);
}

TEST_F(FileTableTest, AFileWithAnotherNameLeftIsNotGone) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    files.link(name("/b"), a);
    files.unlink(name("/a"), a, -1);
    EXPECT_EQ(files.identify({7, 1, 0}, name("/b"), kNamed), a);
    files.unlink(name("/b"), a, 1);  // the kernel knows of one more
    EXPECT_EQ(files.identify({7, 1, 0}, name("/c"), kNamed), a);
    files.unlink(name("/c"), a, 0);
    EXPECT_NE(files.identify({7, 1, 0}, name("/d"), kNamed), a);
}

TEST_F(FileTableTest, AnUnlinkedFileStaysItselfThroughItsDescriptors) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    files.unlink(name("/a"), a, 0);
    EXPECT_EQ(files.identify({7, 1, 0}, {}, kHeld), a);
}

TEST_F(FileTableTest, AGenerationOfTheKernelTellsFilesApart) {
    const FileId a = files.identify({7, 1, 100}, name("/a"), kNamed);
    EXPECT_EQ(a.generation, 100u);
    EXPECT_EQ(a.to_string(), "0:1/7.100");
    const FileId b = files.identify({7, 1, 101}, name("/a"), kNamed);
    EXPECT_NE(a, b);
    EXPECT_EQ(files.peek({7, 1, 101}, {}), b);
}

TEST_F(FileTableTest, NoGenerationMeansTheKnownOne) {
    const FileId a = files.identify({7, 1, 100}, name("/a"), kNamed);
    EXPECT_EQ(files.peek({7, 1, 0}, {}), a);
    const FileId b = files.identify({8, 1, 0}, name("/b"), kNamed);
    EXPECT_EQ(files.peek({8, 1, 55}, {}), b);  // learnt later: still the same file
    EXPECT_NE(files.peek({8, 1, 56}, {}), b);  // and now another one is another
}

TEST_F(FileTableTest, AGenerationThatIsZeroIsOneToo) {
    const FileId a = files.identify({7, 1, 100}, name("/a"), kNamed);
    const InodeInfo zero{7, 1, 0, true};
    const FileId b = files.identify(zero, name("/a"), kNamed);
    EXPECT_NE(b, a);
    EXPECT_EQ(files.peek(zero, {}), b);
    EXPECT_NE(files.peek({7, 1, 100}, {}), b);
    const FileId c = files.identify({8, 1, 0}, name("/c"), kNamed);
    EXPECT_EQ(files.peek({8, 1, 0, true}, {}), c);  // learnt later
    EXPECT_NE(files.peek({8, 1, 5}, {}), c);
}

// On a file system that has no generations they say nothing.
TEST_F(FileTableTest, ZeroForAllTellsNoFilesApart) {
    const InodeInfo zero{7, 1, 0, true};
    const FileId a = files.identify(zero, name("/a"), kNamed);
    EXPECT_EQ(files.identify(zero, name("/b"), kNamed), a);
    EXPECT_NE(files.identify(zero, name("/a"), kCreated), a);
}

TEST_F(FileTableTest, CreationIsAnotherFileEvenIfTheUnlinkWasMissed) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    const FileId b = files.identify({7, 1, 0}, name("/a"), kCreated);
    EXPECT_NE(a, b);
    EXPECT_EQ(files.peek({}, name("/a")), b);
}

TEST_F(FileTableTest, RenameOverAFileEndsThatFile) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    const FileId b = files.identify({8, 1, 0}, name("/b"), kNamed);
    files.rename(name("/a"), name("/b"), a, false);
    EXPECT_EQ(files.peek({}, name("/b")), a);
    EXPECT_NE(files.identify({8, 1, 0}, name("/c"), kNamed), b);
}

TEST_F(FileTableTest, RenameBetweenTwoNamesOfOneFileDoesNothing) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    files.link(name("/b"), a);
    files.rename(name("/a"), name("/b"), a, false);
    EXPECT_EQ(files.peek({}, name("/a")), a);
    EXPECT_EQ(files.peek({}, name("/b")), a);
}

TEST_F(FileTableTest, ExchangeSwapsNames) {
    const FileId a = files.identify({7, 1, 0}, name("/a"), kNamed);
    const FileId b = files.identify({8, 1, 0}, name("/b"), kNamed);
    files.exchange(name("/a"), name("/b"));
    EXPECT_EQ(files.peek({}, name("/a")), b);
    EXPECT_EQ(files.peek({}, name("/b")), a);
}

TEST_F(FileTableTest, ARenamedDirectoryTakesItsFilesAlong) {
    const FileId deep = files.identify({7, 1, 0}, name("/tmp/d/e/f"), kNamed);
    const FileId flat = files.identify({8, 1, 0}, name("/tmp/d/g"), kNamed);
    const FileId beside = files.identify({9, 1, 0}, name("/tmp/dx"), kNamed);
    const FileId directory = files.identify({6, 1, 0}, name("/tmp/d"), kNamed);
    files.rename(name("/tmp/d"), name("/tmp/n"), directory, false);
    EXPECT_EQ(files.peek({}, name("/tmp/n/e/f")), deep);
    EXPECT_EQ(files.peek({}, name("/tmp/n/g")), flat);
    EXPECT_EQ(files.peek({}, name("/tmp/dx")), beside);
    EXPECT_FALSE(files.knows(name("/tmp/d/g")));
}

TEST_F(FileTableTest, PathsOfDifferentSpacesAreDifferentFiles) {
    const FileId host = files.identify({}, name("/tmp/a", 0), kNamed);
    EXPECT_NE(files.identify({}, name("/tmp/a", 5), kNamed), host);
}

TEST_F(FileTableTest, TheFirstWriterIsRememberedOverRename) {
    const Ref<ProcessImage> first(new ProcessImage), second(new ProcessImage);
    const FileId a = files.identify({7, 1, 0}, name("/a"), kCreated);
    files.set_origin(a, first.get(), timestamp_from_ns(5));
    files.set_origin(a, second.get(), timestamp_from_ns(6));
    files.rename(name("/a"), name("/b"), a, false);
    EXPECT_EQ(files.origin(files.peek({}, name("/b"))).process, first.get());
    EXPECT_EQ(ns_of(files.origin(a).time), 5u);
    EXPECT_EQ(files.origin(FileId{}).process, nullptr);
}

TEST_F(FileTableTest, ManyLinksToOneFileStayWithinTheLimit) {
    FileTable small(strings, reclaim, 64);
    const FileId a = small.identify({1, 1, 0}, name("/a"), kNamed);
    for (int i = 0; i < 1000; ++i) small.link(name("/l" + std::to_string(i)), a);
    EXPECT_TRUE(small.knows(name("/l0")));
    EXPECT_FALSE(small.knows(name("/l999")));
    EXPECT_EQ(small.identify({1, 1, 0}, name("/l999"), kNamed), a);
    small.shed(1);
    EXPECT_EQ(small.size(), 0u);
    EXPECT_FALSE(small.knows(name("/l0")));
}

TEST_F(FileTableTest, TheLongestUntouchedGoesAtTheLimit) {
    FileTable small(strings, reclaim, 64);
    const FileId kept = small.identify({1, 1, 0}, name("/kept"), kNamed);
    for (std::uint64_t i = 2; i < 1000; ++i) {
        small.identify({i, 1, 0}, name("/" + std::to_string(i)), kNamed);
        EXPECT_EQ(small.peek({1, 1, 0}, {}), kept);
    }
    EXPECT_LE(small.size(), 64u);
    EXPECT_EQ(small.size() + small.evicted(), 999u);
    EXPECT_TRUE(small.knows(name("/kept")));
    EXPECT_FALSE(small.knows(name("/2")));
}

}  // namespace
}  // namespace sequitur

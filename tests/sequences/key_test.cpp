#include "sequences/key.h"

#include "sequences/key_index.h"
#include "tests/sequences/hand_made.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sequitur::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class KeyReaderTest : public ::testing::Test {
protected:
    std::vector<EventKey> keys(const std::vector<std::string>& by, std::int64_t pid,
                               const std::string& name) {
        KeyShapes shapes;
        const std::uint32_t shape = shapes.add(key(by));
        KeyReader reader(shapes, hasher);
        Story story(world);
        story.at(1, {}, pid, name);
        reader.begin(story.events[0]);
        const auto found = reader.keys(shape);
        return {found.begin(), found.end()};
    }

    World world;
    KeyHasher hasher{1, 2};
};

TEST_F(KeyReaderTest, EqualTuplesHaveEqualKeys) {
    EXPECT_EQ(keys({"file.path", "proc.name"}, 1, "x")[0].key,
              keys({"file.path", "proc.name"}, 1, "x")[0].key);
    EXPECT_NE(keys({"file.path", "proc.name"}, 1, "x")[0].key,
              keys({"file.path", "proc.name"}, 2, "x")[0].key);
    EXPECT_NE(keys({"file.path", "proc.name"}, 1, "x")[0].key,
              keys({"proc.name", "file.path"}, 1, "x")[0].key);
}

TEST_F(KeyReaderTest, FieldsDoNotRunIntoEachOther) {
    world.process(7, 0, 0, {"ab"});
    world.process(8, 0, 0, {"a"});
    EXPECT_NE(keys({"proc.argv", "file.path"}, 7, "c")[0].key,
              keys({"proc.argv", "file.path"}, 8, "bc")[0].key);
}

TEST_F(KeyReaderTest, AMissingValueGivesNoKeyUnlessItMayBeMissing) {
    EXPECT_THAT(keys({"proc.name", "file.path"}, 1, ""), IsEmpty());
    EXPECT_THAT(keys({"proc.name", "?file.path"}, 1, ""), SizeIs(1));
}

TEST_F(KeyReaderTest, FilesByThemselvesAreToldApartByAllOfTheirIdentity) {
    KeyShapes shapes;
    const std::uint32_t text = shapes.add(key({"file.id"}));
    const std::uint32_t itself = shapes.add(key({"file.id"}), 1);
    ASSERT_NE(text, itself);
    KeyReader reader(shapes, hasher);
    std::map<std::uint64_t, int> seen;
    const auto count = [&](FileId::Kind kind, std::uint64_t number, std::uint32_t dev,
                           std::uint32_t generation) {
        Story story(world);
        story.at(1, {});
        story.events[0].file = {number, dev, generation, kind};
        reader.begin(story.events[0]);
        const auto keys = reader.keys(itself);
        if (keys.size() == 1) ++seen[keys[0].key.low];
        return keys.size();
    };
    for (const auto kind : {FileId::Kind::kInode, FileId::Kind::kPath}) {
        for (const std::uint64_t number : {1u, 2u}) {
            for (const std::uint32_t dev : {0u, 1u, 2u}) {
                for (const std::uint32_t generation : {0u, 1u}) {
                    EXPECT_EQ(count(kind, number, dev, generation), 1u);
                }
            }
        }
    }
    EXPECT_EQ(seen.size(), 24u);
    EXPECT_EQ(count(FileId::Kind::kInode, 1, 2, 0), 1u);
    EXPECT_EQ(seen.size(), 24u);
    EXPECT_EQ(count(FileId::Kind::kNone, 1, 2, 0), 0u);
}

TEST_F(KeyReaderTest, ListsMultiply) {
    world.process(7, 0, 0, {"x", "y", "x", "z"});
    const auto found = keys({"proc.argv", "?proc.argv"}, 7, "f");
    EXPECT_THAT(found, SizeIs(9));
    world.process(9, 0, 0, {});
    EXPECT_THAT(keys({"proc.argv"}, 9, "f"), IsEmpty());
    EXPECT_THAT(keys({"?proc.argv"}, 9, "f"), SizeIs(1));
}

TEST_F(KeyReaderTest, AncestryIsTheProcessFirstAndItsAncestorsAfter) {
    world.process(2, 1);
    world.process(3, 2);
    const auto found = keys({"proc.ancestry"}, 3, "f");
    ASSERT_THAT(found, SizeIs(3));
    EXPECT_TRUE(found[0].opens);
    EXPECT_FALSE(found[1].opens);
    EXPECT_FALSE(found[2].opens);
    for (const std::int64_t pid : {3, 2, 1}) {
        const auto index = static_cast<std::size_t>(3 - pid);
        EXPECT_EQ(found[index].key, keys({"proc.entity"}, pid, "f")[0].key);
    }
}

TEST_F(KeyReaderTest, TheSecretChangesEveryKey) {
    EXPECT_NE(KeyHasher(1, 2).hash("x"), KeyHasher(1, 3).hash("x"));
    EXPECT_NE(KeyHasher(1, 2).hash("x"), KeyHasher(2, 2).hash("x"));
}

TEST_F(KeyReaderTest, PlacesAreToldApartAndMixedInTwiceAreGone) {
    const Key base = hasher.hash("x");
    EXPECT_NE(hasher.in_place(base, 1, 0), hasher.in_place(base, 2, 0));
    EXPECT_NE(hasher.in_place(base, 1, 0), hasher.in_place(base, 1, 1));
    EXPECT_EQ(hasher.in_place(hasher.in_place(base, 1, 7), 1, 7), base);
}

TEST(KeyHasherTest, LengthsAndBitsCount) {
    const KeyHasher hasher(3, 4);
    std::vector<Key> seen;
    std::string bytes;
    for (int length = 0; length < 40; ++length) {
        seen.push_back(hasher.hash(bytes));
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            std::string other = bytes;
            other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
            EXPECT_NE(hasher.hash(other), seen.back());
        }
        bytes.push_back('\0');
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) EXPECT_NE(seen[i], seen[j]);
    }
}

TEST(KeyIndexTest, AgreesWithAMap) {
    std::mt19937_64 random(3);
    KeyIndex index;
    std::map<std::uint64_t, Handle> model;
    std::vector<Key> stored(4096);
    const auto key_of = [&stored](Handle handle) -> const Key& { return stored[handle]; };
    for (Handle round = 0; round < 20'000; ++round) {
        const std::uint64_t number = random() % 1000;
        // Few different places, so that searches run into each other.
        const Key key{number % 50, number};
        const Handle found = index.find(key, key_of);
        const auto known = model.find(number);
        ASSERT_EQ(found, known == model.end() ? kNoHandle : known->second);
        if (found != kNoHandle) {
            index.erase(key, found);
            model.erase(known);
        } else {
            const auto handle = static_cast<Handle>(number);
            stored[handle] = key;
            index.insert(key, handle);
            model.emplace(number, handle);
        }
        ASSERT_EQ(index.size(), model.size());
    }
}

}  // namespace
}  // namespace sequitur::testing

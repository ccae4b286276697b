// Which file: (device, inode, generation) as the kernel reports it, or a path where it does not.
//
// Two names of one file have one FileId; an unlinked and recreated name has another. An id made
// from a path (kind kPath) is given out by the file table, which moves it along on rename and
// link, so it too outlives its name.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sequitur {

struct FileId {
    enum class Kind : std::uint8_t { kNone, kInode, kPath };

    std::uint64_t number = 0;      // kInode: inode number; kPath: the file table's own serial
    std::uint32_t dev = 0;         // kInode: new_encode_dev form
    std::uint32_t generation = 0;  // kInode: 0 where unknown
    Kind kind = Kind::kNone;

    explicit operator bool() const { return kind != Kind::kNone; }
    friend auto operator<=>(const FileId&, const FileId&) = default;

    // "8:1/7", with a generation "8:1/7.42"; a path's: "path/12"; none: "".
    std::string to_string() const;
    // The same text, written to `to`, which has room for kTextMax; where it ends. Cost: a few ns.
    char* write(char* to) const;
    static constexpr std::size_t kTextMax = 56;
};

}  // namespace sequitur

// Which file a record speaks of: identities that outlive names, and who first wrote each file.
//
// Sits between the state stage's call families and Event::file. The kernel's word counts first
// (device, inode, generation); where a record has none, the table knows what it last saw under that
// path. Names move along on rename and link; a name that is removed and made anew is another file.
//
// Generations: one that is not told matches whatever is known of that inode. 0 that is told differs
// from any other, but says nothing between two files that have it, because whole file systems know
// no other. Where generations say nothing, the table counts its own when an inode number is seen to
// be reused, so that FileId differs. A file keeps the FileId it was first given, also when more is
// learnt later.
//
// Limits: files_max records, and twice as many names; the longest untouched goes, with its names
// and origin. It is known again, as a file without history, when it is next seen. Thread: the state
// stage's.
#pragma once

#include "core/file_copy.h"
#include "core/file_identity.h"
#include "core/flat_map.h"
#include "core/interner.h"
#include "core/reclaim.h"
#include "core/slab.h"
#include "core/time.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sequitur {

// What a record says of an inode. ino 0: nothing.
struct InodeInfo {
    std::uint64_t ino = 0;
    std::uint32_t dev = 0;
    std::uint32_t generation = 0;
    bool is_generation_told = false;  // 0 is told; any other number speaks for itself

    explicit operator bool() const { return ino != 0; }
    bool tells_generation() const { return is_generation_told || generation != 0; }
};

// A path, and the space in which it means something (mount namespace or container). A null path
// is no name.
struct FileName {
    std::uint32_t space = 0;
    Symbol path = nullptr;

    explicit operator bool() const { return path != nullptr; }
    friend bool operator==(const FileName&, const FileName&) = default;
};

// How a record came by the file: decides what a dead inode number means.
enum class FileSight : std::uint8_t {
    kHeld,     // through a descriptor or a link in /proc: may be a file without a name
    kNamed,    // by a name: a file that has one now
    kCreated,  // this call made it
};

// The last numbers that were given out where the kernel tells none.
struct FileSerials {
    std::uint64_t path = 0;
    std::uint32_t generation = 0;
};

struct FileOrigin {
    const ProcessImage* process = nullptr;  // valid for the batch
    Timestamp time;
    const FileCopy* source = nullptr;  // what the file was copied from; valid for the batch
};

class FileTable {
public:
    // All must outlive this.
    FileTable(Interner& strings, Reclaim& reclaim, std::size_t files_max);
    ~FileTable();

    // The file, remembered under `name` from now on. At least one of inode and name must be there,
    // or the result is no file.
    FileId identify(const InodeInfo& inode, const FileName& name, FileSight sight);

    // The file without remembering anything new: for the many that are only read. An inode that is
    // not known gets the identity that it will have when it is.
    FileId peek(const InodeInfo& inode, const FileName& name);

    // Whether `name` is known to be a file's.
    bool knows(const FileName& name) const { return names_.find(name) != nullptr; }
    InodeInfo inode_at(const FileName& name) const;

    // Whether identify(inode, name, kNamed) would say `file`, as far as one look tells: false means
    // "ask". `place` is what origin() noted. The file counts as seen.
    bool is_settled(FileId file, std::uint32_t place, const InodeInfo& inode, const FileName& name);

    // Starts to bring in what is_settled() and origin() look at.
    void fetch_ahead(std::uint32_t place) const;

    // A file without any name, such as a memfd of which no inode is told.
    FileId make_nameless();

    // Calls that succeeded. `file` is what identify() said of `from` or `name`.
    void rename(const FileName& from, const FileName& to, FileId file, bool is_directory);
    void exchange(const FileName& one, const FileName& other);
    void link(const FileName& to, FileId file);
    // `links_left` < 0: not told; then the file is gone with the last name known of it.
    void unlink(const FileName& name, FileId file, int links_left);

    // Who first wrote `file`, or made it, and what it was copied from; null: not known.
    FileOrigin origin(FileId file) const;
    // The same, faster if `place` is what an earlier call for this file left there.
    FileOrigin origin(FileId file, std::uint32_t& place) const;
    // Remembers it if none is known yet. `file` must be one that identify() or peek() gave.
    void set_origin(FileId file, const ProcessImage* process, Timestamp time);

    // What `file` was copied from, remembered if nothing is known yet. Nothing is its own source,
    // however long the way round.
    void set_source(FileId file, FileId from, Symbol path);

    // A symbolic link leads from the text of its name to that of `target`; null: to nothing known.
    void set_link_target(FileId link, Symbol target);
    Symbol link_target(const FileName& name) const;

    // Calls visit(FileId, InodeInfo, origin image, time, source) for each file with an inode of
    // which more is known than the inode tells: its origin, or an identity of our own.
    template <typename Visit>
    void each_known(Visit visit) {
        for (std::uint32_t place = 0; place < records_.places(); ++place) {
            const Record* record = records_.at(place);
            if (record == nullptr || !record->inode || record->is_dead) continue;
            if (!record->origin && record->id == id_by_inode(record->inode)) continue;
            visit(record->id, record->inode, record->origin, record->origin_time, record->source);
        }
    }
    // Says that `inode` is `file`, as it was before a restart. False if it is another by now.
    bool restore(FileId file, const InodeInfo& inode);
    void restore_source(FileId file, const Ref<FileCopy>& source);

    FileSerials serials() const { return {path_serial_, generation_serial_}; }
    // Goes on after those, so that no identity is given out twice.
    void skip_to(const FileSerials& serials);

    // Forgets that many of the longest untouched files, because their names take too much memory.
    void shed(std::size_t count);

    std::size_t size() const { return records_.size(); }
    std::uint64_t evicted() const { return evicted_; }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;

    struct Record {
        FileId id;
        InodeInfo inode;  // current; ino 0 where none was ever told
        std::uint32_t first_name = kNone;
        bool is_dead = false;     // no name is left
        bool is_touched = false;  // seen again since it was made or the clock hand came by
        Ref<ProcessImage> origin;
        Timestamp origin_time;
        Ref<FileCopy> source;
        SymbolRef link_target;  // of symbolic links whose making was seen
    };
    struct NameEntry {
        SymbolRef path, directory;
        std::uint32_t space = 0, record = kNone;
        std::uint32_t next = kNone, previous = kNone;  // names of the same record
    };
    struct InodeKey {
        std::uint64_t ino;
        std::uint32_t dev;
        friend bool operator==(const InodeKey&, const InodeKey&) = default;
    };
    struct Hashes {
        std::uint64_t operator()(const InodeKey& key) const {
            return mix_bits(key.ino * 0x9e3779b97f4a7c15U + key.dev);
        }
        std::uint64_t operator()(const FileName& name) const {
            return mix_bits(name.path->serial * 0x9e3779b97f4a7c15U + name.space);
        }
        std::uint64_t operator()(const FileId& id) const {
            return mix_bits((id.number + static_cast<std::uint64_t>(id.kind)) *
                                0x9e3779b97f4a7c15U +
                            (std::uint64_t{id.generation} << 32 | id.dev));
        }
        std::uint64_t operator()(Symbol symbol) const { return mix_bits(symbol->serial); }
    };

    static FileId id_by_inode(const InodeInfo& inode);
    std::uint32_t current_of(const InodeInfo& inode, FileSight sight);
    std::uint32_t make(FileId id, const InodeInfo& inode);
    std::uint32_t make_for_inode(const InodeInfo& inode, bool is_reused);
    std::uint32_t record_at(const FileName& name) const;
    std::uint32_t record_of(FileId file) const;
    std::uint32_t record_for(FileId file);
    static FileOrigin origin_of(const Record& record) {
        return {record.origin.get(), record.origin_time, record.source.get()};
    }
    void learn_inode(std::uint32_t record, const InodeInfo& inode);
    void forget_inode(std::uint32_t record);
    void bind(const FileName& name, std::uint32_t record);
    void unbind(const FileName& name);
    void rename_below(const FileName& from, const FileName& to);
    void drop(std::uint32_t record);
    void make_room();

    Interner& strings_;
    Reclaim& reclaim_;
    std::size_t files_max_;
    Slab<Record> records_;
    Slab<NameEntry> entries_;
    FlatMap<FileId, std::uint32_t, Hashes> ids_;
    FlatMap<InodeKey, std::uint32_t, Hashes> inodes_;
    FlatMap<FileName, std::uint32_t, Hashes> names_;
    FlatMap<Symbol, std::uint32_t, Hashes> directories_;  // names directly inside each
    std::uint64_t path_serial_ = 0;
    std::uint32_t generation_serial_ = 0;
    std::uint32_t hand_ = 0;
    std::uint64_t evicted_ = 0;
    std::vector<std::uint32_t> moved_;
};

}  // namespace sequitur

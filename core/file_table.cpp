#include "core/file_table.h"

#include "core/fetch_ahead.h"
#include "core/path.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sequitur {

namespace {

// The row from `copy` on, its oldest left out where it has more than `length`.
Ref<FileCopy> newest_of(const FileCopy* copy, unsigned length) {
    if (copy->length <= length) return Ref<FileCopy>(copy);
    auto* made = new FileCopy;
    Ref<FileCopy> owner(made);
    made->file = copy->file;
    made->path = copy->path;
    made->length = length;
    if (length > 1) made->before = newest_of(copy->before.get(), length - 1);
    return owner;
}

}  // namespace

FileTable::FileTable(Interner& strings, Reclaim& reclaim, std::size_t files_max)
    : strings_(strings), reclaim_(reclaim), files_max_(files_max < 16 ? 16 : files_max) {}

FileTable::~FileTable() = default;

FileId FileTable::identify(const InodeInfo& inode, const FileName& name, FileSight sight) {
    if (!inode && !name) return {};
    std::uint32_t record = kNone;
    const std::size_t before = records_.size() + evicted_;
    if (inode) {
        record = current_of(inode, sight);
        const bool is_reused = record == kNone && inodes_.find({inode.ino, inode.dev}) != nullptr;
        if (is_reused) forget_inode(*inodes_.find({inode.ino, inode.dev}));
        if (record == kNone && name && sight != FileSight::kCreated) {
            // What was known by its name only is this inode.
            const std::uint32_t named = record_at(name);
            if (named != kNone && !records_[named].inode) {
                learn_inode(named, inode);
                record = named;
            }
        }
        if (record == kNone) record = make_for_inode(inode, is_reused);
    } else {
        record = sight == FileSight::kCreated ? kNone : record_at(name);
        if (record == kNone) {
            FileId id;
            id.kind = FileId::Kind::kPath;
            id.number = ++path_serial_;
            record = make(id, inode);
        }
    }
    if (records_.size() + evicted_ == before) records_[record].is_touched = true;
    if (name) bind(name, record);
    return records_[record].id;
}

FileId FileTable::peek(const InodeInfo& inode, const FileName& name) {
    std::uint32_t record = kNone;
    if (inode) {
        record = current_of(inode, FileSight::kHeld);
        if (record == kNone) {
            if (inodes_.find({inode.ino, inode.dev}) != nullptr) {
                return identify(inode, {}, FileSight::kHeld);  // reused: has to be counted
            }
            return id_by_inode(inode);
        }
    } else if (name) {
        record = record_at(name);
    }
    if (record == kNone) return {};
    records_[record].is_touched = true;
    return records_[record].id;
}

bool FileTable::is_settled(FileId file, std::uint32_t place, const InodeInfo& inode,
                           const FileName& name) {
    Record* record = records_.at(place);
    if (record == nullptr || record->id != file || record->is_dead) return false;
    const bool is_same_inode =
        inode && record->inode.ino == inode.ino && record->inode.dev == inode.dev &&
        (!inode.tells_generation() ||
         (record->inode.tells_generation() && record->inode.generation == inode.generation));
    if (!is_same_inode || record->first_name == kNone) return false;
    const NameEntry& entry = entries_[record->first_name];
    if (entry.path.get() != name.path || entry.space != name.space) return false;
    record->is_touched = true;
    return true;
}

void FileTable::fetch_ahead(std::uint32_t place) const {
    const Record* record = records_.at(place);
    if (record == nullptr) return;
    sequitur::fetch_ahead(record);
    sequitur::fetch_ahead(&record->origin);
}

FileId FileTable::make_nameless() {
    FileId id;
    id.kind = FileId::Kind::kPath;
    id.number = ++path_serial_;
    return records_[make(id, {})].id;
}

InodeInfo FileTable::inode_at(const FileName& name) const {
    const std::uint32_t record = name ? record_at(name) : kNone;
    return record != kNone ? records_[record].inode : InodeInfo{};
}

FileId FileTable::id_by_inode(const InodeInfo& inode) {
    FileId id;
    id.kind = FileId::Kind::kInode;
    id.number = inode.ino;
    id.dev = inode.dev;
    id.generation = inode.generation;
    return id;
}

// The record of that inode number, if what is known of it is this very file.
std::uint32_t FileTable::current_of(const InodeInfo& inode, FileSight sight) {
    const std::uint32_t* found = inodes_.find({inode.ino, inode.dev});
    if (found == nullptr) return kNone;
    Record& record = records_[*found];
    if (inode.tells_generation() && record.inode.tells_generation()) {
        if (inode.generation != record.inode.generation) return kNone;
        if (inode.generation != 0) return *found;
    }
    // The kernel does not tell files of one inode number apart: what happened in between does.
    if (sight == FileSight::kCreated) return kNone;
    if (record.is_dead && sight == FileSight::kNamed) return kNone;
    if (inode.tells_generation()) record.inode = inode;
    return *found;
}

std::uint32_t FileTable::make_for_inode(const InodeInfo& inode, bool is_reused) {
    FileId id = id_by_inode(inode);
    // A number of our own where the kernel told none, and where it told the same again.
    if (is_reused && inode.generation == 0) id.generation = ++generation_serial_;
    while (ids_.find(id) != nullptr) id.generation = ++generation_serial_;
    return make(id, inode);
}

std::uint32_t FileTable::make(FileId id, const InodeInfo& inode) {
    if (records_.size() >= files_max_) make_room();
    const std::uint32_t record = records_.take();
    records_[record].id = id;
    ids_.insert(id, record);
    if (inode) learn_inode(record, inode);
    return record;
}

void FileTable::learn_inode(std::uint32_t record, const InodeInfo& inode) {
    records_[record].inode = inode;
    inodes_.insert({inode.ino, inode.dev}, record) = record;
}

// The inode number belongs to another file from now on; this one lives on in its FileId alone.
void FileTable::forget_inode(std::uint32_t record) {
    const InodeInfo& inode = records_[record].inode;
    const std::uint32_t* current = inodes_.find({inode.ino, inode.dev});
    if (current != nullptr && *current == record) inodes_.erase({inode.ino, inode.dev});
    while (records_[record].first_name != kNone) {
        const NameEntry& entry = entries_[records_[record].first_name];
        unbind({entry.space, entry.path.get()});
    }
    records_[record].inode = {};
    records_[record].is_dead = true;
}

std::uint32_t FileTable::record_at(const FileName& name) const {
    const std::uint32_t* entry = names_.find(name);
    return entry != nullptr ? entries_[*entry].record : kNone;
}

std::uint32_t FileTable::record_of(FileId file) const {
    const std::uint32_t* record = file ? ids_.find(file) : nullptr;
    return record != nullptr ? *record : kNone;
}

void FileTable::bind(const FileName& name, std::uint32_t record) {
    if (record_at(name) == record) return;
    unbind(name);
    if (entries_.size() >= 2 * files_max_) return;  // many links to few files: found by inode only
    const SymbolRef directory(strings_.intern(directory_of(name.path->view())));
    const std::uint32_t number = entries_.take();
    NameEntry& entry = entries_[number];
    entry.path = SymbolRef(name.path);
    entry.directory = directory;
    entry.space = name.space;
    entry.record = record;
    entry.next = records_[record].first_name;
    if (entry.next != kNone) entries_[entry.next].previous = number;
    records_[record].first_name = number;
    records_[record].is_dead = false;
    names_.insert(name, number);
    ++directories_.insert(directory.get(), 0);
}

void FileTable::unbind(const FileName& name) {
    const std::uint32_t* found = names_.find(name);
    if (found == nullptr) return;
    const std::uint32_t number = *found;
    const NameEntry& entry = entries_[number];
    if (entry.next != kNone) entries_[entry.next].previous = entry.previous;
    if (entry.previous != kNone) {
        entries_[entry.previous].next = entry.next;
    } else {
        records_[entry.record].first_name = entry.next;
    }
    std::uint32_t* inside = directories_.find(entry.directory.get());
    if (--*inside == 0) directories_.erase(entry.directory.get());
    names_.erase(name);
    entries_.give_back(number);
}

void FileTable::rename(const FileName& from, const FileName& to, FileId file, bool is_directory) {
    const std::uint32_t record = record_of(file);
    if (record == kNone || !to || from == to) return;
    const std::uint32_t replaced = record_at(to);
    if (replaced == record) return;  // two names of one file: the call does nothing
    if (from) unbind(from);
    bind(to, record);
    if (replaced != kNone && records_[replaced].first_name == kNone) {
        records_[replaced].is_dead = true;
    }
    const bool has_names_inside = from && directories_.find(from.path) != nullptr;
    if (from && (is_directory || has_names_inside)) rename_below(from, to);
}

// Every known name below a renamed directory. Cost: a look at all names; directories that hold
// known names are renamed rarely.
void FileTable::rename_below(const FileName& from, const FileName& to) {
    const std::string prefix = std::string(from.path->view()) + '/';
    moved_.clear();
    for (std::uint32_t i = 0; i < entries_.places(); ++i) {
        const NameEntry* entry = entries_.at(i);
        if (entry != nullptr && entry->space == from.space &&
            entry->path.view().starts_with(prefix)) {
            moved_.push_back(i);
        }
    }
    std::string path;
    for (const std::uint32_t number : moved_) {
        const SymbolRef old_path = entries_[number].path;
        const std::uint32_t record = entries_[number].record;
        path = to.path->view();
        path += old_path.view().substr(prefix.size() - 1);
        unbind({from.space, old_path.get()});
        bind({to.space, strings_.intern(path)}, record);
    }
}

void FileTable::exchange(const FileName& one, const FileName& other) {
    const std::uint32_t first = record_at(one), second = record_at(other);
    unbind(one);
    unbind(other);
    if (first != kNone) bind(other, first);
    if (second != kNone) bind(one, second);
}

void FileTable::link(const FileName& to, FileId file) {
    const std::uint32_t record = record_of(file);
    if (record != kNone && to) bind(to, record);
}

void FileTable::unlink(const FileName& name, FileId file, int links_left) {
    if (name) unbind(name);
    const std::uint32_t record = record_of(file);
    if (record == kNone) return;
    records_[record].is_dead =
        links_left < 0 ? records_[record].first_name == kNone : links_left == 0;
}

FileOrigin FileTable::origin(FileId file) const {
    const std::uint32_t record = record_of(file);
    if (record == kNone) return {};
    return origin_of(records_[record]);
}

FileOrigin FileTable::origin(FileId file, std::uint32_t& place) const {
    const Record* record = records_.at(place);
    if (record == nullptr || record->id != file) {
        place = record_of(file);
        if (place == kNone) return {};
        record = &records_[place];
    }
    return origin_of(*record);
}

void FileTable::set_origin(FileId file, const ProcessImage* process, Timestamp time) {
    if (!file) return;
    const std::uint32_t record = record_for(file);
    if (records_[record].origin) return;
    records_[record].origin = Ref<ProcessImage>(process);
    records_[record].origin_time = time;
}

// The record of a file that may have been read only so far, or had to go meanwhile.
std::uint32_t FileTable::record_for(FileId file) {
    const std::uint32_t record = record_of(file);
    if (record != kNone) return record;
    const bool is_inode = file.kind == FileId::Kind::kInode;
    return make(file, is_inode ? InodeInfo{file.number, file.dev, file.generation} : InodeInfo{});
}

void FileTable::set_source(FileId file, FileId from, Symbol path) {
    if (!file || !from || from == file) return;
    const FileCopy* before = origin(from).source;
    for (const FileCopy* at = before; at != nullptr; at = at->before.get()) {
        if (at->file == file) return;
    }
    const std::uint32_t record = record_for(file);
    if (records_[record].source) return;
    auto* made = new FileCopy;
    records_[record].source = Ref<FileCopy>(made);
    made->file = from;
    made->path = SymbolRef(path);
    if (before == nullptr) return;
    made->before = newest_of(before, FileCopy::kLengthMax - 1);
    made->length = made->before->length + 1;
}

bool FileTable::restore(FileId file, const InodeInfo& inode) {
    if (!file || !inode) return false;
    const std::uint32_t* current = inodes_.find({inode.ino, inode.dev});
    if (current != nullptr) return records_[*current].id == file;
    if (ids_.find(file) != nullptr) return false;
    make(file, inode);
    return true;
}

void FileTable::restore_source(FileId file, const Ref<FileCopy>& source) {
    const std::uint32_t record = record_of(file);
    if (record != kNone && !records_[record].source) records_[record].source = source;
}

void FileTable::skip_to(const FileSerials& serials) {
    path_serial_ = std::max(path_serial_, serials.path);
    generation_serial_ = std::max(generation_serial_, serials.generation);
}

void FileTable::set_link_target(FileId link, Symbol target) {
    const std::uint32_t record = record_of(link);
    if (record != kNone) records_[record].link_target = SymbolRef(target);
}

Symbol FileTable::link_target(const FileName& name) const {
    const std::uint32_t record = name ? record_at(name) : kNone;
    return record != kNone ? records_[record].link_target.get() : nullptr;
}

void FileTable::drop(std::uint32_t record) {
    forget_inode(record);
    ids_.erase(records_[record].id);
    reclaim_.bury(std::move(records_[record].origin));
    reclaim_.bury(std::move(records_[record].source));
    records_.give_back(record);
}

void FileTable::shed(std::size_t count) {
    while (count-- > 0 && records_.size() > 0) make_room();
}

void FileTable::make_room() {
    // At most two rounds: the first may only take the marks away.
    for (std::uint32_t looked = 0; looked < 2 * records_.places(); ++looked) {
        const std::uint32_t place = hand_ % records_.places();
        hand_ = place + 1;
        Record* record = records_.at(place);
        if (record == nullptr) continue;
        if (std::exchange(record->is_touched, false)) continue;
        drop(place);
        ++evicted_;
        return;
    }
}

}  // namespace sequitur

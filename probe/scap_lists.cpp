#include "probe/scap_lists.h"

namespace sequitur::probe {
namespace {

// Less than this at the end of a list is padding.
constexpr std::size_t kEntrySizeMin = 4;

// The part of an entry of a version 9 list that not all writers have. Two fields were once put in
// front of it; an entry that has no more left than the older part is from before that.
void read_tail(ByteCursor& entry, ListedThread& thread) {
    constexpr std::size_t kOldTailSize = 29;
    if (entry.left() > kOldTailSize) {
        thread.pidns_start_ns = entry.take_or<std::uint64_t>(0);
        thread.tty = entry.take_or<std::uint32_t>(0);
    }
    thread.loginuid = entry.take_or<std::uint32_t>(0xffffffff);
    thread.exe_writable = entry.take_or<std::uint8_t>(0) != 0;
    thread.cap_inheritable = entry.take_or<std::uint64_t>(0);
    thread.cap_permitted = entry.take_or<std::uint64_t>(0);
    thread.cap_effective = entry.take_or<std::uint64_t>(0);
    thread.exe_upper_layer = entry.take_or<std::uint8_t>(0) != 0;
    thread.exe_ino = entry.take_or<std::uint64_t>(0);
    thread.exe_ctime_ns = entry.take_or<std::uint64_t>(0);
    thread.exe_mtime_ns = entry.take_or<std::uint64_t>(0);
    thread.exe_from_memfd = entry.take_or<std::uint8_t>(0) != 0;
    thread.exe_lower_layer = entry.take_or<std::uint8_t>(0) != 0;
    thread.pgid = entry.take_or<std::int64_t>(-1);
}

void read_thread(ByteCursor& entry, int version, ListedThread& thread) {
    thread.tid = entry.take<std::uint64_t>();
    thread.pid = entry.take<std::uint64_t>();
    thread.ptid = entry.take<std::uint64_t>();
    if (version >= 6) thread.sid = entry.take<std::int64_t>();
    if (version >= 8) thread.vpgid = entry.take<std::int64_t>();
    thread.comm = entry.take_text();
    thread.exe = entry.take_text();
    if (version >= 7) thread.exepath = entry.take_text();
    thread.args = entry.take_text();
    thread.cwd = entry.take_text();
    thread.fdlimit = entry.take<std::int64_t>();
    thread.flags = entry.take<std::uint32_t>();
    thread.uid = entry.take<std::uint32_t>();
    thread.gid = entry.take<std::uint32_t>();
    if (version >= 2) {
        thread.vm_size_kb = entry.take<std::uint32_t>();
        thread.vm_rss_kb = entry.take<std::uint32_t>();
        thread.vm_swap_kb = entry.take<std::uint32_t>();
        thread.faults_major = entry.take<std::uint64_t>();
        thread.faults_minor = entry.take<std::uint64_t>();
    }
    if (version >= 3) thread.env = entry.take_text();
    if (version >= 4) {
        thread.vtid = entry.take<std::int64_t>();
        thread.vpid = entry.take<std::int64_t>();
        thread.cgroups = entry.take_text();
    }
    if (version >= 5) thread.root = entry.take_text();
    if (version >= 9 && !entry.is_short()) read_tail(entry, thread);
}

// The bytes of an entry that begins with its own length, which counts itself.
bool take_entry(ByteCursor& list, ByteCursor& entry) {
    const std::size_t length = list.take<std::uint32_t>();
    if (length < kEntrySizeMin || length - kEntrySizeMin > list.left()) return false;
    entry = ByteCursor(list.take_bytes(length - kEntrySizeMin));
    return true;
}

// False: of a type that is not known, whose end is not either.
bool read_descriptor(ByteCursor& entry, bool has_lengths, ListedDescriptor& fd) {
    fd.fd = entry.take<std::int64_t>();
    fd.ino = entry.take<std::uint64_t>();
    fd.type = entry.take<std::uint8_t>();
    switch (fd.type) {
        case 3:
        case 4: {
            const std::size_t size = fd.type == 3 ? 4 : 16;
            fd.source_ip = entry.take_bytes(size);
            fd.destination_ip = entry.take_bytes(size);
            fd.source_port = entry.take<std::uint16_t>();
            fd.destination_port = entry.take<std::uint16_t>();
            fd.l4proto = entry.take<std::uint8_t>();
            return true;
        }
        case 5:
        case 6:
            fd.source_ip = entry.take_bytes(fd.type == 5 ? 4 : 16);
            fd.source_port = entry.take<std::uint16_t>();
            fd.l4proto = entry.take<std::uint8_t>();
            return true;
        case 8:
            fd.unix_source = entry.take<std::uint64_t>();
            fd.unix_destination = entry.take<std::uint64_t>();
            fd.name = entry.take_text();
            // Writers used to take it from a line of /proc, with the line's end.
            while (fd.name.ends_with('\n')) fd.name.remove_suffix(1);
            return true;
        case 16:
            fd.open_flags = entry.take<std::uint32_t>();
            fd.name = entry.take_text();
            if (has_lengths) fd.dev = entry.take_or<std::uint32_t>(0);
            return true;
        default: break;
    }
    if (fd.type == 0 || fd.type > 21) {
        fd.type = 10;  // unsupported
        return false;
    }
    fd.name = entry.take_text();
    return true;
}

}  // namespace

bool ProcessList::next(ListedThread& thread) {
    if (is_damaged_ || cursor_.left() < kEntrySizeMin) return false;
    thread = ListedThread();
    ByteCursor entry = cursor_;
    if (version_ >= 9) is_damaged_ = !take_entry(cursor_, entry);
    if (is_damaged_) return false;
    read_thread(entry, version_, thread);
    is_damaged_ = entry.is_short();
    if (version_ < 9) cursor_ = entry;
    return !is_damaged_;
}

bool DescriptorList::next(ListedDescriptor& descriptor) {
    if (is_damaged_ || cursor_.left() < kEntrySizeMin) return false;
    descriptor = ListedDescriptor();
    ByteCursor entry = cursor_;
    if (has_lengths_) is_damaged_ = !take_entry(cursor_, entry);
    if (is_damaged_) return false;
    const bool is_known = read_descriptor(entry, has_lengths_, descriptor);
    is_damaged_ = entry.is_short() || (!is_known && !has_lengths_);
    if (!has_lengths_) cursor_ = entry;
    return !is_damaged_;
}

bool AccountList::next(ListedAccount& account) {
    if (is_damaged_ || cursor_.left() < kEntrySizeMin) return false;
    account = ListedAccount();
    ByteCursor entry = cursor_;
    if (has_lengths_) is_damaged_ = !take_entry(cursor_, entry);
    if (is_damaged_) return false;
    account.is_user = entry.take<std::uint8_t>() == 0;
    if (account.is_user) account.uid = entry.take<std::uint32_t>();
    account.gid = entry.take<std::uint32_t>();
    account.name = entry.take_text();
    if (account.is_user) {
        account.home = entry.take_text();
        account.shell = entry.take_text();
    }
    is_damaged_ = entry.is_short();
    if (!has_lengths_) cursor_ = entry;
    return !is_damaged_;
}

}  // namespace sequitur::probe

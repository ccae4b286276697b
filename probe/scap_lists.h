// The entries of a capture's lists: threads, descriptors, users and groups (docs/captures.md).
//
// Each reader walks over the body of one block. Texts are views into it. The bytes are untrusted:
// next() is false at the end and at what cannot be read, and is_damaged() tells the two apart.
#pragma once

#include "probe/byte_cursor.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur::probe {

struct ListedThread {
    std::uint64_t tid = 0, pid = 0, ptid = 0;
    std::int64_t sid = -1, vpgid = -1, pgid = -1, vtid = -1, vpid = -1;
    std::string_view comm, exe, exepath;
    std::string_view args, env, cgroups;  // texts, each followed by NUL, but maybe the last
    std::string_view cwd, root;
    std::int64_t fdlimit = -1;
    std::uint32_t flags = 0;  // PPM_CL_*
    std::uint32_t uid = 0xffffffff, gid = 0xffffffff, loginuid = 0xffffffff, tty = 0;
    std::uint32_t vm_size_kb = 0, vm_rss_kb = 0, vm_swap_kb = 0;
    std::uint64_t faults_major = 0, faults_minor = 0, pidns_start_ns = 0;
    std::uint64_t cap_inheritable = 0, cap_permitted = 0, cap_effective = 0;
    std::uint64_t exe_ino = 0, exe_ctime_ns = 0, exe_mtime_ns = 0;
    bool exe_writable = false, exe_upper_layer = false, exe_from_memfd = false,
         exe_lower_layer = false;
};

class ProcessList {
public:
    // `version`: process_list_version() of the block.
    ProcessList(std::span<const std::byte> body, int version) : cursor_(body), version_(version) {}
    bool next(ListedThread& thread);
    bool is_damaged() const { return is_damaged_; }

private:
    ByteCursor cursor_;
    int version_;
    bool is_damaged_ = false;
};

struct ListedDescriptor {
    std::int64_t fd = -1;
    std::uint64_t ino = 0;
    std::uint8_t type = 0;
    std::string_view name;  // files and the like; the path of a unix socket
    // Sockets. A listening one has only the source. Addresses: 4 or 16 bytes.
    std::span<const std::byte> source_ip, destination_ip;
    std::uint16_t source_port = 0, destination_port = 0;
    std::uint8_t l4proto = 0;
    std::uint64_t unix_source = 0, unix_destination = 0;
    std::uint32_t open_flags = 0, dev = 0;
};

class DescriptorList {
public:
    // `has_lengths`: of an FDL_V2 block, in which what is unknown can be skipped.
    DescriptorList(std::span<const std::byte> body, bool has_lengths)
        : cursor_(body), has_lengths_(has_lengths), tid_(cursor_.take<std::uint64_t>()) {
        is_damaged_ = cursor_.is_short();
    }
    std::uint64_t tid() const { return tid_; }
    bool next(ListedDescriptor& descriptor);
    bool is_damaged() const { return is_damaged_; }

private:
    ByteCursor cursor_;
    bool has_lengths_;
    std::uint64_t tid_;
    bool is_damaged_ = false;
};

struct ListedAccount {
    bool is_user = false;
    std::uint32_t uid = 0, gid = 0;
    std::string_view name, home, shell;
};

class AccountList {
public:
    AccountList(std::span<const std::byte> body, bool has_lengths)
        : cursor_(body), has_lengths_(has_lengths) {}
    bool next(ListedAccount& account);
    bool is_damaged() const { return is_damaged_; }

private:
    ByteCursor cursor_;
    bool has_lengths_;
    bool is_damaged_ = false;
};

}  // namespace sequitur::probe

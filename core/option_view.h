// What stands behind an event: the options of core/record_option.h, read once per record.
//
// Untrusted bytes: an option that is too short for its kind, or of an unknown code or role, is
// skipped; one that runs past the end stops the reading. Of several with one role the first counts.
#pragma once

#include "core/record_option.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur {

class OptionView {
public:
    static constexpr unsigned kRoles = 8;  // SEQUITUR_ROLE_*

    struct Path {
        std::string_view text;   // null data() when the option is not there
        std::uint8_t flags = 0;  // SEQUITUR_PATH_*
    };

    // `bytes` must outlive this.
    explicit OptionView(std::span<const std::byte> bytes);

    // Each is nullptr when the record has no such option.
    const sequitur_task_option* task() const { return has(kTask) ? &task_ : nullptr; }
    const sequitur_task_option* child() const { return has(kChild) ? &child_ : nullptr; }
    const sequitur_descriptor_option* descriptor() const {
        return has(kDescriptor) ? &descriptor_ : nullptr;
    }
    const sequitur_file_option* file(unsigned role) const {
        return has_bit(files_seen_, role) ? &files_[role] : nullptr;
    }

    Path path(unsigned role) const { return has_bit(paths_seen_, role) ? paths_[role] : Path(); }
    std::uint64_t truncated_params() const { return truncated_; }
    std::uint64_t lost() const { return lost_; }  // records lost before this one

private:
    enum Seen : std::uint8_t { kTask = 1, kChild = 2, kDescriptor = 4 };
    bool has(Seen what) const { return (seen_ & what) != 0; }
    static bool has_bit(std::uint8_t bits, unsigned bit) {
        return (static_cast<unsigned>(bits) >> bit & 1U) != 0;
    }
    void take(std::uint16_t code, std::span<const std::byte> value);
    void take_file(std::span<const std::byte> value);
    void take_path(std::span<const std::byte> value);

    std::uint8_t seen_ = 0, files_seen_ = 0, paths_seen_ = 0;
    std::uint64_t truncated_ = 0, lost_ = 0;
    // Not initialised: the bits above say what is there.
    sequitur_task_option task_, child_;
    sequitur_descriptor_option descriptor_;
    std::array<sequitur_file_option, kRoles> files_;
    std::array<Path, kRoles> paths_;
};

}  // namespace sequitur

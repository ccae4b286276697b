#include "core/option_view.h"

#include "core/record.h"
#include "core/record_options.h"

#include <cstring>

namespace sequitur {
namespace {

std::uint8_t with_bit(std::uint8_t bits, unsigned bit) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(bits) | (1U << bit));
}

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): see the members
OptionView::OptionView(std::span<const std::byte> bytes) {
    RecordOptionReader reader(bytes);
    RecordOption option;
    while (reader.next(option)) take(option.code, option.value);
}

void OptionView::take(std::uint16_t code, std::span<const std::byte> value) {
    switch (code) {
        case SEQUITUR_OPTION_TASK:
        case SEQUITUR_OPTION_CHILD: {
            const Seen which = code == SEQUITUR_OPTION_TASK ? kTask : kChild;
            if (value.size() < sizeof(sequitur_task_option) || has(which)) break;
            std::memcpy(which == kTask ? &task_ : &child_, value.data(), sizeof task_);
            seen_ = static_cast<std::uint8_t>(seen_ | which);
            break;
        }
        case SEQUITUR_OPTION_FILE: take_file(value); break;
        case SEQUITUR_OPTION_PATH: take_path(value); break;
        case SEQUITUR_OPTION_DESCRIPTOR:
            if (value.size() < sizeof descriptor_ || has(kDescriptor)) break;
            std::memcpy(&descriptor_, value.data(), sizeof descriptor_);
            seen_ = static_cast<std::uint8_t>(seen_ | kDescriptor);
            break;
        case SEQUITUR_OPTION_TRUNCATED:
            if (value.size() >= 8) truncated_ = load_le<std::uint64_t>(value.data());
            break;
        case SEQUITUR_OPTION_LOST:
            if (value.size() >= 8) lost_ = load_le<std::uint64_t>(value.data());
            break;
        default: break;
    }
}

void OptionView::take_file(std::span<const std::byte> value) {
    if (value.size() < sizeof(sequitur_file_option)) return;
    sequitur_file_option file;
    std::memcpy(&file, value.data(), sizeof file);
    if (file.role >= kRoles || has_bit(files_seen_, file.role)) return;
    files_[file.role] = file;
    files_seen_ = with_bit(files_seen_, file.role);
}

void OptionView::take_path(std::span<const std::byte> value) {
    if (value.size() < 3) return;  // an empty path says nothing
    const auto role = static_cast<unsigned>(value[0]);
    if (role >= kRoles || has_bit(paths_seen_, role)) return;
    std::string_view text(reinterpret_cast<const char*>(value.data()) + 2, value.size() - 2);
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    if (text.empty()) return;
    paths_[role] = Path{text, static_cast<std::uint8_t>(value[1])};
    paths_seen_ = with_bit(paths_seen_, role);
}

}  // namespace sequitur

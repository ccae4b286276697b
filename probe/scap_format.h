// The constants of .scap captures that reader and writer share (docs/captures.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sequitur::probe {

// Block: u32 type, u32 total length, body, zeros up to a multiple of 4, u32 total length.
inline constexpr std::size_t kBlockHeadSize = 8;
inline constexpr std::size_t kBlockTailSize = 4;
inline constexpr std::size_t kBlockFrameSize = kBlockHeadSize + kBlockTailSize;
// Longer blocks are damage: no list of a real host comes near.
inline constexpr std::size_t kBlockSizeMax = std::size_t{1} << 30;
// What other readers take in an event block that is not a large one, its head included.
inline constexpr std::size_t kSmallBlockSizeMax = 65536 + kBlockHeadSize;

namespace block {
inline constexpr std::uint32_t kSection = 0x0A0D0D0A;
inline constexpr std::uint32_t kMachine = 0x201, kMachineOld = 0x8002ABCD;
inline constexpr std::uint32_t kProcesses = 0x215;  // version 9; the older ones in process_list
inline constexpr std::uint32_t kDescriptors = 0x203, kDescriptorsOld = 0x8001ABCD;
inline constexpr std::uint32_t kDescriptors2 = 0x218;
inline constexpr std::uint32_t kInterfaces = 0x205, kInterfacesOld = 0x8011ABCD;
inline constexpr std::uint32_t kInterfaces2 = 0x219;
inline constexpr std::uint32_t kUsers = 0x206, kUsersOld = 0x8012ABCD;
inline constexpr std::uint32_t kUsers2 = 0x220;
inline constexpr std::uint32_t kEvent = 0x204, kEventOld = 0x8010ABCD;
inline constexpr std::uint32_t kEventFlags = 0x208;
inline constexpr std::uint32_t kEvent2 = 0x216, kEventFlags2 = 0x217;
inline constexpr std::uint32_t kEventLarge = 0x221, kEventFlagsLarge = 0x222;
// Ours, from pcapng's range for local use: a snapshot record as the source gave it. Stands among
// the metadata, where other readers skip what they do not know.
inline constexpr std::uint32_t kSnapshotRecord = 0x80005E01;
}  // namespace block

inline constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
inline constexpr std::uint16_t kMajorVersion = 1, kMinorVersion = 2;
inline constexpr std::size_t kSectionBodySize = 16;
inline constexpr std::size_t kMachineBodySize = 180;

// Event header without the number of parameters, as EV and EVF blocks have it.
inline constexpr std::size_t kOldEventHeaderSize = 22;

// Numbers of lists that other readers refuse above these lengths, in bytes.
inline constexpr std::size_t kListPathMax = 1023, kListTextsMax = 4095, kListNameMax = 255;

// System calls with numbers above this end Debian 12's sysdig; a generic event of one says 0, and
// an option in front of the others says which it was.
inline constexpr std::uint16_t kOldSyscallMax = 329;
inline constexpr std::size_t kSyscallOptionSize = 8;

// Version of the process list that a block of this type is; 0: it is no process list.
constexpr int process_list_version(std::uint32_t type) {
    switch (type) {
        case 0x202:
        case 0x8000ABCD: return 1;
        case 0x207:
        case 0x8013ABCD: return 2;
        case 0x209:
        case 0x8014ABCD: return 3;
        case 0x210: return 4;
        case 0x211: return 5;
        case 0x212: return 6;
        case 0x213: return 7;
        case 0x214: return 8;
        case block::kProcesses: return 9;
        default: return 0;
    }
}

constexpr bool is_event_block(std::uint32_t type) {
    switch (type) {
        case block::kEvent:
        case block::kEventOld:
        case block::kEventFlags:
        case block::kEvent2:
        case block::kEventFlags2:
        case block::kEventLarge:
        case block::kEventFlagsLarge: return true;
        default: return false;
    }
}

}  // namespace sequitur::probe

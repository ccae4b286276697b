// The event types: what each record's parameters are and mean. A constexpr table, one row per id.
//
// Ids are those of the .scap format: stable, never reused. The table is generated at build time
// from core/tables/ (events.csv, flags.csv, syscalls.csv) and gives the decoder its parameter
// types, the language its evt.arg names, and `sequitur events` its text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur {

// Enumerators (kOpenat, kExecve, kProcexit, kIterTask, ...) are generated: the *current* id of each
// event name, in the direction that carries the data. Old ids are values without a name here.
enum class EventType : std::uint16_t
#include "event_type_ids.inc"
    ;

enum class ParamType : std::uint8_t {  // numbers are the format's PT_ codes
    kNone = 0,
    kInt8 = 1,
    kInt16 = 2,
    kInt32 = 3,
    kInt64 = 4,
    kUint8 = 5,
    kUint16 = 6,
    kUint32 = 7,
    kUint64 = 8,
    kCharbuf = 9,
    kBytebuf = 10,
    kErrno = 11,
    kSockaddr = 12,
    kSocktuple = 13,
    kFd = 14,
    kPid = 15,
    kFdlist = 16,
    kFspath = 17,
    kSyscallid = 18,
    kSigtype = 19,
    kReltime = 20,
    kAbstime = 21,
    kPort = 22,
    kL4proto = 23,
    kSockfamily = 24,
    kBool = 25,
    kIpv4addr = 26,
    kDyn = 27,
    kFlags8 = 28,
    kFlags16 = 29,
    kFlags32 = 30,
    kUid = 31,
    kGid = 32,
    kDouble = 33,
    kSigset = 34,
    kCharbufarray = 35,
    kCharbufPairArray = 36,
    kIpv4net = 37,
    kIpv6addr = 38,
    kIpv6net = 39,
    kIpaddr = 40,
    kIpnet = 41,
    kMode = 42,
    kFsrelpath = 43,
    kEnumflags8 = 44,
    kEnumflags16 = 45,
    kEnumflags32 = 46,
    kFd32 = 47,
    kPid32 = 48,
};

enum class PrintFormat : std::uint8_t { kNa, kDec, kHex, kPaddedDec, kId, kDir, kOct };

inline constexpr std::uint64_t kNoLinuxValue = ~std::uint64_t{0};

struct FlagValue {
    std::string_view name;
    std::uint64_t value;        // as records hold it
    std::uint64_t linux_value;  // as the system call takes it on x86-64, or kNoLinuxValue
};

struct FlagTable {
    std::string_view name;
    std::span<const FlagValue> values;  // in the order in which they are tried for printing
};

// ParamType::kDyn: what the value's first byte, which selects its type, means.
enum class DynKind : std::uint8_t { kNone, kSockopt, kPtrace, kKeyctl, kBpf };

struct ParamInfo {
    std::string_view name;
    ParamType type = ParamType::kNone;
    PrintFormat format = PrintFormat::kNa;
    const FlagTable* flags = nullptr;  // null unless a flag or enumeration type
    std::int8_t dirfd_param = -1;      // kFsrelpath: index of the directory descriptor
    DynKind dyn = DynKind::kNone;
};

// Where an event type comes from.
enum class EventSourceKind : std::uint8_t { kSyscall, kTracepoint, kPlugin, kMeta, kIter, kNone };

namespace event_flag {
inline constexpr std::uint16_t kCreatesFd = 1, kDestroysFd = 2, kUsesFd = 4, kReadsFromFd = 8,
                               kWritesToFd = 16, kModifiesState = 32, kUnused = 64, kWaits = 128,
                               kOldVersion = 512, kLargePayload = 2048, kConverterManaged = 4096;
}

struct EventTypeInfo {
    std::uint16_t id = 0;
    std::string_view name;  // evt.type; several ids may share one
    // evt.category ("file", "net", "IPC", ...), but for "io-read", "io-write" and "io-other", where
    // it is that of the descriptor.
    std::string_view category;
    EventSourceKind source = EventSourceKind::kNone;
    std::uint16_t flags = 0;    // event_flag::*
    bool is_exit = false;       // evt.dir is "<"
    bool is_current = false;    // produced today; others occur in old captures only
    std::int8_t fd_param = -1;  // the descriptor that the event works on
    std::span<const ParamInfo> params;
};

inline constexpr std::uint16_t kEventTypeCount = 454;

// The row of `type`, or nullptr when the id is unknown (newer than this table).
const EventTypeInfo* event_type_info(EventType type);

// All rows, ids 0 .. kEventTypeCount-1, in order.
std::span<const EventTypeInfo> event_types();

// Every *current* type that shows as `name` in evt.type (execve: one; "syscall": the generic one),
// or empty when no event type has that name.
std::span<const EventType> event_types_named(std::string_view name);

// The system call behind a generic event (type "syscall"): its name by the format's own numbering
// (PPM_SC, parameter 0 of the record), or an empty view. evt.type shows it.
std::string_view syscall_name(std::uint16_t ppm_sc);
// The inverse; -1 when there is no such call.
int syscall_id(std::string_view name);
std::uint16_t syscall_count();

// The flag table `name` ("file_flags"), or nullptr.
const FlagTable* flag_table(std::string_view name);

// The value of one flag by name within a table, or -1.
std::int64_t flag_value(const FlagTable& table, std::string_view name);

}  // namespace sequitur

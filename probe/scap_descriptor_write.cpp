// Entries of descriptor lists. Types that came late to the format are written as "unsupported":
// Debian's sysdig refuses a whole file for one that it does not know.
#include "core/call.h"
#include "core/event_type.h"
#include "probe/scap_format.h"
#include "probe/scap_lists_write.h"

#include <cstring>

namespace sequitur::probe {
namespace {

constexpr std::uint8_t kDirectory = 2, kInet4 = 3, kInet6 = 4, kInet4Server = 5, kInet6Server = 6,
                       kFifo = 7, kUnix = 8, kUnsupported = 10, kNetlink = 15, kFile = 16;

constexpr std::uint8_t kTcp = 2, kUdp = 3, kIcmp = 4, kRaw = 5;

// By the iterator's number of what an anonymous inode is.
std::uint8_t anon_type(std::uint32_t kind) {
    constexpr std::uint8_t kEvent = 9, kSignalfd = 11, kEventpoll = 12, kInotify = 13,
                           kTimerfd = 14;
    switch (kind) {
        case 1: return kEvent;
        case 2: return kEventpoll;
        case 3: return kInotify;
        case 4: return kSignalfd;
        case 5: return kTimerfd;
        default: return kUnsupported;
    }
}

std::uint8_t l4proto_of(std::uint32_t type, std::uint32_t protocol) {
    constexpr std::uint32_t kStream = 1, kDatagram = 2, kRawSocket = 3;
    if (type == kRawSocket) return kRaw;
    if (protocol == 1) return kIcmp;
    if (type == kStream) return kTcp;
    if (type == kDatagram) return kUdp;
    return 0;
}

void put_inet(const Params& params, bool is_v6, std::uint8_t l4proto, bool is_listening,
              ByteBuffer& out) {
    const std::size_t size = is_v6 ? 16 : 4;
    const auto put_ip = [&](std::span<const std::byte> ip) {
        const std::size_t start = out.size();
        put_bytes(out, ip.first(std::min(ip.size(), size)));
        out.resize(start + size);
    };
    put_ip(params[3]);
    if (!is_listening) put_ip(params[5]);
    put(out, static_cast<std::uint16_t>(params.u32(4)));
    if (!is_listening) put(out, static_cast<std::uint16_t>(params.u32(6)));
    put(out, l4proto);
}

struct Written {
    std::uint8_t type = kUnsupported;
    unsigned name = 0, ino = 0;  // parameters
};

Written kind_of(const RecordView& record, const Params& params) {
    switch (static_cast<unsigned>(record.type())) {
        case static_cast<unsigned>(EventType::kIterTaskFileRegular): return {kFile, 1, 4};
        case static_cast<unsigned>(EventType::kIterTaskFileDirectory): return {kDirectory, 1, 2};
        case static_cast<unsigned>(EventType::kIterTaskFilePipe): return {kFifo, 1, 2};
        case static_cast<unsigned>(EventType::kIterTaskFileMemfd): return {kUnsupported, 1, 2};
        case static_cast<unsigned>(EventType::kIterTaskFileSocketUnix): return {kUnix, 4, 5};
        case static_cast<unsigned>(EventType::kIterTaskFileSocketNetlink):
            return {kNetlink, ~0U, 3};
        case static_cast<unsigned>(EventType::kIterTaskFileSocketInet): return {kInet4, 0, 7};
        case static_cast<unsigned>(EventType::kIterTaskFileSocketInet6): return {kInet6, 0, 7};
        default: return {anon_type(params.u32(1)), 2, 3};
    }
}

}  // namespace

void append_descriptor_entry(const RecordView& record, ByteBuffer& out) {
    const Params params(record);
    const OptionView options(record.option_bytes());
    const sequitur_descriptor_option* told = options.descriptor();
    Written kind = kind_of(record, params);
    const bool is_inet = kind.type == kInet4 || kind.type == kInet6;
    const bool is_v6 = kind.type == kInet6;
    bool is_listening = false;
    if (is_inet) {
        is_listening = told != nullptr ? told->type == kInet4Server || told->type == kInet6Server
                                       : params.u32(6) == 0;
        if (is_listening) kind.type = is_v6 ? kInet6Server : kInet4Server;
    } else if (told != nullptr && told->type > kUnix && told->type < kFile) {
        kind.type = told->type;  // all of these have a name and nothing else
    }

    const std::size_t start = out.size();
    put(out, std::uint32_t{0});
    put(out, std::int64_t{static_cast<std::int32_t>(params.i64(0))});
    put(out, params.u64(kind.ino));
    put(out, kind.type);
    if (is_inet) {
        const std::uint8_t l4proto =
            told != nullptr ? told->l4proto : l4proto_of(params.u32(1), params.u32(2));
        put_inet(params, is_v6, l4proto, is_listening, out);
    } else if (kind.type == kUnix) {
        put(out, params.u64(3));
        put(out, std::uint64_t{0});  // the other end: not told
        put_text(out, params.text(kind.name), kListPathMax);
    } else if (kind.type == kFile) {
        put(out, params.u32(2));
        put_text(out, params.text(kind.name), kListPathMax);
        const sequitur_file_option* file = options.file(SEQUITUR_ROLE_TARGET);
        put(out, file != nullptr ? file->dev : 0U);
    } else {
        put_text(out, params.text(kind.name), kListPathMax);
    }
    const auto length = static_cast<std::uint32_t>(out.size() - start);
    std::memcpy(out.data() + start, &length, sizeof length);
}

}  // namespace sequitur::probe

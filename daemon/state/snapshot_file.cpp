#include "daemon/state/snapshot_file.h"

#include "sequences/snapshot_bytes.h"

#include <fstream>

namespace sequitur {
namespace {

constexpr std::string_view kMagic = "SEQUITUR";
constexpr std::uint32_t kVersion = 2;

std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return sum;
}

}  // namespace

std::string write_service(const SavedService& saved) {
    ByteWriter body;
    body.text(saved.boot_id);
    body.number(saved.boot_to_epoch_ns);
    body.number(saved.watched_until.time_since_epoch().count());
    body.number(static_cast<std::uint32_t>(saved.gaps.size()));
    for (const AlertGap& gap : saved.gaps) {
        body.number(gap.first.time_since_epoch().count());
        body.number(gap.last.time_since_epoch().count());
    }
    body.text(saved.engine);
    body.text(saved.host);
    ByteWriter out;
    out.raw(kMagic);
    out.number(kVersion);
    out.number(static_cast<std::uint64_t>(body.bytes().size()));
    out.number(checksum(body.bytes()));
    out.raw(body.bytes());
    return out.take();
}

Result<SavedService> read_service(std::string_view bytes) {
    const auto refuse = [](const char* why) {
        return fail(Error::Code::kBadInput, std::string("the saved state is ") + why);
    };
    if (!bytes.starts_with(kMagic)) return refuse("no saved state");
    ByteReader head(bytes.substr(kMagic.size()));
    if (head.number<std::uint32_t>() != kVersion) return refuse("of another version");
    const auto size = head.number<std::uint64_t>();
    const auto sum = head.number<std::uint64_t>();
    const std::size_t head_size = kMagic.size() + 20;
    if (head.has_failed() || bytes.size() - head_size != size) return refuse("cut short");
    const std::string_view body = bytes.substr(head_size);
    if (checksum(body) != sum) return refuse("damaged");
    ByteReader in(body);
    SavedService saved;
    saved.boot_id = in.text();
    saved.boot_to_epoch_ns = in.number<std::uint64_t>();
    saved.watched_until = Timestamp(Duration(in.number<std::int64_t>()));
    for (std::uint32_t left = in.count(16); left > 0; --left) {
        const auto first = in.number<std::int64_t>();
        const auto last = in.number<std::int64_t>();
        saved.gaps.push_back({Timestamp(Duration(first)), Timestamp(Duration(last))});
    }
    saved.engine = in.text();
    saved.host = in.text();
    if (in.has_failed() || !in.at_end()) return refuse("damaged");
    return saved;
}

std::string read_boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

}  // namespace sequitur

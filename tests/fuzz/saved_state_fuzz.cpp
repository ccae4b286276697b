// The daemon's state on disk: whatever its bytes are, it is refused, or taken by a host's state
// that then goes on and can be saved again.
//
// Inputs are also taken as the host's part alone, so that mutations get behind the checksum.
#include "daemon/state/saved_host.h"
#include "daemon/state/snapshot_file.h"
#include "tests/support/host.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

namespace sequitur::test {
namespace {

constexpr std::size_t kFilesMax = 64;

void tell(Host& host) {
    host.log.at(at_ms(9)).task({.pid = 1, .name = "init", .start_ns = at_ms(0)});
    host.log.task({.pid = 30, .ppid = 1, .name = "sh", .start_ns = at_ms(3)});
    host.log.at(at_ms(10)).by(30).with_inode(7, 1).openat("/from", kOpenRead, 3);
    host.log.with_inode(8, 1).openat("/to", kOpenWrite, 4);
    host.log.read(3, 100);
    host.log.write(4, 100);
    host.log.with_inode(9).openat("/x", kOpenWrite | kOpenCreate | kOpenCreated, 5);
    host.log.with_inode(9).openat("/y", kOpenWrite | kOpenCreate | kOpenCreated, 6);
    host.run();
}

void try_host(const std::string& bytes) {
    RestoredHost restored;
    Host host;
    if (!restored.restore(bytes, host.state)) return;
    tell(host);
    save_host(host.state, {}, kFilesMax);
}

// A good one restores. The corpus was made so: SEQUITUR_SNAPSHOT_OUT is where it goes.
void try_good() {
    Host host;
    host.log.at(at_ms(1)).task({.pid = 10, .ppid = 1, .name = "sh", .start_ns = at_ms(1)});
    host.log.at(at_ms(2)).by(10).with_child(30, at_ms(3), 10).clone(30);
    tell(host);
    const std::string good = save_host(host.state, {}, kFilesMax);
    RestoredHost restored;
    Host other;
    if (!restored.restore(good, other.state)) std::abort();
    try_host(good);
    const char* path = std::getenv("SEQUITUR_SNAPSHOT_OUT");
    if (path == nullptr) return;
    std::ofstream(path, std::ios::binary) << good;
    SavedService saved;
    saved.boot_id = "boot";
    saved.gaps.push_back({timestamp_from_ns(at_ms(1)), timestamp_from_ns(at_ms(2))});
    saved.host = good;
    std::ofstream(std::string(path) + ".whole", std::ios::binary) << write_service(saved);
}

}  // namespace
}  // namespace sequitur::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    if (const auto saved = sequitur::read_service(bytes)) {
        sequitur::test::try_host(saved->host);
    }
    sequitur::test::try_host(bytes);
    if (size == 0) sequitur::test::try_good();
    return 0;
}

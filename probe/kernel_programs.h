// The programs in the kernel: loading, attaching, their rings, maps and iterators.
//
// The only door to libbpf. Hands out bytes; knows nothing of their order or meaning.
#pragma once

#include "core/event_source.h"
#include "core/result.h"
#include "probe/bpf/protocol.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sequitur::probe {

struct LoadOptions {
    sequitur_settings settings{};  // the rings' are set here
    std::size_t ring_bytes = 0;    // of two CPUs together
    std::size_t life_ring_bytes = 0;
};

class KernelPrograms {
public:
    // Where the entries of a ring go: sequitur_entry, record, options. Returning false ends the
    // reading; that entry has been read. The bytes live for the call.
    class EntryReader {
    public:
        virtual ~EntryReader() = default;
        virtual bool read(std::span<const std::byte> entry) = 0;
    };

    static Result<std::unique_ptr<KernelPrograms>> load(const LoadOptions& options);
    ~KernelPrograms();

    Result<void> attach();

    // Shared with the programs; every member may change while they run.
    sequitur_control& control();
    Result<void> add_to_tree(std::uint32_t tgid);

    // Ring 0 has the life of processes; each CPU has one behind it. read_ring() returns whether it
    // read all that was there.
    std::size_t ring_count() const;
    bool read_ring(std::size_t ring, EntryReader& reader);
    // Until a record comes that found control().sleeping set, or `timeout_ms` has passed.
    void wait(int timeout_ms);

    // Runs the iterators over all threads, then over all open files.
    Result<void> read_snapshot(EntryReader& reader);

    void add_losses(SourceLosses& losses) const;
    const std::vector<std::string>& missing_hooks() const;

private:
    struct Impl;
    explicit KernelPrograms(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur::probe

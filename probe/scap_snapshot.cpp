#include "probe/scap_snapshot.h"

#include "core/record_builder.h"
#include "probe/scap_event.h"
#include "probe/scap_lists.h"
#include "probe/scap_records.h"

#include <algorithm>
#include <string>

namespace sequitur::probe {
namespace {

using Fault = ScapSnapshot::Fault;
using Blocks = std::vector<ScapBlock>;

bool is_users(std::uint32_t type) {
    return type == block::kUsers || type == block::kUsersOld || type == block::kUsers2;
}
bool is_descriptors(std::uint32_t type) {
    return type == block::kDescriptors || type == block::kDescriptorsOld ||
           type == block::kDescriptors2;
}

// Turns lists into records. The faults of one pass are those of the other.
class ListReader {
public:
    ListReader(const Blocks& blocks, Arena& arena, std::vector<SnapshotRecord>& records)
        : blocks_(blocks), builder_(arena), records_(records) {}

    std::optional<Fault> run() {
        for (const ScapBlock& found : blocks_) check_size(found);
        find_owners();
        add_accounts();
        add_threads();
        add_descriptors();
        return fault_;
    }

private:
    void note(const ScapBlock& found, const char* what) {
        if (!fault_ || found.offset < fault_->offset) fault_ = Fault{found.offset, what};
    }

    void check_size(const ScapBlock& found) {
        const bool is_machine = found.type == block::kMachine || found.type == block::kMachineOld;
        if (is_machine && found.body.size() < kMachineBodySize) {
            note(found, "the machine block is too short");
        }
    }

    template <typename Visit>
    void each_thread(Visit&& visit) {
        for (const ScapBlock& found : blocks_) {
            const int version = process_list_version(found.type);
            if (version == 0) continue;
            ProcessList list(found.body, version);
            for (ListedThread thread; list.next(thread);) visit(thread);
            if (list.is_damaged()) note(found, "an entry of the process list cannot be read");
        }
    }

    template <typename Visit>
    void each_descriptor(Visit&& visit) {
        for (const ScapBlock& found : blocks_) {
            if (!is_descriptors(found.type)) continue;
            DescriptorList list(found.body, found.type == block::kDescriptors2);
            for (ListedDescriptor fd; list.next(fd);) visit(list.tid(), fd);
            if (list.is_damaged()) note(found, "an entry of a descriptor list cannot be read");
        }
    }

    // Which process a thread is of, and which ports somebody listens on.
    void find_owners() {
        each_thread([this](const ListedThread& thread) {
            if (is_listable(thread)) pid_of_.insert(thread.tid, 0) = thread.pid;
        });
        each_descriptor([this](std::uint64_t, const ListedDescriptor& fd) {
            if (fd.type == 5) served_.insert(fd.source_port, 1);
        });
    }

    // The last list replaces the ones before it.
    void add_accounts() {
        const auto last = std::find_if(blocks_.rbegin(), blocks_.rend(),
                                       [](const ScapBlock& b) { return is_users(b.type); });
        if (last == blocks_.rend()) return;
        AccountList list(last->body, last->type == block::kUsers2);
        for (ListedAccount account; list.next(account);) {
            records_.push_back({make_account_record(account, builder_), 0});
        }
        if (list.is_damaged()) note(*last, "an entry of the user list cannot be read");
    }

    // Leaders first: a thread is put under its process.
    void add_threads() {
        for (const bool leaders : {true, false}) {
            each_thread([&](const ListedThread& thread) {
                if (!is_listable(thread) || (thread.tid == thread.pid) != leaders) return;
                const std::uint64_t* parent = pid_of_.find(thread.ptid);
                const std::uint64_t ppid = parent != nullptr ? *parent : thread.ptid;
                records_.push_back({make_thread_record(thread, ppid, builder_), 0});
            });
        }
    }

    // Those of threads that no list names are of no use.
    void add_descriptors() {
        each_descriptor([this](std::uint64_t tid, const ListedDescriptor& fd) {
            const std::uint64_t* pid = pid_of_.find(tid);
            if (pid == nullptr) return;
            const bool serves = served_.find(fd.source_port) != nullptr;
            records_.push_back({make_descriptor_record(fd, *pid, tid, serves, builder_), 0});
        });
    }

    const Blocks& blocks_;
    RecordBuilder builder_;
    std::vector<SnapshotRecord>& records_;
    FlatMap<std::uint64_t, std::uint64_t> pid_of_;  // by tid
    FlatMap<std::uint64_t, std::uint8_t> served_;   // ports
    std::optional<Fault> fault_;
};

std::optional<Fault> read_own(const Blocks& blocks, std::vector<SnapshotRecord>& records) {
    std::optional<Fault> fault;
    for (const ScapBlock& found : blocks) {
        if (found.type != block::kSnapshotRecord) continue;
        ByteCursor cursor(found.body);
        SnapshotRecord snapshot;
        snapshot.position = cursor.take<std::uint64_t>();
        const bool is_whole =
            !cursor.is_short() &&
            read_event_body(cursor.take_bytes(cursor.left()), snapshot.record) == EventFault::kOk;
        if (is_whole) {
            // They stand in the order of the stream; a position that goes back is not believed.
            if (!records.empty()) {
                snapshot.position = std::max(snapshot.position, records.back().position);
            }
            records.push_back(snapshot);
        } else if (!fault) {
            fault = Fault{found.offset, "a snapshot record cannot be read"};
        }
    }
    return fault;
}

}  // namespace

std::optional<Fault> ScapSnapshot::take(Arena& arena, std::vector<SnapshotRecord>& records) {
    const Blocks blocks = std::exchange(blocks_, {});
    const bool is_ours = std::ranges::any_of(
        blocks, [](const ScapBlock& found) { return found.type == block::kSnapshotRecord; });
    if (is_ours) return read_own(blocks, records);
    return ListReader(blocks, arena, records).run();
}

}  // namespace sequitur::probe

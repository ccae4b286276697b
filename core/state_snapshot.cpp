// What ran before the first event: iterator records, and the accounts.
//
// A snapshot record tells how things were at its own time. What an event has told since then wins:
// of a process that has changed meanwhile only the gaps are filled; a descriptor that has changed
// meanwhile, or a process that has ended, is left alone.
#include "core/image_fields.h"
#include "core/process_resolver.h"
#include "core/state_arguments.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

enum TaskParam : unsigned {
    kPpid = 0,
    kPgid = 1,
    kVpgid = 2,
    kSid = 3,
    kComm = 4,
    kArgv = 5,
    kExepath = 6,
    kFlags = 7,
    kEnv = 8,
    kCwd = 9,
    kFdlimit = 10,
    kEuid = 11,
    kEgid = 12,
    kCapPermitted = 13,
    kCapEffective = 14,
    kCapInheritable = 15,
    kExeCtime = 17,
    kExeMtime = 18,
    kVmSize = 19,
    kVmRss = 20,
    kVmSwap = 21,
    kFaultsMajor = 22,
    kFaultsMinor = 23,
    kVtgid = 24,
    kPidnsStart = 26,
    kCgroups = 27,
    kRoot = 28,
    kStartTime = 29,
    kTty = 30,
    kLoginuid = 31,
};

constexpr std::int64_t kKthreadd = 2;

// Fills an image; with `gaps_only` just what it does not know yet.
struct ImageFiller {
    StateTables& tables;
    const Params& params;
    ProcessImage& image;
    bool gaps_only;

    void text(SymbolRef& to, unsigned param) const {
        if (!gaps_only || !to) set_text(tables, to, params.text(param));
    }
    template <typename T>
    void number(T& to, T unknown, unsigned param) const {
        if (gaps_only && to != unknown) return;
        if constexpr (std::is_signed_v<T>) {
            to = static_cast<T>(params.i64(param, to));
        } else {
            to = static_cast<T>(params.u64(param, to));
        }
    }
};

void fill_command(const ImageFiller& fill) {
    ProcessImage& image = fill.image;
    fill.text(image.name, kComm);
    if (!fill.gaps_only || !image.exe) {
        const std::string_view argv = fill.params.list(kArgv);
        const std::size_t end = argv.find('\0');
        set_text(fill.tables, image.exe, argv.substr(0, end));
        set_list(fill.tables, image.args,
                 end < argv.size() ? argv.substr(end + 1) : std::string_view(""));
    }
    fill.text(image.exepath, kExepath);
    build_lines(fill.tables, image);
}

void fill_texts(const ImageFiller& fill) {
    ProcessImage& image = fill.image;
    if (!fill.gaps_only || !image.env) {
        set_list(fill.tables, image.env, fill.params.list(kEnv));
    }
    if (!fill.gaps_only || !image.cwd) set_cwd(fill.tables, image, fill.params.text(kCwd));
    if (!fill.gaps_only || !image.cgroups) {
        set_cgroups(fill.tables, image, fill.params.list(kCgroups));
    }
    fill.text(image.root, kRoot);
}

void fill_numbers(const ImageFiller& fill) {
    ProcessImage& image = fill.image;
    fill.number(image.pgid, std::int64_t{-1}, kPgid);
    fill.number(image.vpgid, std::int64_t{-1}, kVpgid);
    fill.number(image.sid, std::int64_t{-1}, kSid);
    fill.number(image.vpid, std::int64_t{-1}, kVtgid);
    fill.number(image.uid, kNoUid, kEuid);
    fill.number(image.gid, kNoUid, kEgid);
    fill.number(image.loginuid, kNoUid, kLoginuid);
    fill.number(image.tty, 0U, kTty);
    fill.number(image.exe_flags, 0U, kFlags);
    fill.number(image.fdlimit, std::uint64_t{0}, kFdlimit);
    fill.number(image.cap_permitted, std::uint64_t{0}, kCapPermitted);
    fill.number(image.cap_effective, std::uint64_t{0}, kCapEffective);
    fill.number(image.cap_inheritable, std::uint64_t{0}, kCapInheritable);
    fill.number(image.exe_ctime_ns, std::uint64_t{0}, kExeCtime);
    fill.number(image.exe_mtime_ns, std::uint64_t{0}, kExeMtime);
    fill.number(image.pidns_start_ns, std::uint64_t{0}, kPidnsStart);
    fill.number(image.vm_size_kb, 0U, kVmSize);
    fill.number(image.vm_rss_kb, 0U, kVmRss);
    fill.number(image.vm_swap_kb, 0U, kVmSwap);
    fill.number(image.faults_major, std::uint64_t{0}, kFaultsMajor);
    fill.number(image.faults_minor, std::uint64_t{0}, kFaultsMinor);
}

void fill_image(StateTables& tables, const Call& call, ProcessImage& image, bool gaps_only) {
    const ImageFiller fill{tables, call.params, image, gaps_only};
    fill_command(fill);
    fill_texts(fill);
    fill_numbers(fill);
    const sequitur_task_option* told = call.options.task();
    if (told != nullptr && image.mount_ns == 0) image.mount_ns = told->mount_ns;
    if (!image.exe_file) {
        image.exe_file = tables.files.peek(inode_of(call, SEQUITUR_ROLE_EXE),
                                           {path_space(image), image.exepath.get()});
    }
    image.is_placeholder = false;
    image.is_kernel_thread = image.pid == kKthreadd || (image.ppid == kKthreadd && !image.exepath);
}

void start_at(ProcessImage& image, std::uint64_t start_ns) {
    image.entity.start_ns = start_ns;
    image.start_time = timestamp_from_ns(start_ns);
    image.exec_time = image.start_time;
}

// Whether the record speaks of the process that the table has under this pid. What the table has
// goes if it is the older one.
enum class Match { kNew, kSame, kStale };
Match match(StateTables& tables, const Call& call, std::int64_t pid, std::uint64_t start_ns) {
    Process* process = tables.processes.find(pid);
    if (process == nullptr) {
        const std::uint64_t ended = tables.processes.ended_ns(pid);
        return ended != 0 && ended >= call.ts && call.ts != 0 ? Match::kStale : Match::kNew;
    }
    if (is_same_process(*process, start_ns)) return Match::kSame;
    if (start_ns < process->image->entity.start_ns || call.ts < process->changed_ns)
        return Match::kStale;
    ++tables.counters.pids_reused;
    tables.processes.remove(*process, 0, call.ts);
    return Match::kNew;
}

void add_process(StateTables& tables, const Call& call, std::int64_t pid, std::uint64_t start_ns) {
    auto* image = new ProcessImage;
    image->pid = pid;
    image->entity.pid = pid;
    start_at(*image, start_ns);
    image->ppid = call.params.i64(kPpid);
    fill_image(tables, call, *image, false);
    const bool is_known = tables.earlier.give_to(*image);
    Process& process = tables.processes.add(image, nullptr, call.ts);
    process.is_ancestry_open = !is_known;
    process.changed_ns = call.ts;
    if (tables.processes.find_task(pid) == nullptr) {
        tables.processes.add_task(process, pid, tables.processes.make_files(), call.ts);
    }
    tables.processes.touch_all();
}

void update_process(StateTables& tables, const Call& call, Process& process,
                    std::uint64_t start_ns) {
    const bool was_placeholder = process.image->is_placeholder;
    const bool is_newer = was_placeholder || call.ts >= process.changed_ns;
    if (!is_newer) ++tables.counters.stale_snapshots;
    ProcessImage* image = ProcessTable::draft(process);
    const std::int64_t ppid = call.params.i64(kPpid);
    if (!process.has_acted && start_ns != 0 &&
        (process.start_is_guessed || image->entity.start_ns == 0)) {
        const ProcessEntity before = image->entity;
        start_at(*image, start_ns);
        if (image->entry == before) image->entry = image->entity;
        process.start_is_guessed = false;
    } else if (ns_of(image->start_time) == 0) {
        image->start_time = timestamp_from_ns(start_ns);
    }
    fill_image(tables, call, *image, !is_newer);
    tables.processes.publish(process, image, true);
    if (ppid >= 0 && (is_newer || image->ppid < 0)) tables.processes.set_parent(process, ppid);
    if (is_newer) process.changed_ns = call.ts;
    tables.processes.touch_all();
}

void add_thread(StateTables& tables, const Call& call, std::int64_t tid, std::int64_t pid) {
    const std::uint64_t ended = tables.processes.ended_ns(tid);
    if (tables.processes.find_task(tid) != nullptr || (ended != 0 && ended >= call.ts)) return;
    Process& process = resolve_process(tables, pid, call.options.task(), call.ts);
    if (tables.processes.find_task(tid) != nullptr) return;
    tables.processes.add_task(process, tid, files_of(tables, process), call.ts);
}

}  // namespace

// The header's tid is tgid << 32 | tid.
void apply_task_snapshot(StateTables& tables, const Call& call) {
    const auto ids = static_cast<std::uint64_t>(call.event.tid);
    const auto pid = static_cast<std::int64_t>(ids >> 32);
    const auto tid = static_cast<std::int64_t>(ids & 0xffffffff);
    if (tid != pid) {
        add_thread(tables, call, tid, pid);
        return;
    }
    const sequitur_task_option* told = call.options.task();
    const std::uint64_t start_ns =
        told != nullptr && told->start_ns != 0 ? told->start_ns : call.params.u64(kStartTime);
    switch (match(tables, call, pid, start_ns)) {
        case Match::kNew: add_process(tables, call, pid, start_ns); break;
        case Match::kSame:
            update_process(tables, call, *tables.processes.find(pid), start_ns);
            break;
        case Match::kStale: ++tables.counters.stale_snapshots; break;
    }
}

void apply_account(StateTables& tables, const Call& call) {
    const Params& params = call.params;
    const EventType type = call.event.type;
    const bool is_user = type == EventType::kUserAdded || type == EventType::kUserDeleted;
    const std::string_view container_id = params.text(is_user ? 5 : 2);
    const Symbol container = container_id.empty() ? nullptr : tables.strings.intern(container_id);
    const std::uint32_t id = params.u32(0, kNoUid);
    if (type == EventType::kUserAdded) {
        tables.accounts.add_user(container, id, symbol_of(tables, params.text(2)),
                                 symbol_of(tables, params.text(3)),
                                 symbol_of(tables, params.text(4)));
    } else if (type == EventType::kUserDeleted) {
        tables.accounts.remove_user(container, id);
    } else if (type == EventType::kGroupAdded) {
        tables.accounts.add_group(container, id, symbol_of(tables, params.text(1)));
    } else {
        tables.accounts.remove_group(container, id);
    }
    tables.processes.touch_all();
}

}  // namespace sequitur

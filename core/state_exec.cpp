// Which file an execve runs, from the surest source to the weakest: the FILE and PATH options of
// the probe; the kernel's path of the new image; the text that the program passed.
#include "core/image_fields.h"
#include "core/path.h"
#include "core/process_ancestry.h"
#include "core/state_arguments.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

enum ExecParam : unsigned {
    kExe = 1,
    kArgs = 2,
    kPtid = 5,
    kCwd = 6,
    kFdlimit = 7,
    kFaultsMajor = 8,
    kFaultsMinor = 9,
    kVmSize = 10,
    kVmRss = 11,
    kVmSwap = 12,
    kComm = 13,
    kCgroups = 14,
    kEnv = 15,
    kTty = 16,
    kVpgid = 17,
    kLoginuid = 18,
    kFlags = 19,
    kCapInheritable = 20,
    kCapPermitted = 21,
    kCapEffective = 22,
    kExeIno = 23,
    kExeCtime = 24,
    kExeMtime = 25,
    kUid = 26,
    kTrustedExepath = 27,
    kPgid = 28,
    kGid = 29,
    kFilename = 30,
};

// The name of a script, as the kernel has it for an execveat.
std::string_view script_name(const Call& call) {
    const auto told = call.options.path(SEQUITUR_ROLE_SCRIPT);
    return (told.flags & SEQUITUR_PATH_USERSPACE) != 0 ? told.text : std::string_view();
}

// Where `text` starts from; "/dev/fd/N/", as the kernel calls a directory that was given as a
// descriptor, is taken from it.
Symbol base_of(const Call& call, std::string_view& text) {
    constexpr std::string_view kPrefix = "/dev/fd/";
    const std::size_t end = text.find('/', kPrefix.size());
    if (text.starts_with(kPrefix) && end != std::string_view::npos) {
        const Descriptor* directory = descriptor_behind(call, text.substr(0, end));
        if (directory != nullptr && directory->name) {
            text.remove_prefix(end + 1);
            return directory->name.get();
        }
    }
    return call.process->image->cwd.get();
}

// The path as the program gave it. Event lines of tests may tell argv[0] alone; where that is a
// path, it stands in.
void read_filename(StateTables& tables, Call& call) {
    std::string_view text =
        call.event.type == EventType::kExecve ? call.params.text(kFilename) : script_name(call);
    if (text.empty() && !call.params.has(kTrustedExepath)) {
        const std::string_view exe = call.params.text(kExe);
        if (exe.find('/') != std::string_view::npos) text = exe;
    }
    if (text.empty()) return;
    call.event.path_raw = tables.strings.intern(text);
    const Symbol base = base_of(call, text);
    call.event.path = tables.paths.resolve(base, tables.strings.intern(text)).path.get();
}

void set_memory(const Params& params, ProcessImage& image) {
    image.faults_major = params.u64(kFaultsMajor, image.faults_major);
    image.faults_minor = params.u64(kFaultsMinor, image.faults_minor);
    image.vm_size_kb = params.u32(kVmSize, image.vm_size_kb);
    image.vm_rss_kb = params.u32(kVmRss, image.vm_rss_kb);
    image.vm_swap_kb = params.u32(kVmSwap, image.vm_swap_kb);
}

void set_ids(const Params& params, ProcessImage& image) {
    image.uid = params.u32(kUid, image.uid);
    image.gid = params.u32(kGid, image.gid);
    image.loginuid = params.u32(kLoginuid, image.loginuid);
    image.cap_inheritable = params.u64(kCapInheritable, image.cap_inheritable);
    image.cap_permitted = params.u64(kCapPermitted, image.cap_permitted);
    image.cap_effective = params.u64(kCapEffective, image.cap_effective);
    image.pgid = params.i64(kPgid, image.pgid);
    image.vpgid = params.i64(kVpgid, image.vpgid);
    image.tty = params.u32(kTty, image.tty);
    image.fdlimit = params.u64(kFdlimit, image.fdlimit);
}

void set_program(StateTables& tables, const Call& call, ProcessImage& image) {
    const Params& params = call.params;
    if (params.has(kExe)) set_text(tables, image.exe, params.text(kExe));
    set_list(tables, image.args, params.has(kArgs) ? params.list(kArgs) : std::string_view(""));
    const std::string_view comm = params.text(kComm);
    if (!comm.empty()) {
        set_text(tables, image.name, comm);
    } else {  // as the kernel would call it: the file's last part, 15 bytes of it
        std::string_view name =
            call.event.path != nullptr ? call.event.path->view() : params.text(kExe);
        name = name.substr(name.rfind('/') + 1);
        if (!name.empty()) set_text(tables, image.name, name.substr(0, 15));
    }
    if (params.has(kEnv)) set_list(tables, image.env, params.list(kEnv));
    set_cgroups(tables, image, params.list(kCgroups));
    image.exe_flags = params.u32(kFlags, 0);
    image.exe_ctime_ns = params.u64(kExeCtime, 0);
    image.exe_mtime_ns = params.u64(kExeMtime, 0);
    build_lines(tables, image);
}

void set_exepath(StateTables& tables, const Call& call, ProcessImage& image) {
    std::string_view path = call.options.path(SEQUITUR_ROLE_EXE).text;
    if (path.empty()) path = call.params.text(kTrustedExepath);
    if (path.empty()) path = view_of(call.event.path);
    image.exepath = path.empty() ? SymbolRef() : SymbolRef(tables.strings.intern(path));
}

// What runs, for an image whose exepath is set.
FileId identify_image(StateTables& tables, const Call& call, const ProcessImage& image) {
    const std::string_view path = image.exepath.view();
    const InodeInfo told = inode_of(call, SEQUITUR_ROLE_EXE);
    if (told) {
        const FileId id = tables.files.peek(told, {});
        return id;
    }
    if (const Descriptor* held = descriptor_behind(call, path)) return held->file;
    const FileName name = file_name(call, image.exepath.get());
    // The record has the inode's number but not its device: that of the last file of this path.
    InodeInfo inode = tables.files.inode_at(name);
    const std::uint64_t exe_ino = call.params.u64(kExeIno, 0);
    if (inode && exe_ino != 0 && exe_ino != inode.ino) {
        inode = {exe_ino, inode.dev};
        return tables.files.identify(inode, name, FileSight::kNamed);
    }
    return tables.files.identify({}, name, sight_of(path));
}

// Where the symbolic links lead whose making was seen; `path` itself where it is none.
Symbol behind_links(StateTables& tables, const Call& call, Symbol path) {
    constexpr int kLinksMax = 40;  // the kernel's own
    for (int i = 0; path != nullptr && i < kLinksMax; ++i) {
        const Symbol target = tables.files.link_target(file_name(call, path));
        if (target == nullptr) return path;
        tables.text = directory_of(path->view());
        path = tables.paths.resolve(tables.strings.intern(tables.text), target).path.get();
    }
    return path;
}

// Event::file and its path: the script where there is one, else what runs.
void set_event_file(StateTables& tables, Call& call, const ProcessImage& image) {
    Event& event = call.event;
    event.file = image.exe_file;
    event.file_path = image.exepath.get();
    if (const InodeInfo script = inode_of(call, SEQUITUR_ROLE_SCRIPT)) {
        event.file = tables.files.peek(script, {});
        event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_SCRIPT, event.path);
        return;
    }
    const Symbol path = behind_links(tables, call, event.path);
    if (path == nullptr || path == event.file_path) return;
    // Behind a chroot the name that was passed is the end of the host's, and as a name of the host
    // would be another file's.
    if (view_of(event.file_path).ends_with(path->view())) return;
    // Nobody says whether this is a script: where the kernel lets no hook in, its tracepoint knows
    // the interpreter only. What was passed, if it is a file we have met, is either what runs or
    // the script.
    if (const Descriptor* held = descriptor_behind(call, path->view())) {
        event.file = held->file;
        event.file_path = held->name.get();
        return;
    }
    const FileName passed = file_name(call, path);
    if (passed && tables.files.knows(passed)) {
        event.file = tables.files.peek({}, passed);
        event.file_path = path;
    }
}

// An exec leaves one thread, which has the leader's number, and a table of descriptors that is its
// own and without those marked close-on-exec.
void leave_one_thread(StateTables& tables, Call& call) {
    Process& process = *call.process;
    DescriptorTableRef files = call.task->files;
    while (process.tasks != nullptr && process.task_count > 1) {
        Task* victim = process.tasks;
        if (victim->tid == process.pid) victim = victim->next;
        tables.processes.remove_task(*victim, call.ts);
    }
    Task* leader = process.tasks;
    if (leader != nullptr && leader->tid != process.pid) {
        tables.processes.remove_task(*leader, call.ts);
        leader = nullptr;
    }
    if (leader == nullptr) {
        leader = &tables.processes.add_task(process, process.pid, files, call.ts);
    }
    leader->files = DescriptorTableRef();
    call.task = leader;
    if (files.is_shared()) files = DescriptorTableRef(new DescriptorTable(*files));
    files->close_on_exec(call.ts);
    leader->files = std::move(files);
}

bool has_terminal(const DescriptorTable& files, std::uint32_t tty) {
    if (tty == 0) return false;
    for (std::int64_t fd = 0; fd <= 2; ++fd) {
        const Descriptor* descriptor = files.find(fd);
        if (descriptor == nullptr) continue;
        const std::string_view name = descriptor->name.view();
        if (name.starts_with("/dev/pts/") || name.starts_with("/dev/tty")) return true;
    }
    return false;
}

void describe_attempt(StateTables& tables, Call& call) {
    Event& event = call.event;
    InodeInfo inode = inode_of(call, SEQUITUR_ROLE_SCRIPT);
    if (!inode) inode = inode_of(call, SEQUITUR_ROLE_EXE);
    if (!inode) inode = inode_of(call, SEQUITUR_ROLE_TARGET);
    event.file_path = kernel_path(tables, call, SEQUITUR_ROLE_EXE, event.path);
    event.file = tables.files.peek(inode, file_name(call, event.file_path));
}

}  // namespace

void apply_execve(StateTables& tables, Call& call) {
    read_filename(tables, call);
    if (call.failed()) {
        describe_attempt(tables, call);
        return;
    }
    Process& process = *call.process;
    ProcessImage* image = new ProcessImage(tables.processes.image_of(process));
    if (image->ppid < 0 && call.options.task() == nullptr) {
        image->ppid = call.params.i64(kPtid, -1);
        tables.processes.touch_all();  // so that the parent is looked for
    }
    // The kernel leaves it empty, since an exec does not move; event lines may tell it.
    if (const std::string_view cwd = call.params.text(kCwd); !cwd.empty()) {
        set_cwd(tables, *image, cwd);
    }
    set_program(tables, call, *image);
    set_memory(call.params, *image);
    set_ids(call.params, *image);
    set_exepath(tables, call, *image);
    image->exe_file = identify_image(tables, call, *image);
    set_event_file(tables, call, *image);
    leave_one_thread(tables, call);
    image->is_interactive = has_terminal(*call.task->files, image->tty);
    image->is_placeholder = false;
    image->exec_time = timestamp_from_ns(call.ts);
    judge_entry(*image, image->parent.get());
    tables.processes.publish(process, image, true);
    process.changed_ns = call.ts;
}

}  // namespace sequitur

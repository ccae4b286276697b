#include "probe/kernel_programs.h"

#include "core/file_descriptor.h"
#include "probe/call_selection.h"
#include "probe/cpu_ring.h"
#include "probe/mapped_ring.h"
#include "probe/tracing_needs.h"
#include "sequitur_bpf.skel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace sequitur::probe {
namespace {

constexpr std::size_t kMessageMax = 1024;

// What libbpf has to say is kept, and shown only when loading fails.
thread_local std::string
    last_messages;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

int keep_message(libbpf_print_level level, const char* format, va_list arguments) {
    if (level == LIBBPF_DEBUG) return 0;
    // A message can be a whole verifier log: its end is what counts.
    std::string text(std::size_t{1} << 20, '\0');
    const int length = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (length <= 0) return 0;
    text.resize(std::min(static_cast<std::size_t>(length), text.size() - 1));
    if (text.size() > kMessageMax) text.erase(0, text.size() - kMessageMax);
    if (last_messages.size() < 8 * kMessageMax) last_messages += text;
    return length;
}

// The lines that say most: which program failed, and what the verifier disliked in it.
std::string reason() {
    const std::size_t at = last_messages.find("failed");
    if (at == std::string::npos) return {};
    const std::size_t begin = last_messages.rfind('\n', at);
    const std::size_t from = begin == std::string::npos ? 0 : begin + 1;
    std::string text = " (" + last_messages.substr(from, last_messages.find('\n', at) - from);
    if (const std::size_t end = last_messages.find("\nprocessed "); end != std::string::npos) {
        const std::size_t line = last_messages.rfind('\n', end - 1) + 1;
        text += "; " + last_messages.substr(line, end - line);
    }
    return text + ")";
}

tl::unexpected<Error> refuse(int error, const std::string& doing) {
    if (error == EPERM || error == EACCES)
        return fail(Error::Code::kRefused,
                    doing +
                        ": not permitted. Tracing needs root, or the capabilities CAP_BPF and "
                        "CAP_PERFMON, on a kernel that is not locked down" +
                        reason(),
                    error);
    return fail(Error::Code::kRefused,
                doing + ": " + std::strerror(error) +
                    ". Tracing needs Linux 6.1 or newer with BTF" + reason(),
                error);
}

// What a program hooks into: its section's name behind the slash.
const char* target_of(const bpf_program* program) {
    return std::strchr(bpf_program__section_name(program), '/') + 1;
}

std::size_t ring_size(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return std::bit_ceil(std::max(bytes, page));
}

// How many parameters a tracepoint has; 0 where the kernel does not have it.
int tracepoint_arguments(const char* name) {
    btf* types = btf__load_vmlinux_btf();
    if (types == nullptr) return 0;
    const std::string type_name = std::string("btf_trace_") + name;
    const int id = btf__find_by_name_kind(types, type_name.c_str(), BTF_KIND_TYPEDEF);
    int count = 0;
    if (const btf_type* alias = id > 0 ? btf__type_by_id(types, static_cast<__u32>(id)) : nullptr) {
        const btf_type* pointer = btf__type_by_id(types, alias->type);
        const btf_type* function = btf__type_by_id(types, pointer->type);
        count = static_cast<int>(BTF_INFO_VLEN(function->info)) - 1;  // one is the kernel's own
    }
    btf__free(types);
    return count;
}

bool has_function(const char* name) {
    btf* types = btf__load_vmlinux_btf();
    if (types == nullptr) return false;
    const bool found = btf__find_by_name_kind(types, name, BTF_KIND_FUNC) > 0;
    btf__free(types);
    return found;
}

}  // namespace

struct KernelPrograms::Impl {
    sequitur_bpf* skeleton = nullptr;
    std::optional<MappedRing> life;
    std::vector<CpuRing> rings;  // by CPU
    CpuRing::Shape shape;
    std::vector<std::string> missing_hooks;
    std::vector<bpf_link*> links;
    FileDescriptor epoll;
    int cpus = 1;

    ~Impl() {
        for (bpf_link* link : links) bpf_link__destroy(link);
        sequitur_bpf::destroy(skeleton);
    }

    std::vector<bpf_program*> path_hooks() const {
        auto& p = skeleton->progs;
        return {p.on_path_chmod,  p.on_path_unlink,  p.on_path_rmdir, p.on_path_link,
                p.on_path_rename, p.on_path_symlink, p.on_path_mkdir, p.on_exec_request};
    }

    // Newer tracepoints, for want of which less is told.
    std::vector<bpf_program*> time_points() const {
        auto& p = skeleton->progs;
        return {p.on_time_set, p.on_time_exchanged, p.on_time_kept};
    }

    // Others that not every kernel has.
    std::vector<bpf_program*> further_points() const {
        auto& p = skeleton->progs;
        return {p.on_prepare_exec, p.on_ring_submit, p.on_ring_submit_old, p.on_ring_complete};
    }

    std::vector<std::pair<std::uint32_t, bpf_program*>> handlers() const {
        auto& p = skeleton->progs;
        return {{HANDLER_GENERIC, p.handle_generic}, {HANDLER_TABLE, p.handle_table},
                {HANDLER_NET, p.handle_net},         {HANDLER_PTRACE, p.handle_ptrace},
                {HANDLER_EXEC, p.handle_exec},       {HANDLER_CLONE, p.handle_clone},
                {HANDLER_SPECIAL, p.handle_special}, {HANDLER_OPENAT, p.handle_openat}};
    }

    void configure(const LoadOptions& options);
    void choose_hooks();
    Result<void> map_rings(const LoadOptions& options);
    Result<void> attach_one(bpf_program* program);
    Result<void> read_iterator(bpf_program* program, EntryReader& reader);
};

void KernelPrograms::Impl::configure(const LoadOptions& options) {
    auto& maps = skeleton->maps;
    const auto count = static_cast<std::uint32_t>(cpus);
    bpf_map__set_max_entries(maps.cpus, count);
    bpf_map__set_max_entries(maps.hook_records, count * HOOK_RECORDS);
    bpf_map__set_max_entries(maps.life,
                             static_cast<std::uint32_t>(ring_size(options.life_ring_bytes)));
    sequitur_settings settings = options.settings;
    shape = CpuRing::Shape::of(ring_size(options.ring_bytes / 2));
    settings.ring_parts = shape.parts;
    settings.ring_part_shift = shape.part_shift;
    bpf_map__set_max_entries(maps.ring_parts, count * shape.parts);
    bpf_map__set_value_size(maps.ring_parts, static_cast<std::uint32_t>(shape.part_stride()));
    constexpr int kWithEntry = 3;
    settings.ring_tells_entry = tracepoint_arguments("io_uring_complete") == kWithEntry;
    settings.can_cast = has_function("bpf_rdonly_cast");
    static_assert(sizeof settings == sizeof skeleton->rodata->settings);
    std::memcpy(&skeleton->rodata->settings, &settings, sizeof settings);
    const auto ppm_sc = ppm_sc_by_number();
    const auto native32 = native_by_compat_number();
    static_assert(sizeof ppm_sc == sizeof skeleton->rodata->ppm_sc);
    std::memcpy(&skeleton->rodata->ppm_sc, ppm_sc.data(), sizeof ppm_sc);
    std::memcpy(&skeleton->rodata->native32, native32.data(), sizeof native32);
}

// A hook is loaded only where an empty program can be: kernels without these functions, without
// trampolines, or that refuse them, do without.
void KernelPrograms::Impl::choose_hooks() {
    struct bpf_insn empty[2] = {};
    empty[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
    empty[1].code = BPF_JMP | BPF_EXIT;
    for (bpf_program* hook : path_hooks()) {
        const char* function = target_of(hook);
        const int id = libbpf_find_vmlinux_btf_id(function, BPF_TRACE_FENTRY);
        bpf_prog_load_opts options{};  // What LIBBPF_OPTS does, in ISO C++.
        options.sz = sizeof options;
        options.expected_attach_type = BPF_TRACE_FENTRY;
        options.attach_btf_id = static_cast<std::uint32_t>(std::max(id, 0));
        const FileDescriptor tried(
            id <= 0 ? -1 : bpf_prog_load(BPF_PROG_TYPE_TRACING, "try", "GPL", empty, 2, &options));
        if (tried.get() >= 0) continue;
        bpf_program__set_autoload(hook, false);
        missing_hooks.emplace_back(function);
    }
    const auto has_tracepoint = [](const bpf_program* program) {
        return libbpf_find_vmlinux_btf_id(target_of(program), BPF_TRACE_RAW_TP) > 0;
    };
    for (bpf_program* point : further_points())
        bpf_program__set_autoload(point, has_tracepoint(point));
    // The stand-ins of the path hooks cost a little at every change of a file: only instead of
    // them.
    for (bpf_program* point : time_points())
        bpf_program__set_autoload(point, !missing_hooks.empty() && has_tracepoint(point));
}

// The one to wait on is the ring of lives, through which the programs wake the reader.
Result<void> KernelPrograms::Impl::map_rings(const LoadOptions& options) {
    const int fd = bpf_map__fd(skeleton->maps.life);
    auto buffer = MappedRing::map(fd, ring_size(options.life_ring_bytes));
    if (!buffer) return refuse(buffer.error().os_errno, "mapping a ring buffer");
    life.emplace(std::move(*buffer));
    epoll = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        return fail(Error::Code::kIo, "waiting on a ring buffer", errno);
    const auto& maps = skeleton->maps;
    for (std::size_t cpu = 0; cpu < static_cast<std::size_t>(cpus); ++cpu) {
        auto ring = CpuRing::map(bpf_map__fd(maps.cpus), bpf_map__value_size(maps.cpus),
                                 bpf_map__fd(maps.ring_parts), shape, cpu);
        if (!ring) return refuse(ring.error().os_errno, "mapping a ring");
        rings.push_back(std::move(*ring));
    }
    return {};
}

KernelPrograms::KernelPrograms(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KernelPrograms::~KernelPrograms() = default;

Result<std::unique_ptr<KernelPrograms>> KernelPrograms::load(const LoadOptions& options) {
    if (auto refusal = tracing_refusal(tracing_facts())) {
        return fail(Error::Code::kRefused, std::move(*refusal));
    }
    libbpf_set_print(keep_message);
    last_messages.clear();

    auto impl = std::make_unique<Impl>();
    impl->cpus = std::max(libbpf_num_possible_cpus(), 1);
    impl->skeleton = sequitur_bpf::open();
    if (impl->skeleton == nullptr) return refuse(errno, "opening the probe's programs");
    impl->configure(options);
    impl->choose_hooks();
    if (const int failed = sequitur_bpf::load(impl->skeleton); failed != 0)
        return refuse(-failed, "loading the probe's programs");
    if (auto mapped = impl->map_rings(options); !mapped) return tl::unexpected(mapped.error());
    for (const auto& [index, program] : impl->handlers()) {
        const int fd = bpf_program__fd(program);
        if (bpf_map_update_elem(bpf_map__fd(impl->skeleton->maps.handlers), &index, &fd, 0) != 0)
            return refuse(errno, "linking the probe's programs");
    }
    return std::unique_ptr<KernelPrograms>(new KernelPrograms(std::move(impl)));
}

Result<void> KernelPrograms::Impl::attach_one(bpf_program* program) {
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr)
        return refuse(errno, std::string("attaching ") + bpf_program__section_name(program));
    links.push_back(link);
    return {};
}

Result<void> KernelPrograms::attach() {
    auto& programs = impl_->skeleton->progs;
    // Hooks before the call's end that picks their notes up; ends of processes before beginnings.
    for (bpf_program* hook : impl_->path_hooks())
        if (bpf_program__autoload(hook) && !impl_->attach_one(hook))
            impl_->missing_hooks.emplace_back(target_of(hook));
    for (bpf_program* point : impl_->time_points())
        if (bpf_program__autoload(point)) (void)impl_->attach_one(point);
    for (bpf_program* program : impl_->further_points())
        if (bpf_program__autoload(program))
            if (auto attached = impl_->attach_one(program); !attached) return attached;
    for (bpf_program* program :
         {programs.on_exit, programs.on_exec, programs.on_fork, programs.on_sys_exit})
        if (auto attached = impl_->attach_one(program); !attached) return attached;
    return {};
}

sequitur_control& KernelPrograms::control() {
    static_assert(sizeof(sequitur_control) == sizeof impl_->skeleton->bss->control);
    return *reinterpret_cast<sequitur_control*>(&impl_->skeleton->bss->control);
}

Result<void> KernelPrograms::add_to_tree(std::uint32_t tgid) {
    const std::uint8_t one = 1;
    if (bpf_map_update_elem(bpf_map__fd(impl_->skeleton->maps.tree), &tgid, &one, 0) != 0)
        return fail(Error::Code::kIo, "limiting the probe to a process", errno);
    return {};
}

std::size_t KernelPrograms::ring_count() const { return 1 + impl_->rings.size(); }

bool KernelPrograms::read_ring(std::size_t index, EntryReader& reader) {
    const auto read = [&reader](std::span<const std::byte> entry) { return reader.read(entry); };
    return index == 0 ? impl_->life->consume(read) : impl_->rings[index - 1].consume(read);
}

void KernelPrograms::wait(int timeout_ms) {
    epoll_event event;
    epoll_wait(impl_->epoll.get(), &event, 1, timeout_ms);
}

// An iterator's file is a row of u32 size, entry; reads end where the kernel's buffer did.
Result<void> KernelPrograms::Impl::read_iterator(bpf_program* program, EntryReader& reader) {
    bpf_link* link = bpf_program__attach_iter(program, nullptr);
    if (link == nullptr) return refuse(errno, "attaching an iterator");
    links.push_back(link);
    const FileDescriptor file(bpf_iter_create(bpf_link__fd(link)));
    if (file.get() < 0) return refuse(errno, "starting an iterator");
    std::vector<std::byte> bytes(std::size_t{1} << 20);
    std::size_t filled = 0;
    for (;;) {
        const ssize_t got = read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got < 0) return fail(Error::Code::kIo, "reading an iterator", errno);
        if (got == 0) return {};
        filled += static_cast<std::size_t>(got);
        std::size_t at = 0;
        while (filled - at >= 4) {
            std::uint32_t size = 0;
            std::memcpy(&size, bytes.data() + at, sizeof size);
            if (filled - at - 4 < size) break;
            reader.read({bytes.data() + at + 4, size});
            at += 4 + size;
        }
        std::memmove(bytes.data(), bytes.data() + at, filled - at);
        filled -= at;
    }
}

Result<void> KernelPrograms::read_snapshot(EntryReader& reader) {
    auto& programs = impl_->skeleton->progs;
    for (bpf_program* program : {programs.iterate_tasks, programs.iterate_files})
        if (auto read = impl_->read_iterator(program, reader); !read) return read;
    return {};
}

void KernelPrograms::add_losses(SourceLosses& losses) const {
    const auto cpus = static_cast<std::size_t>(impl_->cpus);
    std::vector<sequitur_losses> counted(cpus);
    const std::uint32_t key = 0;
    if (bpf_map_lookup_elem(bpf_map__fd(impl_->skeleton->maps.losses), &key, counted.data()) != 0)
        return;
    losses.ring_full_by_cpu.resize(cpus);
    losses.ring_full_by_type.resize(SEQUITUR_TYPES_MAX);
    for (std::size_t cpu = 0; cpu < cpus; ++cpu)
        for (std::size_t type = 0; type < SEQUITUR_TYPES_MAX; ++type) {
            losses.ring_full += counted[cpu].by_type[type];
            losses.ring_full_by_cpu[cpu] += counted[cpu].by_type[type];
            losses.ring_full_by_type[type] += counted[cpu].by_type[type];
        }
}

const std::vector<std::string>& KernelPrograms::missing_hooks() const {
    return impl_->missing_hooks;
}

}  // namespace sequitur::probe

#include "core/state_families.h"

#include <charconv>
#include <string>

namespace sequitur {
namespace {

constexpr std::uint32_t kCloexec = 0x1000, kNonblock = 0x40;

struct SpecialType {
    EventType event;
    DescriptorType type;
    int flags_param;        // -1: none
    std::uint32_t cloexec;  // the bit in it
};

constexpr std::uint32_t kEpollCloexec = 1;
constexpr SpecialType kSpecialTypes[] = {
    {EventType::kEventfd, DescriptorType::kEvent, -1, 0},
    {EventType::kEventfd2, DescriptorType::kEvent, 1, kCloexec},
    {EventType::kSignalfd, DescriptorType::kSignalfd, -1, 0},
    {EventType::kSignalfd4, DescriptorType::kSignalfd, 1, kCloexec},
    {EventType::kTimerfdCreate, DescriptorType::kTimerfd, -1, 0},
    {EventType::kInotifyInit, DescriptorType::kInotify, -1, 0},
    {EventType::kInotifyInit1, DescriptorType::kInotify, 1, kCloexec},
    {EventType::kEpollCreate, DescriptorType::kEventpoll, -1, 0},
    {EventType::kEpollCreate1, DescriptorType::kEventpoll, 1, kEpollCloexec},
    {EventType::kBpf, DescriptorType::kBpf, -1, 0},
    {EventType::kUserfaultfd, DescriptorType::kUserfaultfd, 1, kCloexec},
    {EventType::kIoUringSetup, DescriptorType::kIoUring, -1, 0},
};

// The new descriptor is what the event is about from here on.
void show(Event& event, std::int64_t number, const Descriptor* descriptor) {
    event.fd_number = number;
    event.fd = descriptor;
    if (descriptor != nullptr && descriptor->file) {
        event.file = descriptor->file;
        event.file_path = descriptor->name.get();
    }
}

void copy_descriptor(Call& call, std::int64_t from, std::int64_t to, bool cloexec) {
    const Descriptor* descriptor = call.event.fd;
    if (descriptor != nullptr && from != to) {
        call.task->files->set(to, Ref<Descriptor>(descriptor), cloexec, call.ts);
    } else if (descriptor == nullptr) {
        call.task->files->close(to, call.ts);  // whatever was there is gone
    }
    show(call.event, to, descriptor);
}

Ref<Descriptor> make_descriptor(DescriptorType type, std::uint32_t flags = 0) {
    auto* made = new Descriptor;
    made->type = type;
    made->open_flags = flags;
    return Ref<Descriptor>(made);
}

}  // namespace

// The event keeps what it closes: Descriptors outlive their batch.
void apply_close(StateTables&, Call& call) {
    if (!call.failed()) call.task->files->close(call.event.fd_number, call.ts);
}

void apply_close_range(StateTables&, Call& call) {
    if (call.failed()) return;
    constexpr std::uint32_t kUnshare = 2, kMarkCloexec = 4;
    const std::int64_t first = call.params.u32(1), last = call.params.u32(2, 0xffffffff);
    const std::uint32_t flags = call.params.u32(3);
    if ((flags & kUnshare) != 0 && call.task->files.is_shared()) {
        call.task->files = DescriptorTableRef(new DescriptorTable(*call.task->files));
    }
    if ((flags & kMarkCloexec) != 0) {
        call.task->files->set_cloexec_range(first, last);
    } else {
        call.task->files->close_range(first, last, call.ts);
    }
}

void apply_dup(StateTables&, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    const bool cloexec =
        call.event.type == EventType::kDup3 && (call.params.u32(3) & kCloexec) != 0;
    copy_descriptor(call, call.event.fd_number, call.event.result, cloexec);
}

void apply_fcntl(StateTables&, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    constexpr std::uint32_t kDupfd = 1, kSetfd = 3, kDupfdCloexec = 26;
    const std::uint32_t command = call.params.u32(2);
    if (command == kDupfd || command == kDupfdCloexec) {
        copy_descriptor(call, call.event.fd_number, call.event.result, command == kDupfdCloexec);
    } else if (command == kSetfd) {
        call.task->files->set_cloexec(call.event.fd_number, (call.params.u64(3) & 1) != 0);
    }
}

void apply_pipe(StateTables& tables, Call& call) {
    if (call.failed()) return;
    const std::uint32_t flags = call.event.type == EventType::kPipe2 ? call.params.u32(4) : 0;
    const Symbol empty = tables.strings.intern("");
    for (const unsigned param : {1U, 2U}) {
        const std::int64_t number = call.params.i64(param);
        auto* made = new Descriptor;
        Ref<Descriptor> descriptor(made);
        made->type = DescriptorType::kFifo;
        made->name = SymbolRef(empty);
        made->ino = call.params.u64(3);
        made->open_flags = flags & (kCloexec | kNonblock);
        call.task->files->set(number, std::move(descriptor), (flags & kCloexec) != 0, call.ts);
    }
}

void apply_special_fd(StateTables&, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    for (const SpecialType& special : kSpecialTypes) {
        if (special.event != call.event.type) continue;
        const std::uint32_t flags =
            special.flags_param < 0 ? 0
                                    : call.params.u32(static_cast<unsigned>(special.flags_param));
        Ref<Descriptor> descriptor = make_descriptor(special.type, flags);
        show(call.event, call.event.result, descriptor.get());
        call.task->files->set(call.event.result, std::move(descriptor),
                              (flags & special.cloexec) != 0, call.ts);
        return;
    }
}

void apply_pidfd_open(StateTables& tables, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    tables.text = "/proc/" + std::to_string(call.params.i64(1, 0));
    auto* made = new Descriptor;
    Ref<Descriptor> descriptor(made);
    made->type = DescriptorType::kPidfd;
    made->name = SymbolRef(tables.strings.intern(tables.text));
    show(call.event, call.event.result, made);
    call.task->files->set(call.event.result, std::move(descriptor), true, call.ts);
}

void apply_pidfd_getfd(StateTables& tables, Call& call) {
    if (call.failed() || !call.event.has_result) return;
    const Descriptor* pidfd = call.task->files->find(call.params.i64(1));
    if (pidfd == nullptr || pidfd->type != DescriptorType::kPidfd) return;
    const std::string_view digits = pidfd->name.view().substr(std::string_view("/proc/").size());
    std::int64_t pid = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    const Process* other = tables.processes.find(pid);
    if (other == nullptr || other->tasks == nullptr) return;
    const Descriptor* theirs = other->tasks->files->find(call.params.i64(2));
    if (theirs == nullptr) return;
    call.task->files->set(call.event.result, Ref<Descriptor>(theirs), true, call.ts);
    show(call.event, call.event.result, theirs);
}

}  // namespace sequitur

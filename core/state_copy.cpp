// Copies: a file whose bytes one process took from another file remembers which.
//
// What a process read last is what it writes next: true of every tool that copies, and of a process
// that reads one file and writes another for any other reason not false, but of less interest. What
// passes through a pipe to another process is not followed.
#include "core/state_arguments.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

struct End {
    FileId file;
    Symbol path = nullptr;
};

bool is_file(const Descriptor* descriptor) {
    return descriptor != nullptr && descriptor->file &&
           (descriptor->type == DescriptorType::kFile ||
            descriptor->type == DescriptorType::kMemfd);
}

// The file behind parameter `param`: what the record says of it in `role`, else what is known of
// the descriptor. No file where it is none.
End end_of(StateTables& tables, Call& call, unsigned param, unsigned role) {
    const Descriptor* descriptor = call.task->files->find(call.params.i64(param));
    if (const InodeInfo inode = inode_of(call, role)) {
        const Symbol known = descriptor != nullptr ? descriptor->name.get() : nullptr;
        return {tables.files.peek(inode, {}), kernel_path(tables, call, role, known)};
    }
    if (!is_file(descriptor)) return {};
    return {descriptor->file, descriptor->name.get()};
}

bool is_regular(const Call& call, unsigned role) {
    constexpr unsigned kModeType = 0170000, kModeRegular = 0100000;
    const sequitur_file_option* told = call.options.file(role);
    return told == nullptr || (told->mode & kModeType) == kModeRegular;
}

void note_read(Call& call, const End& from) {
    if (!from.file) return;
    call.process->read_file = from.file;
    call.process->read_path = SymbolRef(from.path);
}

void note_written(StateTables& tables, Call& call, FileId file) {
    const Process& process = *call.process;
    if (!file || !process.read_file) return;
    tables.files.set_origin(file, process.image.get(), call.event.time);
    tables.files.set_source(file, process.read_file, process.read_path.get());
}

}  // namespace

void apply_copy(StateTables& tables, Call& call) {
    if (!call.event.has_result || call.event.result <= 0) return;
    unsigned from = 1, to = 2;  // splice
    if (call.event.type == EventType::kCopyFileRange) from = 3, to = 1;
    if (call.event.type == EventType::kSendfile) from = 3, to = 2;
    if (is_regular(call, SEQUITUR_ROLE_SOURCE)) {
        note_read(call, end_of(tables, call, from, SEQUITUR_ROLE_SOURCE));
    }
    if (!is_regular(call, SEQUITUR_ROLE_TARGET)) return;
    note_written(tables, call, end_of(tables, call, to, SEQUITUR_ROLE_TARGET).file);
}

void note_transfer(StateTables& tables, Call& call, bool writes) {
    const Event& event = call.event;
    if (call.process == nullptr || event.type == EventType::kCopyFileRange) return;
    if (!event.has_result || event.result <= 0 || !is_file(event.fd)) return;
    if (writes) {
        note_written(tables, call, event.file);
    } else {
        note_read(call, {event.file, event.file_path});
    }
}

}  // namespace sequitur

#include "core/image_fields.h"
#include "core/path.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

void move_to(StateTables& tables, Call& call, std::string_view directory) {
    if (directory.empty() || directory.front() != '/') return;
    const SymbolRef before = call.process->image->cwd;
    // Programs ask for their directory far more often than they leave it.
    if (before && before.view().size() == directory.size() + 1 &&
        before.view().starts_with(directory)) {
        return;
    }
    ProcessImage* image = ProcessTable::draft(*call.process);
    set_cwd(tables, *image, directory);
    tables.processes.publish(*call.process, image, false);
    call.process->changed_ns = call.ts;
}

}  // namespace

void apply_chdir(StateTables& tables, Call& call) {
    const std::string_view raw = call.params.text(1);
    Event& event = call.event;
    if (!raw.empty()) {
        event.path_raw = tables.strings.intern(raw);
        event.path =
            tables.paths.resolve(call.process->image->cwd.get(), event.path_raw).path.get();
    }
    if (call.failed()) return;
    const std::string_view told = call.options.path(SEQUITUR_ROLE_CWD).text;
    move_to(tables, call, told.empty() ? view_of(event.path) : told);
}

void apply_fchdir(StateTables& tables, Call& call) {
    if (call.failed()) return;
    const std::string_view told = call.options.path(SEQUITUR_ROLE_CWD).text;
    const Descriptor* fd = call.event.fd;
    move_to(tables, call, told.empty() && fd != nullptr ? fd->name.view() : told);
}

void apply_getcwd(StateTables& tables, Call& call) {
    if (!call.failed()) move_to(tables, call, call.params.text(1));
}

void apply_chroot(StateTables& tables, Call& call) {
    if (call.failed() || call.event.path == nullptr) return;
    ProcessImage* image = ProcessTable::draft(*call.process);
    image->root = SymbolRef(call.event.path);
    tables.processes.publish(*call.process, image, false);
    call.process->changed_ns = call.ts;
}

}  // namespace sequitur

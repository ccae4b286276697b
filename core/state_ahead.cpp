#include "core/state_ahead.h"

#include "core/fetch_ahead.h"

namespace sequitur {

// The record's own bytes come in order, which the processor fetches ahead by itself.
void LookAhead::look_at(const RecordView& record, Seen& seen) const {
    seen = {};
    if (record.empty()) return;
    const auto type = static_cast<std::size_t>(record.type());
    if (type >= layouts_.size()) return;
    seen.task = tables_.processes.find_task(static_cast<std::int64_t>(record.tid()));
    if (seen.task != nullptr) fetch_ahead(seen.task);
    const ArgumentLayout& layout = layouts_[type];
    if (layout.path >= 0) {
        const std::string_view text = text_param(record.param(static_cast<unsigned>(layout.path)));
        if (text.data() == nullptr) return;
        seen.path = tables_.strings.hash(text);
        tables_.strings.fetch_ahead(seen.path);
    } else if (layout.fd >= 0) {
        seen.fd = int_param<std::int64_t>(record.param(static_cast<unsigned>(layout.fd)), -1);
    }
}

void LookAhead::find_string_and_process(Seen& seen) const {
    if (seen.path.text.data() != nullptr) {
        seen.symbol = tables_.strings.guess(seen.path);
        if (seen.symbol != nullptr) {
            fetch_ahead(seen.symbol);
            fetch_ahead(seen.symbol->data() + seen.path.text.size());
        }
    }
    if (seen.task == nullptr) return;
    fetch_ahead(&seen.task->process->image);
    fetch_ahead(&seen.task->process->reported);
    fetch_ahead(&seen.task->process->is_touched);
    fetch_ahead(seen.task->files.get());
}

void LookAhead::find_entry_and_image(Seen& seen) const {
    // Relative paths need their directory, and are few.
    if (seen.symbol != nullptr && seen.path.text.starts_with('/')) {
        seen.entry = &tables_.paths.place_of(seen.symbol);
        fetch_ahead(seen.entry);
    }
    if (seen.task == nullptr) return;
    const ProcessImage& image = *seen.task->process->image;
    fetch_ahead(&image.entity);
    fetch_ahead(&image.cwd);
    fetch_ahead(&image.mount_ns);
    fetch_ahead(&image.is_placeholder);
    seen.task->files->fetch_ahead(seen.fd);
}

void LookAhead::find_descriptor(Seen& seen) {
    if (seen.entry != nullptr && seen.entry->raw.get() == seen.symbol) {
        seen.descriptor = seen.entry->opened.front().get();
    } else if (seen.task != nullptr) {
        seen.descriptor = seen.task->files->find(seen.fd);
    }
    if (seen.descriptor == nullptr) return;
    fetch_ahead(seen.descriptor);
    fetch_ahead(reinterpret_cast<const std::byte*>(seen.descriptor) + 64);
}

void LookAhead::fetch(std::span<const RecordView> group) {
    const std::span<Seen> seen = std::span(seen_).first(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) look_at(group[i], seen[i]);
    for (Seen& at : seen) find_string_and_process(at);
    for (Seen& at : seen) find_entry_and_image(at);
    for (Seen& at : seen) find_descriptor(at);
    for (const Seen& at : seen) {
        if (at.descriptor != nullptr) tables_.files.fetch_ahead(at.descriptor->file_place);
    }
}

}  // namespace sequitur

#include "core/state_ahead.h"

#include "core/fetch_ahead.h"

namespace sequitur {

// The record's own bytes come in order, which the processor fetches ahead by itself.
void LookAhead::look_at(const RecordView& record, Seen& seen) const {
    seen = {};
    const auto type = static_cast<std::size_t>(record.type());
    if (type >= layouts_.size()) return;
    const ArgumentLayout& layout = layouts_[type];
    if (layout.path >= 0) {
        const std::string_view text = text_param(record.param(static_cast<unsigned>(layout.path)));
        if (text.data() == nullptr) return;
        seen.path = tables_.strings.hash(text);
        tables_.strings.fetch_ahead(seen.path);
    } else if (layout.fd >= 0) {
        const Task* task = tables_.processes.find_task(static_cast<std::int64_t>(record.tid()));
        if (task == nullptr) return;
        const auto fd = record.param(static_cast<unsigned>(layout.fd));
        seen.descriptor = task->files->find(int_param<std::int64_t>(fd, -1));
        if (seen.descriptor != nullptr) fetch_ahead(seen.descriptor);
    }
}

void LookAhead::find_entry(Seen& seen) const {
    // Relative paths need their directory, and are few.
    if (seen.symbol == nullptr || !seen.path.text.starts_with('/')) return;
    seen.entry = &tables_.paths.place_of(seen.symbol);
    fetch_ahead(seen.entry);
}

void LookAhead::fetch(std::span<const RecordView> group) {
    const std::span<Seen> seen = std::span(seen_).first(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!group[i].empty()) look_at(group[i], seen[i]);
        else seen[i] = {};
    }
    for (Seen& at : seen) {
        if (at.path.text.data() == nullptr) continue;
        at.symbol = tables_.strings.guess(at.path);
        if (at.symbol == nullptr) continue;
        fetch_ahead(at.symbol);
        fetch_ahead(at.symbol->data() + at.path.text.size());
    }
    for (Seen& at : seen) find_entry(at);
    for (Seen& at : seen) {
        if (at.entry != nullptr && at.entry->raw.get() == at.symbol) {
            at.descriptor = at.entry->opened.front().get();
        }
        if (at.descriptor == nullptr) continue;
        fetch_ahead(at.descriptor);
        fetch_ahead(reinterpret_cast<const std::byte*>(at.descriptor) + 64);
    }
    for (const Seen& at : seen) {
        if (at.descriptor != nullptr) tables_.files.fetch_ahead(at.descriptor->file_place);
    }
}

}  // namespace sequitur

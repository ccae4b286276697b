#include "core/event.h"

#include "core/block_pool.h"

#include <cstring>

namespace sequitur {

Ref<RetainedEvent> RetainedEvent::copy_of(const Event& event) {
    const auto record = event.record.event_bytes();
    const auto options = event.record.option_bytes();
    const std::size_t size = sizeof(RetainedEvent) + record.size() + options.size();
    auto* retained = ::new (take_block(size)) RetainedEvent;
    // Before all else: so the compiler writes it once, not first as an empty one.
    retained->event_ = event;
    retained->size_ = static_cast<std::uint32_t>(size);
    Ref<RetainedEvent> owner(retained);
    retained->process_ = Ref<ProcessImage>(event.process);
    retained->origin_ = Ref<ProcessImage>(event.origin_process);
    retained->fd_ = Ref<Descriptor>(event.fd);
    retained->copy_ = Ref<FileCopy>(event.origin_copy);
    const Symbol symbols[] = {event.file_path, event.path, event.path_raw, event.target_path,
                              event.target_path_raw};
    static_assert(sizeof symbols / sizeof symbols[0] ==
                  sizeof retained->symbols_ / sizeof retained->symbols_[0]);
    for (std::size_t i = 0; i < std::size(symbols); ++i) {
        retained->symbols_[i] = SymbolRef(symbols[i]);
    }
    if (record.empty()) return owner;
    auto* const to = reinterpret_cast<std::byte*>(retained + 1);
    std::memcpy(to, record.data(), record.size());
    if (!options.empty()) std::memcpy(to + record.size(), options.data(), options.size());
    retained->event_.record = RecordView({to, record.size()}, {to + record.size(), options.size()},
                                         event.record.cpu(), event.record.has_wide_lengths());
    return owner;
}

std::size_t RetainedEvent::bytes() const { return block_size(size_); }

void RetainedEvent::operator delete(RetainedEvent* event, std::destroying_delete_t) {
    const std::size_t size = event->size_;
    event->~RetainedEvent();
    give_back_block(event, size);
}

}  // namespace sequitur

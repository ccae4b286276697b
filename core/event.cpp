#include "core/event.h"

#include <cstring>

namespace sequitur {

Ref<RetainedEvent> RetainedEvent::copy_of(const Event& event) {
    auto* retained = new RetainedEvent;
    Ref<RetainedEvent> owner(retained);
    retained->event_ = event;
    retained->process_ = Ref<ProcessImage>(event.process);
    retained->origin_ = Ref<ProcessImage>(event.origin_process);
    retained->fd_ = Ref<Descriptor>(event.fd);
    const Symbol symbols[] = {event.file_path, event.path, event.path_raw, event.target_path,
                              event.target_path_raw};
    static_assert(sizeof symbols / sizeof symbols[0] ==
                  sizeof retained->symbols_ / sizeof retained->symbols_[0]);
    for (std::size_t i = 0; i < std::size(symbols); ++i) {
        retained->symbols_[i] = SymbolRef(symbols[i]);
    }

    const auto record = event.record.event_bytes();
    const auto options = event.record.option_bytes();
    if (record.empty()) return owner;
    retained->bytes_ = std::make_unique<std::byte[]>(record.size() + options.size());
    std::byte* to = retained->bytes_.get();
    std::memcpy(to, record.data(), record.size());
    if (!options.empty()) std::memcpy(to + record.size(), options.data(), options.size());
    retained->event_.record = RecordView({to, record.size()}, {to + record.size(), options.size()},
                                         event.record.cpu(), event.record.has_wide_lengths());
    return owner;
}

std::size_t RetainedEvent::bytes() const {
    return sizeof(RetainedEvent) + event_.record.event_bytes().size() +
           event_.record.option_bytes().size();
}

RetainedEvent::~RetainedEvent() = default;

}  // namespace sequitur

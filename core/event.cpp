#include "core/event.h"

#include "core/block_pool.h"

#include <cstring>

namespace sequitur {
namespace {

// Calls `visit` with each thing that an event points to and that is counted.
template <typename Visit>
void for_each_counted(const Event& event, Visit&& visit) {
    visit(event.process);
    visit(event.origin_process);
    visit(event.fd);
    visit(event.origin_copy);
}

template <typename Visit>
void for_each_symbol(const Event& event, Visit&& visit) {
    for (const Symbol symbol :
         {event.file_path, event.path, event.path_raw, event.target_path, event.target_path_raw}) {
        if (symbol != nullptr) visit(*symbol);
    }
}

}  // namespace

Ref<RetainedEvent> RetainedEvent::copy_of(const Event& event) {
    const auto record = event.record.event_bytes();
    const auto options = event.record.option_bytes();
    const std::size_t size = sizeof(RetainedEvent) + record.size() + options.size();
    auto* retained = ::new (take_block(size)) RetainedEvent(event);
    retained->size_ = static_cast<std::uint32_t>(size);
    for_each_counted(event, [](const auto* object) {
        if (object != nullptr) object->retain();
    });
    for_each_symbol(
        event, [](const auto& symbol) { symbol.refs.fetch_add(1, std::memory_order_relaxed); });
    Ref<RetainedEvent> owner(retained);
    if (record.empty()) return owner;
    auto* const to = reinterpret_cast<std::byte*>(retained + 1);
    std::memcpy(to, record.data(), record.size());
    if (!options.empty()) std::memcpy(to + record.size(), options.data(), options.size());
    retained->event_.record = RecordView({to, record.size()}, {to + record.size(), options.size()},
                                         event.record.cpu(), event.record.has_wide_lengths());
    return owner;
}

RetainedEvent::~RetainedEvent() {
    for_each_counted(event_, [](const auto* object) {
        if (object != nullptr) object->release();
    });
    for_each_symbol(
        event_, [](const auto& symbol) { symbol.refs.fetch_sub(1, std::memory_order_release); });
}

std::size_t RetainedEvent::bytes() const { return block_size(size_); }

void RetainedEvent::operator delete(RetainedEvent* event, std::destroying_delete_t) {
    const std::size_t size = event->size_;
    event->~RetainedEvent();
    give_back_block(event, size);
}

}  // namespace sequitur

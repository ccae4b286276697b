#include "core/retained_event.h"

#include "core/block_pool.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sequitur {
namespace {

// The members that are stored where an event has something there, in their order in the block.
// What is counted comes first: letting go of an event looks no further.
constexpr auto kCounted = std::tuple(&Event::fd, &Event::path, &Event::file_path, &Event::path_raw,
                                     &Event::origin_process, &Event::origin_copy,
                                     &Event::target_path, &Event::target_path_raw);
constexpr auto kPlain = std::tuple(
    &Event::file, &Event::info, &Event::host, &Event::tid, &Event::result, &Event::fd_number,
    &Event::since_previous, &Event::origin_time, &Event::truncated_params, &Event::lost_before);
constexpr auto kOthers = std::tuple_cat(kCounted, kPlain);

template <typename Members, typename Visit>
void for_each_member(const Members& members, Visit&& visit) {
    std::apply([&](auto... member) { (visit(member), ...); }, members);
}

template <typename Member>
using ValueOf = std::remove_cvref_t<decltype(std::declval<Event>().*std::declval<Member>())>;

constexpr std::size_t size_of_all() {
    std::size_t size = 0;
    std::apply([&](auto... member) { ((size += sizeof(ValueOf<decltype(member)>)), ...); },
               kOthers);
    return size;
}
constexpr std::size_t kOthersSize = size_of_all();
constexpr std::uint32_t kCountedBits = (1u << std::tuple_size_v<decltype(kCounted)>)-1;
static_assert(std::tuple_size_v<decltype(kOthers)> <= 32);

void hold(Symbol symbol) { symbol->refs.fetch_add(1, std::memory_order_relaxed); }
void let_go(Symbol symbol) { symbol->refs.fetch_sub(1, std::memory_order_release); }
template <typename T>
void hold(const T* object) {
    object->retain();
}
template <typename T>
void let_go(const T* object) {
    object->release();
}

// What an event has in its other members that says nothing there.
constexpr Event kFresh;

constexpr std::size_t kPiece = 32;
constexpr std::size_t in_pieces(std::size_t size) { return (size + kPiece - 1) / kPiece * kPiece; }

// The other members of an event that are not as in a fresh one, as they will lie in the block.
struct Packed {
    std::uint32_t present = 0;
    std::uint32_t size = 0;
    std::byte bytes[in_pieces(kOthersSize)] = {};

    explicit Packed(const Event& event) {
        std::uint32_t bit = 1;
        for_each_member(kOthers, [&](auto member) {
            if (event.*member != kFresh.*member) {
                std::memcpy(bytes + size, &(event.*member), sizeof(event.*member));
                size += static_cast<std::uint32_t>(sizeof(event.*member));
                present |= bit;
            }
            bit <<= 1;
        });
    }

    // Whole pieces, so in_pieces(size) bytes; the record goes over what is too much.
    void write(std::byte* to) const {
        for (std::size_t at = 0; at < size; at += kPiece) {
            std::memcpy(to + at, bytes + at, kPiece);
        }
    }
};

}  // namespace

RetainedEvent::RetainedEvent(const Event& event, std::uint32_t size, std::uint32_t present)
    : size_(size),
      present_(present),
      record_size_(static_cast<std::uint32_t>(event.record.event_bytes().size())),
      options_size_(static_cast<std::uint32_t>(event.record.option_bytes().size())),
      time_(event.time),
      number_(event.number),
      process_(event.process),
      type_(event.type),
      cpu_(event.record.cpu()),
      stream_(event.stream),
      has_wide_lengths_(event.record.has_wide_lengths()),
      has_result_(event.has_result),
      created_file_(event.created_file),
      is_exit_of_process_(event.is_exit_of_process) {}

template <typename Visit>
void RetainedEvent::for_each_counted(Visit&& visit) const {
    if (process_ != nullptr) visit(process_);
    if ((present_ & kCountedBits) == 0) return;
    const std::byte* at = words();
    std::uint32_t bit = 1;
    for_each_member(kCounted, [&](auto member) {
        if ((present_ & bit) != 0) {
            ValueOf<decltype(member)> object;
            std::memcpy(&object, at, sizeof object);
            at += sizeof object;
            visit(object);
        }
        bit <<= 1;
    });
}

Ref<RetainedEvent> RetainedEvent::copy_of(const Event& event) {
    const Packed packed(event);
    const auto record = event.record.event_bytes();
    const auto options = event.record.option_bytes();
    const std::size_t size =
        sizeof(RetainedEvent) +
        std::max<std::size_t>(packed.size + record.size() + options.size(), in_pieces(packed.size));
    auto* const retained = ::new (take_block(size))
        RetainedEvent(event, static_cast<std::uint32_t>(size), packed.present);
    std::byte* to = retained->words();
    packed.write(to);
    to += packed.size;
    if (!record.empty()) std::memcpy(to, record.data(), record.size());
    if (!options.empty()) std::memcpy(to + record.size(), options.data(), options.size());
    retained->for_each_counted([](auto object) { hold(object); });
    return Ref<RetainedEvent>(retained);
}

Event RetainedEvent::event() const {
    Event event;
    const std::byte* at = words();
    std::uint32_t bit = 1;
    for_each_member(kOthers, [&](auto member) {
        if ((present_ & bit) != 0) {
            std::memcpy(&(event.*member), at, sizeof(event.*member));
            at += sizeof(event.*member);
        }
        bit <<= 1;
    });
    if (record_size_ > 0) {
        event.record = RecordView({at, record_size_}, {at + record_size_, options_size_}, cpu_,
                                  has_wide_lengths_);
    }
    event.time = time_;
    event.number = number_;
    event.process = process_;
    event.type = type_;
    event.stream = stream_;
    event.has_result = has_result_;
    event.created_file = created_file_;
    event.is_exit_of_process = is_exit_of_process_;
    return event;
}

RetainedEvent::~RetainedEvent() {
    for_each_counted([](auto object) { let_go(object); });
}

std::size_t RetainedEvent::bytes() const { return block_size(size_); }

std::size_t RetainedEvent::bytes_at_most(const Event& event) {
    return block_size(sizeof(RetainedEvent) + in_pieces(kOthersSize) +
                      event.record.event_bytes().size() + event.record.option_bytes().size());
}

void RetainedEvent::operator delete(RetainedEvent* event, std::destroying_delete_t) {
    const std::size_t size = event->size_;
    event->~RetainedEvent();
    give_back_block(event, size);
}

}  // namespace sequitur

// One event made by hand, with all that it points to: what the state stage would have made of it.
//
//     EventFixture made(EventType::kOpenat);
//     made.process().name = made.symbol("sh");
//     made.params([](RecordBuilder& b) { b.add_int(3); ... });
//     const Event& event = made.event;
#pragma once

#include "core/arena.h"
#include "core/event.h"
#include "core/field.h"
#include "core/interner.h"
#include "core/record_builder.h"

#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

class EventFixture {
public:
    explicit EventFixture(EventType type, std::uint64_t ts_ns = 1'700'000'000'000'000'000) {
        event.type = type;
        event.info = event_type_info(type);
        event.time = timestamp_from_ns(ts_ns);
        event.number = 1;
        event.tid = 10;
        event.process = process_;
        event.host = &host;
        params([](RecordBuilder&) {});
    }

    // The record's parameters, in order; what is not added is missing.
    template <typename Add>
    void params(Add add) {
        builder_.begin(ns_of(event.time), static_cast<std::uint64_t>(event.tid), event.type);
        add(builder_);
        event.record = builder_.finish();
    }

    void result(std::int64_t value) {
        event.has_result = true;
        event.result = value;
    }

    Symbol symbol(std::string_view text) {
        kept_.emplace_back(strings_.intern(text));
        return kept_.back().get();
    }
    SymbolRef ref(std::string_view text) { return SymbolRef(symbol(text)); }

    // Makes a descriptor that the event works on.
    Descriptor& descriptor(DescriptorType type, std::string_view name) {
        auto* made = new Descriptor;
        made->type = type;
        made->name = ref(name);
        descriptor_ = Ref<Descriptor>(made);
        event.fd = made;
        event.fd_number = 3;
        return *made;
    }

    // The caller's image: to be changed before anything is asked of the event.
    ProcessImage& process() { return *process_; }

    // Puts a process above the topmost known ancestor and returns it.
    ProcessImage& ancestor(std::int64_t pid, std::string_view name) {
        auto* const made = new ProcessImage;
        made->pid = pid;
        made->name = ref(name);
        top_->parent = Ref<ProcessImage>(made);
        top_ = made;
        return *made;
    }

    // The value of a field by its name; missing when there is no such field.
    Value value(std::string_view field) {
        auto resolved = resolve_field(field);
        return resolved ? extract(*resolved, event, scratch) : Value::missing();
    }
    // The same as text, "<NA>" when missing.
    std::string text(std::string_view field) {
        std::string out;
        append_text(value(field), out);
        return out;
    }

private:
    Interner strings_;  // outlives all that has symbols of it
    std::vector<SymbolRef> kept_;
    Arena arena_;
    RecordBuilder builder_{arena_};
    ProcessImage* process_ = new ProcessImage;
    Ref<ProcessImage> image_{process_};
    ProcessImage* top_ = process_;
    Ref<Descriptor> descriptor_;

public:
    Event event;
    HostInfo host;
    ValueScratch scratch;
};

}  // namespace sequitur

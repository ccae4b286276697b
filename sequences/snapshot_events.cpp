#include "sequences/snapshot_events.h"

#include "sequences/snapshot_fields.h"

#include <algorithm>
#include <type_traits>

namespace sequitur {

// Writes fields, those that are shared by their number.
class EventFieldWriter {
public:
    EventFieldWriter(EventSaver& saver, ByteWriter& out) : saver_(saver), out_(out) {}

    template <typename T>
    void operator()(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            out_.number(static_cast<std::underlying_type_t<T>>(value));
        } else {
            out_.number(value);
        }
    }
    void operator()(const Timestamp& time) { out_.number(time.time_since_epoch().count()); }
    void operator()(const SymbolRef& text) { out_.number(saver_.string(text.get())); }
    void operator()(Symbol const& text) { out_.number(saver_.string(text)); }
    void operator()(const ProcessEntity& entity) {
        out_.number(entity.pid);
        out_.number(entity.start_ns);
    }
    void operator()(const FileId& file) {
        (*this)(file.kind);
        out_.number(file.number);
        out_.number(file.dev);
        out_.number(file.generation);
    }
    void operator()(const IpAddress& ip) {
        for (const std::uint8_t byte : ip.bytes) out_.number(byte);
        out_.number(ip.is_v6);
    }
    void operator()(const Ref<AddressNames>& names) { out_.number(saver_.names(names.get())); }
    void operator()(const Ref<ContainerInfo>& info) { out_.number(saver_.container(info.get())); }
    void operator()(const ProcessImage* const& image) { out_.number(saver_.image(image)); }
    void operator()(const Descriptor* const& fd) { out_.number(saver_.descriptor(fd)); }
    void operator()(const FileCopy* const& copy) { out_.number(saver_.copy(copy)); }
    template <typename T>
    void list(const std::vector<T>& items) {
        out_.number(static_cast<std::uint32_t>(items.size()));
        for (const T& item : items) visit_fields(*this, item);
    }

private:
    EventSaver& saver_;
    ByteWriter& out_;
};

class EventFieldReader {
public:
    EventFieldReader(EventLoader& loader, ByteReader& in) : loader_(loader), in_(in) {}

    template <typename T>
    void operator()(T& value) {
        if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(in_.number<std::underlying_type_t<T>>());
        } else if constexpr (std::is_same_v<T, bool>) {
            value = in_.number<std::uint8_t>() != 0;
        } else {
            in_.number(value);
        }
    }
    void operator()(Timestamp& time) { time = Timestamp(Duration(in_.number<std::int64_t>())); }
    void operator()(SymbolRef& text) { text = SymbolRef(symbol()); }
    void operator()(Symbol& text) { text = symbol(); }
    void operator()(ProcessEntity& entity) {
        in_.number(entity.pid);
        in_.number(entity.start_ns);
    }
    void operator()(FileId& file) {
        (*this)(file.kind);
        if (file.kind > FileId::Kind::kPath) in_.fail();
        in_.number(file.number);
        in_.number(file.dev);
        in_.number(file.generation);
    }
    void operator()(IpAddress& ip) {
        for (std::uint8_t& byte : ip.bytes) in_.number(byte);
        (*this)(ip.is_v6);
    }
    void operator()(Ref<AddressNames>& names) { names = Ref(of(loader_.names_)); }
    void operator()(Ref<ContainerInfo>& info) { info = Ref(of(loader_.containers_)); }
    void operator()(const ProcessImage*& image) { image = of(loader_.images_); }
    void operator()(const Descriptor*& fd) { fd = of(loader_.descriptors_); }
    void operator()(const FileCopy*& copy) { copy = of(loader_.copies_); }
    template <typename T>
    void list(std::vector<T>& items) {
        items.resize(in_.count(sizeof(std::uint32_t)));
        for (T& item : items) visit_fields(*this, item);
    }

private:
    Symbol symbol() {
        const auto number = in_.number<std::uint32_t>();
        if (number > loader_.strings_.size()) in_.fail();
        return number > 0 && number <= loader_.strings_.size() ? loader_.strings_[number - 1].get()
                                                               : nullptr;
    }
    template <typename T>
    const T* of(const std::vector<Ref<T>>& objects) {
        const auto number = in_.number<std::uint32_t>();
        if (number > objects.size()) in_.fail();
        return number > 0 && number <= objects.size() ? objects[number - 1].get() : nullptr;
    }

    EventLoader& loader_;
    ByteReader& in_;
};

namespace {

// Ancestors that are kept behind an image: more than an alert shows.
constexpr std::size_t kAncestorsMax = 32;

std::string_view view_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

std::uint32_t EventSaver::string(Symbol symbol) {
    if (symbol == nullptr) return 0;
    const auto [found, is_new] = strings_.numbers.try_emplace(symbol, strings_.count + 1);
    if (!is_new) return found->second;
    strings_.bytes.text(symbol->view());
    return ++strings_.count;
}

std::uint32_t EventSaver::container(const ContainerInfo* container) {
    if (container == nullptr) return 0;
    const auto [found, is_new] = containers_.numbers.try_emplace(container, containers_.count + 1);
    if (!is_new) return found->second;
    EventFieldWriter writer(*this, containers_.bytes);
    visit_fields(writer, *container);
    return ++containers_.count;
}

std::uint32_t EventSaver::names(const AddressNames* names) {
    if (names == nullptr) return 0;
    const auto [found, is_new] = names_.numbers.try_emplace(names, names_.count + 1);
    if (!is_new) return found->second;
    EventFieldWriter writer(*this, names_.bytes);
    writer.list(names->names);
    return ++names_.count;
}

std::uint32_t EventSaver::image(const ProcessImage* image) {
    if (image == nullptr) return 0;
    // Parents first, so that a reader knows them. The chain may be longer than is kept.
    std::vector<const ProcessImage*> chain;
    for (const ProcessImage* at = image;
         at != nullptr && chain.size() <= kAncestorsMax && !images_.numbers.contains(at);
         at = at->parent.get()) {
        chain.push_back(at);
    }
    for (; !chain.empty(); chain.pop_back()) {
        const ProcessImage& own = *chain.back();
        ByteWriter bytes;  // What it refers to may be written meanwhile.
        EventFieldWriter writer(*this, bytes);
        visit_fields(writer, own);
        const auto parent = images_.numbers.find(own.parent.get());
        bytes.number(parent != images_.numbers.end() ? parent->second : 0u);
        writer(own.container);
        writer.list(own.lineage != nullptr ? *own.lineage : std::vector<ProcessEntity>());
        images_.bytes.raw(bytes.bytes());
        images_.numbers.emplace(&own, ++images_.count);
    }
    return images_.numbers.at(image);
}

std::uint32_t EventSaver::descriptor(const Descriptor* descriptor) {
    if (descriptor == nullptr) return 0;
    const auto [found, is_new] =
        descriptors_.numbers.try_emplace(descriptor, descriptors_.count + 1);
    if (!is_new) return found->second;
    EventFieldWriter writer(*this, descriptors_.bytes);
    visit_fields(writer, *descriptor);
    return ++descriptors_.count;
}

// A row of copies is short: FileCopy::kLengthMax.
std::uint32_t EventSaver::copy(const FileCopy* copy) {
    if (copy == nullptr) return 0;
    if (const auto known = copies_.numbers.find(copy); known != copies_.numbers.end()) {
        return known->second;
    }
    const std::uint32_t before = this->copy(copy->before.get());
    EventFieldWriter writer(*this, copies_.bytes);
    visit_fields(writer, *copy);
    copies_.bytes.number(before);
    copies_.numbers.emplace(copy, ++copies_.count);
    return copies_.count;
}

std::uint32_t EventSaver::add(const RetainedEvent* retained) {
    if (retained == nullptr) return 0;
    const auto [found, is_new] = events_.numbers.try_emplace(retained, events_.count + 1);
    if (!is_new) return found->second;
    const Event event = retained->event();
    events_.bytes.number(static_cast<std::uint16_t>(event.type));
    events_.bytes.number(event.record.cpu());
    events_.bytes.number(event.record.has_wide_lengths());
    events_.bytes.text(view_of(event.record.event_bytes()));
    events_.bytes.text(view_of(event.record.option_bytes()));
    EventFieldWriter writer(*this, events_.bytes);
    visit_fields(writer, event);
    return ++events_.count;
}

void EventSaver::write(ByteWriter& out) const {
    for (const Section* section :
         {&strings_, &containers_, &names_, &images_, &descriptors_, &copies_, &events_}) {
        out.number(section->count);
        out.raw(section->bytes.bytes());
    }
}

void EventLoader::read(ByteReader& in) {
    for (std::uint32_t left = in.count(4); left > 0 && !in.has_failed(); --left) {
        strings_.emplace_back(interner_.intern(in.text()));
    }
    read_containers(in);
    read_images(in);
    read_descriptors(in);
    read_copies(in);
    for (std::uint32_t left = in.count(64); left > 0 && !in.has_failed(); --left) read_event(in);
}

void EventLoader::read_containers(ByteReader& in) {
    EventFieldReader reader(*this, in);
    for (std::uint32_t left = in.count(40); left > 0 && !in.has_failed(); --left) {
        auto* info = new ContainerInfo;
        containers_.emplace_back(info);
        visit_fields(reader, *info);
    }
    for (std::uint32_t left = in.count(4); left > 0 && !in.has_failed(); --left) {
        auto* names = new AddressNames;
        names_.emplace_back(names);
        reader.list(names->names);
        if (names->names.empty()) in.fail();  // Never so; what reads them counts on it.
    }
}

void EventLoader::read_images(ByteReader& in) {
    EventFieldReader reader(*this, in);
    for (std::uint32_t left = in.count(200); left > 0 && !in.has_failed(); --left) {
        auto* image = new ProcessImage;
        const Ref<ProcessImage> owner(image);
        visit_fields(reader, *image);
        const ProcessImage* parent = nullptr;
        reader(parent);  // One of those before it: there are no circles.
        image->parent = Ref<ProcessImage>(parent);
        reader(image->container);
        auto lineage = std::make_shared<std::vector<ProcessEntity>>();
        reader.list(*lineage);
        image->lineage = std::move(lineage);
        if (image->entry_kind > EntryKind::kLogin) in.fail();
        images_.push_back(owner);
    }
}

void EventLoader::read_descriptors(ByteReader& in) {
    EventFieldReader reader(*this, in);
    for (std::uint32_t left = in.count(80); left > 0 && !in.has_failed(); --left) {
        auto* fd = new Descriptor;
        descriptors_.emplace_back(fd);
        visit_fields(reader, *fd);
        if (fd->role > SocketRole::kServer) in.fail();
    }
}

void EventLoader::read_copies(ByteReader& in) {
    EventFieldReader reader(*this, in);
    for (std::uint32_t left = in.count(25); left > 0 && !in.has_failed(); --left) {
        auto* copy = new FileCopy;
        const Ref<FileCopy> owner(copy);
        visit_fields(reader, *copy);
        const FileCopy* before = nullptr;
        reader(before);  // One of those before it: there are no circles.
        copy->before = Ref<FileCopy>(before);
        if (before != nullptr) copy->length = before->length + 1;
        if (copy->length > FileCopy::kLengthMax) return in.fail();
        copies_.push_back(owner);
    }
}

void EventLoader::read_event(ByteReader& in) {
    EventFieldReader reader(*this, in);
    Event event;
    event.type = static_cast<EventType>(in.number<std::uint16_t>());
    event.info = event_type_info(event.type);
    const auto cpu = in.number<std::uint16_t>();
    const bool is_wide = in.number<std::uint8_t>() != 0;
    const auto record = bytes_of(in.text()), options = bytes_of(in.text());
    if (!record.empty()) {
        if (check_record(record, is_wide) != RecordFault::kOk) return in.fail();
        event.record = RecordView(record, options, cpu, is_wide);
    }
    event.host = &host_;
    visit_fields(reader, event);
    const bool is_json = event.stream == EventStream::kJson;
    const bool is_whole = event.info != nullptr && event.stream <= EventStream::kJson &&
                          (is_json || event.process != nullptr) &&
                          (record.empty() || event.record.type() == event.type);
    if (!is_whole || in.has_failed()) return in.fail();
    events_.push_back(RetainedEvent::copy_of(event));
}

}  // namespace sequitur

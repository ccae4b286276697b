// Fields of files by path and by identity: fs.path.*, file.*.
#include "core/field_process.h"
#include "core/field_row.h"

#include <array>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

// Which of its paths a call's fs.path fields show. As in Falco, the target of a hard link is the
// file that was there before, which is the call's first argument.
enum class PathRole { kNone, kOne, kDescriptor, kFromTo, kToFrom, kMount };

constexpr EventType kOnePath[] = {
    EventType::kMkdir,    EventType::kMkdirat,  EventType::kRmdir,    EventType::kUnlink,
    EventType::kUnlinkat, EventType::kOpen,     EventType::kOpenat,   EventType::kOpenat2,
    EventType::kCreat,    EventType::kChmod,    EventType::kFchmodat, EventType::kChown,
    EventType::kLchown,   EventType::kFchownat, EventType::kMknod,    EventType::kMknodat,
    EventType::kQuotactl, EventType::kUmount,   EventType::kUmount2};
constexpr EventType kDescriptorPath[] = {EventType::kFchmod, EventType::kFchown};
constexpr EventType kFromTo[] = {EventType::kRename, EventType::kRenameat, EventType::kRenameat2,
                                 EventType::kSymlink, EventType::kSymlinkat};
constexpr EventType kToFrom[] = {EventType::kLink, EventType::kLinkat};
constexpr EventType kMounts[] = {EventType::kMount};

constexpr auto kRoles = [] {
    std::array<PathRole, kEventTypeCount> roles{};
    const auto set = [&](std::span<const EventType> types, PathRole role) {
        for (const EventType type : types) roles[static_cast<std::size_t>(type)] = role;
    };
    set(kOnePath, PathRole::kOne);
    set(kDescriptorPath, PathRole::kDescriptor);
    set(kFromTo, PathRole::kFromTo);
    set(kToFrom, PathRole::kToFrom);
    set(kMounts, PathRole::kMount);
    return roles;
}();

PathRole role_of(EventType type) { return kRoles[static_cast<std::size_t>(type)]; }

bool has_succeeded(const Event& event) { return event.has_result && event.result >= 0; }

template <bool raw>
Value name(const FieldRef&, const Event& event, ValueScratch&) {
    const PathRole role = role_of(event.type);
    if (!has_succeeded(event)) return Value::missing();
    if (role == PathRole::kOne) return Value::of_symbol(raw ? event.path_raw : event.path);
    if (role != PathRole::kDescriptor || event.fd == nullptr) return Value::missing();
    return Value::of_symbol(event.fd->name.get());
}

// What is mounted is a device or any word, not a path that the call looks up.
Value mount_end(const Event& event, bool raw, bool wants_target) {
    if (wants_target) return Value::of_symbol(raw ? event.path_raw : event.path);
    const std::string_view device = text_param(event.record.param(1));
    return device.data() ? Value::of_text(device) : Value::missing();
}

template <bool raw, bool wants_target>
Value end(const FieldRef&, const Event& event, ValueScratch&) {
    const PathRole role = role_of(event.type);
    if (!has_succeeded(event)) return Value::missing();
    if (role == PathRole::kMount) return mount_end(event, raw, wants_target);
    if (role != PathRole::kFromTo && role != PathRole::kToFrom) return Value::missing();
    const bool second = wants_target == (role == PathRole::kFromTo);
    if (second) return Value::of_symbol(raw ? event.target_path_raw : event.target_path);
    return Value::of_symbol(raw ? event.path_raw : event.path);
}

// FileId::to_string() without its string.
Value id_text(const FileId& file, ValueScratch& scratch) {
    if (!file) return Value::missing();
    char* const text = scratch.allocate(FileId::kTextMax);
    return Value::of_text({text, static_cast<std::size_t>(file.write(text) - text)});
}

Value file_id(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return id_text(event.file, scratch);
}

// One element for each file in the row of copies, the nearest first.
template <typename Element>
Value each_source(const Event& event, ValueScratch& scratch, Element&& element) {
    const FileCopy* copy = event.origin_copy;
    if (copy == nullptr) return Value::missing();
    Value* const list = scratch.allocate_values(copy->length);
    std::size_t count = 0;
    for (; copy != nullptr; copy = copy->before.get()) list[count++] = element(*copy);
    return Value::of_list({list, count});
}

Value origin_id(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return each_source(event, scratch,
                       [&](const FileCopy& copy) { return id_text(copy.file, scratch); });
}

Value origin_path(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return each_source(event, scratch,
                       [](const FileCopy& copy) { return Value::of_symbol(copy.path.get()); });
}

Value file_path(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of_symbol(event.file_path);
}

Value created(const FieldRef&, const Event& event, ValueScratch&) {
    return Value::of(event.created_file);
}

template <SymbolRef ProcessImage::*member>
Value origin_text(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage* origin = event.origin_process;
    return origin ? Value::of_symbol((origin->*member).get()) : Value::missing();
}

Value origin_entity(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const ProcessImage* origin = event.origin_process;
    return origin ? entity_value(origin->entity, scratch) : Value::missing();
}

Value origin_pid(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage* origin = event.origin_process;
    return origin ? Value::of_int(origin->pid, NumberFormat::kId) : Value::missing();
}

Value origin_uid(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage* origin = event.origin_process;
    return origin ? Value::of_uint(origin->uid, NumberFormat::kId) : Value::missing();
}

Value origin_time(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.origin_process == nullptr) return Value::missing();
    return Value::of_uint(ns_of(event.origin_time), NumberFormat::kIso8601);
}

Value origin_age(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.origin_process == nullptr) return Value::missing();
    return Value::of_int((event.time - event.origin_time).count(), NumberFormat::kDuration);
}

constexpr FieldRow path_row(std::string_view name, Extractor extract, std::string_view meaning) {
    return field_row(name, kText, kEvent, extract, meaning).as_path();
}

constexpr FieldRow kRows[] = {
    path_row("fs.path.name", name<false>,
             "Absolute path that a successful call on one path worked on."),
    path_row("fs.path.nameraw", name<true>, "fs.path.name as the program gave it."),
    path_row("fs.path.source", end<false, false>,
             "Where a successful rename, mount or link is from: the old name, the device, the new "
             "link."),
    path_row("fs.path.sourceraw", end<true, false>, "fs.path.source as the program gave it."),
    path_row(
        "fs.path.target", end<false, true>,
        "Where a successful rename, mount or link leads: the new name, the directory, the file "
        "linked to."),
    path_row("fs.path.targetraw", end<true, true>, "fs.path.target as the program gave it."),
    field_row("file.id", kText, kEvent, file_id,
              "Identity of the file: device, inode and generation, or the path it was first seen "
              "under; a rename does not change it.")
        .as_key("one file, whatever it is called now"),
    path_row("file.path", file_path, "Path of the file as the kernel resolved it."),
    field_row("file.created", kBool, kEvent, created, "Whether this call made the file."),
    field_row(
        "file.origin.id", kList, kEvent, origin_id,
        "Identity of the file that this one was copied from, of the one that was copied from, "
        "and so on.")
        .as_list()
        .as_key("any file in the row of copies that led to this one"),
    field_row("file.origin.path", kList, kEvent, origin_path,
              "Paths under which the files of file.origin.id were read.")
        .as_list()
        .as_path(),
    field_row("file.origin.proc.name", kText, kEvent, origin_text<&ProcessImage::name>,
              "proc.name of the process that first wrote the file."),
    path_row("file.origin.proc.exepath", origin_text<&ProcessImage::exepath>,
             "proc.exepath of the process that first wrote the file."),
    field_row("file.origin.proc.cmdline", kText, kEvent, origin_text<&ProcessImage::cmdline>,
              "proc.cmdline of the process that first wrote the file."),
    field_row("file.origin.proc.pid", kInt, kEvent, origin_pid,
              "proc.pid of the process that first wrote the file."),
    field_row("file.origin.proc.entity", kText, kEvent, origin_entity,
              "proc.entity of the process that first wrote the file."),
    field_row("file.origin.user.uid", kUint, kEvent, origin_uid,
              "user.uid of the process that first wrote the file."),
    field_row("file.origin.user.name", kText, kEvent, origin_text<&ProcessImage::user_name>,
              "user.name of the process that first wrote the file."),
    field_row("file.origin.container.id", kText, kEvent, origin_text<&ProcessImage::container_id>,
              "Container of the process that first wrote the file; no value for the host."),
    field_row("file.origin.time", kUint, kEvent, origin_time, "When the file was first written."),
    field_row("file.origin.age", kInt, kEvent, origin_age,
              "How long ago that was, in nanoseconds; outputs show it with a unit."),
};

}  // namespace

std::span<const FieldRow> path_fields() { return kRows; }

}  // namespace sequitur

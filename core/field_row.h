// One row of the field table and what its functions share. For core/field_*.cpp only; everything
// else asks core/field.h.
//
// Each family of fields is a file: small functions from event to value, and beside them the rows
// that name them. core/field_table.cpp joins the families; a FieldId is the row's place there.
#pragma once

#include "core/field.h"

#include <span>
#include <string_view>

namespace sequitur {

// Pure. `field` is what the rule wrote, with its index or argument.
using Extractor = Value (*)(const FieldRef& field, const Event& event, ValueScratch& scratch);

struct FieldRow {
    FieldInfo info;  // without id
    Extractor extract = nullptr;

    constexpr FieldRow with_arg(FieldArg arg) const {
        FieldRow row = *this;
        row.info.arg = arg;
        return row;
    }
    constexpr FieldRow as_key(std::string_view meaning) const {
        FieldRow row = *this;
        row.info.in_sequences = meaning;
        return row;
    }
    constexpr FieldRow as_path() const {
        FieldRow row = *this;
        row.info.is_path = true;
        return row;
    }
    constexpr FieldRow as_list() const {
        FieldRow row = *this;
        row.info.is_list = true;
        return row;
    }
    constexpr FieldRow only_in_conditions() const {
        FieldRow row = *this;
        row.info.filter_only = true;
        return row;
    }
    constexpr FieldRow in_any_stream() const {
        FieldRow row = *this;
        row.info.any_stream = true;
        return row;
    }
    // Several values, any of which may match; != asks that none is equal.
    constexpr FieldRow as_either_end() const {
        FieldRow row = *this;
        row.info.is_multi = row.info.negates_all = row.info.filter_only = true;
        return row;
    }
    // The same, and outputs show them all.
    constexpr FieldRow as_names() const {
        FieldRow row = *this;
        row.info.is_multi = row.info.negates_all = true;
        return row;
    }
    // Without an index all ancestors, any of which may match; [N] is one process.
    constexpr FieldRow as_ancestors() const {
        FieldRow row = with_arg(FieldArg::kOptionalIndex);
        row.info.is_multi = true;
        return row;
    }
    // Compared as text or as a number, and a list where the event has one.
    constexpr FieldRow as_dynamic() const {
        FieldRow row = *this;
        row.info.is_dynamic = true;
        return row;
    }
    constexpr FieldRow from_stream(EventStream stream) const {
        FieldRow row = *this;
        row.info.stream = stream;
        return row;
    }
};

constexpr FieldRow field_row(std::string_view name, ValueType type, FieldScope scope,
                             Extractor extract, std::string_view meaning) {
    FieldRow row;
    row.info.name = name;
    row.info.type = type;
    row.info.scope = scope;
    row.info.meaning = meaning;
    row.extract = extract;
    return row;
}

// What a field without data yet gives.
inline Value no_value(const FieldRef&, const Event&, ValueScratch&) { return Value::missing(); }

// A symbol of the host state, or `otherwise` where nothing is known.
inline Value symbol_or(Symbol symbol, std::string_view otherwise) {
    return symbol ? Value::of_symbol(symbol) : Value::of_text(otherwise);
}
inline constexpr std::string_view kUnknownText = "<NA>";  // as Falco names it

// Text made of two parts.
std::string_view decimal(std::int64_t number, ValueScratch& scratch);
std::string_view concat(std::string_view first, std::string_view second, ValueScratch& scratch);

// The NUL-ended strings of an argument list, an environment, ...: calls take(text) for each.
template <typename Take>
void for_each_string(std::string_view strings, Take take) {
    while (!strings.empty()) {
        const std::size_t end = strings.find('\0');
        take(strings.substr(0, end));
        if (end == std::string_view::npos) return;
        strings.remove_prefix(end + 1);
    }
}

std::span<const FieldRow> event_fields();       // evt.*, syscall.type
std::span<const FieldRow> argument_fields();    // evt.arg.*, evt.rawarg.*, <syscall>.<argument>
std::span<const FieldRow> process_fields();     // proc.*
std::span<const FieldRow> ancestor_fields();    // proc.p*, proc.a*, session and group leaders
std::span<const FieldRow> thread_fields();      // thread.*, and what a process uses
std::span<const FieldRow> descriptor_fields();  // fd.*: files and any descriptor
std::span<const FieldRow> socket_fields();      // fd.*: addresses, ports, protocols
std::span<const FieldRow> path_fields();        // fs.path.*, file.*
std::span<const FieldRow> user_fields();        // user.*, group.*
std::span<const FieldRow> container_fields();   // container.*, k8s.*
std::span<const FieldRow> json_fields();        // json.*, jevt.*
std::span<const FieldRow> dns_fields();         // dns.*

}  // namespace sequitur

// The text of a parameter: what evt.arg.X, evt.args, outputs and `trace` show.
//
// A text has two parts, as in Falco: the value ("-2", "3", "4358", "tmp/x") and, for some types,
// what it stands for ("ENOENT", "<f>/etc/passwd", "O_TRUNC|O_CREAT|O_WRONLY", "/root/tmp/x").
// evt.arg.X is the second where there is one; evt.args has "name=value(meaning)" for each.
// Rules: docs/wire-format.md. Text is exactly the record's bytes; nothing is escaped here.
#pragma once

#include "core/event_type.h"
#include "core/record.h"

#include <cstdint>
#include <string>

namespace sequitur {

// What only the host state knows. Each function appends to `out` and returns true, or returns false
// when it does not know; a null function knows nothing. `context` is handed through.
struct ParamNames {
    const void* context = nullptr;
    // "<f>/etc/passwd", "<4t>1.2.3.4:5->6.7.8.9:10": type letters in brackets, then the name.
    bool (*descriptor)(const void* context, std::int64_t fd, std::string& out) = nullptr;
    // comm of a thread.
    bool (*process)(const void* context, std::int64_t tid, std::string& out) = nullptr;
    bool (*user)(const void* context, std::uint32_t uid, std::string& out) = nullptr;
    bool (*group)(const void* context, std::uint32_t gid, std::string& out) = nullptr;
    // The absolute path of path parameter `param`.
    bool (*path)(const void* context, std::uint32_t param, std::string& out) = nullptr;
};

// Appends both parts of parameter `index`. Its table row is `info.params[index]`; a parameter that
// the table does not know is shown as bytes. Times are UTC.
void append_param_text(const RecordView& record, const EventTypeInfo& info, std::uint32_t index,
                       const ParamNames& names, std::string& value, std::string& meaning);

// evt.arg.X, appended: the meaning, or the value where there is none.
void append_arg(const RecordView& record, const EventTypeInfo& info, std::uint32_t index,
                const ParamNames& names, std::string& out);

// evt.args, appended: every parameter that the record has; nothing for a generic event.
void append_args(const RecordView& record, const EventTypeInfo& info, const ParamNames& names,
                 std::string& out);

// Names of `value` in a flag table, joined by '|', appended; bits without a name are not shown.
// `is_enum`: one value instead of a set of bits, all of whose names match.
void append_flag_names(const FlagTable& table, std::uint64_t value, bool is_enum, std::string& out);

}  // namespace sequitur

// Fields of a process image that clone, exec and snapshot records spell the same way.
#pragma once

#include "core/process.h"
#include "core/state_tables.h"

#include <string_view>

namespace sequitur {

// Takes over `text` unless it is missing (null data()); the same text again costs a comparison.
void set_text(StateTables& tables, SymbolRef& to, std::string_view text);

// A list of strings: as set_text, each string followed by NUL.
void set_list(StateTables& tables, SymbolRef& to, std::string_view list);

// The list of cgroups, and the container that it tells of.
void set_cgroups(StateTables& tables, ProcessImage& image, std::string_view cgroups);

// A directory: normal, with a final '/'.
void set_cwd(StateTables& tables, ProcessImage& image, std::string_view directory);

// cmdline and exeline anew from name, exe and args.
void build_lines(StateTables& tables, ProcessImage& image);

}  // namespace sequitur

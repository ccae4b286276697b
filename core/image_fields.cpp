#include "core/image_fields.h"

#include "core/path.h"
#include "core/process_ancestry.h"

namespace sequitur {
namespace {

// `first` and the strings of `list`, joined with blanks.
Symbol joined_line(StateTables& tables, std::string_view first, std::string_view list) {
    std::string& line = tables.text;
    line.assign(first);
    if (!list.empty() && list.back() == '\0') list.remove_suffix(1);
    if (!list.empty()) {
        line += ' ';
        for (const char c : list) line += c == '\0' ? ' ' : c;
    }
    return tables.strings.intern(line);
}

}  // namespace

void set_text(StateTables& tables, SymbolRef& to, std::string_view text) {
    if (text.data() == nullptr || (to && to.view() == text)) return;
    to = SymbolRef(tables.strings.intern(text));
}

void set_list(StateTables& tables, SymbolRef& to, std::string_view list) {
    if (list.empty() || list.back() == '\0') {
        set_text(tables, to, list);
        return;
    }
    tables.text.assign(list);
    tables.text += '\0';
    set_text(tables, to, tables.text);
}

void set_cgroups(StateTables& tables, ProcessImage& image, std::string_view cgroups) {
    if (cgroups.empty()) return;
    const SymbolRef before = image.cgroups;
    set_list(tables, image.cgroups, cgroups);
    if (image.cgroups.get() == before.get()) return;
    const std::string_view id = container_id_of(image.cgroups.view());
    image.container_id = id.empty() ? SymbolRef() : SymbolRef(tables.strings.intern(id));
}

void set_cwd(StateTables& tables, ProcessImage& image, std::string_view directory) {
    if (directory.empty()) return;
    join_path({}, directory, tables.text);
    if (tables.text.empty() || tables.text.back() != '/') tables.text += '/';
    set_text(tables, image.cwd, tables.text);
}

void build_lines(StateTables& tables, ProcessImage& image) {
    const std::string_view name = image.name ? image.name.view() : image.exe.view();
    image.cmdline = SymbolRef(joined_line(tables, name, image.args.view()));
    image.exeline = SymbolRef(joined_line(tables, image.exe.view(), image.args.view()));
}

}  // namespace sequitur

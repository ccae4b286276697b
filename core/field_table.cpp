#include "core/field_table.h"

#include <unordered_map>

namespace sequitur {
namespace {

struct Table {
    std::vector<FieldInfo> infos;
    std::vector<Extractor> extractors;
    std::unordered_map<std::string_view, const FieldInfo*> by_name;

    Table();
    void add(std::span<const FieldRow> rows);
};

void Table::add(std::span<const FieldRow> rows) {
    for (const FieldRow& row : rows) {
        FieldInfo info = row.info;
        info.id = FieldId{static_cast<std::uint16_t>(infos.size())};
        info.is_provided = row.extract != no_value;
        infos.push_back(info);
        extractors.push_back(row.extract);
    }
}

Table::Table() {
    add(event_fields());
    add(argument_fields());
    add(process_fields());
    add(ancestor_fields());
    add(thread_fields());
    add(user_fields());
    add(descriptor_fields());
    add(socket_fields());
    add(dns_fields());
    add(path_fields());
    add(container_fields());
    add(json_fields());
    for (const FieldInfo& info : infos) by_name.emplace(info.name, &info);
}

const Table& table() {
    static const Table kTable;
    return kTable;
}

}  // namespace

std::span<const FieldInfo> field_table() { return table().infos; }

const FieldInfo& field_info(FieldId id) { return table().infos[static_cast<std::size_t>(id)]; }

std::span<const Extractor> extractors() { return table().extractors; }

const FieldInfo* find_field(std::string_view name) {
    const auto found = table().by_name.find(name);
    return found == table().by_name.end() ? nullptr : found->second;
}

const FieldInfo* find_family(std::string_view name) {
    for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = name.rfind('.', dot - 1)) {
        if (const FieldInfo* family = find_field(name.substr(0, dot + 1))) return family;
    }
    return nullptr;
}

}  // namespace sequitur

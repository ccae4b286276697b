#include "probe/accounts.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

namespace sequitur::probe {
namespace {

constexpr std::uint64_t kNoThread = ~std::uint64_t{0};

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t colon = line.find(':');
        fields.push_back(line.substr(0, colon));
        if (colon == std::string_view::npos) return fields;
        line.remove_prefix(colon + 1);
    }
}

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

void add_account_records(const std::string& passwd_path, const std::string& group_path,
                         std::uint64_t ts_ns, RecordBuilder& builder,
                         std::vector<RecordView>& records) {
    std::string line;
    for (std::ifstream passwd(passwd_path); std::getline(passwd, line);) {
        const auto fields = fields_of(line);  // name:password:uid:gid:comment:home:shell
        if (fields.size() < 7) continue;
        const auto uid = number_of(fields[2]), gid = number_of(fields[3]);
        if (!uid || !gid) continue;
        builder.begin(ts_ns, kNoThread, EventType::kUserAdded);
        builder.add_int(*uid);
        builder.add_int(*gid);
        builder.add_text(fields[0]);
        builder.add_text(fields[5]);
        builder.add_text(fields[6]);
        builder.add_text("");
        records.push_back(builder.finish());
    }
    for (std::ifstream group(group_path); std::getline(group, line);) {
        const auto fields = fields_of(line);  // name:password:gid:members
        if (fields.size() < 3) continue;
        const auto gid = number_of(fields[2]);
        if (!gid) continue;
        builder.begin(ts_ns, kNoThread, EventType::kGroupAdded);
        builder.add_int(*gid);
        builder.add_text(fields[0]);
        builder.add_text("");
        records.push_back(builder.finish());
    }
}

}  // namespace sequitur::probe

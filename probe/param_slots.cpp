#include "probe/param_slots.h"

#include "probe/json_param.h"

#include <algorithm>
#include <utility>

namespace sequitur {

int ParamSlots::index_of(std::string_view name) const {
    const auto found = std::ranges::find(info_->params, name, &ParamInfo::name);
    return found != info_->params.end() ? static_cast<int>(found - info_->params.begin()) : -1;
}

void ParamSlots::set(int index, std::string_view prefix, std::string_view key,
                     const JsonValue& value) {
    slots_[at(index)] = {Source::kJson, &value, prefix, key, 0, {}};
}

void ParamSlots::set(int index, std::int64_t number) {
    slots_[at(index)] = {Source::kNumber, nullptr, {}, {}, number, {}};
}

void ParamSlots::set(int index, std::string_view text) {
    slots_[at(index)] = {Source::kText, nullptr, {}, {}, 0, text};
}

void ParamSlots::set(int index, std::vector<std::string_view> texts) {
    slots_[at(index)] = {Source::kTexts, nullptr, {}, {}, 0, {}};
    texts_ = std::move(texts);
}

Result<void> ParamSlots::write(std::size_t count, RecordBuilder& builder) const {
    for (std::size_t i = 0; i < count; ++i) {
        const Slot& slot = slots_[i];
        switch (slot.source) {
            case Source::kNone: builder.add_missing(); break;
            case Source::kNumber: builder.add_int(slot.number); break;
            case Source::kText: builder.add_text(slot.text); break;
            case Source::kTexts: builder.add_list(texts_); break;
            case Source::kJson: {
                const Result<void> added = add_param(*info_, info_->params[i], *slot.json, builder);
                if (!added) {
                    return fail_with_context(added.error(),
                                             std::string(slot.prefix) + std::string(slot.key));
                }
                break;
            }
        }
    }
    return {};
}

}  // namespace sequitur

// All objects of all files, merged: what is defined twice is replaced or appended to, as the later
// object says. Keeps the order of first definition, which decides what may name what.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/objects.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sequitur::dsl {

// A vector of objects with unique names, in the order of first definition.
template <typename Object>
class NamedObjects {
public:
    Object* find(std::string_view name) {
        const auto found = index_.find(std::string(name));
        return found == index_.end() ? nullptr : &objects_[found->second];
    }
    const Object* find(std::string_view name) const {
        const auto found = index_.find(std::string(name));
        return found == index_.end() ? nullptr : &objects_[found->second];
    }
    // Precondition: find(object.name.text) == nullptr.
    void add(Object object) {
        index_.emplace(object.name.text, objects_.size());
        objects_.push_back(std::move(object));
    }
    const std::vector<Object>& all() const { return objects_; }
    std::vector<std::string_view> names() const {
        std::vector<std::string_view> result;
        for (const Object& object : objects_) result.push_back(object.name.text);
        return result;
    }

private:
    std::vector<Object> objects_;
    std::unordered_map<std::string, std::size_t> index_;
};

class RuleBook {
public:
    // Takes the next object in the order of the files. Overrides that do not fit, appends to what
    // is not there, missing keys and taken names are reported; the book is as before then.
    void add(RuleFileObject object, Diagnostics& diagnostics);

    const NamedObjects<ListObject>& lists() const { return lists_; }
    const NamedObjects<MacroObject>& macros() const { return macros_; }
    const NamedObjects<RuleObject>& rules() const { return rules_; }
    const NamedObjects<SequenceObject>& sequences() const { return sequences_; }

private:
    void add_list(ListObject list, Diagnostics& diagnostics);
    void add_macro(MacroObject macro, Diagnostics& diagnostics);
    void add_rule(RuleObject rule, Diagnostics& diagnostics);
    void add_sequence(SequenceObject sequence, Diagnostics& diagnostics);

    NamedObjects<ListObject> lists_;
    NamedObjects<MacroObject> macros_;
    NamedObjects<RuleObject> rules_;
    NamedObjects<SequenceObject> sequences_;
    std::uint32_t order_ = 0;  // of the object being added
};

}  // namespace sequitur::dsl

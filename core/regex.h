// One regular expression, matched against a whole text: `regex` where conditions are judged one by
// one. Sets of them go to core/pattern_set.h, which is also what stands behind this.
#pragma once

#include "core/result.h"

#include <memory>
#include <string_view>

namespace sequitur {

class Regex {
public:
    // kBadInput says what is wrong with `pattern`, or that it can't be done (back-references,
    // look-around).
    static Result<Regex> compile(std::string_view pattern);

    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    // Whether the whole of `text` matches; `.` is any byte but a line feed.
    // Any thread. Allocates only when more threads than ever before are in here at once.
    bool matches(std::string_view text) const;

private:
    struct Impl;
    explicit Regex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur

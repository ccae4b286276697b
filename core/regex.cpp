#include "core/regex.h"

#include "core/pattern_set.h"

#include <array>
#include <mutex>
#include <utility>
#include <vector>

namespace sequitur {

struct Regex::Impl {
    PatternSet set;
    // Scratches that no thread uses at the moment. A lock is cheap beside a match, and this way
    // a Regex needs no thread-local state that would outlive it.
    std::mutex mutex;
    std::vector<PatternScratch> idle;

    PatternScratch take() {
        {
            const std::lock_guard lock(mutex);
            if (!idle.empty()) {
                PatternScratch scratch = std::move(idle.back());
                idle.pop_back();
                return scratch;
            }
        }
        PatternScratch scratch;
        scratch.fit(set);
        return scratch;
    }

    void give_back(PatternScratch scratch) {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(scratch));
    }
};

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern) {
    const std::array patterns = {
        Pattern{.kind = Pattern::Kind::kRegex, .text = std::string(pattern), .bit = 0}};
    Result<PatternSet> set = PatternSet::compile(patterns);
    if (!set) return tl::unexpected(std::move(set.error()));
    auto impl = std::make_unique<Impl>();
    impl->set = std::move(*set);
    return Regex(std::move(impl));
}

bool Regex::matches(std::string_view text) const {
    PatternScratch scratch = impl_->take();
    std::array<std::uint64_t, 1> row{};
    impl_->set.match(text, scratch, row);
    impl_->give_back(std::move(scratch));
    return row[0] != 0;
}

}  // namespace sequitur

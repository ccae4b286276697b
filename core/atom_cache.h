// A small store of atom results that hangs on what they were computed for.
//
// Holds one bit row for one generation of compiled conditions; when the rules are reloaded the
// generation differs and the row is computed anew. Not synchronised: its holder says who may
// touch it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace sequitur {

class AtomCache {
public:
    AtomCache() = default;
    AtomCache(const AtomCache&) {}  // a copied image starts without results
    AtomCache& operator=(const AtomCache&) = delete;

    // The row of `generation`, or empty when it has not been made.
    std::span<std::uint64_t> row(std::uint32_t generation) {
        return generation == generation_ ? std::span(words_.get(), size_)
                                         : std::span<std::uint64_t>();
    }

    // Makes a zeroed row of `words` words for `generation`, in place of any other.
    // Allocates when the size differs from the last.
    std::span<std::uint64_t> make_row(std::uint32_t generation, std::uint32_t words) {
        if (words != size_) {
            words_ = std::make_unique<std::uint64_t[]>(words);
            size_ = words;
        } else {
            for (std::uint32_t i = 0; i < words; ++i) words_[i] = 0;
        }
        generation_ = generation;
        return std::span(words_.get(), size_);
    }

private:
    std::unique_ptr<std::uint64_t[]> words_;
    std::uint32_t size_ = 0;
    std::uint32_t generation_ = 0;  // 0: none; rule sets count from 1
};

}  // namespace sequitur

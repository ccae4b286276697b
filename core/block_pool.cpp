#include "core/block_pool.h"

#include "core/huge_pages.h"

#include <array>
#include <mutex>
#include <new>

namespace sequitur {
namespace {

constexpr std::size_t kGrain = 64;  // a cache line
constexpr std::size_t kLargest = 2048;
constexpr std::size_t kClasses = kLargest / kGrain + 1;
constexpr std::size_t kKept = 512;  // free blocks that a thread keeps at most, of each class

constexpr std::align_val_t kAlignment{kGrain};

// A sanitizer that watches the heap is to see every block.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kPools = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kPools = false;
#else
constexpr bool kPools = true;
#endif
#else
constexpr bool kPools = true;
#endif

struct Free {
    Free* next;
};

struct List {
    Free* first = nullptr;
    std::size_t count = 0;

    void push(Free* block) {
        block->next = first;
        first = block;
        ++count;
    }
    Free* pop() {
        Free* const block = first;
        first = block->next;
        --count;
        return block;
    }
};

// What all threads share.
class Reserve {
public:
    // Moves half of what a thread may keep into `list`.
    void fill(std::size_t size_class, List& list) {
        const std::lock_guard lock(mutex_);
        List& own = lists_[size_class];
        while (list.count < kKept / 2) {
            list.push(own.count > 0 ? own.pop() : cut(size_class * kGrain));
        }
    }

    void drain(std::size_t size_class, List& list, std::size_t keep) {
        const std::lock_guard lock(mutex_);
        while (list.count > keep) lists_[size_class].push(list.pop());
    }

private:
    Free* cut(std::size_t bytes) {
        if (left_ < bytes) {
            next_ = static_cast<std::byte*>(map_huge(kHugePage));
            left_ = kHugePage;
        }
        auto* const block = ::new (next_) Free{nullptr};
        next_ += bytes;
        left_ -= bytes;
        return block;
    }

    std::mutex mutex_;
    std::array<List, kClasses> lists_{};
    std::byte* next_ = nullptr;
    std::size_t left_ = 0;
};

// Never destroyed: threads and statics that end later may still give blocks back.
Reserve& reserve() {
    static Reserve& shared = *new Reserve;
    return shared;
}

struct ThreadLists {
    std::array<List, kClasses> lists{};
    ~ThreadLists() {
        for (std::size_t i = 0; i < kClasses; ++i) reserve().drain(i, lists[i], 0);
    }
};

List& own_list(std::size_t size_class) {
    thread_local ThreadLists own;
    return own.lists[size_class];
}

std::size_t class_of(std::size_t bytes) { return (bytes + kGrain - 1) / kGrain; }

}  // namespace

void* take_block(std::size_t bytes) {
    if (!kPools || bytes > kLargest) return ::operator new(bytes, kAlignment);
    const std::size_t size_class = class_of(bytes);
    List& list = own_list(size_class);
    if (list.count == 0) reserve().fill(size_class, list);
    return list.pop();
}

void give_back_block(void* block, std::size_t bytes) noexcept {
    if (!kPools || bytes > kLargest) return ::operator delete(block, kAlignment);
    const std::size_t size_class = class_of(bytes);
    List& list = own_list(size_class);
    list.push(::new (block) Free{nullptr});
    if (list.count > kKept) reserve().drain(size_class, list, kKept / 2);
}

std::size_t block_size(std::size_t bytes) { return class_of(bytes) * kGrain; }

}  // namespace sequitur

// Memory for objects of one type that are made on one thread and freed on any.
//
// Each thread keeps a short list of free nodes; a full or empty list is exchanged, half at a time,
// with one list behind a mutex. So a loop that makes and frees objects on one thread touches
// neither the mutex nor the heap. Memory is never given back to the system; it is bounded by the
// largest number of objects that ever lived at once.
// Under AddressSanitizer every object is its own heap block, so that misuse shows.
#pragma once

#include <cstddef>
#include <mutex>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define SEQUITUR_POOL_PASSES_THROUGH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SEQUITUR_POOL_PASSES_THROUGH 1
#endif
#endif

namespace sequitur {

template <typename T>
class ObjectPool {
public:
    // Memory for one T. Any thread.
    static void* allocate() {
#ifdef SEQUITUR_POOL_PASSES_THROUGH
        return ::operator new (sizeof(T), std::align_val_t{kAlign});
#else
        Local& local = local_list();
        if (local.head == nullptr) refill(local);
        Node* node = local.head;
        local.head = node->next;
        --local.count;
        return node;
#endif
    }

    // Takes back what allocate() gave; the T in it is already destroyed. Any thread.
    static void release(void* memory) {
#ifdef SEQUITUR_POOL_PASSES_THROUGH
        ::operator delete (memory, std::align_val_t{kAlign});
#else
        Local& local = local_list();
        Node* node = static_cast<Node*>(memory);
        node->next = local.head;
        local.head = node;
        if (++local.count > kLocalMax) spill(local, kLocalMax / 2);
#endif
    }

private:
    struct Node {
        Node* next;
    };
    static constexpr std::size_t kAlign = alignof(T) > alignof(Node) ? alignof(T) : alignof(Node);
    static constexpr std::size_t kSize =
        ((sizeof(T) > sizeof(Node) ? sizeof(T) : sizeof(Node)) + kAlign - 1) / kAlign * kAlign;
    static constexpr std::size_t kLocalMax = 512;
    static constexpr std::size_t kChunkObjects = 64;

    struct Local {
        Node* head = nullptr;
        std::size_t count = 0;
        ~Local() { spill(*this, count); }
    };
    struct Shared {
        std::mutex mutex;
        Node* head = nullptr;  // guarded by mutex
    };

    static Local& local_list() {
        thread_local Local local;
        return local;
    }
    // Never destroyed: objects may be freed while the program's statics go.
    static Shared& shared_list() {
        static Shared* const shared = new Shared;
        return *shared;
    }

    static void refill(Local& local) {
        Shared& shared = shared_list();
        {
            const std::lock_guard lock(shared.mutex);
            while (shared.head != nullptr && local.count < kLocalMax / 2) {
                Node* node = shared.head;
                shared.head = node->next;
                node->next = local.head;
                local.head = node;
                ++local.count;
            }
        }
        if (local.head != nullptr) return;
        auto* chunk = static_cast<std::byte*>(
            ::operator new (kSize* kChunkObjects, std::align_val_t{kAlign}));
        for (std::size_t i = 0; i < kChunkObjects; ++i) {
            Node* node = ::new (chunk + i * kSize) Node{local.head};
            local.head = node;
        }
        local.count = kChunkObjects;
    }

    static void spill(Local& local, std::size_t count) {
        if (count == 0) return;
        Node* first = local.head;
        Node* last = first;
        for (std::size_t i = 1; i < count; ++i) last = last->next;
        local.head = last->next;
        local.count -= count;
        Shared& shared = shared_list();
        const std::lock_guard lock(shared.mutex);
        last->next = shared.head;
        shared.head = first;
    }
};

}  // namespace sequitur

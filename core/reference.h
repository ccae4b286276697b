// Shared ownership of the immutable things that events point to: an intrusive, atomic count.
//
// Process images and descriptors are made on the state thread and may be let go of by any thread
// (a partial match keeps the image of its steps). When the state stage itself lets go of one, a
// batch in flight may still hold a bare pointer; so it drops its reference through a Graveyard,
// which keeps it until those batches are done.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sequitur {

// Base of reference-counted objects. `Derived` is destroyed with delete when the count falls to 0.
template <typename Derived>
class Referenced {
public:
    void retain() const { refs_.fetch_add(1, std::memory_order_relaxed); }
    void release() const {
        // The last reference is nobody else's to copy, so it goes without a locked instruction.
        if (has_one_reference() || refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete static_cast<const Derived*>(this);
        }
    }
    // Whether the caller's reference is the only one; then nobody else can come by another.
    bool has_one_reference() const { return refs_.load(std::memory_order_acquire) == 1; }

protected:
    Referenced() = default;
    Referenced(const Referenced&) : refs_(0) {}  // a copy starts its own count
    Referenced& operator=(const Referenced&) = delete;
    ~Referenced() = default;

private:
    mutable std::atomic<std::uint32_t> refs_{0};
};

template <typename T>
class Ref {
public:
    Ref() = default;
    explicit Ref(const T* object) : object_(object) {
        if (object_) object_->retain();
    }
    Ref(const Ref& other) : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->release();
    }

    // Gives the reference up to the caller, who has to release() it.
    [[nodiscard]] const T* detach() { return std::exchange(object_, nullptr); }

    const T* get() const { return object_; }
    const T* operator->() const { return object_; }
    const T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }

private:
    const T* object_ = nullptr;
};

// Holds references until every batch that was in flight when they were buried is done.
// A ring that grows to the largest number ever held; in steady state it does not allocate.
// Thread: the state stage's.
template <typename T>
class Graveyard {
public:
    // `current_batch` never falls from one call to the next.
    void bury(Ref<T> object, std::uint64_t current_batch) {
        if (!object) return;
        if (count_ == ring_.size()) grow();
        Grave& grave = ring_[(first_ + count_) & (ring_.size() - 1)];
        grave.object = std::move(object);
        grave.batch = current_batch;
        ++count_;
    }
    // Lets go of all that was buried at or before `batch_done`.
    void release_through(std::uint64_t batch_done) {
        while (count_ != 0 && ring_[first_].batch <= batch_done) {
            ring_[first_].object = Ref<T>();
            first_ = (first_ + 1) & (ring_.size() - 1);
            --count_;
        }
    }
    std::size_t size() const { return count_; }

private:
    struct Grave {
        Ref<T> object;
        std::uint64_t batch = 0;
    };

    void grow() {
        std::vector<Grave> larger(ring_.empty() ? 64 : ring_.size() * 2);
        for (std::size_t i = 0; i < count_; ++i) {
            larger[i] = std::move(ring_[(first_ + i) & (ring_.size() - 1)]);
        }
        ring_ = std::move(larger);
        first_ = 0;
    }

    std::vector<Grave> ring_;  // size: 0 or a power of two
    std::size_t first_ = 0, count_ = 0;
};

}  // namespace sequitur

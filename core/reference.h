// Shared ownership of the immutable things that events point to: an intrusive, atomic count.
//
// Process images and descriptors are made on the state thread and may be let go of by any thread
// (a partial match keeps the image of its steps). When the state stage itself lets go of one, a
// batch in flight may still hold a bare pointer; so it drops its reference through a Graveyard,
// which keeps it until those batches are done.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <utility>

namespace sequitur {

// Base of reference-counted objects. `Derived` is destroyed with delete when the count falls to 0.
template <typename Derived>
class Referenced {
public:
    void retain() const { refs_.fetch_add(1, std::memory_order_relaxed); }
    void release() const {
        if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete static_cast<const Derived*>(this);
        }
    }

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

    const T* get() const { return object_; }
    const T* operator->() const { return object_; }
    const T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }

private:
    const T* object_ = nullptr;
};

// Holds references until every batch that was in flight when they were buried is done.
// Thread: the state stage's.
template <typename T>
class Graveyard {
public:
    void bury(Ref<T> object, std::uint64_t current_batch) {
        if (object) buried_.emplace_back(current_batch, std::move(object));
    }
    // Lets go of all that was buried at or before `batch_done`.
    void release_through(std::uint64_t batch_done) {
        while (!buried_.empty() && buried_.front().first <= batch_done) buried_.pop_front();
    }

private:
    std::deque<std::pair<std::uint64_t, Ref<T>>> buried_;
};

}  // namespace sequitur

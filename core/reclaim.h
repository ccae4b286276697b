// What the state stage has let go of, but events of batches in flight may still point to.
//
// Thread: the state stage's.
#pragma once

#include "core/descriptor.h"
#include "core/file_copy.h"
#include "core/process.h"
#include "core/reference.h"

#include <cstdint>
#include <utility>

namespace sequitur {

class Reclaim {
public:
    // What is buried from now on waits for `batch` to be done.
    void begin_batch(std::uint64_t batch) { batch_ = batch; }
    std::uint64_t batch() const { return batch_; }

    void bury(Ref<Descriptor> descriptor) { descriptors_.bury(std::move(descriptor), batch_); }
    void bury(Ref<ProcessImage> image) { images_.bury(std::move(image), batch_); }
    void bury(Ref<FileCopy> copy) { copies_.bury(std::move(copy), batch_); }

    // Frees what only batches up to `batch_done` could see.
    void release_through(std::uint64_t batch_done) {
        descriptors_.release_through(batch_done);
        images_.release_through(batch_done);
        copies_.release_through(batch_done);
    }

private:
    std::uint64_t batch_ = 0;
    Graveyard<Descriptor> descriptors_;
    Graveyard<ProcessImage> images_;
    Graveyard<FileCopy> copies_;
};

}  // namespace sequitur

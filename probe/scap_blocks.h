// The blocks of a .scap capture, one after the other (docs/captures.md).
//
// A block's body is a view: into the mapped file, into a piece of unpacked data, or, where a block
// lies across two pieces, into a copy made for it.
#pragma once

#include "core/record.h"
#include "core/result.h"
#include "probe/capture_bytes.h"
#include "probe/scap_format.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sequitur::probe {

struct ScapBlock {
    std::uint32_t type = 0;
    std::span<const std::byte> body;  // with its padding
    std::uint64_t offset = 0;         // of the block, in the unpacked capture
};

class ScapBlockReader {
public:
    enum class Step { kBlock, kEnd, kFault };

    explicit ScapBlockReader(CaptureBytes bytes) : bytes_(std::move(bytes)) {}

    // Views given from here on live until the second next call of this.
    void begin_batch();

    // The next block. kFault: error() says what is wrong, and where; every further call gives it
    // again. Cost: without a copy and without a call where the block lies in the current piece.
    Step next(ScapBlock& block) {
        if (rest_.size() >= kBlockFrameSize) {
            const std::size_t length = load_le<std::uint32_t>(rest_.data() + 4);
            if (length >= kBlockFrameSize && length <= rest_.size() && (length & 3) == 0 &&
                load_le<std::uint32_t>(rest_.data() + length - kBlockTailSize) == length) {
                give(rest_, length, block);
                rest_ = rest_.subspan(length);
                return Step::kBlock;
            }
        }
        return next_slowly(block);
    }

    const Error& error() const { return error_; }
    // "FILE: damaged at byte OFFSET: what": of the block at `offset`, `at` bytes behind its start.
    Error damage(std::uint64_t offset, std::string_view what) const;
    const std::string& name() const { return bytes_.name(); }
    // Keeps what blocks of the current batch lie in beyond the batch.
    std::vector<std::shared_ptr<const void>> owners() const { return used_; }

private:
    void give(std::span<const std::byte> from, std::size_t length, ScapBlock& block) {
        block.type = load_le<std::uint32_t>(from.data());
        block.body = from.subspan(kBlockHeadSize, length - kBlockFrameSize);
        block.offset = offset_;
        offset_ += length;
    }
    Step next_slowly(ScapBlock& block);
    Step fault(Error error);
    bool ensure(std::size_t wanted);
    bool next_piece(BytePiece& piece);

    CaptureBytes bytes_;
    std::span<const std::byte> rest_;  // of the current piece, or a block put together
    BytePiece after_;                  // what follows on rest_, if it has been read already
    std::uint64_t offset_ = 0;         // of rest_ in the unpacked capture
    Error error_;
    bool is_at_end_ = false, is_failed_ = false;  // no more pieces come; error_ says why
    bool is_reported_ = false;                    // error_ has its place
    // What the views of this batch and of the one before lie in; the current piece is the last.
    std::vector<std::shared_ptr<const void>> used_, used_before_;
};

}  // namespace sequitur::probe

#include "probe/scap_blocks.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sequitur::probe {

void ScapBlockReader::begin_batch() {
    std::swap(used_, used_before_);
    used_.clear();
    if (!used_before_.empty()) used_.push_back(used_before_.back());
}

Error ScapBlockReader::damage(std::uint64_t offset, std::string_view what) const {
    return Error{Error::Code::kBadInput,
                 name() + ": damaged at byte " + std::to_string(offset) + ": " + std::string(what),
                 0};
}

ScapBlockReader::Step ScapBlockReader::fault(Error error) {
    error_ = std::move(error);
    is_failed_ = is_at_end_ = is_reported_ = true;
    rest_ = {};
    after_ = {};
    return Step::kFault;
}

// False at the end of the data or when it is damaged.
bool ScapBlockReader::next_piece(BytePiece& piece) {
    piece = std::exchange(after_, BytePiece());
    if (!piece.bytes.empty()) return true;
    if (is_at_end_) return false;
    auto read = bytes_.next();
    if (read) piece = std::move(*read);
    is_at_end_ = !read || piece.bytes.empty();
    is_failed_ = !read;
    if (!read) error_ = read.error();
    return !is_at_end_;
}

// Makes rest_ hold `wanted` bytes if the capture still has as many; what lies in two pieces is put
// together. Grows with what really comes, so that a length that is a lie costs no memory.
bool ScapBlockReader::ensure(std::size_t wanted) {
    std::shared_ptr<std::vector<std::byte>> joined;
    BytePiece piece;
    while (rest_.size() < wanted && next_piece(piece)) {
        if (rest_.empty()) {
            rest_ = piece.bytes;
            used_.push_back(std::move(piece.owner));
            continue;
        }
        if (!joined) {
            joined = std::make_shared<std::vector<std::byte>>(rest_.begin(), rest_.end());
            used_.push_back(joined);
        }
        // No more than is wanted is copied; the piece goes on behind it.
        const std::size_t part = std::min(wanted - joined->size(), piece.bytes.size());
        const auto copied = piece.bytes.first(part);
        joined->insert(joined->end(), copied.begin(), copied.end());
        after_ = {piece.bytes.subspan(part), std::move(piece.owner)};
        rest_ = *joined;
    }
    return rest_.size() >= wanted;
}

// At the end of a piece, of the capture, or where something is wrong.
ScapBlockReader::Step ScapBlockReader::next_slowly(ScapBlock& block) {
    if (!ensure(kBlockHeadSize)) {
        if (is_failed_) {
            if (error_.code == Error::Code::kBadInput && !is_reported_) {
                error_ = damage(offset_ + rest_.size(), error_.message);
            }
            is_reported_ = true;
            return Step::kFault;
        }
        if (rest_.empty()) return Step::kEnd;
        return fault(damage(offset_, "the file ends within a block"));
    }
    const std::size_t length = load_le<std::uint32_t>(rest_.data() + 4);
    if (length < kBlockFrameSize || (length & 3) != 0 || length > kBlockSizeMax) {
        return fault(damage(offset_, "no block can be " + std::to_string(length) + " bytes long"));
    }
    if (!ensure(length)) {
        if (is_failed_) return fault(damage(offset_ + rest_.size(), error_.message));
        return fault(damage(offset_, "the file ends within a block"));
    }
    const std::size_t repeated = load_le<std::uint32_t>(rest_.data() + length - kBlockTailSize);
    if (repeated != length) {
        return fault(damage(offset_, "the block is " + std::to_string(length) + " bytes long at " +
                                         "its start and " + std::to_string(repeated) +
                                         " at its end"));
    }
    give(rest_, length, block);
    rest_ = rest_.subspan(length);
    return Step::kBlock;
}

}  // namespace sequitur::probe

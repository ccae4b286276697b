// The bytes of a capture file from front to back, unpacked.
//
// A plain file is mapped and comes as one piece. Gzip data, and what cannot be mapped (a pipe),
// comes in pieces of about a MiB that a thread of its own reads and unpacks ahead; how far ahead is
// bounded. A mapped file that another program cuts short while it is read ends this one: nobody can
// tell us in time.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace sequitur::probe {

struct BytePiece {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;  // the bytes live as long as a copy of this
};

class CaptureBytes {
public:
    // `path`, or "-" for standard input. kIo: it cannot be opened.
    static Result<CaptureBytes> open(const std::string& path);
    // The bytes given, gzip data too; `name` stands in messages.
    static CaptureBytes over(std::span<const std::byte> bytes, std::string name);

    ~CaptureBytes();
    CaptureBytes(CaptureBytes&&) noexcept;
    CaptureBytes& operator=(CaptureBytes&&) noexcept;

    // The next piece; an empty one at the end. kIo: reading failed; kBadInput: the gzip data is
    // damaged or cut short. After an error or the end every further call gives the same.
    // Thread: one caller at a time.
    Result<BytePiece> next();

    const std::string& name() const { return name_; }

private:
    class Unpacking;
    CaptureBytes(std::string name, BytePiece whole);
    CaptureBytes(std::string name, std::unique_ptr<Unpacking> unpacking);

    std::string name_;
    BytePiece whole_;  // handed out by the first next()
    std::unique_ptr<Unpacking> unpacking_;
};

}  // namespace sequitur::probe

// Records into a .jsonl capture, a line each, from which JsonlSource makes the same records again:
// a replay of what was written raises the alerts that the live run raised.
#pragma once

#include "core/record.h"
#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace sequitur {

class JsonlWriter {
public:
    // Creates or empties the file `path`, readable by its owner only; "-" is standard output.
    // kIo says why it cannot.
    static Result<std::unique_ptr<JsonlWriter>> create(const std::string& path);

    // Closes what close() has not; what could not be written then is lost without a word.
    ~JsonlWriter();
    JsonlWriter(const JsonlWriter&) = delete;
    JsonlWriter& operator=(const JsonlWriter&) = delete;

    // Appends the records. What is written reaches the file at the latest with close(). After an
    // error nothing more is written, and every further call gives the error again.
    Result<void> write(std::span<const RecordView> records);

    // Writes out what is left, waits until it is on the disk, and closes the file. Further calls do
    // nothing.
    Result<void> close();

    // Bytes written so far, without those that wait.
    std::uint64_t size() const { return size_; }

private:
    JsonlWriter(int descriptor, std::string name);
    Result<void> flush();

    int descriptor_;
    std::string name_;
    std::string buffer_;
    std::uint64_t size_ = 0;
    int os_errno_ = 0;  // of the write that failed
};

}  // namespace sequitur

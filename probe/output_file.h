// A file that is written from front to back, in whole pieces, and synced when it is closed.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sequitur::probe {

class OutputFile {
public:
    // Creates or empties `path`, readable by its owner only: arguments and environments of other
    // users' processes stand in captures. kIo says why it cannot.
    static Result<OutputFile> create(const std::string& path);

    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();  // closes what close() has not, and does not say whether that went well

    // Hands all of `bytes` to the system. After an error every further call gives it again.
    Result<void> write(std::span<const std::byte> bytes);
    // Waits until all of it is on the disk, and closes. Further calls do nothing.
    Result<void> close();

    std::uint64_t size() const { return size_; }

private:
    OutputFile(int descriptor, std::string path)
        : descriptor_(descriptor), path_(std::move(path)) {}
    Result<void> error(const char* doing);

    int descriptor_;
    std::string path_;
    std::uint64_t size_ = 0;
    int os_errno_ = 0;  // of the call that failed
};

}  // namespace sequitur::probe

#include "daemon/outputs/spool.h"

#include "daemon/state/atomic_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sequitur {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadSize = 12;  // u32 length, u64 checksum
constexpr std::uint32_t kMessageMax = std::uint32_t{16} << 20;
constexpr std::uint64_t kSegmentMin = std::uint64_t{64} << 10;

// FNV-1a: told apart is what was torn, not what was forged.
std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return sum;
}

std::string entry_of(std::string_view message) {
    std::string entry(kHeadSize, '\0');
    const auto length = static_cast<std::uint32_t>(message.size());
    const std::uint64_t sum = checksum(message);
    std::memcpy(entry.data(), &length, sizeof length);
    std::memcpy(entry.data() + 4, &sum, sizeof sum);
    entry += message;
    return entry;
}

// The message at `offset`; false where there is none that is whole.
bool read_entry(std::ifstream& file, std::uint64_t offset, std::string& message) {
    std::array<char, kHeadSize> head{};
    file.clear();
    file.seekg(static_cast<std::streamoff>(offset));
    if (!file.read(head.data(), head.size())) return false;
    std::uint32_t length = 0;
    std::uint64_t sum = 0;
    std::memcpy(&length, head.data(), sizeof length);
    std::memcpy(&sum, head.data() + 4, sizeof sum);
    if (length > kMessageMax) return false;
    message.resize(length);
    return file.read(message.data(), length) && checksum(message) == sum;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& folder, std::uint64_t bytes_max) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || ::chmod(folder.c_str(), 0700) != 0) {
        return fail(Error::Code::kIo, "spool " + folder + ": " + std::strerror(errno), errno);
    }
    std::unique_ptr<Spool> spool(new Spool(folder, bytes_max));
    if (auto loaded = spool->load(); !loaded) return tl::unexpected<Error>(loaded.error());
    return Result<std::unique_ptr<Spool>>(std::move(spool));
}

std::string Spool::path_of(std::uint64_t number) const {
    std::array<char, 16> digits{};
    digits.fill('0');
    std::array<char, 16> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr;
    std::copy(text.data(), end, digits.end() - (end - text.data()));
    return folder_ + '/' + std::string(digits.data(), digits.size()) + ".seg";
}

Result<void> Spool::load() {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
        const std::string name = entry.path().filename().string();
        std::uint64_t number = 0;
        const auto end = std::from_chars(name.data(), name.data() + name.size(), number, 16);
        if (name.size() == 20 && end.ptr == name.data() + 16 && name.ends_with(".seg")) {
            segments_.push_back({number, 0, 0});
        }
    }
    if (error) return fail(Error::Code::kIo, "spool " + folder_ + ": " + error.message());
    std::sort(segments_.begin(), segments_.end(),
              [](const Segment& a, const Segment& b) { return a.number < b.number; });

    std::uint64_t done_number = 0;
    std::uint64_t done_bytes = 0;
    std::ifstream(folder_ + "/done") >> done_number >> done_bytes;
    while (!segments_.empty() && segments_.front().number < done_number) {
        fs::remove(path_of(segments_.front().number), error);
        segments_.pop_front();
    }
    if (!segments_.empty() && segments_.front().number == done_number) done_ = done_bytes;

    std::string message;
    for (Segment& segment : segments_) {
        std::ifstream file(path_of(segment.number), std::ios::binary);
        const std::uint64_t done = &segment == &segments_.front() ? done_ : 0;
        while (read_entry(file, segment.size, message)) {
            segment.size += kHeadSize + message.size();
            ++segment.messages;
            if (segment.size <= done) continue;
            ++waiting_;
            waiting_bytes_ += kHeadSize + message.size();
        }
        if (segment.size < done) done_ = segment.size;
    }
    return {};
}

bool Spool::begin_segment() {
    std::uint64_t number = 1;
    if (!segments_.empty()) {
        number = segments_.back().number + 1;
    } else {
        // After what `done` speaks of, so that a new segment is never taken for a delivered one.
        std::uint64_t done_number = 0;
        std::ifstream(folder_ + "/done") >> done_number;
        number = done_number + 1;
    }
    file_ = FileDescriptor(
        ::open(path_of(number).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
    if (!file_) return false;
    segments_.push_back({number, 0, 0});
    if (segments_.size() == 1) done_ = 0;
    return true;
}

Spool::Append Spool::append(std::string_view message) {
    const std::lock_guard lock(mutex_);
    const std::string entry = entry_of(message);
    if (message.size() > kMessageMax || waiting_bytes_ + entry.size() > bytes_max_) {
        return Append::kFull;
    }
    const std::uint64_t segment_max = std::max(kSegmentMin, bytes_max_ / 16);
    const bool is_new = !file_ || segments_.empty() || segments_.back().size >= segment_max;
    if (is_new && !begin_segment()) return Append::kFailed;
    Segment& segment = segments_.back();
    const ssize_t wrote = ::write(file_.get(), entry.data(), entry.size());
    if (wrote != static_cast<ssize_t>(entry.size())) {
        const int error = wrote < 0 ? errno : ENOSPC;
        // What is behind a torn entry would be lost: the next one gets a segment of its own.
        if (wrote > 0 && ::ftruncate(file_.get(), static_cast<off_t>(segment.size)) != 0) {
            file_.reset();
        }
        errno = error;
        return Append::kFailed;
    }
    segment.size += entry.size();
    ++segment.messages;
    ++waiting_;
    waiting_bytes_ += entry.size();
    return Append::kDone;
}

void Spool::sync() {
    const std::lock_guard lock(mutex_);
    if (file_) ::fdatasync(file_.get());
}

void Spool::peek(std::size_t count, std::vector<std::string>& messages) {
    const std::lock_guard lock(mutex_);
    peeked_.clear();
    std::string message;
    std::uint64_t offset = done_;
    for (const Segment& segment : segments_) {
        std::ifstream file(path_of(segment.number), std::ios::binary);
        while (peeked_.size() < count && offset < segment.size &&
               read_entry(file, offset, message)) {
            offset += kHeadSize + message.size();
            peeked_.push_back(kHeadSize + message.size());
            messages.push_back(std::move(message));
        }
        if (peeked_.size() == count) return;
        offset = 0;
    }
}

void Spool::advance(std::size_t count) {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> finished;
    for (std::size_t i = 0; i < std::min(count, peeked_.size()); ++i) {
        // The last segment stays: it may be written to.
        while (segments_.size() > 1 && done_ >= segments_.front().size) {
            finished.push_back(segments_.front().number);
            segments_.pop_front();
            done_ = 0;
        }
        done_ += peeked_[i];
        --waiting_;
        waiting_bytes_ -= peeked_[i];
    }
    peeked_.clear();
    write_done();
    // Only after `done` says so, or a kill between the two would leave a gap.
    std::error_code error;
    for (const std::uint64_t number : finished) fs::remove(path_of(number), error);
}

void Spool::write_done() const {
    if (segments_.empty()) return;
    const std::string text =
        std::to_string(segments_.front().number) + ' ' + std::to_string(done_) + '\n';
    replace_file(folder_ + "/done", text, false);
}

std::uint64_t Spool::messages() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

std::uint64_t Spool::bytes() const {
    const std::lock_guard lock(mutex_);
    return waiting_bytes_;
}

}  // namespace sequitur

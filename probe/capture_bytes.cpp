#include "probe/capture_bytes.h"

#include "probe/gzip.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <errno.h>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sequitur::probe {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::size_t kReadBytes = std::size_t{256} << 10;
constexpr std::size_t kPiecesAhead = 4;

bool is_gzip(std::span<const std::byte> bytes) {
    return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

using Buffer = std::vector<std::byte>;

// Buffers that their readers are done with, to be filled again.
struct BufferPool {
    std::mutex mutex;
    std::vector<std::unique_ptr<Buffer>> free;

    std::unique_ptr<Buffer> take() {
        const std::lock_guard lock(mutex);
        if (free.empty()) return std::make_unique<Buffer>(kPieceBytes);
        auto buffer = std::move(free.back());
        free.pop_back();
        return buffer;
    }
    void give(std::unique_ptr<Buffer> buffer) {
        const std::lock_guard lock(mutex);
        if (free.size() < kPiecesAhead) free.push_back(std::move(buffer));
    }
};

Error read_error(const std::string& name, int error) {
    return Error{Error::Code::kIo, "cannot read " + name + ": " + strerror(error), error};
}

struct Mapping {
    void* at = nullptr;
    std::size_t size = 0;
    Mapping(void* mapped, std::size_t bytes) : at(mapped), size(bytes) {}
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { ::munmap(at, size); }
};

}  // namespace

// The thread that reads and unpacks ahead, and the queue between it and the caller.
class CaptureBytes::Unpacking {
public:
    // Takes `descriptor` over (-1: only `start`). `start`: bytes that stand before what it gives,
    // of owner `start.owner`.
    Unpacking(int descriptor, BytePiece start, std::string name)
        : descriptor_(descriptor),
          start_(std::move(start)),
          name_(std::move(name)),
          thread_([this] { run(); }) {}

    ~Unpacking() {
        {
            const std::lock_guard lock(mutex_);
            is_stopped_ = true;
        }
        changed_.notify_all();
        thread_.join();
        if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
    }
    Unpacking(const Unpacking&) = delete;
    Unpacking& operator=(const Unpacking&) = delete;

    Result<BytePiece> next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !ready_.empty() || is_done_; });
        if (ready_.empty()) {
            if (fault_) return tl::unexpected<Error>(*fault_);
            return BytePiece();
        }
        BytePiece piece = std::move(ready_.front());
        ready_.pop_front();
        changed_.notify_all();
        return piece;
    }

private:
    // Waits for room; false when nobody wants more.
    bool push(std::unique_ptr<Buffer> buffer, std::size_t size) {
        const std::span<const std::byte> bytes(buffer->data(), size);
        std::shared_ptr<const void> owner(buffer.release(), [pool = pool_](const Buffer* used) {
            pool->give(std::unique_ptr<Buffer>(const_cast<Buffer*>(used)));
        });
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_.size() < kPiecesAhead || is_stopped_; });
        if (is_stopped_) return false;
        ready_.push_back({bytes, std::move(owner)});
        changed_.notify_all();
        return true;
    }

    void end(std::optional<Error> fault) {
        const std::lock_guard lock(mutex_);
        fault_ = std::move(fault);
        is_done_ = true;
        changed_.notify_all();
    }

    // More input, or nothing at the end of it. `start_` goes first.
    Result<std::span<const std::byte>> read() {
        if (!start_.bytes.empty()) return std::exchange(start_.bytes, {});
        if (descriptor_ < 0) return std::span<const std::byte>();
        input_.resize(kReadBytes);
        for (;;) {
            const ssize_t got = ::read(descriptor_, input_.data(), input_.size());
            if (got >= 0) return std::span(input_).first(static_cast<std::size_t>(got));
            if (errno != EINTR) return tl::unexpected<Error>(read_error(name_, errno));
        }
    }

    void run() {
        auto first = read();
        if (!first) return end(first.error());
        std::span<const std::byte> in = *first;
        const bool unpacks = is_gzip(in);
        GzipUnpacker unpacker;
        std::unique_ptr<Buffer> out = pool_->take();
        std::size_t filled = 0;
        std::optional<Error> fault;
        for (bool is_at_end = in.empty(); !is_at_end;) {
            const std::span<std::byte> room = std::span(*out).subspan(filled);
            if (unpacks) {
                const auto written = unpacker.unpack(in, room);
                if (!written) {
                    fault = Error{Error::Code::kBadInput,
                                  "the gzip data is damaged: " + written.error().message, 0};
                    break;
                }
                filled += *written;
            } else {
                const std::size_t size = std::min(in.size(), room.size());
                std::memcpy(room.data(), in.data(), size);
                in = in.subspan(size);
                filled += size;
            }
            if (filled == out->size()) {
                if (!push(std::move(out), filled)) return;
                out = pool_->take();
                filled = 0;
                continue;
            }
            if (!in.empty()) continue;
            auto more = read();
            if (!more) {
                fault = more.error();
                break;
            }
            in = *more;
            is_at_end = in.empty();
        }
        if (unpacks && !fault && !unpacker.is_between_members()) {
            fault = Error{Error::Code::kBadInput, "the gzip data is cut short", 0};
        }
        if (filled > 0 && !push(std::move(out), filled)) return;
        end(std::move(fault));
    }

    int descriptor_;
    BytePiece start_;
    std::string name_;
    Buffer input_;
    std::shared_ptr<BufferPool> pool_ = std::make_shared<BufferPool>();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<BytePiece> ready_;
    std::optional<Error> fault_;
    bool is_done_ = false, is_stopped_ = false;
    std::thread thread_;  // last: it uses all of the above
};

CaptureBytes::CaptureBytes(std::string name, BytePiece whole)
    : name_(std::move(name)), whole_(std::move(whole)) {}
CaptureBytes::CaptureBytes(std::string name, std::unique_ptr<Unpacking> unpacking)
    : name_(std::move(name)), unpacking_(std::move(unpacking)) {}
CaptureBytes::~CaptureBytes() = default;
CaptureBytes::CaptureBytes(CaptureBytes&&) noexcept = default;
CaptureBytes& CaptureBytes::operator=(CaptureBytes&&) noexcept = default;

Result<CaptureBytes> CaptureBytes::open(const std::string& path) {
    if (path == "-") {
        return CaptureBytes("stdin",
                            std::make_unique<Unpacking>(STDIN_FILENO, BytePiece(), "stdin"));
    }
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const int error = errno;
        return fail(Error::Code::kIo, "cannot open " + path + ": " + strerror(error), error);
    }
    struct stat status {};
    const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const auto size = is_file ? static_cast<std::size_t>(status.st_size) : 0;
    void* const mapped =
        size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
    if (mapped == MAP_FAILED) {
        return CaptureBytes(path, std::make_unique<Unpacking>(descriptor, BytePiece(), path));
    }
    ::close(descriptor);
    ::madvise(mapped, size, MADV_SEQUENTIAL);
    BytePiece whole;
    whole.bytes = {static_cast<const std::byte*>(mapped), size};
    whole.owner = std::make_shared<const Mapping>(mapped, size);
    if (!is_gzip(whole.bytes)) return CaptureBytes(path, std::move(whole));
    return CaptureBytes(path, std::make_unique<Unpacking>(-1, std::move(whole), path));
}

CaptureBytes CaptureBytes::over(std::span<const std::byte> bytes, std::string name) {
    auto copy = std::make_shared<Buffer>(bytes.begin(), bytes.end());
    BytePiece whole{*copy, copy};
    if (!is_gzip(bytes)) return CaptureBytes(std::move(name), std::move(whole));
    auto unpacking = std::make_unique<Unpacking>(-1, std::move(whole), name);
    return CaptureBytes(std::move(name), std::move(unpacking));
}

Result<BytePiece> CaptureBytes::next() {
    if (unpacking_) return unpacking_->next();
    return std::exchange(whole_, BytePiece());
}

}  // namespace sequitur::probe

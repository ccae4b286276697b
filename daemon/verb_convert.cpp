// convert: a capture in one format into the other, record by record.

#include "core/limits.h"
#include "daemon/report.h"
#include "daemon/verbs.h"
#include "probe/capture.h"
#include "probe/capture_writer.h"

#include <cstdio>
#include <sys/stat.h>
#include <vector>

namespace sequitur {
namespace {

bool is_same_file(const std::string& a, const std::string& b) {
    struct stat one {
    }, other{};
    return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// Until the source ends or fails; what came before a fault has been written then.
Result<void> copy(EventSource& source, CaptureWriter& writer) {
    std::vector<RecordView> records;
    for (;;) {
        auto read = source.next_batch(Limits().batch_events_max, Duration::zero(), records);
        if (auto written = writer.write(records); !written) return written;
        if (read) continue;
        return read.error().code == Error::Code::kEndOfInput ? Result<void>() : read;
    }
}

}  // namespace

int convert(const ConvertOptions& options) {
    if (is_same_file(options.from, options.to)) {
        std::fprintf(stderr, "sequitur: %s: cannot be converted into itself\n", options.to.c_str());
        return kExitBadCommandLine;
    }
    CaptureOptions reading;
    reading.is_lenient = options.lenient;
    auto source = open_capture(options.from, reading);
    if (!source) return report(source.error());
    CaptureWriterOptions writing;
    writing.is_of_this_host = false;  // what was recorded elsewhere is not of this machine
    auto writer = CaptureWriter::create(options.to, writing);
    if (!writer) return report(writer.error());

    auto copied = copy(**source, *writer);
    if (copied && (*source)->next_history()) {
        std::fprintf(stderr, "sequitur: %s: only the first of its captures is converted\n",
                     options.from.c_str());
    }
    auto closed = writer->close();
    if (!copied) return report(copied.error());
    if (!closed) return report(closed.error());
    return kExitDone;
}

}  // namespace sequitur

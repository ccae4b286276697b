#include "probe/capture.h"

#include "probe/jsonl_source.h"
#include "probe/ordered_source.h"

namespace sequitur {

Result<std::unique_ptr<EventSource>> open_capture(const std::string& path,
                                                  const CaptureOptions& options) {
    if (path != "-" && !path.ends_with(".jsonl")) {
        return fail(Error::Code::kBadInput,
                    path + ": not a capture: its name ends in no known format (.jsonl)");
    }
    JsonlOptions jsonl;
    jsonl.is_lenient = options.is_lenient;
    auto opened = JsonlSource::open(path, jsonl);
    if (!opened) return tl::unexpected<Error>(opened.error());
    std::unique_ptr<EventSource> source = std::move(*opened);
    if (options.lateness > Duration::zero()) {
        source = std::make_unique<OrderedSource>(std::move(source), options.lateness);
    }
    return source;
}

std::unique_ptr<EventSource> open_event_lines(std::string lines, const std::string& name) {
    return JsonlSource::over(std::move(lines), name, {});
}

}  // namespace sequitur

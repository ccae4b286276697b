#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace sequitur {
namespace {

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        auto made = std::make_shared<spdlog::logger>("sequitur", std::move(sink));
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l: %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *instance;
}

spdlog::string_view_t view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void set_log_level(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug: return logger().set_level(spdlog::level::debug);
        case LogLevel::kInfo: return logger().set_level(spdlog::level::info);
        case LogLevel::kWarning: return logger().set_level(spdlog::level::warn);
        case LogLevel::kError: return logger().set_level(spdlog::level::err);
    }
}

void log_debug(std::string_view text) { logger().log(spdlog::level::debug, view(text)); }
void log_info(std::string_view text) { logger().log(spdlog::level::info, view(text)); }
void log_warning(std::string_view text) { logger().log(spdlog::level::warn, view(text)); }
void log_error(std::string_view text) { logger().log(spdlog::level::err, view(text)); }

}  // namespace sequitur

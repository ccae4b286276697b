#include "daemon/outputs/http_receiver.h"

#include <httplib.h>

#include <unistd.h>
#include <utility>

namespace sequitur {
namespace {

struct Url {
    std::string base, path;
};

std::optional<Url> parse_url(const std::string& text) {
    const bool is_known = text.starts_with("http://") || text.starts_with("https://");
    const std::size_t host = text.find("://") + 3;
    if (!is_known || host >= text.size()) return std::nullopt;
    const std::size_t path = std::min(text.find('/', host), text.size());
    if (path == host) return std::nullopt;
    return Url{text.substr(0, path), path == text.size() ? "/" : text.substr(path)};
}

// What the same request will never get a better answer to: it is its contents that are refused.
bool is_final(int status) { return status == 400 || status == 413 || status == 422; }

class HttpReceiver : public Receiver {
public:
    HttpReceiver(const OutputSettings& settings, const Url& url)
        : settings_(settings),
          path_(url.path),
          client_(url.base, settings.client_certificate, settings.client_key) {}

    Result<void> configure();
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;
    std::size_t batch_max() const override { return settings_.batch; }
    std::chrono::nanoseconds batch_delay() const override {
        return settings_.batch > 1 ? settings_.batch_delay : Duration(0);
    }
    void abort() override { client_.stop(); }

private:
    const OutputSettings settings_;
    const std::string path_;
    httplib::Client client_;
};

Result<void> HttpReceiver::configure() {
    const auto refuse = [&](const std::string& what) {
        return fail(Error::Code::kBadInput, "output " + settings_.name + ": " + what);
    };
    client_.set_connection_timeout(settings_.timeout);
    client_.set_read_timeout(settings_.timeout);
    client_.set_write_timeout(settings_.timeout);
    client_.set_keep_alive(true);
    httplib::Headers headers{{"User-Agent", settings_.user_agent}};
    for (const std::string& line : settings_.headers) {
        const std::size_t colon = line.find(':');
        const bool is_broken = line.find_first_of("\r\n") != std::string::npos;
        if (colon == std::string::npos || colon == 0 || is_broken) {
            return refuse("'" + line + "' is no header");
        }
        const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
        headers.emplace(line.substr(0, colon), line.substr(value));
    }
    client_.set_default_headers(headers);
    client_.enable_server_certificate_verification(!settings_.is_insecure);
    for (const std::string& file :
         {settings_.ca_file, settings_.client_certificate, settings_.client_key}) {
        if (!file.empty() && ::access(file.c_str(), R_OK) != 0)
            return refuse(file + ": cannot be read");
    }
    if (!settings_.ca_file.empty()) client_.set_ca_cert_path(settings_.ca_file);
    return {};
}

Delivery HttpReceiver::deliver(std::span<const Message> messages, const Patience&) {
    std::string body;
    for (const Message& message : messages) {
        body += message.text;
        if (settings_.batch > 1) body += '\n';
    }
    const char* type = settings_.batch > 1 ? "application/x-ndjson" : "application/json";
    if (settings_.format == "text") type = "text/plain";
    const httplib::Result result = client_.Post(path_, body, type);
    if (!result) return Delivery::retry(0, settings_.url + ": " + to_string(result.error()));
    const int status = result->status;
    if (status >= 200 && status < 300) return {};
    const std::string reason = settings_.url + ": status " + std::to_string(status);
    return is_final(status) ? Delivery::refused(0, reason) : Delivery::retry(0, reason);
}

}  // namespace

Result<std::unique_ptr<Receiver>> make_http_receiver(const OutputSettings& settings) {
    const auto url = parse_url(settings.url);
    if (!url) {
        return fail(Error::Code::kBadInput, "output " + settings.name + ": '" + settings.url +
                                                "' is no http:// or https:// address");
    }
    auto receiver = std::make_unique<HttpReceiver>(settings, *url);
    if (auto configured = receiver->configure(); !configured) {
        return tl::unexpected<Error>(configured.error());
    }
    return Result<std::unique_ptr<Receiver>>(std::move(receiver));
}

}  // namespace sequitur

#include "daemon/service/local_http.h"

#include "core/file_descriptor.h"

#include <httplib.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr std::size_t kThreads = 2;
constexpr time_t kTimeoutSeconds = 5;

struct Address {
    bool is_unix = false;
    std::string host;  // or path
    int port = 80;
};

std::optional<Address> parse_address(const std::string& text) {
    if (text.starts_with('/')) return Address{true, text, 80};
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    Address address;
    address.host = text.substr(0, colon);
    if (address.host == "[::1]") address.host = "::1";
    const bool is_local =
        address.host == "127.0.0.1" || address.host == "localhost" || address.host == "::1";
    const char* const end = text.data() + text.size();
    const auto port = std::from_chars(text.data() + colon + 1, end, address.port);
    const bool is_port =
        port.ec == std::errc() && port.ptr == end && address.port >= 0 && address.port <= 65535;
    if (!is_local || !is_port) return std::nullopt;
    return address;
}

// Whether somebody listens at the unix socket.
bool is_answered(const std::string& path) {
    sockaddr_un name{};
    if (path.size() >= sizeof name.sun_path) return false;
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, path.size());
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int status =
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    return status == 0 || errno == EAGAIN;  // EAGAIN: its queue is full
}

}  // namespace

struct LocalServer::Impl {
    httplib::Server server;
    Address address;
    int port = 0;
    std::thread thread;
};

LocalServer::LocalServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalServer::~LocalServer() {
    impl_->server.stop();
    if (impl_->thread.joinable()) impl_->thread.join();
    if (impl_->address.is_unix) ::unlink(impl_->address.host.c_str());
}

Result<std::unique_ptr<LocalServer>> LocalServer::bind(const std::string& text) {
    const auto address = parse_address(text);
    if (!address) {
        return fail(Error::Code::kBadInput,
                    "health.listen: '" + text +
                        "' is neither 127.0.0.1:PORT nor the path of a unix socket");
    }
    auto impl = std::make_unique<Impl>();
    impl->address = *address;
    impl->server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    impl->server.set_read_timeout(kTimeoutSeconds, 0);
    impl->server.set_write_timeout(kTimeoutSeconds, 0);
    impl->server.set_keep_alive_max_count(1);
    impl->server.set_payload_max_length(4096);
    bool is_bound = false;
    if (address->is_unix) {
        if (is_answered(address->host)) {
            return fail(Error::Code::kRefused, "health.listen: another program listens at " + text);
        }
        ::unlink(address->host.c_str());  // left behind
        impl->server.set_address_family(AF_UNIX);
        const mode_t before = ::umask(0177);
        is_bound = impl->server.bind_to_port(address->host.c_str(), 80);
        ::umask(before);
    } else if (address->port == 0) {
        impl->port = impl->server.bind_to_any_port(address->host.c_str());
        is_bound = impl->port > 0;
    } else {
        impl->port = address->port;
        is_bound = impl->server.bind_to_port(address->host.c_str(), address->port);
    }
    if (!is_bound) return fail(Error::Code::kIo, "health.listen: " + text + " cannot be bound");
    return std::unique_ptr<LocalServer>(new LocalServer(std::move(impl)));
}

void LocalServer::handle(const std::string& path, Handler handler) {
    impl_->server.Get(path, [handler](const httplib::Request&, httplib::Response& response) {
        const LocalAnswer answer = handler();
        response.status = answer.status;
        response.set_content(answer.body, answer.type.c_str());
    });
}

void LocalServer::start() {
    impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
    // stop() is heard by a server that listens.
    while (!impl_->server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

int LocalServer::port() const { return impl_->port; }

Result<std::string> fetch_local(const std::string& text, const std::string& path) {
    const auto address = parse_address(text);
    if (!address) return fail(Error::Code::kBadInput, "'" + text + "' is no address of this host");
    httplib::Client client(address->host, address->port);
    if (address->is_unix) client.set_address_family(AF_UNIX);
    client.set_connection_timeout(kTimeoutSeconds);
    client.set_read_timeout(kTimeoutSeconds);
    const httplib::Result result = client.Get(path);
    if (!result) return fail(Error::Code::kIo, text + ": " + to_string(result.error()));
    if (result->status != 200) {
        return fail(Error::Code::kIo, text + ": status " + std::to_string(result->status));
    }
    return result->body;
}

}  // namespace sequitur

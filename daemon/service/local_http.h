// HTTP on this host only: the health server and its client. Door to cpp-httplib.
#pragma once

#include "core/result.h"

#include <functional>
#include <memory>
#include <string>

namespace sequitur {

struct LocalAnswer {
    int status = 200;
    std::string type = "text/plain", body;
};

class LocalServer {
public:
    // Called on the server's threads.
    using Handler = std::function<LocalAnswer()>;

    // `address`: "127.0.0.1:PORT", "[::1]:PORT", "localhost:PORT", or a unix socket's path (mode
    // 0600). Port 0: any that is free. kBadInput: another address; kIo: it is taken.
    static Result<std::unique_ptr<LocalServer>> bind(const std::string& address);
    ~LocalServer();

    void handle(const std::string& path, Handler handler);
    // From now on answers.
    void start();
    int port() const;

private:
    struct Impl;
    explicit LocalServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The body that the server at `address` has under `path`.
Result<std::string> fetch_local(const std::string& address, const std::string& path);

}  // namespace sequitur

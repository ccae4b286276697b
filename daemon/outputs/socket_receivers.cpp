#include "daemon/outputs/socket_receivers.h"

#include "daemon/rule_loader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr std::size_t kShortest = 480;  // what any syslog receiver takes

struct Facility {
    std::string_view name;
    int number;
};
constexpr std::array kFacilities = {
    Facility{"user", LOG_USER},     Facility{"daemon", LOG_DAEMON},
    Facility{"auth", LOG_AUTH},     Facility{"authpriv", LOG_AUTHPRIV},
    Facility{"local0", LOG_LOCAL0}, Facility{"local1", LOG_LOCAL1},
    Facility{"local2", LOG_LOCAL2}, Facility{"local3", LOG_LOCAL3},
    Facility{"local4", LOG_LOCAL4}, Facility{"local5", LOG_LOCAL5},
    Facility{"local6", LOG_LOCAL6}, Facility{"local7", LOG_LOCAL7},
};

int facility_number(std::string_view name) {
    const auto* found = std::find_if(kFacilities.begin(), kFacilities.end(),
                                     [&](const Facility& each) { return each.name == name; });
    return found == kFacilities.end() ? LOG_DAEMON : found->number;
}

// A value of structured data: '"', '\' and ']' are escaped.
std::string sd_value(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == ']') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ",") + text;
    return out;
}

// "Jan  2 03:04:05", as the C library's syslog() writes it.
std::string local_time(Timestamp time) {
    const auto seconds = static_cast<std::time_t>(ns_of(time) / 1'000'000'000);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%b %e %H:%M:%S", &parts)};
}

}  // namespace

int UnixSocket::connect() {
    if (socket_) return 0;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) return ENAMETOOLONG;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    FileDescriptor socket(::socket(AF_UNIX, type_ | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return errno;
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return errno;
    }
    socket_ = std::move(socket);
    return 0;
}

int UnixSocket::send(std::string_view bytes, const Patience& patience, int descriptor) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = bytes.empty() ? 0 : 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (descriptor >= 0) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* message = CMSG_FIRSTHDR(&header);
        message->cmsg_level = SOL_SOCKET;
        message->cmsg_type = SCM_RIGHTS;
        message->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(message), &descriptor, sizeof descriptor);
    }
    while (true) {
        if (::sendmsg(socket_.get(), &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) return errno;
        if (patience.is_over()) return ETIMEDOUT;
        pollfd ready{socket_.get(), POLLOUT, 0};
        ::poll(&ready, 1, 50);
    }
}

SyslogReceiver::SyslogReceiver(const OutputSettings& settings)
    : socket_(settings.path.empty() ? "/dev/log" : settings.path, SOCK_DGRAM),
      is_rfc5424_(settings.protocol == "rfc5424"),
      facility_(facility_number(settings.facility)),
      hostname_(host_name()),
      process_(std::to_string(::getpid())) {}

std::string SyslogReceiver::datagram_of(const Message& message) const {
    const Alert& alert = *message.alert;
    std::string out = "<" + std::to_string(facility_ | static_cast<int>(alert.priority)) + ">";
    if (!is_rfc5424_) {
        return out + local_time(alert.time) + " sequitur[" + process_ + "]: " + message.text;
    }
    // Nine digits are more than the RFC allows.
    std::string time = to_rfc3339(alert.time);
    time.erase(time.size() - 4, 3);
    // 32473 is the number that RFC 5612 keeps for those who have none.
    return out + "1 " + time + ' ' + hostname_ + " sequitur " + process_ +
           " alert [sequitur@32473 rule=\"" + sd_value(alert.rule) + "\" priority=\"" +
           std::string(name_of(alert.priority)) + "\" tags=\"" + sd_value(joined(alert.tags)) +
           "\"] " + message.text;
}

Delivery SyslogReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (const int error = socket_.connect(); error != 0) {
            return Delivery::retry(i, socket_.path() + ": " + std::strerror(error));
        }
        std::string datagram = datagram_of(messages[i]);
        int error = socket_.send(datagram, patience);
        while (error == EMSGSIZE && datagram.size() > kShortest) {
            datagram.resize(std::max(datagram.size() / 2, kShortest));
            error = socket_.send(datagram, patience);
        }
        if (error != 0) {
            socket_.close();
            return Delivery::retry(i, socket_.path() + ": " + std::strerror(error));
        }
    }
    return {};
}

UnixStreamReceiver::UnixStreamReceiver(const OutputSettings& settings)
    : socket_(settings.path, SOCK_STREAM) {}

Delivery UnixStreamReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        int error = socket_.connect();
        if (error == 0) {
            const std::string line = messages[i].text + '\n';
            errno = 0;
            if (write_patiently(socket_.fd(), line, patience) == line.size()) continue;
            error = errno != 0 ? errno : ETIMEDOUT;
            socket_.close();
        }
        return Delivery::retry(i, socket_.path() + ": " + std::strerror(error));
    }
    return {};
}

}  // namespace sequitur

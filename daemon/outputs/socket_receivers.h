// Receivers on this host's sockets: syslog, the systemd journal, any listener on a unix socket.
#pragma once

#include "core/file_descriptor.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"

#include <string>

namespace sequitur {

// A connection to a unix socket that is made when it is needed.
class UnixSocket {
public:
    UnixSocket(std::string path, int type) : path_(std::move(path)), type_(type) {}

    // Errno of the failure, or 0: connected.
    int connect();
    void close() { socket_.reset(); }
    int fd() const { return socket_.get(); }
    const std::string& path() const { return path_; }

    // One datagram, waiting for room. 0, or errno; ETIMEDOUT: patience was over. `descriptor`, when
    // not negative, is passed along.
    int send(std::string_view bytes, const Patience& patience, int descriptor = -1);

private:
    const std::string path_;
    const int type_;
    FileDescriptor socket_;
};

// RFC 5424 or the C library's form, one datagram a message.
class SyslogReceiver : public Receiver {
public:
    explicit SyslogReceiver(const OutputSettings& settings);
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;

private:
    std::string datagram_of(const Message& message) const;

    UnixSocket socket_;
    const bool is_rfc5424_;
    const int facility_;
    const std::string hostname_, process_;
};

// The journal's own protocol: an entry is a set of fields.
class JournalReceiver : public Receiver {
public:
    explicit JournalReceiver(const OutputSettings& settings);
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;

private:
    int send(const std::string& entry, const Patience& patience);
    UnixSocket socket_;
};

// Lines to a stream socket.
class UnixStreamReceiver : public Receiver {
public:
    explicit UnixStreamReceiver(const OutputSettings& settings);
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;

private:
    UnixSocket socket_;
};

// The fields of a journal entry, in the journal's native form.
std::string journal_entry(const Message& message);

}  // namespace sequitur

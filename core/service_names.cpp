#include "core/service_names.h"

#include <algorithm>
#include <iterator>

namespace sequitur {
namespace {

enum Transport : std::uint8_t { kBoth = 0, kTcp = 2, kUdp = 3 };

struct Service {
    std::uint16_t port;
    Transport transport;
    std::string_view name;
};

// By port; several names of one port: the first is shown.
constexpr Service kServices[] = {
    {7, kBoth, "echo"},
    {9, kBoth, "discard"},
    {13, kBoth, "daytime"},
    {19, kBoth, "chargen"},
    {20, kTcp, "ftp-data"},
    {21, kTcp, "ftp"},
    {22, kBoth, "ssh"},
    {23, kTcp, "telnet"},
    {25, kTcp, "smtp"},
    {37, kBoth, "time"},
    {43, kTcp, "whois"},
    {49, kBoth, "tacacs"},
    {53, kBoth, "domain"},
    {67, kUdp, "bootps"},
    {68, kUdp, "bootpc"},
    {69, kUdp, "tftp"},
    {70, kTcp, "gopher"},
    {79, kTcp, "finger"},
    {80, kBoth, "http"},
    {80, kBoth, "www"},
    {88, kBoth, "kerberos"},
    {110, kTcp, "pop3"},
    {111, kBoth, "sunrpc"},
    {111, kBoth, "portmapper"},
    {113, kTcp, "auth"},
    {119, kTcp, "nntp"},
    {123, kUdp, "ntp"},
    {137, kUdp, "netbios-ns"},
    {138, kUdp, "netbios-dgm"},
    {139, kTcp, "netbios-ssn"},
    {143, kTcp, "imap2"},
    {143, kTcp, "imap"},
    {161, kUdp, "snmp"},
    {162, kUdp, "snmp-trap"},
    {179, kTcp, "bgp"},
    {194, kBoth, "irc"},
    {389, kBoth, "ldap"},
    {427, kBoth, "svrloc"},
    {443, kBoth, "https"},
    {445, kTcp, "microsoft-ds"},
    {464, kBoth, "kpasswd"},
    {465, kTcp, "submissions"},
    {500, kUdp, "isakmp"},
    {512, kTcp, "exec"},
    {513, kTcp, "login"},
    {514, kTcp, "shell"},
    {514, kUdp, "syslog"},
    {515, kTcp, "printer"},
    {520, kUdp, "route"},
    {540, kTcp, "uucp"},
    {546, kUdp, "dhcpv6-client"},
    {547, kUdp, "dhcpv6-server"},
    {548, kTcp, "afpovertcp"},
    {554, kBoth, "rtsp"},
    {587, kTcp, "submission"},
    {631, kBoth, "ipp"},
    {636, kBoth, "ldaps"},
    {853, kBoth, "domain-s"},
    {873, kTcp, "rsync"},
    {989, kTcp, "ftps-data"},
    {990, kTcp, "ftps"},
    {993, kTcp, "imaps"},
    {995, kTcp, "pop3s"},
    {1080, kTcp, "socks"},
    {1194, kBoth, "openvpn"},
    {1433, kTcp, "ms-sql-s"},
    {1521, kTcp, "oracle"},
    {1701, kUdp, "l2f"},
    {1812, kUdp, "radius"},
    {1813, kUdp, "radius-acct"},
    {1883, kTcp, "mqtt"},
    {2049, kBoth, "nfs"},
    {2375, kTcp, "docker"},
    {2376, kTcp, "docker-s"},
    {2379, kTcp, "etcd-client"},
    {2380, kTcp, "etcd-server"},
    {3128, kTcp, "squid"},
    {3260, kTcp, "iscsi-target"},
    {3306, kTcp, "mysql"},
    {3389, kTcp, "ms-wbt-server"},
    {3478, kBoth, "stun"},
    {3690, kTcp, "svn"},
    {4369, kTcp, "epmd"},
    {4500, kUdp, "ipsec-nat-t"},
    {4789, kUdp, "vxlan"},
    {5060, kBoth, "sip"},
    {5061, kBoth, "sip-tls"},
    {5222, kTcp, "xmpp-client"},
    {5269, kTcp, "xmpp-server"},
    {5353, kUdp, "mdns"},
    {5432, kTcp, "postgresql"},
    {5671, kTcp, "amqps"},
    {5672, kTcp, "amqp"},
    {5900, kTcp, "vnc"},
    {6000, kTcp, "x11"},
    {6379, kTcp, "redis"},
    {6443, kTcp, "kube-apiserver"},
    {6667, kTcp, "ircd"},
    {6697, kTcp, "ircs-u"},
    {8080, kTcp, "http-alt"},
    {8443, kTcp, "https-alt"},
    {8883, kTcp, "secure-mqtt"},
    {9418, kTcp, "git"},
    {10250, kTcp, "kubelet"},
    {11211, kBoth, "memcache"},
    {11371, kTcp, "hkp"},
    {27017, kTcp, "mongodb"},
};

}  // namespace

std::string_view service_name(std::uint16_t port, std::uint8_t l4proto) {
    const auto* service = std::ranges::lower_bound(kServices, port, {}, &Service::port);
    for (; service != std::end(kServices) && service->port == port; ++service) {
        const bool any = l4proto != kTcp && l4proto != kUdp;
        if (any || service->transport == kBoth || service->transport == l4proto) {
            return service->name;
        }
    }
    return {};
}

std::optional<std::uint16_t> service_port(std::string_view name) {
    static_assert(std::ranges::is_sorted(kServices, {}, &Service::port));
    const auto* service = std::ranges::find(kServices, name, &Service::name);
    if (service == std::end(kServices)) return std::nullopt;
    return service->port;
}

}  // namespace sequitur

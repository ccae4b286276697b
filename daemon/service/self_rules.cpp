#include "daemon/service/self_rules.h"

#include "core/json_text.h"

namespace sequitur {
namespace {

std::string rule(const std::string& name, const std::string& what, const std::string& condition,
                 const std::string& output) {
    return "- rule: " + name + "\n  desc: " + json_string(what) +
           "\n  condition: " + json_string(condition) + "\n  output: " +
           json_string(output +
                       " (process=%proc.name pid=%proc.pid command=%proc.cmdline "
                       "user=%user.name parent=%proc.pname)") +
           "\n  priority: CRITICAL\n  tags: [sequitur, T1562.001]\n";
}

}  // namespace

std::string self_rules(std::int64_t pid, const std::vector<std::string>& folders) {
    const std::string own = std::to_string(pid);
    // The service manager stops and reloads us; its tools are not the daemon's enemy.
    std::string text =
        rule("Sequitur was sent a signal", "A signal that ends, stops or reconfigures the daemon.",
             "evt.type in (kill, tgkill) and evt.arg.pid = " + own +
                 " and proc.pid != 1 and evt.arg.sig != 0",
             "Sequitur was sent a signal (signal=%evt.arg.sig result=%evt.res)");
    text += rule("Sequitur was traced", "Another process reads or changes the daemon's memory.",
                 "evt.type = ptrace and evt.arg.pid = " + own,
                 "Sequitur was traced (request=%evt.arg.request result=%evt.res)");
    text += rule("Kernel programs were reached for",
                 "A program other than the daemon takes hold of BPF programs, maps or links by "
                 "their ids, or detaches them.",
                 "evt.type = bpf and evt.arg.cmd in (BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID, "
                 "BPF_LINK_GET_FD_BY_ID, BPF_LINK_DETACH, BPF_LINK_UPDATE, BPF_PROG_DETACH)",
                 "Kernel programs were reached for (command=%evt.arg.cmd result=%evt.res)");
    std::string below;
    for (const std::string& folder : folders) {
        below += (below.empty() ? "" : " or ");
        below += "fs.path.name startswith " + json_string(folder + "/") +
                 " or fs.path.source startswith " + json_string(folder + "/") +
                 " or fs.path.target startswith " + json_string(folder + "/");
    }
    if (!below.empty()) {
        text +=
            rule("Sequitur's files were changed",
                 "Configuration, rules or state of the daemon were written, moved or removed.",
                 "((evt.type in (open, openat, openat2, creat) and evt.is_open_write = true) or "
                 "evt.type in (unlink, unlinkat, rename, renameat, renameat2, truncate, chmod, "
                 "fchmodat)) and (" +
                     below + ")",
                 "Sequitur's files were changed (call=%evt.type path=%fs.path.name "
                 "source=%fs.path.source result=%evt.res)");
    }
    return text;
}

}  // namespace sequitur

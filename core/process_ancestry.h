// Where a process comes from: its makers, its session, and by which door it entered the host.
//
// Pure functions on images; the process table (core/process_table.h) says when they are due: when a
// process is made, when it execs, and when a snapshot's process first meets its parent.
#pragma once

#include "core/process.h"

#include <cstddef>
#include <string_view>

namespace sequitur {

// What `child` has from the process that made it: creator, lineage (at most `lineage_max` long),
// entry, and the session where both are in the same.
void inherit_ancestry(ProcessImage& child, const ProcessImage& maker, std::size_t lineage_max);

// Makes `image` the first process of a new entry where it is one; otherwise leaves what it
// inherited. Falls back to itself, of unknown kind, when it has no entry.
//   container  in a container, and its parent is not
//   ssh, cron, login  made by sshd, by cron or atd, by login, getty or a display manager, and has
//              become something else than its maker
//   service    made by pid 1 and in the system slice of its cgroups (where those are not known:
//              made by a pid 1 that is systemd)
void judge_entry(ProcessImage& image, const ProcessImage* parent);

// The container's id in a cgroup list (NAME=path, each followed by NUL): the first 12 of the 64
// hexadecimal digits that docker, containerd, cri-o and podman put into the path, or the name that
// lxc puts there; empty on the host and for the engines' own monitor processes.
std::string_view container_id_of(std::string_view cgroups);

}  // namespace sequitur

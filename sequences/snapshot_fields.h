// The fields of what a snapshot's events consist of: one list of each kind, which the writer and
// the reader both walk (sequences/snapshot_events.cpp).
//
// What is added to ProcessImage, Descriptor or Event has to be added here, and kSnapshotVersion
// raised.
#pragma once

#include "core/container_info.h"
#include "core/event.h"
#include "core/file_copy.h"

#include <type_traits>

namespace sequitur {

// Items of lists: a text, an entity, or something with fields.
template <typename Archive, typename Item>
requires std::is_same_v<std::remove_const_t<Item>, SymbolRef> ||
    std::is_same_v<std::remove_const_t<Item>, ProcessEntity>
void visit_fields(Archive& archive, Item& item) { archive(item); }

template <typename Archive, typename Label>
requires std::is_same_v<std::remove_const_t<Label>, ContainerLabel>
void visit_fields(Archive& archive, Label& label) {
    archive(label.name);
    archive(label.value);
}

template <typename Archive, typename Mount>
requires std::is_same_v<std::remove_const_t<Mount>, ContainerMount>
void visit_fields(Archive& archive, Mount& mount) {
    archive(mount.source);
    archive(mount.destination);
    archive(mount.mode);
    archive(mount.propagation);
    archive(mount.is_writable);
}

template <typename Archive, typename Info>
requires std::is_same_v<std::remove_const_t<Info>, ContainerInfo>
void visit_fields(Archive& archive, Info& info) {
    archive(info.id);
    archive(info.full_id);
    archive(info.name);
    archive(info.type);
    archive(info.ip);
    archive(info.network);
    archive(info.image);
    archive(info.image_id);
    archive(info.image_repository);
    archive(info.image_tag);
    archive(info.image_digest);
    archive(info.is_privileged);
    archive(info.shares_pids);
    archive(info.shares_network);
    archive(info.shares_ipc);
    archive.list(info.mounts);
    archive.list(info.labels);
    archive(info.sandbox_id);
    archive(info.pod_ip);
    archive(info.pod_network);
    archive.list(info.pod_labels);
}

// All but the parent, the container and the lineage.
template <typename Archive, typename Image>
requires std::is_same_v<std::remove_const_t<Image>, ProcessImage>
void visit_fields(Archive& archive, Image& image) {
    archive(image.entity);
    archive(image.pid);
    archive(image.ppid);
    archive(image.sid);
    archive(image.pgid);
    archive(image.vpid);
    archive(image.vpgid);
    archive(image.uid);
    archive(image.gid);
    archive(image.loginuid);
    archive(image.tty);
    archive(image.exe_flags);
    archive(image.mount_ns);
    archive(image.cap_permitted);
    archive(image.cap_effective);
    archive(image.cap_inheritable);
    archive(image.fdlimit);
    archive(image.exe_ctime_ns);
    archive(image.exe_mtime_ns);
    archive(image.pidns_start_ns);
    archive(image.vm_size_kb);
    archive(image.vm_rss_kb);
    archive(image.vm_swap_kb);
    archive(image.faults_major);
    archive(image.faults_minor);
    archive(image.start_time);
    archive(image.exec_time);
    archive(image.exe_file);
    archive(image.name);
    archive(image.exe);
    archive(image.exepath);
    archive(image.args);
    archive(image.cmdline);
    archive(image.exeline);
    archive(image.cwd);
    archive(image.root);
    archive(image.env);
    archive(image.cgroups);
    archive(image.container_id);
    archive(image.user_name);
    archive(image.user_home);
    archive(image.user_shell);
    archive(image.group_name);
    archive(image.login_name);
    archive(image.creator);
    archive(image.session);
    archive(image.entry);
    archive(image.entry_kind);
    archive(image.is_placeholder);
    archive(image.is_kernel_thread);
    archive(image.is_interactive);
}

// All but what it was copied from in turn, and how many those are.
template <typename Archive, typename Copy>
requires std::is_same_v<std::remove_const_t<Copy>, FileCopy>
void visit_fields(Archive& archive, Copy& copy) {
    archive(copy.file);
    archive(copy.path);
}

template <typename Archive, typename Fd>
requires std::is_same_v<std::remove_const_t<Fd>, Descriptor>
void visit_fields(Archive& archive, Fd& fd) {
    archive(fd.type);
    archive(fd.name);
    archive(fd.raw_name);
    archive(fd.directory);
    archive(fd.filename);
    archive(fd.file);
    archive(fd.open_flags);
    archive(fd.dev);
    archive(fd.ino);
    archive(fd.created_file);
    archive(fd.role);
    archive(fd.l4proto);
    archive(fd.client_port);
    archive(fd.server_port);
    archive(fd.client_ip);
    archive(fd.server_ip);
    archive(fd.client_names);
    archive(fd.server_names);
    archive(fd.socket_domain);
    archive(fd.socket_type);
    archive(fd.socket_protocol);
    archive(fd.is_connected);
    archive(fd.name_changed);
}

// All but the record, the type and the host.
template <typename Archive, typename Of>
requires std::is_same_v<std::remove_const_t<Of>, Event>
void visit_fields(Archive& archive, Of& event) {
    archive(event.time);
    archive(event.number);
    archive(event.tid);
    archive(event.process);
    archive(event.fd);
    archive(event.stream);
    archive(event.has_result);
    archive(event.result);
    archive(event.fd_number);
    archive(event.file);
    archive(event.file_path);
    archive(event.path);
    archive(event.path_raw);
    archive(event.target_path);
    archive(event.target_path_raw);
    archive(event.created_file);
    archive(event.is_exit_of_process);
    archive(event.truncated_params);
    archive(event.lost_before);
    archive(event.origin_process);
    archive(event.origin_time);
    archive(event.origin_copy);
}

}  // namespace sequitur

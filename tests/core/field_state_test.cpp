// Fields of what the host state attaches to events: processes, descriptors, files, accounts.
#include "core/field.h"
#include "tests/support/event_fixture.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sequitur {
namespace {

constexpr std::string_view kArgs("-c\0ls -l\0", 9);

TEST(ProcessField, ShowsTheImage) {
    EventFixture made(EventType::kExecve, 1'000'000'000'000);
    ProcessImage& p = made.process();
    p.pid = 10;
    p.vpid = 1;
    p.sid = 10;
    p.pgid = 10;
    p.entity = {10, 900'000'000'000};
    p.creator = {1, 5};
    p.start_time = timestamp_from_ns(900'000'000'000);
    p.exe_ctime_ns = 899'000'000'000;
    p.name = made.ref("sh");
    p.exe = made.ref("/bin/sh");
    p.exepath = made.ref("/usr/bin/dash");
    p.args = made.ref(kArgs);
    p.cmdline = made.ref("sh -c ls -l");
    p.cwd = made.ref("/root/");
    p.env = made.ref(std::string_view("HOME=/root\0HOMER=x\0", 19));
    p.tty = 34816;
    p.exe_flags = 1 | 4;
    p.exe_file = {42, 2049, 0, FileId::Kind::kInode};
    const std::map<std::string, std::string> values = {
        {"proc.pid", "10"},
        {"proc.vpid", "1"},
        {"proc.entity", "10-900000000000"},
        {"proc.ancestry", "10-900000000000"},
        {"proc.pentity", "1-5"},
        {"proc.session", "<NA>"},
        {"proc.entry.kind", "unknown"},
        {"proc.name", "sh"},
        {"proc.exe", "/bin/sh"},
        {"proc.exepath", "/usr/bin/dash"},
        {"proc.args", "-c ls -l"},
        {"proc.args[0]", "-c"},
        {"proc.args[1]", "ls -l"},
        {"proc.args[2]", ""},
        {"proc.argv", "(-c,ls -l)"},
        {"proc.cmdline", "sh -c ls -l"},
        {"proc.exeline", "/bin/sh -c ls -l"},
        {"proc.cmdnargs", "2"},
        {"proc.cmdlenargs", "7"},
        {"proc.cwd", "/root/"},
        {"proc.env", "HOME=/root HOMER=x"},
        {"proc.env[HOME]", "/root"},
        {"proc.env[HOMER]", "x"},
        {"proc.env[HOM]", ""},
        {"proc.tty", "34816"},
        {"proc.duration", "100000000000"},
        {"proc.pid.ts", "900000000000"},
        {"proc.is_exe_writable", "true"},
        {"proc.is_exe_from_memfd", "true"},
        {"proc.is_exe_upper_layer", "false"},
        {"proc.is_pgid_leader", "true"},
        {"proc.is_sid_leader", "false"},
        {"proc.exe_ino", "42"},
        {"proc.exe_ino.ctime_duration_proc_start", "1000000000"},
        {"thread.tid", "10"},
        {"thread.ismain", "true"},
        {"thread.vtid", "1"},
        {"proc.stdin.type", "<NA>"},
    };
    for (const auto& [field, value] : values) EXPECT_EQ(made.text(field), value) << field;
    EXPECT_EQ(made.value("proc.name").symbol, p.name.get());
    EXPECT_EQ(made.value("proc.cmdline").symbol, p.cmdline.get());
    EXPECT_EQ(made.text("proc.entity"), p.entity.to_string());
}

TEST(ProcessField, SaysWhatFalcoSaysOfAnUnknownProcess) {
    EventFixture made(EventType::kOpenat);
    const std::map<std::string, std::string> values = {
        {"proc.name", "<NA>"},    {"proc.exe", "<NA>"},       {"proc.cmdline", "<NA>"},
        {"proc.exepath", ""},     {"proc.cwd", ""},           {"proc.args", ""},
        {"proc.env", ""},         {"user.name", "<NA>"},      {"user.loginuid", "-1"},
        {"container.id", "host"}, {"container.name", "host"}, {"user.loginname", "<NA>"},
    };
    for (const auto& [field, value] : values) {
        EXPECT_TRUE(made.value(field)) << field;
        EXPECT_EQ(made.text(field), value) << field;
    }
    for (const char* field :
         {"proc.pid", "proc.ppid", "proc.pname", "proc.aname", "proc.entity", "proc.pid.ts",
          "proc.duration", "proc.exe_ino", "proc.argv", "container.mount[0]", "k8s.ns.name"}) {
        EXPECT_FALSE(made.value(field)) << field;
    }
}

TEST(ProcessField, ShowsAncestors) {
    EventFixture made(EventType::kExecve);
    made.process().pid = 30;
    made.process().name = made.ref("curl");
    made.process().sid = 20;
    ProcessImage& bash = made.ancestor(20, "bash");
    bash.sid = 20;
    bash.exe = made.ref("-bash");
    bash.env = made.ref(std::string_view("A=1\0", 4));
    ProcessImage& sshd = made.ancestor(2, "sshd");
    sshd.sid = 2;
    sshd.env = made.ref(std::string_view("A=2\0B=3\0", 8));
    sshd.cmdline = made.ref("sshd: root@pts/0");
    made.ancestor(1, "systemd");
    const std::map<std::string, std::string> values = {
        {"proc.pname", "bash"},
        {"proc.aname[0]", "curl"},
        {"proc.aname[1]", "bash"},
        {"proc.aname[2]", "sshd"},
        {"proc.aname[3]", "systemd"},
        {"proc.aname[4]", "<NA>"},
        {"proc.aname", "(bash,sshd,systemd)"},
        {"proc.apid", "(20,2,1)"},
        {"proc.apid[0]", "30"},
        {"proc.pexe", "-bash"},
        {"proc.aexe[1]", "-bash"},
        {"proc.acmdline[2]", "sshd: root@pts/0"},
        {"proc.aenv[A]", "1"},
        {"proc.aenv[B]", "3"},
        {"proc.aenv[C]", ""},
        {"proc.aenv[2]", "A=2 B=3"},
        {"proc.sname", "bash"},
        {"proc.sid.exe", "-bash"},
        {"proc.loginshellid", "20"},
        {"proc.pexepath", ""},
    };
    for (const auto& [field, value] : values) EXPECT_EQ(made.text(field), value) << field;
}

TEST(ThreadField, NamesCapabilities) {
    EventFixture made(EventType::kCapset);
    made.process().cap_effective = 1u << 0 | 1u << 21;
    const Value value = made.value("thread.cap_effective");
    EXPECT_EQ(value.text, "CAP_CHOWN CAP_SYS_ADMIN");
    ASSERT_EQ(value.list.size(), 2u);
    EXPECT_EQ(value.list[1].text, "CAP_SYS_ADMIN");
    EXPECT_EQ(made.text("thread.cap_permitted"), "");
    made.process().cgroups = made.ref(std::string_view("cpu=/a\0memory=/b\0", 17));
    EXPECT_EQ(made.text("thread.cgroups"), "cpu=/a memory=/b");
    EXPECT_EQ(made.text("thread.cgroup.memory"), "/b");
    EXPECT_EQ(made.text("thread.cgroup.io"), "<NA>");
}

TEST(UserField, NamesAccounts) {
    EventFixture made(EventType::kExecve);
    made.process().uid = 0;
    made.process().gid = 0;
    made.process().loginuid = 1000;
    made.process().login_name = made.ref("ann");
    EXPECT_EQ(made.text("user.uid"), "0");
    EXPECT_EQ(made.text("user.name"), "root");
    EXPECT_EQ(made.text("user.homedir"), "/root");
    EXPECT_EQ(made.text("group.name"), "root");
    EXPECT_EQ(made.text("user.loginuid"), "1000");
    EXPECT_EQ(made.text("user.loginname"), "ann");
}

TEST(DescriptorField, ShowsFiles) {
    EventFixture made(EventType::kOpenat);
    Descriptor& fd = made.descriptor(DescriptorType::kFile, "/tmp/a/b");
    fd.raw_name = made.ref("b");
    fd.directory = made.ref("/tmp/a");
    fd.filename = made.ref("b");
    fd.dev = 0x801;
    fd.ino = 7;
    fd.open_flags = 1 << 15;
    made.process().container_id = made.ref("0123456789ab");
    const std::map<std::string, std::string> values = {
        {"fd.num", "3"},
        {"fd.name", "/tmp/a/b"},
        {"fd.nameraw", "b"},
        {"fd.directory", "/tmp/a"},
        {"fd.filename", "b"},
        {"fd.type", "file"},
        {"fd.typechar", "f"},
        {"fd.dev", "801"},
        {"fd.dev.major", "8"},
        {"fd.dev.minor", "1"},
        {"fd.ino", "7"},
        {"fd.is_upper_layer", "true"},
        {"fd.is_lower_layer", "false"},
        {"fd.containername", "0123456789ab:/tmp/a/b"},
        {"fd.containerdirectory", "0123456789ab:/tmp/a"},
        {"fd.uid", "103"},
        {"fd.ip", "<NA>"},
        {"fd.cip", "<NA>"},
        {"fd.sport", "<NA>"},
        {"fd.l4proto", "<NA>"},
        {"fd.sockfamily", "<NA>"},
        {"container.id", "0123456789ab"},
    };
    for (const auto& [field, value] : values) EXPECT_EQ(made.text(field), value) << field;
    EXPECT_EQ(made.value("fd.name").symbol, fd.name.get());
}

TEST(DescriptorField, OfAFailedOpenIsThePathAskedFor) {
    EventFixture made(EventType::kOpenat);
    made.result(-2);
    made.event.path = made.symbol("/etc/nothing");
    made.event.path_raw = made.symbol("nothing");
    EXPECT_EQ(made.text("fd.num"), "-1");
    EXPECT_EQ(made.text("fd.name"), "/etc/nothing");
    EXPECT_EQ(made.text("fd.nameraw"), "nothing");
    EXPECT_EQ(made.text("fd.directory"), "/etc");
    EXPECT_EQ(made.text("fd.typechar"), "f");
    EXPECT_EQ(made.text("fd.type"), "<NA>");
    EXPECT_EQ(made.text("fd.filename"), "<NA>");
}

TEST(DescriptorField, OfAnUnknownDescriptorIsEmpty) {
    EventFixture made(EventType::kRead);
    made.event.fd_number = 9;
    EXPECT_EQ(made.text("fd.num"), "9");
    EXPECT_TRUE(made.value("fd.name"));
    EXPECT_EQ(made.text("fd.name"), "");
    EXPECT_EQ(made.text("fd.typechar"), "o");
    EXPECT_FALSE(made.value("fd.directory"));

    EventFixture other(EventType::kSetuid);
    EXPECT_FALSE(other.value("fd.name"));
    EXPECT_FALSE(other.value("fd.num"));
    EXPECT_FALSE(other.value("fd.typechar"));
}

TEST(DescriptorField, ShowsBothEndsOfAConnection) {
    EventFixture made(EventType::kConnect);
    Descriptor& fd = made.descriptor(DescriptorType::kIpv4Socket, "10.0.0.1:5000->1.2.3.4:443");
    fd.client_ip.bytes = {10, 0, 0, 1};
    fd.server_ip.bytes = {1, 2, 3, 4};
    fd.client_port = 5000;
    fd.server_port = 443;
    fd.l4proto = 2;
    EXPECT_EQ(made.text("fd.ip"), "(1.2.3.4,10.0.0.1)");
    EXPECT_EQ(made.text("fd.cip"), "<NA>");  // nobody knows yet who called whom
    fd.role = SocketRole::kClient;
    const std::map<std::string, std::string> client = {
        {"fd.cip", "10.0.0.1"}, {"fd.sip", "1.2.3.4"},   {"fd.lip", "10.0.0.1"},
        {"fd.rip", "1.2.3.4"},  {"fd.cport", "5000"},    {"fd.sport", "443"},
        {"fd.lport", "5000"},   {"fd.rport", "443"},     {"fd.port", "(443,5000)"},
        {"fd.snet", "1.2.3.4"}, {"fd.sproto", "https"},  {"fd.cproto", "5000"},
        {"fd.l4proto", "tcp"},  {"fd.sockfamily", "ip"}, {"fd.is_server", "false"},
        {"fd.type", "ipv4"},    {"fd.typechar", "4"},    {"fd.connected", "false"},
    };
    for (const auto& [field, value] : client) EXPECT_EQ(made.text(field), value) << field;
    fd.role = SocketRole::kServer;
    EXPECT_EQ(made.text("fd.lip"), "1.2.3.4");
    EXPECT_EQ(made.text("fd.rip"), "10.0.0.1");
    EXPECT_EQ(made.text("fd.rport"), "5000");
    EXPECT_EQ(made.text("fd.is_server"), "true");
}

TEST(DescriptorField, ShowsTheOnlyEndOfAListeningSocket) {
    EventFixture made(EventType::kListen);
    Descriptor& fd = made.descriptor(DescriptorType::kIpv6Server, ":::22");
    fd.server_ip.is_v6 = true;
    fd.server_port = 22;
    EXPECT_EQ(made.text("fd.ip"), "(::)");
    EXPECT_EQ(made.text("fd.sip"), "::");
    EXPECT_EQ(made.text("fd.sport"), "22");
    EXPECT_EQ(made.text("fd.cip"), "<NA>");
    EXPECT_EQ(made.text("fd.lip"), "<NA>");
    EXPECT_EQ(made.text("fd.is_server"), "true");
}

TEST(PathField, HasValuesOnSuccess) {
    EventFixture made(EventType::kUnlink);
    made.event.path = made.symbol("/a/b");
    made.event.path_raw = made.symbol("b");
    EXPECT_EQ(made.text("fs.path.name"), "<NA>");
    made.result(-1);
    EXPECT_EQ(made.text("fs.path.name"), "<NA>");
    made.result(0);
    EXPECT_EQ(made.text("fs.path.name"), "/a/b");
    EXPECT_EQ(made.text("fs.path.nameraw"), "b");
    EXPECT_EQ(made.text("fs.path.source"), "<NA>");
}

TEST(PathField, KnowsWhichEndIsWhich) {
    struct Case {
        EventType type;
        const char* source;
        const char* target;
    };
    const Case cases[] = {
        {EventType::kRename, "/first", "/second"},
        {EventType::kRenameat2, "/first", "/second"},
        {EventType::kLink, "/second", "/first"},     // the target was there before
        {EventType::kSymlink, "/first", "/second"},  // path is the link, target what it says
    };
    for (const Case& c : cases) {
        EventFixture made(c.type);
        made.result(0);
        made.event.path = made.symbol("/first");
        made.event.target_path = made.symbol("/second");
        EXPECT_EQ(made.text("fs.path.source"), c.source) << made.event.info->name;
        EXPECT_EQ(made.text("fs.path.target"), c.target) << made.event.info->name;
        EXPECT_EQ(made.text("fs.path.name"), "<NA>");
    }
    EventFixture mount(EventType::kMount);
    mount.result(0);
    mount.params([](RecordBuilder& b) {
        b.add_int(0);
        b.add_text("proc");
        b.add_text("/mnt");
    });
    mount.event.path = mount.symbol("/mnt");
    EXPECT_EQ(mount.text("fs.path.source"), "proc");
    EXPECT_EQ(mount.text("fs.path.target"), "/mnt");
}

TEST(FileField, ShowsIdentityAndOrigin) {
    EventFixture made(EventType::kChmod, 10'000'000'000);
    EXPECT_EQ(made.text("file.id"), "<NA>");
    EXPECT_EQ(made.text("file.created"), "false");
    EXPECT_EQ(made.text("file.origin.age"), "<NA>");
    for (const FileId& id :
         {FileId{7, 0x801, 0, FileId::Kind::kInode}, FileId{7, 0x801, 42, FileId::Kind::kInode},
          FileId{7, 0x12345678, 42, FileId::Kind::kInode}, FileId{12, 0, 0, FileId::Kind::kPath}}) {
        made.event.file = id;
        EXPECT_EQ(made.text("file.id"), id.to_string());
    }
    EventFixture origin(EventType::kWrite);
    origin.process().name = origin.ref("curl");
    origin.process().entity = {5, 6};
    made.event.origin_process = &origin.process();
    made.event.origin_time = timestamp_from_ns(7'500'000'000);
    EXPECT_EQ(made.text("file.origin.proc.name"), "curl");
    EXPECT_EQ(made.text("file.origin.proc.entity"), "5-6");
    EXPECT_EQ(made.text("file.origin.age"), "2.5s");
    EXPECT_EQ(made.value("file.origin.age").i, 2'500'000'000);
    EXPECT_EQ(made.text("file.origin.time"), "1970-01-01T00:00:07.500000000+0000");
}

}  // namespace
}  // namespace sequitur

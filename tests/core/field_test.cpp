#include "core/field.h"

#include "tests/support/event_fixture.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace sequitur {
namespace {

std::string fault_of(std::string_view field) {
    const auto resolved = resolve_field(field);
    return resolved ? "" : resolved.error().message;
}

TEST(FieldTable, HasEachNameOnceWithAMeaning) {
    std::set<std::string_view> names;
    for (const FieldInfo& field : field_table()) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        EXPECT_TRUE(field.meaning.ends_with('.')) << field.name;
        EXPECT_EQ(&field_info(field.id), &field) << field.name;
    }
    EXPECT_GT(names.size(), 250u);
}

TEST(FieldTable, EveryRowResolvesAndHasNoValueOnNothing) {
    EventFixture made(EventType::kClose);
    made.event.fd = nullptr;
    for (const FieldInfo& field : field_table()) {
        std::string name(field.name);
        if (name.starts_with("<")) continue;
        if (name.ends_with('.')) {
            name += name.starts_with("evt.type.is") ? "open"
                    : name.starts_with("evt.")      ? "fd"
                                                    : "cpu";
        } else if (field.arg == FieldArg::kRequiredText || field.arg == FieldArg::kRequiredIndex) {
            name += name == "evt.rawarg" ? "[fd]" : "[0]";
        }
        const auto resolved = resolve_field(name);
        ASSERT_TRUE(resolved) << name << ": " << resolved.error().message;
        EXPECT_EQ(resolved->id, field.id) << name;
        EXPECT_EQ(resolved->name, name);
        extract(*resolved, made.event, made.scratch);  // does not fall over
    }
}

TEST(FieldTable, EventsOfOtherStreamsHaveOnlyWhatAllHave) {
    Event event;
    event.stream = EventStream::kJson;
    event.number = 7;
    event.time = timestamp_from_ns(5);
    ValueScratch scratch;
    const auto value = [&](std::string_view name) {
        return extract(*resolve_field(name), event, scratch);
    };
    EXPECT_EQ(value("evt.num").u, 7u);
    EXPECT_EQ(value("evt.rawtime").u, 5u);
    EXPECT_EQ(value("evt.source").text, "json");
    EXPECT_EQ(value("json.rawtime").u, 5u);
    EXPECT_EQ(value("jevt.rawtime").u, 5u);
    for (const char* name : {"evt.type", "proc.name", "fd.name", "user.name", "evt.arg.fd",
                             "openat.flags.w", "file.id", "container.id", "json.value[/a]"}) {
        EXPECT_FALSE(value(name)) << name;
    }
}

TEST(ResolveField, TakesTheFormsOfTheLanguage) {
    for (const char* name : {"proc.name",
                             "proc.aname",
                             "proc.aname[2]",
                             "proc.args[0]",
                             "proc.env[PATH]",
                             "proc.env[\"A B\"]",
                             "evt.arg.flags",
                             "evt.arg[0]",
                             "evt.arg[flags]",
                             "evt.rawarg.fd",
                             "openat.flags",
                             "openat.flags.w",
                             "openat.flags.O_CREAT",
                             "openat.flags.creat",
                             "chmod.mode.ixusr",
                             "ptrace.request.attach",
                             "socket.domain.af_inet",
                             "mmap.prot.x",
                             "container.mount.dest[/proc*]",
                             "k8s.pod.label.app",
                             "k8s.pod.label[app]",
                             "thread.cgroup.cpuacct",
                             "evt.type.is.open",
                             "evt.type.is.personality",
                             "json.value[/user/name]",
                             "proc.aenv[2]",
                             "proc.aenv[HOME]",
                             "procexit.status"}) {
        EXPECT_EQ(fault_of(name), "") << name;
    }
}

TEST(ResolveField, SaysWhatIsWrong) {
    const std::map<std::string, std::string> faults = {
        {"proc.nmae", "unknown field `proc.nmae`"},
        {"", "unknown field ``"},
        {"nothing", "unknown field `nothing`"},
        {"proc.name[1]", "`proc.name` takes no argument"},
        {"proc.aname[x]", "the argument of `proc.aname` is a number from 0"},
        {"proc.aname[-1]", "the argument of `proc.aname` is a number from 0"},
        {"proc.aname[99999999999]", "the argument of `proc.aname` is a number from 0"},
        {"proc.aname[1", "the bracket of `proc.aname[1` does not close"},
        {"proc.aname[]", "nothing stands in the brackets of `proc.aname[]`"},
        {"proc.aname[1][2]", "`proc.aname[1][2]` takes one argument in brackets"},
        {"container.mount", "`container.mount` wants an argument in brackets"},
        {"evt.arg", "`evt.arg` wants an argument in brackets"},
        {"evt.arg.", "`evt.arg.` wants an argument in brackets"},
        {"evt.arg.nothing", "no event has an argument `nothing`"},
        {"evt.type.is.nothing", "no event type `nothing`"},
        {"openat.nothing", "`openat` has no argument `nothing`"},
        {"openat.flags.nothing", "`openat.flags` has no flag `nothing`"},
        {"openat.name.w", "`openat.name` has no flags"},
        {"personality.x", "unknown field `personality.x`"},
        {"<call>.<argument>", "unknown field `<call>.<argument>`"},
    };
    for (const auto& [name, message] : faults) EXPECT_EQ(fault_of(name), message) << name;
}

TEST(ResolveField, SuggestsTheNearest) {
    EXPECT_EQ(closest_field("proc.nmae"), "proc.name");
    EXPECT_EQ(closest_field("fd.nmae"), "fd.name");
    EXPECT_EQ(closest_field("evt.arg.flgas"), "evt.arg.flags");
    EXPECT_EQ(closest_field("openat.nmae"), "openat.name");
    EXPECT_EQ(closest_field("proc.anmae[2]"), "proc.aname");
    EXPECT_EQ(closest_field("zzzzzzzzzzzzzz"), "");
}

TEST(ResolveField, TypesReferencesByWhatTheyMean) {
    const auto type = [](std::string_view name) { return resolve_field(name)->type; };
    EXPECT_EQ(type("evt.arg.res"), ValueType::kText);
    EXPECT_EQ(type("evt.rawarg.res"), ValueType::kInt);
    EXPECT_EQ(type("evt.rawarg.flags"), ValueType::kUint);
    EXPECT_EQ(type("evt.rawarg.name"), ValueType::kText);
    EXPECT_EQ(type("evt.rawarg.data"), ValueType::kBytes);
    EXPECT_EQ(type("setuid.uid"), ValueType::kUint);
    EXPECT_EQ(type("kill.pid"), ValueType::kInt);
    EXPECT_EQ(type("kill.sig"), ValueType::kText);
    EXPECT_EQ(type("openat.name"), ValueType::kText);
    EXPECT_EQ(type("chmod.mode"), ValueType::kText);
    EXPECT_EQ(type("openat.flags.w"), ValueType::kBool);
    EXPECT_EQ(type("write.data"), ValueType::kBytes);
}

TEST(ResolveField, KnowsWhichEventsCanHaveAValue) {
    const auto types = event_types_of(*resolve_field("openat.flags.w"));
    ASSERT_TRUE(types);
    for (const EventType type : *types) EXPECT_EQ(event_type_info(type)->name, "openat");
    EXPECT_FALSE(event_types_of(*resolve_field("proc.name")));
    EXPECT_FALSE(event_types_of(*resolve_field("evt.type.is.open")));
}

TEST(ResolveField, TellsManyValuedReferences) {
    EXPECT_TRUE(is_many_valued(*resolve_field("proc.aname")));
    EXPECT_FALSE(is_many_valued(*resolve_field("proc.aname[2]")));
    EXPECT_TRUE(is_many_valued(*resolve_field("proc.aenv")));
    EXPECT_FALSE(is_many_valued(*resolve_field("proc.aenv[HOME]")));
    EXPECT_TRUE(is_many_valued(*resolve_field("fd.ip")));
    EXPECT_FALSE(is_many_valued(*resolve_field("fd.cip")));
    EXPECT_FALSE(is_many_valued(*resolve_field("proc.argv")));
}

// evt.*

TEST(EventField, NamesTheEvent) {
    EventFixture made(EventType::kOpenat, 1767323045000000006);
    made.event.number = 12;
    made.host.hostname = "h";
    made.host.first_event = timestamp_from_ns(1767323043000000000);
    EXPECT_EQ(made.text("evt.num"), "12");
    EXPECT_EQ(made.text("evt.type"), "openat");
    EXPECT_EQ(made.text("syscall.type"), "openat");
    EXPECT_EQ(made.text("evt.dir"), "<");
    EXPECT_EQ(made.text("evt.category"), "file");
    EXPECT_EQ(made.text("evt.source"), "syscall");
    EXPECT_EQ(made.text("evt.hostname"), "h");
    EXPECT_EQ(made.text("evt.time"), "03:04:05.000000006");
    EXPECT_EQ(made.text("evt.datetime.s"), "2026-01-02 03:04:05");
    EXPECT_EQ(made.text("evt.rawtime"), "1767323045000000006");
    EXPECT_EQ(made.text("evt.rawtime.s"), "1767323045");
    EXPECT_EQ(made.text("evt.rawtime.ns"), "000000006");
    EXPECT_EQ(made.text("evt.reltime"), "2000000006");
    EXPECT_EQ(made.text("evt.type.is.openat"), "1");
    EXPECT_EQ(made.text("evt.type.is.open"), "0");
    EXPECT_EQ(made.text("evt.is_async"), "false");
    EXPECT_EQ(made.text("evt.asynctype"), "<NA>");
}

TEST(EventField, GenericEventsAreNamedByTheirCall) {
    EventFixture made(EventType::kGeneric);
    const int personality = syscall_id("personality");
    ASSERT_GE(personality, 0);
    made.params([&](RecordBuilder& b) { b.add_int(personality); });
    EXPECT_EQ(made.text("evt.type"), "personality");
    EXPECT_EQ(made.text("evt.type.is.personality"), "1");
    EXPECT_EQ(made.text("evt.type.is.openat"), "0");
    EXPECT_EQ(made.text("evt.args"), "");
}

TEST(EventField, TellsHowTheCallEnded) {
    EventFixture made(EventType::kUnlink);
    EXPECT_EQ(made.text("evt.res"), "<NA>");
    EXPECT_EQ(made.text("evt.failed"), "false");
    made.result(0);
    EXPECT_EQ(made.text("evt.res"), "SUCCESS");
    EXPECT_EQ(made.text("evt.rawres"), "0");
    EXPECT_EQ(made.text("evt.count.error"), "<NA>");
    made.result(-2);
    EXPECT_EQ(made.text("evt.res"), "ENOENT");
    EXPECT_EQ(made.text("evt.rawres"), "-2");
    EXPECT_EQ(made.text("evt.failed"), "true");
    EXPECT_EQ(made.text("evt.count.error"), "1");
    made.result(-100000);
    EXPECT_EQ(made.text("evt.res"), "-100000");
}

TEST(EventField, TellsHowFilesAreOpened) {
    constexpr std::uint32_t kRead = 1, kWrite = 2, kCreat = 4, kTmpfile = 1 << 13,
                            kCreated = 1 << 14;
    struct Case {
        std::uint32_t flags, mode;
        const char* answer;  // read, write, exec, create
    };
    const Case cases[] = {
        {kRead, 0, "r---"},
        {kWrite, 0, "-w--"},
        {kRead | kWrite, 0, "rw--"},
        {kWrite | kCreat, 0755, "-wx-"},
        {kWrite | kCreat | kCreated, 0644, "-w-c"},
        {kWrite, 0755, "-w--"},
        {kWrite | kTmpfile, 0700, "-wxc"},
    };
    for (const Case& c : cases) {
        EventFixture made(EventType::kOpenat);
        made.result(3);
        made.params([&](RecordBuilder& b) {
            b.add_int(3);
            b.add_int(-100);
            b.add_text("/x");
            b.add_int(c.flags);
            b.add_int(c.mode);
        });
        std::string answer;
        answer += made.value("evt.is_open_read").b ? 'r' : '-';
        answer += made.value("evt.is_open_write").b ? 'w' : '-';
        answer += made.value("evt.is_open_exec").b ? 'x' : '-';
        answer += made.value("evt.is_open_create").b ? 'c' : '-';
        EXPECT_EQ(answer, c.answer) << c.flags;
    }
    EventFixture other(EventType::kRead);
    EXPECT_EQ(other.text("evt.is_open_write"), "false");
}

TEST(EventField, ShowsWhatWasReadAndWritten) {
    EventFixture made(EventType::kWrite);
    made.result(5);
    made.params([](RecordBuilder& b) {
        b.add_int(5);
        b.add_bytes(std::as_bytes(std::span("he\0lo", 5)));
        b.add_int(3);
    });
    EXPECT_EQ(made.text("evt.buflen"), "<NA>");
    made.descriptor(DescriptorType::kFile, "/tmp/a");
    EXPECT_EQ(made.value("evt.buffer").type, ValueType::kBytes);
    EXPECT_EQ(made.value("evt.buffer").text, std::string_view("he\0lo", 5));
    EXPECT_EQ(made.text("evt.buflen"), "5");
    EXPECT_EQ(made.text("evt.buflen.out"), "5");
    EXPECT_EQ(made.text("evt.buflen.in"), "<NA>");
    EXPECT_EQ(made.text("evt.buflen.net"), "<NA>");
    EXPECT_EQ(made.text("evt.buflen.file.out"), "5");
    EXPECT_EQ(made.text("evt.category"), "file");
    EXPECT_EQ(made.text("evt.io_dir"), "write");
    EXPECT_EQ(made.text("evt.is_io"), "true");
    EXPECT_EQ(made.text("evt.is_io_read"), "false");
}

// evt.arg.*

EventFixture& opened(EventFixture& made) {
    made.result(3);
    made.params([](RecordBuilder& b) {
        b.add_int(3);
        b.add_int(-100);
        b.add_text("tmp/a");
        b.add_int(2 | 4 | 256);  // O_WRONLY|O_CREAT|O_TRUNC
        b.add_int(0644);
        b.add_int(2049);
        b.add_int(7);
    });
    made.event.path_raw = made.symbol("tmp/a");
    made.event.path = made.symbol("/root/tmp/a");
    made.descriptor(DescriptorType::kFile, "/root/tmp/a");
    return made;
}

TEST(ArgumentField, IsTextWithMeanings) {
    EventFixture made(EventType::kOpenat);
    opened(made);
    EXPECT_EQ(made.text("evt.arg.name"), "/root/tmp/a");
    EXPECT_EQ(made.value("evt.arg.name").symbol, made.event.path);
    EXPECT_EQ(made.text("evt.arg.fd"), "<f>/root/tmp/a");
    EXPECT_EQ(made.text("evt.arg.dirfd"), "AT_FDCWD");
    EXPECT_EQ(made.text("evt.arg.flags"), "O_TRUNC|O_CREAT|O_WRONLY");
    EXPECT_EQ(made.text("evt.arg.mode"), "0644");
    EXPECT_EQ(made.text("evt.arg.ino"), "7");
    EXPECT_EQ(made.text("evt.arg[2]"), "/root/tmp/a");
    EXPECT_EQ(made.text("evt.arg[name]"), "/root/tmp/a");
    EXPECT_EQ(made.text("evt.arg[31]"), "<NA>");
    EXPECT_EQ(made.text("evt.arg.oldpath"), "<NA>");
    EXPECT_EQ(made.text("evt.args"),
              "fd=3(<f>/root/tmp/a) dirfd=-100(AT_FDCWD) name=tmp/a(/root/tmp/a) "
              "flags=262(O_TRUNC|O_CREAT|O_WRONLY) mode=0644 dev=801 ino=7");
}

TEST(ArgumentField, ListsTheNamesOfFlagsAndModes) {
    EventFixture made(EventType::kOpenat);
    opened(made);
    std::string names;
    for (const Value& name : made.value("evt.arg.flags").list)
        names += std::string(name.text) + " ";
    EXPECT_EQ(names, "O_TRUNC O_CREAT O_WRONLY ");
    names.clear();
    for (const Value& name : made.value("evt.arg.mode").list) names += std::string(name.text) + " ";
    EXPECT_EQ(names, "S_IROTH S_IRGRP S_IWUSR S_IRUSR ");
    EXPECT_TRUE(made.value("evt.arg.name").list.empty());
    EXPECT_TRUE(resolve_field("evt.arg.mode")->has_flag_names);
    EXPECT_FALSE(resolve_field("evt.arg.name")->has_flag_names);
}

TEST(ArgumentField, IsTypedWhenRaw) {
    EventFixture made(EventType::kOpenat);
    opened(made);
    EXPECT_EQ(made.text("evt.rawarg.name"), "tmp/a");
    EXPECT_EQ(made.value("evt.rawarg.fd").i, 3);
    EXPECT_EQ(made.value("evt.rawarg.dirfd").i, -100);
    EXPECT_EQ(made.value("evt.rawarg.flags").u, 262u);
    EXPECT_EQ(made.value("evt.rawarg.mode").u, 0644u);
}

TEST(ArgumentField, OfOneCallIsMissingOnAnyOther) {
    EventFixture made(EventType::kOpenat);
    opened(made);
    EXPECT_EQ(made.text("openat.name"), "/root/tmp/a");
    EXPECT_EQ(made.value("openat.ino").u, 7u);
    EXPECT_EQ(made.text("openat.flags"), "O_TRUNC|O_CREAT|O_WRONLY");
    EXPECT_EQ(made.text("open.name"), "<NA>");
    EXPECT_EQ(made.text("openat2.flags.w"), "<NA>");
}

TEST(ArgumentField, TellsSingleFlags) {
    EventFixture made(EventType::kOpenat);
    opened(made);
    const std::map<std::string, std::string> answers = {
        {"openat.flags.w", "true"},         {"openat.flags.r", "false"},
        {"openat.flags.rw", "false"},       {"openat.flags.o_creat", "true"},
        {"openat.flags.O_CREAT", "true"},   {"openat.flags.creat", "true"},
        {"openat.flags.excl", "false"},     {"openat.flags.wronly", "true"},
        {"openat.flags.O_RDWR", "false"},   {"openat.flags.O_NONE", "false"},
        {"openat.flags.O_RDONLY", "false"}, {"openat.mode.irusr", "true"},
        {"openat.mode.S_IXUSR", "false"},
    };
    for (const auto& [name, answer] : answers) EXPECT_EQ(made.text(name), answer) << name;

    EventFixture both(EventType::kOpenat);
    both.params([](RecordBuilder& b) {
        b.add_int(3);
        b.add_int(-100);
        b.add_text("/a");
        b.add_int(3);
    });
    EXPECT_EQ(both.text("openat.flags.w"), "true");
    EXPECT_EQ(both.text("openat.flags.r"), "true");
    EXPECT_EQ(both.text("openat.flags.rw"), "true");
    EXPECT_EQ(both.text("openat.flags.O_WRONLY"), "false");

    EventFixture without(EventType::kOpenat);
    EXPECT_EQ(without.text("openat.flags.w"), "<NA>");
}

TEST(ArgumentField, TellsEnumerationsApart) {
    EventFixture made(EventType::kSocket);
    made.params([](RecordBuilder& b) {
        b.add_int(3);
        b.add_int(10);
    });
    EXPECT_EQ(made.text("evt.arg.domain"), "AF_INET6");
    EXPECT_EQ(made.text("socket.domain.af_inet6"), "true");
    EXPECT_EQ(made.text("socket.domain.inet"), "false");  // 10 & 2 == 2
}

TEST(ArgumentField, PathsAreToldApart) {
    EventFixture made(EventType::kRename);
    made.params([](RecordBuilder& b) {
        b.add_int(0);
        b.add_text("a");
        b.add_text("b");
    });
    made.event.path_raw = made.symbol("a");
    made.event.path = made.symbol("/x/a");
    made.event.target_path_raw = made.symbol("b");
    made.event.target_path = made.symbol("/x/b");
    EXPECT_EQ(made.text("evt.arg.oldpath"), "/x/a");
    EXPECT_EQ(made.text("evt.arg.newpath"), "/x/b");
    EXPECT_EQ(made.text("evt.rawarg.newpath"), "b");
    // One name in two directories.
    made.params([](RecordBuilder& b) {
        b.add_int(0);
        b.add_text("a");
        b.add_text("a");
    });
    made.event.target_path_raw = made.event.path_raw;
    EXPECT_EQ(made.text("evt.arg.oldpath"), "/x/a");
    EXPECT_EQ(made.text("evt.arg.newpath"), "/x/b");
}

TEST(ArgumentField, NamesAccountsThatTheProcessHas) {
    EventFixture made(EventType::kSetuid);
    made.process().uid = 65534;
    made.process().user_name = made.ref("nobody");
    const auto uid = [&](std::uint32_t value) {
        made.params([&](RecordBuilder& b) {
            b.add_int(0);
            b.add_int(value);
        });
        return made.text("evt.arg.uid");
    };
    EXPECT_EQ(uid(65534), "nobody");
    EXPECT_EQ(uid(0), "root");
    EXPECT_EQ(uid(1000), "<NA>");
    EXPECT_EQ(made.value("setuid.uid").u, 1000u);
}

// dns.*

std::string dns_message(std::string_view name) {
    std::string message("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
    return message + std::string(name) + std::string("\x00\x01\x00\x01", 4);
}

TEST(DnsField, ReadsTheFirstQuestion) {
    EventFixture made(EventType::kSendto);
    const auto ask = [&](const std::string& message) {
        made.params([&](RecordBuilder& b) {
            b.add_int(0);
            b.add_bytes(std::as_bytes(std::span(message.data(), message.size())));
            b.add_int(3);
        });
        return made.text("dns.question.name");
    };
    const std::string message = dns_message(std::string("\7eXample\3com\0", 13));
    EXPECT_EQ(ask(message), "<NA>");
    Descriptor& fd = made.descriptor(DescriptorType::kIpv4Socket, "1.2.3.4:5->9.9.9.9:53");
    fd.server_port = 53;
    fd.l4proto = 3;
    EXPECT_EQ(ask(message), "example.com");
    EXPECT_EQ(ask(dns_message(std::string("\0", 1))), ".");
    EXPECT_EQ(ask(message.substr(0, 20)), "<NA>");    // cut inside of the name
    EXPECT_EQ(ask(dns_message("\xc0\x0c")), "<NA>");  // a pointer
    EXPECT_EQ(ask(message.substr(0, 12)), "<NA>");
    EXPECT_EQ(ask(""), "<NA>");
    std::string long_name;
    for (int i = 0; i < 10; ++i) long_name += "\x3f" + std::string(63, 'a');
    EXPECT_EQ(ask(dns_message(long_name + std::string("\0", 1))), "<NA>");
    fd.l4proto = 2;
    EXPECT_EQ(ask(std::string("\0\x1d", 2) + message), "example.com");
    fd.server_port = 54;
    EXPECT_EQ(ask(message), "<NA>");
}

}  // namespace
}  // namespace sequitur

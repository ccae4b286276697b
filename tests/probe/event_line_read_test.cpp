#include "core/param_text.h"
#include "core/record_options.h"
#include "core/system_names.h"
#include "probe/event_line.h"
#include "tests/support/line_encoder.h"

#include <gtest/gtest.h>

#include <optional>

namespace sequitur {
namespace {

class EventLineRead : public testing::Test {
protected:
    RecordView read(std::string_view line) {
        const RecordView record = encode_(line);
        EXPECT_EQ(encode_.error(), "") << line;
        return record;
    }
    static std::uint32_t index_of(const RecordView& record, std::string_view param) {
        const auto params = event_type_info(record.type())->params;
        std::uint32_t i = 0;
        while (i < params.size() && params[i].name != param) ++i;
        return i;
    }
    // A parameter as evt.args shows its value.
    static std::string value(const RecordView& record, std::string_view param) {
        std::string text;
        std::string meaning;
        append_param_text(record, *event_type_info(record.type()), index_of(record, param), {},
                          text, meaning);
        return text;
    }
    static std::uint64_t number(const RecordView& record, std::string_view param) {
        return uint_param<std::uint64_t>(record.param(index_of(record, param)), 77777);
    }
    static bool is_missing(const RecordView& record, std::string_view param) {
        return record.param(index_of(record, param)).empty();
    }
    static std::optional<sequitur_file_option> file(const RecordView& record) {
        RecordOptionReader reader(record.option_bytes());
        RecordOption option;
        while (reader.next(option)) {
            if (option.code == SEQUITUR_OPTION_FILE) return option_as<sequitur_file_option>(option);
        }
        return std::nullopt;
    }
    static std::optional<sequitur_task_option> task(const RecordView& record,
                                                    std::uint16_t code = SEQUITUR_OPTION_TASK) {
        RecordOptionReader reader(record.option_bytes());
        RecordOption option;
        while (reader.next(option)) {
            if (option.code == code) return option_as<sequitur_task_option>(option);
        }
        return std::nullopt;
    }

    LineEncoder encode_;
};

TEST_F(EventLineRead, TheExampleOfTheManual) {
    const RecordView record =
        read(R"({"ts":1700000000000000000,"pid":10,"tid":11,"type":"openat","ret":3,"args":)"
             R"({"dirfd":"AT_FDCWD","name":"/tmp/a","flags":["O_WRONLY","O_CREAT"],"mode":"0644",)"
             R"("dev":2049,"ino":7}})");
    EXPECT_EQ(check_record(record.event_bytes(), false), RecordFault::kOk);
    EXPECT_EQ(record.ts_ns(), 1700000000000000000u);
    EXPECT_EQ(record.tid(), 11u);
    EXPECT_EQ(record.type(), EventType::kOpenat);
    EXPECT_EQ(record.param_count(), 7u);
    EXPECT_EQ(number(record, "fd"), 3u);
    EXPECT_EQ(value(record, "dirfd"), "-100");
    EXPECT_EQ(value(record, "name"), "/tmp/a");
    EXPECT_EQ(number(record, "flags"), 6u);
    EXPECT_EQ(number(record, "mode"), 0644u);
    EXPECT_EQ(number(record, "dev"), 2049u);
    EXPECT_EQ(number(record, "ino"), 7u);
    EXPECT_EQ(task(record)->tgid, 10u);
    EXPECT_EQ(task(record)->start_ns, 0u);
    EXPECT_FALSE(file(record));  // dev and ino are parameters here
}

TEST_F(EventLineRead, ThreadDefaultsToTheProcess) {
    EXPECT_EQ(read(R"({"ts":1,"pid":10,"type":"getpgid"})").tid(), 10u);
    const RecordView by_thread = read(R"({"ts":1,"tid":12,"type":"close"})");
    EXPECT_EQ(by_thread.tid(), 12u);
    EXPECT_FALSE(task(by_thread));  // whose thread it is, is not known
    EXPECT_EQ(read(R"({"ts":1,"type":"useradded","args":{"uid":5,"name":"eve"}})").tid(),
              ~std::uint64_t{0});
    EXPECT_EQ(read(R"({"ts":1,"pid":1,"cpu":7,"type":"close"})").cpu(), 7);
}

TEST_F(EventLineRead, WhatIsNotSaidIsMissing) {
    const RecordView record = read(R"({"ts":1,"pid":10,"type":"openat","args":{"mode":null}})");
    EXPECT_EQ(record.param_count(), 7u);
    for (std::uint32_t i = 0; i < 7; ++i) EXPECT_TRUE(record.param(i).empty()) << i;
}

TEST_F(EventLineRead, OpenFlagsInAllForms) {
    const auto flags = [&](std::string_view json) {
        return number(
            read(R"({"ts":1,"pid":1,"type":"openat","args":{"flags":)" + std::string(json) + "}}"),
            "flags");
    };
    EXPECT_EQ(flags(R"(["O_WRONLY","O_CREAT","O_TRUNC"])"), 0x106u);
    EXPECT_EQ(flags(R"("O_WRONLY|O_CREAT|O_TRUNC")"), 0x106u);
    EXPECT_EQ(flags("577"), 0x106u);  // as the program passed it
    EXPECT_EQ(flags(R"("0x241")"), 0x106u);
    EXPECT_EQ(flags(R"("01101")"), 0x106u);
    EXPECT_EQ(flags("0"), 1u);  // read only
    EXPECT_EQ(flags("[]"), 0u);
    EXPECT_EQ(flags(R"(["O_RDWR","raw:0x4000"])"), 0x4003u);
    EXPECT_EQ(flags(R"({"hex":"06000000"})"), 6u);
}

TEST_F(EventLineRead, ModesAreOctalAsText) {
    const auto mode = [&](std::string_view json) {
        return number(
            read(R"({"ts":1,"pid":1,"type":"chmod","args":{"mode":)" + std::string(json) + "}}"),
            "mode");
    };
    EXPECT_EQ(mode(R"("0755")"), 0755u);
    EXPECT_EQ(mode(R"("755")"), 0755u);
    EXPECT_EQ(mode(R"("0o755")"), 0755u);
    EXPECT_EQ(mode("493"), 0755u);
    EXPECT_EQ(mode(R"(["S_IXUSR","S_IRUSR"])"), 0500u);
    EXPECT_EQ(mode(R"("S_ISUID|S_IXUSR")"), 04100u);
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"mkdir","args":{"mode":"700"}})"), "mode"),
              0700u);
}

TEST_F(EventLineRead, ResultsByNumberAndName) {
    const auto result = [&](std::string_view json) {
        const RecordView record =
            read(R"({"ts":1,"pid":1,"type":"unlink","ret":)" + std::string(json) + "}");
        return int_param<std::int64_t>(record.param(0), 77);
    };
    EXPECT_EQ(result("-2"), -2);
    EXPECT_EQ(result(R"("ENOENT")"), -2);
    EXPECT_EQ(result(R"("-EACCES")"), -13);
    EXPECT_EQ(result("0"), 0);
    // The result is parameter 0, whatever the table calls it.
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"getuid","ret":1000})"), "uid"), 1000u);
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"openat","args":{"fd":4}})"), "fd"), 4u);
}

TEST_F(EventLineRead, ExecveFillsWhatFollowsFromTheProgram) {
    const RecordView record = read(
        R"({"ts":1,"pid":11,"type":"execve","ret":0,"args":{"exe":"/opt/a-very-long-program-name",)"
        R"("args":["-x","y z"],"cwd":"/root","env":["A=b"],"ino":9,"dev":"8:1"}})");
    EXPECT_EQ(record.tid(), 11u);
    EXPECT_EQ(value(record, "exe"), "/opt/a-very-long-program-name");
    EXPECT_EQ(value(record, "args"), "-x.y z.");
    EXPECT_EQ(value(record, "cwd"), "/root");
    EXPECT_EQ(value(record, "env"), "A=b.");
    EXPECT_EQ(value(record, "comm"), "a-very-long-pro");
    EXPECT_EQ(value(record, "trusted_exepath"), "/opt/a-very-long-program-name");
    EXPECT_EQ(value(record, "filename"), "/opt/a-very-long-program-name");
    EXPECT_EQ(number(record, "exe_ino"), 9u);
    ASSERT_TRUE(file(record));
    EXPECT_EQ(file(record)->role, SEQUITUR_ROLE_EXE);
    EXPECT_EQ(file(record)->ino, 9u);
    EXPECT_EQ(file(record)->dev, 0x801u);
}

TEST_F(EventLineRead, ExecveOfARelativePathOrAFailedOne) {
    const RecordView relative =
        read(R"({"ts":1,"pid":11,"type":"execve","ret":0,"args":{"exe":"./a"}})");
    EXPECT_TRUE(is_missing(relative, "trusted_exepath"));
    EXPECT_EQ(value(relative, "filename"), "./a");
    EXPECT_EQ(value(relative, "comm"), "a");

    const RecordView failed =
        read(R"({"ts":1,"pid":11,"type":"execve","ret":"ENOENT","args":{"exe":"/a"}})");
    EXPECT_TRUE(is_missing(failed, "trusted_exepath"));
    EXPECT_TRUE(is_missing(failed, "comm"));
    EXPECT_EQ(value(failed, "filename"), "/a");

    const RecordView told =
        read(R"({"ts":1,"pid":11,"type":"execve","ret":0,"args":{"exe":"sh","comm":"dash",)"
             R"("trusted_exepath":"/bin/dash","filename":null}})");
    EXPECT_EQ(value(told, "comm"), "dash");
    EXPECT_EQ(value(told, "trusted_exepath"), "/bin/dash");
    EXPECT_TRUE(is_missing(told, "filename"));
}

TEST_F(EventLineRead, FilesWithoutParametersBecomeAnOption) {
    const RecordView chmod = read(
        R"({"ts":1,"pid":1,"type":"chmod","args":{"filename":"/a","ino":7,"dev":2049,"gen":3}})");
    ASSERT_TRUE(file(chmod));
    EXPECT_EQ(file(chmod)->role, SEQUITUR_ROLE_TARGET);
    EXPECT_EQ(file(chmod)->ino, 7u);
    EXPECT_EQ(file(chmod)->dev, 2049u);
    EXPECT_EQ(file(chmod)->generation, 3u);
    // Device and inode are openat's own; only the generation needs the option.
    const RecordView openat = read(
        R"({"ts":1,"pid":1,"type":"openat","args":{"name":"/a","ino":7,"dev":"8:1","gen":3}})");
    EXPECT_EQ(number(openat, "ino"), 7u);
    ASSERT_TRUE(file(openat));
    EXPECT_EQ(file(openat)->ino, 7u);
    EXPECT_EQ(file(openat)->dev, 0x801u);
    EXPECT_EQ(file(openat)->generation, 3u);
    EXPECT_EQ(file(read(R"({"ts":1,"pid":1,"type":"chdir","args":{"path":"/a","ino":7}})"))->role,
              SEQUITUR_ROLE_CWD);
    // A device number beyond 8 bits of minor.
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"open","args":{"dev":"253:256"}})"), "dev"),
              253u << 8 | 256u << 12);
}

TEST_F(EventLineRead, GenericCallsGoByTheirName) {
    const RecordView record = read(R"({"ts":1,"pid":1,"type":"getppid","ret":5})");
    EXPECT_EQ(record.type(), EventType::kGeneric);
    EXPECT_EQ(value(record, "ID"), std::to_string(syscall_id("getppid")));
    EXPECT_TRUE(is_missing(record, "nativeID"));
    const RecordView by_id =
        read(R"({"ts":1,"pid":1,"type":"syscall","args":{"ID":"getppid","nativeID":110}})");
    EXPECT_EQ(value(by_id, "ID"), value(record, "ID"));
    EXPECT_EQ(number(by_id, "nativeID"), 110u);
}

TEST_F(EventLineRead, TheEndOfAProcess) {
    const RecordView exited = read(R"({"ts":1,"pid":1,"type":"procexit","ret":3})");
    EXPECT_EQ(number(exited, "ret"), 3u);
    EXPECT_EQ(number(exited, "status"), 0x300u);
    const RecordView killed =
        read(R"({"ts":1,"pid":1,"type":"procexit","args":{"sig":"SIGKILL"}})");
    EXPECT_EQ(number(killed, "sig"), 9u);
    EXPECT_EQ(number(killed, "status"), 9u);
    EXPECT_TRUE(is_missing(read(R"({"ts":1,"pid":1,"type":"procexit"})"), "status"));
    const RecordView told =
        read(R"({"ts":1,"pid":1,"type":"procexit","ret":3,"args":{"status":null}})");
    EXPECT_TRUE(is_missing(told, "status"));
}

TEST_F(EventLineRead, SocketsAndTheirTexts) {
    const RecordView record =
        read(R"({"ts":1,"pid":1,"type":"connect","ret":0,"args":{"fd":3,"addr":"5.6.7.8:80",)"
             R"("tuple":"1.2.3.4:1234->5.6.7.8:80"}})");
    EXPECT_EQ(value(record, "tuple"), "1.2.3.4:1234->5.6.7.8:80");
    EXPECT_EQ(value(record, "addr"), "5.6.7.8:80");
    const RecordView other =
        read(R"({"ts":1,"pid":1,"type":"bind","args":{"addr":"[2001:db8::1]:443"}})");
    EXPECT_EQ(value(other, "addr"), "2001:db8::1:443");
    EXPECT_EQ(
        number(read(R"({"ts":1,"pid":1,"type":"socket","args":{"domain":"AF_INET6"}})"), "domain"),
        10u);
}

TEST_F(EventLineRead, SignalsNumbersBytesAndLists) {
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"kill","args":{"sig":"SIGTERM"}})"), "sig"),
              15u);
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"kill","args":{"sig":9}})"), "sig"), 9u);
    EXPECT_EQ(number(read(R"({"ts":1,"pid":1,"type":"mprotect","args":{"addr":"0x7fff00001000"}})"),
                     "addr"),
              0x7fff00001000u);
    EXPECT_EQ(
        number(read(R"({"ts":1,"pid":1,"type":"seccomp","args":{"op":18446744073709551615}})"),
               "op"),
        ~std::uint64_t{0});
    EXPECT_EQ(value(read(R"({"ts":1,"pid":1,"type":"setuid","args":{"uid":-1}})"), "uid"), "-1");
    EXPECT_EQ(value(read(R"({"ts":1,"pid":1,"type":"write","args":{"data":"a\u0000b"}})"), "data"),
              "a.b");
    EXPECT_EQ(
        value(read(R"({"ts":1,"pid":1,"type":"write","args":{"data":{"hex":"ff41"}}})"), "data"),
        ".A");
    EXPECT_EQ(value(read(R"({"ts":1,"pid":1,"type":"poll","args":{"fds":[[3,["POLLIN"]],[4,8]]}})"),
                    "fds"),
              "3:?1 4:?10");
    EXPECT_EQ(value(read(R"({"ts":1,"pid":1,"type":"ptrace","args":{"request":"PTRACE_ATTACH"}})"),
                    "request"),
              "11");
    EXPECT_EQ(value(read(R"({"ts":1,"pid":1,"type":"ptrace","args":{"request":16}})"), "request"),
              "11");
}

TEST_F(EventLineRead, ValuesThatChooseTheirType) {
    const auto shown = [&](std::string_view type, std::string_view param, std::string_view json) {
        return value(read(R"({"ts":1,"pid":1,"type":")" + std::string(type) + R"(","args":{")" +
                          std::string(param) + "\":" + std::string(json) + "}}"),
                     param);
    };
    EXPECT_EQ(shown("setsockopt", "val", "5"), "5");
    EXPECT_EQ(shown("setsockopt", "val", R"({"ns":1000000000})"), "1000000000");
    EXPECT_EQ(shown("setsockopt", "val", R"({"hex":"006162"})"), "ab");
    EXPECT_EQ(shown("keyctl", "arg2", R"("user")"), "user");
    EXPECT_EQ(shown("keyctl", "arg2", "-3"), "-3");
    EXPECT_EQ(shown("ptrace", "data", R"({"sig":9})"), "9");
}

TEST_F(EventLineRead, EntersAndOldTypesGoByTheirId) {
    const RecordView enter =
        read(R"({"ts":1,"pid":1,"type":"connect","id":22,"args":{"fd":3,"addr":"1.2.3.4:5"}})");
    EXPECT_EQ(enter.type(), EventType::kConnectEnter);
    EXPECT_EQ(enter.param_count(), 2u);
    const RecordView old = read(R"({"ts":1,"pid":1,"type":"open","nparams":4,"ret":3})");
    EXPECT_EQ(old.param_count(), 4u);
    const RecordView raw = read(R"({"ts":1,"pid":1,"type":"?","id":9000,"raw":["0102","","ff"]})");
    EXPECT_EQ(static_cast<int>(raw.type()), 9000);
    EXPECT_EQ(raw.param_count(), 3u);
    EXPECT_EQ(raw.param(0).size(), 2u);
}

TEST_F(EventLineRead, OptionsOfEveryKind) {
    const RecordView record =
        read(R"({"ts":1,"pid":10,"type":"clone","ret":11,"task":{"start_ts":5,"ppid":1,"sid":9},)"
             R"("child":{"pid":11,"start_ts":6},"files":[{"role":"new","ino":3,"mode":"100644"}],)"
             R"("paths":[{"role":"exe","path":"/a","flags":["deleted"]}],"lost":2,)"
             R"("truncated":["args",3],"options":[{"code":1,"hex":"6869"}]})");
    EXPECT_EQ(task(record)->tgid, 10u);
    EXPECT_EQ(task(record)->start_ns, 5u);
    EXPECT_EQ(task(record)->sid, 9u);
    EXPECT_EQ(task(record, SEQUITUR_OPTION_CHILD)->tgid, 11u);
    EXPECT_EQ(file(record)->role, SEQUITUR_ROLE_NEW);
    EXPECT_EQ(file(record)->mode, 0100644);
    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    std::vector<std::uint16_t> codes;
    while (reader.next(option)) codes.push_back(option.code);
    EXPECT_EQ(codes,
              (std::vector<std::uint16_t>{0x8e01, 0x8e06, 0x8e02, 0x8e03, 0x8e04, 1, 0x8e05}));
    EXPECT_EQ(option_as<std::uint64_t>(option), 12u);
    EXPECT_FALSE(task(read(R"({"ts":1,"pid":10,"type":"close","task":null})")));
}

TEST_F(EventLineRead, SnapshotLines) {
    const RecordView record =
        read(R"({"proc":{"pid":10,"ppid":1,"name":"sh","exepath":"/bin/sh","args":["-c","x"],)"
             R"("cwd":"/root","uid":0,"gid":0,"loginuid":1000,"sid":10,"pgid":10,"tty":0,)"
             R"("start_ts":1700000000000000000,"container_id":""}})");
    EXPECT_EQ(record.type(), EventType::kIterTask);
    EXPECT_EQ(record.tid(), 10ull << 32 | 10u);
    EXPECT_EQ(record.ts_ns(), 0u);
    EXPECT_EQ(value(record, "comm"), "sh");
    EXPECT_EQ(value(record, "argv"), "sh.-c.x");
    EXPECT_EQ(value(record, "exepath"), "/bin/sh");
    EXPECT_EQ(number(record, "euid"), 0u);
    EXPECT_EQ(number(record, "loginuid"), 1000u);
    EXPECT_EQ(number(record, "start_time"), 1700000000000000000u);
    EXPECT_TRUE(is_missing(record, "cgroups"));
    EXPECT_EQ(task(record)->start_ns, 1700000000000000000u);
    EXPECT_EQ(task(record)->tgid, 10u);
    EXPECT_EQ(task(record)->parent_tgid, 1u);
    EXPECT_EQ(task(record)->sid, 10u);
}

TEST_F(EventLineRead, SnapshotLinesFillTheirNames) {
    const RecordView bare = read(R"({"proc":{"pid":10}})");
    EXPECT_TRUE(is_missing(bare, "comm"));
    EXPECT_TRUE(is_missing(bare, "argv"));
    const RecordView by_path = read(R"({"proc":{"pid":10,"exepath":"/usr/bin/a-very-long-name"}})");
    EXPECT_EQ(value(by_path, "comm"), "a-very-long-nam");
    EXPECT_EQ(value(by_path, "argv"), "a-very-long-nam");
    const RecordView by_exe = read(R"({"proc":{"pid":10,"tid":12,"exe":"./x","args":[]}})");
    EXPECT_EQ(by_exe.tid(), 10ull << 32 | 12u);
    EXPECT_EQ(value(by_exe, "comm"), "x");
    EXPECT_EQ(value(by_exe, "argv"), "./x");
    const RecordView container = read(R"({"proc":{"pid":10,"container_id":"0123456789ab"}})");
    EXPECT_EQ(value(container, "cgroups"),
              "cpu=/docker/0123456789ab0000000000000000000000000000000000000000000000000000");
    const RecordView filed = read(R"({"proc":{"pid":10,"dev":"8:1","ino":44}})");
    EXPECT_EQ(number(filed, "exe_ino_num"), 44u);
    EXPECT_EQ(file(filed)->role, SEQUITUR_ROLE_EXE);
    EXPECT_EQ(file(filed)->dev, 0x801u);
}

TEST_F(EventLineRead, SnapshotsOfDescriptorsAreEvents) {
    const RecordView record = read(
        R"({"pid":10,"type":"task_file_regular","args":{"fd":3,"path":"/a","flags":"O_RDONLY"}})");
    EXPECT_EQ(record.tid(), 10ull << 32 | 10u);
    EXPECT_EQ(record.type(), EventType::kIterTaskFileRegular);
    EXPECT_EQ(record.param(0).size(), 4u);
    const RecordView socket = read(
        R"({"pid":10,"type":"task_file_socket_inet","args":{"local_ip":"1.2.3.4","local_port":80}})");
    EXPECT_EQ(value(socket, "local_ip"), "1.2.3.4");
}

}  // namespace
}  // namespace sequitur

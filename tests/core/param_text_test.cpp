#include "core/param_text.h"

#include "core/record_builder.h"
#include "core/socket_value.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

bool known_descriptor(const void*, std::int64_t fd, std::string& out) {
    if (fd != 3) return false;
    out += "<f>/etc/passwd";
    return true;
}
bool known_process(const void*, std::int64_t tid, std::string& out) {
    if (tid != 10) return false;
    out += "sh";
    return true;
}
bool known_user(const void*, std::uint32_t uid, std::string& out) {
    if (uid != 0) return false;
    out += "root";
    return true;
}
bool known_path(const void*, std::uint32_t param, std::string& out) {
    out += param == 2 ? "/root/tmp/x" : "/other";
    return true;
}

class ParamText : public testing::Test {
protected:
    std::string arg(const RecordView& record, std::uint32_t index) const {
        std::string out;
        append_arg(record, *event_type_info(record.type()), index, names_, out);
        return out;
    }
    std::string args(const RecordView& record) const {
        std::string out;
        append_args(record, *event_type_info(record.type()), names_, out);
        return out;
    }
    // Parameter `index` of `type` with this value, as "value" or "value(meaning)".
    std::string text(EventType type, std::uint32_t index, std::uint64_t number) {
        begin(type, index);
        builder_.add_int(number);
        return shown(index);
    }
    std::string text(EventType type, std::uint32_t index, std::string_view bytes) {
        begin(type, index);
        builder_.add_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
        return shown(index);
    }

    Arena arena_;
    RecordBuilder builder_{arena_};
    ParamNames names_{nullptr, known_descriptor, known_process, known_user, nullptr, nullptr};

private:
    void begin(EventType type, std::uint32_t index) {
        builder_.begin(1, 2, type);
        while (builder_.param_count() < index) builder_.add_missing();
    }
    std::string shown(std::uint32_t index) {
        const RecordView record = builder_.finish();
        std::string value;
        std::string meaning;
        append_param_text(record, *event_type_info(record.type()), index, names_, value, meaning);
        return meaning.empty() ? value : value + "(" + meaning + ")";
    }
};

TEST_F(ParamText, ResultsAndDescriptors) {
    EXPECT_EQ(text(EventType::kOpenat, 0, 3), "3(<f>/etc/passwd)");
    EXPECT_EQ(text(EventType::kOpenat, 0, 4), "4");
    EXPECT_EQ(text(EventType::kOpenat, 0, static_cast<std::uint64_t>(-2)), "-2(ENOENT)");
    EXPECT_EQ(text(EventType::kOpenat, 1, static_cast<std::uint64_t>(-100)), "-100(AT_FDCWD)");
    EXPECT_EQ(text(EventType::kClose, 0, static_cast<std::uint64_t>(-9)), "-9(EBADF)");
    EXPECT_EQ(text(EventType::kClose, 0, 0), "0");
    EXPECT_EQ(text(EventType::kClone, 0, 10), "10(sh)");
    EXPECT_EQ(text(EventType::kClone, 0, 11), "11");
}

TEST_F(ParamText, AFailedOpenShowsItsError) {
    builder_.begin(1, 2, EventType::kOpenat);
    builder_.add_int(-13);
    EXPECT_EQ(arg(builder_.finish(), 0), "EACCES");
}

TEST_F(ParamText, OpenFlagsLoseTheBitsOfEarlierNames) {
    EXPECT_EQ(text(EventType::kOpenat, 3, 3), "3(O_RDWR)");
    EXPECT_EQ(text(EventType::kOpenat, 3, 1), "1(O_RDONLY)");
    EXPECT_EQ(text(EventType::kOpenat, 3, 0), "0(O_NONE)");
    EXPECT_EQ(text(EventType::kOpenat, 3, 4358), "4358(O_TRUNC|O_CREAT|O_WRONLY|O_CLOEXEC)");
    EXPECT_EQ(text(EventType::kOpenat, 3, 7), "7(O_CREAT|O_RDWR)");
    EXPECT_EQ(text(EventType::kOpenat, 3, 0x80000000), "2147483648");
}

TEST_F(ParamText, EnumerationsShowAllNamesOfTheirValue) {
    EXPECT_EQ(text(EventType::kSocket, 1, 2), "2(AF_INET)");
    EXPECT_EQ(text(EventType::kSocket, 1, 1), "1(AF_LOCAL|AF_UNIX)");
    EXPECT_EQ(text(EventType::kSocket, 1, 77), "77");
    EXPECT_EQ(text(EventType::kLseek, 3, 0), "0(SEEK_SET)");
}

TEST_F(ParamText, ModesAreOctal) {
    EXPECT_EQ(text(EventType::kChmod, 2, 0755),
              "0755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR)");
    EXPECT_EQ(text(EventType::kChmod, 2, 0100), "0100(S_IXUSR)");
    EXPECT_EQ(text(EventType::kChmod, 2, 0), "0");
    EXPECT_EQ(text(EventType::kOpenat, 4, 0644), "0644");
    EXPECT_EQ(text(EventType::kMkdir, 2, 0x1ff), "1FF");
}

TEST_F(ParamText, HexadecimalIsInCapitals) {
    EXPECT_EQ(text(EventType::kMprotect, 1, 0x7fabcd), "7FABCD");
    EXPECT_EQ(text(EventType::kOpenat, 5, 0x801), "801");
}

TEST_F(ParamText, Accounts) {
    EXPECT_EQ(text(EventType::kSetuid, 1, 0), "0(root)");
    EXPECT_EQ(text(EventType::kSetuid, 1, 33), "33(<NA>)");
    EXPECT_EQ(text(EventType::kSetuid, 1, 0xffffffff), "-1(<NONE>)");
    EXPECT_EQ(text(EventType::kSetgid, 1, 0), "0(<NA>)");
}

TEST_F(ParamText, TextAndItsNulls) {
    using std::string_view_literals::operator""sv;
    EXPECT_EQ(text(EventType::kChdir, 1, "/tmp\0"sv), "/tmp");
    EXPECT_EQ(text(EventType::kChdir, 1, "\0"sv), "");
    EXPECT_EQ(text(EventType::kChdir, 1, ""), "<NA>");
    EXPECT_EQ(text(EventType::kChdir, 1, "(NULL)\0"sv), "<NA>");
    EXPECT_EQ(text(EventType::kUnlink, 1, "<NA>\0"sv), "<NA>");
    EXPECT_EQ(text(EventType::kWrite, 1, "a\nb\0\xff"sv), "a.b..");
    EXPECT_EQ(text(EventType::kWrite, 1, ""), "NULL");
    EXPECT_EQ(text(EventType::kExecve, 2, "-c\0ls\0"sv), "-c.ls.");
    EXPECT_EQ(text(EventType::kConnect, 1, ""), "NULL");
    EXPECT_EQ(text(EventType::kConnect, 3, ""), "<NA>");
}

TEST_F(ParamText, PathsShowWhereTheyLead) {
    names_.path = known_path;
    builder_.begin(1, 2, EventType::kOpenat);
    builder_.add_int(3);
    builder_.add_int(-100);
    builder_.add_text("tmp/x");
    const RecordView record = builder_.finish();
    EXPECT_EQ(arg(record, 2), "/root/tmp/x");
    EXPECT_EQ(args(record),
              "fd=3(<f>/etc/passwd) dirfd=-100(AT_FDCWD) name=tmp/x(/root/tmp/x) flags=<NA> "
              "mode=<NA> dev=<NA> ino=<NA>");
}

TEST_F(ParamText, Sockets) {
    std::vector<std::byte> bytes;
    append_bytes(*parse_socket_tuple("1.2.3.4:5->6.7.8.9:80"), bytes);
    const std::string tuple(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_EQ(text(EventType::kConnect, 1, tuple), "1.2.3.4:5->6.7.8.9:80");
    EXPECT_EQ(text(EventType::kConnect, 1, "\x10zz"), "family 16");
    EXPECT_EQ(text(EventType::kBind, 1, "\x02zz"), "family 2");
    EXPECT_EQ(text(EventType::kBind, 1, std::string_view("\x01/x\0", 4)), "/x");
}

TEST_F(ParamText, SignalsAndTimes) {
    EXPECT_EQ(text(EventType::kKill, 2, 9), "9(SIGKILL)");
    EXPECT_EQ(text(EventType::kKill, 2, 40), "40");
    EXPECT_EQ(text(EventType::kPpoll, 3, 0b101), "SIGHUP SIGQUIT");
    EXPECT_EQ(text(EventType::kNanosleep, 1, 1'500'000'000), "1500000000(1.5s)");
    EXPECT_EQ(text(EventType::kNanosleep, 1, ~std::uint64_t{0}), "none");
    EXPECT_EQ(text(EventType::kExecve, 24, 1'700'000'000'000'000'042),
              "2023-11-14 22:13:20.000000042 +0000");
}

TEST_F(ParamText, PollLists) {
    const std::string_view list("\x02\0\x03\0\0\0\0\0\0\0\x01\0\x04\0\0\0\0\0\0\0\x1c\0", 22);
    EXPECT_EQ(text(EventType::kPoll, 1, list), "3:f1 4:?1c");
    EXPECT_EQ(text(EventType::kPoll, 1, list.substr(0, 15)), "3:f1");
    EXPECT_EQ(text(EventType::kPoll, 1, list.substr(0, 1)), "");
}

TEST_F(ParamText, ValuesThatChooseTheirType) {
    using std::string_view_literals::operator""sv;
    EXPECT_EQ(text(EventType::kSetsockopt, 4, "\x02\x05\0\0\0"sv), "5");
    EXPECT_EQ(text(EventType::kSetsockopt, 4, "\x00xy"sv), "xy");
    EXPECT_EQ(text(EventType::kSetsockopt, 4, "\x01\xfe\xff\xff\xff\xff\xff\xff\xff"sv),
              "-2(ENOENT)");
    EXPECT_EQ(text(EventType::kPtrace, 1, "\x00\xff\0\0\0\0\0\0\0"sv), "FF");
    EXPECT_EQ(text(EventType::kPtrace, 2, "\x01\x09"sv), "9(SIGKILL)");
    EXPECT_EQ(text(EventType::kKeyctl, 2, "\x01user\0"sv), "user");
    EXPECT_EQ(text(EventType::kKeyctl, 3, "\x00\xff\xff\xff\xff\xff\xff\xff\xff"sv), "-1");
    EXPECT_EQ(text(EventType::kKeyctl, 3, "\x07zz"sv), "zz");
    EXPECT_EQ(text(EventType::kKeyctl, 3, ""), "NULL");
    EXPECT_EQ(text(EventType(297), 0, "\x00\x03\0\0\0\0\0\0\0"sv), "3(<f>/etc/passwd)");
}

TEST_F(ParamText, GenericEventsHaveNoArguments) {
    builder_.begin(1, 2, EventType::kGeneric);
    builder_.add_int(syscall_id("getppid"));
    builder_.add_int(110);
    const RecordView record = builder_.finish();
    EXPECT_EQ(args(record), "");
    EXPECT_EQ(arg(record, 0), "getppid");
}

TEST_F(ParamText, ShortRecordsShowWhatTheyHave) {
    builder_.begin(1, 2, EventType::kClose);
    builder_.add_int(0);
    EXPECT_EQ(args(builder_.finish_exact()), "res=0");
}

}  // namespace
}  // namespace sequitur

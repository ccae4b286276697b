// Records as lines and back: nothing may be lost, whatever stands in them.
#include "core/param_type.h"
#include "core/record_options.h"
#include "core/system_names.h"
#include "probe/event_line.h"
#include "tests/support/line_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sequitur {
namespace {

std::string line_of(const RecordView& record) {
    std::string line;
    append_line(record, line);
    return line;
}

// Options as a multiset: their order may change.
std::multiset<std::pair<std::uint16_t, std::string>> options_of(const RecordView& record) {
    std::multiset<std::pair<std::uint16_t, std::string>> options;
    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    while (reader.next(option)) {
        options.emplace(option.code, std::string(reinterpret_cast<const char*>(option.value.data()),
                                                 option.value.size()));
    }
    return options;
}

class EventLineWrite : public testing::Test {
protected:
    void expect_same_after_all(const RecordView& record) {
        const std::string line = line_of(record);
        const RecordView again = encode_(line);
        ASSERT_EQ(encode_.error(), "") << line;
        EXPECT_TRUE(std::ranges::equal(record.event_bytes(), again.event_bytes())) << line;
        EXPECT_EQ(options_of(record), options_of(again)) << line;
        EXPECT_EQ(record.cpu(), again.cpu()) << line;
        EXPECT_EQ(record.has_wide_lengths(), again.has_wide_lengths()) << line;
        EXPECT_EQ(line_of(again), line);
    }

    LineEncoder encode_;
    Arena arena_;
    RecordBuilder builder_{arena_};
};

TEST_F(EventLineWrite, LinesReadWell) {
    for (const char* line : {
             R"({"ts":5,"pid":10,"tid":11,"type":"openat","ret":3,"args":{"dirfd":"AT_FDCWD",)"
             R"("name":"/tmp/a","flags":["O_CREAT","O_WRONLY"],"mode":"0644","dev":2049,"ino":7}})",
             R"({"ts":5,"pid":10,"type":"unlink","ret":-2,"args":{"path":"/tmp/\"a\"\n\u0001ü"}})",
             R"({"ts":5,"pid":10,"cpu":3,"type":"getppid"})",
             R"({"ts":5,"pid":10,"type":"syscall","args":{"ID":"read"}})",
             R"({"ts":5,"tid":10,"type":"close","ret":0,"args":{"fd":3}})",
             R"({"ts":5,"tid":-1,"type":"useradded","args":{"uid":5,"gid":5,"name":"eve"}})",
             R"({"ts":5,"pid":10,"type":"connect","id":22,"args":{"fd":3,"addr":"1.2.3.4:5"}})",
             R"({"ts":5,"pid":10,"type":"chmod","ret":0,"args":{"filename":"/a","mode":"0755"},)"
             R"("files":[{"role":"target","dev":2049,"ino":7,"gen":3}],)"
             R"("paths":[{"role":"target","path":"/a","flags":["truncated","deleted"]}],)"
             R"("lost":4,"truncated":["filename"]})",
             R"({"ts":5,"pid":10,"type":"clone","ret":11,"task":{"start_ts":3,"ppid":1},)"
             R"("child":{"start_ts":5,"pid":11,"ppid":10}})",
             R"({"ts":5,"pid":10,"type":"write","ret":2,"args":{"data":{"hex":"ff00"},"fd":1}})",
             R"({"ts":5,"pid":10,"type":"kill","ret":0,"args":{"pid":7,"sig":"SIGKILL"}})",
             R"({"ts":5,"pid":10,"type":"socket","ret":3,"args":{"domain":"AF_INET","type":1}})",
             R"({"proc":{"pid":10,"ppid":1,"sid":10,"name":"sh","argv":["sh","-c","x"],)"
             R"("exepath":"/bin/sh","uid":0,"start_ts":17,"loginuid":-1}})",
             R"({"ts":9,"cpu":1,"proc":{"pid":10,"tid":12,"name":null,"argv":null},"task":null})",
             R"({"ts":0,"pid":10,"type":"task_file_pipe","args":{"fd":3,"ino_num":8}})",
             R"({"ts":5,"pid":10,"type":"procexit","args":{"status":9,"sig":"SIGKILL"}})",
             R"({"ts":5,"pid":10,"type":"poll","ret":1,"args":{"fds":[[3,["POLLIN"]],[-1,[]]]}})",
             R"({"ts":5,"pid":10,"type":"keyctl","ret":0,"args":{"arg2":{"text":"user"},)"
             R"("arg3":{"s64":-1}}})",
             R"({"ts":5,"pid":10,"type":"?","id":9000,"raw":["00ff",""]})",
         }) {
        const RecordView record = encode_(line);
        ASSERT_EQ(encode_.error(), "") << line;
        EXPECT_EQ(line_of(record), line);
        expect_same_after_all(record);
    }
}

// What an event line leaves unsaid is filled in when it is read; a record in which it is missing
// has to say so.
TEST_F(EventLineWrite, MissingIsNotFilledIn) {
    builder_.begin(1, 2, EventType::kExecve);
    builder_.add_int(0);
    builder_.add_text("/bin/sh");
    const RecordView record = builder_.finish();
    EXPECT_EQ(line_of(record),
              R"({"ts":1,"tid":2,"type":"execve","ret":0,"args":{"exe":"/bin/sh","comm":null,)"
              R"("trusted_exepath":null,"filename":null}})");
    expect_same_after_all(record);
}

TEST_F(EventLineWrite, ShortAndLongRecordsKeepTheirCount) {
    builder_.begin(1, 2, EventType::kClose);
    builder_.add_int(-9);
    expect_same_after_all(builder_.finish_exact());
    builder_.begin(1, 2, EventType::kClose);
    for (int i = 0; i < 5; ++i) builder_.add_int(i);
    expect_same_after_all(builder_.finish_exact());
    builder_.begin(1, 2, EventType::kIterTask);
    builder_.add_int(1);
    expect_same_after_all(builder_.finish_exact());
    builder_.begin(1, 2, EventType::kOpenat);
    expect_same_after_all(builder_.finish_exact());
}

TEST_F(EventLineWrite, SecondAndMisshapenOptionsStay) {
    builder_.begin(1, 2, EventType::kClose);
    const sequitur_task_option task{
        .start_ns = 1, .parent_start_ns = 2, .tgid = 3, .parent_tgid = 4, .mount_ns = 5, .sid = 6};
    builder_.set_task(task);
    builder_.set_task(task);
    builder_.add_option(SEQUITUR_OPTION_TASK, std::as_bytes(std::span("xyz", 3)));
    builder_.add_option(SEQUITUR_OPTION_FILE, {});
    builder_.add_option(SEQUITUR_OPTION_PATH, {});
    builder_.add_option(SEQUITUR_OPTION_LOST, {});
    builder_.add_option(0x4321, std::as_bytes(std::span("opaque", 6)));
    builder_.add_path(SEQUITUR_ROLE_EXE, 0x81, "\xff\xfe/not utf-8");
    builder_.add_path(77, 0, "");
    expect_same_after_all(builder_.finish());
}

// Every type, every parameter: values that its type allows, and bytes that it does not.
class RandomRecord {
public:
    explicit RandomRecord(std::uint64_t seed) : random_(seed) {}

    RecordView make(RecordBuilder& builder, const EventTypeInfo& info) {
        builder.begin(random_(), below(3) == 0 ? random_() : below(100000), EventType(info.id),
                      static_cast<std::uint16_t>(below(2) * below(9)));
        std::size_t count = info.params.size();
        if (below(8) == 0) count = below(count + 4);
        for (std::size_t i = 0; i < count; ++i) {
            add(builder, i < info.params.size() ? info.params[i] : ParamInfo());
        }
        add_options(builder);
        return builder.finish_exact();
    }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    std::string bytes(std::size_t size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) {
            text +=
                below(4) != 0 ? static_cast<char>('a' + below(26)) : static_cast<char>(random_());
        }
        return text;
    }

    void add(RecordBuilder& builder, const ParamInfo& param) {
        const std::size_t width = fixed_width(param.type);
        const std::uint64_t choice = below(10);
        if (choice == 0) return builder.add_missing();
        if (choice == 1) return add_bytes(builder, bytes(below(25)));
        if (is_text(param.type)) return builder.add_text(bytes(below(12)));
        if (is_text_list(param)) {
            const std::string first = bytes(below(5));
            const std::string second = "plain";
            const std::string_view texts[] = {first, second, ""};
            return builder.add_list(std::span(texts).first(below(4)));
        }
        if (width != 0) {
            const std::uint64_t values[] = {0,         1,         ~std::uint64_t{0},
                                            random_(), below(64), static_cast<std::uint64_t>(-100)};
            const std::uint64_t value = values[below(6)];
            return add_bytes(builder, std::string(reinterpret_cast<const char*>(&value), width));
        }
        add_bytes(builder, compound(param));
    }

    // The shapes of the types that have several, with random content.
    std::string compound(const ParamInfo& param) {
        if (param.type == ParamType::kSockaddr || param.type == ParamType::kSocktuple) {
            const bool is_tuple = param.type == ParamType::kSocktuple;
            switch (below(4)) {
                case 0: return '\x02' + bytes(is_tuple ? 12 : 6);
                case 1: return '\x0a' + bytes(is_tuple ? 36 : 18);
                case 2: {
                    const std::string mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x50\0",
                                             18);
                    return '\x0a' + mapped + (is_tuple ? mapped : "");
                }
                default: return '\x01' + bytes(is_tuple ? 16 : 0) + "/run/x" + '\0';
            }
        }
        if (param.type == ParamType::kFdlist) {
            const std::size_t count = below(3);
            return static_cast<char>(count) + std::string(1, '\0') + bytes(10 * count);
        }
        if (param.type == ParamType::kDyn) {
            const std::size_t sizes[] = {8, 4, 1, 0};
            return static_cast<char>(below(6)) + bytes(sizes[below(4)]) + (below(2) ? '\0' : 'x');
        }
        return bytes(below(30));
    }

    static void add_bytes(RecordBuilder& builder, const std::string& text) {
        builder.add_bytes(std::as_bytes(std::span(text.data(), text.size())));
    }

    void add_options(RecordBuilder& builder) {
        const auto small = [&] { return static_cast<std::uint32_t>(below(3)); };
        if (below(2) == 0) {
            builder.set_task({.start_ns = below(2) * random_(),
                              .parent_start_ns = small(),
                              .tgid = small(),
                              .parent_tgid = small(),
                              .mount_ns = small(),
                              .sid = small()});
        }
        if (below(4) == 0) {
            const std::uint32_t generation = small();
            const bool is_told = generation != 0 || below(2) == 0;  // a line says no more
            builder.add_file(
                {.ino = random_(),
                 .dev = small(),
                 .generation = generation,
                 .nlink = small(),
                 .mode = static_cast<std::uint16_t>(random_()),
                 .role = static_cast<std::uint8_t>(below(9)),
                 .flags = static_cast<std::uint8_t>(is_told ? SEQUITUR_FILE_GENERATION : 0)});
        }
        if (below(4) == 0) {
            builder.add_path(static_cast<std::uint8_t>(below(9)),
                             static_cast<std::uint8_t>(random_()), bytes(below(9)));
        }
        if (below(9) == 0) builder.set_lost(random_());
        if (below(9) == 0) builder.mark_truncated(static_cast<std::uint32_t>(below(64)));
    }

    std::mt19937_64 random_;
};

TEST_F(EventLineWrite, NothingOfAnyRecordIsLost) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE(seed);
        RandomRecord random(seed);
        arena_.reset();
        for (const EventTypeInfo& info : event_types()) {
            expect_same_after_all(random.make(builder_, info));
            if (HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace sequitur

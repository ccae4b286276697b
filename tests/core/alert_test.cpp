#include "core/alert.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

OutputField text_field(std::string name, std::string text) {
    OutputField field;
    field.name = std::move(name);
    field.kind = OutputField::Kind::kText;
    field.text = std::move(text);
    return field;
}

Alert simple_alert() {
    Alert alert;
    alert.time = timestamp_from_ns(1767323045000000006);
    alert.event_number = 7;
    alert.rule = "Shell spawned";
    alert.priority = Priority::kCritical;
    alert.source = "syscall";
    alert.tags = {"T1059", "shell"};
    alert.hostname = "h";
    alert.output = "Shell spawned by root";
    alert.output_fields = {text_field("user.name", "root")};
    return alert;
}

TEST(Alert, IsOneLineOfJsonWithFalcosKeys) {
    EXPECT_EQ(to_json(simple_alert()),
              R"({"hostname":"h","output":"Shell spawned by root",)"
              R"("output_fields":{"user.name":"root","evt.time":1767323045000000006},)"
              R"("priority":"Critical","rule":"Shell spawned","source":"syscall",)"
              R"("tags":["T1059","shell"],"time":"2026-01-02T03:04:05.000000006Z"})");
}

TEST(Alert, WritesEveryKindOfField) {
    Alert alert = simple_alert();
    alert.output_fields.clear();
    alert.tags.clear();
    OutputField field;
    field.name = "null";
    alert.output_fields.push_back(field);
    field.name = "int";
    field.kind = OutputField::Kind::kInt;
    field.i = -5;
    alert.output_fields.push_back(field);
    field.name = "evt.time";
    field.kind = OutputField::Kind::kUint;
    field.u = 18446744073709551615u;
    alert.output_fields.push_back(field);
    field.name = "double";
    field.kind = OutputField::Kind::kDouble;
    field.d = 0.5;
    alert.output_fields.push_back(field);
    field.name = "bool";
    field.kind = OutputField::Kind::kBool;
    field.u = 1;
    alert.output_fields.push_back(field);
    EXPECT_NE(to_json(alert).find(
                  R"("output_fields":{"null":null,"int":-5,"evt.time":18446744073709551615,)"
                  R"("double":0.5,"bool":true},)"),
              std::string::npos);
    EXPECT_NE(to_json(alert).find(R"("tags":[],)"), std::string::npos);
}

TEST(Alert, WritesTheSequence) {
    Alert alert = simple_alert();
    AlertSequence sequence;
    sequence.key = {text_field("file.id", "8:1/7")};
    sequence.start = timestamp_from_ns(1767323042000000006);
    sequence.duration = Duration(3'000'000'000);
    AlertStep step;
    step.id = "drop";
    step.time = sequence.start;
    step.event_number = 1;
    step.event_type = "openat";
    step.process = {"10-5", 10, "sh", "/bin/sh", "sh -c x", {"bash", "sshd"}};
    step.output_fields = {text_field("fd.name", "/tmp/a")};
    sequence.steps.push_back(step);
    step.id = "many";
    step.count = 3;
    step.last = alert.time;
    step.output_fields.clear();
    sequence.steps.push_back(step);
    alert.sequence = sequence;

    const std::string process =
        R"("proc":{"entity":"10-5","pid":10,"name":"sh","exepath":"/bin/sh","cmdline":"sh -c x",)"
        R"("ancestors":["bash","sshd"]})";
    const std::string expected =
        R"("sequence":{"key":{"file.id":"8:1/7"},"start":"2026-01-02T03:04:02.000000006Z",)"
        R"("duration_ns":3000000000,"steps":[)"
        R"({"id":"drop","time":"2026-01-02T03:04:02.000000006Z","evt.num":1,"evt.type":"openat",)" +
        process + R"(,"output_fields":{"fd.name":"/tmp/a"}},)" +
        R"({"id":"many","time":"2026-01-02T03:04:02.000000006Z","evt.num":1,"evt.type":"openat",)" +
        process +
        R"(,"output_fields":{},"count":3,"last":"2026-01-02T03:04:05.000000006Z"}],"complete":true}})";
    EXPECT_TRUE(to_json(alert).ends_with(expected)) << to_json(alert);
}

TEST(Alert, SaysWhatWasLost) {
    Alert alert = simple_alert();
    alert.sequence.emplace();
    EXPECT_NE(to_json(alert).find(R"("complete":true})"), std::string::npos);
    EXPECT_EQ(to_json(alert).find("losses"), std::string::npos);
    alert.sequence->losses.events_lost = 4;
    EXPECT_NE(to_json(alert).find(
                  R"("losses":{"events_lost":4,"params_truncated":0,"matches_evicted":0}})"),
              std::string::npos);
}

TEST(Alert, IsAlwaysValidUtf8) {
    struct Case {
        std::string bytes, json;
    };
    const std::string r = "\xef\xbf\xbd";
    const Case cases[] = {
        {"a\"b\\c/", R"("a\"b\\c/")"},
        {"\n\r\t\x01\x7f", R"("\n\r\t\u0001\u007f")"},
        {std::string("\0x", 2), R"("\u0000x")"},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"\xff", "\"" + r + "\""},
        {"\xc3", "\"" + r + "\""},
        {"\xc3x", "\"" + r + "x\""},
        {"\xc0\x80", "\"" + r + r + "\""},          // overlong
        {"\xed\xa0\x80", "\"" + r + r + r + "\""},  // a surrogate
        {"\xf4\x90\x80\x80", "\"" + r + r + r + r + "\""},
        {"\xe2\x82", "\"" + r + r + "\""},
        {"\xf0\x9f\x98", "\"" + r + r + r + "\""},
    };
    for (const Case& c : cases) {
        Alert alert = simple_alert();
        alert.output = c.bytes;
        EXPECT_NE(to_json(alert).find("\"output\":" + c.json + ","), std::string::npos)
            << to_json(alert);
    }
}

TEST(Alert, IsOneLineOfText) {
    Alert alert = simple_alert();
    EXPECT_EQ(to_text(alert), "03:04:05.000000006: Critical Shell spawned by root");
    alert.output = "a\nb\tc\x1b[31m\x7f\xff";
    EXPECT_EQ(to_text(alert), "03:04:05.000000006: Critical a\\nb\\tc\\x1b[31m\\x7f\xef\xbf\xbd");
    alert.output = "\xc2\x9b[31m \xc2\x85 \xc2\xa0 \xc3\xa4";  // U+009B, U+0085, U+00A0, U+00E4
    EXPECT_EQ(to_text(alert), "03:04:05.000000006: Critical \\x9b[31m \\x85 \xc2\xa0 \xc3\xa4");
}

TEST(Alert, WritesTimesInRfc3339) {
    EXPECT_EQ(to_rfc3339(timestamp_from_ns(0)), "1970-01-01T00:00:00.000000000Z");
}

}  // namespace
}  // namespace sequitur

// Container lines: what is known of a container before the first event.
#include "core/event_type.h"
#include "tests/support/line_encoder.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

class ContainerLineTest : public testing::Test {
protected:
    std::string json_of(std::string_view line) {
        const RecordView record = encode_(line);
        if (record.empty()) return encode_.error();
        EXPECT_EQ(record.type(), EventType::kContainer);
        EXPECT_EQ(record.ts_ns(), 0u);
        EXPECT_EQ(record.tid(), ~std::uint64_t{0});
        return std::string(text_param(record.param(0)));
    }
    LineEncoder encode_;
};

TEST_F(ContainerLineTest, IsARecordOfNoTimeAndNoThread) {
    EXPECT_EQ(json_of(R"( {"container": {"id": "0123456789ab", "privileged": true}} )"),
              R"({"container":{"id":"0123456789ab","privileged":true}})");
}

TEST_F(ContainerLineTest, TakesEverythingThatIsKnownOfAContainer) {
    const std::string line =
        R"({"container":{"id":"a","type":7,"image":"x:1","size":-1,"cpu_shares":1024,"labels":{"k":)"
        R"("v \"w\""},"Mounts":[{"Source":"/a","Destination":"/b","Mode":"","RW":false,)"
        R"("Propagation":"rprivate"}],"env":["A=1"],"pod_sandbox_labels":null,"host_pid":false}})";
    EXPECT_EQ(json_of(line), line);
}

TEST_F(ContainerLineTest, IsWrittenBackAsAnEventLine) {
    const RecordView record = encode_(R"({"container":{"id":"a"}})");
    std::string line;
    append_line(record, line);
    EXPECT_EQ(line, R"({"ts":0,"tid":-1,"type":"container","args":{"json":)"
                    R"("{\"container\":{\"id\":\"a\"}}"}})");
    LineEncoder again;
    const RecordView back = again(line);
    ASSERT_FALSE(back.empty()) << again.error();
    EXPECT_TRUE(std::ranges::equal(back.event_bytes(), record.event_bytes()));
}

TEST_F(ContainerLineTest, SaysWhatIsWrong) {
    EXPECT_EQ(json_of(R"({"container":7})"), "container: wants an object, this is a number");
    EXPECT_EQ(json_of(R"({"container":{}})"), "container: id is missing");
    EXPECT_EQ(json_of(R"({"container":{"id":""}})"), "container: id is missing");
    EXPECT_EQ(json_of(R"({"container":{"id":"a","priviliged":true}})"),
              "container: unknown key 'priviliged': did you mean 'privileged'?");
    EXPECT_EQ(json_of(R"({"container":{"id":"a","Mounts":[{"source":"/a"}]}})"),
              "container: Mounts: unknown key 'source': did you mean 'Source'?");
    EXPECT_EQ(json_of(R"({"container":{"id":"a","Mounts":{}}})"),
              "container: Mounts: wants a list, this is an object");
    EXPECT_EQ(json_of(R"({"container":{"id":"a"},"ts":5})"), "unknown key 'ts'");
}

}  // namespace
}  // namespace sequitur

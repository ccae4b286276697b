// Containers: what a runtime's records make known, and what the fields show of it.
#include "core/field.h"
#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sequitur::test {
namespace {

constexpr std::string_view kId = "0123456789ab";
constexpr std::string_view kCgroup =
    "cpu=/docker/0123456789ab0000000000000000000000000000000000000000000000000000";

constexpr std::string_view kShop = R"({"container":{"id":"0123456789ab","full_id":"0123456789ab00",
    "name":"shop","type":7,"image":"reg.example:5000/shop/cart:1.2","imageid":"i1",
    "imagedigest":"sha256:d1","privileged":true,"host_network":true,"ip":"10.0.0.7",
    "Mounts":[{"Source":"/srv/a","Destination":"/a","Mode":"z","RW":true,"Propagation":"rprivate"},
              {"Source":"/etc","Destination":"/host/etc","Mode":"ro","RW":false}],
    "labels":{"tier":"front","app":"shop","empty":"","io.kubernetes.pod.name":"shop-1",
              "io.kubernetes.pod.namespace":"market","io.kubernetes.pod.uid":"u-1"},
    "pod_sandbox_id":"fedcba98765400"}})";

class ContainerStateTest : public testing::Test {
protected:
    void tell(std::string_view json, std::uint64_t ts = 0) {
        log.at(ts).by(-1).record(EventType::kContainer,
                                 [&](RecordBuilder& builder) { builder.add_text(json); });
        log.at(at_s(1));
    }
    void tell_async(std::string_view name, std::string_view json) {
        log.by(-1).record(EventType::kAsyncevent, [&](RecordBuilder& builder) {
            builder.add_int(0);
            builder.add_text(name);
            builder.add_bytes(std::as_bytes(std::span(json.data(), json.size())));
        });
    }
    void start() {
        log.at(at_s(1)).task({.pid = 10, .name = "cart", .cgroups = kCgroup});
        log.by(10).read(0);
    }
    std::string text(std::string_view field) {
        ValueScratch scratch;
        std::string out;
        append_text(extract(*resolve_field(field), host.events.back(), scratch), out);
        return out;
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(ContainerStateTest, ItsProcessesShowWhatTheRuntimeTold) {
    tell(kShop);
    start();
    EXPECT_EQ(host.run().process->container->id.view(), kId);
    EXPECT_EQ(host.events.size(), 1u);  // a record of no time tells how things were before
    const std::map<std::string, std::string> values = {
        {"container.id", "0123456789ab"},
        {"container.full_id", "0123456789ab00"},
        {"container.name", "shop"},
        {"container.type", "containerd"},
        {"container.image", "reg.example:5000/shop/cart:1.2"},
        {"container.image.repository", "reg.example:5000/shop/cart"},
        {"container.image.tag", "1.2"},
        {"container.image.id", "i1"},
        {"container.image.digest", "sha256:d1"},
        {"container.privileged", "true"},
        {"container.host_network", "true"},
        {"container.host_pid", "false"},
        {"container.ip", "10.0.0.7"},
        {"container.mounts", "/srv/a:/a:z:true:rprivate,/etc:/host/etc:ro:false:"},
        {"container.mount[1]", "/etc:/host/etc:ro:false:"},
        {"container.mount[/srv/*]", "/srv/a:/a:z:true:rprivate"},
        {"container.mount[2]", "<NA>"},
        {"container.mount.source[/host/*]", "/etc"},
        {"container.mount.dest[/etc]", "/host/etc"},
        {"container.mount.dest[/et]", "<NA>"},
        {"container.mount.mode[0]", "z"},
        {"container.mount.rdwr[/etc]", "false"},
        {"container.mount.propagation[0]", "rprivate"},
        {"container.labels", "app:shop, empty, tier:front"},
        {"container.label[app]", "shop"},
        {"container.label.tier", "front"},
        {"container.label.other", "<NA>"},
        {"k8s.pod.name", "shop-1"},
        {"k8s.ns.name", "market"},
        {"k8s.pod.uid", "u-1"},
        {"k8s.pod.sandbox_id", "fedcba987654"},
        {"k8s.pod.full_sandbox_id", "fedcba98765400"},
    };
    for (const auto& [field, value] : values) EXPECT_EQ(text(field), value) << field;
}

TEST_F(ContainerStateTest, OfAContainerThatNobodyToldAboutOnlyTheIdIsKnown) {
    start();
    host.run();
    EXPECT_EQ(text("container.id"), kId);
    for (const char* field : {"container.name", "container.image.repository", "container.mounts",
                              "container.privileged", "container.labels", "k8s.ns.name"}) {
        EXPECT_EQ(text(field), "<NA>") << field;
    }
}

TEST_F(ContainerStateTest, TheHostIsCalledHostAndHasNothingElse) {
    tell(kShop);
    log.task({.pid = 11, .name = "bash"});
    log.by(11).read(0);
    host.run();
    const std::map<std::string, std::string> values = {
        {"container.id", "host"},          {"container.full_id", "host"},
        {"container.name", "host"},        {"container.type", "host"},
        {"container.image", ""},           {"container.image.repository", ""},
        {"container.privileged", "false"}, {"container.mounts", ""},
        {"container.mount[0]", "<NA>"},    {"k8s.ns.name", "<NA>"},
    };
    for (const auto& [field, value] : values) EXPECT_EQ(text(field), value) << field;
}

TEST_F(ContainerStateTest, NewsIsTakenUpByProcessesThatRun) {
    start();
    host.run();
    tell_async("container", kShop);
    log.by(10).read(0);
    host.run();
    EXPECT_EQ(host.events.size(), 2u);  // which has its own event, as in Falco
    EXPECT_EQ(host.events.front().type, EventType::kAsyncevent);
    EXPECT_EQ(text("container.name"), "shop");
    tell_async("container_removed", kShop);
    tell_async("something_else", kShop);
    log.by(10).read(0);
    host.run();
    EXPECT_EQ(text("container.name"), "<NA>");
}

TEST_F(ContainerStateTest, ARecordWithATimeIsAnEvent) {
    tell(kShop, at_s(1));
    EXPECT_EQ(host.run().number, 1u);
    EXPECT_EQ(host.events.back().type, EventType::kContainer);
}

TEST_F(ContainerStateTest, APodsAddressAndLabelsAreTheSandboxs) {
    tell(R"({"container":{"id":"fedcba987654","ip":"10.0.0.8","cni_json":"{}","is_pod_sandbox":true,
             "pod_sandbox_labels":{"team":"blue"}}})");
    tell(kShop);
    start();
    host.run();
    EXPECT_EQ(text("k8s.pod.ip"), "10.0.0.8");
    EXPECT_EQ(text("k8s.pod.cni.json"), "{}");
    EXPECT_EQ(text("k8s.pod.label[team]"), "blue");
    EXPECT_EQ(text("k8s.pod.labels"), "team:blue");
}

TEST_F(ContainerStateTest, WhatIsNoContainerIsCounted) {
    for (const char* json : {"", "{", "[]", "{}", R"({"container":3})", R"({"container":{}})",
                             R"({"container":{"id":7}})", R"({"container":{"id":""}})"}) {
        tell(json);
    }
    host.run_nothing();
    EXPECT_EQ(host.state.counters().malformed, 8u);
}

TEST_F(ContainerStateTest, ValuesOfAnotherKindArePassedOver) {
    tell(R"({"container":{"id":"0123456789ab","name":3,"privileged":"yes","labels":[1],"type":99,
             "Mounts":[7,{"Source":1}],"pod_sandbox_labels":null,"unheard_of":{}}})");
    start();
    host.run();
    EXPECT_EQ(text("container.name"), "");
    EXPECT_EQ(text("container.privileged"), "false");
    EXPECT_EQ(text("container.type"), "");
    EXPECT_EQ(text("container.mounts"), ":::false:");
}

}  // namespace
}  // namespace sequitur::test

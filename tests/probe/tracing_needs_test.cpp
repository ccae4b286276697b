#include "probe/tracing_needs.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur::probe {
namespace {

constexpr std::uint64_t kAdmin = 1ULL << 21, kPerfmon = 1ULL << 38, kBpf = 1ULL << 39;

std::string said(const TracingFacts& facts) { return tracing_refusal(facts).value_or(""); }

TEST(TracingNeedsTest, NothingIsInTheWay) {
    EXPECT_EQ(said({.release = "6.1.0-56-cloud-amd64"}), "");
    EXPECT_EQ(said({.release = "7.0"}), "");
    EXPECT_EQ(said({.caps = kAdmin}), "");
    EXPECT_EQ(said({.caps = kPerfmon | kBpf}), "");
    EXPECT_EQ(said({.lockdown = "none [integrity] confidentiality"}), "");
    EXPECT_EQ(said({}), "");
}

TEST(TracingNeedsTest, AnOldKernel) {
    EXPECT_NE(said({.release = "5.10.0-30-amd64"}).find("this is Linux 5.10.0-30-amd64"),
              std::string::npos);
    EXPECT_NE(said({.release = "6.0.1"}), "");
}

TEST(TracingNeedsTest, NoTypes) {
    EXPECT_NE(said({.has_types = false}).find("CONFIG_DEBUG_INFO_BTF"), std::string::npos);
}

TEST(TracingNeedsTest, WhichCapabilities) {
    EXPECT_NE(said({.caps = 0}).find("lacks CAP_PERFMON and CAP_BPF"), std::string::npos);
    EXPECT_NE(said({.caps = kBpf}).find("lacks CAP_PERFMON. Run"), std::string::npos);
    EXPECT_NE(said({.caps = kPerfmon}).find("lacks CAP_BPF. Run"), std::string::npos);
}

TEST(TracingNeedsTest, LockedDown) {
    EXPECT_NE(said({.lockdown = "none integrity [confidentiality]"}).find("locked down"),
              std::string::npos);
}

}  // namespace
}  // namespace sequitur::probe

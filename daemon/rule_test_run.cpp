#include "daemon/rule_test_run.h"

#include "core/sink.h"
#include "daemon/street.h"
#include "dsl/duration.h"
#include "probe/capture.h"
#include "sequences/near_match.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

namespace sequitur {
namespace {

class AlertCollector : public AlertSink {
public:
    void write(const Alert& alert) override { alerts.push_back(alert); }
    void flush() override {}

    std::vector<Alert> alerts;
};

std::vector<std::uint64_t> steps_of(const Alert& alert) {
    std::vector<std::uint64_t> steps;
    if (!alert.sequence) return {alert.event_number - 1};
    for (const AlertStep& step : alert.sequence->steps) steps.push_back(step.event_number - 1);
    return steps;
}

std::string time_text(Timestamp time, bool is_capture) {
    if (is_capture) return to_rfc3339(time);
    return dsl::to_text(time - timestamp_from_ns(dsl::kTestEpochNs));
}

std::string steps_text(const std::vector<std::uint64_t>& steps) {
    std::string text = "[";
    for (const std::uint64_t step : steps) {
        if (text.size() > 1) text += ", ";
        text += std::to_string(step);
    }
    return text + ']';
}

std::string text_of(const dsl::ExpectedAlert& expected) {
    std::string text = '\'' + expected.rule + '\'';
    if (expected.at) text += " at " + dsl::to_text(*expected.at);
    if (expected.steps) text += " steps " + steps_text(*expected.steps);
    return text;
}

std::string text_of(const Alert& alert, bool is_capture) {
    return '\'' + alert.rule + "' at " + time_text(alert.time, is_capture) + " steps " +
           steps_text(steps_of(alert));
}

bool is_as_expected(const Alert& alert, const dsl::ExpectedAlert& expected) {
    if (alert.rule != expected.rule) return false;
    if (expected.at && alert.time != timestamp_from_ns(dsl::kTestEpochNs) + *expected.at) {
        return false;
    }
    return !expected.steps || *expected.steps == steps_of(alert);
}

// For every expected detection that never came: how near it was.
void explain_missing(const std::map<std::string, NearMatch>& followed, RuleTestOutcome& outcome,
                     bool is_capture) {
    const EventPlace place = [is_capture](std::uint64_t number, Timestamp time) {
        return "event " + std::to_string(number - 1) + " at " + time_text(time, is_capture);
    };
    for (const auto& entry : followed) {
        const std::string& name = entry.first;
        const NearMatch& near = entry.second;
        const bool came = std::any_of(outcome.alerts.begin(), outcome.alerts.end(),
                                      [&](const Alert& alert) { return alert.rule == name; });
        if (came) continue;
        outcome.explanations.push_back("why not '" + name + "':");
        if (!near.is_known()) {
            outcome.explanations.push_back("  there is no such rule or sequence");
            continue;
        }
        for (const std::string& line : near.verdict(place)) {
            outcome.explanations.push_back("  " + line);
        }
    }
}

}  // namespace

Result<RuleTestOutcome> run_rule_test(const dsl::RuleTest& test, const std::string& folder,
                                      std::shared_ptr<const RuleSet> rules) {
    const bool is_capture = !test.capture.empty();
    std::unique_ptr<EventSource> source;
    if (is_capture) {
        auto opened = open_capture((std::filesystem::path(folder) / test.capture).string(), {});
        if (!opened) return tl::unexpected<Error>(opened.error());
        source = std::move(*opened);
    } else {
        source = open_event_lines(test.events, "events of '" + test.name + '\'');
    }

    AlertCollector collector;
    StreetOptions options;
    options.hostname = "test";
    Street street(rules, options, nullptr, collector);
    // A rule that is not among the rules is told as such; the others are followed.
    std::map<std::string, NearMatch> followed;
    for (const dsl::ExpectedAlert& expected : test.expect) {
        followed.try_emplace(expected.rule, rules, expected.rule);
    }
    street.observe([&](std::span<const Event> events) {
        for (auto& [name, near] : followed) near.see(events);
    });
    const std::atomic<bool> never_stop{false};
    auto end = street.run(*source, never_stop);
    if (!end && end.error().code != Error::Code::kEndOfInput) {
        return tl::unexpected<Error>(end.error());
    }

    RuleTestOutcome outcome;
    outcome.alerts = std::move(collector.alerts);
    const std::size_t most = std::max(outcome.alerts.size(), test.expect.size());
    for (std::size_t i = 0; i < most; ++i) {
        const bool is_expected = i < test.expect.size(), came = i < outcome.alerts.size();
        if (is_expected && came && is_as_expected(outcome.alerts[i], test.expect[i])) continue;
        if (is_expected) outcome.differences.push_back("expected: " + text_of(test.expect[i]));
        else outcome.differences.push_back("expected: nothing more");
        if (came)
            outcome.differences.push_back("     got: " + text_of(outcome.alerts[i], is_capture));
        else outcome.differences.push_back("     got: nothing more");
    }
    outcome.passed = outcome.differences.empty();
    if (!outcome.passed) explain_missing(followed, outcome, is_capture);
    return outcome;
}

}  // namespace sequitur

#include "core/output_format.h"

#include "core/output_format_parser.h"
#include "tests/support/event_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sequitur {
namespace {

class OutputTemplate : public testing::Test {
protected:
    OutputTemplate() : made_(EventType::kOpenat, 1767323045000000006) {
        made_.process().name = made_.ref("sh");
        made_.process().pid = 10;
        made_.process().uid = 0;
        made_.ancestor(5, "bash");
        made_.ancestor(1, "init");
        made_.descriptor(DescriptorType::kFile, "/tmp/A");
        made_.result(3);
    }

    OutputFormat parse(std::string_view text) {
        OutputScope scope;
        scope.is_sequence = true;
        scope.step_of = [](std::string_view name) {
            return name == "drop" ? 0 : name == "run" ? 1 : -1;
        };
        return parse_output_format(text, scope, faults_);
    }
    std::string render_text(std::string_view text) {
        const OutputFormat format = parse(text);
        EXPECT_TRUE(faults_.empty()) << text << ": " << faults_.front().message;
        return render(format, made_.event, steps_, match_);
    }
    // The faults of a template: the bytes to blame, what is wrong, and what was meant.
    std::string faults_of(std::string_view text) {
        faults_.clear();
        parse(text);
        std::string out;
        for (const OutputFault& fault : faults_) {
            out +=
                "[" + std::string(text.substr(fault.offset, fault.length)) + "] " + fault.message;
            if (!fault.suggestion.empty()) out += " -> " + fault.suggestion;
            out += "\n";
        }
        return out;
    }

    EventFixture made_;
    std::vector<const Event*> steps_;
    MatchValues match_{"8:1/7", "3s", "2026-01-02T03:04:02.000000000Z", "drop,run"};
    std::vector<OutputFault> faults_;
};

TEST_F(OutputTemplate, PutsValuesIntoText) {
    EXPECT_EQ(render_text(""), "");
    EXPECT_EQ(render_text("nothing"), "nothing");
    EXPECT_EQ(render_text("%proc.name"), "sh");
    EXPECT_EQ(render_text("a %proc.name b (%fd.name)"), "a sh b (/tmp/A)");
    EXPECT_EQ(render_text("%proc.name%proc.pid"), "sh10");
    EXPECT_EQ(render_text("%*proc.name"), "sh");
    EXPECT_EQ(render_text("user=%user.name."), "user=root.");
    EXPECT_EQ(render_text("%proc.name, %fd.name; end..."), "sh, /tmp/A; end...");
    EXPECT_EQ(render_text("%evt.time"), "03:04:05.000000006");
    EXPECT_EQ(render_text("%evt.res"), "SUCCESS");
}

TEST_F(OutputTemplate, PrintsMissingValuesByName) {
    EXPECT_EQ(render_text("%k8s.pod.name"), "<NA>");
    EXPECT_EQ(render_text("%proc.aname[5] %k8s.ns.name"), "<NA> <NA>");
    EXPECT_EQ(render_text("%drop.proc.name"), "<NA>");  // a step that was not reached
}

TEST_F(OutputTemplate, TakesArgumentsAndTransformers) {
    EXPECT_EQ(render_text("%proc.aname[2]!"), "init!");
    EXPECT_EQ(render_text("%tolower(fd.name)"), "/tmp/a");
    EXPECT_EQ(render_text("%toupper(basename(fd.name))"), "A");
    EXPECT_EQ(render_text("%concat(proc.name, \"-\", 'x') y"), "sh-x y");
    EXPECT_EQ(render_text("%join(\", \", (proc.name, \"b\"))"), "sh, b");
    EXPECT_EQ(render_text("%len(proc.name)"), "2");
}

TEST_F(OutputTemplate, QuotedArgumentsMayHoldBrackets) {
    std::vector<OutputFault> faults;
    const OutputFormat format =
        parse_output_format(R"(v=%json.value["/b[0]"]!)", OutputScope{}, faults);
    ASSERT_TRUE(faults.empty());
    const auto value = std::ranges::find_if(format.segments, &OutputSegment::has_value);
    ASSERT_NE(value, format.segments.end());
    EXPECT_EQ(value->name, R"(json.value["/b[0]"])");
    EXPECT_EQ(value->value.field.arg, "/b[0]");
}

TEST_F(OutputTemplate, PrintsAncestorsAsFalcoDoes) {
    EXPECT_EQ(render_text("%proc.aname"), "bash init");
    EXPECT_EQ(render_text("%proc.apid"), "10");
    EXPECT_EQ(render_text("%proc.argv"), "<NA>");
}

TEST_F(OutputTemplate, FillsAndCutsToAWidth) {
    EXPECT_EQ(render_text("[%4proc.name]"), "[sh  ]");
    EXPECT_EQ(render_text("[%3fd.name]"), "[/tm]");
    EXPECT_EQ(render_text("[%0proc.name]"), "[sh]");
    EXPECT_EQ(render_text("[%6k8s.ns.name]"), "[<NA>  ]");
    const auto fields = fields_of(parse("%3fd.name"), made_.event, {}, {});
    ASSERT_EQ(fields.size(), 1u);
    EXPECT_EQ(fields[0].name, "fd.name");
    EXPECT_EQ(fields[0].text, "/tmp/A");
}

TEST_F(OutputTemplate, SpeaksOfStepsAndOfTheMatch) {
    EventFixture drop(EventType::kOpenat);
    drop.process().name = drop.ref("curl");
    steps_ = {&drop.event, &made_.event};
    EXPECT_EQ(render_text("%drop.proc.name %run.proc.name"), "curl sh");
    EXPECT_EQ(render_text("%toupper(drop.proc.name)"), "CURL");
    EXPECT_EQ(render_text("%sequence.key after %sequence.duration."), "8:1/7 after 3s.");
    EXPECT_EQ(render_text("%sequence.start %sequence.steps"),
              "2026-01-02T03:04:02.000000000Z drop,run");
}

TEST_F(OutputTemplate, GivesTypedFieldsOnce) {
    const OutputFormat format = parse(
        "%proc.name %proc.pid %evt.rawres %evt.time %proc.name %k8s.ns.name %evt.is_open_write "
        "%sequence.key %tolower(fd.name) %proc.aname");
    const auto fields = fields_of(format, made_.event, {}, match_);
    std::vector<std::string> names;
    for (const OutputField& field : fields) names.push_back(field.name);
    EXPECT_EQ(names, (std::vector<std::string>{"proc.name", "proc.pid", "evt.rawres", "evt.time",
                                               "k8s.ns.name", "evt.is_open_write", "sequence.key",
                                               "tolower(fd.name)", "proc.aname"}));
    EXPECT_EQ(fields[0].kind, OutputField::Kind::kText);
    EXPECT_EQ(fields[1].kind, OutputField::Kind::kInt);
    EXPECT_EQ(fields[1].i, 10);
    EXPECT_EQ(fields[2].i, 3);
    EXPECT_EQ(fields[3].kind, OutputField::Kind::kUint);
    EXPECT_EQ(fields[3].u, 1767323045000000006u);
    EXPECT_EQ(fields[4].kind, OutputField::Kind::kNull);
    EXPECT_EQ(fields[5].kind, OutputField::Kind::kBool);
    EXPECT_EQ(fields[6].text, "8:1/7");
    EXPECT_EQ(fields[7].text, "/tmp/a");
    EXPECT_EQ(fields[8].text, "bash init");
}

TEST_F(OutputTemplate, SaysWhereItIsWrong) {
    EXPECT_EQ(faults_of("a %proc.nmae b"), "[proc.nmae] unknown field `proc.nmae` -> proc.name\n");
    EXPECT_EQ(faults_of("%proc.nmae."), "[proc.nmae] unknown field `proc.nmae` -> proc.name\n");
    EXPECT_EQ(faults_of("%drop.fd.nmae"),
              "[drop.fd.nmae] unknown field `fd.nmae` -> drop.fd.name\n");
    EXPECT_EQ(faults_of("100%"), "[%] a field is expected behind `%`\n");
    EXPECT_EQ(faults_of("100% sure"), "[ ] a field is expected here\n");
    EXPECT_EQ(faults_of("%%proc.name"), "[%] a field is expected here\n");
    EXPECT_EQ(faults_of("%fd.net"), "[fd.net] `fd.net` can be compared, but not printed\n");
    EXPECT_EQ(faults_of("%container.mount"),
              "[container.mount] `container.mount` wants an argument in brackets\n");
    EXPECT_EQ(faults_of("%tolower(proc.nmae)"),
              "[proc.nmae] unknown field `proc.nmae` -> proc.name\n");
    EXPECT_EQ(faults_of("%tolower(proc.name"), "[e] the parenthesis does not close\n");
    EXPECT_EQ(faults_of("%tolower()"), "[tolower()] `tolower` takes one argument\n");
    EXPECT_EQ(faults_of("%join(\",\")"), "[join(\",\")] `join` takes two arguments or more\n");
    EXPECT_EQ(faults_of("%concat(proc.name 5)"), "[5] `,` or `)` is expected here\n");
    EXPECT_EQ(faults_of("%concat(\"a, proc.name)"), "[\"] the quote does not close\n");
    EXPECT_EQ(faults_of("%one.two %proc.pid %three.four"),
              "[one.two] unknown field `one.two`\n[three.four] unknown field `three.four`\n");
}

TEST_F(OutputTemplate, DoesNotFallOverJunk) {
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "tolower(";
    EXPECT_NE(faults_of("%" + deep), "");
    EXPECT_NE(faults_of("%concat(" + std::string(5000, '(')), "");
    for (const char* text :
         {"%", "%5", "%*", "%[", "%a[", "%a[]", "%(", "%proc.name[", "%99999999999",
          "%getopt(proc.argv, \"a\")[", "%getopt(proc.argv,\"a\")[xy]", "%concat(,", "%concat(-)",
          "%concat(\"\\", "%\xff", "%.", "%..."}) {
        faults_of(text);
    }
}

TEST_F(OutputTemplate, OutsideOfSequencesThereAreNoSteps) {
    std::vector<OutputFault> faults;
    parse_output_format("%sequence.key", OutputScope{}, faults);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].message, "unknown field `sequence.key`");
}

}  // namespace
}  // namespace sequitur

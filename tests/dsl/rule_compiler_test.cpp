// Rules: macros, lists, overrides, exceptions, in the words of the compiled condition.
#include "tests/dsl/compile_support.h"

#include <gtest/gtest.h>

namespace sequitur::dsl {
namespace {

// What `condition` compiles to, behind `before`.
std::string compiled(const std::string& condition, const std::string& before = {}) {
    const Compiled result = must_compile({before + rule_text(condition)});
    return result.rules ? result.condition() : std::string();
}

// The same condition written out.
void expect_same(const std::string& before, const std::string& condition,
                 const std::string& written_out) {
    EXPECT_EQ(compiled(condition, before), compiled(written_out));
}

TEST(RuleCompiler, MacrosStandForTheirConditions) {
    expect_same("- macro: m\n  condition: proc.name = a or proc.name = b\n",
                "evt.type = execve and m",
                "evt.type = execve and (proc.name = a or proc.name = b)");
    expect_same("- macro: n\n  condition: fd.num > 3\n- macro: m\n  condition: n\n",
                "evt.type = openat and not m", "evt.type = openat and not fd.num > 3");
}

TEST(RuleCompiler, ListsAreSplicedAsElementsOnly) {
    const std::string lists =
        "- list: one\n  items: [a, b]\n- list: two\n  items: [one, '\"c d\"']\n";
    expect_same(lists, "evt.type = execve and proc.name in (two, e)",
                "evt.type = execve and proc.name in (a, b, \"c d\", e)");
    expect_same(lists, "evt.type = execve and proc.name in one",
                "evt.type = execve and proc.name in (a, b)");
    // Falco puts a list's text wherever its name stands; here a name in quotes is text.
    const Compiled quoted =
        must_compile({lists + rule_text("evt.type = execve and proc.name in (\"one\")")});
    EXPECT_EQ(quoted.condition().find("(a"), std::string::npos) << quoted.condition();
    EXPECT_NE(quoted.condition().find("one"), std::string::npos);
}

TEST(RuleCompiler, LaterDefinitionsReplaceEarlierOnes) {
    const Compiled result = must_compile(
        {"- macro: m\n  condition: proc.name = a\n" + rule_text("evt.type = execve and m"),
         "- macro: m\n  condition: proc.name = b\n"});
    EXPECT_NE(result.condition().find("proc.name = b"), std::string::npos) << result.condition();
    EXPECT_EQ(result.condition().find("proc.name = a"), std::string::npos);
}

TEST(RuleCompiler, RulesAreReplacedInTheirPlace) {
    const std::string other =
        "- rule: Other\n  desc: x\n  condition: evt.type = close\n  output: x\n  priority: INFO\n";
    const Compiled result = must_compile(
        {rule_text("evt.type = open") + other, rule_text("evt.type = execve", "  tags: [t]\n")});
    ASSERT_EQ(result.rules->rules.size(), 2u);
    EXPECT_EQ(result.rules->rules[0].info.name, "Example");
    EXPECT_EQ(result.rules->rules[0].info.tags, std::vector<std::string>{"t"});
    EXPECT_NE(result.condition(0).find("execve"), std::string::npos);
}

TEST(RuleCompiler, OverridesAppendAndReplace) {
    const Compiled result = must_compile(
        {"- list: shells\n  items: [sh]\n" +
             rule_text("evt.type = execve and proc.name in (shells)", "  tags: [a]\n"),
         "- list: shells\n  items: [bash]\n  override: {items: append}\n"
         "- rule: Example\n  condition: and fd.num > 3\n  tags: [b]\n  priority: ERROR\n"
         "  output: y %proc.name\n"
         "  override: {condition: append, tags: append, priority: replace, output: replace}\n"});
    EXPECT_NE(result.condition().find("bash"), std::string::npos);
    EXPECT_NE(result.condition().find("fd.num > 3"), std::string::npos);
    const DetectionInfo& info = result.rules->rules[0].info;
    EXPECT_EQ(info.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(info.priority, Priority::kError);
    EXPECT_EQ(info.output.source, "y %proc.name");
}

TEST(RuleCompiler, OldAppendWorksWithAWarning) {
    const Compiled result =
        must_compile({rule_text("evt.type = execve") +
                      "- rule: Example\n  append: true\n  condition: or evt.type = open\n"});
    EXPECT_NE(result.report.find("[-Wdeprecated]"), std::string::npos);
    EXPECT_NE(result.condition().find(" or "), std::string::npos);
}

TEST(RuleCompiler, DisabledRulesAreCheckedAndDoNotRun) {
    const Compiled off = must_compile({rule_text("evt.type = execve", "  enabled: false\n")});
    EXPECT_TRUE(off.rules->rules.empty());
    EXPECT_FALSE(compile_text({rule_text("evt.tpye = execve", "  enabled: false\n")}).rules);
}

TEST(RuleCompiler, UnknownSourcesAndFiltersAreSkipped) {
    const Compiled result = must_compile(
        {rule_text("ka.verb = get", "  source: k8s_audit\n"),
         "- rule: Second\n  desc: x\n  condition: ka.verb = get\n  output: x\n  priority: INFO\n"
         "  skip-if-unknown-filter: true\n"});
    EXPECT_TRUE(result.rules->rules.empty());
    const std::string by_output =
        "- rule: Third\n  desc: x\n  condition: evt.type = open\n  output: \"%ka.verb\"\n"
        "  priority: INFO\n";
    EXPECT_TRUE(
        must_compile({by_output + "  skip-if-unknown-filter: true\n"}).rules->rules.empty());
    EXPECT_FALSE(compile_text({by_output}).rules);
    EXPECT_NE(result.report.find("-Wunknown-source"), std::string::npos);
    EXPECT_NE(result.report.find("-Wunknown-filter"), std::string::npos);
}

TEST(RuleCompiler, JsonRulesHaveTheirOwnFields) {
    const Compiled result =
        must_compile({rule_text("json.value[/a/b] = c and evt.num > 0", "  source: json\n")});
    EXPECT_EQ(result.rules->rules.at(0).info.source, "json");
}

// Exceptions, each as the condition that it stands for.
void expect_exception(const std::string& exception, const std::string& condition) {
    const std::string text = rule_text("evt.type = execve", "  exceptions:\n" + exception);
    const Compiled result = must_compile({"- list: names\n  items: [x, y]\n" + text});
    ASSERT_TRUE(result.rules);
    EXPECT_EQ(result.condition(), compiled("evt.type = execve and not (" + condition + ")"));
}

TEST(Exceptions, OneField) {
    expect_exception("    - {name: e, fields: proc.name, values: [a, b]}\n", "proc.name in (a, b)");
    expect_exception("    - {name: e, fields: proc.name, values: [names]}\n",
                     "proc.name in (x, y)");
    expect_exception("    - {name: e, fields: proc.name, comps: startswith, values: [a, b]}\n",
                     "proc.name startswith anyof (a, b)");
    expect_exception("    - {name: e, fields: fd.num, comps: '>', values: [3, 5]}\n",
                     "fd.num > 3 or fd.num > 5");
    expect_exception("    - {name: e, fields: fd.name, comps: pmatch, values: [/etc, /usr]}\n",
                     "fd.name pmatch (/etc, /usr)");
}

TEST(Exceptions, SeveralFields) {
    expect_exception("    - {name: e, fields: [proc.name, fd.name], values: [[a, b], [c, d]]}\n",
                     "(proc.name = a and fd.name = b) or (proc.name = c and fd.name = d)");
    expect_exception(
        "    - {name: e, fields: [proc.name, fd.name], comps: [in, startswith],"
        " values: [[[a, names], /b], [\"(c, d)\", /e]]}\n",
        "(proc.name in (a, x, y) and fd.name startswith /b) or"
        " (proc.name in (c, d) and fd.name startswith /e)");
    expect_exception("    - {name: e, fields: [proc.name], values: [[a]]}\n", "proc.name = a");
    expect_exception("    - {name: e, fields: [proc.cmdline], values: [[\"a b\"]]}\n",
                     "proc.cmdline = \"a b\"");
}

TEST(Exceptions, SeveralAreJoinedWithOr) {
    expect_exception(
        "    - {name: e, fields: proc.name, values: [a]}\n"
        "    - {name: empty, fields: [proc.name, fd.name]}\n"
        "    - {name: f, fields: [fd.name], values: [[b]]}\n",
        "proc.name in (a) or fd.name = b");
}

TEST(Exceptions, AppendedValuesJoinTheNamedException) {
    const Compiled result = must_compile(
        {rule_text("evt.type = execve",
                   "  exceptions:\n    - {name: e, fields: proc.name, values: [a]}\n") +
         "- rule: Example\n  exceptions: [{name: e, values: [b]}]\n"
         "  override: {exceptions: append}\n"});
    EXPECT_EQ(result.condition(), compiled("evt.type = execve and not proc.name in (a, b)"));
}

TEST(RuleCompiler, ConstantsAreTyped) {
    const auto constant = [](const std::string& condition) {
        const Compiled result = must_compile({rule_text("evt.type = connect and " + condition)});
        const Condition& all =
            result.rules->conditions->condition(result.rules->rules[0].condition);
        return all.children.at(1).check.right.at(0).constant;
    };
    EXPECT_TRUE(std::holds_alternative<std::string>(constant("proc.name = 5")));
    EXPECT_EQ(constant("fd.num = 0x10"), Constant(std::int64_t{16}));
    EXPECT_EQ(constant("fd.sport = https"), Constant(std::int64_t{443}));
    EXPECT_EQ(constant("fd.connected = false"), Constant(false));
    EXPECT_EQ(std::get<IpNet>(constant("fd.sip = 10.1.2.3")).prefix_bits, 32);
    EXPECT_EQ(std::get<IpNet>(constant("fd.snet = 10.0.0.0/8")).prefix_bits, 8);
    EXPECT_EQ(constant("evt.buffer bcontains 0aff"), Constant(std::string("\x0a\xff")));
}

TEST(RuleCompiler, BooleanFieldsStandAlone) {
    expect_same("", "openat.flags.w AND NOT proc.name = x",
                "openat.flags.w = true and not proc.name = x");
}

TEST(RuleCompiler, TheIssueOfSensitiveFiles) {
    must_compile(
        {"- rule: Suspicious write to sensitive file\n"
         "  desc: A non-system process is trying to write to a sensitive file.\n"
         "  condition: >\n"
         "    openat.flags.w AND\n"
         "    (openat.name = \"/etc/passwd\" OR openat.name = \"/etc/shadow\") AND\n"
         "    proc.name != \"sshd\" AND proc.name != \"login\"\n"
         "  output: Suspicious write detected (user: %user.name, file: %openat.name)\n"
         "  priority: critical\n"});
}

}  // namespace
}  // namespace sequitur::dsl

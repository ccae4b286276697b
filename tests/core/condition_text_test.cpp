#include "tests/support/condition_builder.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

using enum Operator;

TEST(ConditionText, PrintsTheLanguage) {
    const Condition a = check("proc.name", kEq, {"sh"});
    const Condition b = check("user.uid", kGe, {1000});
    const Condition c = check("fd.name", kExists);
    struct Case {
        Condition condition;
        const char* text;
    };
    const Case cases[] = {
        {a, "proc.name = sh"},
        {b, "user.uid >= 1000"},
        {c, "fd.name exists"},
        {none(a), "not proc.name = sh"},
        {none(none(a)), "not not proc.name = sh"},
        {all({a, b, c}), "proc.name = sh and user.uid >= 1000 and fd.name exists"},
        {any({a, all({b, c})}), "proc.name = sh or user.uid >= 1000 and fd.name exists"},
        {all({a, any({b, c})}), "proc.name = sh and (user.uid >= 1000 or fd.name exists)"},
        {none(all({a, b})), "not (proc.name = sh and user.uid >= 1000)"},
        {none(any({a, b})), "not (proc.name = sh or user.uid >= 1000)"},
        {all({a, all({b, c})}), "proc.name = sh and (user.uid >= 1000 and fd.name exists)"},
        {all({a}), "proc.name = sh"},
        {all({any({a, b})}), "proc.name = sh or user.uid >= 1000"},
        {all({all({any({a, b})}), c}), "(proc.name = sh or user.uid >= 1000) and fd.name exists"},
        {compound(Condition::Kind::kTrue, {}), "evt.num >= 0"},
        {compound(Condition::Kind::kFalse, {}), "evt.num < 0"},
        {all({}), "evt.num >= 0"},
        {any({}), "evt.num < 0"},
        {check("proc.name", kIn, {"a", "b c", "and"}), "proc.name in (a, \"b c\", \"and\")"},
        {check("proc.name", kIn, {"7z", "5", "-x", "1.2.3.4", "true", "a-5"}),
         "proc.name in (\"7z\", \"5\", \"-x\", \"1.2.3.4\", \"true\", a-5)"},
        {check("proc.name", kIn, {}), "proc.name in ()"},
        {check("proc.name", kIn, {"a"}), "proc.name in (a)"},
        {check("proc.name", kContains, {"a", "b"}, Quantifier::kAnyof),
         "proc.name contains anyof (a, b)"},
        {check("proc.name", kEq, {"a"}, Quantifier::kOneof), "proc.name = oneof (a)"},
        {check("proc.name", kNe, {""}), "proc.name != \"\""},
        {check("proc.name", kEq, {"a\"\\\n\t\x01\xc3\xa4"}),
         "proc.name = \"a\\\"\\\\\\n\\t\\x01\xc3\xa4\""},
        {check("proc.name", kEq, {field("proc.pname")}), "proc.name = val(proc.pname)"},
        {check("proc.name", kIn, {field("proc.argv")}), "proc.name in val(proc.argv)"},
        {check("proc.exepath", kEq, {field("fd.name", 2)}), "proc.exepath = val(#2.fd.name)"},
        {check("proc.aname[2]", kEq, {"sshd"}), "proc.aname[2] = sshd"},
        {check("fd.ip", kEq, {net(1, 2, 3, 4)}), "fd.ip = 1.2.3.4"},
        {check("fd.net", kIn, {net(10, 0, 0, 0, 8), net(1, 2, 3, 4)}),
         "fd.net in (10.0.0.0/8, 1.2.3.4/32)"},
        {check("evt.buffer", kBcontains, {std::string("\0\xff", 2)}), "evt.buffer bcontains 00ff"},
        {check("evt.is_open_write", kEq, {true}), "evt.is_open_write = true"},
        {check("proc.fdusage", kGt, {0.5}), "proc.fdusage > 0.5"},
        {check("evt.rawres", kEq, {-2}), "evt.rawres = -2"},
        {check(transformed(Transformer::kTolower, {field("proc.name")}), kEq, {"sh"}),
         "tolower(proc.name) = sh"},
        {check(transformed(Transformer::kJoin, {",", field("proc.argv"), "x"}), kEq, {"sh"}),
         "join(\",\", proc.argv, \"x\") = sh"},
        {check(transformed(Transformer::kGetopt, {field("proc.argv"), "a:"}, "a"), kEq, {"x"}),
         "getopt(proc.argv, \"a:\")[a] = x"},
        {check("proc.name", kEq, {transformed(Transformer::kToupper, {"x"})}),
         "proc.name = toupper(\"x\")"},
    };
    for (const Case& c_ : cases) EXPECT_EQ(to_string(c_.condition), c_.text);
}

TEST(ConditionText, NamesEveryOperator) {
    for (int i = 0; i <= static_cast<int>(kPmatch); ++i) {
        EXPECT_FALSE(to_string(static_cast<Operator>(i)).empty()) << i;
    }
}

}  // namespace
}  // namespace sequitur

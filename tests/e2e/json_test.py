"""Sequences over JSON lines: rules as people write them, streams as they come, exact matches."""

import json
import os
import tempfile
import unittest

import program

HEAD = "- sequence: s\n  desc: d\n  output: done %sequence.steps\n  priority: INFO\n  source: json\n"


def step(name, type_, rest=""):
    return "{id: %s, condition: 'json.value[/e] = %s'%s}" % (name, type_, rest)


def absence(type_, rest=""):
    return "{not: 'json.value[/e] = %s'%s}" % (type_, rest)


def rule(steps, by="'json.value[/k]'", within="10ns", rest="", name="s"):
    text = HEAD.replace("sequence: s", "sequence: " + name)
    if by:
        text += "  by: %s\n" % by
    text += "  within: %s\n  steps:\n" % within
    return text + "".join("    - %s\n" % one for one in steps) + rest


def event(time, type_, key="x", **more):
    return {"t": time, "e": type_, "k": key, **more}


def replay(rules, events, *arguments):
    """The finished program over `events`, dicts or lines."""
    lines = [line if isinstance(line, str) else json.dumps(line) for line in events]
    with tempfile.TemporaryDirectory() as folder:
        rule_file = os.path.join(folder, "rules.yaml")
        with open(rule_file, "w", encoding="utf-8") as file:
            file.write(rules)
        stream = os.path.join(folder, "stream.ndjson")
        with open(stream, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        return program.run("replay", stream, "-r", rule_file, "--json", "--source", "json",
                           "--time", "/t", *arguments)


def nanoseconds(time):
    """Of an alert's time on the first of January 1970."""
    hours, minutes, rest = time.split("T")[1].rstrip("Z").split(":")
    seconds, ns = rest.split(".")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 10**9 + int(ns)


class Json(unittest.TestCase):
    def found(self, rules, events, *arguments):
        """[(time, (number of each step's event, ...)), ...] of the alerts."""
        done = replay(rules, events, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [(nanoseconds(alert["time"]),
                 tuple(one["evt.num"] for one in alert["sequence"]["steps"]))
                for alert in program.alerts_of(done.stdout)]

    def test_an_alert_shows_fields_key_and_source(self):
        rules = rule([step("a", "login"), step("b", "delete")]).replace(
            "done %sequence.steps", "by %a.json.value[/user/name] %b.json.value[/n] %sequence.key")
        done = replay(rules, [{"t": 5, "e": "login", "k": "x", "user": {"name": "eve\u00e9"}},
                              {"t": 7, "e": "delete", "k": "x", "n": 3.0}])
        [alert] = program.alerts_of(done.stdout)
        self.assertEqual(alert["source"], "json")
        self.assertEqual(alert["output"], "by eve\u00e9 3 x")
        sequence = alert["sequence"]
        self.assertEqual(sequence["key"], {"json.value[/k]": "x"})
        self.assertEqual(sequence["duration_ns"], 2)
        self.assertIs(sequence["complete"], True)
        self.assertEqual([one["evt.num"] for one in sequence["steps"]], [1, 2])

    def test_windows_to_the_nanosecond(self):
        rules = rule([step("a", "a"), step("b", "b")])
        for gap, expected in ((9, 1), (10, 1), (11, 0)):
            start = 1_700_000_000_000_000_000
            done = replay(rules, [event(start, "a"), event(start + gap, "b")])
            self.assertEqual(len(program.alerts_of(done.stdout)), expected, gap)

    def test_times_as_rfc3339(self):
        rules = rule([step("a", "a"), step("b", "b")], within="1ms")
        pair = [event("2026-01-02T03:04:05.9999999Z", "a"),
                event("2026-01-02T04:04:06+01:00", "b")]
        [alert] = program.alerts_of(replay(rules, pair).stdout)
        self.assertEqual(alert["time"], "2026-01-02T03:04:06.000000000Z")
        self.assertEqual(alert["sequence"]["duration_ns"], 100)

    def test_key_tuples(self):
        rules = rule([step("a", "a"), step("b", "b")], by="['json.value[/k]', 'json.value[/l]']")
        self.assertEqual(self.found(rules, [event(1, "a", "x", l=1), event(2, "b", "x", l=2),
                                            event(3, "b", "x"), event(4, "b", "x", l="1")]),
                         [(4, (1, 4))])

    def test_keys_do_not_run_together(self):
        rules = rule([step("a", "a"), step("b", "b")], by="['json.value[/k]', 'json.value[/l]']")
        self.assertEqual(self.found(rules, [event(1, "a", "ab", l="c"), event(2, "b", "a", l="bc"),
                                            event(3, "b", "ab", l="c")]), [(3, (1, 3))])

    def test_optional_keys(self):
        rules = rule([step("a", "a"), step("b", "b")], by="['?json.value[/k]']")
        self.assertEqual(self.found(rules, [event(1, "a", None), event(2, "b"),
                                            {"t": 3, "e": "b"}]), [(3, (1, 3))])

    def test_list_valued_keys(self):
        rules = rule([step("a", "a"), step("b", "b")])
        self.assertEqual(self.found(rules, [event(1, "a", ["p", "q", "p"]), event(2, "b", ["q", "r"]),
                                            event(3, "b", "p"), event(4, "b", [])]),
                         [(2, (1, 2)), (3, (1, 3))])

    def test_a_key_for_each_step(self):
        rules = rule([step("a", "a", ", by: 'json.value[/to]'"), step("b", "b")])
        self.assertEqual(self.found(rules, [event(1, "a", "x", to="y"), event(2, "b", "x"),
                                            event(3, "b", "y")]), [(3, (1, 3))])

    def test_no_key_is_the_whole_stream(self):
        rules = rule([step("a", "a"), step("b", "b")], by=None)
        self.assertEqual(self.found(rules, [event(1, "a", "x"), event(2, "b", "y")]), [(2, (1, 2))])

    def test_within_and_after_of_a_gap(self):
        rules = rule([step("a", "a"), step("b", "b", ", within: 3ns"), step("c", "c", ", after: 4ns")],
                     within="20ns")
        self.assertEqual(self.found(rules, [event(1, "a"), event(4, "b"), event(7, "c"),
                                            event(8, "c")]), [(8, (1, 2, 4))])
        self.assertEqual(self.found(rules, [event(1, "a"), event(5, "b"), event(10, "c")]), [])

    def test_runs_slide(self):
        rules = rule([step("a", "a", ", count: 3")])
        self.assertEqual(self.found(rules, [event(t, "a") for t in (1, 2, 3, 4)]),
                         [(3, (1, 2, 3)), (4, (2, 3, 4))])

    def test_at_least_counts_on(self):
        rules = rule([step("a", "a", ", count: {at_least: 3}")])
        done = replay(rules, [event(t, "a") for t in (0, 8, 11, 12, 13, 14)])
        [alert] = program.alerts_of(done.stdout)
        [first] = alert["sequence"]["steps"]
        self.assertEqual((first["evt.num"], first["count"]), (2, 3))
        self.assertEqual(nanoseconds(first["last"]), 12)

    def test_at_least_distinct(self):
        rules = rule([step("a", "a", ", count: {at_least: 2, distinct: 'json.value[/port]'}")])
        self.assertEqual([time for time, _ in self.found(
            rules, [event(1, "a", port=22), event(2, "a", port=22), event(3, "a"),
                    event(4, "a", port=80)])], [4])

    def test_optional_step(self):
        rules = rule([step("a", "a"), step("b", "b", ", optional: true"), step("c", "c")])
        self.assertEqual(self.found(rules, [event(1, "a"), event(2, "b"), event(3, "c"),
                                            event(4, "a"), event(5, "c")]),
                         [(3, (1, 2, 3)), (5, (4, 5))])

    def test_absence_in_the_middle(self):
        rules = rule([step("a", "a"), absence("x"), step("b", "b")])
        self.assertEqual(self.found(rules, [event(1, "a"), event(2, "x"), event(3, "b"),
                                            event(4, "a"), event(5, "x", "y"), event(6, "b")]),
                         [(6, (4, 6))])

    def test_absence_at_the_start(self):
        rules = rule([absence("x", ", for: 5ns"), step("a", "a"), step("b", "b")])
        self.assertEqual(self.found(rules, [event(1, "x"), event(6, "a"), event(7, "a"),
                                            event(8, "b")]), [(8, (3, 4))])

    def test_absence_at_the_end(self):
        rules = rule([step("a", "a"), absence("x", ", for: 5ns")])
        events = [event(1, "a", "f"), event(2, "a", "g"), event(6, "x", "f")]
        self.assertEqual(self.found(rules, events), [])
        self.assertEqual(self.found(rules, events + [event(7, "-")]), [(7, (2,))])
        self.assertEqual(self.found(rules, events, "--flush"), [(6, (2,))])

    def test_until(self):
        rules = rule([step("a", "a"), step("b", "b")], rest="  until: json.value[/e] = u\n")
        self.assertEqual(self.found(rules, [event(1, "a"), event(2, "u", "y"), event(3, "u"),
                                            event(4, "b"), event(5, "a"), event(6, "b")]),
                         [(6, (5, 6))])

    def test_match_policies(self):
        events = [event(1, "a"), event(2, "a"), event(3, "b"), event(4, "b")]
        expected = {"latest": [(3, (2, 3))], "first": [(3, (1, 3))],
                    "every": [(3, (1, 3)), (3, (2, 3)), (4, (1, 4)), (4, (2, 4))]}
        for policy, matches in expected.items():
            rules = rule([step("a", "a"), step("b", "b")], rest="  match: %s\n" % policy)
            self.assertEqual(self.found(rules, events), matches, policy)

    def test_any_of_and_all_of(self):
        parts = "[%s, %s]" % (step("p", "p"), step("q", "q"))
        any_of = rule([step("a", "a"), "any_of: " + parts])
        self.assertEqual(self.found(any_of, [event(1, "a"), event(2, "q")]), [(2, (1, 2))])
        all_of = rule(["all_of: " + parts, step("c", "c")])
        self.assertEqual(self.found(all_of, [event(1, "q"), event(2, "q"), event(3, "p"),
                                             event(4, "c")]), [(4, (1, 3, 4))])

    def test_equal_back_references_are_keys(self):
        rules = rule([step("a", "a"),
                      "{id: b, condition: 'json.value[/e] = b and json.value[/f] = val(a.json.value[/f])'}"])
        self.assertEqual(self.found(rules, [event(1, "a", f="m"), event(2, "a", f="n"),
                                            event(3, "b", f="m"), event(4, "b", f="n")]),
                         [(3, (1, 3)), (4, (2, 4))])

    def test_other_back_references_keep_several(self):
        rules = rule([step("a", "a"),
                      "{id: b, condition: 'json.value[/e] = b and json.value[/n] > val(a.json.value[/n])'}"])
        self.assertEqual(self.found(rules, [event(1, "a", n=10), event(2, "a", n=30),
                                            event(3, "b", n=9), event(4, "b", n=20)]),
                         [(4, (1, 4))])

    def test_numbers_are_compared_as_numbers(self):
        rules = rule(["{id: a, condition: 'json.value[/n] > 9 and json.value[/n] < 1e3'}",
                      "{id: b, condition: 'json.value[/n] = 5.0 and json.value[/l] intersects (q, z)'}"])
        self.assertEqual(self.found(rules, [event(1, "-", n=100), event(2, "-", n="9"),
                                            event(3, "-", n=5, l=["p"]), event(4, "-", n=5, l=["q"])]),
                         [(4, (1, 4))])

    def test_stages_of_stages(self):
        rules = rule([step("a", "a"), step("b", "b")], name="one")
        for number, (name, below) in enumerate((("two", "one"), ("three", "two"), ("four", "three"))):
            rules += rule(["{id: s, sequence: %s}" % below, step("n", str(number))], name=name)
        done = replay(rules, [event(1, "a"), event(2, "b"), event(3, "0"), event(4, "1"), event(5, "2")])
        self.assertEqual([(alert["rule"], nanoseconds(alert["time"]))
                          for alert in program.alerts_of(done.stdout)],
                         [("one", 2), ("two", 3), ("three", 4), ("four", 5)])

    def test_a_rule_as_a_step(self):
        rules = ("- rule: r\n  desc: d\n  source: json\n  condition: json.value[/e] = a\n"
                 "  output: o\n  priority: INFO\n" + rule(["{id: s, rule: r}", step("b", "b")]))
        done = replay(rules, [event(1, "a"), event(2, "b")])
        self.assertEqual([alert["rule"] for alert in program.alerts_of(done.stdout)], ["r", "s"])

    def test_suppression_and_exceptions(self):
        rest = ("  suppress: {by: ['json.value[/k]'], for: 5ns}\n"
                "  exceptions: [{name: e, fields: 'a.json.value[/who]', comps: in, values: [root]}]\n")
        rules = rule([step("a", "a"), step("b", "b")], rest=rest)
        events = [event(1, "a", who="root"), event(2, "b"), event(3, "a", who="eve"), event(4, "b"),
                  event(5, "a"), event(9, "b"), event(10, "a"), event(11, "b")]
        self.assertEqual(self.found(rules, events), [(4, (3, 4)), (11, (7, 8))])

    def test_disorder_within_the_lateness(self):
        rules = rule([step("a", "a"), step("b", "b")])
        events = [event(5, "b"), event(1, "a"), event(7, "a"), event(6, "c"), event(9, "b")]
        self.assertEqual([time for time, _ in self.found(rules, events, "--lateness", "5ns")], [5, 9])
        self.assertEqual([time for time, _ in self.found(rules, events)], [9])

    def test_what_comes_later_is_counted_and_taken_as_it_comes(self):
        rules = rule([step("a", "a"), step("b", "b")], within="1s")
        events = [event(100, "a"), event(200, "c"), event(50, "b"), event(300, "c")]
        done = replay(rules, events, "--lateness", "10ns", "--stats")
        stats = json.loads(done.stderr.splitlines()[-1])
        self.assertEqual(stats["dropped"]["late"], 1)

    def test_crossing_to_system_calls(self):
        rules = (rule(["{id: audit, condition: 'json.value[/verb] = exec', by: 'json.value[/pid]'}",
                       "{id: run, source: syscall, condition: 'evt.type = execve', by: proc.pid}"],
                      by="'json.value[/pid]'", within="1s"))
        lines = [{"ts": 10, "json": {"verb": "exec", "pid": 42}},
                 {"ts": 20, "pid": 41, "type": "execve", "ret": 0, "args": {"exe": "/bin/a"}},
                 {"ts": 30, "pid": 42, "type": "execve", "ret": 0, "args": {"exe": "/bin/b"}}]
        with tempfile.TemporaryDirectory() as folder:
            rule_file = os.path.join(folder, "rules.yaml")
            with open(rule_file, "w", encoding="utf-8") as file:
                file.write(rules)
            done = program.run("replay", "-", "-r", rule_file, "--json",
                               stdin="".join(json.dumps(line) + "\n" for line in lines))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        [alert] = program.alerts_of(done.stdout)
        self.assertEqual([one["evt.num"] for one in alert["sequence"]["steps"]], [1, 3])
        self.assertEqual(alert["sequence"]["steps"][1]["proc"]["pid"], 42)

    def across(self, *names, files=None):
        """The ids of the steps' events, of each alert, when files of both sources are replayed."""
        rules = (rule(["{id: audit, condition: 'json.value[/verb] = exec', by: 'json.value[/pid]'}",
                       "{id: run, source: syscall, condition: 'evt.type = execve', by: proc.pid}",
                       "{id: done, condition: 'json.value[/verb] = done', by: 'json.value[/pid]'}"],
                      by="'json.value[/pid]'", within="1s"))
        with tempfile.TemporaryDirectory() as folder:
            def path(name):
                return os.path.join(folder, name)
            for name, lines in {"rules.yaml": [rules], **files}.items():
                with open(path(name), "w", encoding="utf-8") as file:
                    file.write("".join(line if isinstance(line, str) else json.dumps(line) + "\n"
                                       for line in lines))
            self.assertEqual(
                program.run("convert", path("host.jsonl"), path("host.scap")).returncode, 0)
            outputs = {program.run("replay", *map(path, names), "-r", path("rules.yaml"), "--json",
                                   "--source", "json", "--time", "/at", "--shards", shards,
                                   "--batch", batch).stdout
                       for shards in ("1", "2", "7") for batch in ("1", "256")}
        [output] = outputs
        return [[(one["evt.num"], nanoseconds(one["time"])) for one in alert["sequence"]["steps"]]
                for alert in program.alerts_of(output)]

    @staticmethod
    def execve(time, pid):
        return {"ts": time, "pid": pid, "type": "execve", "ret": 0, "args": {"exe": "/bin/a"}}

    def test_captures_of_both_sources_are_one_stream(self):
        files = {
            # 41 runs before its audit line, 43 behind the end: by time, only 42 is in order.
            "host.jsonl": [{"proc": {"pid": 41}}, self.execve(20, 41), self.execve(40, 42),
                           self.execve(60, 43)],
            "trail.json": [{"at": 10, "verb": "exec", "pid": 42},
                           {"at": 30, "verb": "exec", "pid": 41},
                           {"at": 35, "verb": "exec", "pid": 43},
                           {"at": 50, "verb": "done", "pid": 42},
                           {"at": 55, "verb": "done", "pid": 43},
                           {"at": 70, "verb": "done", "pid": 41}]}
        expected = [[(1, 10), (5, 40), (6, 50)]]
        for host in ("host.scap", "host.jsonl"):
            self.assertEqual(self.across(host, "trail.json", files=files), expected)
            self.assertEqual(self.across("trail.json", host, files=files), expected)

    def test_several_captures_of_each_source_are_one_stream(self):
        files = {"host.jsonl": [self.execve(20, 41)], "host2.jsonl": [self.execve(40, 42)],
                 "a.jsonl": [{"at": 10, "verb": "exec", "pid": 42},
                             {"at": 50, "verb": "done", "pid": 42}],
                 "b.log": [{"at": 10, "verb": "exec", "pid": 41},
                           {"at": 45, "verb": "done", "pid": 41}]}
        # Of equal times, the one whose capture stands first on the command line.
        self.assertEqual(self.across("b.log", "host2.jsonl", "a.jsonl", "host.scap", files=files),
                         [[(1, 10), (3, 20), (5, 45)], [(2, 10), (4, 40), (6, 50)]])
        self.assertEqual(self.across("a.jsonl", "b.log", "host.jsonl", files=files),
                         [[(2, 10), (3, 20), (4, 45)]])

    def test_pointers_and_escapes(self):
        rules = rule(["{id: a, condition: 'json.value[/a~1b/0/c\\u00e9] = \"q\\\"\\\\\"'}",
                      "{id: b, condition: 'json.value[/none] exists or json.value[/flag] = true'}"])
        self.assertEqual(self.found(rules.replace("c\\u00e9", "c\u00e9"), [
            {"t": 1, "k": "x", "a/b": [{"c\u00e9": "q\"\\"}]}, {"t": 2, "k": "x", "none": None},
            {"t": 3, "k": "x", "flag": True}]), [(3, (1, 3))])

    def test_faults_are_told_by_line(self):
        rules = rule([step("a", "a"), step("b", "b")])
        for line, fault in (("{", "not valid JSON"), ("[1]", "not an object"),
                            ('{"e":"a"}', "/t: there is no time"),
                            ('{"t":"noon"}', "/t: 'noon' is neither"),
                            ('{"t":-1}', "/t: '-1' is not between"),
                            ('{"t":"2150-01-01T00:00:00Z"}', "is not between 1970 and")):
            done = replay(rules, [event(1, "a"), event(2, "b"), line, event(4, "a")])
            self.assertEqual(done.returncode, 1, line)
            self.assertIn("stream.ndjson:3: ", done.stderr)
            self.assertIn(fault, done.stderr)
            self.assertEqual(len(done.stdout.splitlines()), 1)
            skipped = replay(rules, [event(1, "a"), line, event(2, "b")], "--lenient", "--stats")
            self.assertEqual(skipped.returncode, 0, line)
            self.assertEqual(json.loads(skipped.stderr)["dropped"]["malformed"], 1)

    def test_command_line(self):
        self.assertEqual(program.run("replay", "-", "--source", "json").returncode, 2)
        self.assertEqual(program.run("replay", "-", "--time", "/t").returncode, 2)
        self.assertEqual(program.run("replay", "-", "--source", "xml", "--time", "/t").returncode, 2)

    def test_the_same_for_any_shards_and_batches(self):
        rules = rule([step("a", "a"), step("b", "b")], rest="  match: every\n") + rule(
            [step("a", "a"), absence("b", ", for: 2ns")], name="z")
        events = [event(t, "ab"[t * 7 % 5 % 2], "xyz"[t * t % 3]) for t in range(200)]
        outputs = {replay(rules, events, "--shards", shards, "--batch", batch).stdout
                   for shards in ("1", "2", "7") for batch in ("1", "3", "512")}
        self.assertEqual(len(outputs), 1)
        self.assertGreater(len(outputs.pop().splitlines()), 100)


if __name__ == "__main__":
    unittest.main()

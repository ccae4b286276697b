"""Sequences over event lines: what was lost shows, stages are no circles, tests may hold JSON."""

import json
import os
import tempfile
import unittest

import program

HEAD = "- sequence: %s\n  desc: d\n  output: o\n  priority: INFO\n"
CHMOD = {"type": "chmod", "ret": 0, "args": {"filename": "/a", "mode": "0755"}}
CHDIR = {"type": "chdir", "ret": 0, "args": {"path": "/"}}
OTHER = {"type": "getpid"}

PAIR = HEAD % "pair" + """\
  by: proc.pid
  within: 100ns
  steps:
    - {id: a, condition: evt.type = chmod}
    - {id: b, condition: evt.type = chdir}
"""
GUARD = HEAD % "guard" + """\
  by: proc.pid
  within: 100ns
  steps:
    - {id: a, condition: evt.type = chmod}
    - {not: evt.type = close, for: 50ns}
"""
QUIET = HEAD % "quiet" + """\
  by: proc.pid
  within: 100ns
  steps:
    - {not: evt.type = close, for: 50ns}
    - {id: a, condition: evt.type = chmod}
    - {id: b, condition: evt.type = chdir}
"""


class Sequence(unittest.TestCase):
    def run_with(self, rules, *arguments, stdin=""):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rules.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(rules)
            return program.run(*[path if one == "RULES" else one for one in arguments], stdin=stdin)

    def losses(self, rules, events):
        """{rule: losses or None when complete} of the alerts; and the statistics."""
        lines = "".join(json.dumps({"ts": ts, "pid": 1, **event}) + "\n" for ts, event in events)
        done = self.run_with(rules, "replay", "-", "-r", "RULES", "--json", "--stats", stdin=lines)
        self.assertEqual(done.returncode, 0)
        found = {}
        for alert in program.alerts_of(done.stdout):
            self.assertEqual(alert["sequence"]["complete"], "losses" not in alert["sequence"])
            found[alert["rule"]] = alert["sequence"].get("losses")
        return found, json.loads(done.stderr)

    def test_events_lost_within_the_window(self):
        lost = {**OTHER, "lost": 7}
        found, stats = self.losses(PAIR, [(10, CHMOD), (15, lost), (20, CHDIR)])
        self.assertEqual(found["pair"],
                         {"events_lost": 7, "params_truncated": 0, "matches_evicted": 0})
        self.assertEqual(stats["dropped"]["ring_full"], 7)
        for outside in ([(5, OTHER), (8, lost), (9, OTHER), (10, CHMOD), (20, CHDIR)],
                        [(10, CHMOD), (20, CHDIR), (21, OTHER), (25, lost)]):
            self.assertEqual(self.losses(PAIR, outside)[0], {"pair": None})

    def test_a_trailing_absence_that_spans_a_loss(self):
        found, _ = self.losses(GUARD, [(10, CHMOD), (30, OTHER), (40, {**OTHER, "lost": 2}),
                                       (70, OTHER)])
        self.assertEqual(found["guard"]["events_lost"], 2)

    def test_a_leading_absence_that_spans_a_loss(self):
        found, _ = self.losses(QUIET, [(10, OTHER), (20, {**OTHER, "lost": 2}), (60, CHMOD),
                                       (70, CHDIR)])
        self.assertEqual(found["quiet"]["events_lost"], 2)

    def test_arguments_that_were_cut(self):
        found, _ = self.losses(PAIR, [(10, {**CHMOD, "truncated": [1]}), (20, CHDIR)])
        self.assertEqual(found["pair"]["params_truncated"], 1)

    def test_stages_in_a_circle_are_refused(self):
        rules = "".join(HEAD % name + "  within: 1s\n  steps:\n    - {id: s, sequence: %s}\n"
                        "    - {id: b, condition: evt.type = chdir}\n" % below
                        for name, below in (("one", "three"), ("two", "one"), ("three", "two")))
        done = self.run_with(rules, "check", "RULES")
        self.assertEqual(done.returncode, 1)
        self.assertIn("rules.yaml:", done.stdout + done.stderr)

    def test_stages_four_deep(self):
        rules = PAIR.replace("100ns", "1s")
        for name, below in (("two", "pair"), ("three", "two"), ("four", "three")):
            rules += HEAD % name + ("  by: proc.pid\n  within: 1s\n  steps:\n"
                                    "    - {id: s, sequence: %s}\n"
                                    "    - {id: b, condition: evt.type = chdir}\n" % below)
        events = [(10, CHMOD)] + [(20 + i, CHDIR) for i in range(4)]
        found, _ = self.losses(rules, events)
        self.assertEqual(found, {name: None for name in ("pair", "two", "three", "four")})

    def test_rule_tests_may_hold_json(self):
        rules = """\
- sequence: s
  desc: d
  output: o
  priority: INFO
  source: json
  by: 'json.value[/pid]'
  within: 10s
  steps:
    - {id: audit, condition: 'json.value[/verb] = exec'}
    - {id: run, source: syscall, condition: evt.type = execve, by: proc.pid}
- test: a chain from the audit log to the host
  events:
    - {t: 1s, json: {verb: exec, pid: 10}}
    - {t: 2s, pid: 10, type: execve, ret: 0, args: {exe: /bin/a}}
  expect:
    - {rule: s, at: 2s, steps: [0, 1]}
"""
        done = self.run_with(rules, "test", "RULES")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)


if __name__ == "__main__":
    unittest.main()

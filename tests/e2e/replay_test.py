"""The program over captures: alerts, order, exit statuses, messages."""

import os
import tempfile
import unittest

import program

DROPPER = os.path.join(program.ROOT, "examples/dropper/dropper.jsonl")
BENIGN = os.path.join(program.ROOT, "examples/dropper/benign.jsonl")
RULES = os.path.join(program.RULES, "dropper.yaml")


class Replay(unittest.TestCase):
    def test_dropper_is_one_alert(self):
        done = program.run("replay", DROPPER, "-r", RULES, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        [alert] = program.alerts_of(done.stdout)
        self.assertEqual(alert["rule"], "Dropped file executed")
        self.assertEqual(alert["time"], "2026-01-02T03:04:09.000400000Z")
        self.assertEqual(alert["output_fields"]["drop.fd.name"], "/tmp/.cache")
        sequence = alert["sequence"]
        self.assertEqual(sequence["key"], {"file.id": "8:1/31337"})
        self.assertEqual(sequence["duration_ns"], 3_999_200_000)
        self.assertEqual([(step["id"], step["evt.num"], step["evt.type"], step["proc"]["pid"])
                          for step in sequence["steps"]],
                         [("drop", 4, "openat", 910), ("arm", 13, "fchmodat", 912),
                          ("run", 16, "execve", 913)])
        self.assertEqual(sequence["steps"][0]["proc"]["ancestors"], ["bash", "sshd", "systemd"])

    def test_benign_is_silent(self):
        done = program.run("replay", BENIGN, "-r", RULES, "--json")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_same_bytes_for_any_shards_and_batches(self):
        outputs = {program.run("replay", DROPPER, BENIGN, "--json", "--shards", shards,
                               "--batch", batch).stdout
                   for shards in ("1", "2", "7") for batch in ("1", "3", "512")}
        self.assertEqual(len(outputs), 1)
        self.assertIn("Dropped file executed", outputs.pop())

    def test_stdin(self):
        with open(DROPPER, encoding="utf-8") as file:
            done = program.run("replay", "-", "-r", RULES, stdin=file.read())
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^03:04:09\.000400000: Critical Dropped file executed ")

    def test_stats(self):
        import json
        done = program.run("replay", DROPPER, "-r", RULES, "--stats")
        stats = json.loads(done.stderr.splitlines()[-1])
        self.assertEqual(stats["events"], 17)
        self.assertEqual(stats["by_type"]["execve"], 4)
        self.assertEqual(stats["alerts"], 1)
        self.assertEqual(stats["partial_matches"]["completed"], 1)

    def test_damaged_line_is_named_after_what_stood_before(self):
        with open(DROPPER, encoding="utf-8") as file:
            lines = file.read().splitlines()
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as capture:
            capture.write("\n".join(lines + ['{"ts": 1, "pid": oops}']) + "\n")
            capture.flush()
            done = program.run("replay", capture.name, "-r", RULES)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{capture.name}:{len(lines) + 1}:", done.stderr)
            self.assertIn("Dropped file executed", done.stdout)
            lenient = program.run("replay", capture.name, "-r", RULES, "--lenient")
            self.assertEqual(lenient.returncode, 0)

    def test_lateness_puts_events_in_order(self):
        with open(DROPPER, encoding="utf-8") as file:
            lines = file.read().splitlines()
        lines[-2], lines[-3] = lines[-3], lines[-2]
        swapped = "\n".join(lines) + "\n"
        in_order = program.run("replay", DROPPER, "-r", RULES).stdout
        done = program.run("replay", "-", "-r", RULES, "--lateness", "5s", stdin=swapped)
        self.assertEqual(done.stdout, in_order)


class CommandLine(unittest.TestCase):
    def test_exit_statuses(self):
        self.assertEqual(program.run("--help").returncode, 0)
        self.assertEqual(program.run("replay", "--help").returncode, 0)
        self.assertEqual(program.run().returncode, 2)
        self.assertEqual(program.run("replay").returncode, 2)
        self.assertEqual(program.run("dance").returncode, 2)
        self.assertEqual(program.run("replay", "/nowhere.jsonl", "-r", RULES).returncode, 1)

    def test_check(self):
        self.assertEqual(program.run("check", program.RULES).returncode, 0)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as rules:
            rules.write("- rule: r\n  desc: d\n  condition: proc.nmae = x\n  output: o\n"
                        "  priority: INFO\n")
            rules.flush()
            done = program.run("check", rules.name)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{rules.name}:3:14: error:", done.stdout + done.stderr)
            self.assertIn("proc.name", done.stdout + done.stderr)

    def test_configuration_faults_are_located(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings:
            settings.write("json_output: yes please\nrule_files: [a]\nshards: 0\n")
            settings.flush()
            done = program.run("run", "-c", settings.name)
            self.assertEqual(done.returncode, 1)
            for place in (":1:14: error:", ":2:1: error:", ":3:9: error:"):
                self.assertIn(settings.name + place, done.stderr)
            self.assertIn("rules_files", done.stderr)

    def test_fields_and_events(self):
        self.assertIn("proc.name", program.run("fields", "proc.name").stdout)
        self.assertIn("openat", program.run("events", "openat").stdout)


if __name__ == "__main__":
    unittest.main()

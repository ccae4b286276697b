"""Captures of both formats: the same alerts, converted without loss, damaged ones told; and what
Debian's sysdig makes of them, where it is installed."""

import gzip
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

import program

DROPPER = os.path.join(program.ROOT, "examples/dropper/dropper.jsonl")


class Captures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def convert(self, source, name):
        path = self.path(name)
        done = program.run("convert", source, path)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        return path

    def replay(self, path):
        return program.run("replay", path, "-r", program.RULES, "--json")

    def test_alerts_are_the_same_in_any_format(self):
        expected = self.replay(DROPPER)
        self.assertIn("Dropped file executed", expected.stdout)
        for name in ("a.scap", "a.scap.gz", "b.jsonl"):
            done = self.replay(self.convert(DROPPER, name))
            self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", expected.stdout))

    def test_standard_input_is_what_its_first_bytes_say(self):
        expected = self.replay(DROPPER).stdout
        command = [program.PROGRAM, "replay", "-", "-r", program.RULES, "--json"]
        for path in (DROPPER, self.convert(DROPPER, "a.scap"), self.convert(DROPPER, "a.scap.gz")):
            with open(path, "rb") as file:
                from_file = subprocess.run(command, stdin=file, capture_output=True, check=True)
                file.seek(0)
                from_pipe = subprocess.run(command, input=file.read(), capture_output=True,
                                           check=True)
            self.assertEqual(from_file.stdout.decode(), expected, path)
            self.assertEqual(from_pipe.stdout.decode(), expected, path)
        nothing = subprocess.run(command, input=b"", capture_output=True, check=True)
        self.assertEqual(nothing.stdout, b"")

    def test_there_and_back_nothing_is_lost(self):
        lines = self.convert(DROPPER, "lines.jsonl")  # as the program writes them
        back = self.convert(self.convert(lines, "a.scap"), "back.jsonl")
        again = self.convert(back, "again.scap.gz")
        with open(lines, encoding="utf-8") as one, open(back, encoding="utf-8") as other:
            self.assertEqual(one.read(), other.read())
        with gzip.open(again, "rb") as one, open(self.path("a.scap"), "rb") as other:
            self.assertEqual(one.read(), other.read())

    def test_damage_is_told_after_what_stood_before(self):
        path = self.convert(DROPPER, "a.scap")
        with open(path, "rb") as file:
            whole = file.read()
        last = len(whole) - struct.unpack("<I", whole[-4:])[0]
        with open(path, "wb") as file:
            file.write(whole[:-10])
        done = self.replay(path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}: damaged at byte {last}: ", done.stderr)
        self.assertIn("Dropped file executed", done.stdout)
        converted = program.run("convert", path, self.path("rest.jsonl"))
        self.assertEqual(converted.returncode, 1)
        self.assertIn("Dropped file executed", self.replay(self.path("rest.jsonl")).stdout)

    def test_captures_put_together_are_histories_of_their_own(self):
        path = self.convert(DROPPER, "a.scap")
        once = self.replay(path).stdout
        with open(path, "rb") as file:
            whole = file.read()
        with open(path, "ab") as file:
            file.write(whole)
        done = self.replay(path)
        self.assertEqual((done.returncode, done.stdout), (0, once * 2))

    def test_command_line(self):
        self.assertEqual(program.run("convert", DROPPER, self.path("a.txt")).returncode, 1)
        self.assertEqual(program.run("convert", "/nowhere.scap", self.path("a.jsonl")).returncode,
                         1)
        path = self.convert(DROPPER, "a.scap")
        self.assertEqual(program.run("convert", path, path).returncode, 2)
        self.assertEqual(self.replay(path).returncode, 0)

    @unittest.skipUnless(shutil.which("sysdig"), "sysdig is not installed")
    def test_sysdig_lists_it(self):
        for name in ("a.scap", "a.scap.gz"):
            path = self.convert(DROPPER, name)
            done = subprocess.run(["sysdig", "-r", path, "-p", "%evt.type %proc.name %fd.name"],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("openat cp /tmp/.cache", done.stdout.splitlines())


if __name__ == "__main__":
    unittest.main()

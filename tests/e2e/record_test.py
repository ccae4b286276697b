"""Recording this host: a replay of it raises the alerts, whatever ends the recording."""

import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import program

DROPPED = "Dropped file executed"


class Record(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(dir="/var/tmp")
        self.addCleanup(self.folder.cleanup)
        self.attack = (f"cp /bin/true {self.folder.name}/x; chmod +x {self.folder.name}/x; "
                       f"{self.folder.name}/x")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def start(self, *arguments):
        process = subprocess.Popen([program.PROGRAM, "record", *arguments],
                                   stderr=subprocess.PIPE, text=True)
        self.assertEqual(process.stderr.readline(), "ready\n")
        return process

    def rules_of(self, path):
        done = program.run("replay", path, "-r", program.RULES, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [alert["rule"] for alert in program.alerts_of(done.stdout)
                if self.folder.name in str(alert)]

    def test_a_command_and_its_alerts(self):
        for name in ("a.scap", "a.scap.gz", "a.jsonl"):
            with self.subTest(name):
                done = program.run("record", "-w", self.path(name), "--", "sh", "-c", self.attack)
                self.assertEqual((done.returncode, done.stderr), (0, "ready\n"))
                self.assertIn(DROPPED, self.rules_of(self.path(name)))

    def test_what_a_killed_recording_has_written_is_whole(self):
        for name in ("k.scap", "k.scap.gz"):
            with self.subTest(name):
                process = self.start("-w", self.path(name))
                subprocess.run(["sh", "-c", self.attack], check=True)
                time.sleep(2)  # longer than records wait to be written
                process.send_signal(signal.SIGKILL)
                process.communicate()
                self.assertIn(DROPPED, self.rules_of(self.path(name)))

    def test_rotated_files_stand_alone(self):
        process = self.start("-w", self.path("r.scap"), "--rotate-seconds", "1", "--keep", "3")
        deadline = time.monotonic() + 20
        while not os.path.exists(self.path("r-00005.scap")) and time.monotonic() < deadline:
            subprocess.run(["sh", "-c", self.attack], check=True)
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        process.stderr.close()
        names = [os.path.basename(name) for name in sorted(glob.glob(self.path("r-*.scap")))]
        self.assertEqual(len(names), 3)
        self.assertGreaterEqual(names[-1], "r-00005.scap")
        self.assertIn(DROPPED, self.rules_of(self.path(names[0])))

    def test_rotation_by_size(self):
        process = self.start("-w", self.path("s.scap"), "--rotate-size", "1mb")
        deadline = time.monotonic() + 20
        while not os.path.exists(self.path("s-00002.scap")) and time.monotonic() < deadline:
            subprocess.run(["find", "/usr/include"], stdout=subprocess.DEVNULL, check=True)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        process.stderr.close()
        self.assertTrue(os.path.exists(self.path("s-00002.scap")))
        self.assertLess(os.path.getsize(self.path("s-00001.scap")), 64 << 20)

    @unittest.skipUnless(shutil.which("sysdig"), "sysdig is not installed")
    def test_sysdig_lists_it(self):
        path = self.path("a.scap")
        program.run("record", "-w", path, "--", "sh", "-c", self.attack)
        done = subprocess.run(["sysdig", "-r", path, "-p", "%evt.type %proc.name"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("execve x", done.stdout.splitlines())


if __name__ == "__main__":
    program.run_live_tests()

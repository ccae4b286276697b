"""Attacks and their harmless twins, really run on this host under `sequitur run`."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import program

DROPPED = "Dropped file executed"
DOWNLOADED = "Downloaded file executed"
IN_MEMORY = "Program executed from memory"
ACCOUNT = "Account file opened for writing"

PYTHON_DROPPER = """
import os, sys
with open("/bin/true", "rb") as source: program = source.read()
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
os.write(fd, program)
os.fchmod(fd, 0o755)
os.close(fd)
os.execv(sys.argv[1], [sys.argv[1]])
"""

MEMORY_RUNNER = """
import os
fd = os.memfd_create("payload", 0)
with open("/bin/true", "rb") as source: os.write(fd, source.read())
os.execve("/proc/self/fd/%d" % fd, ["payload"], {})
"""


def shell(command):
    subprocess.run(["/bin/sh", "-c", command], check=True)


class Folder:
    """A folder with a name that occurs nowhere else on the host."""

    def __init__(self, parent):
        self.path = tempfile.mkdtemp(prefix="sequitur-e2e-", dir=parent)

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


class Attacks(unittest.TestCase):
    def watch(self, attack, parent="/tmp", rules=program.RULES):
        """The alerts about what `attack(folder)` did in a folder of its own below `parent`."""
        with Folder(parent) as folder:
            with program.Watcher(rules=rules) as watcher:
                attack(folder)
            return watcher.alerts_about(folder)

    def assert_one(self, alerts, rule):
        self.assertEqual([alert["rule"] for alert in alerts], [rule])
        return alerts[0]

    def test_shell(self):
        alert = self.assert_one(self.watch(
            lambda d: shell(f"cp /bin/true {d}/x; chmod +x {d}/x; {d}/x")), DROPPED)
        self.assertEqual([step["id"] for step in alert["sequence"]["steps"]],
                         ["drop", "arm", "run"])
        names = [step["proc"]["name"] for step in alert["sequence"]["steps"]]
        self.assertEqual(names, ["cp", "chmod", "x"])
        times = [step["time"] for step in alert["sequence"]["steps"]]
        self.assertEqual(times, sorted(times))
        self.assertIn("file.id", alert["sequence"]["key"])
        self.assertEqual(alert["priority"], "Critical")

    def test_renamed_between(self):
        self.assert_one(self.watch(
            lambda d: shell(f"cp /bin/true {d}/a; mv {d}/a {d}/b; chmod +x {d}/b; {d}/b")), DROPPED)

    def test_renamed_before_execution(self):
        self.assert_one(self.watch(
            lambda d: shell(f"cp /bin/true {d}/a; chmod +x {d}/a; mv {d}/a {d}/b; {d}/b")), DROPPED)

    def test_three_child_processes(self):
        def attack(folder):
            for command in ("cp /bin/true {0}/x", "chmod 700 {0}/x", "exec {0}/x"):
                shell(command.format(folder))
        alert = self.assert_one(self.watch(attack), DROPPED)
        self.assertEqual(len({step["proc"]["pid"] for step in alert["sequence"]["steps"]}), 3)

    def test_python_by_descriptor(self):
        self.assert_one(self.watch(lambda d: subprocess.run(
            [sys.executable, "-c", PYTHON_DROPPER, f"{d}/x"], check=True)), DROPPED)

    def test_relative_path(self):
        self.assert_one(self.watch(
            lambda d: shell(f"cd {d}; cp /bin/true x; chmod +x ./x; ./x")), DROPPED)

    def test_script(self):
        self.assert_one(self.watch(lambda d: shell(
            f"printf '#!/bin/sh\\n:\\n' > {d}/x; chmod +x {d}/x; {d}/x")), DROPPED)

    def test_hard_link(self):
        self.assert_one(self.watch(lambda d: shell(
            f"cp /bin/true {d}/a; ln {d}/a {d}/b; rm {d}/a; chmod +x {d}/b; {d}/b")), DROPPED)

    def test_written_and_armed_but_not_run(self):
        self.assertEqual(self.watch(
            lambda d: shell(f"cp /bin/true {d}/x; chmod +x {d}/x; ls -l {d}/x >/dev/null")), [])

    def test_another_file_is_run(self):
        self.assertEqual(self.watch(lambda d: shell(
            f"cp /bin/true {d}/x; chmod +x {d}/x; cp {d}/x {d}/y; /bin/true {d}/x")), [])

    def test_recreated_under_the_same_name(self):
        # What runs is not what was made executable; only its own three steps would count.
        self.assertEqual(self.watch(lambda d: shell(
            f"cp /bin/true {d}/x; chmod +x {d}/x; rm {d}/x; "
            f"ln /bin/true {d}/x 2>/dev/null || ln -s /bin/true {d}/x; {d}/x")), [])

    def test_directory_not_named(self):
        self.assertEqual(self.watch(
            lambda d: shell(f"cp /bin/true {d}/x; chmod +x {d}/x; {d}/x"), parent="/opt"), [])

    def test_window_passed(self):
        with open(os.path.join(program.RULES, "dropper.yaml"), encoding="utf-8") as file:
            rules = file.read().replace("within: 60s", "within: 1s")
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as short:
            short.write(rules)
            short.flush()
            late = "cp /bin/true {0}/x; chmod +x {0}/x; sleep 1.3; {0}/x"
            self.assertEqual(self.watch(lambda d: shell(late.format(d)), rules=short.name), [])
            early = "cp /bin/true {0}/x; chmod +x {0}/x; sleep 0.3; {0}/x"
            self.assert_one(self.watch(lambda d: shell(early.format(d)), rules=short.name), DROPPED)

    def test_program_executed_from_memory(self):
        with program.Watcher() as watcher:
            runner = subprocess.Popen([sys.executable, "-c", MEMORY_RUNNER])
            runner.wait()
        pids = [step["proc"]["pid"] for alert in watcher.alerts if alert["rule"] == IN_MEMORY
                for step in alert["sequence"]["steps"]]
        self.assertEqual(pids, [runner.pid, runner.pid])

    def test_downloaded_file_executed(self):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        with Folder("/var/tmp") as site:
            shutil.copy("/bin/true", f"{site}/payload")
            handler = functools.partial(Quiet, directory=site)
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                url = f"http://127.0.0.1:{server.server_address[1]}/payload"
                alerts = self.watch(lambda d: shell(
                    f"curl -s -o {d}/x {url} && chmod +x {d}/x && {d}/x"))
                server.shutdown()
        self.assertEqual({alert["rule"] for alert in alerts}, {DOWNLOADED, DROPPED})
        download = next(alert for alert in alerts if alert["rule"] == DOWNLOADED)
        self.assertEqual(download["sequence"]["steps"][0]["proc"]["name"], "curl")

    def in_control_group(self, root):
        """What is said of a program that starts in a group which is named as a container's."""
        container = "3f2a" * 16
        group = os.path.join(root, f"docker-{container}.scope")
        try:
            os.mkdir(group)
        except OSError as error:
            self.skipTest(f"no control group can be made in {root}: {error}")
        rule = ("- rule: In the container\n  desc: x\n  priority: INFO\n"
                f"  condition: evt.type = execve and container.id = {container[:12]}\n"
                "  output: started %proc.cmdline in %container.id (%thread.cgroups)\n")
        try:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as rules:
                rules.write(rule)
                rules.flush()
                return self.watch(lambda d: shell(
                    f"echo $$ > {group}/cgroup.procs; /bin/true {d}"), rules=rules.name)
        finally:
            # The last process of a group is gone a moment before the group is empty.
            for _ in range(50):
                try:
                    os.rmdir(group)
                    break
                except OSError:
                    time.sleep(0.1)

    def test_container_by_the_unified_control_group(self):
        with tempfile.TemporaryDirectory() as mounted:
            mount = ["mount", "-t", "cgroup2", "none", mounted]
            if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode != 0:
                self.skipTest("no cgroup2 can be mounted")
            try:
                alert = self.assert_one(self.in_control_group(mounted), "In the container")
                self.assertIn("in 3f2a3f2a3f2a (=/docker-", alert["output"])
            finally:
                subprocess.run(["umount", mounted], check=True)

    def test_container_by_the_control_group_of_memory(self):
        root = "/sys/fs/cgroup/memory"
        if not os.path.isdir(root):
            self.skipTest("control groups are unified here")
        alert = self.assert_one(self.in_control_group(root), "In the container")
        self.assertIn("(memory=/docker-", alert["output"])

    def test_account_file_opened_for_writing(self):
        # Opened for append and closed again; as nobody, an attempt that fails.
        open_it = "exec 3>>/etc/passwd"
        with program.Watcher() as watcher:
            root = subprocess.Popen(["/bin/sh", "-c", open_it])
            root.wait()
            nobody = subprocess.Popen(["/bin/sh", "-c", open_it], user=65534, group=65534,
                                      stderr=subprocess.DEVNULL)
            nobody.wait()
            shell("cat /etc/passwd >/dev/null")
        outputs = [alert["output"] for alert in watcher.alerts if alert["rule"] == ACCOUNT]
        self.assertEqual(len(outputs), 2, watcher.alerts)
        self.assertIn("result=SUCCESS user=root", outputs[0])
        self.assertIn("result=EACCES user=nobody", outputs[1])


if __name__ == "__main__":
    program.run_live_tests()

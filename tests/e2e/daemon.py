"""`sequitur run` as a daemon of its own folder: configuration, rules, state; for the tests of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import program

MARKER = """
- rule: Marker opened
  desc: A file of the test's own was opened.
  condition: evt.type in (open, openat) and fd.name startswith {folder}/marker
  output: opened %fd.name by %proc.name
  priority: NOTICE
  tags: [test, T1005]
"""


def until(condition, seconds=20, what="that"):
    """Waits for `condition()` to become true; returns what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come within {seconds} s")


class Site:
    """A folder with a configuration, in which daemons are run one after another."""

    def __init__(self, settings="", rules=MARKER):
        self.folder = tempfile.mkdtemp(prefix="sequitur-daemon-", dir="/var/tmp")
        os.mkdir(self.path("rules.d"))
        os.mkdir(self.path("state"))
        self.write("rules.yaml", rules.replace("{folder}", self.folder))
        self.write("sequitur.yaml",
                   "rules_files: [rules.yaml, rules.d]\nself_protection: false\n" +
                   settings.replace("{folder}", self.folder))
        self.daemon = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """As editors do: a new file in the old one's place."""
        with open(self.path(name + ".new"), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name + ".new"), 0o644)
        os.rename(self.path(name + ".new"), self.path(name))

    def read(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def lines(self, name):
        return self.read(name).splitlines()

    def alerts(self, name="alerts"):
        return [json.loads(line) for line in self.lines(name)]

    def await_save(self):
        """Until the state on disk was made after now: of two files that come, the second was."""
        for _ in range(2):
            before = self.saved_ns()
            until(lambda: self.saved_ns() != before, what="a snapshot")

    def saved_ns(self):
        try:
            return os.stat(self.path("state/state")).st_mtime_ns
        except FileNotFoundError:
            return 0

    def touch(self, *names):
        for name in names:
            open(self.path("marker-" + name), "a", encoding="utf-8").close()

    def start(self, *arguments, environment=None):
        self.daemon = Daemon(["-c", self.path("sequitur.yaml"), *arguments], environment)
        return self.daemon

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.kill()
        shutil.rmtree(self.folder)


class Daemon:
    """One run, from `ready` on."""

    def __init__(self, arguments, environment=None, prefix=()):
        self.said = []
        self.process = subprocess.Popen(
            [*prefix, program.PROGRAM, "run", *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self.printed = []
        self.readers = [threading.Thread(target=self.follow, daemon=True),
                        threading.Thread(target=self.follow_stdout, daemon=True)]
        for reader in self.readers:
            reader.start()
        until(lambda: self.has_said("ready") or self.process.poll() is not None, 60, "ready")
        if not self.has_said("ready"):
            self.readers[0].join()
            text = "\n".join(self.said)
            if self.process.returncode == 3:
                raise program.Refused(text)
            raise AssertionError(f"ended with {self.process.returncode}: {text}")

    def follow(self):
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))

    def follow_stdout(self):
        self.printed += self.process.stdout

    def has_said(self, text):
        return any(text in line for line in self.said)

    def await_line(self, text, seconds=20):
        until(lambda: self.has_said(text), seconds, f"'{text}' in {self.said}")

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """The way a service manager does; returns the exit status."""
        self.process.terminate()
        return self.process.wait(timeout=30)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)


class Listener:
    """Datagrams, or the lines of a stream, that come to a unix socket."""

    def __init__(self, path, kind=socket.SOCK_DGRAM):
        self.received = []
        self.socket = socket.socket(socket.AF_UNIX, kind)
        self.socket.bind(path)
        self.kind = kind
        if kind == socket.SOCK_STREAM:
            self.socket.listen()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        if self.kind == socket.SOCK_DGRAM:
            while True:
                self.received.append(self.socket.recv(1 << 20))
        while True:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self.received.append((time.time_ns(), line))


RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin:/bin")


class Rsyslog:
    """rsyslogd with the site's rsyslog.conf, once its log.sock is there."""

    def __init__(self, site):
        self.site = site

    def __enter__(self):
        self.process = subprocess.Popen(
            [RSYSLOGD, "-n", "-f", self.site.path("rsyslog.conf"), "-i",
             self.site.path("rsyslog.pid")], stderr=subprocess.DEVNULL)
        until(lambda: os.path.exists(self.site.path("log.sock")), what="rsyslogd")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

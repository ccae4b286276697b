"""Runs the sequitur program for the end-to-end tests: once, or as a watcher beside an attack."""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ["SEQUITUR"]
ROOT = os.environ["SEQUITUR_ROOT"]
RULES = os.path.join(ROOT, "rules")


def run(*arguments, stdin=None):
    """The finished process of `sequitur ARGUMENTS`, with its output as text."""
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, text=True,
                          timeout=120, check=False)


def alerts_of(text):
    return [json.loads(line) for line in text.splitlines()]


class Refused(Exception):
    """The system does not let the program watch; carries what it said."""


class Watcher:
    """`sequitur run --json` on this host, from `ready` until the block ends."""

    def __init__(self, *arguments, rules=RULES):
        self.arguments = ["run", "--json", "-r", rules, *arguments]
        self.alerts = []
        self.messages = ""

    def __enter__(self):
        self.out = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([PROGRAM, *self.arguments], stdout=self.out,
                                        stderr=subprocess.PIPE, text=True)
        watchdog = threading.Timer(60, self.process.kill)
        watchdog.start()
        for line in self.process.stderr:
            self.messages += line
            if line.strip() == "ready":
                watchdog.cancel()
                return self
        watchdog.cancel()
        if self.process.wait() == 3:
            raise Refused(self.messages.strip())
        raise AssertionError("never became ready: " + self.messages)

    def __exit__(self, *_):
        self.process.terminate()
        self.messages += self.process.communicate(timeout=120)[1]
        self.out.seek(0)
        self.alerts = alerts_of(self.out.read())

    def alerts_about(self, text):
        """The alerts that name `text` (a path of the test's own) anywhere."""
        return [alert for alert in self.alerts if text in json.dumps(alert)]


def skip_where_none_can_watch():
    if "SEQUITUR_CAN_WATCH" in os.environ:
        return
    try:
        with Watcher():
            pass
    except Refused as refusal:
        print(f"skipped: {refusal}")
        sys.exit(77)


def run_live_tests():
    """The main program of tests that watch this host; skipped, with the reason, where none can."""
    skip_where_none_can_watch()
    unittest.main()


def run_live_tests_side_by_side():
    """The same for tests that each have a folder and a daemon of their own: as many at once as
    there are CPUs, and one more, because they wait most of the time. With the names of tests on
    the command line just these, one after another."""
    if len(sys.argv) > 1:
        run_live_tests()
    skip_where_none_can_watch()
    names = [test.id().split(".", 1)[1] for suite in
             unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
             for test in suite]

    def run_one(name):
        begin = time.monotonic()
        done = subprocess.run([sys.executable, "-B", sys.argv[0], name], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "SEQUITUR_CAN_WATCH": "1"})
        is_good = done.returncode == 0
        print(f"{name}: {'ok' if is_good else 'FAILED'} ({time.monotonic() - begin:.1f} s)"
              + ("" if is_good and "skipped" not in done.stdout else "\n" + done.stdout), flush=True)
        return is_good

    with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        results = list(pool.map(run_one, names))
    print(f"{sum(results)} of {len(results)} tests passed")
    sys.exit(0 if all(results) and results else 1)

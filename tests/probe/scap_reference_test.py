#!/usr/bin/env python3
"""Captures read by this program and by an independent reader: the same events and the same state.

The other reader (check.py, state.py) and the captures are not part of the project; the test looks
for them in the folder that SEQUITUR_REFERENCE names, or beside the project, and skips itself where
they are not.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import unittest

DUMP = os.environ["SEQUITUR_STATE_DUMP"]
ROOT = pathlib.Path(os.environ["SEQUITUR_ROOT"])
REFERENCE = pathlib.Path(os.environ.get("SEQUITUR_REFERENCE", ROOT.parent / "shared"))
CAPTURES = sorted((REFERENCE / "captures").glob("*.scap"))

if not CAPTURES or not (REFERENCE / "scap" / "state.py").is_file():
    print(f"skipped: no captures with a reference reader in {REFERENCE}")
    sys.exit(77)
sys.path.insert(0, str(REFERENCE / "scap"))
import check  # noqa: E402  pylint: disable=wrong-import-position
import state  # noqa: E402  pylint: disable=wrong-import-position


def text(value):
    """A text of the dump; bytes that are no UTF-8 come as hexadecimal digits."""
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"]).decode(errors="replace")
    return value


def reference_of(path):
    """Event counts by type after conversion, and the state at the end."""
    capture = check.read(str(path))
    host, converter, types = state.St(capture), check.Conv(), collections.Counter()
    for event in capture.events:
        event = converter.run(event)
        if event is None:
            continue
        types[str(event.type)] += 1
        host.step(event)
    if host.rm is not None:  # what the last event ended
        host.t.pop(host.rm, None)
    if host.rmfd is not None:
        tid, fd = host.rmfd
        if tid in host.t:
            host.fdt(host.t[tid]).pop(fd, None)
    return types, host


def known(value):
    return "" if value in (None, "<NA>") else value


class Reference(unittest.TestCase):
    maxDiff = None

    def check_processes(self, host, dumped):
        theirs = {tid: thread for tid, thread in host.t.items()
                  if tid == thread.pid and not getattr(thread, "fake", False) and 0 < tid < 2**31}
        mine = {process["pid"]: process for process in dumped}
        self.assertEqual(sorted(mine), sorted(theirs))
        differences = []
        for tid, thread in theirs.items():
            process = mine[tid]
            pairs = {
                "name": (text(process["name"]), known(thread.comm)),
                "exe": (text(process["exe"]), known(thread.exe)),
                "exepath": (text(process["exepath"]), known(thread.exepath)),
                "cwd": (text(process["cwd"]), known(thread.cwd)),
                "args": ([a for a in text(process["args"]).split("\0")[:-1]], thread.args),
                "fds": (sorted(map(int, process["fds"])),
                        sorted(fd for fd in thread.fds if 0 <= fd < 1024)),
            }
            parent = host.t.get(thread.ptid)
            if parent is not None:
                pairs["ppid"] = (process["ppid"], parent.pid)
            for fd, entry in thread.fds.items():
                if str(fd) in process["fds"]:
                    name = text(process["fds"][str(fd)][1])
                    pairs[f"fd {fd}"] = (name, known(entry["name"]))
            differences += [(tid, what, a, b) for what, (a, b) in pairs.items() if a != b]
        self.assertEqual(differences, [])

    def test_captures(self):
        for path in CAPTURES:
            with self.subTest(path.name):
                done = subprocess.run([DUMP, str(path)], capture_output=True, text=True,
                                      timeout=120, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                dumped = json.loads(done.stdout)
                types, host = reference_of(path)
                self.assertEqual(dumped["types"], dict(types))
                self.check_processes(host, dumped["processes"])


if __name__ == "__main__":
    unittest.main(warnings="ignore")

"""Every evasion and its harmless twin, really run on this host under one `sequitur run`.

    EVASION_PROGRAMS=BUILD/tests/e2e/evasions run.py [--only TEXT] [--write FILE] [--alone]

At least 95 of 100 have to be seen, and no twin may raise an alert; a second watcher to which the kernel
sends everything has to raise the same, unless --alone says that there is none. --write makes
docs/evasions.md.
"""

import concurrent.futures
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import program  # noqa: E402
import table  # noqa: E402
from variants import VARIANTS  # noqa: E402

WANTED = 0.95
SKIPPED = 77
READS_BESIDE = "open(I, '<', $0 =~ s/[.]pl$//r); <I>; 1\n"  # the file whose name begins its own


def programs():
    """What the variants call, as the build made it."""
    folder = os.environ["EVASION_PROGRAMS"]
    return {"E": f"{folder}/evade", "PAYLOAD": f"{folder}/payload",
            "LIBRARY": f"{folder}/library.so"}


class Run:
    """One command in a folder of its own, which exists before the watcher does."""

    def __init__(self, number, variant, is_twin):
        self.variant, self.is_twin = variant, is_twin
        self.token = f"ev{os.getpid()}n{number:02}{'t' if is_twin else 'a'}"
        self.folder = os.path.join(variant.parent, self.token)
        self.outside = os.path.join("/opt", self.token)
        self.programs = programs()
        self.status, self.words = None, ""
        for path in (self.folder, self.outside, f"{self.folder}/root/tmp"):
            os.makedirs(path)
            os.chmod(path, 0o777)
        os.symlink(self.outside, f"{self.folder}/old.d")
        for name in ("old", "root/old"):
            shutil.copy(self.programs["PAYLOAD"], f"{self.folder}/{name}")
        shutil.copy(self.programs["LIBRARY"], f"{self.folder}/old.so")
        for name, text in (("old.sh", ":\n"), ("old.py", "pass\n"), ("old.pl", READS_BESIDE),
                           ("old.awk", "BEGIN{}\n")):
            with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
                file.write(text)
        subprocess.run(["tar", "-C", os.path.dirname(self.programs["PAYLOAD"]), "--transform",
                        "s/payload/x/", "-cf", f"{self.folder}/old.tar", "payload"], check=True)

    def go(self):
        command = self.variant.twin if self.is_twin else self.variant.attack
        done = subprocess.run(
            ["unshare", "-m", "/bin/sh", "-c", command], check=False, cwd="/", timeout=120,
            env={**os.environ, **self.programs, "D": self.folder, "T": self.token},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace")
        self.status, self.words = done.returncode, done.stderr.strip()

    def remove(self):
        for path in (self.folder, self.outside):
            shutil.rmtree(path, ignore_errors=True)


def watch(runs):
    """Runs them all under two watchers, the second without push-down; each run's alerts of both."""
    is_alone = "--alone" in sys.argv
    second = contextlib.nullcontext() if is_alone else program.Watcher("--no-push-down", "--stats")
    with program.Watcher() as watcher, second as other:
        slow = [run for run in runs if run.variant.slow]
        with concurrent.futures.ThreadPoolExecutor(len(slow) + 1) as pool:
            begun = [pool.submit(run.go) for run in slow]
            for run in runs:
                if not run.variant.slow:
                    run.go()
            for one in begun:
                one.result()
    of_each = [[one.alerts_about(run.token) for run in runs] for one in (watcher, other or watcher)]
    return *of_each, 0 if is_alone else lost_by(other)


def lost_by(watcher):
    """How many records did not reach it: to whom everything is sent, a busy host sends too much."""
    return json.loads(watcher.messages.strip().splitlines()[-1])["dropped"]["ring_full"]


def chosen():
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    return [variant for variant in VARIANTS if only in variant.title]


def shape(alerts):
    """What two watchers have to agree on."""
    return [(alert["rule"], [step["evt.type"] for step in alert["sequence"]["steps"]])
            for alert in alerts if "sequence" in alert]


def judge(runs, alerts, all_sent, lost):
    """Rows of the table, and what is wrong."""
    rows, faults = [], []
    for run, pushed, sent in zip(runs, alerts, all_sent):
        missing = [one for one in shape(sent) if one not in shape(pushed)]
        if missing or (not lost and sorted(shape(pushed)) != sorted(shape(sent))):
            faults.append(f"{run.variant.title}: with push-down {shape(pushed)}, without {shape(sent)}")
    for (attack, twin), (seen, false) in zip(zip(runs[::2], runs[1::2]),
                                             zip(alerts[::2], alerts[1::2])):
        title = attack.variant.title
        for run in (attack, twin):
            if run.status not in (0, SKIPPED):
                faults.append(f"{title}: {'twin' if run.is_twin else 'attack'} ended with "
                              f"{run.status}: {run.words}")
        for alert in false:
            faults.append(f"{title}: the twin raised '{alert['rule']}': {alert['output']}")
        rows.append(table.Row(attack.variant, seen, false, attack.status == SKIPPED))
    return rows, faults


def main():
    runs = [Run(number, variant, is_twin)
            for number, variant in enumerate(chosen()) for is_twin in (False, True)]
    try:
        alerts, all_sent, lost = watch(runs)
    except program.Refused as refusal:
        print(f"skipped: {refusal}")
        return SKIPPED
    finally:
        for run in runs:
            run.remove()
    rows, faults = judge(runs, alerts, all_sent, lost)
    print(table.text(rows))
    tried = [row for row in rows if not row.is_skipped]
    seen = sum(row.is_seen for row in tried)
    for row in tried:
        if not row.is_seen and not row.variant.unseen:
            faults.append(f"{row.variant.title}: not seen")
    print(f"{seen} of {len(tried)} seen, {sum(bool(row.false) for row in tried)} twins raised "
          f"alerts, {len(rows) - len(tried)} not possible here")
    if "--write" in sys.argv:
        with open(sys.argv[sys.argv.index("--write") + 1], "w", encoding="utf-8") as file:
            file.write(table.page(rows, platform.release()))
    if seen < WANTED * len(tried):
        faults.append(f"only {seen} of {len(tried)} seen")
    if lost:
        print(f"the watcher to which everything is sent lost {lost} records: what it did not see is "
              "not compared")
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

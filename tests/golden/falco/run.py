#!/usr/bin/env python3
"""Runs the rule tests of this folder with the program.

Usage: run.py own|stock [-v]   (the program: $SEQUITUR)

own: rules of our own wording, in own/. stock: Falco's rule files, which lie beside the checkout in
shared/falco (or in $SEQUITUR_FALCO_RULES) and are no part of it; without them the test is skipped.
@FALCO@ in a test file stands for their folder. Every rule in them has to be expected by a test, and
named by a "near miss", a test in which it does not fire.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIP = 77
STOCK_FILES = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"]


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def falco_rules():
    told = os.environ.get("SEQUITUR_FALCO_RULES")
    folder = Path(told) if told else HERE.parents[3] / "shared" / "falco"
    missing = [name for name in STOCK_FILES if not (folder / name).is_file()]
    if missing:
        skip(f"Falco's rule files are not in {folder}")
    return folder.resolve()


def test_files(folder):
    """The files that hold tests; others are rules for them."""
    return [path for path in sorted(folder.glob("*.yaml"))
            if re.search(r"^- test:", path.read_text(), re.M)]


def prepared(folder, falco, into):
    """A copy of the folder in which @FALCO@ is put in."""
    copy = Path(into) / folder.name
    shutil.copytree(folder, copy)
    for path in copy.rglob("*.yaml"):
        path.write_text(path.read_text().replace("@FALCO@", str(falco)))
    return copy


def unquoted(text):
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def uncovered(folder, falco):
    """What is missing for every stock rule to be tried both ways."""
    expected, missed = set(), set()
    for path in test_files(folder):
        for test in re.split(r"^(?=- test:)", path.read_text(), flags=re.M)[1:]:
            name = unquoted(re.match(r"- test: *(.*)", test).group(1))
            rules = {rule.strip() for rule in re.findall(r"- \{rule: (.*?), at:", test)}
            expected |= rules
            near = name.split(", near miss: ")
            if len(near) == 2 and near[0] not in rules:
                missed.add(near[0])
    for name in STOCK_FILES:
        for rule in re.findall(r"^- rule: *(.*?) *$", (falco / name).read_text(), re.M):
            if rule not in expected:
                yield f"{name}: no test expects '{rule}'"
            if rule not in missed:
                yield f"{name}: '{rule}' has no near miss"


def run(files, is_verbose):
    """Whether the program says that all tests of the files pass."""
    done = subprocess.run([os.environ["SEQUITUR"], "test", *map(str, files)],
                          capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    for line in lines:
        if is_verbose or line.startswith(("not ok", "#")):
            print(line)
    print(done.stderr, end="")
    passed = sum(line.startswith("ok ") for line in lines)
    failed = sum(line.startswith("not ok ") for line in lines)
    print(f"{passed} passed, {failed} failed")
    return done.returncode == 0 and passed > 0


def main():
    kind, is_verbose = sys.argv[1], "-v" in sys.argv
    if "SEQUITUR" not in os.environ:
        sys.exit("run.py: SEQUITUR says which program to try")
    folder = HERE / kind
    if kind == "own":
        sys.exit(0 if run(test_files(folder), is_verbose) else 1)
    falco = falco_rules()
    faults = list(uncovered(folder, falco))
    for fault in faults:
        print(fault)
    with tempfile.TemporaryDirectory(prefix="sequitur-") as into:
        passed = run(test_files(prepared(folder, falco, into)), is_verbose)
    sys.exit(0 if passed and not faults else 1)


if __name__ == "__main__":
    main()

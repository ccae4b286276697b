#!/usr/bin/env python3
"""Holds what `sequitur test` says of the tests in cases.yaml, all of which fail, to cases.tap.

UPDATE_GOLDEN=1 in the environment rewrites cases.tap.
"""
import difflib
import os
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent


def output_of(form):
    run = subprocess.run([os.environ["SEQUITUR"], "test", "--format", form, "cases.yaml"], cwd=HERE,
                         capture_output=True, text=True, check=False)
    if run.returncode != 1:
        sys.exit(f"exit status {run.returncode}, not 1\n{run.stderr}")
    return run.stdout


said = output_of("tap")
expectation = HERE / "cases.tap"
if os.environ.get("UPDATE_GOLDEN"):
    expectation.write_text(said)
difference = list(difflib.unified_diff(expectation.read_text().splitlines(), said.splitlines(),
                                       "expected", "said", lineterm=""))
if difference:
    sys.exit("\n".join(difference))

suites = xml.etree.ElementTree.fromstring(output_of("junit"))
failures = suites.findall("testsuite/testcase/failure")
if len(failures) != said.count("\nnot ok "):
    sys.exit(f"JUnit tells of {len(failures)} failures, TAP of {said.count('not ok ')}")

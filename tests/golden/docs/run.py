#!/usr/bin/env python3
"""The YAML that README.md and docs/rule-language.md show is right, and its rule tests pass.

Blocks of whole objects are one rule file, in their order. A block that shows a part of an object is
put where it belongs first.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RULE = "- rule: Around\n  desc: x\n  condition: evt.type = openat\n  output: x\n  priority: INFO\n"
SEQUENCE = ("- macro: spawned\n  condition: evt.type = execve\n"
            "- rule: Some rule\n  desc: x\n  condition: evt.type = unlink\n  output: x\n"
            "  priority: INFO\n"
            "- sequence: Around\n  desc: x\n  by: proc.entity\n  within: 1h\n  output: x\n"
            "  priority: INFO\n")
DROP = "  steps:\n    - drop: evt.type = openat\n"


def blocks(page):
    text = (ROOT / page).read_text()
    found = re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
    if not found:
        sys.exit(f"{page} shows no YAML")
    return found


def completed(part):
    """A part of an object, in an object."""
    part = part.replace("CONDITION", "evt.type = connect")
    if part.startswith("  exceptions:"):
        return RULE + part
    if part.startswith("  steps:"):
        return SEQUENCE + part
    if part.startswith("    - "):
        return SEQUENCE + DROP + part
    sys.exit(f"neither objects nor a known part of one:\n{part}")


def run(verb, name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(text)
        result = subprocess.run([os.environ["SEQUITUR"], verb, str(path)], capture_output=True,
                                text=True, check=False)
    if result.returncode != 0 or "error" in result.stderr:
        sys.exit(f"{verb} {name}: exit status {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


for page in ["README.md", "docs/rule-language.md"]:
    whole = [block for block in blocks(page) if block.startswith("- ")]
    parts = [block for block in blocks(page) if not block.startswith("- ")]
    run("check", page, "".join(whole))
    for part in parts:
        run("check", page, completed(part))
    if page.startswith("docs/"):
        passed = run("test", page, "".join(whole))
        if passed.count("\nok ") < 2:
            sys.exit(f"{page}: too few tests ran\n{passed}")

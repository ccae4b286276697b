"""What editors and shells get: the schema of rule files and the completion scripts."""

import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

SEQUITUR = os.environ["SEQUITUR"]
ROOT = Path(os.environ["SEQUITUR_ROOT"])


def output_of(*arguments):
    return subprocess.run([SEQUITUR, *arguments], check=True, capture_output=True, text=True).stdout


class Schema(unittest.TestCase):
    def test_the_file_in_the_tree_is_what_the_program_prints(self):
        written = json.loads((ROOT / "dsl/rule.schema.json").read_text())
        self.assertEqual(written, json.loads(output_of("schema")),
                         "sequitur schema | python3 -m json.tool > dsl/rule.schema.json")

    def test_shipped_rules_are_valid(self):
        try:
            import jsonschema
            import yaml
        except ImportError:
            self.skipTest("python3-jsonschema and python3-yaml are not installed")
        schema = json.loads(output_of("schema"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        files = sorted((ROOT / "rules").rglob("*.yaml"))
        files += sorted((ROOT / "../shared/falco").glob("*.yaml"))
        self.assertGreater(len(files), 1)
        for file in files:
            faults = [f"{file}: {fault.message}"
                      for fault in validator.iter_errors(yaml.safe_load(file.read_text()))]
            self.assertEqual(faults, [])
        for wrong in ([{"rule": []}], [{"sequence": "x", "whithin": "5s"}], {"rule": "x"}):
            self.assertFalse(validator.is_valid(wrong), wrong)


class Completion(unittest.TestCase):
    def completed_by_bash(self, *words):
        line = " ".join(f'"{word}"' for word in ("sequitur", *words))
        script = output_of("completion", "bash") + (
            f"\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _sequitur; echo \"${{COMPREPLY[@]}}\"")
        return subprocess.run(["bash", "-c", script], check=True, capture_output=True,
                              text=True).stdout.split()

    def test_bash(self):
        self.assertEqual(self.completed_by_bash("rep"), ["replay"])
        self.assertEqual(self.completed_by_bash("replay", "--shar"), ["--shards"])
        self.assertEqual(self.completed_by_bash("check", "--format", ""), ["text", "json", "sarif"])
        self.assertEqual(self.completed_by_bash("check", ""), [])  # Files, by the shell itself.

    def test_other_shells_can_read_theirs(self):
        for shell in ("zsh", "fish"):
            script = output_of("completion", shell)
            self.assertIn("replay", script)
            if shutil.which(shell):
                subprocess.run([shell, "-n", "/dev/stdin"], input=script, text=True, check=True)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])

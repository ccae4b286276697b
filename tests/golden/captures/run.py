#!/usr/bin/env python3
"""The small captures of the fuzz corpus: what the state stage makes of each is as written down.

UPDATE_GOLDEN=1 in the environment writes it down anew.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CAPTURES = HERE.parents[1] / "fuzz" / "corpus" / "scap_fuzz"
DUMP = os.environ["SEQUITUR_STATE_DUMP"]


def dump(capture, folder):
    """What the program says: its exit status and message, event counts, processes."""
    path = pathlib.Path(folder) / (capture.name + ".scap")
    shutil.copyfile(capture, path)
    done = subprocess.run([DUMP, path.name], cwd=folder, capture_output=True, text=True,
                          timeout=60, check=False)
    return {"status": done.returncode, "message": done.stderr.strip(), **json.loads(done.stdout)}


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for capture in sorted(CAPTURES.iterdir()):
            expected = HERE / (capture.name + ".json")
            found = json.dumps(dump(capture, folder), indent=1, sort_keys=True) + "\n"
            if os.environ.get("UPDATE_GOLDEN") == "1":
                expected.write_text(found, encoding="utf-8")
            elif not expected.is_file() or expected.read_text(encoding="utf-8") != found:
                failures += 1
                print(f"{capture.name}: not as in {expected}:\n{found}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

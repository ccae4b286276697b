"""A million events of a made-up host: the same bytes for any number of shards and batch size.

With SEQUITUR_EVENTS in the environment, that many instead.
"""

import os
import subprocess
import tempfile
import unittest

import program

EVENTS = int(os.environ.get("SEQUITUR_EVENTS", "1000000"))
DROPPER_EVERY = max(EVENTS // 20, 100)


class Shards(unittest.TestCase):
    def test_same_bytes(self):
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as capture:
            made = subprocess.run([os.environ["SEQUITUR_SYNTHESIZE"], str(EVENTS), "7",
                                   str(DROPPER_EVERY)], stdout=capture, stderr=subprocess.PIPE,
                                  text=True, check=True)
            droppers = int(made.stderr.split()[0])
            outputs = {}
            for shards, batch in (("1", "512"), ("2", "512"), ("7", "512"), ("7", "33")):
                done = program.run("replay", capture.name, "-r", program.RULES, "--json",
                                   "--shards", shards, "--batch", batch)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                outputs[shards, batch] = done.stdout
        self.assertGreater(droppers, 5)
        first = outputs["1", "512"]
        self.assertEqual(first.count('"rule":"Dropped file executed"'), droppers)
        for how, output in outputs.items():
            self.assertEqual(output, first, f"shards, batch: {how}")


if __name__ == "__main__":
    unittest.main()

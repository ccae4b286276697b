"""What the program says where it is not let, and its exit status."""

import os
import subprocess
import sys
import unittest

import program

COMMAND = [program.PROGRAM, "run", "-r", program.RULES]
TYPES = "/sys/kernel/btf"


class Refusals(unittest.TestCase):
    def refused(self, *before, **options):
        done = subprocess.run([*before, *COMMAND], capture_output=True, text=True, timeout=60,
                              check=False, **options)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        self.assertNotIn("ready", done.stderr)
        return done.stderr

    def test_nobody(self):
        said = self.refused(user=65534, group=65534)
        self.assertIn("lacks CAP_PERFMON and CAP_BPF", said)
        self.assertIn("Run it as root", said)

    def test_root_without_one_capability(self):
        said = self.refused("setpriv", "--bounding-set=-sys_admin,-bpf")
        self.assertIn("lacks CAP_BPF. Run", said)

    def test_a_kernel_without_types(self):
        said = self.refused("unshare", "-m", "sh", "-c",
                            f'mount -t tmpfs none {TYPES} && exec "$@"', "sh")
        self.assertIn("no type information", said)
        self.assertIn("CONFIG_DEBUG_INFO_BTF", said)

    def test_the_other_verbs_that_trace(self):
        for verb in (["record", "--write", "/dev/null.jsonl"], ["trace"]):
            done = subprocess.run([program.PROGRAM, *verb], capture_output=True, text=True,
                                  timeout=60, check=False, user=65534, group=65534)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("lacks CAP_PERFMON and CAP_BPF", done.stderr)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: only root can give up what is asked for here")
        sys.exit(77)
    unittest.main()

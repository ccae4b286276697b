#!/usr/bin/env python3
"""The files for Kubernetes, Helm and Ansible are well-formed, and agree with the program."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
RULES = ("{extends: default, rules: {line-length: {max: 110}, braces: {max-spaces-inside: 0}, "
         "truthy: disable}}")


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


def block_of(text, key):
    """The text of a YAML block scalar, by its key."""
    lines = text.split(f"{key}: |\n", 1)[1].splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    block = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            break
        block.append(line[indent:])
    return "\n".join(block) + "\n"


def main():
    program = sys.argv[1]
    daemonset = PACKAGING / "kubernetes/daemonset.yaml"
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings.yaml")
        settings.write_text(block_of(daemonset.read_text(), "10-kubernetes.yaml"))
        done = subprocess.run([program, "config", "check", "-c", settings], check=False,
                              stderr=subprocess.PIPE, text=True)
        expect(done.returncode == 0, f"the DaemonSet's settings are valid: {done.stderr}")
    for text in (daemonset.read_text(),
                 (PACKAGING / "helm/sequitur/templates/daemonset.yaml").read_text()):
        expect("livenessProbe" in text and "hostPID: true" in text, "there is a liveness probe")
        expect("add: [BPF, PERFMON, SYS_PTRACE, DAC_READ_SEARCH]" in text and
               "privileged: true" not in text, "four capabilities are enough")
    for script in (PACKAGING / "debian").iterdir():
        subprocess.run(["sh", "-n", script], check=True)
    if shutil.which("yamllint") is None:
        print("skipped: no yamllint here")
        return 77
    files = [daemonset, PACKAGING / "helm/sequitur/Chart.yaml", PACKAGING / "helm/sequitur/values.yaml",
             PACKAGING / "ansible"]
    done = subprocess.run(["yamllint", "-d", RULES, *files], check=False, stdout=subprocess.PIPE,
                          text=True)
    expect(done.returncode == 0, f"yamllint is content: {done.stdout}")
    if shutil.which("helm"):
        subprocess.run(["helm", "lint", PACKAGING / "helm/sequitur"], check=True)
    if shutil.which("ansible-lint"):
        subprocess.run(["ansible-lint", "--offline", PACKAGING / "ansible/roles/sequitur"], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

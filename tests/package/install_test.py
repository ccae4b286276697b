#!/usr/bin/env python3
"""The Debian package installs, runs, upgrades and purges in a fresh Debian 12. Needs root and the
network: debootstrap makes the system, apt installs what the package depends on.

install_test.py --build BUILD --cpack CPACK [CHROOT]   CHROOT is made where it is not there, and is
                                                       used again the next time.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOUNTS = ("proc", "sys")
FOUR = "-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search"
RULE = """
- sequence: Two markers
  desc: A file was opened, then another.
  by: proc.ancestry
  within: 300s
  steps:
    - one: evt.type in (open, openat) and fd.name endswith /marker-one
    - two: evt.type in (open, openat) and fd.name endswith /marker-two
  output: both by %two.proc.name
  priority: NOTICE
"""


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


class Debian:
    """A system below a folder."""

    def __init__(self, root):
        self.root = root
        self.daemon = None
        if not (root / "bin/sh").exists():
            print("debootstrap ...", flush=True)
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root], check=True,
                           stdout=subprocess.DEVNULL)

    def __enter__(self):
        for name in MOUNTS:
            subprocess.run(["mount", "--rbind", f"/{name}", self.root / name], check=True)
            subprocess.run(["mount", "--make-rslave", self.root / name], check=True)
        return self

    def __exit__(self, *_):
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
        for name in MOUNTS:
            subprocess.run(["umount", "--recursive", "--lazy", self.root / name], check=False)

    def run(self, *command):
        done = subprocess.run(["chroot", self.root, *command], check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                                   "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})
        expect(done.returncode == 0, f"{command}: {done.stdout}")
        return done.stdout

    def start(self):
        """The daemon as the unit runs it: its own user, four capabilities, a state folder."""
        for name in ("lib", "log"):
            self.run("install", "-d", "-o", "sequitur", "-g", "sequitur", f"/var/{name}/sequitur")
        self.daemon = subprocess.Popen(
            ["chroot", self.root, "setpriv", "--reuid=sequitur", "--regid=sequitur",
             "--clear-groups", f"--inh-caps={FOUR}", f"--ambient-caps={FOUR}",
             f"--bounding-set={FOUR}", "env", "STATE_DIRECTORY=/var/lib/sequitur",
             "sequitur", "run"], stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.daemon.stderr:
            said.append(line)
            if line.strip() == "ready":
                return said
        sys.exit(f"the daemon did not start: {said}")

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        expect(self.daemon.wait(timeout=30) == 0, "the daemon stops when told")
        self.daemon = None


def next_version(package, folder):
    """The package as a later version with other rules in it."""
    tree = folder / "later"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: (.*)$", r"Version: \1+later", control.read_text()))
    for name in ("rules/dropper.yaml", "sequitur.yaml"):
        path = tree / "etc/sequitur" / name
        path.write_text(path.read_text() + "# of the later version\n")
    later = folder / "later.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, later], check=True,
                   stdout=subprocess.DEVNULL)
    return later


def open_file(path):
    with open(path, "a", encoding="utf-8"):
        pass


def check_installed(debian, settings):
    expect("sequitur" in debian.run("sequitur", "--version"), "the program runs")
    expect("ok" in debian.run("sequitur", "config", "check"), "the settings are valid")
    debian.run("sequitur", "check", "/etc/sequitur/rules")
    expect((debian.root / "usr/share/man/man8/sequitur.8.gz").exists(), "there is a manual page")
    expect("sequitur" in debian.run("getent", "passwd", "sequitur"), "there is a user of its own")
    # What the operator changes and adds.
    settings.write_text(settings.read_text() + "outputs:\n"
                        "  file: {type: file, path: /var/log/sequitur/alerts}\n")
    own = debian.root / "etc/sequitur/rules.d/own.yaml"
    own.write_text(RULE)
    return own


def upgrade(debian, own, settings):
    """What was changed stays, what was not is new, and an attack that straddles it is caught."""
    alerts = debian.root / "var/log/sequitur/alerts"
    rule = debian.root / "etc/sequitur/rules/dropper.yaml"
    debian.start()
    open_file(debian.root / "tmp/marker-one")
    time.sleep(0.5)
    debian.stop()
    debian.run("dpkg", "--force-confdef", "--force-confold", "-i", "/later.deb")
    expect("later" in debian.run("dpkg-query", "-W", "sequitur"), "the later version is installed")
    expect("path: /var/log" in settings.read_text(), "edited settings stay")
    expect("of the later version" in rule.read_text(), "rules that nobody edited are the later ones")
    expect(own.exists(), "own rules stay")
    expect("/var/log/sequitur/alerts" in debian.run("sequitur", "config", "show"),
           "edited settings are in force")
    said = debian.start()
    # The shipped rules may have some of their own open.
    expect(any(re.search(r"resumed [1-9]\d* partial matches", line) for line in said),
           f"it goes on: {said}")
    open_file(debian.root / "tmp/marker-two")
    end = time.monotonic() + 20
    while time.monotonic() < end and not (alerts.exists() and "both by python" in alerts.read_text()):
        time.sleep(0.05)
    expect(alerts.exists() and "both by python" in alerts.read_text(), "the attack over the upgrade is caught")
    debian.stop()


def remove(debian, own, settings):
    debian.run("apt-get", "remove", "-y", "sequitur")
    expect(settings.exists(), "configuration stays after a removal")
    expect((debian.root / "var/lib/sequitur/state").exists(), "and so does the state")
    own.unlink()
    debian.run("apt-get", "purge", "-y", "sequitur")
    paths = ("etc/sequitur", "var/lib/sequitur", "var/log/sequitur", "usr/bin/sequitur",
             "usr/lib/systemd/system/sequitur.service")
    left = [path for path in paths if (debian.root / path).exists()]
    expect(not left, f"nothing is left: {left}")
    users = (debian.root / "etc/passwd").read_text()
    expect("sequitur" not in users, "nor the user")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--cpack", default="cpack")
    parser.add_argument("chroot", type=Path, nargs="?")
    options = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("skipped: needs root and debootstrap")
        return 77
    options.build = options.build.resolve()
    chroot = options.chroot or options.build / "install-chroot"
    with tempfile.TemporaryDirectory() as folder, Debian(chroot.resolve()) as debian:
        folder = Path(folder)
        subprocess.run([options.cpack, "-G", "DEB", "--config", options.build / "CPackConfig.cmake",
                        "-B", folder], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        package = next(folder.glob("*.deb"))
        shutil.copy(package, debian.root / "sequitur.deb")
        shutil.copy(next_version(package, folder), debian.root / "later.deb")
        debian.run("dpkg", "--purge", "sequitur")  # what a test that failed may have left
        debian.run("apt-get", "update")
        debian.run("apt-get", "install", "-y", "--no-install-recommends", "/sequitur.deb")
        settings = debian.root / "etc/sequitur/sequitur.yaml"
        own = check_installed(debian, settings)
        upgrade(debian, own, settings)
        remove(debian, own, settings)
    print("installed, run, upgraded, removed, purged")
    return 0


if __name__ == "__main__":
    sys.exit(main())

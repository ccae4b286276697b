#!/usr/bin/env python3
"""The Debian package installs, upgrades and purges in a fresh Debian 12 (debootstrap, needs root).

install_test.py PACKAGE.deb CHROOT     CHROOT is made if it is not there, and can be used again.
"""
import shutil
import subprocess
import sys
from pathlib import Path


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


def main():
    package, root = Path(sys.argv[1]), Path(sys.argv[2])
    if not (root / "bin/sh").exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root], check=True)

    def inside(*command, may_fail=False):
        done = subprocess.run(["chroot", root, *command], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                                   "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"})
        expect(may_fail or done.returncode == 0, f"{command}: {done.stdout}")
        return done.stdout

    shutil.copy(package, root / "sequitur.deb")
    install = ["apt-get", "install", "-y", "--no-install-recommends", "/sequitur.deb"]
    inside("apt-get", "update")
    inside(*install)
    settings, rule = root / "etc/sequitur/sequitur.yaml", root / "etc/sequitur/rules/dropper.yaml"
    expect("sequitur" in inside("sequitur", "--version"), "the program runs")
    expect("ok" in inside("sequitur", "config", "check"), "the settings are valid")
    inside("sequitur", "check", "/etc/sequitur/rules")
    expect((root / "usr/share/man/man8/sequitur.8.gz").exists(), "there is a manual page")

    # What the operator changed or added outlives an upgrade.
    settings.write_text(settings.read_text() + "shards: 2\n")
    own = root / "etc/sequitur/rules.d/own.yaml"
    own.write_text("[]\n")
    inside("dpkg", "--force-confold", "-i", "/sequitur.deb")
    inside(*install, "--reinstall")
    expect("shards: 2" in settings.read_text(), "edited settings stay")
    expect(own.exists(), "own rules stay")
    expect("shards: 2  #" in inside("sequitur", "config", "show"), "and are in force")

    inside("apt-get", "remove", "-y", "sequitur")
    expect(settings.exists() and rule.exists(), "configuration stays after a removal")
    (root / "var/lib/sequitur/spool").mkdir(parents=True)
    own.unlink()
    inside("apt-get", "purge", "-y", "sequitur")
    left = [path for path in ("etc/sequitur", "var/lib/sequitur", "usr/bin/sequitur",
                              "usr/lib/systemd/system/sequitur.service") if (root / path).exists()]
    expect(not left, f"nothing is left: {left}")
    print("installed, upgraded, removed, purged")
    return 0


if __name__ == "__main__":
    sys.exit(main())

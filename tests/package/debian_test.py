#!/usr/bin/env python3
"""The Debian package holds the program, the unit and the rules, and what it holds works."""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = Path("etc/sequitur/rules")


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


def check_contents(tree):
    rules = sorted(path.name for path in (ROOT / "rules").glob("*.yaml"))
    installed = sorted(path.name for path in (tree / RULES).glob("*"))
    expect(installed == rules, f"the package has the rules {rules}: {installed}")
    program = tree / "usr/bin/sequitur"
    expect(subprocess.run([program, "--help"], check=False, stdout=subprocess.DEVNULL).returncode == 0,
           "the packaged program answers --help")
    expect((tree / "usr/share/doc/sequitur/LICENSE").is_file(), "the package has its licence")
    settings = tree / "etc/sequitur/sequitur.yaml"
    done = subprocess.run([program, "config", "check", "-c", settings], check=False,
                          stderr=subprocess.PIPE, text=True)
    expect(done.returncode == 0, f"the packaged settings are valid: {done.stderr}")
    for folder in ["config.d", "rules.d"]:
        expect((tree / "etc/sequitur" / folder).is_dir(), f"there is a place for {folder}")
    expect((tree / "usr/share/sequitur/examples/dropper/dropper.jsonl").is_file(),
           "the package has what its demo replays")
    manual = tree / "usr/share/man/man8/sequitur.8.gz"
    expect(manual.is_file(), "the package has its manual page")
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink():
            expect(str(ROOT).encode() not in path.read_bytes(), f"{path} is free of build paths")


def check_control(package):
    conffiles = output_of("dpkg-deb", "--info", package, "conffiles").split()
    settings = "/etc/sequitur/sequitur.yaml"
    expect(settings in conffiles and len(conffiles) > 1, f"settings and rules: {conffiles}")
    expect(all(name == settings or name.startswith(f"/{RULES}/") for name in conffiles),
           f"settings and rules, and they alone, are conffiles: {conffiles}")
    for script in ["postinst", "prerm", "postrm"]:
        text = output_of("dpkg-deb", "--info", package, script)
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)
    depends = output_of("dpkg-deb", "--field", package, "Depends")
    for library in ["libbpf1", "libhyperscan5", "libtbb12", "libyaml-cpp0.7"]:
        expect(library in depends, f"depends on {library}: {depends}")


def check_unit(tree):
    unit = tree / "usr/lib/systemd/system/sequitur.service"
    expect("ExecStart=/usr/bin/sequitur run\n" in unit.read_text(), "the unit starts the program")
    if shutil.which("systemd-analyze"):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], check=False,
                              stderr=subprocess.PIPE, text=True)
        # The program is not installed where the unit expects it, nor is its manual page.
        problems = [line for line in done.stderr.splitlines()
                    if "sequitur" in line and "is not executable" not in line]
        expect(not problems, f"systemd accepts the unit: {problems}")


def check_lint(package):
    if shutil.which("lintian"):
        # No changelog of Debian's own, nor a mail address: this is not its archive.
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", "--suppress-tags",
                               "no-changelog,no-copyright-file,bogus-mail-host", package],
                              check=False, stdout=subprocess.PIPE, text=True)
        errors = [line for line in done.stdout.splitlines() if line.startswith("E:")]
        expect(not errors, f"lintian finds no errors: {errors}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--cpack", required=True)
    options = parser.parse_args()
    for tool in ["dpkg-deb", "dpkg-shlibdeps", "file"]:
        if shutil.which(tool) is None:
            print(f"skipped: no {tool} here")
            return 77
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.cpack, "-G", "DEB", "--config", options.build / "CPackConfig.cmake",
                        "-B", folder], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        packages = list(Path(folder).glob("*.deb"))
        expect(len(packages) == 1, f"one package: {packages}")
        tree = Path(folder) / "tree"
        subprocess.run(["dpkg-deb", "--extract", packages[0], tree], check=True)
        check_contents(tree)
        check_control(packages[0])
        check_unit(tree)
        check_lint(packages[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())

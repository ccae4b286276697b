"""Boots other kernels in QEMU and runs the tests of the probe and the evasions inside.

    run.py PROGRAM KERNEL_TESTS EVASIONS [PACKAGE]...

PROGRAM is the built sequitur, KERNEL_TESTS the test program of tests/kernel/, EVASIONS the folder with
the built programs of tests/e2e/evasions/. A PACKAGE is a Debian
kernel image, or the package that depends on the newest one; by default those of DEFAULT. They are
fetched with apt-get into KERNELS (build/kernels) unless they are there. The guest has no disk and no
network: an initramfs with the programs, what they are linked with, and what the evasions call.
"""

import argparse
import glob
import gzip
import io
import os
import shutil
import stat
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFAULT = ["linux-image-cloud-amd64", "linux-image-6.12-cloud-amd64"]
# What the guest's shell scripts and the evasions call, by package.
PACKAGES = ["bash", "coreutils", "dash", "findutils", "gawk", "grep", "mount", "perl-base",
            "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "sed", "tar",
            "util-linux", "mawk"]
MEGABYTES = 3000
SECONDS = 3600  # all emulated, on a busy host
MODULES = ["overlay"]
MERGED = ("bin", "sbin", "lib", "lib64")  # links into /usr

INIT = """#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mkdir -p /proc /sys /dev /src
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
mkdir -p /dev/shm /tmp /var/tmp /opt /root /run
mount -t tmpfs none /dev/shm; mount -t tmpfs none /tmp; mount -t tmpfs none /var/tmp
chmod 1777 /tmp /var/tmp /dev/shm
ln -sf /proc/self/fd /dev/fd
for module in /modules/*; do /test/busybox insmod $module; done
/test/busybox ip link set lo up
echo "KERNEL $(uname -r)"
cd /src
/test/kernel_tests --gtest_brief=1; echo "STATUS kernel_tests $?"
SEQUITUR=/test/sequitur SEQUITUR_ROOT=/src EVASION_PROGRAMS=/test \\
    /usr/bin/python3 -B tests/e2e/evasions/run.py --alone; echo "STATUS evasions $?"
sync
echo o > /proc/sysrq-trigger
sleep 10
"""


class Archive:
    """A cpio archive in the form that the kernel unpacks; a path is added once."""

    def __init__(self):
        self.out = io.BytesIO()
        self.names = set()

    def add(self, name, mode, content=b""):
        name = name.strip("/")
        if name.split("/")[0] in MERGED and "/" in name:
            name = "usr/" + name
        if not name or name in self.names:
            return
        self.add(os.path.dirname(name), stat.S_IFDIR | 0o755)
        self.names.add(name)
        text = name.encode() + b"\0"
        fields = [len(self.names), mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(text), 0]
        self.out.write(b"070701" + b"".join(b"%08X" % field for field in fields) + text)
        self._pad()
        self.out.write(content)
        self._pad()

    def _pad(self):
        self.out.write(b"\0" * (-self.out.tell() % 4))

    def add_file(self, path, name=None):
        """A file of this host; where a link leads is added as well."""
        name = name or path
        if os.path.islink(path):
            target = os.readlink(path)
            self.add(name, stat.S_IFLNK | 0o777, target.encode())
            self.add_file(os.path.normpath(os.path.join(os.path.dirname(path), target)))
        elif os.path.isfile(path):
            with open(path, "rb") as file:
                self.add(name, stat.S_IFREG | (os.stat(path).st_mode & 0o777), file.read())

    def add_program(self, path, name=None):
        self.add_file(path, name)
        linked = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
        for word in linked.split():
            if word.startswith("/"):
                self.add_file(word)

    def bytes(self):
        self.add("TRAILER!!!", 0)
        return gzip.compress(self.out.getvalue(), 1)


def add_packages(archive):
    listed = subprocess.run(["dpkg", "-L", *PACKAGES], capture_output=True, text=True, check=False)
    for path in listed.stdout.split("\n"):
        if "/share/doc/" in path or "/share/man/" in path or "/share/locale/" in path:
            continue
        is_program = "/bin/" in path or "/sbin/" in path or ".so" in path
        if os.path.isfile(path):
            (archive.add_program if is_program else archive.add_file)(path)
    for path in ("/bin/sh", "/usr/bin/python3", "/usr/bin/awk", "/etc/passwd", "/etc/group",
                 "/lib64/ld-linux-x86-64.so.2", "/etc/alternatives/awk"):
        archive.add_file(path)


def add_sources(archive):
    for folder in ("rules", "tests/e2e"):
        for path in glob.glob(os.path.join(ROOT, folder, "**"), recursive=True):
            if os.path.isfile(path):
                archive.add_file(path, os.path.join("/src", os.path.relpath(path, ROOT)))


def fetch(package, store):
    """The unpacked files of a kernel package."""
    depends = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True,
                             check=True).stdout
    images = [line.split()[1] for line in depends.splitlines()
              if line.strip().startswith("Depends: linux-image")]
    package = images[0] if images else package
    folder = os.path.join(store, package)
    if not os.path.isdir(folder):
        os.makedirs(store, exist_ok=True)
        with tempfile.TemporaryDirectory() as work:
            subprocess.run(["apt-get", "-q", "download", package], cwd=work, check=True,
                           stdout=subprocess.DEVNULL)
            [archive] = glob.glob(f"{work}/*.deb")
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    return folder


def add_modules(archive, folder):
    for module in MODULES:
        for path in glob.glob(f"{folder}/lib/modules/**/{module}.ko*", recursive=True):
            with open(path, "rb") as file:
                content = file.read()
            if path.endswith(".xz"):
                content = subprocess.run(["xz", "-dc"], input=content, check=True,
                                         capture_output=True).stdout
            archive.add(f"/modules/{module}.ko", stat.S_IFREG | 0o644, content)


def emulate(kernel, machine, seconds, *more):
    """What a guest printed until it ended or the time was over."""
    command = ["qemu-system-x86_64", *machine, "-smp", "2", "-m", str(MEGABYTES), "-kernel", kernel,
               "-nographic", "-no-reboot", "-nic", "none", *more]
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                           timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            said.write(b"\nSTATUS time 1\n")
        said.seek(0)
        return said.read().decode(errors="replace")


def machine_for(kernel):
    """KVM where a guest really starts under it, which nested ones may not; else all emulated."""
    fast = ["-accel", "kvm", "-cpu", "host,-arch-capabilities"]
    said = os.access("/dev/kvm", os.W_OK) and emulate(kernel, fast, 15, "-append",
                                                      "console=ttyS0 panic=-1")
    return fast if said and "Linux version" in said else ["-accel", "tcg,thread=multi", "-cpu", "max"]


def boot(folder, initramfs):
    [kernel] = glob.glob(f"{folder}/boot/vmlinuz-*")
    return emulate(kernel, machine_for(kernel), SECONDS, "-initrd", initramfs, "-append",
                   "console=ttyS0 quiet panic=-1")


def boot_and_judge(folder, initramfs):
    said = boot(folder, initramfs)
    print(said.replace("\r", ""))
    results = [line.split()[1:] for line in said.split("\n") if line.startswith("STATUS ")]
    # Of these kernels it is known that they allow everything: nothing may skip itself.
    return (len(results) == 2 and "[  SKIPPED ]" not in said and
            all(result[-1] == "0" for result in results))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("kernel_tests")
    parser.add_argument("evasions")
    parser.add_argument("packages", nargs="*", default=DEFAULT)
    options = parser.parse_args()
    if not shutil.which("qemu-system-x86_64"):
        print("skipped: there is no qemu-system-x86_64")
        return 77
    store = os.environ.get("KERNELS", os.path.join(ROOT, "build/kernels"))
    failed = False
    with tempfile.TemporaryDirectory(dir=os.path.dirname(options.program)) as work:
        for package in options.packages:
            folder = fetch(package, store)
            archive = Archive()
            for name in MERGED:
                archive.add(name, stat.S_IFLNK | 0o777, f"usr/{name}".encode())
            archive.add("/init", stat.S_IFREG | 0o755, INIT.encode())
            add_modules(archive, folder)
            archive.add_program(options.program, "/test/sequitur")
            archive.add_program(options.kernel_tests, "/test/kernel_tests")
            for name in ("evade", "payload", "library.so"):
                archive.add_program(f"{options.evasions}/{name}", f"/test/{name}")
            archive.add_program("/usr/bin/busybox", "/test/busybox")
            add_sources(archive)
            add_packages(archive)
            with open(f"{work}/initramfs", "wb") as file:
                file.write(archive.bytes())
            has_passed = boot_and_judge(folder, f"{work}/initramfs")
            if not has_passed:
                # An emulated guest that its host held up for seconds misses what has a time limit.
                print(f"{package} failed; it is booted a second time, and that counts.")
                has_passed = boot_and_judge(folder, f"{work}/initramfs")
            failed = failed or not has_passed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

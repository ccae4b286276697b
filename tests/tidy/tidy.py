#!/usr/bin/env python3
"""Checks what a compiler does not: layers, doors, sizes, dead files, banned calls, layout.

Usage: tidy.py [--root FOLDER] [--clang-format PROGRAM]
Prints one line per finding, "file:line: what", and exits with 1 if there was any that is an error.
"""
import argparse
import fnmatch
import re
import subprocess
import sys
from pathlib import Path

# Folder -> the folders of ours that it may include besides itself (docs/architecture.md).
LAYERS = {
    "core": set(),
    "probe": {"core"},
    "sequences": {"core"},
    "dsl": {"core", "sequences"},
    "daemon": {"core", "probe", "sequences", "dsl"},
}
CHECKED_FOLDERS = [*LAYERS, "tests", "benchmarks"]

# Third-party header -> the files that are its door (docs/dependencies.md). The first match counts.
DOORS = [
    (r"tl/expected\.hpp", ["core/result.h"]),
    (r"fmt/", ["core/log.h"]),
    (r"spdlog/", ["core/log.cpp"]),
    (r"hs(/.*)?\.h", ["core/pattern_set.cpp"]),
    (r"(oneapi/)?tbb/", ["core/pipeline.cpp"]),
    (r"boost/", ["sequences/partial_match.cpp"]),
    (r"yaml-cpp/", ["dsl/yaml_reader.cpp"]),
    (r"bpf/bpf_(helpers|tracing|core_read|endian)\.h", ["probe/bpf/*.bpf.[ch]"]),
    (r"(bpf/|.*\.skel\.h)", ["probe/kernel_programs.cpp"]),
    (r"simdjson\.h", ["core/json_reader.cpp"]),
    (r"zlib\.h", ["probe/gzip.cpp"]),
    (r"httplib\.h", ["daemon/outputs/http_receiver.cpp", "daemon/service/local_http.cpp"]),
    (r"(cap-ng|seccomp)\.h", ["daemon/service/privilege.cpp"]),
    (r"CLI/", ["daemon/*.cpp"]),
    (r"nlohmann/", ["daemon/*.cpp"]),
]
# Third-party headers that may stand in a header of ours.
DOORS_IN_HEADERS = {"core/result.h", "core/log.h"}

GENERATED = (".inc", ".skel.h")  # In the build tree, included by bare name.

# The C library and the kernel's user interface; standard C++ headers have no dot and no slash.
SYSTEM_HEADER = re.compile(
    r"[a-z_0-9]+$|(sys|linux|netinet|arpa|net|asm)/.*"
    r"|(dirent|elf|errno|fcntl|getopt|grp|ifaddrs|inttypes|limits|malloc|mntent|netdb|poll|pthread|pwd|sched|signal|spawn"
    r"|stddef|stdint|stdio|stdlib|string|syslog|termios|time|unistd)\.h$")

BANNED = [
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets)\s*\(", "writes without a bound"),
    (r"(?<![\w.>])(std::)?system\s*\(", "runs a shell"),
    (r"(?<![\w.>])(std::)?rand\s*\(", "is not reproducible; take a seeded engine"),
    (r"\bstd::(basic_)?regex\b|#\s*include\s*<regex>", "is slow and recursive; Hyperscan matches"),
    (r"\busing\s+namespace\b(?!\s+std::\w+_literals;)", "pulls in unknown names"),
    (r"\bDISABLED_\w+", "a disabled test needs an issue and a date, not a prefix"),
]
OPEN_WORK = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")

HEADER_LINES_WARN = 200
HEADER_LINES_MAX = 300
SOURCE_LINES_MAX = 600
SIZE_REASON = re.compile(r"^// Size: \S+")  # In the file's head; says why it is longer.
FILE_HEAD_LINES = 40


class Findings:
    def __init__(self):
        self.errors = 0

    def error(self, path, line, text):
        self.errors += 1
        print(f"{path}:{line}: {text}")

    @staticmethod
    def warning(path, line, text):
        print(f"{path}:{line}: warning: {text}")


def code_only(text):
    """The text with comments and literals blanked, line numbers kept."""
    pattern = re.compile(
        r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/'
        r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def in_product(path):
    return path.split("/")[0] in LAYERS


def check_layers(path, text, findings):
    folder = path.split("/")[0]
    if folder not in LAYERS or path.startswith("probe/bpf/"):
        return
    for number, quoted, name in includes(text):
        if not quoted or name.endswith(GENERATED):
            continue
        target = name.split("/")[0]
        if target not in LAYERS:
            findings.error(path, number, f'"{name}" is not spelled from the project root')
        elif target != folder and target not in LAYERS[folder]:
            findings.error(path, number, f"{folder}/ may not include {target}/ ({name})")


def check_doors(path, text, findings):
    if not in_product(path):
        return
    for number, quoted, name in includes(text):
        if quoted and not name.endswith(".skel.h"):
            continue
        door = next((doors for pattern, doors in DOORS if re.match(pattern, name)), None)
        if door is None:
            if not SYSTEM_HEADER.match(name):
                findings.error(path, number, f"<{name}> has no door; see DOORS in tests/tidy/tidy.py")
        elif not any(fnmatch.fnmatch(path, allowed) for allowed in door):
            findings.error(path, number, f"<{name}> belongs only into {', '.join(door)}")
        elif path.endswith(".h") and not path.endswith(".bpf.h") and path not in DOORS_IN_HEADERS:
            findings.error(path, number, f"<{name}> stands in a header of ours")


def check_size(path, text, findings):
    lines = text.splitlines()
    if any(SIZE_REASON.match(line) for line in lines[:FILE_HEAD_LINES]):
        return
    if path.endswith(".h"):
        if len(lines) > HEADER_LINES_MAX:
            findings.error(path, 1, f"{len(lines)} lines; a header has at most {HEADER_LINES_MAX}")
        elif len(lines) > HEADER_LINES_WARN:
            findings.warning(path, 1, f"{len(lines)} lines; aim for {HEADER_LINES_WARN}")
    elif len(lines) > SOURCE_LINES_MAX:
        findings.error(path, 1, f"{len(lines)} lines without a written reason; at most "
                                f"{SOURCE_LINES_MAX} (\"// Size: why\" in the file's head)")


def check_text(path, text, findings):
    # A header that is also C for the BPF machine may have a classic guard.
    if path.endswith(".h") and not re.search(r"^#(pragma once|ifndef \w+_H_*$)", text, re.M):
        findings.error(path, 1, "no #pragma once")
    for number, line in enumerate(code_only(text).splitlines(), 1):
        for pattern, reason in BANNED:
            match = re.search(pattern, line)
            if match:
                findings.error(path, number, f"{match.group().strip()} {reason}")
    for number, line in enumerate(text.splitlines(), 1):
        match = OPEN_WORK.search(line)
        if match:
            findings.error(path, number, f"{match.group()} without an issue: {match.group()}(#12)")


def check_listed(root, paths, findings):
    """Every source is named in the CMakeLists.txt of its folder or of one above it."""
    included = set()
    for path in paths:
        for _, _, name in includes((root / path).read_text()):
            included.add(Path(name).name)
    for path in paths:
        if path == "tests/support/corpus_replay.cpp":  # Named by cmake/testing.cmake.
            continue
        if path.endswith(".bpf.h") or path.endswith("vmlinux.h") or not in_product(path) \
                and path.endswith(".h"):
            if Path(path).name not in included:
                findings.error(path, 1, "dead file: nothing includes it")
            continue
        if not any(names_file(root, folder, path) for folder in Path(path).parents):
            findings.error(path, 1, "dead file: no CMakeLists.txt names it")


def names_file(root, folder, path):
    lists = root / folder / "CMakeLists.txt"
    if not lists.is_file():
        return False
    text = re.sub(r"#.*", "", lists.read_text())
    spelled = re.escape(str(Path(path).relative_to(folder)))
    return re.search(rf"(?<![\w./-])(\$\{{PROJECT_SOURCE_DIR\}}/)?{spelled}(?![\w./-])", text) is not None


def check_layout(root, paths, program, findings):
    paths = [path for path in paths if not path.endswith("vmlinux.h")]
    done = subprocess.run([program, "--dry-run", "-Werror", "--style=file", *paths], cwd=root,
                          stderr=subprocess.PIPE, text=True, check=False)
    first_lines = {}
    for line in done.stderr.splitlines():
        match = re.match(r"(\S+?):(\d+):\d+: error: ", line)
        if match:
            first_lines.setdefault(match.group(1), match.group(2))
    for path, line in first_lines.items():
        findings.error(path, line, "not laid out as .clang-format says (clang-format -i)")
    if done.returncode != 0 and not first_lines:
        findings.error(program, 0, done.stderr.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--clang-format", help="checks the layout too, with this program")
    options = parser.parse_args()
    root = options.root
    findings = Findings()
    paths = sorted(str(path.relative_to(root))
                   for folder in CHECKED_FOLDERS
                   for path in (root / folder).rglob("*")
                   if path.suffix in {".h", ".cpp", ".c"} and path.is_file())
    for path in paths:
        text = (root / path).read_text()
        check_layers(path, text, findings)
        check_doors(path, text, findings)
        check_size(path, text, findings)
        check_text(path, text, findings)
    check_listed(root, paths, findings)
    if options.clang_format:
        check_layout(root, paths, options.clang_format, findings)
    print(f"{len(paths)} files, {findings.errors} errors")
    return 1 if findings.errors or not paths else 0


if __name__ == "__main__":
    sys.exit(main())

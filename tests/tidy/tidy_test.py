#!/usr/bin/env python3
"""tidy.py finds each kind of violation planted in a small tree, and nothing in a clean one."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TIDY = Path(__file__).with_name("tidy.py")
CLEAN = {
    "core/a.h": "#pragma once\n#include <string>\n#include <sys/stat.h>\nint a();\n",
    "core/result.h": "#pragma once\n#include <tl/expected.hpp>\n",
    "core/a.cpp": '#include "core/a.h"\n// never system("x"), rand() or strcpy(a, b)\n'
                  'const char* text = "sprintf(";\nint filesystem(int);\nint b = filesystem(1);\n',
    "core/CMakeLists.txt": "sequitur_library(core SOURCES a.cpp HEADERS a.h result.h)\n",
    "sequences/s.cpp": '#include "core/a.h"\n',
    "sequences/CMakeLists.txt": "sequitur_library(sequences SOURCES s.cpp)\n",
    "dsl/d.cpp": '#include "sequences/s.h"\n// TODO(#7): say more\n',
    "dsl/CMakeLists.txt": "sequitur_library(dsl SOURCES d.cpp)\n",
    "probe/bpf/x.bpf.c": "#include <bpf/bpf_helpers.h>\n",
    "probe/CMakeLists.txt": "sequitur_bpf_object(x SOURCES bpf/x.bpf.c)\n",
}


def findings(changes):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**CLEAN, **changes}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, TIDY, "--root", folder], stdout=subprocess.PIPE,
                              text=True, check=False)
        return done.returncode, done.stdout


class Tidy(unittest.TestCase):
    def assert_found(self, changes, expected):
        status, output = findings(changes)
        self.assertIn(expected, output)
        self.assertEqual((status, output.count("\n")), (1, 2), output)  # This, and nothing else.

    def test_clean_tree_passes(self):
        self.assertEqual(findings({}), (0, "6 files, 0 errors\n"))

    def test_layer(self):
        self.assert_found({"core/a.cpp": '#include "dsl/d.h"\n'},
                          "core/a.cpp:1: core/ may not include dsl/")
        self.assert_found({"sequences/s.cpp": '\n#include "dsl/d.h"\n'},
                          "sequences/s.cpp:2: sequences/ may not include dsl/")

    def test_include_not_from_root(self):
        self.assert_found({"core/a.cpp": '#include "a.h"\n'}, "core/a.cpp:1: \"a.h\" is not spelled")

    def test_third_party_past_its_door(self):
        self.assert_found({"dsl/d.cpp": "#include <yaml-cpp/yaml.h>\n"},
                          "dsl/d.cpp:1: <yaml-cpp/yaml.h> belongs only into dsl/yaml_reader.cpp")

    def test_third_party_without_door(self):
        self.assert_found({"dsl/d.cpp": "#include <curl/curl.h>\n"}, "<curl/curl.h> has no door")

    def test_long_files(self):
        self.assert_found({"core/a.h": "#pragma once\n" + "\n" * 300}, "core/a.h:1: 301 lines")
        self.assert_found({"core/a.cpp": "\n" * 601}, "core/a.cpp:1: 601 lines")
        self.assertEqual(findings({"core/a.cpp": "// Size: one table.\n" + "\n" * 601})[0], 0)

    def test_dead_file(self):
        self.assert_found({"core/forgotten.cpp": ""},
                          "core/forgotten.cpp:1: dead file: no CMakeLists.txt names it")
        self.assert_found({"core/CMakeLists.txt": "x(SOURCES # a.cpp\n HEADERS a.h result.h)\n"},
                          "core/a.cpp:1: dead file")
        self.assert_found({"probe/bpf/y.bpf.h": "#pragma once\n"}, "dead file: nothing includes it")

    def test_banned_calls(self):
        for call in ["strcpy(a, b);", "std::system(a);", "x = rand ();", "std::regex r;",
                     "using namespace std;"]:
            self.assert_found({"core/a.cpp": call + "\n"}, "core/a.cpp:1: ")

    def test_open_work_without_issue(self):
        self.assert_found({"core/a.cpp": "// TO" + "DO: later\n"}, "without an issue")

    def test_missing_pragma_once(self):
        self.assert_found({"core/a.h": "int a();\n"}, "core/a.h:1: no #pragma once")


if __name__ == "__main__":
    unittest.main()

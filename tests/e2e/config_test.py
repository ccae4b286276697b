"""`sequitur config`: files, drop-ins, the command line, and what is printed from the one table."""

import os
import re
import tempfile
import unittest

import program

DOCS = os.path.join(program.ROOT, "docs/operations.md")
BEGIN, END = "<!-- settings: made by `sequitur config markdown` -->\n", "<!-- end of settings -->"


class Config(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def show(self, text, *arguments):
        done = program.run("config", "show", "-c", self.write("main.yaml", text), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, text, *arguments):
        done = program.run("config", "check", "-c", self.write("main.yaml", text), *arguments)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr

    def test_manual_has_every_setting(self):
        with open(DOCS, encoding="utf-8") as file:
            text = file.read()
        head, rest = text.split(BEGIN)
        table, tail = rest.split(END)
        fresh = program.run("config", "markdown").stdout
        if os.environ.get("UPDATE_GOLDEN"):
            with open(DOCS, "w", encoding="utf-8") as file:
                file.write(head + BEGIN + fresh + END + tail)
        else:
            self.assertEqual(table, fresh, "run with UPDATE_GOLDEN=1")

    def test_shipped_file_is_valid_as_it_is_and_uncommented(self):
        text = program.run("config", "defaults").stdout
        plain = self.show(text)
        # Each line that is a setting, not a word about one; outputs are an example there.
        settings = text.split("# The outputs by name")[0]
        uncommented = re.sub(r"^#((?:  )?\w+:)", r"\1", settings, flags=re.M)
        self.assertIn("\n  snapshot_interval: 5s\n", uncommented)
        values = lambda shown: re.sub(r" +# .*", "", shown)
        self.assertEqual(values(self.show(uncommented)).replace(self.folder.name + "/", ""),
                         values(plain).replace(self.folder.name + "/", ""))

    def test_drop_ins_and_command_line(self):
        self.write("config.d/10-a.yaml", "shards: 3\nrules_files: [b]\n"
                   "outputs: {siem: {batch: 7}, more: {type: journald}}\n")
        self.write("config.d/20-b.yaml", "shards: 4\n")
        shown = self.show("rules_files: [a]\nshards: 2\n"
                          "outputs: {siem: {type: http, url: 'http://x/'}}\n",
                          "-o", "state.snapshot_interval=9s", "-o", "outputs.siem.timeout=3s")
        self.assertIn("20-b.yaml:1", next(l for l in shown.splitlines() if "shards: 4" in l))
        self.assertIn(f'rules_files: ["{self.folder.name}/a", "{self.folder.name}/config.d/b"]',
                      shown)
        for line in ("snapshot_interval: 9s", "batch: 7", "timeout: 3s", 'type: "journald"'):
            self.assertIn(line, shown)

    def test_an_override_replaces_a_list(self):
        shown = self.show("rules_files: [a]\n", "-o", "rules_files=[/c]")
        self.assertIn('rules_files: ["/c"]', shown)

    def test_every_fault_at_its_place(self):
        text = self.refused("state: {dri: x}\npriority: loud\nhold_back: 5m\nring_size: 1kb\n"
                            "outputs:\n  a: {type: http}\n  b: {type: file, url: x, path: y}\n"
                            "  c: {type: smoke}\nrules: [{enable: {rule: a, tag: b}}]\n")
        for said in (":1:9: error: there is no setting 'state.dri'", "did you mean 'dir'?",
                     ":2:11: error: 'priority' is a priority", ":3:12: error: 'hold_back' is a time",
                     ":4:12: error: 'ring_size' is a size", "output 'a' has no 'url'",
                     ":7:19: error: 'outputs.b.url' is no setting of file outputs",
                     "'outputs.c.type' is one of: stdout, file", "either a 'rule' or a 'tag'"):
            self.assertIn(said, text)
        self.assertIn("-o shard=2", self.refused("", "-o", "shard=2"))
        self.assertIn("did you mean 'shards'?", self.refused("", "-o", "shard=2"))
        self.assertIn("takes NAME=VALUE", self.refused("", "-o", "shards"))

    def test_falco_configuration(self):
        self.write("rules.yaml", "")
        path = self.write("falco.yaml", """
rules_files: [rules.yaml, local.yaml]
priority: warning
json_output: true
engine: {kind: modern_ebpf}
rules:
  - disable: {rule: "*"}
  - enable: {tag: network}
append_output:
  - match: {source: syscall, tags: [T1105]}
    extra_output: " on_host=%evt.hostname"
stdout_output: {enabled: false}
syslog_output: {enabled: true}
file_output: {enabled: true, keep_alive: false, filename: ./events.txt}
http_output:
  {enabled: true, url: "https://h.example/", echo: true, compress_uploads: false, mtls: false,
   client_cert: /nowhere/client.crt, client_key: /nowhere/client.key}
program_output: {enabled: false, program: "mail -s x"}
webserver: {enabled: true, listen_port: 8765, threadiness: 0}
""")
        done = program.run("config", "show", "--falco-config", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in (f'rules_files: ["{self.folder.name}/rules.yaml"]', "priority: Warning",
                     "json_output: true", 'listen: "127.0.0.1:8765"', 'protocol: "local"',
                     f'path: "{self.folder.name}/events.txt"', 'url: "https://h.example/"',
                     '- disable: {rule: "*"}', '- enable: {tag: "network"}', "on_host", 'tag: "T1105"'):
            self.assertIn(line, done.stdout)
        self.assertNotIn("stdout", done.stdout)
        self.assertNotIn("client", done.stdout)
        for name in ("engine", "local.yaml", "http_output.echo", "webserver.threadiness"):
            self.assertIn(name, done.stderr)


if __name__ == "__main__":
    unittest.main()

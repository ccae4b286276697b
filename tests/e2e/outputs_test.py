"""The outputs of `sequitur run`, each against a real receiver, and against receivers that fail."""

import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

import program
from daemon import Listener, RSYSLOGD, Rsyslog, Site, until

TO_FILE = "outputs:\n  all: {type: file, path: alerts, format: json}\n"


class Server(http.server.ThreadingHTTPServer):
    """Keeps the alerts that are posted to it; misbehaves as told."""

    def __init__(self, port=0, mood="well", context=None):
        self.alerts = []
        self.requests = 0
        self.mood = mood
        super().__init__(("127.0.0.1", port), Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.daemon_threads = True
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass

    def close(self):
        self.shutdown()
        self.server_close()

    def outputs(self):
        return [alert["output"] for alert in self.alerts]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        server = self.server
        server.requests += 1
        if server.mood == "stall":
            time.sleep(5)
            self.close_connection = True
            return
        if server.mood == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 503 if server.mood == "fail" else 200
        if status == 200:
            server.alerts += [json.loads(line) for line in body.splitlines()]
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def fields_of(entry):
    """A journal entry in native form as a dictionary of lists."""
    fields = {}
    while entry:
        line, _, rest = entry.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = struct.unpack("<Q", rest[:8])[0]
            value, rest = rest[8:8 + size], rest[9 + size:]
        fields.setdefault(name.decode(), []).append(value.decode())
        entry = rest
    return fields


class Outputs(unittest.TestCase):
    def expect(self, site, get, names):
        """Touches the markers and waits until `get()` tells of each."""
        site.touch(*names)
        until(lambda: all(any(f"marker-{name} " in text for text in get()) for name in names),
              what=f"{names} in {get()}")

    def test_every_kind_side_by_side(self):
        settings = """
outputs:
  all: {type: file, path: alerts, format: json}
  plain: {type: file, path: plain}
  ecs: {type: file, path: ecs, format: ecs}
  urgent: {type: file, path: urgent, priority: critical}
  others: {type: file, path: others, rules: ["Other*"]}
  tagged: {type: file, path: tagged, tags: [T1005, T9999]}
  log: {type: syslog, path: log.sock, facility: local3}
  old: {type: syslog, path: old.sock, protocol: local}
  journal: {type: journald, path: journal.sock}
  stream: {type: unix, path: stream.sock, format: json}
  command: {type: program, command: [/bin/sh, -c, "cat >> {folder}/command"]}
"""
        with Site(settings) as site:
            log = Listener(site.path("log.sock"))
            old = Listener(site.path("old.sock"))
            journal = Listener(site.path("journal.sock"))
            stream = Listener(site.path("stream.sock"), socket.SOCK_STREAM)
            site.start()
            site.touch("one")
            until(lambda: site.alerts() and log.received and old.received and journal.received and
                  stream.received and site.read("command") and site.read("plain") and
                  site.read("ecs") and site.read("tagged"), what="every output")
            path = site.path("marker-one")
            alert = site.alerts()[0]
            self.assertEqual(alert["rule"], "Marker opened")
            self.assertEqual(alert["output_fields"]["fd.name"], path)
            self.assertRegex(site.lines("plain")[0],
                             rf"^\d\d:\d\d:\d\d\.\d{{9}}: Notice opened {path} by ")
            ecs = json.loads(site.lines("ecs")[0])
            self.assertEqual(ecs["rule"]["name"], "Marker opened")
            self.assertEqual(ecs["event"]["kind"], "alert")
            self.assertEqual(ecs["threat"]["technique"]["id"], ["T1005"])
            self.assertEqual(ecs["@timestamp"], alert["time"])
            # local3 is 19, notice 5.
            self.assertRegex(log.received[0].decode(),
                             rf'^<157>1 \S+T\S+\.\d{{6}}Z \S+ sequitur \d+ alert '
                             rf'\[sequitur@32473 rule="Marker opened" priority="Notice" '
                             rf'tags="test,T1005"\] .*opened {path}')
            self.assertRegex(old.received[0].decode(),
                             r"^<29>\w\w\w [ \d]\d \d\d:\d\d:\d\d sequitur\[\d+\]: ")
            entry = fields_of(journal.received[0])
            self.assertEqual(entry["PRIORITY"], ["5"])
            self.assertEqual(entry["SEQUITUR_RULE"], ["Marker opened"])
            self.assertEqual(entry["SEQUITUR_TAG"], ["test", "T1005"])
            self.assertEqual(entry["SEQUITUR_FD_NAME"], [path])
            self.assertEqual(json.loads(stream.received[0][1])["output"], alert["output"])
            self.assertIn(path, site.read("command"))
            self.assertEqual(site.daemon.stop(), 0)
            self.assertEqual(site.read("urgent") + site.read("others"), "")
            self.assertEqual(len(site.lines("tagged")), 1)

    def test_rsyslog(self):
        if not RSYSLOGD:
            self.skipTest("no rsyslogd")
        with Site("outputs:\n  log: {type: syslog, path: log.sock}\n") as site:
            site.write("rsyslog.conf",
                       'module(load="imuxsock" SysSock.Use="off")\n'
                       f'input(type="imuxsock" Socket="{site.path("log.sock")}"'
                       ' UseSpecialParser="off")\n'
                       'template(name="t" type="string" string="%programname%|%syslogseverity-text%'
                       '|%structured-data%|%msg%\\n")\n'
                       f'*.* action(type="omfile" file="{site.path("log")}" template="t")\n')
            with Rsyslog(site):
                site.start()
                self.expect(site, lambda: site.lines("log"), ["one"])
                line = next(line for line in site.lines("log") if "marker-one" in line)
                self.assertTrue(line.startswith(
                    'sequitur|notice|[sequitur@32473 rule="Marker opened"'), line)

    def test_journald(self):
        if not os.path.exists("/run/systemd/journal/socket"):
            self.skipTest("journald does not run here")
        with Site("outputs:\n  journal: {type: journald}\n") as site:
            site.start()
            site.touch("one")
            show = ["journalctl", "-o", "json", "-n", "20", "SYSLOG_IDENTIFIER=sequitur"]
            until(lambda: site.path("marker-one") in subprocess.run(
                show, capture_output=True, text=True, check=False).stdout)

    def outage(self, mood):
        with Site(TO_FILE + "  web: {type: http, url: 'http://127.0.0.1:PORT/a', timeout: 1s, "
                  "retry_first: 50ms, retry_max: 200ms, batch_delay: 10ms}\n") as site:
            server = Server(mood=mood)
            text = site.read("sequitur.yaml")
            site.write("sequitur.yaml", text.replace("PORT", str(server.server_port)) +
                       "state: {dir: state}\n")
            site.start()
            names = [f"n{i}" for i in range(20)]
            begin = time.monotonic()
            self.expect(site, lambda: site.lines("alerts") and
                        [alert["output"] for alert in site.alerts()], names)
            waited = time.monotonic() - begin
            until(lambda: server.requests > 0, what="a request")
            self.assertEqual(server.alerts, [])
            self.assertLess(waited, 4, "the failing receiver held up another output")
            server.mood = "well"
            until(lambda: len(set(server.outputs())) == len(names), 30,
                  f"all of them; there are {len(set(server.outputs()))}")
            server.close()

    def test_http_that_stalls(self):
        self.outage("stall")

    def test_http_that_fails(self):
        self.outage("fail")

    def test_http_that_resets(self):
        self.outage("reset")

    def test_http_that_is_down_over_a_restart(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with Site(TO_FILE + f"  web: {{type: http, url: 'http://127.0.0.1:{port}/', retry_first: "
                  "50ms, retry_max: 100ms}\nstate: {dir: state}\n") as site:
            site.start()
            self.expect(site, lambda: [a["output"] for a in site.alerts()], ["one", "two"])
            site.daemon.await_line("wait in the spool")
            site.daemon.stop()
            server = Server(port)
            site.start()
            until(lambda: len(server.alerts) >= 2, what="what was spooled")
            self.assertEqual(sorted({a["output_fields"]["fd.name"] for a in server.alerts}),
                             [site.path("marker-one"), site.path("marker-two")])
            server.close()

    def test_http_over_tls_verifies(self):
        with Site() as site:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                            "2", "-keyout", site.path("key.pem"), "-out", site.path("cert.pem"),
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                           check=True, stderr=subprocess.DEVNULL)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(site.path("cert.pem"), site.path("key.pem"))
            server = Server(context=context)
            url = f"https://localhost:{server.server_port}/"
            site.write("sequitur.yaml",
                       "rules_files: [rules.yaml]\noutputs:\n"
                       f"  trusting: {{type: http, url: '{url}', ca_file: cert.pem, batch: 1}}\n"
                       f"  wary: {{type: http, url: '{url}', user_agent: wary}}\n")
            site.start()
            site.touch("one")
            until(lambda: server.alerts, what="an alert")
            site.daemon.await_line("output wary: https://localhost")
            markers = [a for a in server.alerts if a["rule"] == "Marker opened"]
            self.assertEqual(len(markers), 1)
            server.close()

    def test_program_that_ends_is_started_anew(self):
        with Site("outputs:\n  once: {type: program, retry_first: 20ms, command: [/bin/sh, -c, "
                  "'read line; echo \"$line\" >> {folder}/got']}\n") as site:
            site.start()
            for name in ("one", "two", "three"):
                self.expect(site, lambda: site.lines("got"), [name])
                time.sleep(0.1)

    def test_rotation_and_reopening(self):
        with Site("outputs:\n  all: {type: file, path: alerts, rotate_size: 400, keep: 2}\n") as site:
            site.start()
            names = [f"n{i}" for i in range(12)]
            for name in names:
                self.expect(site, lambda: site.lines("alerts"), [name])
            self.assertTrue(site.read("alerts.1") and site.read("alerts.2"))
            self.assertFalse(os.path.exists(site.path("alerts.3")))
            for name in ("alerts", "alerts.1", "alerts.2"):
                self.assertLessEqual(len(site.read(name)), 400)
            os.rename(site.path("alerts"), site.path("moved"))
            site.daemon.hang_up()
            until(lambda: os.path.exists(site.path("alerts")) or site.touch("again"))
            self.assertNotIn("again", site.read("moved"))

    def test_dead_outputs_cost_others_nothing(self):
        with Site(TO_FILE + "  gone: {type: unix, path: nowhere.sock, queue: 5}\n"
                  "health: {listen: health.sock}\n") as site:
            listen = site.path("health.sock")
            text = site.read("sequitur.yaml")
            site.write("sequitur.yaml", text.replace("health.sock", listen))
            site.start()
            names = [f"n{i}" for i in range(30)]
            self.expect(site, lambda: [a["output"] for a in site.alerts()], names)
            done = program.run("status", "--address", listen)
            outputs = {each["name"]: each for each in json.loads(done.stdout)["outputs"]}
            self.assertEqual(outputs["all"]["delivered"], 30)
            self.assertEqual(outputs["gone"]["offered"], 30)
            self.assertEqual(outputs["gone"]["delivered"], 0)
            self.assertGreaterEqual(outputs["gone"]["lost"], 20)


if __name__ == "__main__":
    program.run_live_tests_side_by_side()

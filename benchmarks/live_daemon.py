#!/usr/bin/env python3
"""What `sequitur run` costs and how fast it is on this host, with the shipped rules.

live_daemon.py PROGRAM latency [--events-per-second N] [--samples N]
    From the return of an openat() to the arrival of its alert at a unix socket: p50, p99, p99.9.
live_daemon.py PROGRAM footprint [--rules PATH]... [--seconds N]
    Resident memory and share of a core with nothing to do but what the host does.
live_daemon.py PROGRAM soak [--events-per-second N] [--seconds N]
    The same under load, every minute, with losses; exit status 1 when memory grew by a tenth after
    the first fifth of the time.
"""
import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULE = """
- rule: Marker
  desc: x
  priority: INFO
  condition: evt.type = openat and fd.name startswith {folder}/marker
  output: "%fd.name"
"""
# Opens and closes in bursts, so that the rate holds on average.
LOAD = """
import os, sys, time
rate, fd = float(sys.argv[1]), 0
begin, done = time.monotonic(), 0
while True:
    due = int((time.monotonic() - begin) * rate)
    while done < due:
        os.close(os.open("/dev/null", 0)); done += 2
    time.sleep(0.002)
"""


class Run:
    def __init__(self, options, extra=""):
        self.folder = tempfile.mkdtemp(prefix="sequitur-bench-", dir="/var/tmp")
        self.socket = self.folder + "/health.sock"
        rules = options.rules or [str(ROOT / "rules")]
        Path(self.folder, "rule.yaml").write_text(RULE.replace("{folder}", self.folder))
        rules = json.dumps([os.path.abspath(path) for path in rules] + [self.folder + "/rule.yaml"])
        Path(self.folder, "sequitur.yaml").write_text(
            f"rules_files: {rules}\nhealth: {{listen: {self.socket}}}\nself_protection: false\n"
            f"state: {{dir: {self.folder}/state}}\n{extra}")
        self.program = options.program
        self.process = subprocess.Popen([options.program, "run", "-c", self.folder + "/sequitur.yaml"],
                                        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in self.process.stderr:
            if line.strip() == "ready":
                break
        else:
            sys.exit("the daemon did not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.load = []

    def load_with(self, rate):
        for _ in range(2 if rate else 0):
            self.load.append(subprocess.Popen([sys.executable, "-c", LOAD, str(rate / 2)]))

    def status(self):
        return json.loads(subprocess.run([self.program, "status", "--address", self.socket],
                                         capture_output=True, text=True, check=True).stdout)

    def resident(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
        return 0

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        for load in self.load:
            load.kill()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


def latency(options):
    listener = socket.socket(socket.AF_UNIX)
    path = tempfile.mktemp(prefix="sequitur-bench-", suffix=".sock")
    listener.bind(path)
    listener.listen()
    run = Run(options, f"outputs: {{here: {{type: unix, path: {path}, format: json, rules: [Marker]}}}}\n")
    arrived = {}

    def receive():
        connection, _ = listener.accept()
        for line in connection.makefile("rb"):
            now = time.clock_gettime_ns(time.CLOCK_REALTIME)
            arrived[json.loads(line)["output"]] = now
    threading.Thread(target=receive, daemon=True).start()

    run.load_with(options.events_per_second)
    time.sleep(2)
    before, begin = run.status(), time.monotonic()
    returned = {}
    for number in range(options.samples):
        name = f"{run.folder}/marker{number}"
        fd = os.open(name, os.O_CREAT | os.O_WRONLY, 0o600)
        returned[name] = time.clock_gettime_ns(time.CLOCK_REALTIME)
        os.close(fd)
        time.sleep(0.005 + (number % 13) * 0.001)
    seconds = time.monotonic() - begin
    time.sleep(1)
    after = run.status()
    run.end()
    os.unlink(path)
    times = sorted((arrived[name] - returned[name]) / 1e6 for name in returned if name in arrived)
    print(f"events/s {(after['events'] - before['events']) / seconds:.0f}, "
          f"dropped {after['dropped'] - before['dropped']}, "
          f"alerts {len(times)} of {len(returned)}")
    pick = lambda share: times[min(int(len(times) * share), len(times) - 1)]
    print(f"ms: p50 {statistics.median(times):.2f}  p99 {pick(0.99):.2f}  p99.9 {pick(0.999):.2f}  "
          f"max {times[-1]:.2f}")


def footprint(options):
    run = Run(options)
    time.sleep(10)
    before, cpu, begin = run.status(), run.cpu_seconds(), time.monotonic()
    time.sleep(options.seconds or 60)
    seconds = time.monotonic() - begin
    after = run.status()
    print(f"resident {run.resident() / 1e6:.1f} MB, "
          f"CPU {100 * (run.cpu_seconds() - cpu) / seconds:.2f} % of a core, "
          f"events/s {(after['events'] - before['events']) / seconds:.0f}, "
          f"{after['rules']} rules, {after['sequences']} sequences")
    run.end()


def soak(options):
    run = Run(options)
    run.load_with(options.events_per_second or 50000)
    length, begin, settled = options.seconds or 1800, time.monotonic(), 0
    while time.monotonic() - begin < length:
        time.sleep(min(60, length / 10))
        minute, status, resident = time.monotonic() - begin, run.status(), run.resident()
        if not settled and minute > length / 5:
            settled = resident
        print(f"{minute:6.0f} s  {status['events'] / status['uptime_seconds']:8.0f} events/s  "
              f"{resident / 1e6:6.1f} MB  CPU {100 * run.cpu_seconds() / minute:5.1f} %  "
              f"dropped {status['dropped']}", flush=True)
    grown = run.resident() / settled
    run.end()
    print(f"memory at the end: {grown:.3f} of what it was after a fifth of the time")
    return 1 if grown > 1.1 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("what", choices=["latency", "footprint", "soak"])
    parser.add_argument("--events-per-second", type=float, default=0)
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--rules", action="append")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    return {"latency": latency, "footprint": footprint, "soak": soak}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())

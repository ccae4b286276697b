#!/usr/bin/env python3
"""What `sequitur run` costs and how fast it is on this host, with the shipped rules.

live_daemon.py PROGRAM latency [--events-per-second N] [--every-event] [--samples N]
    From the return of an openat() to the arrival of its alert at a unix socket: p50, p99, p99.9.
    With --every-event the kernel also sends what no rule can match, so that all of the load goes
    through the daemon.
live_daemon.py PROGRAM footprint [--rules PATH]... [--seconds N]
    Resident memory and share of a core with nothing to do but what the host does.
live_daemon.py PROGRAM soak [--events-per-second N] [--seconds N]
    The same under load, every minute, with losses: half of the events are opening and closing,
    some of files that come and go under new names; processes come and go all the time. Tables are
    made small, so that all of them run full. Exit status 1 when memory grew by a tenth after the
    first fifth of the time, or a table is larger than its limit.
"""
import argparse
import atexit
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
# Opens and closes in bursts, so that the rate holds on average. With a folder one file in fifty is
# made there under a name of its own, written and removed.
LOAD = """
import os, sys, time
rate, folder, done, made = float(sys.argv[1]), sys.argv[2], 0, 0
begin = time.monotonic()
while True:
    due = int((time.monotonic() - begin) * rate)
    while done < due:
        os.close(os.open("/dev/null", 0)); done += 2
        if folder and done % 100 == 0:
            path, made = f"{folder}/load-{os.getpid()}-{made}", made + 1
            fd = os.open(path, os.O_CREAT | os.O_WRONLY)
            os.write(fd, b"x"); os.close(fd); os.unlink(path); done += 4
    time.sleep(0.002)
"""
CHURN = """
import os, subprocess, sys, time
while True:
    subprocess.run(["/bin/sh", "-c", "/bin/true; exit 0", sys.argv[1]])
    time.sleep(float(sys.argv[1]))
"""
# What the soak allows, each less than its load would take.
SMALL = {"processes": 1024, "threads": 2048, "descriptors": 16384, "files": 8192,
         "interned_memory": "16mb", "partial_matches": 4096, "partial_matches_per_sequence": 2048}


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
        command = [options.program, "run", "-c", self.folder + "/sequitur.yaml"]
        if options.every_event:
            command.append("--no-push-down")
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, text=True)
        for line in self.process.stderr:
            if line.strip() == "ready":
                break
        else:
            sys.exit("the daemon did not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.load = []
        atexit.register(self.end)  # whatever happens: no load is left behind

    def load_with(self, rate, folder=""):
        for _ in range(2 if rate else 0):
            self.load.append(subprocess.Popen([sys.executable, "-c", LOAD, str(rate / 2), folder]))

    def churn_with(self, pause):
        self.load.append(subprocess.Popen([sys.executable, "-c", CHURN, str(pause)]))

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
        if self.process.poll() is not None:
            return
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
    options.every_event = True
    run = Run(options, f"limits: {json.dumps(SMALL)}\n")
    run.load_with(options.events_per_second or 50000, run.folder)
    run.churn_with(0.01)
    length, begin, settled, is_bounded = options.seconds or 1800, time.monotonic(), 0, True
    before = {"events": 0, "uptime_seconds": 0, "dropped": 0}
    while time.monotonic() - begin < length:
        time.sleep(min(60, length / 10))
        at, status, resident = time.monotonic() - begin, run.status(), run.resident()
        if not settled and at > length / 5:
            settled = resident
        sizes = {name: status["tables"][name] for name in ("processes", "descriptors", "files")}
        is_bounded = is_bounded and all(sizes[name] <= SMALL[name] for name in sizes)
        passed = {name: status[name] - before[name] for name in before}
        before = {name: status[name] for name in before}
        print(f"{at:6.0f} s  {passed['events'] / passed['uptime_seconds']:8.0f} events/s  "
              f"{resident / 1e6:6.1f} MB  CPU {100 * run.cpu_seconds() / at:5.1f} %  "
              f"dropped {passed['dropped']}  {sizes}", flush=True)
    grown = run.resident() / settled
    run.end()
    print(f"memory at the end: {grown:.3f} of what it was after a fifth of the time; "
          f"tables {'within' if is_bounded else 'BEYOND'} their limits")
    return 1 if grown > 1.1 or not is_bounded else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("what", choices=["latency", "footprint", "soak"])
    parser.add_argument("--events-per-second", type=float, default=0)
    parser.add_argument("--every-event", action="store_true")
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--rules", action="append")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    return {"latency": latency, "footprint": footprint, "soak": soak}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())

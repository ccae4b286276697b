"""`sequitur run` over time: reload, restart, kill, health, privileges, Falco's configuration."""

import json
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import program
from daemon import Daemon, Listener, MARKER, RSYSLOGD, Rsyslog, Site, until

DROPPER = """
- sequence: Dropped, armed, run
  desc: Three steps on one file.
  by: file.id
  within: 60s
  steps:
    - id: drop
      condition: evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith {folder}/marker
    - id: arm
      condition: evt.type in (chmod, fchmod, fchmodat) and fd.name startswith {folder}/marker or evt.type in (chmod, fchmodat) and fs.path.name startswith {folder}/marker
    - id: run
      condition: evt.type in (execve, execveat) and proc.exepath startswith {folder}/marker
  output: dropped %drop.fd.name
  priority: CRITICAL
"""
ALERTS = "outputs:\n  all: {type: file, path: alerts, format: json}\n"
HEALTH = "health: {listen: '{folder}/health.sock'}\n"
STATE = "state: {dir: state, snapshot_interval: 200ms}\n"


class Attack:
    """The three steps, each when it is asked for."""

    def __init__(self, site, name="x"):
        self.path = site.path("marker-" + name)

    def drop(self):
        shutil.copyfile("/bin/true", self.path)

    def arm(self):
        os.chmod(self.path, 0o755)

    def run(self):
        subprocess.run([self.path], check=True)


def status_of(site):
    done = program.run("status", "--address", site.path("health.sock"))
    return json.loads(done.stdout) if done.returncode == 0 else {}


class Reload(unittest.TestCase):
    def attack_with(self, between):
        with Site(ALERTS, DROPPER) as site:
            site.start()
            attack = Attack(site)
            for number, step in enumerate((attack.drop, attack.arm, attack.run)):
                if number:
                    between(site, number)
                step()
            until(site.alerts, what="the alert")
            site.daemon.stop()
            self.assertEqual([alert["rule"] for alert in site.alerts()], ["Dropped, armed, run"])
            self.assertTrue(site.alerts()[0]["sequence"]["complete"])

    def reloads(self, site):
        return sum("reloaded:" in line for line in site.daemon.said)

    def test_attack_with_a_hang_up_between_its_steps(self):
        def hang_up(site, number):
            site.daemon.hang_up()
            until(lambda: self.reloads(site) == number, what="the reload")
        self.attack_with(hang_up)

    def test_attack_with_a_change_between_its_steps(self):
        def change(site, number):
            site.write(f"rules.d/more{number}.yaml",
                       MARKER.replace("{folder}", "/nowhere").replace("Marker", f"M{number}"))
            until(lambda: self.reloads(site) == number, what="the reload")
            self.assertIn("1 partial matches go on, 0 dropped", site.daemon.said[-1])
        self.attack_with(change)

    def test_changed_sequence_is_dropped_and_counted(self):
        with Site(ALERTS + HEALTH, DROPPER) as site:
            site.start()
            Attack(site).drop()
            until(lambda: status_of(site)["partial_matches"]["live"] == 1, what="the match")
            site.write("rules.yaml",
                       DROPPER.replace("{folder}", site.folder).replace("60s", "50s"))
            site.daemon.await_line("0 partial matches go on, 1 dropped")

    def test_faulty_rules_leave_the_old_ones(self):
        with Site(ALERTS) as site:
            site.start()
            site.write("rules.d/bad.yaml", "- rule: Bad\n  condition: proc.nmae = x\n")
            site.daemon.await_line("the old rules go on")
            self.assertTrue(site.daemon.has_said("bad.yaml:2"), site.daemon.said)
            self.assertTrue(site.daemon.has_said("proc.name"), site.daemon.said)
            site.touch("one")
            until(site.alerts)
            os.remove(site.path("rules.d/bad.yaml"))
            site.daemon.await_line("reloaded: 1 rules")

    def test_what_is_no_rule_file_leaves_the_old_ones(self):
        with Site(ALERTS) as site:
            site.start()
            os.mkfifo(site.path("rules.d/pipe.yaml"))
            site.daemon.hang_up()
            site.daemon.await_line("pipe.yaml: is no file")
            os.symlink("user@host.1:2", site.path("rules.d/.#rules.yaml"))  # as Emacs locks
            os.remove(site.path("rules.d/pipe.yaml"))
            site.daemon.await_line("reloaded: 1 rules")
            site.touch("one")
            until(site.alerts)

    def test_new_rule_asks_the_kernel_for_its_events(self):
        with Site(ALERTS) as site:
            site.start()
            site.write("rules.d/new.yaml",
                       "- rule: Mode changed\n  desc: x\n  priority: INFO\n  condition: evt.type in "
                       f"(chmod, fchmodat) and fs.path.name startswith {site.folder}\n"
                       "  output: changed %fs.path.name\n")
            site.daemon.await_line("reloaded: 2 rules")
            os.chmod(site.path("rules.d/new.yaml"), 0o600)
            until(lambda: any(a["rule"] == "Mode changed" for a in site.alerts()))


class Restart(unittest.TestCase):
    def test_second_daemon_takes_nothing_from_the_first(self):
        with Site(ALERTS + STATE + HEALTH) as site:
            site.start()
            for spared, word in (("health.listen=", "keeps its state"), ("state.dir=", "listens")):
                done = program.run("run", "-c", site.path("sequitur.yaml"), "-o", spared)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(word, done.stderr)
            self.assertEqual(status_of(site)["pid"], site.daemon.process.pid)

    def test_attack_over_a_restart_and_a_kill(self):
        with Site(ALERTS + STATE, DROPPER) as site:
            attack = Attack(site)
            site.start()
            attack.drop()
            self.assertEqual(site.daemon.stop(), 0)
            site.start()
            self.assertTrue(site.daemon.has_said("resumed 1 partial matches"), site.daemon.said)
            attack.arm()
            site.await_save()
            site.daemon.kill()
            site.start()
            attack.run()
            until(site.alerts, what="the alert")
            alert = site.alerts()[0]
            self.assertEqual([step["id"] for step in alert["sequence"]["steps"]],
                             ["drop", "arm", "run"])
            # Both gaps are named.
            self.assertFalse(alert["sequence"]["complete"])
            gaps = alert["sequence"]["losses"]["unwatched"]
            self.assertEqual(len(gaps), 2, gaps)
            for gap in gaps:
                self.assertLess(gap["from"], gap["to"])

    def test_origin_of_a_file_outlives_a_restart(self):
        rule = """
- rule: Run by another
  desc: x
  priority: INFO
  condition: evt.type = execve and proc.exepath startswith {folder}/marker
  output: run %proc.exepath written by %file.origin.proc.name
"""
        with Site(ALERTS + STATE, rule) as site:
            site.start()
            subprocess.run(["cp", "/bin/true", site.path("marker-x")], check=True)
            site.daemon.stop()
            site.start()
            subprocess.run([site.path("marker-x")], check=True)
            until(site.alerts)
            self.assertIn("written by cp", site.alerts()[0]["output"])

    def test_copy_of_a_dropped_file_is_known_after_a_restart(self):
        """By the shipped rules: dropped and copied before, run after."""
        shipped = os.path.join(os.environ["SEQUITUR_ROOT"], "rules/dropper.yaml")
        with open(shipped, encoding="utf-8") as file, Site(ALERTS + STATE, file.read()) as site, \
                tempfile.TemporaryDirectory(dir=os.path.expanduser("~")) as elsewhere:
            site.start()
            with open("/bin/true", "rb") as true, open(site.path("dropped"), "wb") as dropped:
                dropped.write(true.read())
            copy = os.path.join(elsewhere, "copy")
            subprocess.run(["cp", site.path("dropped"), copy], check=True)
            os.chmod(copy, 0o755)
            site.daemon.stop()
            site.start()
            subprocess.run([copy], check=True)
            until(lambda: [a for a in site.alerts() if copy in a["output"]], what="the alert")
            alert = [a for a in site.alerts() if copy in a["output"]][0]
            self.assertEqual(alert["rule"], "Copy of a dropped file executed")
            self.assertIn(f"copied_by=cp {site.path('dropped')} {copy}", alert["output"])

    def test_makers_that_ended_before_a_restart_are_known(self):
        rule = """
- sequence: Two of one family
  desc: x
  by: proc.ancestry
  within: 60s
  steps:
    - id: one
      condition: evt.type in (open, openat, creat) and fd.name = {folder}/marker-one
    - id: two
      condition: evt.type in (open, openat, creat) and fd.name = {folder}/marker-two
  output: from %one.proc.pid to %two.proc.pid
  priority: INFO
"""
        with Site(ALERTS + STATE, rule) as site:
            site.start()
            # The outer shell makes the inner one and ends; the inner one is adopted.
            script = (": > marker-one; "
                      "(while ! test -e go; do sleep 0.05; done; : > marker-two) > /dev/null & echo $$")
            maker = subprocess.run(["sh", "-c", script], cwd=site.folder, check=True,
                                   stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                   text=True).stdout.strip()
            site.daemon.stop()
            site.start()
            site.write("go", "")
            until(site.alerts, what="the alert")
            self.assertIn(f"from {maker} to ", site.alerts()[0]["output"])

    def test_damaged_state_is_refused_and_said(self):
        with Site(ALERTS + STATE, DROPPER) as site:
            site.start()
            Attack(site).drop()
            site.daemon.stop()
            with open(site.path("state/state"), "r+b") as file:
                file.seek(200)
                file.write(b"\xff\xff\xff")
            site.start()
            self.assertTrue(site.daemon.has_said("damaged"), site.daemon.said)

    def test_kills_at_any_moment(self):
        kills = int(os.environ.get("SEQUITUR_KILLS", "8"))
        seed = int(os.environ.get("SEQUITUR_SEED", str(random.randrange(1 << 30))))
        dice = random.Random(seed)
        with Site("outputs:\n  web: {type: http, url: 'http://127.0.0.1:9/', retry_max: 500ms}\n"
                  "state: {dir: state, snapshot_interval: 20ms}\n" + HEALTH,
                  MARKER + DROPPER.replace("marker", "mark")) as site:
            spooled = 0
            for number in range(kills):
                site.start()
                text = "\n".join(site.daemon.said)
                self.assertNotRegex(text, "damaged|cut short|no saved state", f"seed {seed}")
                after = status_of(site)["outputs"][0]["spooled"]
                self.assertGreaterEqual(after, spooled, f"seed {seed}, kill {number}")
                end = time.monotonic() + dice.uniform(0, 0.4)
                count = 0
                while time.monotonic() < end:
                    site.touch(f"{number}-{count}")
                    count += 1
                    time.sleep(dice.uniform(0, 0.02))
                spooled = status_of(site)["outputs"][0]["spooled"]
                time.sleep(dice.uniform(0, 0.05))
                site.daemon.kill()
            self.assertGreater(spooled, 0)
            print(f"{kills} kills, {spooled} entries in the spool, none lost (seed {seed})")


class Health(unittest.TestCase):
    def test_served_on_a_socket_and_told_to_the_manager(self):
        with Site(ALERTS + HEALTH) as site:
            manager = Listener(site.path("manager.sock"))
            site.start(environment={"NOTIFY_SOCKET": site.path("manager.sock"),
                                    "WATCHDOG_USEC": "600000"})
            site.touch("one")
            until(site.alerts)
            until(lambda: manager.received.count(b"WATCHDOG=1") >= 3, what="signs of life")
            self.assertTrue(any(state.startswith(b"READY=1") for state in manager.received))
            until(lambda: status_of(site).get("alerts") == 1, what="the count")
            well = program.run("status", "--health", "--address", site.path("health.sock"))
            self.assertEqual((well.returncode, well.stdout), (0, "ok\n"))
            metrics = program.run("status", "--metrics", "--address",
                                  site.path("health.sock")).stdout
            self.assertIn('sequitur_alerts_total{rule="Marker opened"} 1\n', metrics)
            self.assertRegex(metrics, r'sequitur_events_total\{type="openat"\} [1-9]')
            self.assertRegex(metrics, r"sequitur_resident_memory_bytes [1-9]")
            for line in metrics.splitlines():
                self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\]|\\.)*",?)+\})?'
                                       r' [0-9.e+]+)$')
            top = program.run("top", "--frames", "2", "--interval", "0.3", "--address",
                              site.path("health.sock")).stdout
            for part in ("BUSIEST PROCESSES", "HOTTEST RULES", "OPEN PARTIAL MATCHES", "events/s"):
                self.assertIn(part, top)
            site.daemon.hang_up()
            until(lambda: any(state.startswith(b"RELOADING=1") for state in manager.received))
            site.daemon.stop()
            self.assertIn(b"STOPPING=1", manager.received)

    def test_only_this_host_is_served(self):
        with Site(ALERTS) as site:
            done = program.run("run", "-c", site.path("sequitur.yaml"), "-o",
                               "health.listen=0.0.0.0:9100")
            self.assertEqual(done.returncode, 1)
            self.assertIn("0.0.0.0:9100", done.stderr)


class Privilege(unittest.TestCase):
    def test_what_is_left(self):
        with Site(ALERTS) as site:
            site.start()
            kept = 1 << 2 | 1 << 19 | 1 << 38 | 1 << 39  # READ_SEARCH, PTRACE, PERFMON, BPF
            tasks = f"/proc/{site.daemon.process.pid}/task"
            for task in os.listdir(tasks):
                with open(f"{tasks}/{task}/status", encoding="utf-8") as file:
                    status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
                for name in ("CapEff", "CapPrm", "CapBnd"):
                    self.assertEqual(int(status[name], 16), kept, name)
                self.assertEqual(int(status["CapInh"], 16), 0)
                self.assertEqual(status["NoNewPrivs"], "1")
                self.assertEqual(status["Seccomp"], "2")

    def test_own_user(self):
        """As the unit runs it: no root, and the four capabilities."""
        four = "-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search"
        nobody = pwd.getpwnam("nobody")
        with Site(ALERTS + STATE) as site:
            for path in (site.folder, site.path("state")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
                os.chmod(path, 0o755)
            site.daemon = Daemon(["-c", site.path("sequitur.yaml")], prefix=[
                "setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}",
                "--clear-groups", f"--inh-caps={four}", f"--ambient-caps={four}",
                f"--bounding-set={four}"])
            site.touch("one")
            until(site.alerts)
            # Reads of other users' processes work: who did it was told by /proc.
            self.assertEqual(site.alerts()[0]["output_fields"]["proc.name"],
                             open("/proc/self/comm", encoding="utf-8").read().strip())
            with open(f"/proc/{site.daemon.process.pid}/status", encoding="utf-8") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            self.assertEqual(status["Uid"].split()[0], str(nobody.pw_uid))
            self.assertEqual(int(status["CapInh"], 16) | int(status["CapAmb"], 16), 0)
            self.assertEqual(site.daemon.stop(), 0)
            self.assertTrue(os.path.exists(site.path("state/state")))

    def test_rules_that_others_can_write_are_refused(self):
        with Site(ALERTS) as site:
            for name in ("rules.yaml", "sequitur.yaml", "rules.d"):
                before = os.stat(site.path(name)).st_mode
                os.chmod(site.path(name), before | 0o002)
                done = program.run("run", "-c", site.path("sequitur.yaml"))
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(f"{name}: everybody can write it", done.stderr)
                os.chmod(site.path(name), before)
            os.chown(site.path("rules.yaml"), 65534, 65534)
            done = program.run("run", "-c", site.path("sequitur.yaml"))
            self.assertIn("belongs to the user 65534", done.stderr)

    def test_attempts_on_the_daemon_alert(self):
        with Site(ALERTS + STATE + "priority: critical\n") as site:
            site.start("-o", "self_protection=true")
            os.kill(site.daemon.process.pid, signal.SIGCONT)
            # PTRACE_SEIZE: to attach would stop it, and only its watchdog would tell.
            subprocess.run([sys.executable, "-c", "import ctypes, sys\n"
                            "ctypes.CDLL(None).ptrace(0x4206, int(sys.argv[1]), 0, 0)",
                            str(site.daemon.process.pid)], check=False)
            with open(site.path("rules.d/x.yaml"), "w", encoding="utf-8"):
                pass
            if shutil.which("bpftool") or os.path.exists("/usr/sbin/bpftool"):
                subprocess.run(["/usr/sbin/bpftool", "prog", "show"], check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wanted = {"Sequitur was sent a signal", "Sequitur was traced",
                      "Sequitur's files were changed", "Kernel programs were reached for"}
            until(lambda: wanted <= {alert["rule"] for alert in site.alerts()},
                  what=f"{wanted} in {[a['output'] for a in site.alerts()]}")
            mine = [alert["output"] for alert in site.alerts()
                    if f"pid={site.daemon.process.pid}" in alert["output"]]
            self.assertEqual(mine, [], "the daemon accuses itself")


class Falco(unittest.TestCase):
    """A custom rule without a restart, syslog on, stdout off: one line in syslog."""

    def walk_through(self, site, log):
        """Returns what is found in syslog: `log()` gives its lines."""
        stock = os.environ.get("SEQUITUR_FALCO_RULES", "/nowhere")
        macro = ("- macro: open_read\n  condition: evt.type in (open, openat, openat2) and "
                 "evt.is_open_read = true and fd.typechar = f and fd.num >= 0\n")
        has_stock = os.path.exists(stock)
        site.write("falco_rules.yaml", open(stock, encoding="utf-8").read() if has_stock else
                   macro)
        site.write("falco.yaml", "rules_files: [falco_rules.yaml, rules.d]\n"
                   "stdout_output: {enabled: false}\nsyslog_output: {enabled: true}\n"
                   "watch_config_files: true\n")
        site.daemon = Daemon(["--falco-config", site.path("falco.yaml"), "-o",
                              "outputs.syslog.path=" + site.path("log.sock")])
        site.write("rules.d/custom.yaml",
                   "- rule: reading sensitive file\n  desc: x\n  priority: NOTICE\n"
                   "  condition: open_read and fd.name startswith /etc/passwd\n"
                   "  output: account file read by %proc.cmdline (%proc.pid)\n")
        site.daemon.await_line("reloaded:")
        with subprocess.Popen(["cat", "/etc/passwd"], stdout=subprocess.DEVNULL) as cat:
            pass
        # By its number: the other test of this class reads the file too, beside this one.
        said = f"by cat /etc/passwd ({cat.pid})"
        seen = lambda: [line for line in log() if said in line]
        until(seen, what="the line in syslog")
        self.assertEqual(site.daemon.stop(), 0)  # whatever else there was to say is said
        self.assertEqual(len(seen()), 1)
        self.assertEqual(site.daemon.printed, [], "nothing goes to stdout")
        return seen()[0]

    def test_walk_through(self):
        with Site() as site:
            log = Listener(site.path("log.sock"))
            line = self.walk_through(site, lambda: [each.decode() for each in log.received])
            self.assertRegex(line, r"^<13>\w\w\w .* sequitur\[\d+\]: ")

    def test_walk_through_into_rsyslog(self):
        with Site() as site:
            if not RSYSLOGD:
                self.skipTest("no rsyslogd")
            site.write("rsyslog.conf", 'module(load="imuxsock" SysSock.Use="off")\n'
                       f'input(type="imuxsock" Socket="{site.path("log.sock")}")\n'
                       f'*.* action(type="omfile" file="{site.path("log")}")\n')
            with Rsyslog(site):
                line = self.walk_through(site, lambda: site.lines("log"))
                # As rsyslog writes it: time, host, program[pid]: text.
                self.assertRegex(line, r"^\S.* sequitur\[\d+\]: \S+ Notice account file")


if __name__ == "__main__":
    program.run_live_tests_side_by_side()

#!/usr/bin/env python3
"""The files for Kubernetes, Helm and Ansible are well-formed, and agree with the program."""
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
RULES = ("{extends: default, rules: {line-length: {max: 110}, braces: {max-spaces-inside: 0}, "
         "truthy: disable}}")


def expect(claim, what):
    if not claim:
        sys.exit(f"not so: {what}")


def block_of(text, key):
    """The text of a YAML block scalar, by its key."""
    lines = text.split(f"{key}: |\n", 1)[1].splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    block = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            break
        block.append(line[indent:])
    return "\n".join(block) + "\n"


def read_yaml(text):
    """The documents of a YAML text, by the parser that Debian's yamllint comes with."""
    reader = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))"
    done = subprocess.run(["/usr/bin/python3", "-c", reader], input=text, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    expect(done.returncode == 0, f"this is YAML: {done.stderr}\n{text}")
    return json.loads(done.stdout)


def render(template, values):
    """A template of the chart as helm renders it; of its language just what the chart uses."""
    def value_of(expression):
        source, *filters = [part.strip() for part in expression.split("|")]
        words = source.split()
        value = {"Values": values, "Release": {"Name": "watch"}}
        for name in words[-1].lstrip(".").split("."):
            value = value[name]
        text = json.dumps(value) if words[0] == "toYaml" else str(value)  # JSON is YAML
        for each in filters:
            name, *arguments = each.split()
            if name == "nindent":
                text = "\n" + " " * int(arguments[0]) + text
            elif name == "sha256sum":
                text = hashlib.sha256(text.encode()).hexdigest()
            else:
                sys.exit(f"not so: this test knows the template function {name}")
        return text
    text = re.sub(r"\s*\{\{-(.*?)\}\}", lambda found: value_of(found[1]), template)
    return re.sub(r"\{\{(.*?)\}\}", lambda found: value_of(found[1]), text)


def check_settings(program, text, whose):
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings.yaml")
        settings.write_text(text)
        done = subprocess.run([program, "config", "check", "-c", settings], check=False,
                              stderr=subprocess.PIPE, text=True)
        expect(done.returncode == 0, f"{whose} settings are valid: {done.stderr}")


def check_chart(program, plain):
    """What the chart makes is valid, and the same pod as the plain DaemonSet's."""
    chart = PACKAGING / "helm/sequitur"
    values = read_yaml((chart / "values.yaml").read_text())[0]
    values["rules"] = {"custom.yaml": "[]\n"}
    config, rules = read_yaml(render((chart / "templates/configmap.yaml").read_text(), values))
    for name, text in config["data"].items():
        check_settings(program, text, f"the chart's {name}")
    expect(rules["data"] == values["rules"], f"rules are files of their own: {rules}")
    made = read_yaml(render((chart / "templates/daemonset.yaml").read_text(), values))[-1]
    pods = [each["spec"]["template"]["spec"] for each in (made, plain)]
    expect(made["spec"]["selector"]["matchLabels"].items() <=
           made["spec"]["template"]["metadata"]["labels"].items(), "the selector finds the pods")
    for what in ("securityContext", "livenessProbe", "volumeMounts", "resources"):
        one, other = (pod["containers"][0][what] for pod in pods)
        expect(one == other, f"{what} is the same: {one} {other}")
    names = [[volume["name"] for volume in pod["volumes"]] for pod in pods]
    expect(names[0] == names[1], f"and so are the volumes: {names}")
    for pod in pods:
        mounts = {mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
        expect(mounts == {volume["name"] for volume in pod["volumes"]}, "each volume is mounted")


def main():
    program = sys.argv[1]
    daemonset = PACKAGING / "kubernetes/daemonset.yaml"
    check_settings(program, block_of(daemonset.read_text(), "10-kubernetes.yaml"), "the DaemonSet's")
    for text in (daemonset.read_text(),
                 (PACKAGING / "helm/sequitur/templates/daemonset.yaml").read_text()):
        expect("livenessProbe" in text and "hostPID: true" in text, "there is a liveness probe")
        expect("add: [BPF, PERFMON, SYS_PTRACE, DAC_READ_SEARCH]" in text and
               "privileged: true" not in text, "four capabilities are enough")
    for script in (PACKAGING / "debian").iterdir():
        subprocess.run(["sh", "-n", script], check=True)
    if shutil.which("yamllint") is None:
        print("skipped: no yamllint here")
        return 77
    check_chart(program, read_yaml(daemonset.read_text())[-1])
    files = [daemonset, PACKAGING / "helm/sequitur/Chart.yaml", PACKAGING / "helm/sequitur/values.yaml",
             PACKAGING / "ansible"]
    done = subprocess.run(["yamllint", "-d", RULES, *files], check=False, stdout=subprocess.PIPE,
                          text=True)
    expect(done.returncode == 0, f"yamllint is content: {done.stdout}")
    if shutil.which("helm"):
        subprocess.run(["helm", "lint", PACKAGING / "helm/sequitur"], check=True)
    if shutil.which("ansible-lint"):
        subprocess.run(["ansible-lint", "--offline", PACKAGING / "ansible/roles/sequitur"], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

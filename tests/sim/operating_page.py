#!/usr/bin/env python3
"""docs/OPERATING.md is followed word for word, into a folder that stands for the machine.

Goal: what the page tells an operator to type works: the units are installed with the program that
they name, the job runs as the unit calls it, and the alarms name metrics that the job writes.
Method: the lines of the page's sh blocks are taken in order and none is left out. cmake and install
are the real ones with DESTDIR or with paths moved into the folder; commands of tally are run by the
program that cmake installed; of useradd, runuser and systemctl, which would change this machine, the
options are compared with what the real programs know, and their effect is played. A command that is
not known here fails the test. Where systemd-analyze is there, it judges the installed units.

  operating_page.py SOURCE BUILD TALLY RUN_AUTHOR
"""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

# Of 10, by systemd-analyze security: the witness has to be reached.
EXPOSURE_MAX = {"tally-project.service": 1.0, "tally-witness.service": 1.2}


def blocks(page, language):
    return [line for block in re.findall(rf"^```{language}\n(.*?)^```$", page, re.M | re.S)
            for line in block.splitlines()]


class Machine:
    def __init__(self, folder, source, build, run_author):
        self.run_author = run_author
        self.root, self.work = f"{folder}/root", f"{folder}/work"
        os.makedirs(f"{self.root}/etc")
        os.makedirs(f"{self.work}/build")
        os.symlink(build, f"{self.work}/build/release")
        self.source, self.users, self.enabled, self.started = source, set(), [], []

    def fail(self, line, why):
        sys.exit(f"docs/OPERATING.md: {line}\n{why}")

    def moved(self, word):
        return re.sub(r"(^|=)(/var/lib/)", rf"\1{self.root}\2", word)

    def run(self, line, words, environment=None):
        done = subprocess.run(words, cwd=self.work, capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
        if done.returncode != 0:
            self.fail(line, f"exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def options_known(self, line, words):
        """Only options that the real program's help names; a machine without it is no reason to fail."""
        if shutil.which(words[0]) is None:
            return
        text = subprocess.run([words[0], "--help"], capture_output=True, text=True).stdout
        for word in words[1:]:
            if word == "--":
                return
            if word.startswith("-") and not re.search(rf"(^|[\s,]){re.escape(word)}\b", text, re.M):
                self.fail(line, f"{words[0]} has no option {word}")

    def find_unit(self, line, name):
        for where, _, names in os.walk(self.root):
            if name in names:
                return os.path.join(where, name)
        return self.fail(line, f"{name} was not installed")

    def follow(self, line):
        words = shlex.split(line)
        handler = getattr(self, "do_" + words[0], None)
        if handler is None:
            self.fail(line, "this test does not know the command; teach it")
        handler(line, words)

    def do_cmake(self, line, words):
        self.run(line, words, {"DESTDIR": self.root})

    def do_useradd(self, line, words):
        self.options_known(line, words)
        self.users.add(words[-1])

    def do_install(self, line, words):
        if "logs.policy" in words:  # which logs a witness knows is for whoever runs it to write
            self.tally(line, ["tally", "identity", "-C", "/var/lib/tally/ledger", "--out", f"{self.work}/id"])
            vkey = json.load(open(f"{self.work}/id"))["log_vkeys"][0]
            open(f"{self.work}/logs.policy", "w").write(f"log {vkey}\nquorum none\n")
        self.options_known(line, words)
        kept = []
        rest = iter(words)
        for word in rest:
            if word in ("-o", "-g"):
                name = next(rest)
                if name not in self.users:
                    self.fail(line, f"there is no user {name}")
                continue
            kept.append(self.moved(word))
        self.run(line, kept)

    def do_runuser(self, line, words):
        self.options_known(line, words)
        if words[1] != "-u" or words[2] not in self.users or words[3] != "--":
            self.fail(line, "runuser -u USER -- COMMAND, with a user that was made")
        self.tally(line, words[4:])

    def tally(self, line, words, environment=None):
        if os.path.basename(words[0]) != "tally":
            self.fail(line, "only tally is run so")
        program = self.find_unit(line, "tally")
        if words[1:3] == ["erasure", "agree"]:
            self.play_author(line, words)
        return self.run(line, [program] + [self.moved(word) for word in words[1:]], environment)

    def play_author(self, line, words):
        """Somebody else's part: a party lime whose evidence stands where the line says."""
        index, offset = map(int, words[3].split("/"))
        place = [self.find_unit(line, "tally"), "-C", f"{self.root}/var/lib/tally/ledger"]
        key = self.moved(words[words.index("--key") + 1])
        if not os.path.exists(key):
            self.run(line, [place[0], "key", "new", "--party", "lime", "--out", key])
            self.run(line, place + ["party", "register", "lime", "--key", key])
            self.run(line, place + ["feed", "register", "calls", "--party", "lime", "--key", key])
        size = int(json.loads(self.run(line, place + ["checkpoint", "--json"]))["size"])
        if size > index:
            self.fail(line, f"record {index} is taken by what the page did before: name a later one")
        for number in range(size, index):
            open(f"{self.work}/{number}.txt", "w").write(f"filling {number}\n")
            self.run(line, place + ["document", "add", f"{self.work}/{number}.txt"])
        if "--rows" in words:  # a run, which only monitors write, through the library
            rows = int(words[words.index("--rows") + 1].split("-")[1]) + 15
            run = f"{self.work}/run.tev"
            self.run(line, [self.run_author, place[2], "calls", "desk", key, str(rows), run])
            self.run(line, place + ["append", run])
            return
        with open(f"{self.work}/calls.jsonl", "w") as lines:
            for minute in range(offset + 1):
                json.dump({"kind": "state reported", "source": "desk",
                           "at": f"2026-02-01T00:{minute:02}:00Z",
                           "body": {"state": "down", "note": f"call {minute}"}}, lines)
                lines.write("\n")
        self.run(line, place + ["append", f"{self.work}/calls.jsonl", "--feed", "calls", "--key", key])

    def do_systemctl(self, line, words):
        self.options_known(line, words)
        verb, names = words[1], [word for word in words[2:] if not word.startswith("-")]
        if verb == "daemon-reload":
            return
        for name in names:
            unit = open(self.find_unit(line, name)).read()
            if verb == "enable":
                if "[Install]" not in unit:
                    self.fail(line, f"{name} cannot be enabled: it has no [Install]")
                self.enabled.append(name)
                if name == "tally-witness.service" and "--now" in words:
                    self.serve(line, unit)
            elif verb == "start":
                self.start(line, unit)
                self.started.append(name)
            else:
                self.fail(line, f"this test does not know systemctl {verb}; teach it")

    def start(self, line, unit):
        """As systemd would, but for the user, the sandbox and the waiting for another writer."""
        command = re.search(r"^ExecStart=(.*)$", unit, re.M).group(1)
        words = shlex.split(command)
        if not os.path.exists(self.root + words[0]):
            self.fail(line, f"the unit runs {words[0]}, which was not installed")
        environment = dict(pair.split("=", 1) for pair in
                           re.findall(r"^Environment=(.*)$", unit, re.M))
        self.tally(line, words, {name: self.moved(value) for name, value in environment.items()})
        self.metrics = open(self.moved(words[words.index("--metrics") + 1])).read()


    def serve(self, line, unit):
        """The witness comes up as its unit calls it, on a free port, and ends when it is told to."""
        environment = dict(pair.split("=", 1) for pair in re.findall(r"^Environment=(.*)$", unit, re.M))
        command = re.search(r"^ExecStart=(.*)$", unit, re.M).group(1)
        words = [self.moved(re.sub(r"\$\{(\w+)\}", lambda name: environment[name[1]], word))
                 for word in shlex.split(command)]
        words[words.index("--listen") + 1] = "127.0.0.1:0"
        served = subprocess.Popen([self.root + words[0]] + words[1:], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
        said = [served.stdout.readline() for _ in range(2)]
        served.send_signal(signal.SIGTERM)
        if served.wait(timeout=30) != 0 or not said[1].startswith("listening on 127.0.0.1:"):
            self.fail(line, f"the witness said {said} and ended with {served.returncode}")


def judge_units(machine):
    """What systemd itself says of the installed units."""
    if shutil.which("systemd-analyze") is None:
        return "no systemd-analyze here"
    prefix = os.path.dirname(machine.find_unit("units", "tally-project.timer"))
    units = f"{machine.root}/usr/lib/systemd/system"
    os.makedirs(units, exist_ok=True)
    for name in (*EXPOSURE_MAX, "tally-project.timer"):
        if prefix != units:
            shutil.copy(f"{prefix}/{name}", units)
        said = subprocess.run(["systemd-analyze", "verify", f"--root={machine.root}", name],
                              capture_output=True, text=True)
        for complaint in (said.stdout + said.stderr).splitlines():
            # The folder has none of the system's own targets; everything else counts.
            if "Unit sysinit.target not found" not in complaint:
                sys.exit(f"systemd-analyze verify: {complaint}")
    exposures = []
    for name, most in EXPOSURE_MAX.items():
        said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                               f"--root={machine.root}", name], capture_output=True, text=True).stdout
        exposure = re.search(r"Overall exposure level for \S+ ([0-9.]+)", said)
        if exposure is None or float(exposure.group(1)) > most:
            sys.exit(f"{name} is exposed by more than {most}:\n{said}")
        exposures.append(exposure.group(1))
    return "exposure " + " and ".join(exposures)


def main():
    source, build, tally, run_author = map(os.path.abspath, sys.argv[1:5])
    for program in (tally, run_author):
        if not os.path.exists(program):
            sys.exit(f"{program} is not built")
    page = open(f"{source}/docs/OPERATING.md").read()
    folder = tempfile.mkdtemp(prefix="tally-operating-")
    try:
        machine = Machine(folder, source, build, run_author)
        lines = blocks(page, "sh")
        for line in lines:
            machine.follow(line)
        if machine.enabled != ["tally-project.timer", "tally-witness.service"] or not machine.started:
            sys.exit("the page enables no timer or no witness, or starts no job")
        alarms = blocks(page, "promql")
        for alarm in alarms:
            for name in re.findall(r"tally_project_\w+", alarm):
                if not re.search(rf"^{name} \d", machine.metrics, re.M):
                    sys.exit(f"docs/OPERATING.md: {alarm}\nthe job writes no {name}")
        erased = machine.run("erasing", [machine.find_unit("erasing", "tally"), "-C",
                                         f"{machine.root}/var/lib/tally/ledger", "verify", "--json"])
        if not any("rows 16 to 31" in note for note in json.loads(erased)["notes"]):
            sys.exit("docs/OPERATING.md: --rows 20-25 took no rows 16 to 31")
        verdict = judge_units(machine)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if len(lines) < 8 or len(alarms) < 3:
        sys.exit("the page lost its commands")
    print(f"{len(lines)} commands and {len(alarms)} alarms hold; {verdict}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The nightly job over many agreements: how long it takes, how much memory, and what it touches.

Goal: figures for docs/PERFORMANCE.md, and proof by count that a run looks only at agreements whose
evidence or acts grew, and appends statements about no others.
Method: nightly_ledger makes the ledger; the job runs over all of it, again with nothing new, after a
day's evidence of some agreements, after a day's evidence of all, and with --every. After each run
the looked-at agreements and those that got statements or closings are counted and must be the
expected ones.

  nightly.py TALLY NIGHTLY_LEDGER [--agreements 1000] [--measurements 10000] [--grown 100] [--jobs 2]
             [--folder DIR]

MEASUREMENTS are those of each agreement. The ledger is made in $TMPDIR or /var/tmp and removed.
"""
import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


class Measured:
    def __init__(self, command):
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out = child.stdout.read().decode()
        complaint = child.stderr.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        self.mib = usage.ru_maxrss / 1024
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit {child.returncode}\n{self.out}{complaint}")


def size_of(folder):
    return sum(os.path.getsize(os.path.join(where, name))
               for where, _, names in os.walk(folder) for name in names)


def spoken_of(options, ledger, since):
    """Agreements with statements or closings in records from `since` on, and how many of these."""
    names, acts = set(), 0
    for kind in ("statement", "window closed"):
        out = Measured([options.tally, "log", "--kind", kind, "-C", ledger, "--json"]).out
        for event in map(json.loads, out.splitlines()):
            if int(event["index"]) >= since:
                names.add(event["stream"].removeprefix("agreement/"))
                acts += 1
    return names, acts


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tally")
    arguments.add_argument("nightly_ledger")
    arguments.add_argument("--agreements", type=int, default=1000)
    arguments.add_argument("--measurements", type=int, default=10000)
    arguments.add_argument("--grown", type=int, default=100)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--folder", default=os.environ.get("TMPDIR", "/var/tmp"))
    options = arguments.parse_args()
    if not 0 < options.grown < options.agreements:
        sys.exit("--grown must be above 0 and below --agreements")
    folder = tempfile.mkdtemp(prefix="tally-nightly-", dir=options.folder)
    try:
        play(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def play(options, folder):
    ledger = f"{folder}/ledger"
    here = os.path.dirname(os.path.abspath(__file__))
    today = datetime.datetime.now(datetime.timezone.utc)
    begin = today - datetime.timedelta(days=4, minutes=8 * options.measurements)
    terms = open(f"{here}/nightly_terms.yaml").read()
    open(f"{folder}/terms.yaml", "w").write(terms.replace("@FROM@", f"{begin:%Y-%m-%d}"))
    made = Measured([options.nightly_ledger, "make", folder, f"{folder}/terms.yaml",
                     str(options.agreements), str(options.measurements)])
    total = options.agreements * options.measurements
    print(f"{options.agreements} agreements, {total:,} measurements in runs, "
          f"{size_of(ledger) / 2**20:,.1f} MiB, made in {made.wall:.0f} s; "
          f"load average {os.getloadavg()[0]:.1f}, {options.jobs} jobs", flush=True)
    print("\n| run | looked at | statements | closings | wall | processor | peak memory |\n"
          "|---|---|---|---|---|---|---|", flush=True)

    def project(what, *more):
        run = Measured([options.tally, "project", "-C", ledger, "--jobs", str(options.jobs),
                        "--json"] + list(more))
        report = json.loads(run.out.splitlines()[-1])  # receipts stand before it
        print(f"| {what} | {report['looked_at']} | {report['statements']} | {report['closings']} "
              f"| {run.wall:.1f} s | {run.cpu:.1f} s | {run.mib:.0f} MiB |", flush=True)
        if int(report["not_projected"]) != 0:
            sys.exit(f"{what}: {report['failures']}")
        return {key: int(report[key]) for key in ("looked_at", "statements", "closings", "size")}

    def expect(what, condition):
        if not condition:
            sys.exit(f"not so: {what}")

    def grow(agreements):
        Measured([options.nightly_ledger, "grow", folder, str(agreements)])

    everyone = {f"shop-{100000 + number}" for number in range(options.agreements)}
    full = project("first run, everything new")
    expect("the first run looks at every agreement", full["looked_at"] == options.agreements)
    expect("each has a statement", full["statements"] >= options.agreements)
    again = project("again, nothing new")
    # The last agreement of a run is not shown to be finished, and is looked at again (project_run.h).
    expect("at most the last agreement is looked at again", again["looked_at"] <= 1)
    expect("nothing is said twice", again["statements"] + again["closings"] == 0)
    grow(options.grown)
    some = project(f"a day's evidence of {options.grown} agreements")
    last = 1 if some["looked_at"] == options.grown + 1 else 0
    expect("those that grew are looked at, and at most the last one of the run before",
           some["looked_at"] == options.grown + last)
    names, acts = spoken_of(options, ledger, some["size"])
    expect("statements are about those that grew and no others",
           names == {f"shop-{100000 + number}" for number in range(options.grown)})
    expect("the summary counts them all", acts == some["statements"] + some["closings"])
    grow(options.agreements)
    day = project("a day's evidence of all")
    expect("all are looked at", day["looked_at"] == options.agreements)
    names, acts = spoken_of(options, ledger, day["size"])
    expect("all have a new statement", names == everyone)
    every = project("nothing new, --every", "--every")
    expect("--every looks at all", every["looked_at"] == options.agreements)
    expect("and says nothing", every["statements"] + every["closings"] == 0)
    print(f"\nincremental run: {some['looked_at']} of {options.agreements} agreements looked at, "
          f"{some['statements']} statements about {options.grown}, 0 about others")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""kill -9 of the nightly job (T-33): a stopped run that is gone on with says what an undisturbed one says.

Goal: `tally project` killed at any time leaves whole acts only; the run of the same instant, started
again, appends what was missing and nothing twice, and so does the run of a later instant. Of two jobs
at once one works and the other says that the ledger is busy, exit status 6 (T-92).
Method: one ledger of several agreements with a window each to state and to close. An undisturbed run
gives the acts to expect. Each turn copies the ledger as it was, kills the job (once or twice, after
some receipts or after some time), starts it again, and compares the bodies of all statements and
closings, in the order of the log. Then a run of now must append nothing, and the last turn's ledger
must verify. For two at once a job is stopped by SIGSTOP wherever it is, a second is started, with and
without --wait, and the first is let go on.

  kill_project.py TALLY TERMS EVENTS [--kills N] [--seed S]
"""
import argparse
import datetime
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

AGREEMENTS = 6


def must(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def prepare(tally, terms, events, folder):
    ledger = f"{folder}/ledger"
    must([tally, "init", ledger, "--origin", "kill.example/ledger"])
    for party in ("provider", "customer", "monitor"):
        must([tally, "key", "new", "--party", party, "--out", f"{folder}/{party}.pem"])
        must([tally, "party", "register", party, "--key", f"{folder}/{party}.pem", "-C", ledger])
    monitor = ["--key", f"{folder}/monitor.pem", "-C", ledger]
    must([tally, "feed", "register", "probes", "--party", "monitor"] + monitor)
    must([tally, "append", events, "--feed", "probes"] + monitor)
    for number in range(AGREEMENTS):
        text = open(terms).read().replace("agreement: web-shop", f"agreement: shop-{number}")
        open(f"{folder}/terms.yaml", "w").write(text)
        out = must([tally, "agreement", "propose", f"{folder}/terms.yaml", "--key",
                    f"{folder}/provider.pem", "-C", ledger])
        digest = out.split("terms ", 1)[1][:64]
        must([tally, "agreement", "accept", f"shop-{number}", "--terms", digest, "--key",
              f"{folder}/customer.pem", "-C", ledger])
    return ledger


def output_of(tally, ledger):
    """Bodies of all that the job said, in the order of the log."""
    acts = []
    for line in must([tally, "log", "-C", ledger, "--json"]).splitlines():
        event = json.loads(line)
        if event["kind"] in ("statement", "window closed"):
            acts.append((event["stream"], event["kind"], event["body"]))
    return acts


def killed(command, receipts, seconds):
    """True if the job was killed `seconds` after it printed so many receipts, before it ended."""
    child = subprocess.Popen(["stdbuf", "-oL"] + command, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    lines, end = 0, time.monotonic() + seconds if receipts == 0 else None
    while True:
        wait = 60.0 if end is None else max(0.0, end - time.monotonic())
        if not select.select([child.stdout], [], [], wait)[0]:
            break
        piece = os.read(child.stdout.fileno(), 65536)
        if not piece:
            break
        lines += piece.count(b"\n")
        if end is None and lines >= receipts:
            end = time.monotonic() + seconds
    ended = child.poll() is not None
    if not ended:
        os.killpg(child.pid, signal.SIGKILL)
    child.stdout.close()
    return child.wait() == -signal.SIGKILL


def overlap(tally, base, work, project, instant, length, expected, chance):
    """Two jobs over one ledger, until three times the second met the first at work."""
    met = 0
    for attempt in range(300):
        copy(base, work)
        first = subprocess.Popen(project(work, 1, "--knowledge", instant),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * length)
        first.send_signal(signal.SIGSTOP)
        wait = ["--wait=1"] if attempt % 2 else []
        second = subprocess.run(project(work, 1, "--knowledge", instant, "--json", *wait),
                                capture_output=True, text=True)
        first.send_signal(signal.SIGCONT)
        # The first may have been stopped before it had the ledger, and then comes second.
        if first.wait() != 0 or second.returncode not in (0, 6):
            sys.exit(f"two jobs at once: exit {first.returncode} and {second.returncode}\n"
                     f"{second.stderr}")
        if output_of(tally, work) != expected:
            sys.exit("two jobs at once appended other acts than one")
        if second.returncode == 6:
            if json.loads(second.stderr.splitlines()[-1])["code"] != "busy":
                sys.exit(f"exit status 6 is not called busy: {second.stdout}{second.stderr}")
            met += 1
        if met == 3:
            return attempt + 1
    sys.exit("no two jobs ever met: the test shows nothing")


def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    shutil.copy(f"{source}.head", f"{target}.head")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tally")
    arguments.add_argument("terms")
    arguments.add_argument("events")
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="tally-kill-project-")
    try:
        play(options, random.Random(options.seed), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def play(options, chance, folder):
    tally = options.tally
    base = prepare(tally, options.terms, options.events, folder)
    instant = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    time.sleep(0.01)
    work = f"{folder}/work"

    def project(ledger, jobs, *more):
        return [tally, "project", "-C", ledger, "--jobs", str(jobs)] + list(more)

    copy(base, work)
    began = time.monotonic()
    must(project(work, 1, "--knowledge", instant))
    length = time.monotonic() - began
    expected = output_of(tally, work)
    if len(expected) < 2 * AGREEMENTS:
        sys.exit(f"an undisturbed run gave {len(expected)} acts only: the loop shows nothing")
    for jobs in (2, 7):
        copy(base, work)
        must(project(work, jobs, "--knowledge", instant))
        if output_of(tally, work) != expected:
            sys.exit(f"--jobs {jobs} appended other acts than --jobs 1, or in another order")
    tries = overlap(tally, base, work, project, instant, length, expected, chance)
    kills = partial = 0
    while kills < options.kills:
        copy(base, work)
        for _ in range(chance.choice((1, 1, 2))):
            receipts = chance.choice((0, chance.randrange(1, len(expected) + 1)))
            seconds = chance.random() * (length if receipts == 0 else 0.01)
            kills += killed(project(work, chance.choice((1, 3)), "--knowledge", instant),
                            receipts, seconds)
        partial += 0 < len(output_of(tally, work)) < len(expected)
        # Every other turn goes on at the same instant; the others at that of the clock.
        same = chance.random() < 0.5
        must(project(work, 2, *(("--knowledge", instant) if same else ())))
        found = output_of(tally, work)
        if same and found != expected:
            sys.exit(f"seed {options.seed}, kill {kills}: other acts than an undisturbed run's:\n"
                     f"{json.dumps(found, indent=1)}\ninstead of\n{json.dumps(expected, indent=1)}")
        if sorted(figures(found)) != sorted(figures(expected)):
            sys.exit(f"seed {options.seed}, kill {kills}: {len(found)} acts, not {len(expected)}, "
                     f"or of other figures")
        must(project(work, 2))
        if output_of(tally, work) != found:
            sys.exit(f"seed {options.seed}, kill {kills}: another run appended something")
    verdict = json.loads(must([tally, "verify", work, "--json"]))
    if verdict["verdict"] != "verified":
        sys.exit(f"seed {options.seed}: the ledger does not verify: {verdict['findings']}")
    print(f"{kills} kills, {partial} turns that left some acts and not all, "
          f"{len(expected)} acts of {AGREEMENTS} agreements each time, verified; "
          f"two jobs at once met three times in {tries} tries")


def figures(acts):
    return [(number, kind, json.dumps(body["figures"])) for number, kind, body in acts]


if __name__ == "__main__":
    main()

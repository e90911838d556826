#!/usr/bin/env python3
"""kill -9 of the program itself (T-33): what it printed as recorded is there afterwards, once.

Goal: `tally append` killed at any time loses nothing that it acknowledged, tears nothing, and the
same command run again goes on without appending anything twice.
Method: one feed; the same file of events is appended again and again, one event a batch, and the
process is killed a random time after a random number of receipts. Receipts that came out before the kill are acknowledgements.
After each kill the next run starts by itself; at the end one run completes, the audit says
verified, and every event stands once at the index that was acknowledged.

  kill_writer.py TALLY [--kills N] [--seed S]
"""
import argparse
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RECEIPT = re.compile(r"^(\d+/\d+)\s+feed/probes\s+.*position (\d+)\b.*checkpoint (\d+)$")


def must(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def killed_run(command, receipts, seconds):
    """Runs `command`, kills it `seconds` after it printed that many receipts; returns all it printed."""
    child = subprocess.Popen(["stdbuf", "-oL"] + command, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    out, end = b"", None
    while True:
        if end is None and len(receipts_of(out)) >= receipts:
            end = time.monotonic() + seconds
        wait = 30.0 if end is None else max(0.0, end - time.monotonic())
        if not select.select([child.stdout], [], [], wait)[0]:
            break  # its time has come
        piece = os.read(child.stdout.fileno(), 65536)
        if not piece:
            break
        out += piece
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    out += child.stdout.read()
    child.wait()
    return receipts_of(out)


def receipts_of(out):
    lines = out.decode()[: out.decode().rfind("\n") + 1].splitlines()
    return [match.groups() for match in map(RECEIPT.match, lines) if match]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tally")
    arguments.add_argument("--kills", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="tally-kill-")
    try:
        play(options, chance, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def play(options, chance, folder):
    tally, ledger, key = options.tally, f"{folder}/ledger", f"{folder}/monitor.pem"
    must([tally, "init", ledger, "--origin", "kill.example/ledger"])
    must([tally, "key", "new", "--party", "monitor", "--out", key])
    must([tally, "party", "register", "monitor", "--key", key, "-C", ledger])
    must([tally, "feed", "register", "probes", "--party", "monitor", "--key", key, "-C", ledger])
    events = options.kills * 40
    with open(f"{folder}/events.jsonl", "w") as file:
        for number in range(events):
            at = f"2026-01-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z"
            file.write(json.dumps({"kind": "state reported", "source": "site", "at": at,
                                   "body": {"state": "up" if number % 7 else "down"}}) + "\n")
    append = [tally, "append", f"{folder}/events.jsonl", "--feed", "probes", "--key", key,
              "--batch", "1", "-C", ledger]
    acknowledged, acknowledged_by_killed = {}, 0
    for turn in range(options.kills):
        for event, position, _ in killed_run(append, chance.randrange(1, 70),
                                                 chance.random() * 0.02):
            if acknowledged.setdefault(position, event) != event:
                sys.exit(f"seed {options.seed}, kill {turn}: position {position} was recorded at "
                         f"{acknowledged[position]} and again at {event}")
            acknowledged_by_killed += 1
    for line in must(append).splitlines():
        receipt = RECEIPT.match(line)
        if receipt and acknowledged.setdefault(receipt[2], receipt[1]) != receipt[1]:
            sys.exit(f"position {receipt[2]} moved from {acknowledged[receipt[2]]} to {receipt[1]}")
    verdict = json.loads(must([tally, "verify", ledger, "--json"]))
    if verdict["verdict"] != "verified":
        sys.exit(f"seed {options.seed}: the ledger does not verify: {verdict['findings']}")
    recorded = [json.loads(line) for line in
                must([tally, "log", "feed/probes", "-C", ledger, "--json"]).splitlines()]
    states = [event for event in recorded if event.get("kind") == "state reported"]
    if len(states) != events:
        sys.exit(f"seed {options.seed}: {events} events were appended, the ledger holds {len(states)}")
    indexes = {event["event"] for event in recorded}
    lost = [event for event in acknowledged.values() if event not in indexes]
    if lost:
        sys.exit(f"seed {options.seed}: acknowledged and lost: {lost[:5]}")
    if acknowledged_by_killed == 0:
        sys.exit("no process was killed after an acknowledgement: the loop showed nothing")
    print(f"{options.kills} kills, {acknowledged_by_killed} acknowledgements by processes that were "
          f"killed, {events} events recorded once each, verified")


if __name__ == "__main__":
    main()

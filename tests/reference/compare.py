#!/usr/bin/env python3
"""Compares the engine with the reference evaluator over random agreements and histories.

    compare.py --player PATH [--count N] [--seed S] [--case I] [--only KIND]... [--shrink N]
               [--jobs J]

The player may also be named by TALLY_REFERENCE_PLAYER.

Each case is one agreement with feeds of its own, as many from generate.py (c0, c1, ...) as from
generate_more.py (m0, m1, ...); cases share a ledger by the dozen. Window bounds, values (exact
fractions), verdicts and credits must be equal, where rules over sequences make them also balances
and what is set off, and no case may be refused. A table then shows how many cases met each kind
of measure, choice and edge; a row below its threshold fails the run (thresholds grow with N). A
failing case is shrunk - objectives, exclusions and events are left out as long as it still fails -
and left as terms.yaml, *.jsonl and case.json in FOLDER.

Cases are played and evaluated by J processes, one for each processor unless told otherwise, and the
ledgers lie in memory where the machine has a folder for that: what survives a power cut is tested
elsewhere.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

import balances
import choices
import coverage
import evaluator
import generate
import generate_more
import inside
import timeline as tl
from money import minor_units

PER_LEDGER = 25
# (seed, case): the differences that RULINGS.md lists as found and not mended yet. They are shown and
# do not fail the run; one that no longer differs does, so that the list only names what is open.
OPEN = set()


# ---- Playing -------------------------------------------------------------------------------------

def write_case(case, folder):
    """The case's files; returns the steps that play it."""
    os.makedirs(folder, exist_ok=True)

    def put(name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    steps = []
    for name, text in sorted(case["calendars"].items()):
        steps.append(["calendar", "add", put(name, text), "--name", name])
    for feed in case["watermarks"]:
        steps.append(["feed", "register", feed, "--party", "monitor", "--key", "@monitor.pem"])
    lines = sorted(case["events"], key=lambda e: e["feed"]) + [
        {"feed": feed, "kind": "watermark", "at": at, "reported": at, "body": {"through": at}}
        for feed, at in case["watermarks"].items()]
    path = put("events.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    evidence = [["append", path, "--batch", "500", "--key", "@monitor.pem"]] if lines else []
    if not case.get("acts"):
        steps += evidence
    terms = put("terms.yaml", generate.yaml(case["terms"]) + "\n")
    steps.append(["agreement", "propose", terms, "--key", "@provider.pem"])
    steps.append(["agreement", "accept", case["name"], "--terms", "$TERMS",
                  "--key", "@customer.pem"])
    if case.get("acts"):
        steps += acts_of(case, put) + evidence
    if amendment := case.get("amendment"):
        path = put("amendment.yaml", generate.yaml(amended(case)) + "\n")
        steps.append(["amendment", "propose", case["name"], path, "--key", "@provider.pem"])
        steps.append(["amendment", "accept", case["name"], "--terms", "$TERMS",
                      "--key", "@customer.pem"])
    steps += [["project"]] * case.get("project", False)
    replay = ["replay", case["name"], "--json"]
    if case["until"]:
        replay += ["--period", "2024-01-01T00:00:00Z/" + case["until"]]
    steps.append(replay)
    put("case.json", json.dumps(case, indent=1))
    return steps


def acts_of(case, put):
    """The clock moves from act to act; it may not move far without a record between."""
    steps, now = [], generate.STARTS
    for i, act in enumerate(case["acts"] + [None]):
        at = generate.NOW if act is None else tl.instant(act["at"])
        while now + 15 * tl.DAY < at:
            now += 15 * tl.DAY
            name = "stranger-%d" % len(steps)
            steps += [["set", tl.show(now)],
                      ["key", "new", "--party", name, "--out", "@%s.pem" % name],
                      ["party", "register", name, "--key", "@%s.pem" % name]]
        now = at
        steps.append(["set", tl.show(at)])
        if act is not None:
            line = {k: v for k, v in act.items() if k != "at"}
            steps.append(["append", put("act-%d.jsonl" % i, json.dumps(line) + "\n"),
                          "--key", "@provider.pem"])
    return steps


def amended(case):
    """The file of the amendment: the new terms whole."""
    amendment = case["amendment"]
    amends = {k: v for k, v in amendment.items() if k not in ("objectives", "fees")}
    amends.update({"base": "current", "reason": "as agreed"})
    return {"tally": "terms/1", "amends": amends,
            **dict(case["terms"], objectives=amendment["objectives"],
                   fees=amendment.get("fees", case["terms"]["fees"]))}


def play(player, cases, folder):
    """Name -> the engine's answer, or a text that says why there is none."""
    answers = os.path.join(folder, "answers")
    shutil.rmtree(answers, ignore_errors=True)
    os.makedirs(answers)
    plain, closed, ledgers = [], [], []
    parties = ["provider", "customer", "monitor"]
    for case in cases:
        one = {"name": case["name"], "steps": write_case(case, os.path.join(folder, case["name"]))}
        if case.get("acts"):
            ledgers.append({"now": tl.show(generate.STARTS), "parties": parties, "cases": [one]})
        else:  # the job looks at all agreements of a ledger
            (closed if case.get("project") else plain).append(one)
    for group in (plain, closed):
        ledgers += [{"now": tl.show(generate.NOW), "parties": parties,
                     "cases": group[i:i + PER_LEDGER]} for i in range(0, len(group), PER_LEDGER)]
    plan = {"answers": answers, "ledgers": ledgers}
    path = os.path.join(folder, "plan.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(plan, file)
    ran = subprocess.run([player, path], capture_output=True, text=True, check=False,
                         env=dict(os.environ, TMPDIR=folder))
    out = {}
    for case in cases:
        name = os.path.join(answers, case["name"])
        if os.path.exists(name + ".json"):
            with open(name + ".json", encoding="utf-8") as file:
                out[case["name"]] = json.load(file)
        elif os.path.exists(name + ".error"):
            with open(name + ".error", encoding="utf-8") as file:
                out[case["name"]] = file.read()
        else:
            out[case["name"]] = "the player ended: %s" % (ran.stderr or ran.returncode)
    return out


# ---- Comparing -----------------------------------------------------------------------------------

def engine_windows(answer):
    found = collections.defaultdict(list)
    for window in answer["windows"]:
        value, credit = window["value"], window["credit"]
        found[window["objective"]].append((
            window["from"], window["to"], window["verdict"],
            None if value is None else Fraction(int(value["numerator"]), int(value["denominator"])),
            None if credit is None else minor_units(credit["amount"] + " " + credit["currency"])[0]))
    return found


def evaluate(case, terms, known):
    made = evaluator.Case(
        terms, case["events"], {f: tl.instant(w) for f, w in case["watermarks"].items()}, known,
        case["calendars"], case["until"] and tl.instant(case["until"]), case.get("acts", ()))
    made.closed = case.get("project", False)
    return evaluator.evaluate(made), made


def reference_windows(case, known):
    results, made = evaluate(case, case["terms"], known)
    if amendment := case.get("amendment"):
        after, other = evaluate(case, amended(case), known)
        results = inside.governed(amendment, made, other, results, after)
    return results, made.book, {name: [(tl.show(r.a), tl.show(r.b), r.verdict, r.value, r.credit)
                                       for r in each] for name, each in results.items()}


FIELDS = ["from", "to", "verdict", "value", "credit"]


def differences(case, answer):
    """Texts, and what the reference found."""
    if isinstance(answer, str):
        return ["refused: " + answer], {}
    engine = engine_windows(answer)
    results, book, reference = reference_windows(case, tl.instant(answer["known"]["instant"]))
    out = []
    for name in case["terms"]["objectives"]:
        ours, theirs = reference[name], engine.get(name, [])
        kind = case["terms"]["objectives"][name]["measure"]["kind"]
        if [w[:2] for w in ours] != [w[:2] for w in theirs]:
            out.append("%s (%s): windows: reference %s, engine %s" % (
                name, kind, [w[:2] for w in ours if w[:2] not in [t[:2] for t in theirs]],
                [t[:2] for t in theirs if t[:2] not in [w[:2] for w in ours]]))
            continue
        for mine, other in zip(ours, theirs):
            out += ["%s (%s) %s: %s: reference %s, engine %s" % (name, kind, mine[0], f, m, o)
                    for f, m, o in zip(FIELDS, mine, other) if m != o]
    if book is not None:
        out += balances.differences(book, answer)
    return out, results


# ---- Shrinking -----------------------------------------------------------------------------------

def with_objectives(case, objectives):
    """The case with these objectives alone, without feeds that none of them names."""
    terms = dict(case["terms"], objectives=objectives)
    if amendment := case.get("amendment"):
        kept = {k: v for k, v in amendment["objectives"].items() if k in objectives}
        case = dict(case, amendment=dict(amendment, objectives=kept))
    rules = {k: r for k, r in terms.get("rules", {}).items()
             if r["objectives"] == "all" or set(r["objectives"]) <= set(objectives)}
    terms.update({"rules": rules} if rules else {})
    if not rules:
        terms.pop("rules", None)
    feeds = {s.split("/")[0] for o in objectives.values()
             for s in evaluator.sources_of(o["measure"])}
    return dict(case, terms=terms, events=[e for e in case["events"] if e["feed"] in feeds],
                watermarks={f: w for f, w in case["watermarks"].items() if f in feeds})


def smaller(case):
    """Cases with something left out, the biggest steps first."""
    objectives = case["terms"]["objectives"]
    needed = {m for o in objectives.values() for m in evaluator.counted.members_of(o["measure"])}
    for name in objectives:
        if len(objectives) > 1 and name not in needed:
            yield with_objectives(case, {k: v for k, v in objectives.items() if k != name})
    for name, objective in objectives.items():
        for key in ("exclusions", "credit"):
            if objective[key] != "none":
                yield with_objectives(case, dict(objectives, **{name: dict(objective,
                                                                           **{key: "none"})}))
    for key in case["terms"].get("rules", {}):
        rules = {k: r for k, r in case["terms"]["rules"].items() if k != key}
        terms = dict(case["terms"], rules=rules)
        if not rules:
            del terms["rules"]
        yield dict(case, terms=terms)
    if case.get("amendment"):
        yield dict(case, amendment=None)
        if "fees" in case["amendment"]:
            yield dict(case, amendment={k: v for k, v in case["amendment"].items() if k != "fees"})
    events, size = case["events"], len(case["events"]) // 2
    while size >= 1:
        for at in range(0, len(events), size):
            yield dict(case, events=events[:at] + events[at + size:])
        size //= 2


def shrink(player, case, folder, seconds, same):
    """Leaves out what is not needed for the same difference."""
    ends, tries, progress = time.monotonic() + seconds, 0, True
    while progress and time.monotonic() < ends:
        progress = False
        for each in smaller(case):
            tries += 1
            if time.monotonic() > ends:
                break
            found, _ = differences(each, play(player, [each], folder)[each["name"]])
            if any(same(text) for text in found):
                case, progress = each, True
                break
    return case


# ---- The run -------------------------------------------------------------------------------------

def cases_of(options):
    """Of both generators as many as asked for; one case is named like c12 or m12."""
    names = [options.case] if options.case else [
        letter + str(i) for letter in options.only_from for i in range(options.count)]
    makers = {"c": generate, "m": generate_more}
    return [makers[name[0]].case("%s/%s" % (options.seed, name[1:]), name, options.only)
            for name in names]


def compare_part(options, folder, cases):
    """What some cases bring to the table, and those that differ; in a process of its own."""
    table, failed = collections.Counter(), []
    own = tempfile.mkdtemp(dir=folder)
    answers = play(options.player, cases, own)
    for case in cases:
        found, results = differences(case, answers[case["name"]])
        table.update(coverage.tags(case, results))
        table["windows compared"] += sum(len(r) for r in results.values())
        if found:
            failed.append((case, found))
    shutil.rmtree(own)
    return table, failed


def without_open(options, cases, failed):
    """The failures that nobody knows of, after a word about the others; and entries that are old."""
    differ = {case["name"] for case, _ in failed}
    played = {case["name"] for case in cases}
    known = {name for seed, name in OPEN if seed == options.seed and name in played}
    if options.only:  # other agreements by the same names
        known = set()
    for case, found in failed:
        if case["name"] in known:
            print("OPEN, see RULINGS.md: %s: %s" % (case["name"], "; ".join(found[:6])))
    return [f for f in failed if f[0]["name"] not in known], sorted(known - differ)


def compare(options, folder):
    cases = cases_of(options)
    parts = [cases[at:at + PER_LEDGER] for at in range(0, len(cases), PER_LEDGER)]
    table, failed = collections.Counter(), []
    start = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for more, differ in pool.map(compare_part, *zip(*((options, folder, p) for p in parts))):
            table.update(more)
            failed += differ
    print("%d agreements, %d differ, seed %s, %.0f s" % (
        len(cases), len(failed), options.seed, time.monotonic() - start))
    return cases, table, failed


def new_folder():
    """In memory where that is possible: ledgers that nobody keeps need no disk."""
    memory = "/dev/shm"
    usable = "TMPDIR" not in os.environ and os.access(memory, os.W_OK) \
        and shutil.disk_usage(memory).free > 1 << 30
    return tempfile.mkdtemp(prefix="tally-reference-", dir=memory if usable else None)


def report(options, folder, failed):
    keep = options.keep or tempfile.mkdtemp(prefix="tally-reference-failed-")
    for case, found in failed[:options.show]:
        print("%s:" % case["name"])
        for text in found[:6]:
            print("  " + text)
    for case, found in failed[:options.shrink]:
        kind = found[0].split(")")[0].split(" ", 1)[-1][:40]  # of the measure, or of the refusal
        less = shrink(options.player, case, os.path.join(folder, "shrink"), options.seconds,
                      lambda text, kind=kind: kind in text)
        write_case(less, os.path.join(keep, case["name"]))
        print("%s, shrunk: %s" % (case["name"], os.path.join(keep, case["name"])))
    print("FAILED: %d agreements differ; files in %s" % (len(failed), keep))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    player = os.environ.get("TALLY_REFERENCE_PLAYER")
    parser.add_argument("--player", default=player, required=player is None)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--case", help="only this one of the seed, like c12 or m12")
    parser.add_argument("--only-from", default="cm", help="c: generate.py, m: generate_more.py")
    parser.add_argument("--only", action="append", default=[], help="a kind of measure; repeat")
    parser.add_argument("--keep", help="where shrunk failures are left")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--shrink", type=int, default=3, help="how many failures are shrunk")
    parser.add_argument("--seconds", type=float, default=60, help="for each of them")
    options = parser.parse_args()
    folder = new_folder()
    try:
        cases, table, failed = compare(options, folder)
        failed, old = without_open(options, cases, failed)
        low = []
        if options.case is None and not options.only:
            low = coverage.show(table, options.count, options.only_from)
            print("not generated: " + "; ".join(choices.never(cases)))
        if failed:
            report(options, folder, failed)
    finally:
        shutil.rmtree(folder)
    for row in low:
        print("FAILED: too few cases: " + row)
    for name in old:
        print("FAILED: %s no longer differs: take it out of OPEN and of RULINGS.md" % name)
    return 1 if failed or low or old else 0


if __name__ == "__main__":
    sys.exit(main())

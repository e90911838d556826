#!/usr/bin/env python3
"""Compares the engine with the reference evaluator over random agreements and histories.

    compare.py --player PATH [--count N] [--seed S] [--case I] [--only KIND]... [--shrink N]
               [--jobs J]

The player may also be named by TALLY_REFERENCE_PLAYER.

Each case is one agreement with feeds of its own, as many from generate.py (c0, c1, ...) as from
generate_more.py (m0, m1, ...), and a quarter as many from generate_acts.py (a0, a1, ...), which have
ledgers of their own; the others share one by the dozen. Window bounds, values (exact
fractions), verdicts and credits must be equal, where rules over sequences make them also balances
and what is set off, and no case may be refused. A table then shows how many cases met each kind
of measure, choice and edge. Thresholds grow with N; while a row is below its own, the generator that
meets it makes further agreements, up to N, and the run fails if that was not enough. A failing case is shrunk - objectives, exclusions and events are left out as long as it still fails -
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

import adjusted
import balances
import choices
import coverage
import evaluator
import generate
import generate_acts
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
    if case.get("acts"):  # when the ledger heard of each
        steps.append(["also", "log", "agreement/" + case["name"], "--json"])
    replay = ["replay", case["name"], "--json"]
    if case["until"]:
        replay += ["--period", "2024-01-01T00:00:00Z/" + case["until"]]
    steps.append(replay)
    put("case.json", json.dumps(case, indent=1))
    return steps


def evidence_until(case, limit):
    """Events known by then, and watermarks that say no more."""
    lines = [e for e in case["events"] if tl.instant(e["reported"]) <= limit]
    marks = {f: min(tl.instant(w), limit // tl.SECOND * tl.SECOND)
             for f, w in case["watermarks"].items()}
    return sorted(lines, key=lambda e: e["feed"]) + [
        {"feed": f, "kind": "watermark", "at": tl.show(w), "reported": tl.show(w),
         "body": {"through": tl.show(w)}} for f, w in marks.items()]


def step_of(case, act, i, put):
    """Words that are tried: what the engine refuses or warns of is the reference's to foresee."""
    if act.get("do") == "project":
        lines = evidence_until(case, tl.instant(act["at"]))
        path = put("early-%d.jsonl" % i, "".join(json.dumps(line) + "\n" for line in lines))
        return [["append", path, "--batch", "500", "--key", "@monitor.pem"], ["project"]]
    key = ["--key", "@%s.pem" % act.get("by", "provider")]
    if "words" in act:
        return [["try"] + act["words"] + key]
    line = {k: v for k, v in act.items() if k not in ("at", "by")}
    return [["append", put("act-%d.jsonl" % i, json.dumps(line) + "\n")] + key]


def acts_of(case, put):
    """The clock moves from act to act; it may not move far without a record between."""
    steps, now, record = [], generate.STARTS, generate.STARTS
    for i, act in enumerate(case["acts"] + [None]):
        at = generate.NOW if act is None else tl.instant(act["at"])
        while record + 15 * tl.DAY < at:
            now = record = max(now, record + 15 * tl.DAY)
            name = "stranger-%d" % len(steps)
            steps += [["set", tl.show(now)],
                      ["key", "new", "--party", name, "--out", "@%s.pem" % name],
                      ["party", "register", name, "--key", "@%s.pem" % name]]
        now = at
        steps.append(["set", tl.show(at)])
        if act is not None:
            steps += step_of(case, act, i, put)
            record = record if act.get("kind", "").startswith("target") else now
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
            if case.get("acts"):
                with open(name + ".also", encoding="utf-8") as file:
                    out[case["name"]]["log"] = [json.loads(line) for line in file]
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


def said_again(act, other):
    """The same line of a file once more, which the ledger does not record again."""
    return "words" not in other and all(
        act.get(key) == other.get(key) for key in ("kind", "agreement", "by", "body"))


def heard(case, answer):
    """The case with its acts at their ledger times, which its clock sets nearly (RULINGS.md 70)."""
    log, acts = answer.get("log", []), []
    for act in case.get("acts", ()):
        if "kind" not in act:
            acts.append(act)
            continue
        if "words" not in act and any(said_again(act, other) for other in acts):
            continue  # the ledger has it already: RULINGS.md 106
        at = next((i for i, line in enumerate(log) if line["kind"] == act["kind"] and all(
            line["body"][k] == act["body"].get(k) for k in ("name", "choice")
            if k in line["body"])), None)
        if at is None and "words" in act:  # it was refused
            continue
        acts.append(dict(act, at=log[at]["recorded"], said=log[at].get("body")))
        log = log[at + 1:]
    return dict(case, acts=acts)


def model(case, terms, known):
    made = evaluator.Case(
        terms, case["events"], {f: tl.instant(w) for f, w in case["watermarks"].items()}, known,
        case["calendars"], case["until"] and tl.instant(case["until"]), case.get("acts", ()))
    made.closed = case.get("project", False)
    return made


def adjust(made):
    """Targets that closed windows gave: found with those of the terms, then judged by. Texts of
    what the engine proposed or refused and the reference did not."""
    out = []
    if adjusted.rule_of(made) is None:
        return out
    for name, results in evaluator.evaluate(made).items():
        figure, proposal = adjusted.figure(made, name, results), adjusted.act_of(
            made, "target proposed")
        said = proposal and Fraction(proposal["said"]["target"])
        if (figure and figure[0]) != said:
            out.append("%s (target): reference %s, engine %s" % (name, figure, said))
        made.tags.add("target: %s" % ("no figure" if figure is None else "proposed"))
        if found := adjusted.in_force(made, name, results):
            made.targets[name] = found
            made.tags.add("target adjusted: " + adjusted.rule_of(made)["applies from"])
    return out


def reference_windows(case, known):
    made = model(case, case["terms"], known)
    texts = adjust(made)
    other = amendment = None
    if amendment := case.get("amendment"):
        other = model(case, amended(case), known)
        made.versions = other.versions = [(-tl.FOREVER, made),
                                          (tl.instant(amendment["effective"]), other)]
    results, book = evaluator.evaluate(made, amendment is None), made.book
    if amendment:
        after = evaluator.evaluate(other, False)
        results = inside.governed(amendment, made, other, results, after)
        evaluator.over_windows(other, results)  # by the newest rules
        book = other.book
    for r in (r for each in results.values() for r in each):
        r.tags |= made.tags
    return texts, results, book, {name: [(tl.show(r.a), tl.show(r.b), r.verdict, r.value, r.credit)
                                       for r in each] for name, each in results.items()}


FIELDS = ["from", "to", "verdict", "value", "credit"]


def differences(case, answer):
    """Texts, and what the reference found."""
    if isinstance(answer, str):
        return ["refused: " + answer], {}
    engine = engine_windows(answer)
    out, results, book, reference = reference_windows(
        heard(case, answer), tl.instant(answer["known"]["instant"]))
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

def count_of(options, letter):
    return options.count // (generate_acts.ONE_OF if letter == "a" else 1)


def cases_of(options, names):
    makers = {"a": generate_acts, "c": generate, "m": generate_more}
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
    """Compares the cases asked for, then more while rows of the table are too low."""
    start = time.monotonic()
    cases, table, failed = [], collections.Counter(), []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        def compare_named(names):
            made = cases_of(options, names)
            parts = [made[at:at + PER_LEDGER] for at in range(0, len(made), PER_LEDGER)]
            for more, differ in pool.map(compare_part, *zip(*((options, folder, p)
                                                              for p in parts))):
                table.update(more)
                failed.extend(differ)
            cases.extend(made)

        compare_named([options.case] if options.case else [
            letter + str(i) for letter in options.only_from
            for i in range(count_of(options, letter))])
        at = {letter: count_of(options, letter) for letter in options.only_from}
        while options.case is None and not options.only and (letters := sorted(
                letter for letter in coverage.lacking(table, options.count, options.only_from)
                if at[letter] < 2 * count_of(options, letter))):
            compare_named([letter + str(at[letter] + i) for letter in letters
                           for i in range(PER_LEDGER)])
            for letter in letters:
                at[letter] += PER_LEDGER
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
    parser.add_argument("--only-from", default="cma",
                        help="c: generate.py, m: generate_more.py, a: generate_acts.py")
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

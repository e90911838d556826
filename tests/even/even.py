#!/usr/bin/env python3
"""The same evidence and terms give the same digests, whatever the surroundings.

    even.py CASE --player PATH --digests PATH --tally PATH [--write] [--others PATH...]

A case makes ledgers with reference_player (own clock and randomness, so that they are the same each
time), has even_digests print their digests in different surroundings, and compares the lines:

    Golden            the fixed scenario against golden.txt beside this file; with --others also the
                      digests that programs of other compilers print for all ledgers of a run
    Threads           1, 2 and 7 threads
    Batches           the same events 1, 7 and 1,000 a batch: `content` is equal. The digests `result`
                      and `figures` name events by record and offset, so they are another ledger's.
    Locales           four locales, for making the ledger and for replaying it
    ZoneDatabases     ledgers whose rules are the system's, those that zic makes of tzdata.zi in its
                      fat and its slim form, and the yearly rules alone: `content` is equal. Then one
                      ledger under other values of TZ and TZDIR: everything is equal.
    RealData          the uptime-limecommerce data set: batches, threads and locales
    RandomAgreements  agreements of the reference comparison, all kinds of measures: batches, threads
                      and locales

--write makes golden.txt anew. Prints SKIPPED where the data are absent.
"""
import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "reference"))

LOCALES = {"C": "C", "de_DE": "UTF-8", "tr_TR": "UTF-8", "hi_IN": "UTF-8"}
# What the zones of the fixed scenario have said since 2007, without history.
RULES = {"Europe/Berlin": (1, "CET-1CEST,M3.5.0,M10.5.0/3"),
         "America/Denver": (-7, "MST7MDT,M3.2.0,M11.1.0")}
NOW = 1793491200  # 2026-11-01T00:00:00Z
DAY = 86400


# ---- Surroundings --------------------------------------------------------------------------------

def environment(folder, locale="C", **more):
    """A bare environment. Locales are compiled into a folder of our own: the system is left alone."""
    name = "C" if locale == "C" else "%s.%s" % (locale, LOCALES[locale])
    path = os.path.join(folder, "locales")
    if locale != "C" and not os.path.exists(os.path.join(path, name)):
        os.makedirs(path, exist_ok=True)
        subprocess.run(["localedef", "-i", locale, "-f", LOCALES[locale],
                        os.path.join(path, name)], check=True, stdout=subprocess.DEVNULL)
    return {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "LOCPATH": path,
            "LC_ALL": name, **more}


def rules_only(folder):
    """Zone files with a footer and no transitions (RFC 8536, version 2)."""
    for name, (hours, rule) in RULES.items():
        letters = rule[:3].encode() + b"\0"
        counts = struct.pack(">6I", 0, 0, 0, 0, 1, len(letters))
        block = struct.pack(">iBB", hours * 3600, 0, 0) + letters
        head = b"TZif2" + bytes(15) + counts
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(head + block + head + block + b"\n" + rule.encode() + b"\n")
    return folder


def compiled(folder, form):
    os.makedirs(folder)
    subprocess.run(["/usr/sbin/zic", "-b", form, "-d", folder, "/usr/share/zoneinfo/tzdata.zi"],
                   check=True, stderr=subprocess.DEVNULL)
    return folder


# ---- Scenarios -----------------------------------------------------------------------------------

def show(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Numbers:
    """Numbers that look random and are the same in every version of Python."""
    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def evidence():
    """A year of a web shop: states, requests, latencies and tickets, as lines for `append`."""
    numbers, begin, lines = Numbers(11), 1767222000, []  # 2025-12-31T23:00:00Z

    def add(source, kind, at, body, until=None, **more):
        times = {"at": show(at)} if until is None else {"from": show(at), "until": show(until)}
        lines.append({"feed": "probes", "source": source, "kind": kind, **times,
                      "reported": show((until or at) + 2), "body": body, **more})

    at = begin
    while at < begin + 300 * DAY:
        add("shop", "state reported", at, {"state": "up", "code": 200})
        at += DAY + numbers.below(6 * DAY)
        add("shop", "state reported", at, {"state": "down", "note": "connection refused"})
        at += 30 + numbers.below(9000)
    for hour in range(0, 300 * 24, 12):
        at, valid = begin + hour * 3600, 500 + numbers.below(3000)
        add("requests", "request counts", at,
            {"valid": str(valid), "good": str(valid - numbers.below(20)), "invalid": "3",
             "retries": str(numbers.below(5))}, until=at + 12 * 3600)
    for i in range(1200):
        at = begin + i * 6 * 3600 + numbers.below(3600)
        add("latency", "probe result", at,
            {"state": "down" if numbers.below(50) == 0 else "up",
             "elapsed": "%d ms" % (40 + numbers.below(400))})
    for i in range(160):
        at = begin + 10 * DAY + i * 100000 + numbers.below(40000)
        ticket = {"ticket": "T-%03d" % i, "firstContact": False}
        add("desk", "ticket event", at, dict(ticket, step="opened",
                                             priority="P%d" % (1 + numbers.below(3))))
        at += 60 + numbers.below(7200)
        add("desk", "ticket event", at, dict(ticket, step="responded"), actor="human")
        if numbers.below(3) == 0:
            at += 600
            add("desk", "ticket event", at,
                dict(ticket, step="paused", reason="awaiting customer"), actor="human")
            at += numbers.below(2 * DAY)
            add("desk", "ticket event", at,
                dict(ticket, step="resumed", reason="awaiting customer"), actor="human")
        at += 600 + numbers.below(DAY)
        add("desk", "ticket event", at, dict(ticket, step="resolved"), actor="human")
    lines.append({"feed": "probes", "kind": "watermark", "at": show(begin + 300 * DAY),
                  "body": {"through": show(begin + 300 * DAY)}})
    return "".join(json.dumps(line) + "\n" for line in lines)


HEAD = """tally: terms/1
agreement: @NAME@
parties: { provider: provider, customer: customer }
term: { from: 2026-01-01, until: open, zone: @ZONE@ }
calendars: [office]
fees:
  hosting: { amount: 1200.00 EUR, per: calendar month }
objectives:
"""
ROWS = """  @ID@:
    obligor: provider
    obligee: customer
    measure:
@MEASURE@
    exclusions: none
    window: { every: @EVERY@, zone: @ZONE@, when clipped: prorate }
    when empty: no result
    target: @TARGET@
    credit:
      base: fee hosting
      tiers:
        - { credit: 7.5 % }
      rounding: half even to cents, once per line
      window cap: 50.00 EUR
      minimum: none
"""
TAIL = """disputes:
  credits: on claim
  claim within: 3650 days
  answer within: 30 days
  silence: deemed accepted
  evidence cut-off: 5 days
  objection: 10 days
  late evidence: always restated
"""
MEASURES = {
    "availability": ("calendar month", "at least 99.9 %", """kind: availability by time
source: probes/shop
up when: recorded status
state holds: until next report
unknown time: counts as down
coverage: none
degraded: counts as up
excluded time: stays in denominator
minimum outage: none
resolution: 1 s
snap: none"""),
    "requests": ("calendar month", "at least 99.5 %", """kind: request ratio
source: probes/requests
invalid requests: left out
retries: not good
membership: start
minimum sample: 1000"""),
    "latency": ("calendar month", "at most 380 ms", """kind: latency percentile
source: probes/latency
percentile: 95 %
method: nearest rank
from: samples
failed samples: slower than any
membership: start
minimum sample: 10"""),
    "desk": ("calendar month", "at least 95 %", """kind: tickets in time
source: probes/desk
clock from: opened
clock to: resolved
stopped by: human
not stopped by: none
calendar: office
pauses: [awaiting customer]
excluded time: stops the clock
reopened: final resolution
priority: at start
targets: { P1: 2 h, P2: 8 h, P3: 20 h }
in time: elapsed within target
window of a ticket: stop
minimum sample: 0"""),
}


def terms(name, zone):
    text = HEAD
    for objective, (every, target, measure) in MEASURES.items():
        indented = "\n".join("      " + line for line in measure.split("\n"))
        text += (ROWS.replace("@ID@", objective).replace("@MEASURE@", indented)
                 .replace("@EVERY@", every).replace("@TARGET@", target))
    return (text + TAIL).replace("@NAME@", name).replace("@ZONE@", zone)


class Plan:
    """Ledgers for reference_player. The clock is set before each step, so that it stands the same
    whatever the steps before took."""
    def __init__(self, folder):
        self.folder, self.ledgers = folder, []

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def ledger(self, name, parties, cases):
        timed, minutes = [], 0
        for case, steps in cases:
            each = []
            for step in steps:
                minutes += 1
                each += [["set", show(NOW + minutes * 60)], step]
            timed.append({"name": name + "-" + case, "steps": each})
        self.ledgers.append({"now": show(NOW), "parties": parties, "cases": timed,
                             "keep": os.path.join(self.folder, name)})
        return os.path.join(self.folder, name)

    def play(self, player, env):
        answers = os.path.join(self.folder, "answers")
        os.makedirs(answers, exist_ok=True)
        path = self.put("plan.json", json.dumps({"answers": answers, "ledgers": self.ledgers}))
        subprocess.run([player, path], env=env, check=True, stdout=subprocess.DEVNULL)
        for name in os.listdir(answers):
            if name.endswith(".error"):
                with open(os.path.join(answers, name), encoding="utf-8") as file:
                    fail("a command was refused: " + file.read())
        return [ledger["keep"] for ledger in self.ledgers]


def fixed_scenario(plan, name, zoneinfo, batch):
    """Two agreements that differ in their zone, a dispute up to its settlement."""
    key = lambda party: ["--key", "@%s.pem" % party]
    steps = [["zone", "add", zone, "--zoneinfo", zoneinfo] for zone in RULES]
    office = plan.put("office", "tally-calendar/1\nzone: Europe/Berlin\nhours: mon-fri 08:00-18:00\n")
    utc_office = plan.put("utc-office", "tally-calendar/1\nzone: America/Denver\n"
                          "hours: mon-fri 09:00-17:30\n")
    steps += [["calendar", "add", office, "--name", "office"],
              ["feed", "register", "probes", "--party", "monitor"] + key("monitor"),
              ["append", plan.put("events.jsonl", evidence()), "--batch", str(batch)] +
              key("monitor")]
    for agreement, zone in (("shop-berlin", "Europe/Berlin"), ("shop-denver", "America/Denver")):
        if agreement == "shop-denver":
            steps.append(["calendar", "add", utc_office, "--name", "office"])
        steps += [["agreement", "propose", plan.put(agreement + ".yaml", terms(agreement, zone))] +
                  key("provider"),
                  ["agreement", "accept", agreement, "--terms", "$TERMS"] + key("customer")]
    claim = ["shop-berlin", "--period", "2026-03"]
    steps += [["claim", "file"] + claim + key("customer"),
              ["claim", "answer", "shop-berlin", "--accept"] + key("provider"),
              ["project"],
              ["settlement", "propose", "shop-berlin"] + key("provider"),
              ["settlement", "confirm", "shop-berlin"] + key("customer")]
    return plan.ledger(name, ["provider", "customer", "monitor"], [("fixed", steps)])


def real_data(plan, name, data, batch):
    steps = [["feed", "register", "lime-upptime", "--party", "upptime", "--key", "@upptime.pem"],
             ["import", "upptime-csv", os.path.join(data, "measurements.csv.gz"), "--feed",
              "lime-upptime", "--batch", str(batch), "--key", "@upptime.pem"]]
    with open(os.path.join(ROOT, "tools/scenario/lime-terms.yaml"), encoding="utf-8") as file:
        form = file.read()
    for agreement, site, zone in (("coral-island", "86723-coral-island", "UTC"),
                                  ("rodalink", "54027-rodalink", "UTC"),
                                  ("rodalink-jakarta", "54027-rodalink", "Asia/Jakarta")):
        text = form
        for word, value in (("AGREEMENT", agreement), ("SITE", site), ("ZONE", zone),
                            ("UP_WHEN", "recorded status")):
            text = text.replace("@%s@" % word, value)
        steps += [["agreement", "propose", plan.put(agreement + ".yaml", text), "--key",
                   "@lime.pem"],
                  ["agreement", "accept", agreement, "--terms", "$TERMS", "--key", "@shops.pem"]]
    return plan.ledger(name, ["lime", "shops", "upptime"], [("lime", steps)])


def random_agreements(plan, name, count, batch):
    """All feeds are registered first: a feed's id, and so the digests of its events, is made from
    what its party had seen by then, record by record."""
    import compare
    import generate
    first, cases, i = [], [], 0
    while len(cases) < count:
        case = generate.case("7/%d" % i, "even-%d" % i)
        i += 1
        if case.get("acts"):
            continue  # these need a clock of their own
        steps = compare.write_case(case, os.path.join(plan.folder, case["name"]))
        for step in steps:
            if "--batch" in step:
                step[step.index("--batch") + 1] = str(batch)
        registering = [step for step in steps if step[:2] == ["feed", "register"]]
        first += registering
        cases.append((case["name"], [step for step in steps if step not in registering]))
    return plan.ledger(name, ["provider", "customer", "monitor"], [("feeds", first)] + cases)


# ---- Comparing -----------------------------------------------------------------------------------

def fail(text):
    sys.exit("even.py: " + text)


def digests(program, ledger, env, jobs=1):
    """The lines of even_digests, without the first, which shows that the locale was taken."""
    ran = subprocess.run([program, ledger, str(jobs)], env=env, check=False, capture_output=True,
                         text=True)
    if ran.returncode != 0:
        fail("%s %s ended with %d: %s" % (program, ledger, ran.returncode, ran.stderr))
    locale, *lines = ran.stdout.splitlines()
    if locale != "locale " + env["LC_ALL"]:
        fail("the locale is not that of the environment: " + locale)
    if not lines:
        fail("no agreement in " + ledger)
    return lines


def content(lines):
    return [" ".join(line.split(" ")[0:1] + line.split(" ")[5:7]) if " content " in line else line
            for line in lines]


def equal(what, one, other):
    if one != other:
        for a, b in zip(one, other):
            if a != b:
                fail("%s:\n  %s\n  %s" % (what, a, b))
        fail("%s: %d and %d lines" % (what, len(one), len(other)))
    print("equal: %s (%d agreements)" % (what, len(one)))


class Run:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.env = environment(folder)

    def plan(self, name):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        return Plan(folder)

    def fixed_zones(self):
        folder = os.path.join(self.folder, "rules-only")
        return folder if os.path.exists(folder) else rules_only(folder)

    def fixed(self, plan, name="ledger", batch=1000):
        return fixed_scenario(plan, name, self.fixed_zones(), batch)

    def of(self, ledger, env=None, jobs=1, program=None):
        return digests(program or self.options.digests, ledger, env or self.env, jobs)

    def golden(self):
        plan = self.plan("golden")
        ledger = self.fixed(plan)
        plan.play(self.options.player, self.env)
        lines = self.of(ledger)
        path = os.path.join(HERE, "golden.txt")
        if self.options.write:
            with open(path, "w", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in content(lines)))
        with open(path, encoding="utf-8") as file:
            equal("the fixed scenario and golden.txt", file.read().splitlines(), content(lines))
        if not self.options.others:
            return
        more = self.plan("more")
        random_agreements(more, "random", 40, 500)
        data = lime_data()
        if data:
            real_data(more, "lime", data, 1000)
        for path in [ledger] + more.play(self.options.player, self.env):
            here = self.of(path)
            for program in self.options.others:
                equal("%s: %s" % (os.path.basename(path), program), here,
                      self.of(path, program=program))

    def threads(self):
        plan = self.plan("threads")
        ledger = self.fixed(plan)
        plan.play(self.options.player, self.env)
        one = self.of(ledger)
        for jobs in (2, 7):
            equal("%d threads" % jobs, one, self.of(ledger, jobs=jobs))

    def in_batches(self, make, sizes):
        plan = self.plan("batches")
        for size in sizes:
            make(plan, "batch-%d" % size, size)
        ledgers = plan.play(self.options.player, self.env)
        first = content(self.of(ledgers[0]))
        for ledger, size in list(zip(ledgers, sizes))[1:]:
            equal("batches of %d and %d" % (sizes[0], size), first, content(self.of(ledger)))

    def batches(self):
        self.in_batches(self.fixed, (1000, 7, 1))

    def in_locales(self, make):
        """One ledger replayed in each locale, also by the program as shipped, gives equal lines. A
        ledger made in each gives equal content: what its writer's threads do together decides how
        often its clock is looked at, and so the milliseconds at which records are recorded."""
        first = shown = kept = None
        for locale in LOCALES:
            env = environment(self.folder, locale)
            plan = self.plan("made-in-" + locale)
            ledger = make(plan)
            plan.play(self.options.player, env)
            kept = kept or ledger
            lines = self.of(kept, env=env)
            text = subprocess.run(
                [self.options.tally, "replay", lines[0].split(" ")[0], "--json"], check=True,
                capture_output=True, env=dict(env, TALLY_LEDGER=kept)).stdout
            first, shown = first or lines, shown or text
            equal("replayed in " + env["LC_ALL"], first, lines)
            equal("tally replay in " + env["LC_ALL"], [shown], [text])
            equal("made in " + env["LC_ALL"], content(first), content(self.of(ledger, env=env)))

    def locales(self):
        self.in_locales(self.fixed)

    def zone_databases(self):
        folders = {"yearly rules alone": self.fixed_zones(), "the system's": "/usr/share/zoneinfo"}
        for form in ("fat", "slim"):
            folders["zic -b " + form] = compiled(os.path.join(self.folder, form), form)
        first = ledger = None
        files = set()
        for i, (what, folder) in enumerate(folders.items()):
            with open(os.path.join(folder, "Europe/Berlin"), "rb") as file:
                files.add(file.read())
            plan = self.plan("zones-%d" % i)
            ledger = fixed_scenario(plan, "ledger", folder, 1000)
            plan.play(self.options.player, self.env)
            lines = content(self.of(ledger))
            first = first or lines
            equal("zone rules: " + what, first, lines)
        if len(files) < 3:
            fail("the databases are the same files: nothing was compared")
        lines = self.of(ledger)
        for more in ({"TZ": "Pacific/Apia"}, {"TZ": "America/St_Johns"},
                     {"TZ": ":Europe/Dublin", "TZDIR": folders["zic -b slim"]},
                     {"TZ": "XXX3YYY,M1.1.0,M2.1.0", "TZDIR": "/nonexistent"}):
            equal("replayed with %s" % more, lines, self.of(ledger, env=dict(self.env, **more)))

    def real_data(self):
        data = lime_data()
        if not data:
            print("SKIPPED: needs the data set uptime-limecommerce; set TALLY_DATA")
            return
        self.in_batches(lambda plan, name, size: real_data(plan, name, data, size), (1000, 7, 1))
        self.in_locales(lambda plan: real_data(plan, "ledger", data, 1000))
        ledger = os.path.join(self.folder, "made-in-C", "ledger")
        equal("7 threads", self.of(ledger), self.of(ledger, jobs=7))

    def random_agreements(self):
        self.in_batches(lambda plan, name, size: random_agreements(plan, name, 25, size),
                        (1000, 7))
        self.in_locales(lambda plan: random_agreements(plan, "ledger", 25, 500))
        ledger = os.path.join(self.folder, "made-in-C", "ledger")
        equal("7 threads", self.of(ledger), self.of(ledger, jobs=7))


def lime_data():
    base = os.environ.get("TALLY_DATA") or os.path.join(ROOT, "..", "shared", "data")
    folder = os.path.join(base, "uptime-limecommerce")
    return folder if os.path.exists(folder) else None


CASES = {"Golden": Run.golden, "Threads": Run.threads, "Batches": Run.batches,
         "Locales": Run.locales, "ZoneDatabases": Run.zone_databases, "RealData": Run.real_data,
         "RandomAgreements": Run.random_agreements}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("case", choices=sorted(CASES))
    for name in ("--player", "--digests", "--tally"):
        parser.add_argument(name, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--others", nargs="+", default=[])
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tally-even-")
    try:
        CASES[options.case](Run(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

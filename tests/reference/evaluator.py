"""The reference evaluator: terms and events in, windows with values, verdicts and credits out.

Written from docs/TERMS.md and DOMAIN 3, independently of the engine: time is sets of intervals,
numbers are fractions, nothing is streamed and nothing is clever. Terms are the file's own maps and
texts. An event is a dict of its JSON line with `feed` added; `watermarks` say how far each feed is
complete, and `known` is the knowledge instant K.
"""
from fractions import Fraction

import adjusted
import counted
import matters
import timeline as tl
import rules
import sequence
from money import credit_for, target_of


class Case:
    """Terms, evidence and knowledge of one agreement."""

    def __init__(self, terms, events, watermarks, known, calendars, until=None,
                 acts=()):
        self.closed = False  # the job has run, at K
        self.book = None  # balances, where rules over sequences make them
        self.acts = acts  # of the agreement: each with its ledger time `at`
        self.tags = set()
        self.without = []  # time that is taken out once more: what an incident caused
        self.versions = [(-tl.FOREVER, self)]  # the case by the terms in force from each instant
        self.targets = {}  # objective -> (level in percent, from which windows on)
        self.until = until  # windows that begin before it; or before the objective's watermark
        self.terms, self.known, self.watermarks = terms, known, watermarks
        self.zone = terms["term"]["zone"]
        until = terms["term"]["until"]
        self.term = (tl.moment(terms["term"]["from"], self.zone),
                     tl.FOREVER if until == "open" else tl.moment(until, self.zone))
        self.events = {}
        for event in events:
            self.events.setdefault((event["feed"], event["source"]), []).append(event)
        self.calendars = {name: tl.Calendar(text) for name, text in calendars.items()}
        self.calendars["24x7"] = tl.Calendar(None)

    def of(self, source):
        return self.events.get(tuple(source.split("/", 1)), [])

    def watermark(self, sources):
        return min(self.watermarks[s.split("/", 1)[0]] for s in sources)


class Result:
    def __init__(self, objective, window):
        self.objective, self.a, self.b, self.window = objective, window.a, window.b, window
        self.value, self.verdict, self.credit = None, "no-result", None
        self.line = 0  # the credit after its one rounding and the cap of its window
        self.own = False  # had data of its own
        self.beyond = False  # above every level, and no number
        self.points = None  # of a breach whose credit is points
        self.down = self.scheduled = self.runs = 0  # of an availability of one observer
        self.tags = set()


def sources_of(measure):
    if "monitors" in measure:
        return [s for m in measure["monitors"] for s in sources_of(m)]
    return measure.get("sources") or ([measure["source"]] if "source" in measure else [])


def exclusions_of(case, name, objective, window, bad, result=None):
    """The union of what was agreed, what recurs and what was announced, around the window too."""
    listed, zone = objective["exclusions"], objective["window"]["zone"]
    out = [] if listed == "none" else [
        (tl.moment(e["from"], case.zone), tl.moment(e["until"], case.zone)) for e in listed]
    for _, rule in rules.about(case.terms, name, "recurring exclusion"):
        out += rules.recurring(rule, zone, window.a - 32 * tl.DAY,
                               max(window.b + 100 * tl.DAY, case.known))
    for _, rule in rules.about(case.terms, name, "maintenance"):
        out += rules.announced(case, name, rule, zone, bad)
    return tl.union(out, matters.decided(case, name, result)[0], case.without)


# ---- Availability by time ------------------------------------------------------------------------

def judge(event, rule):
    body = event["body"]
    if rule == "recorded status":
        return body["state"]
    code = body.get("code")
    code = None if code is None else str(code)
    if "recorded status or codes" in rule:
        return "up" if code in rule["recorded status or codes"] else body["state"]
    if code is None:
        return "unknown"
    if code not in rule["codes"]:
        return "down"
    if rule["longest"] == "none":
        return "up"
    if "elapsed" not in body:
        return "unknown"
    return "up" if tl.length(body["elapsed"]) <= tl.length(rule["longest"]) else "down"


def observations(case, sources):
    """Judged times in order; of one instant the first source prevails, of one source the latest."""
    found = {}
    for source in reversed(sources):
        for event in case.of(source):
            found[tl.instant(event["at"])] = event
    return sorted(found.items())


def states(case, measure, sources):
    """State -> set of time in which it is known to hold, for all time up to K."""
    seen = observations(case, sources)
    horizon = min(case.watermark(sources), case.known)
    holding, out = measure["state holds"], {"up": [], "down": [], "degraded": [], "unknown": []}
    for i, (at, event) in enumerate(seen):
        last = i + 1 == len(seen)
        until = horizon if last else seen[i + 1][0]
        if holding.startswith("at most "):
            until = min(until, at + tl.length(holding[8:]))
        elif holding.startswith("probe of "):
            stands = at + tl.length(holding[9:])
            until = min(stands, case.known) if last else min(until, stands)
        out[judge(event, measure["up when"])].append((at, until))
    return {state: tl.union(time) for state, time in out.items()}


def combined(measure, lines):
    """Of several monitors: the sets known down and known up (degraded is first what it counts as)."""
    worse = measure["degraded"] == "counts as down"
    if measure["policy"] == "first known":
        down, up, degraded, known = [], [], [], []
        for line in lines:
            down = tl.union(down, tl.without(line["down"], known))
            degraded = tl.union(degraded, tl.without(line["degraded"], known))
            up = tl.union(up, tl.without(line["up"], known))
            known = tl.union(known, line["down"], line["degraded"], line["up"])
        return {"up": up, "down": down, "degraded": degraded}
    downs = [tl.union(l["down"], l["degraded"] if worse else []) for l in lines]
    ups = [tl.union(l["up"], [] if worse else l["degraded"]) for l in lines]
    edges = sorted({e for one in downs + ups for i in one for e in i} | {-tl.FOREVER, tl.FOREVER})
    out = {"up": [], "down": [], "degraded": []}
    passed = measure.get("silent monitor") == "is passed over"
    for a, b in zip(edges, edges[1:]):
        down = sum(tl.holds(one, a) for one in downs)
        up = sum(tl.holds(one, a) for one in ups)
        unknown = len(lines) - down - up
        state = vote(measure["policy"], down, up, unknown, passed)
        if state:
            out[state].append((a, b))
    return {state: tl.union(time) for state, time in out.items()}


def vote(policy, down, up, unknown, passed):
    if policy == "any down":
        return "down" if down else None if unknown else "up"
    if policy == "all down":
        if passed:
            return "up" if up else "down" if down else None
        return "up" if up else None if unknown else "down"
    needed = int(policy.split()[2])
    if down >= needed:
        return "down"
    if passed or down + unknown < needed:
        return "up"
    return None


def outages(bad, excluded, window, rule):
    """Runs of bad time that count, each as what of it lies in the window."""
    whole = [(window.a, window.b)]
    if rule == "none":
        return [[i] for i in tl.intersect(bad, whole)]
    quantum, least = tl.length(rule["quantum"]), int(rule["of"])
    cut_before = rule["at window edge"] == "cut before test"
    if rule["excluded time"] == "is passed over":
        joined = tl.union(bad, excluded)
        runs = [i for i in joined if tl.intersect([i], bad)]
    else:
        runs = bad
    if cut_before:
        runs = tl.intersect(runs, whole)
    out = []
    for a, b in runs:
        if rule["aligned"] == "clock":
            a, b = -(-a // quantum) * quantum, b // quantum * quantum
        inside = tl.intersect([(a, b)], bad) if a < b else []
        if tl.size(inside) >= least * quantum and inside:
            out.append(tl.intersect(inside, whole))
    return [run for run in out if run]


def snapped(micros, measure, each):
    snap, unit = measure["snap"], tl.length(measure["resolution"])
    if snap == "none" or (snap.endswith("of each outage") != each):
        return micros
    return micros // unit * unit if snap.startswith("floor") else -(-micros // unit) * unit


def bad_time(case, measure, line, window):
    """Bad time, as if nothing were excluded, and unknown time; neither after K or before the term."""
    after = [(case.known, tl.FOREVER)]
    before = [] if window.good_before is None else [(window.a, window.good_before)]
    known = tl.union(line["up"], line["down"], line["degraded"])
    everywhere = [(-tl.FOREVER, tl.FOREVER)]
    unknown = tl.without(tl.without(tl.without(everywhere, known), after), before)
    bad = line["down"]
    if measure["degraded"] == "counts as down":
        bad = tl.union(bad, line["degraded"])
    if measure["unknown time"] == "counts as down":
        bad = tl.union(bad, unknown)
    return tl.without(tl.without(bad, before), after), unknown


class Times:
    """What one observer's availability comes to in one window."""

    def __init__(self, case, measure, line, window, excluded, paid):
        whole = [(window.a, window.b)]
        bad, unknown = bad_time(case, measure, line, window)
        self.clean = tl.without(bad, excluded)
        runs = outages(self.clean, excluded, window, measure["minimum outage"])
        self.runs = len(runs)
        self.counted = snapped(sum(snapped(tl.size(r), measure, True) for r in runs), measure, False)
        self.unpaid = snapped(
            sum(snapped(tl.size(tl.without(r, paid)), measure, True) for r in runs), measure, False)
        removed = unknown if measure["unknown time"] == "is removed" else []
        left = tl.without(whole, removed)
        unknown_inside = tl.intersect(unknown, whole)
        self.coverage = Fraction(tl.size(whole) - tl.size(unknown_inside), tl.size(whole))
        how = measure["excluded time"]
        if how == "stays in denominator":
            self.denominator = Fraction(tl.size(left))
        elif how == "leaves denominator":
            self.denominator = Fraction(tl.size(tl.without(left, excluded)))
        elif how == "leaves denominator where down":
            gone = tl.intersect(tl.intersect(bad, excluded), whole)
            self.denominator = Fraction(tl.size(left) - tl.size(gone))
        else:
            self.denominator = tl.length(how[len("fixed denominator of "):]) * window.share
        self.clamp = measure.get("below zero") == "clamp"

    def value(self, counted):
        if self.denominator <= 0:
            return None
        value = 1 - Fraction(counted) / self.denominator
        return max(value, Fraction(0)) if self.clamp else value


def availability(case, objective, window, paid, result):
    measure = objective["measure"]
    if "monitors" in measure:
        lines = [states(case, measure, sources_of(m)) for m in measure["monitors"]]
        if measure["policy"] != "mean of monitors":
            lines = [combined(measure, lines)]
    else:
        lines = [states(case, measure, sources_of(measure))]
    bad = tl.union(*(bad_time(case, measure, line, window)[0] for line in lines))
    excluded = exclusions_of(case, result.objective, objective, window, bad, result)
    times = [Times(case, measure, line, window, excluded, paid) for line in lines]
    result.down, result.scheduled, result.runs = (times[0].counted, times[0].denominator,
                                                  times[0].runs)
    values = [(t.value(t.counted), t.value(t.unpaid)) for t in times]
    values = [v for v in values if v[0] is not None]
    coverage = sum(t.coverage for t in times) / len(times)
    if excluded and tl.intersect(excluded, [(window.a, window.b)]):
        result.tags.add("exclusion touches window")
    floor = measure["coverage"]
    short = floor != "none" and coverage < Fraction(floor[9:-2]) / 100
    result.tags |= {"coverage floor missed"} if short else set()
    if not values:
        return None, None, short
    return (sum(v[0] for v in values) / len(values), sum(v[1] for v in values) / len(values), short)


# ---- Windows -------------------------------------------------------------------------------------

def evaluate_objective(case, name, objective, done):
    results, paid, last = [], [], None
    measure = objective["measure"]
    rule, sources = objective["window"], sources_of(measure)
    until = case.until or case.watermark(sources)
    state = {}
    for window in tl.windows(rule, case.term, until):
        result = Result(name, window)
        judged = objective_for(case, name, objective, result)
        if measure["kind"] == "availability by time":
            value, unpaid, short = availability(case, objective, window, paid, result)
        else:
            value, short = counted.count(case, name, objective, window, result, done, state)
            unpaid = value
        conclude(case, judged, result, value, unpaid, short, last)
        if result.own and result.verdict in ("met", "breached"):
            last = result
        if result.verdict == "breached" and isinstance(rule["every"], dict) \
                and "rolling" in rule["every"] and result.credit and result.credit > 0:
            paid = tl.union(paid, [(window.a, window.b)])
        results.append(result)
    return results


def objective_for(case, name, objective, result):
    """With the target that holds for the window: 3.5; one closed before it is known keeps its own."""
    if name not in case.targets:
        return objective
    level, since = case.targets[name]
    if result.a < since or sequence.posted_at(case, result) <= adjusted.closed_at(case):
        return objective
    result.tags.add("judged by an adjusted target")
    return adjusted.objective_with(objective, level)


def conclude(case, objective, result, value, unpaid, short, last, instead=None):
    """`instead` is a target in place of that of the terms."""
    compare, target = target_of(case.terms, objective)
    target = target if instead is None else instead
    has_credit = objective["credit"] != "none"
    in_money = has_credit and objective["credit"].get("scheme") != "points"
    result.credit = 0 if in_money else None
    result.value = value
    if result.beyond:
        result.value = None
        result.tags.add("percentile beyond every level")
    if short:
        result.verdict = "indeterminate"
        return
    if value is None:
        rule = objective["when empty"]
        result.tags.add("empty window")
        if rule in ("met", "breached"):
            result.verdict = rule
        elif rule == "carry last" and last:
            result.value, result.verdict = last.value, last.verdict
            result.tags.add("carried")
        return
    result.own = True
    good = value >= target if compare == "at least" else value <= target
    result.verdict = "met" if good else "breached"
    if value == target:
        result.tags.add("value exactly at target")
    if has_credit and not good:
        result.credit = credit_for(case, objective, result, unpaid, target)


def evaluate(case, together=True):
    """`together`: with the rules over many windows."""
    done, waiting = {}, dict(case.terms["objectives"])
    while waiting:
        for name, objective in list(waiting.items()):
            if counted.members_of(objective["measure"]) - set(done):
                continue
            done[name] = evaluate_objective(case, name, waiting.pop(name), done)
    if together:
        over_windows(case, done)
    return done


def over_windows(case, done):
    matters.one_incident(case, done)
    if sequence.applies(case):
        case.book = sequence.run(case, done)
    else:
        rules.apply_caps(case, done)

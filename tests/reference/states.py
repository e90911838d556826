"""Measures of states beside availability by time: M2 by error share, M3, M8, M18."""
from fractions import Fraction

import timeline as tl


def lines(question, measure, source):
    """What is known of one source: up, down, degraded and unknown as reported."""
    import evaluator
    holds = {"until next report": "until next report",
             "at most": "at most " + measure.get("hold limit", ""),
             "probe": "probe of " + measure.get("probe length", "")}[measure["hold"]]
    return evaluator.states(question.case, {"state holds": holds, "up when": "recorded status"},
                            [source])


def bad_and_unknown(question, measure, source):
    line = lines(question, measure, source)
    bad = line["down"]
    if measure["degraded"] == "counts as down":
        bad = tl.union(bad, line["degraded"])
    known = tl.union(line["up"], line["down"], line["degraded"])
    unknown = tl.without([(-tl.FOREVER, question.case.known)], known)
    if measure["unknown time"] == "counts as down":
        bad = tl.union(bad, unknown)
    return tl.intersect(bad, [(-tl.FOREVER, question.case.known)]), unknown, line


def ratio(question, counted, keep):
    whole = [(question.window.a, question.window.b)]
    left = whole if keep else tl.without(whole, question.excluded)
    counted = tl.without(tl.intersect(counted, whole), question.excluded)
    return None if not left else 1 - Fraction(tl.size(counted), tl.size(left))


def hysteresis(question, measure):
    step, known = tl.length(measure["interval"]), question.case.known
    begin = question.case.term[0] // step - tl.DAY // step  # unknown time before it can be bad
    end = known // step
    bad, _, _ = bad_and_unknown(question, measure, question.sources[0])
    runs = []
    for a, b in tl.intersect(bad, [(begin * step, end * step)]):
        if measure["bad interval"] == "any of it is down":
            first, last = a // step, -(-b // step)
        else:
            first, last = -(-a // step), b // step
        if first < last:
            runs.append((first, min(last, end)))
    runs = tl.union(runs)
    into, out_of = int(measure["bad to begin"]), int(measure["good to end"])
    down, since = [], None
    for i, (a, b) in enumerate(runs):
        if since is None and b - a >= into:
            since = a
        following = runs[i + 1][0] if i + 1 < len(runs) else end
        if since is not None and following - b >= out_of:
            down.append((since * step, b * step))
            since = None
    if since is not None:
        down.append((since * step, end * step))
    down = tl.without(tl.union(down), [(-tl.FOREVER, question.window.good_before or -tl.FOREVER)])
    return ratio(question, down, measure["excluded time"] == "keep"), False


def resources(question, measure):
    whole = [(question.window.a, question.window.b)]
    if measure["excluded time"] == "remove":
        whole = tl.without(whole, question.excluded)
    deployed_time = down_time = 0
    for source in question.sources:
        bad, unknown, line = bad_and_unknown(question, measure, source)
        known = tl.union(line["up"], line["down"], line["degraded"])
        at = question.case.known
        after = [(at, tl.FOREVER)]  # stays as it was: RULINGS.md 27
        deployed = tl.union(known, after if tl.holds(known, at - 1) else [])
        if measure["deployed"] == "until reported unknown":
            seen = [tl.instant(e["at"]) for e in question.case.of(source)]
            deployed = [] if not seen else tl.without(
                [(min(seen), tl.FOREVER)], reported_unknown(question, source))
        if measure["unknown time"] == "is removed":
            deployed = tl.intersect(deployed, tl.union(known, after))
        inside = tl.intersect(deployed, whole)
        deployed_time += tl.size(inside)
        down_time += tl.size(tl.without(tl.intersect(bad, inside), question.excluded))
    return (None if deployed_time == 0 else 1 - Fraction(down_time, deployed_time)), False


def reported_unknown(question, source):
    """From a report of `unknown` to the next report."""
    seen = sorted({tl.instant(e["at"]): e["body"]["state"]
                   for e in question.case.of(source)}.items())
    ends = [at for at, _ in seen[1:]] + [tl.FOREVER]
    return tl.union([(at, end) for (at, state), end in zip(seen, ends) if state == "unknown"])


def outage_count(question, measure):
    window = question.window
    bad, _, _ = bad_and_unknown(question, measure, question.sources[0])
    bad = tl.without(tl.intersect(bad, [(question.case.term[0], tl.FOREVER)]), question.excluded)
    passed = measure["excluded time"] == "is passed over"
    gap = 0 if measure["merge gap"] == "none" else tl.length(measure["merge gap"])
    if measure["window of outage"] == "part inside":
        bad = tl.intersect(bad, [(window.a, window.b)])
    outages = []
    for a, b in bad:
        if outages:
            between = [(outages[-1][-1][1], a)]
            broken = not passed and tl.intersect(between, question.excluded)
            between = tl.without(between, question.excluded)
            if not broken and tl.size(between) < max(gap, 1):
                outages[-1] += between + [(a, b)]
                continue
        outages.append([(a, b)])
    least = 1 if measure["at least"] == "none" else tl.length(measure["at least"])
    counted = [o for o in outages if tl.size(o) >= least and window.a <= o[0][0] < window.b]
    return Fraction(len(counted)), False


def error_periods(question, measure):
    import counted
    import evaluator
    quantum = tl.length(measure["quantum"])
    share, more = Fraction(measure["error share"][:-2]) / 100, measure["comparison"] == "more than"
    sums, requests = {}, 0
    for a, b, event in question.items("request counts"):
        at = counted.instant_of(a, b, measure)
        if tl.holds(question.excluded, at):
            continue
        good, total = counted.requests_of(event["body"], measure)
        requests += total if question.window.a <= at < question.window.b else 0
        place = (at // quantum * quantum, at // quantum * quantum + quantum)
        if measure["alignment"] == "sliding":
            place = (a, b)
        old = sums.get(place, (0, 0))
        sums[place] = (old[0] + good, old[1] + total)
    bad = []
    for place, (good, total) in sums.items():
        if total == 0 or total < int(measure["minimum samples"]):
            continue
        errors = Fraction(total - good, total)
        if errors > share if more else errors >= share:
            bad.append(place)
    bad = tl.union(bad)
    if requests == 0 and measure["window without requests"] == "empty":
        return None, False
    rule = {"of": measure["consecutive"], "quantum": measure["quantum"], "aligned": "sliding",
            "at window edge": measure["run at window edge"],
            "excluded time": measure["excluded time"].replace("the run", "run")}
    clean = tl.without(bad, question.excluded)
    runs = evaluator.outages(clean, question.excluded, question.window, rule)
    return ratio(question, tl.union(*runs), measure["denominator"] == "keep"), False


COUNTED = {"availability with hysteresis": hysteresis, "resource availability": resources,
           "outage count": outage_count, "downtime periods by error share": error_periods}

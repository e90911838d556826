"""Measures that count items, not time (DOMAIN 3.1, M4 to M20; 3.17 rules 7, 10, 11).

count() gives (value or None for an empty population, too few for a verdict). An item belongs to the
window, slice and exclusion of its start instant, or of its end where the terms say so; the end of
[a, b) is its last microsecond.
"""
from fractions import Fraction

import deliverables
import leads
import states
import surveys
import tickets
import tickets_more
import timeline as tl

NEVER = (1 << 63) - 1  # slower than any: RULINGS.md 8; never shown


def members_of(measure):
    kind = measure["kind"]
    if kind == "objectives met":
        return set(measure["members"])
    listed = measure.get("weights") if kind.startswith("weighted") else measure.get("points")
    return {text.split(": ")[0] for text in listed} if isinstance(listed, list) else set()


def count(case, name, objective, window, result, done, state):
    measure = objective["measure"]
    question = Question(case, name, objective, window, result)
    question.objective, question.state, question.name = objective, state, name
    question.zone = objective["window"]["zone"]
    kind = measure["kind"]
    if kind in SIMPLE:
        return SIMPLE[kind](question, measure)
    if members_of(measure):
        return composite(measure, window, done, result)
    return tickets.COUNTED[kind](question, measure)


class Question:
    def __init__(self, case, name, objective, window, result):
        from evaluator import exclusions_of, sources_of
        self.case, self.window, self.result, self.tags = case, window, result, result.tags
        always = [(-tl.FOREVER, tl.FOREVER)]  # the measure knows no down time: all of it
        self.excluded = exclusions_of(case, name, objective, window, always)
        if tl.intersect(self.excluded, [(window.a, window.b)]):
            result.tags.add("exclusion touches window")
        self.sources = sources_of(objective["measure"])
        self.horizon = min(case.known, case.watermark(self.sources)) if self.sources else case.known

    def items(self, kind):
        """Of one kind, in time order. A later count or sample of one source replaces the one that
        begins with it, of one queue; steps of tickets are events, and many may share an instant."""
        out = []
        for i, source in enumerate(self.sources):
            last = {}
            for j, event in enumerate(e for e in self.case.of(source) if e["kind"] == kind):
                a, b = span(event)
                which = j if kind == "ticket event" else event["body"].get("queue")
                last[a, which] = (a, i, j, b, event)
            out += last.values()
        return [(a, b, e) for a, _, _, b, e in sorted(out, key=lambda item: item[:3])]

    def counts(self, at):
        return self.window.a <= at < self.window.b and not tl.holds(self.excluded, at)


def span(event):
    if "at" in event:
        return tl.instant(event["at"]), tl.instant(event["at"])
    return tl.instant(event["from"]), tl.instant(event["until"])


def instant_of(a, b, measure):
    return a if measure.get("membership", "start") == "start" else max(a, b - 1)


def half_even(value, decimals):
    scaled = value * 10 ** decimals
    whole = scaled.numerator // scaled.denominator
    part = scaled - whole
    if part > Fraction(1, 2) or (part == Fraction(1, 2) and whole % 2):
        whole += 1
    return Fraction(whole, 10 ** decimals)


def share(good, total):
    return None if total == 0 else Fraction(good, total)


def tested(value, samples, measure):
    return value, samples < int(measure["minimum sample"])


# ---- Requests ------------------------------------------------------------------------------------

def requests_of(body, measure):
    total = int(body["valid"])
    for choice, field in (("invalid requests", "invalid"), ("retries", "retries")):
        if measure[choice] == "not good":
            total += int(body[field])
    return int(body["good"]), total


def request_ratio(question, measure):
    good = total = 0
    for a, b, event in question.items("request counts"):
        if question.counts(instant_of(a, b, measure)):
            more, requests = requests_of(event["body"], measure)
            good, total = good + more, total + requests
    return tested(share(good, total), total, measure)


def slices(question, measure, key):
    """(good, total) of the filled slices; how many others are empty, excluded, not over at K."""
    step, window = tl.length(measure[key]), question.window
    clock = measure["alignment"] == "clock"
    first = -(-window.a // step) * step if clock else window.a
    starts = range(first, window.b, step)
    sums = {}
    for a, b, event in question.items("request counts"):
        at = instant_of(a, b, measure)
        index = (at - first) // step
        if tl.holds(question.excluded, at):
            continue
        if 0 <= index < len(starts) and (clock or at < window.b):
            good, total = requests_of(event["body"], measure)
            old = sums.get(index, (0, 0))
            sums[index] = (old[0] + good, old[1] + total)
    filled, empty, excluded, remaining = [], 0, 0, 0
    for index, start in enumerate(starts):
        ends = start + step if clock else min(start + step, window.b)
        if tl.holds(question.excluded, start):
            excluded += 1
        elif sums.get(index, (0, 0))[1] >= int(measure["minimum requests"]):
            filled.append(sums[index])
        elif ends <= question.case.known:
            empty += 1
        else:
            remaining += 1  # good, as all time after K
    return filled, empty, excluded, remaining


def error_rates(question, measure):
    filled, empty, excluded, remaining = slices(question, measure, "interval")
    decimals = int(measure["decimals"])
    errors = sum((half_even(Fraction(t - g, t), decimals) for g, t in filled), Fraction(0))
    remaining *= measure["empty interval"] != "left out"  # what may yet be empty: RULINGS.md 26
    n = len(filled) + remaining + (empty if measure["empty interval"] == "no errors" else 0) + (
        excluded if measure["excluded interval"] == "no errors" else 0)
    return (None if n == 0 else 1 - errors / n), False


def slice_counts(measure, empty, excluded, remaining):
    """How many good slices and how many in all the others add."""
    good = remaining * (measure["empty slice"] != "left out")  # RULINGS.md 26
    good += empty * (measure["empty slice"] == "good") + excluded * (
        measure["excluded slice"] == "good")
    return good, good + empty * (measure["empty slice"] == "bad")


def good_slices(question, measure):
    filled, *others = slices(question, measure, "slice")
    target = Fraction(measure["slice target"][:-2]) / 100
    good, total = slice_counts(measure, *others)
    good += sum(Fraction(g, t) >= target for g, t in filled)
    return share(good, total + len(filled)), False


def mean_of_slices(question, measure):
    filled, *others = slices(question, measure, "slice")
    decimals = int(measure["decimals"])
    good, total = slice_counts(measure, *others)
    ratios = sum((half_even(Fraction(g, t), decimals) for g, t in filled), Fraction(good))
    total += len(filled)
    return (None if total == 0 else ratios / total), False


# ---- Samples -------------------------------------------------------------------------------------

def samples(question, measure):
    """Micros of each sample that counts, and how many failed."""
    took, failed = [], 0
    for a, b, event in question.items("probe result"):
        if not question.counts(instant_of(a, b, measure)):
            continue
        if event["body"]["state"] == "down":
            failed += 1
        elif "elapsed" in event["body"]:
            took.append(tl.length(event["body"]["elapsed"]))
    return sorted(took), failed


def histogram(question, measure):
    """Edge -> count of samples up to it and above the one before; above all; failed."""
    buckets, above, failed = {}, 0, 0
    for a, b, event in question.items("latency histogram"):
        if not question.counts(instant_of(a, b, measure)):
            continue
        body = event["body"]
        for edge, number in zip(body["edges"], body["counts"]):
            buckets[int(edge)] = buckets.get(int(edge), 0) + int(number)
        above, failed = above + int(body["above"]), failed + int(body["failed"])
    return buckets, above, failed


def latency_percentile(question, measure):
    p = Fraction(measure["percentile"][:-2]) / 100
    slow = measure["failed samples"] == "slower than any"
    if measure["from"] == "samples":
        took, failed = samples(question, measure)
        took += [NEVER] * (failed if slow else 0)
    else:
        buckets, above, failed = histogram(question, measure)
        took = [edge for edge in sorted(buckets) for _ in range(buckets[edge])]
        took += [NEVER] * (above + (failed if slow else 0))
    n = len(took)
    if n == 0:
        return tested(None, 0, measure)
    if measure["method"] == "nearest rank":
        value = took[max(1, -(-(p * n).numerator // (p * n).denominator)) - 1]
    else:
        h = (n - 1) * p
        low = h.numerator // h.denominator
        high = took[min(low + 1, n - 1)] if h > low else took[low]
        value = high if high == NEVER else took[low] + (h - low) * (high - took[low])
    question.result.beyond = value == NEVER
    return tested(Fraction(value) / tl.SECOND, n, measure)


def share_within(question, measure):
    limit = tl.length(measure["longest"])
    at_most = measure["limit is"] == "at most"
    if measure["from"] == "samples":
        took, failed = samples(question, measure)
        good = sum(t <= limit if at_most else t >= limit for t in took)
        total = len(took)
    else:
        buckets, above, failed = histogram(question, measure)
        good = sum(n for edge, n in buckets.items() if edge <= limit)
        total = sum(buckets.values()) + above
        good = good if at_most else total - good
    total += failed if measure["failed samples"] == "not met" else 0
    return tested(share(good, total), total, measure)


# ---- Calls ---------------------------------------------------------------------------------------

def calls(question, measure):
    for a, _, event in question.items("call counts"):
        if not question.counts(a):
            continue
        body = {k: int(v) if v.isdigit() else v for k, v in event["body"].items()}
        if measure["queues"] == "none" or body["queue"] in measure["queues"]:
            yield body


FORMULAS = {
    "in time count as good": lambda c: (c["answeredInTime"] + c["abandonedInTime"],
                                        c["answered"] + c["abandoned"]),
    "left out": lambda c: (c["answeredInTime"], c["answered"]),
    "count against": lambda c: (c["answeredInTime"], c["answered"] + c["abandoned"]),
    "in time left out": lambda c: (c["answeredInTime"],
                                   c["answered"] + c["abandoned"] - c["abandonedInTime"]),
    "short ones count as good": lambda c: (c["answeredInTime"] + c["abandonedShort"],
                                           c["answered"] + c["abandoned"])}


def service_factor(question, measure):
    parts = [FORMULAS[measure["abandoned calls"]](c) for c in calls(question, measure)]
    total = sum(p[1] for p in parts)
    if measure["aggregation"] == "all calls":
        return tested(share(sum(p[0] for p in parts), total), total, measure)
    factors = [half_even(Fraction(g, t), int(measure["decimals"])) for g, t in parts if t]
    if measure["empty interval"] != "left out":
        factors += [Fraction(measure["empty interval"] == "good")] * (len(parts) - len(factors))
    value = sum(factors, Fraction(0)) / len(factors) if factors else None
    return tested(value, len(factors), measure)  # intervals are the sample


def call_abandonment(question, measure):
    abandoned = offered = 0
    for body in calls(question, measure):
        short = 0 if measure["short limit"] == "none" else body["abandonedShort"]
        abandoned, offered = abandoned + body["abandoned"] - short, offered + body["offered"] - short
    return tested(share(abandoned, offered), offered, measure)


def speed_of_answer(question, measure):
    waited = answered = 0
    for body in calls(question, measure):
        waited, answered = waited + tl.length(body["waited"]), answered + body["answered"]
    value = share(waited, answered)
    return tested(None if value is None else value / tl.SECOND, answered, measure)


# ---- Composites ----------------------------------------------------------------------------------

def composite(measure, window, done, result):
    """Members are other objectives over the same window."""
    listed = measure.get("weights") or measure.get("points") or [
        m + ": 1" for m in measure["members"]]
    missing, parts = measure["missing member"], []
    for text in listed:
        name, weight = text.split(": ")
        found = [r for r in done[name] if (r.a, r.b) == (window.a, window.b)]
        verdict = found[0].verdict if found else "no-result"
        value = found[0].value if found else None
        by_value = measure.get("members count by") == "value"
        if verdict not in ("met", "breached") or (by_value and value is None):
            if missing == "no result":
                return None, False
            if missing == "left out":
                continue
            value, verdict = Fraction(0), "met" if missing == "met" else "breached"
        parts.append((Fraction(weight), half_even(value, int(measure["decimals"])) if by_value
                      else Fraction(verdict == "met")))
    if measure["kind"] == "points of objectives":
        return sum((w for w, met in parts if not met), Fraction(0)), False
    total = sum(w for w, _ in parts)
    return (None if total == 0 else sum(w * v for w, v in parts) / total), False


SIMPLE = {"request ratio": request_ratio, "mean of interval error rates": error_rates,
          "good slices": good_slices, "mean of slice ratios": mean_of_slices,
          "latency percentile": latency_percentile, "share within threshold": share_within,
          "telephone service factor": service_factor, "call abandonment": call_abandonment,
          "average speed of answer": speed_of_answer, **states.COUNTED, **leads.COUNTED,
          **deliverables.COUNTED, **surveys.COUNTED, **tickets_more.COUNTED}

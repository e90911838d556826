"""Which kinds, choices and edges a case met, and the table that shows how often."""
import timeline as tl


def tags(case, results):
    """The rows to which one case adds one."""
    out = set(case["tags"])
    for name, objective in case["terms"]["objectives"].items():
        out |= of_objective(objective)
        for result in results.get(name, []):
            out |= of_result(objective, result)
    return out


def of_objective(objective):
    measure, every = objective["measure"], objective["window"]["every"]
    out = {"kind: " + measure["kind"], "when empty: " + objective["when empty"],
           "exclusions: " + ("none" if objective["exclusions"] == "none" else "agreed")}
    if isinstance(every, dict):
        every = next(iter(every))
        if every == "rolling":
            out.add("rolling: " + objective["window"]["every"]["length"])
    out.add("window: " + every)
    if measure["kind"] == "availability by time":
        for key in ("unknown time", "degraded", "excluded time", "snap", "policy", "silent monitor"):
            if key in measure:
                out.add("%s: %s" % (key, measure[key]))
        out.add("state holds: " + " ".join(measure["state holds"].split()[:2]))
        rule = measure["minimum outage"]
        if rule != "none":
            out |= {"minimum outage: " + rule[k]
                    for k in ("aligned", "at window edge", "excluded time")}
        if "sources" in measure:
            out.add("several sources of one thing")
    elif "of" not in measure:
        for key, value in measure.items():
            if isinstance(value, str) and key in CHOICES:
                out.add("%s: %s: %s" % (measure["kind"], key, value))
    return out


CHOICES = {"alignment", "empty slice", "empty interval", "method", "from", "window of a ticket",
           "priority", "in time", "reopened", "abandoned calls", "aggregation", "excluded time",
           "counted", "clock to", "failed samples", "excluded slice", "missing member", "surplus",
           "undecided", "late rejection", "window of a lead", "contact is", "clock after review",
           "due", "due in", "done when", "resubmission", "window of a deliverable", "part unit",
           "several answers", "window of an answer", "no answer", "counted in"}


def of_result(objective, result):
    out = set(result.tags)
    window, zone = result.window, objective["window"]["zone"]
    out.add("verdict: " + result.verdict)
    if window.clipped:
        out.add("clipped: " + objective["window"].get("when clipped", "rolling, missing time good"))
    if tl.clock_changes(window.a, window.b, zone):
        out.add("clock changes in window, " + zone)
    if result.credit:
        out.add("credit above zero")
    if result.value is not None and result.value < 0:
        out.add("value below zero")
    return out


# Rows that a run must meet, each in one of a hundred cases at least (the rare ones in one of two
# hundred); the others are for reading.
RARE = {"tier edge hit exactly", "exactly the minimum of a rule", "points repeated",
        "cap cuts by posting", "decided exactly at the limit", "earned back, cash",
        "split window beside rule: cap", "split window beside rule: at risk",
        "split window beside rule: minimum", "split window beside rule: bonus",
        "cannot be earned back any more", "lead rejected too late", "delivered exactly when due",
        "amendment inside a window: weighted target", "points of a split window",
        "charges before and after a change of the fee", "split window of which one part pays",
        "amendment inside a window: in force at end"}
KINDS = ["availability by time", "availability with hysteresis", "resource availability",
         "outage count", "downtime periods by error share", "request ratio",
         "mean of interval error rates", "good slices", "mean of slice ratios",
         "latency percentile", "share within threshold", "tickets in time", "mean ticket time",
         "percentile of ticket time", "telephone service factor", "call abandonment",
         "average speed of answer", "weighted mean of objectives", "objectives met",
         "points of objectives"]
KINDS_MORE = ["volume", "volume in money", "pacing", "leads decided in time",
              "leads contacted in time", "deliverable on time", "deliverable lateness",
              "survey mean", "survey share", "tickets reopened", "first contact resolution"]
NEEDED = ["kind: " + kind for kind in KINDS] + [
    "excluded time: " + how for how in (
        "stays in denominator", "leaves denominator", "leaves denominator where down",
        "fixed denominator of 43200 min")] + [
    "policy: " + policy for policy in ("any down", "all down", "first known", "mean of monitors",
                                       "at least 2 down")] + [
    "minimum outage: " + choice for choice in (
        "sliding", "clock", "cut before test", "cut after test", "breaks run", "is passed over")] + [
    "window: " + every for every in (
        "calendar month", "calendar quarter", "calendar year", "contract year", "fixed",
        "billing cycle from day", "rolling")] + [
    "clipped: prorate", "clipped: merge", "clipped: rolling, missing time good",
    "clock changes in window, Europe/Berlin", "clock changes in window, America/New_York",
    "clock changes in window, Australia/Lord_Howe", "exclusion touches window",
    "rule: cap", "rule: at risk", "rule: recurring exclusion", "rule: maintenance",
    "amendment: prospective", "amendment: retroactive", "credit: tiers", "credit: linear",
    "credit: fixed sum", "credit: pool", "value exactly at target", "tier edge hit exactly",
    "window cap cuts", "minimum withholds", "coverage floor missed", "empty window", "carried",
    "down time already paid for", "verdict: met", "verdict: breached", "verdict: no-result",
    "verdict: indeterminate"]
# Met by the agreements of generate_more.py.
NEEDED_MORE = ["kind: " + kind for kind in KINDS_MORE] + [
    "credit: " + scheme for scheme in ("days of service", "proportional", "points",
                                       "late delivery")] + [
    "occasions: " + what for what in ("each breach", "each incident", "each unit short",
                                      "each started hour")] + [
    "rule: " + rule for rule in ("expected level", "minimum", "earn-back", "bonus", "points table",
                                 "points price", "netting")] + [
    "amendment inside a window: " + how for how in ("split", "weighted target", "next window",
                                                    "in force at end")] + [
    "split window beside rule: " + rule for rule in ("cap", "at risk", "minimum", "bonus")] + [
    "points of a split window", "split window of which one part pays",
    "charges before and after a change of the fee",
    "rule: dependency", "rule: chronic failure", "hold: probe", "late notice: reduced", "target: several levels", "owed by the customer", "points repeated",
    "surplus carried over", "rejection overturned", "lead rejected too late",
    "decided exactly at the limit", "delivered exactly when due", "deliverable rejected",
    "value exactly at a level of points", "earned back, cash",
    "held to the end of the term: credit is final", "carried to the end of the term",
    "cannot be earned back any more", "bonus paid", "cap carries", "cap cuts by posting",
    "minimum rule withholds, per line", "minimum rule withholds, per settlement",
    "expected level: does not pay yet"]


# Met by the agreements of generate_acts.py, of which there are a quarter as many.
NEEDED_ACTS = ["theme: " + theme for theme in ("matters", "incidents", "counts", "in flight",
                                               "targets")] + [
    "rule: " + rule for rule in ("burden of proof", "decision authority", "same incident",
                                 "maintenance count", "in-flight tickets", "baseline",
                                 "ratchet")] + [
    "matter agreed: out", "matter conceded: out", "matter deemed: out",
    "undecided, the obligee bears the burden", "credit of an incident", "same incident withholds",
    "maintenance count: one too many", "calendar in a zone of its own", "target: proposed", "target: no figure",
    "judged by an adjusted target"] + [
    "in-flight ticket: " + how for how in ("terms at start", "terms at stop", "strictest")] + [
    "%s: %s" % formula for formula in (
        ("baseline", "midpoint"), ("baseline", "mean"), ("baseline", "k-th lowest"),
        ("ratchet", "half way"), ("ratchet", "best four"))]


def needed(generators="cma"):
    """Row -> the generator whose agreements meet it."""
    return {row: letter for letter, rows in (("c", NEEDED), ("m", NEEDED_MORE), ("a", NEEDED_ACTS))
            if letter in generators for row in rows}


def least(row, cases):
    return cases // (400 if row in NEEDED_ACTS else 200 if row in RARE else 100)


def lacking(table, cases, generators="cma"):
    """The generators of which a needed row is too low."""
    return {letter for row, letter in needed(generators).items() if table[row] < least(row, cases)}


def show(table, cases, generators="cma"):
    """Prints the table; returns the needed rows that are too low."""
    low, rows = [], needed(generators)
    for row in sorted(set(table) | set(rows)):
        print("%7d%s %s" % (table[row], " *" if row in rows else "  ", row))
        if row in rows and table[row] < least(row, cases):
            low.append("%s: %d, not %d" % (row, table[row], least(row, cases)))
    return low

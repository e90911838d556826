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
           "counted", "clock to", "failed samples", "excluded slice", "missing member"}


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


# A row of every hundred cases that must be met, where it is not 2.
RARE = {"exactly the minimum": 0, "value below zero": 0}
NEEDED = ["value exactly at target", "tier edge hit exactly", "window cap cuts", "empty window",
          "minimum withholds", "carried", "coverage floor missed", "down time already paid for",
          "exclusion touches window"]


def show(table, cases):
    """Prints the table; returns the rows that are too low."""
    low = []
    for row in sorted(set(table) | set(NEEDED)):
        least = cases * RARE.get(row, 2) // 100
        mark = "" if table[row] >= least else "   below %d" % least
        print("%7d  %s%s" % (table[row], row, mark))
        if mark:
            low.append("%s: %d of %d" % (row, table[row], least))
    return low

"""Random measures that count items, with histories that meet their edges.

Each drawer returns (measure, target, "at least" or "at most"); a target without a unit is a
percentage, one with a unit stands as it is and has no credit beside tiers of percentages.
"""
import generate_states
import timeline as tl


def draw(make, rule, windows):
    exclusions = make.exclusions(windows)
    times = edges_of(windows, exclusions)
    kind = make.random.choice(make.only or list(DRAWERS))
    measure = {"kind": kind, "source": make.source()}
    several = kind not in ("availability with hysteresis", "outage count")
    if several and make.chance(0.7 if kind == "resource availability" else 0.15):
        measure["sources"] = [measure.pop("source"), make.source()]
    target, compare = DRAWERS[kind](make, measure, times)
    return measure, exclusions, target, compare


def edges_of(windows, exclusions):
    out = [e for w in windows for e in (w.a, w.b)]
    if exclusions != "none":
        out += [tl.instant(e[k]) for e in exclusions for k in ("from", "until")]
    return out


def sources(make, measure):
    for source in measure.get("sources") or [measure["source"]]:
        yield source.split("/", 1)


def some_time(make, times, whole=60 * tl.SECOND):
    """An instant of the term, often at or next to an edge."""
    if times and make.chance(0.3):
        return make.random.choice(times) + make.random.choice([0, 0, -1, 1, -whole, 17 * whole])
    at = make.begin + make.random.randrange(max(1, make.last - make.begin))
    return at // whole * whole


def small(make, most=40):
    return make.random.choice([0, 0, 1, 2, make.random.randint(0, most)])


# ---- Requests ------------------------------------------------------------------------------------

def requests(make, measure, times, step, in_rows=False):
    measure["invalid requests"] = make.pick("left out", "not good")
    measure["retries"] = make.pick("left out", "not good")
    measure["membership"] = make.pick("start", "end")
    for feed, source in sources(make, measure):
        for _ in range(make.random.randint(0, 50)):
            a = some_time(make, times, step)
            if make.chance(0.3) and not in_rows:
                a += make.random.choice([step // 2, step - 1, 1])
            for _ in range(make.random.choice([1, 2, 5, 7]) if in_rows else 1):
                valid = small(make, 1000)
                good = make.random.choice([valid, valid, valid * 99 // 100, valid // 2, 0])
                body = {"valid": str(valid), "good": str(good), "invalid": str(small(make)),
                        "retries": str(small(make))}
                until = a + (step if in_rows else make.random.choice(
                    [step, step, step // 2, 3 * step]))
                make.add(feed, source, "request counts", a, body, until)
                a = until


def request_ratio(make, measure, times):
    requests(make, measure, times, 300 * tl.SECOND)
    measure["minimum sample"] = str(make.random.choice([0, 0, 1, 50, 500]))
    return make.pick("99.9", "99", "75", "50"), "at least"


def sliced(make, measure, times, key):
    text = make.pick("5 min", "1 h", "1 h", "7 h", "1 d")
    measure[key] = text
    measure["alignment"] = make.pick("clock", "window")
    measure["minimum requests"] = str(make.random.choice([1, 1, 2, 100]))
    if key == "slice":
        measure["empty slice"] = make.pick("good", "bad", "left out", "left out")
        measure["excluded slice"] = make.pick("left out", "good")
    else:
        measure["empty interval"] = make.pick("no errors", "left out")
        measure["excluded interval"] = make.pick("no errors", "left out")
    requests(make, measure, times, tl.length(text))


def error_rates(make, measure, times):
    sliced(make, measure, times, "interval")
    measure["decimals"] = make.pick("0", "1", "3", "12")
    return make.pick("99.9", "99", "75"), "at least"


def good_slices(make, measure, times):
    sliced(make, measure, times, "slice")
    measure["slice target"] = make.pick("99 %", "50 %", "100 %")
    return make.pick("99.9", "99", "75", "50"), "at least"


def mean_of_slices(make, measure, times):
    sliced(make, measure, times, "slice")
    measure["decimals"] = make.pick("0", "2", "6", "12")
    return make.pick("99.9", "99", "75"), "at least"


# ---- Samples -------------------------------------------------------------------------------------

EDGES = [50_000, 100_000, 300_000, 1_000_000]


def probes(make, measure, times):
    measure["membership"] = make.pick("start", "end")
    measure["minimum sample"] = str(make.random.choice([0, 0, 1, 3, 10]))
    for feed, source in sources(make, measure):
        for _ in range(make.random.randint(0, 40)):
            at = some_time(make, times)
            if measure["from"] == "samples":
                body = {"state": "down"} if make.chance(0.1) else {
                    "state": make.pick("up", "up", "degraded"),
                    "elapsed": "%d ms" % make.random.choice([50, 100, 300, 299, 301, 700])}
                make.add(feed, source, "probe result", at, body)
            else:
                body = {"edges": [str(e) for e in EDGES],
                        "counts": [str(small(make)) for _ in EDGES],
                        "above": str(small(make, 3)), "failed": str(small(make, 3))}
                make.add(feed, source, "latency histogram", at, body, at + 60 * tl.SECOND)


def latency_percentile(make, measure, times):
    measure["percentile"] = make.pick("50 %", "95 %", "99.9 %", "100 %", "0.001 %", "33.333333 %")
    measure["method"] = make.pick("nearest rank", "linear")
    measure["from"] = "samples" if measure["method"] == "linear" else make.pick(
        "samples", "histograms")
    measure["failed samples"] = make.pick("left out", "left out", "slower than any")
    probes(make, measure, times)
    return make.pick("100 ms", "300 ms", "50 ms"), "at most"


def share_within(make, measure, times):
    measure["measured"] = "time"
    measure["from"] = make.pick("samples", "histograms")
    measure["limit is"] = "at most" if measure["from"] == "histograms" else make.pick(
        "at most", "at most", "at least")
    measure["longest"] = make.pick("100 ms", "300 ms")
    measure["failed samples"] = make.pick("left out", "not met")
    probes(make, measure, times)
    return make.pick("99", "75", "50"), "at least"


# ---- Tickets -------------------------------------------------------------------------------------

REASONS = ["awaiting customer", "awaiting supplier", "internal note", ""]


def calendar(make):
    if make.chance(0.35):
        return "24x7"
    name = "%s-cal" % make.name
    if name not in make.calendars:
        lines = ["tally-calendar/1", "zone: " + make.zone,
                 make.pick("hours: mon-fri 09:00-17:00", "hours: mon-sun 08:00-21:00",
                           "hours: mon-fri 08:00-12:00 13:00-18:00",
                           "hours: mon-fri 00:00-24:00")]
        if "fri" in lines[2] and make.chance(0.3):
            lines.append("hours: sat 09:00-12:00")
        first = tl.local_day(make.begin, make.zone)
        days = sorted({first.replace(day=d) for d in make.random.sample(range(1, 29), 3)})
        lines += ["holiday: %s Some day" % day for day in days[:2]]
        if make.chance(0.5):
            lines.append("open: %s 10:00-13:00 Special" % days[2])
        make.calendars[name] = "\n".join(lines) + "\n"
    return name


def clock(make, measure, times, targets=()):
    measure["clock from"] = make.pick("opened", "opened", "classified")
    measure["clock to"] = make.pick("responded", "resolved", "resolved", "closed")
    measure["stopped by"] = make.pick("human", "human or automation", "anyone")
    measure["not stopped by"] = "none" if make.chance(0.6) else ["internal note"]
    measure["calendar"] = calendar(make)
    measure["pauses"] = "none" if make.chance(0.3) else REASONS[:make.random.randint(1, 2)]
    measure["excluded time"] = make.pick("leaves tickets out", "stops the clock")
    if measure["clock to"] != "responded":
        measure["reopened"] = make.pick("first resolution", "final resolution", "each resolution")
    for feed, source in sources(make, measure):
        for number in range(make.random.randint(0, 14)):
            ticket(make, feed, source, "t%d" % number, times, targets)


def ticket(make, feed, source, name, times, targets):
    at, opened = some_time(make, times), True
    steps = make.random.choice([
        ["opened"], ["opened", "responded", "resolved", "closed"], ["opened", "resolved"],
        ["opened", "classified", "responded", "paused", "resumed", "resolved"],
        ["opened", "classified", "paused", "paused", "resumed", "resumed", "resolved", "closed"],
        ["opened", "responded", "resolved", "reopened", "resolved"],
        ["opened", "classified", "resolved", "reopened"],
        ["opened", "classified", "paused", "resolved", "reopened", "responded", "paused", "closed"],
        ["classified", "opened", "responded", "closed", "reopened", "closed", "reopened", "closed"]])
    for step in steps:
        body = {"ticket": name, "step": step, "firstContact": False}
        if opened or make.chance(0.25):
            body["priority"] = make.pick("P1", "P2", "P2", "P3")
        if opened or make.chance(0.2):
            body["site"] = make.pick("east", "west")
        opened = False
        if step in ("paused", "resumed") and make.chance(0.85):
            body["reason"] = make.random.choice(REASONS[:3])
        elif make.chance(0.15):
            body["reason"] = "internal note"
        make.add(feed, source, "ticket event", at, body,
                 actor=make.pick("human", "human", "human", "automation", "monitor"))
        if targets and make.chance(0.3):
            at += tl.length(make.random.choice(targets)) + make.random.choice([0, 0, 1, -1])
        else:
            at += make.span() * make.random.choice([1, 5, 20])


def tickets_in_time(make, measure, times):
    how = make.pick("not used", "at start", "at stop", "last known", "strictest",
                    "restarts at a change")
    targets = ["4 h", "30 min", "16 h"]
    clock(make, measure, times, targets)
    measure["priority"] = how
    if how == "not used":
        measure["target"] = make.random.choice(targets)
    else:
        measure["targets"] = ["P1: 30 min", "P2: 4 h", "P3: 16 h"][:make.pick(3, 3, 2)]
    measure["in time"] = make.pick("elapsed within target", "stopped by deadline")
    measure["window of a ticket"] = make.pick("start", "deadline", "stop")
    if measure["window of a ticket"] != "stop":
        measure["open and overdue"] = make.pick("failed", "left out")
    measure["minimum sample"] = str(make.random.choice([0, 0, 1, 3]))
    return make.pick("95", "90", "50"), "at least"


def timed(make, measure, times):
    clock(make, measure, times)
    measure["priority"] = make.pick("not used", "at start", "at stop", "last known")
    if measure["priority"] != "not used":
        measure["priorities"] = ["P1", "P2", "P3"][:make.pick(1, 2)]
    measure["window of a ticket"] = make.pick("start", "stop")
    measure["minimum sample"] = str(make.random.choice([0, 0, 1, 3]))


def mean_ticket_time(make, measure, times):
    timed(make, measure, times)
    measure["outliers"] = make.pick("counted", "left out", "cut to the limit")
    if measure["outliers"] != "counted":
        measure["outlier limit"] = make.pick("4 h", "1 h")
    measure["mean of"] = make.pick("tickets", "sites")
    return make.pick("4 h", "30 min"), "at most"


def percentile_of_time(make, measure, times):
    timed(make, measure, times)
    measure["percentile"] = make.pick("50 %", "95 %", "100 %", "12.5 %")
    return make.pick("4 h", "30 min"), "at most"


# ---- Calls ---------------------------------------------------------------------------------------

def calls(make, measure, times):
    measure["queues"] = "none" if make.chance(0.5) else ["gold"]
    measure["minimum sample"] = str(make.random.choice([0, 0, 1, 50]))
    for feed, source in sources(make, measure):
        for _ in range(make.random.randint(0, 30)):
            answered, abandoned = small(make, 100), small(make, 30)
            in_time = make.random.randint(0, answered)
            quick = make.random.randint(0, abandoned)
            body = {"queue": make.pick("gold", "silver"), "offered": str(answered + abandoned),
                    "answered": str(answered), "answeredInTime": str(in_time),
                    "abandoned": str(abandoned), "abandonedInTime": str(quick),
                    "abandonedShort": str(make.random.randint(0, quick)), "threshold": "20 s",
                    "shortLimit": "5 s", "waited": "%d s" % small(make, 5000), "handled": "0 s"}
            at = some_time(make, times)
            make.add(feed, source, "call counts", at, body, at + 1800 * tl.SECOND)


def service_factor(make, measure, times):
    measure["threshold"] = "20 s"
    measure["abandoned calls"] = make.pick(
        "in time count as good", "left out", "count against", "in time left out",
        "short ones count as good")
    if measure["abandoned calls"].startswith("short"):
        measure["short limit"] = "5 s"
    measure["aggregation"] = make.pick("all calls", "mean of intervals")
    if measure["aggregation"] == "mean of intervals":
        measure["empty interval"] = make.pick("left out", "good", "bad")
        measure["decimals"] = make.pick("0", "2", "12")
    calls(make, measure, times)
    return make.pick("80", "50"), "at least"


def call_abandonment(make, measure, times):
    measure["short limit"] = make.pick("none", "5 s")
    calls(make, measure, times)
    return make.pick("5", "20", "50"), "at most"


def speed_of_answer(make, measure, times):
    calls(make, measure, times)
    return make.pick("20 s", "45 s"), "at most"


DRAWERS = {"request ratio": request_ratio, "mean of interval error rates": error_rates,
           "good slices": good_slices, "mean of slice ratios": mean_of_slices,
           "latency percentile": latency_percentile, "share within threshold": share_within,
           "tickets in time": tickets_in_time, "mean ticket time": mean_ticket_time,
           "percentile of ticket time": percentile_of_time,
           "telephone service factor": service_factor, "call abandonment": call_abandonment,
           "average speed of answer": speed_of_answer, **generate_states.DRAWERS}


# ---- Composites ----------------------------------------------------------------------------------

def composites(make, objectives):
    """One composite where objectives share their windows."""
    names = list(objectives)
    if not make.same_windows:
        return
    kind = make.pick("weighted mean of objectives", "objectives met", "points of objectives")
    measure = {"kind": kind, "missing member": make.pick("left out", "no result")}
    target, compare = make.pick("99", "75", "50"), "at least"
    if kind == "weighted mean of objectives":
        names = [n for n in names if objectives[n]["target"].endswith("%")]
        if not names:
            return
        measure["weights"] = ["%s: %s" % (n, make.pick("60", "1", "2.5")) for n in names]
        measure["members count by"] = make.pick("value", "verdict")
        if measure["members count by"] == "value":
            measure["decimals"] = make.pick("0", "4", "12")
        measure["missing member"] = make.pick("left out", "zero", "no result")
    elif kind == "objectives met":
        measure["members"] = names
        measure["missing member"] = make.pick("left out", "met", "breached", "no result")
    else:
        measure["points"] = ["%s: %s" % (n, make.pick("3", "1", "2.5")) for n in names]
        measure["missing member"] = make.pick("left out", "met", "breached", "no result")
        compare = "at most"
    first = next(iter(objectives.values()))
    objective = {"obligor": "provider", "obligee": "customer", "measure": measure,
                 "exclusions": "none", "window": first["window"],
                 "when empty": make.pick("met", "breached", "no result", "carry last")}
    if kind == "points of objectives":
        objective.update({"target": "at most " + make.pick("3", "2.5", "0"), "credit": "none"})
    else:
        objective.update({"target": "at least %s %%" % target, "credit": make.credit(target)})
    objectives["whole"] = objective

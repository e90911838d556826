"""Random measures of states beside availability by time."""
import timeline as tl


def some_states(make, measure, times):
    """A history for each source: outages at edges, some of just the length that matters."""
    lengths = [tl.length(measure[k]) for k in ("at least", "merge gap", "interval")
               if measure.get(k, "none") != "none"]
    for source in make.sources_of(measure):
        feed, name = source.split("/", 1)
        changes = {make.begin + make.random.choice([0, 0, 3600, 90_000]) * tl.SECOND: "up"}
        for _ in range(make.random.randint(0, 10)):
            at = make.random.choice(times) if times and make.chance(0.4) else (
                make.begin + make.random.randrange(max(1, make.last - make.begin)))
            at = at // tl.SECOND * tl.SECOND
            for _ in range(make.random.choice([1, 1, 2, 4])):
                long = make.span()
                if lengths and make.chance(0.5):
                    long = make.random.choice(lengths) * make.random.choice([1, 1, 3, 10])
                    long += make.random.choice([0, 0, tl.SECOND, -1])
                changes[at] = make.pick("down", "down", "down", "degraded", "unknown")
                changes.setdefault(at + max(long, 1), "up")
                at += max(long, 1) + (make.random.choice(lengths) if lengths and make.chance(0.4)
                                      else make.span())
        for at, state in sorted(changes.items()):
            if make.begin - 2 * tl.DAY <= at < make.last:
                make.add(feed, name, "state reported", at, {"state": state})


def holding(make, measure):
    measure["degraded"] = make.pick("counts as up", "counts as down")
    measure["unknown time"] = make.pick("counts as up", "counts as down")
    measure["hold"] = make.pick("until next report", "until next report", "at most")
    if measure["hold"] == "at most":
        measure["hold limit"] = "30 d"


def hysteresis(make, measure, times):
    measure.update({"bad interval": make.pick("any of it is down", "all of it is down"),
                    "bad to begin": make.pick("1", "3", "10"),
                    "good to end": make.pick("1", "3", "10"),
                    "interval": make.pick("1 s", "10 s", "60 s"),
                    "excluded time": make.pick("keep", "remove")})
    holding(make, measure)
    some_states(make, measure, times)
    return make.pick("99.9", "99", "95"), "at least"


def resources(make, measure, times):
    measure["deployed"] = make.pick("while known", "until reported unknown")
    measure["excluded time"] = make.pick("keep", "remove")
    holding(make, measure)
    measure["unknown time"] = make.pick("counts as up", "counts as down", "is removed")
    some_states(make, measure, times)
    return make.pick("99.9", "99", "95"), "at least"


def outage_count(make, measure, times):
    measure["at least"] = make.pick("none", "5 min", "60 s")
    measure["merge gap"] = make.pick("none", "none", "60 s", "5 min")
    measure["excluded time"] = make.pick("breaks outage", "is passed over")
    measure["window of outage"] = make.pick("start", "part inside")
    holding(make, measure)
    some_states(make, measure, times)
    return make.pick("0 times", "2 times", "5 times"), "at most"


def error_periods(make, measure, times):
    import generate_counted
    measure.update({"quantum": make.pick("60 s", "5 min"), "alignment": make.pick("clock", "sliding"),
                    "error share": make.pick("5 %", "50 %", "1 %"),
                    "comparison": make.pick("more than", "at least"),
                    "minimum samples": make.pick("1", "0", "100"),
                    "consecutive": make.pick("1", "2", "5"),
                    "run at window edge": make.pick("cut before test", "cut after test"),
                    "excluded time": make.pick("breaks the run", "is passed over"),
                    "denominator": make.pick("keep", "remove"),
                    "window without requests": make.pick("up", "empty")})
    generate_counted.requests(make, measure, times, tl.length(measure["quantum"]), True)
    if measure["alignment"] == "sliding":
        drop_overlaps(make, measure)
    return make.pick("99.99", "99.9", "99"), "at least"


def drop_overlaps(make, measure):
    """Nothing says what two reports over one time mean where each is its own quantum."""
    sources, last, kept = make.sources_of(measure), 0, []
    mine = [e for e in make.events if "%s/%s" % (e["feed"], e["source"]) in sources]
    for event in sorted(mine, key=lambda e: (tl.instant(e["from"]), e["source"])):
        if tl.instant(event["from"]) >= last:
            kept.append(event)
            last = tl.instant(event["until"])
    make.events = [e for e in make.events if e not in mine] + kept


DRAWERS = {"availability with hysteresis": hysteresis, "resource availability": resources,
           "outage count": outage_count, "downtime periods by error share": error_periods}

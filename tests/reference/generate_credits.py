"""Random credits by the schemes that generate.py leaves out, and targets of three levels
(docs/TERMS.md, "Schemes of credits" and `target`)."""
import generate_counted
import generate_duties
import timeline as tl

MONTHS = {"every": "calendar month", "when clipped": "prorate"}


def outages(make, windows, target):
    """An availability of one source with nothing unknown; outages some of them of whole hours."""
    source = make.source()
    measure = {"kind": "availability by time", "source": source, "up when": "recorded status",
               "state holds": "until next report", "unknown time": "counts as up",
               "coverage": "none", "degraded": "counts as up",
               "excluded time": make.pick("stays in denominator", "leaves denominator"),
               "minimum outage": "none", "resolution": "1 s", "snap": "none"}
    if make.chance(0.3):
        measure["minimum outage"] = {"of": "5", "quantum": "60 s", "aligned": "sliding",
                                     "at window edge": make.pick("cut before test",
                                                                 "cut after test"),
                                     "excluded time": "breaks run"}
    feed, name = source.split("/", 1)
    changes = {make.begin: "up"}
    for window in windows:
        # How bad a window is, is drawn for the whole of it: sequences need good and bad ones.
        bad = make.random.choice([0, 0, 1, 1, 2])
        at = window.a + make.random.randrange(1, 3) * 3600 * tl.SECOND
        for _ in range(bad * make.random.randint(1, 2)):
            long = (window.b - window.a) * (100 - make.level(target)) / 100
            long = int(long) + make.random.choice([0, 0, -tl.SECOND, tl.SECOND, 3600 * tl.SECOND])
            if make.chance(0.3):
                long = make.random.choice([1, 2, 5]) * 3600 * tl.SECOND
            if 0 < long < window.b - at:
                changes[at] = "down"
                changes.setdefault(at + long, "up")
                at += long + 7200 * tl.SECOND
    for at, state in sorted(changes.items()):
        if make.begin <= at < make.last:
            make.add(feed, name, "state reported", at, {"state": state})
    return measure


def finish(make, credit, money=True):
    cents = "cents" if make.currency in ("USD", "EUR") else "minor units"
    mode = make.pick("half up", "half even", "down", "up")
    if not money:
        credit["rounding"] = mode + " to whole points, once per line"
        return credit
    credit["rounding"] = "%s to %s, once per line" % (mode, cents)
    credit["window cap"] = make.money(50, 900) if make.chance(0.2) else "none"
    credit["minimum"] = make.money(1, 20) if make.chance(0.15) else "none"
    return credit


def base(make):
    return "fee " + make.random.choice(list(make.fees))


def occasion(make, credit, kind):
    credit["for"] = make.random.choice({
        "availability by time": ["each breach", "each incident", "each started hour",
                                 "each started hour"],
        "deliverable lateness": ["each breach", "each started hour"]}.get(
            kind, ["each breach", "each unit short", "each unit short"]))
    make.tags.add("occasions: " + credit["for"])


def credit_for(make, kind, target):
    schemes = ["fixed sum", "days of service"]
    if kind == "availability by time":
        schemes += ["proportional", "proportional", "points"]
    elif kind == "deliverable lateness":
        schemes += ["late delivery"] * 3
    else:
        schemes += ["points"]
    scheme = make.random.choice(schemes)
    make.tags.add("credit: " + scheme)
    if scheme == "points":
        return points(make, kind, target)
    credit = {"scheme": scheme}
    if scheme != "fixed sum":
        credit["base"] = base(make)
    if scheme == "fixed sum":
        credit["sum"] = make.money(1, 90)
        occasion(make, credit, kind)
    elif scheme == "days of service":
        credit["days"] = make.pick("1", "2", "0.5")
        occasion(make, credit, kind)
        credit.update({"month": make.pick("days of the month", "30 days"),
                       "at most": make.pick("none", "27.5 %", "100 %")})
    elif scheme == "proportional":
        credit.update({"multiplier": make.pick("25", "1", "2.5"),
                       "affected": make.pick("everyone", "a fixed share")})
        if credit["affected"] != "everyone":
            credit["affected share"] = make.pick("2.1 %", "50 %")
    else:
        credit.update({"percent per step": make.pick("10.5 %", "1 %"),
                       "step": make.pick("2 d", "1 d", "6 h"),
                       "round up to": make.pick("none", "1 d", "1 h"),
                       "part of a step": make.pick("exact", "per started step", "per full step"),
                       "at most": make.pick("none", "55 %")})
    return finish(make, credit)


def points(make, kind, target):
    credit = {"scheme": "points", "for": "severity"}
    if kind == "availability by time":
        low = [make.number(make.level(target) - d) for d in (2, 1)] + [target]
        credit["levels"] = dict(zip(low[make.pick(0, 1):], ["3", "2", "1"]))
        credit["level itself"] = make.pick("is the better", "is the worse")
    else:
        credit.update({"for": "each unit short", "points": make.pick("1", "3")})
        make.tags.add("occasions: each unit short")
    credit["repeat factor"] = make.pick("1", "2", "1.5")
    return finish(make, credit, False)


def objective(make, rule=None, kind=None):
    """One whose windows are met and missed in turns, with a credit of some scheme."""
    rule = rule or dict(MONTHS, zone=make.other_zone)
    windows = tl.windows(rule, (make.begin, make.end), make.last)
    kind = kind or make.pick("availability by time", "availability by time",
                             "deliverable lateness", "volume", "survey mean")
    exclusions = make.exclusions(windows)
    if kind == "availability by time":
        text = make.pick("99.9", "99.5", "99", "98")
        measure, target = outages(make, windows, text), "at least %s %%" % text
    else:
        measure, target = generate_duties.DRAWERS[kind](make, windows)
        text = target.split()[2]
    out = make.owing(measure, exclusions, rule, target)
    out["credit"] = credit_for(make, kind, text)
    return out


def levels(make, objective):
    """The target with a minimum and a stretch level, now and then."""
    target = objective["target"]
    if not target.endswith(" %") or not target.startswith("at least") or make.chance(0.4):
        return
    expected = make.level(target.split()[2])
    minimum = make.number(expected - make.pick(1, 2, 5)) + " %"
    stretch = make.number(expected + (100 - expected) / 2) + " %"
    objective["target"] = {"expected": target,
                           "minimum": make.pick("none", minimum, minimum),
                           "stretch": make.pick("none", stretch, stretch)}
    make.tags.add("target: several levels")

"""Random agreements and histories, seeded: case(seed) is always the same case.

One case is one agreement of two to five objectives with feeds of its own. Terms are maps and texts
in the words of docs/TERMS.md, events are the lines that `tally append` reads. What is random is
drawn so that edges are hit on purpose: outages that begin at a window's edge, values exactly at a
target or tier, runs exactly as long as the minimum, terms that begin and end inside windows, months
in which the clock changes, knowledge that ends inside a window.
"""
import random
from datetime import date, timedelta
from fractions import Fraction

import generate_counted
import timeline as tl
from evaluator import sources_of

NOW = tl.instant("2026-11-01T00:00:00Z")
STARTS = tl.instant("2026-07-25T00:00:00Z")  # of a ledger in which acts have times of their own
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
TARGETS = ["99.99", "99.95", "99.9", "99.5", "99", "98", "95", "90", "100", "99.897", "50"]
FEES = ["1000.00 USD", "1234.56 USD", "99.99 USD", "250000.00 USD", "0.05 USD"]
LATE = 0.1  # share of the feeds with a watermark in the past that report beyond it
OTHER_FEES = [["100000 JPY", "777 JPY"], ["12.345 KWD", "1000.000 KWD"], ["333.33 EUR"]]


class Maker:
    def __init__(self, seed, name, only=()):
        self.only = list(only)  # kinds of measures; empty: all
        self.random = random.Random("case %s" % seed)
        self.name, self.events, self.watermarks = name, [], {}
        self.calendars, self.tags = {}, set()
        self.sources = 0
        self.reach_on = set()  # feeds with reports after their watermark
        self.zone = self.random.choice(ZONES)
        self.announces = self.chance(0.08)  # acts at times of their own: a ledger of its own
        self.other_zone = self.zone if self.chance(0.7) else self.random.choice(ZONES)
        self.step = None  # from the target to the first tier's lower edge
        self.draw_term()
        self.draw_fees()
        self.same_windows = self.window() if self.chance(0.3) else None

    sources_of = staticmethod(sources_of)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, *words):
        return self.random.choice(words)

    # ---- The head ----

    def draw_term(self):
        months = self.random.choice([1, 2, 3, 3, 4, 5, 7, 14])
        begin = date(2025, 1, 1) + timedelta(days=self.random.randrange(650 - 30 * min(months, 12)))
        if self.announces:
            begin, months = date(2026, 8, self.random.randint(1, 20)), self.random.randint(1, 3)
        if self.chance(0.4):
            begin = begin.replace(day=1)
        end = begin + timedelta(days=30 * months + self.random.randrange(-3, 28))
        if self.chance(0.3):
            end = max(end.replace(day=1), begin + timedelta(days=3))
        self.begin = tl.midnight(begin, self.zone)
        self.end = tl.midnight(end, self.zone)
        self.term = {"from": begin.isoformat(), "until": end.isoformat(), "zone": self.zone}
        if self.chance(0.15):  # not at a midnight
            self.begin += self.random.randrange(tl.DAY // tl.SECOND) * tl.SECOND
            self.term["from"] = tl.show(self.begin)
        if self.end > NOW and self.chance(0.5):
            self.term["until"], self.end = "open", tl.FOREVER
        self.last = min(self.end, NOW)  # of what can be observed

    def draw_fees(self):
        amounts = FEES if self.chance(0.7) else self.random.choice(OTHER_FEES)
        self.fees = {}
        for name in ["hosting", "desk"][:self.random.randint(1, 2)]:
            per = self.pick("calendar month", "calendar month", "calendar quarter", "calendar year")
            self.fees[name] = {"amount": self.random.choice(amounts), "per": per}
        self.currency = self.fees["hosting"]["amount"].split()[1]

    # ---- Parts of an objective ----

    def window(self):
        kinds = ["calendar month"] * 4 + ["calendar quarter", "calendar year"]
        if self.other_zone == self.zone and len(self.term["from"]) == 10:
            kinds += ["contract year"]
        every = self.random.choice(kinds + ["billing", "billing", "fixed", "rolling", "rolling"])
        rule = {"every": every, "zone": self.other_zone,
                "when clipped": self.pick("prorate", "prorate", "merge", "not measured")}
        if every == "billing":
            day = self.random.choice([1, 5, 15, 28, 29, 30, 31])
            rule["every"] = {"billing cycle from day": str(day)}
            if day > 28:
                rule["every"]["short month"] = self.pick("last day", "first of next")
        elif every == "fixed":
            rule["every"] = {"fixed": self.pick("720 h", "168 h", "1000 h", "30 d")}
        elif every == "rolling":
            days = self.random.choice([7, 30, 30, 45])
            step = self.random.choice([7, 10, 30, 30])
            rule["every"] = {
                "rolling": "%d days" % days, "step": "%d days" % step,
                "length": self.pick("local days", "elapsed days"),
                "first windows": self.pick("not measured", "missing time counts as good")}
            del rule["when clipped"]
        return rule

    def credit(self, target, kind_is_at_least=True):
        if self.chance(0.2):
            return "none"
        fee = self.random.choice(list(self.fees))
        cents = "cents" if self.currency in ("USD", "EUR") else "minor units"
        credit = {"base": "fee " + fee}
        scheme = self.random.choice(["tiers"] * 5 + ["linear", "fixed sum", "pool"])
        if scheme == "tiers":
            credit["tiers"] = self.tiers(target, kind_is_at_least)
        elif scheme == "linear":
            credit.update({"scheme": "linear", "percent per step": self.pick("5 %", "2.5 %", "1 %"),
                           "step": self.pick("0.1", "1", "0.05"),
                           "part of a step": self.pick("exact", "per started step", "per full step"),
                           "at most": self.pick("none", "100 %", "30 %")})
        elif scheme == "fixed sum":
            credit = {"scheme": "fixed sum", "sum": self.money(1, 500), "for": "each breach"}
        else:
            credit.update({"scheme": "pool", "at risk": self.pick("10 %", "12 %"),
                           "pool share": self.pick("50 %", "20 %"),
                           "allocation": self.pick("40 %", "100 %", "33.333333 %")})
        credit["rounding"] = "%s to %s, once per line" % (
            self.pick("half up", "half even", "down", "up"), cents)
        credit["window cap"] = self.money(5, 400) if self.chance(0.3) else "none"
        credit["minimum"] = self.money(1, 100) if self.chance(0.3) else "none"
        amounts = [credit[name].split()[0].replace(".", "") for name in ("minimum", "window cap")]
        if "none" not in amounts and int(amounts[0]) >= int(amounts[1]):
            credit["minimum"] = "none"  # nothing could be paid, which terms check refuses
        self.tags.add("credit: " + scheme)
        return credit

    def money(self, low, high):
        decimals = {"JPY": 0, "KWD": 3}.get(self.currency, 2)
        amount = self.random.randint(low, high)
        if decimals == 0 or self.chance(0.5):
            return "%d%s %s" % (amount, "." + "0" * decimals if decimals else "", self.currency)
        return "%d.%0*d %s" % (amount, decimals, self.random.randrange(10 ** decimals),
                               self.currency)

    def tiers(self, target, at_least):
        """From the highest value to the lowest; all that misses the target is covered."""
        edges = [Fraction(target)]
        steps = [self.step] * (len(edges) == 1 and self.step is not None)
        for _ in range(self.random.randint(bool(steps), 3)):
            if steps and at_least and edges[-1] > steps[0]:
                edges.append(edges[-1] - steps.pop())
                continue
            edge = (edges[-1] - self.random.choice([Fraction(1, 2), 1, 3, 5]) if at_least
                    else edges[-1] + self.random.choice([Fraction(1, 2), 1, 3, 5]))
            if 0 < edge:
                edges.append(edge)
        percents = sorted(self.random.sample([2, 5, 10, 25, 30, 50, 100, 150], len(edges)))
        texts = [self.percent(e) for e in edges]
        if at_least:
            low, high = self.pick(("from", "below"), ("above", "up to"))
            rows = [{high: top} for top in texts]
            for row, bottom in zip(rows, texts[1:]):
                row[low] = bottom
        else:
            low, high = self.pick(("above", "up to"), ("from", "below"))
            rows = [{low: bottom} for bottom in texts]
            for row, top in zip(rows, texts[1:]):
                row[high] = top
        for row, percent in zip(rows, percents):
            row["credit"] = "%d %%" % percent
        return rows if at_least else rows[::-1]

    @staticmethod
    def percent(value):
        text = "%.6f" % float(value)
        return text.rstrip("0").rstrip(".") + " %"

    def exclusions(self, windows):
        if self.chance(0.45) or not windows:
            return "none"
        out = []
        for i in range(self.random.randint(1, 5)):
            window = self.random.choice(windows)
            kind = self.random.random()
            if kind < 0.1:  # the whole window, or more
                a, b = window.a, window.b
            elif kind < 0.3:  # over its edge
                a, b = window.b - self.span(), window.b + self.span()
            elif kind < 0.5 and out:  # over the one before
                a, b = tl.instant(out[-1]["from"]), tl.instant(out[-1]["until"])
                a, b = a + (b - a) // 2, b + self.span()
            else:
                a = self.inside(window)
                b = a + self.span()
            cause = self.pick("planned maintenance", "force majeure", "customer")
            out.append({"id": "x%d" % i, "cause": cause, "from": tl.show(a), "until": tl.show(b)})
        return out

    def span(self):
        """A length of time, short ones more often; often a whole number of minutes."""
        unit = self.random.choice([tl.SECOND, 60 * tl.SECOND, 60 * tl.SECOND, 3600 * tl.SECOND])
        micros = self.random.randint(1, 30) * unit
        if self.chance(0.15):
            micros += self.random.randrange(tl.SECOND)
        return micros

    def inside(self, window):
        whole = self.random.choice([tl.SECOND, 60 * tl.SECOND, 1])
        return (window.a + self.random.randrange(max(1, window.b - window.a))) // whole * whole

    # ---- Feeds ----

    def source(self):
        """FEED/SOURCE of a new source. Most are of one feed, whose watermark is now; others have a
        feed of their own, whose watermark lies before."""
        late = self.chance(0.2)
        name = "%s-f%d" % (self.name, len(self.watermarks) if late else 0)
        self.watermarks.setdefault("%s-f0" % self.name, NOW)
        if late:
            name = "%s-f%d" % (self.name, len(self.watermarks))
            self.watermarks[name] = self.begin + int(
                (self.last - self.begin) * (0.3 + 0.7 * self.random.random()))
            if self.chance(LATE):
                self.reach_on.add(name)
        self.sources += 1
        return "%s/s%d" % (name, self.sources)

    def add(self, feed, source, kind, at, body, until=None, actor=None):
        """Nothing observed after the knowledge ends, and seldom after the feed's watermark."""
        if max(at, until or at) > (NOW if feed in self.reach_on else self.watermarks[feed]):
            return
        event = {"feed": feed, "source": source, "kind": kind, "body": body}
        if until is None:
            event["at"] = tl.show(at)
        else:
            event["from"], event["until"] = tl.show(at), tl.show(until)
        event["reported"] = tl.show(at if until is None else until)
        if actor:
            event["actor"] = actor
        self.events.append(event)

    # ---- Availability ----

    def availability(self, rule, windows):
        """(measure, exclusions, target)"""
        measure = {"kind": "availability by time"}
        exclusions = self.exclusions(windows)
        plain = self.chance(0.2)  # nothing between the outage and the value
        if plain:
            exclusions = "none"
            measure["source"] = self.source()
        elif self.chance(0.35):
            self.monitors(measure)
        elif self.chance(0.2):
            measure["sources"] = [self.source(), self.source()]
        else:
            measure["source"] = self.source()
        measure["up when"] = "recorded status" if self.chance(0.7) else self.pick(
            {"codes": ["200", "201"], "longest": "30 s"}, {"codes": ["200"], "longest": "none"},
            {"recorded status or codes": ["403"]})
        measure["state holds"] = self.pick("until next report", "until next report",
                                           "at most 26 h", "at most 10 d", "probe of 1 h")
        measure["unknown time"] = self.pick("counts as up", "counts as down", "is removed")
        measure["coverage"] = "none" if self.chance(0.7) else "at least %s %%" % self.pick(
            "99", "90", "50", "99.999")
        measure["degraded"] = self.pick("counts as up", "counts as down")
        measure["excluded time"] = self.pick("stays in denominator", "leaves denominator",
                                             "leaves denominator where down",
                                             "fixed denominator of 43200 min")
        if measure["excluded time"].startswith("fixed"):
            measure["below zero"] = self.pick("clamp", "keep")
        measure["minimum outage"] = "none" if self.chance(0.5) else {
            "of": str(self.random.choice([1, 2, 5, 10])),
            "quantum": self.pick("60 s", "60 s", "1 s", "5 min"),
            "aligned": self.pick("sliding", "sliding", "clock"),
            "at window edge": self.pick("cut before test", "cut after test"),
            "excluded time": self.pick("breaks run", "is passed over")}
        measure["resolution"] = self.pick("1 ms", "1 s", "60 s")
        measure["snap"] = "none" if self.chance(0.5) else "%s of %s" % (
            self.pick("floor", "ceiling"), self.pick("each outage", "window total"))
        if plain:
            measure.update({"up when": "recorded status", "state holds": "until next report",
                            "unknown time": "counts as up", "excluded time": "stays in denominator",
                            "minimum outage": "none", "snap": "none"})
            measure.pop("below zero", None)
        target = self.random.choice(TARGETS)
        self.step = self.random.choice([Fraction(1, 2), 1])
        for source in sources_of(measure):
            self.states(source, measure, exclusions, windows, Fraction(target))
        return measure, exclusions, target

    def monitors(self, measure):
        count = self.random.choice([2, 2, 3])
        measure["monitors"] = [{"name": "m%d" % i, "source": self.source()} for i in range(count)]
        if self.chance(0.2):
            measure["monitors"][0] = {"name": "m0", "sources": [self.source(), self.source()]}
        measure["policy"] = self.pick("any down", "all down", "first known", "mean of monitors",
                                      "at least 2 down", "at least %d down" % count)
        if measure["policy"].startswith("a") and measure["policy"] != "any down":
            measure["silent monitor"] = self.pick("may be down", "is passed over")

    def states(self, source, measure, exclusions, windows, target):
        feed, name = source.split("/", 1)
        if measure["state holds"].startswith("probe"):
            return self.probes(feed, name, measure)
        changes = {}
        start = self.begin if self.chance(0.8) else self.begin + self.random.choice(
            [-3600, 3600, 90_000, 5]) * tl.SECOND
        changes[start] = "up"
        if measure["state holds"] != "until next report":
            step = tl.length(measure["state holds"][8:])
            at = start
            while at < self.last and len(changes) < 60:
                at += step if self.chance(0.5) else int(step * self.random.choice([0.3, 0.9, 2.1]))
                changes.setdefault(at, "up")
        edges = [e for w in windows for e in (w.a, w.b)]
        if exclusions != "none":
            edges += [tl.instant(e[k]) for e in exclusions for k in ("from", "until")]
        for _ in range(self.random.randint(0, 12)):
            self.outage(changes, measure, edges)
        if self.chance(0.5) and windows:
            self.exactly(changes, windows, target)
        for at, state in sorted(changes.items()):
            if self.begin - 2 * tl.DAY <= at < self.last:
                self.state(feed, name, at, state, measure)

    def outage(self, changes, measure, edges):
        if edges and self.chance(0.5):
            at = self.random.choice(edges) + self.random.choice([-1, 0, 0, 1]) * self.span()
        else:
            at = self.begin + self.random.randrange(max(1, self.last - self.begin))
            at = at // (60 * tl.SECOND) * 60 * tl.SECOND
        rule = measure["minimum outage"]
        for _ in range(self.random.choice([1, 1, 2, 4])):
            long = self.span() if self.chance(0.9) else self.random.randint(1, 40) * tl.DAY
            if rule != "none" and self.chance(0.5):
                long = tl.length(rule["quantum"]) * int(rule["of"]) + self.random.choice(
                    [-1, 0, 0, 1, tl.SECOND])
            changes[at] = self.pick("down", "down", "down", "degraded", "unknown")
            changes.setdefault(at + long, "up")
            at += long + self.span()

    def exactly(self, changes, windows, target):
        """One window with just so much down time that its value is a level, or next to it."""
        window = self.random.choice(windows)
        level = target - self.random.choice([0, 0, self.step])
        long = (window.b - window.a) * (100 - level) / 100
        if long.denominator != 1 or long <= 0:
            return
        for at in [t for t in changes if window.a <= t < window.b]:
            del changes[at]
        long = int(long) + self.random.choice([0, 0, 0, 1, -1])
        at = window.a + self.random.randrange(max(1, window.b - window.a - long))
        at -= at % tl.SECOND if at - at % tl.SECOND >= window.a else 0
        changes[window.a] = "up"
        changes[at] = "down"
        changes[at + long] = "up"
        changes[window.b] = "up"

    def probes(self, feed, name, measure):
        step = tl.length(measure["state holds"][9:])
        at = self.begin - self.random.choice([0, step // 2, step])
        for _ in range(self.random.randint(20, 70)):
            self.state(feed, name, at, self.pick("up", "up", "up", "down", "degraded", "unknown"),
                       measure)
            at += step if self.chance(0.8) else int(step * self.random.choice([0.5, 1.5, 24]))
            if at >= self.last:
                return

    def state(self, feed, name, at, state, measure):
        body = {"state": state}
        codes = measure["up when"]
        if codes == "recorded status":
            self.add(feed, name, "state reported", at, body)
            return
        if self.chance(0.9):
            good = {"up": "200", "degraded": "201", "down": "503"}.get(state, "403")
            body["code"] = good if self.chance(0.9) else self.pick("403", "500")
        if self.chance(0.8):
            body["elapsed"] = self.pick("1 s", "30 s", "30 s", "30001 ms")
        self.add(feed, name, "probe result", at, body)

    # ---- Rules ----

    def rules(self, objectives, amended):
        out = {}
        for i in range(self.random.choice([1, 2] if self.announces else [0, 1, 1, 2])):
            which = "all" if self.chance(0.6) else sorted(
                self.random.sample(sorted(objectives), self.random.randint(1, len(objectives))))
            # Caps over windows of several terms are not this comparison's.
            rule = self.recurring() if amended else self.pick(
                self.recurring, self.cap, self.cap, self.at_risk)()
            if self.announces and i == 0:
                rule = self.maintenance()
            out["r%d" % i] = {"kind": rule.pop("kind"), "objectives": which, **rule}
            self.tags.add("rule: " + out["r%d" % i]["kind"])
        return out

    def recurring(self):
        rule = {"kind": "recurring exclusion", "cause": "planned maintenance",
                "occurs": self.pick("every", "first", "second", "third", "fourth", "last"),
                "weekday": self.pick("monday", "wednesday", "sunday", "sunday", "saturday", "day"),
                "time": self.pick("whole local day", "from a local time")}
        if rule["occurs"] == "every" and rule["weekday"] == "day":
            rule["time"] = "from a local time"
        if rule["time"] == "from a local time":
            rule["begins"] = self.pick("00:00", "04:00", "23:30", "12:15")
            rule["length"] = self.pick("4 h", "30 min", "1 d")
            if rule["occurs"] == "every" and rule["weekday"] == "day" and rule["length"] == "1 d":
                rule["length"] = "4 h"  # all time would be excluded, which terms check refuses
        return rule

    def maintenance(self):
        rule = {"kind": "maintenance", "overrun": "counts",
                "covers": self.pick("planned maintenance", "planned and emergency maintenance"),
                "notice": self.pick("48 h", "2 h", "none"), "notice counted in": "elapsed time",
                "late notice": "rejected",
                "cap": self.pick("none", "each calendar month", "each calendar week")}
        if rule["notice"] != "none" and self.chance(0.3):
            rule["notice counted in"] = "business time"
            rule["calendar"] = generate_counted.calendar(self)
        if rule["cap"] != "none":
            rule.update({"cap length": self.pick("4 h", "90 min", "10 h"),
                         "cap consumed by": self.pick("announced length", "down time"),
                         "cap order": self.pick("start", "announcement")})
        return rule

    def acts(self, rule):
        """Announcements, some of them just in time and some just too late."""
        out, at = [], STARTS + tl.DAY
        notice = 0 if rule["notice"] == "none" else tl.length(rule["notice"])
        downs = [tl.instant(e["at"]) for e in self.events if e["body"].get("state") == "down"
                 and tl.instant(e["at"]) > STARTS + 4 * tl.DAY]
        for i in range(self.random.randint(1, 8)):
            at += self.random.randrange(1, 8 * 86_400) * tl.SECOND
            begin = at + notice + self.random.choice(
                [-60, 60, 3600, 86_400, 5 * 86_400, 200_000]) * tl.SECOND
            near = [d for d in downs if at < d < at + 12 * tl.DAY]
            if near and self.chance(0.6):
                begin = self.random.choice(near) - self.random.choice([0, 60, 3600]) * tl.SECOND
            until = begin + self.random.choice([30, 60, 180, 600]) * 60 * tl.SECOND
            body = {"name": "m%d" % self.random.choice([i, i, i, 0]), "from": tl.show(begin),
                    "until": tl.show(until), "cause": self.pick(
                        "planned-maintenance", "planned-maintenance", "emergency-maintenance")}
            if until < NOW and at < NOW - tl.DAY:
                out.append({"at": tl.show(at), "agreement": self.name,
                            "kind": "maintenance announced", "body": body})
        return out

    PERIODS = ["window", "calendar month", "contract year", "rolling 12 months"]

    def cap(self):
        rule = {"kind": "cap", "limit": self.pick("money", "percent of charges"),
                "period": self.random.choice(self.PERIODS), "belongs by": "end of window",
                "cut": self.pick("pro rata", "in order"), "above": "lost",
                "settled windows": self.pick("stay", "computed again")}
        if rule["limit"] == "money":
            rule["money"] = self.money(1, 600)
        else:
            rule.update({"percent": self.pick("1 %", "10 %", "33.3 %"), "fee": "hosting",
                         "charges": self.pick("of the period", "of one fee period")})
        return rule

    def at_risk(self):
        return {"kind": "at risk", "percent": self.pick("2 %", "10 %"), "fee": "hosting",
                "period": self.random.choice(self.PERIODS),
                "cut": self.pick("pro rata", "in order")}

    def amendment(self, objectives):
        """Other targets and credits from some time on; windows and measures stay."""
        windows = [w for o in objectives.values()
                   for w in tl.windows(o["window"], (self.begin, self.end), self.last)]
        if not windows:
            return None
        at = self.random.choice(windows)
        at = self.random.choice([at.a, at.b, self.inside(at)])
        if not self.begin <= at < min(self.end, NOW):
            return None
        changed = {}
        for name, objective in objectives.items():
            # What one window takes over from others is not this comparison's.
            if objective["when empty"] == "carry last":
                objective["when empty"] = "no result"
            if "rolling" in objective["window"]["every"]:
                objective["credit"] = "none"
            changed[name] = dict(objective)
            if objective["credit"] == "none":
                continue
            if objective["target"].endswith("%") and objective["target"].startswith("at least"):
                target = self.random.choice(TARGETS)
                changed[name]["target"] = "at least %s %%" % target
                changed[name]["credit"] = self.credit(target)
        if changed == objectives:
            return None
        reach = self.pick("prospective", "retroactive")
        self.tags.add("amendment: " + reach)
        out = {"effective": tl.show(at), "reach": reach, "objectives": changed}
        if reach == "retroactive":
            out["settled windows"] = self.pick("stay closed", "are reopened")
        return out

    # ---- A case ----

    def objective(self):
        rule = self.same_windows or self.window()
        windows = tl.windows(rule, (self.begin, self.end), self.last)
        everything = not self.only
        if (everything and self.chance(0.45)) or "availability by time" in self.only:
            measure, exclusions, target = self.availability(rule, windows)
            compare = "at least"
        else:
            self.step = None
            measure, exclusions, target, compare = generate_counted.draw(self, rule, windows)
        objective = {"obligor": "provider", "obligee": "customer", "measure": measure,
                     "exclusions": exclusions, "window": rule,
                     "when empty": self.pick("met", "breached", "no result", "carry last")}
        if target.endswith(" times"):
            objective["target"] = "%s %s" % (compare, target.split()[0])
            objective["credit"] = "none"
        elif not target.replace(".", "").isdigit():
            objective["target"] = "%s %s" % (compare, target)
            objective["credit"] = "none"
        else:
            objective["target"] = "%s %s %%" % (compare, target)
            objective["credit"] = self.credit(target, compare == "at least")
        return objective

    def case(self):
        objectives = {}
        for i in range(self.random.randint(2, 5)):
            objectives["o%d" % i] = self.objective()
        generate_counted.composites(self, objectives)
        terms = {"tally": "terms/1", "agreement": self.name,
                 "parties": {"provider": "provider", "customer": "customer",
                             "monitor": "monitor"}, "term": self.term}
        amendment = self.amendment(objectives) if self.chance(0.25) else None
        rules = self.rules(objectives, amendment is not None)
        acts = self.acts(rules["r0"]) if self.announces else []
        if self.calendars:
            terms["calendars"] = sorted(self.calendars)
        terms.update({"fees": self.fees, "objectives": objectives})
        if rules:
            terms["rules"] = rules
        terms.update({"disputes": {
            "credits": "automatic", "evidence cut-off": "5 days", "objection": "10 days",
            "late evidence": "always restated"}})
        # A composite has no feed that says how far it is known: the period does, for all.
        until = min(self.watermarks.values()) if "whole" in objectives else None
        return {"name": self.name, "terms": terms, "until": until and tl.show(until),
                "amendment": amendment, "acts": acts, "events": self.events,
                "watermarks": {f: tl.show(w) for f, w in self.watermarks.items()},
                "calendars": self.calendars, "tags": sorted(self.tags)}


def case(seed, name, only=()):
    return Maker(seed, name, only).case()


# ---- Texts ---------------------------------------------------------------------------------------

def yaml(value, depth=0):
    """Block style, every text in quotes."""
    pad = "  " * depth
    if isinstance(value, dict):
        lines = []
        for key, each in value.items():
            if isinstance(each, str):
                lines.append('%s%s: "%s"' % (pad, key, each.replace('"', '\\"')))
            else:
                lines.append("%s%s:" % (pad, key))
                lines.append(yaml(each, depth + 1))
        return "\n".join(lines)
    lines = []
    for each in value:
        if isinstance(each, str):
            lines.append('%s- "%s"' % (pad, each))
        else:
            lines.append("%s-\n%s" % (pad, yaml(each, depth + 1)))
    return "\n".join(lines)

"""Random agreements in which acts change figures, seeded: case(seed, name); a0, a1, ... of a run.

Each has a theme: matters about time that were proposed, answered, conceded or left alone, with or
without a burden of proof; one incident that fails several objectives; announced maintenance of which
only so many windows count; tickets that an amendment falls into; targets that follow from closed
windows. docs/TERMS.md has a section for each; what they come to stands in matters.py, adjusted.py,
rules.py and tickets.py.
"""
from datetime import date, timedelta
from fractions import Fraction

import generate
import generate_counted
import generate_credits
import generate_more
import timeline as tl

ONE_OF = 4  # a run has so many times fewer of these: each takes a ledger
THEMES = ["matters", "incidents", "counts", "in flight", "targets"]
WITH_ACTS = ("matters", "incidents", "counts")
CAUSES = ["customer", "force-majeure", "planned-maintenance", "provider", "provider-supplier"]


class Maker(generate_more.Maker):
    def draw_term(self):
        self.theme = self.random.choice(THEMES)
        self.announces = self.theme in WITH_ACTS
        super().draw_term()
        if self.theme != "targets":
            return
        begin = date(2026, self.pick(1, 2, 3), self.pick(1, 1, 10))
        self.begin, self.end = tl.midnight(begin, self.zone), tl.FOREVER
        self.term = {"from": begin.isoformat(), "until": "open", "zone": self.zone}
        self.last = generate.NOW

    def case(self):
        self.tags.add("theme: " + self.theme)
        drawn = {"matters": self.matters, "incidents": self.incidents, "counts": self.counts,
                 "in flight": self.in_flight, "targets": self.targets}[self.theme]()
        objectives, rules, amendment, acts = drawn
        for name, text in sorted(self.calendars.items()):
            if self.chance(0.6):
                self.calendars[name] = self.elsewhere(text)
        out = self.assembled(objectives, rules, amendment)
        out["acts"] = sorted(acts, key=lambda act: tl.instant(act["at"]))
        out["project"] = self.theme in ("matters", "incidents") and self.chance(0.4)
        return out

    def elsewhere(self, calendar):
        """The same hours in a zone that nothing else of the terms is in."""
        lines = calendar.splitlines()
        zone = self.pick("Asia/Tokyo", "Pacific/Auckland")
        self.tags.add("calendar in a zone of its own")
        return "\n".join("zone: " + zone if line.startswith("zone: ") else line
                         for line in lines) + "\n"

    # ---- Acts about time ----

    def propose(self, i, about, interval, more, parts=True):
        """(acts about one matter); an incident is seldom left undecided."""
        subject = self.pick("exclusion", "attribution")
        name, by = "x%d" % i, self.pick("provider", "provider", "provider", "customer")
        other = "customer" if by == "provider" else "provider"
        a, b = interval
        body = {"name": name, "from": tl.show(a), "until": tl.show(b),
                "cause": self.pick(*CAUSES), **more}
        words = [subject, "propose", self.name, "--name", name, "--cause", body["cause"],
                 "--from", body["from"], "--to", body["until"]]
        if about:
            body["objectives"] = about
            words += [w for each in about for w in ("--objective", each)]
        if "incident" in body:
            words += ["--incident", body["incident"]]
        if subject == "attribution":
            body["responsible"] = self.pick("customer", "customer", "monitor", "provider")
            words += ["--responsible", body["responsible"]]
        at = max(b, generate.STARTS + tl.DAY) + self.random.randrange(1, 5 * 86_400) * tl.SECOND
        acts = [{"at": tl.show(at), "kind": subject + " proposed", "by": by, "body": body,
                 "words": words}]
        said = self.pick("nothing", "agree", "contest", "contest", "contest, then agree")
        said = "agree" if "incident" in more and self.chance(0.6) else said
        for word in [] if said == "nothing" else said.split(", then "):
            at += self.random.choice([3600, 86_400, 3 * 86_400, 12 * 86_400]) * tl.SECOND
            answer = {"name": name}
            words = [subject, word, self.name, "--name", name]
            if subject == "exclusion" and parts and self.chance(0.5):
                middle = a + (b - a) // 2
                answer["part"] = [tl.show(a), tl.show(middle)]
                words += ["--part", "/".join(answer["part"])]
            kind = {"agree": "agreed", "contest": "contested"}[word]
            acts.append({"at": tl.show(at), "kind": "%s %s" % (subject, kind), "by": other,
                         "body": answer, "words": words})
        self.tags.add("matter: %s, %s" % (subject, said))
        return [act for act in acts if tl.instant(act["at"]) < generate.NOW - tl.DAY]

    def authority(self):
        return {"kind": "decision authority", "objectives": "all", "arbitrator": "none",
                "expert": "none", "order": "arbitrator over expert over joint agreement",
                "deemed acceptance": "after days of silence",
                "days of silence": self.pick("1", "5", "10")}

    def burden(self):
        rule = {"kind": "burden of proof", "objectives": "all",
                "attribution": self.pick("obligor", "obligee", "obligee"),
                "exclusion": self.pick("obligor", "obligee", "obligee")}
        for about in ("attribution", "exclusion"):
            self.tags.add("burden of proof: %s: %s" % (about, rule[about]))
        return rule

    def downs(self):
        """Stretches of down time, as reported."""
        out, since = [], {}
        for event in self.events:
            key, state = event["source"], event["body"].get("state")
            at = tl.instant(event["at"])
            if state == "down":
                since.setdefault(key, at)
            elif key in since:
                out.append((since.pop(key), at))
        return [(a, b) for a, b in out if b < generate.NOW - 10 * tl.DAY]

    def around(self, down):
        a, b = down
        return (a + self.random.choice([0, 0, -60, (b - a) // 2 // tl.SECOND]) * tl.SECOND,
                b + self.random.choice([0, 0, 60, 3600]) * tl.SECOND)

    def availabilities(self, count, rule, quiet=0.0):
        out, windows = {}, tl.windows(rule, (self.begin, self.end), self.last)
        windows = [] if self.chance(quiet) else windows
        for i in range(count):
            text = self.pick("99.9", "99.5", "99", "98")
            exclusions = self.exclusions(windows)
            measure = generate_credits.outages(self, windows, text)
            out["o%d" % i] = self.owing(measure, exclusions, dict(rule), "at least %s %%" % text)
            out["o%d" % i]["credit"] = self.simple_credit()
        return out

    def simple_credit(self):
        """One line without a cap or minimum of its own."""
        cents = "cents" if self.currency in ("USD", "EUR") else "minor units"
        credit = {"scheme": "fixed sum", "sum": self.money(1, 90), "for": "each breach"}
        if self.chance(0.5):
            credit = {"base": "fee hosting", "scheme": "linear", "percent per step": "2.5 %",
                      "step": "0.05", "part of a step": self.pick("exact", "per started step"),
                      "at most": self.pick("none", "30 %")}
        credit.update({"rounding": "half even to %s, once per line" % cents,
                       "window cap": "none", "minimum": "none"})
        return credit

    def matters(self):
        rule = self.window()
        while "rolling" in rule["every"]:
            rule = self.window()
        objectives = self.availabilities(self.random.randint(1, 2), rule)
        if self.chance(0.25):
            objectives["o0"]["obligor"], objectives["o0"]["obligee"] = "customer", "provider"
            self.tags.add("owed by the customer")
        rules = {"r0": self.burden()} if self.chance(0.75) else {}
        if self.chance(0.4):
            rules["r1"] = self.authority()
            self.tags.add("rule: decision authority")
        if rules.get("r0"):
            self.tags.add("rule: burden of proof")
        downs, acts = self.downs(), []
        for i, down in enumerate(self.random.sample(downs, min(len(downs), 4))):
            about = [] if self.chance(0.7) else [self.random.choice(sorted(objectives))]
            acts += self.propose(i, about, self.around(down), {})
        return objectives, rules, None, acts

    def incidents(self):
        rule = {"every": self.pick("calendar month", "calendar month", {"fixed": "168 h"}),
                "zone": self.zone, "when clipped": "prorate"}
        objectives = self.availabilities(self.random.randint(2, 3), rule, quiet=0.8)
        windows = tl.windows(rule, (self.begin, self.end), self.last)
        acts = []
        for i, window in enumerate(self.random.sample(windows, min(len(windows), 2))):
            acts += self.one_incident(i, window, objectives)
        pays = self.pick("sum", "highest", "highest", "customer's choice", "customer's choice")
        rules = {"r0": {"kind": "same incident", "objectives": "all", "pays": pays}}
        if pays == "customer's choice":
            rules["r0"].update({"choose within days": self.pick("3", "20"),
                                "without a choice": self.pick("highest", "sum")})
        self.tags.add("rule: same incident")
        self.tags.add("same incident: " + pays)
        if self.chance(0.3):
            rules["r1"] = self.authority()
        if self.chance(0.3):
            rules["r2"] = dict(self.cap(), objectives="all")
        return objectives, rules, None, acts

    def one_incident(self, i, window, objectives):
        """Time within one window in which several things were down."""
        room = window.b - window.a - 4 * tl.DAY
        if room <= 0 or window.b > generate.NOW - 12 * tl.DAY:
            return []
        a = window.a + tl.DAY + self.random.randrange(room // tl.SECOND) * tl.SECOND
        b = a + self.random.choice([2, 5, 30]) * 3600 * tl.SECOND
        for name in sorted(objectives):
            if self.chance(0.75):
                feed, source = objectives[name]["measure"]["source"].split("/", 1)
                self.events = [e for e in self.events if not (
                    e["source"] == source and a <= tl.instant(e["at"]) <= b)]
                self.add(feed, source, "state reported", a, {"state": "down"})
                self.add(feed, source, "state reported", b, {"state": "up"})
        acts = self.propose(i, [], (a, b), {"incident": "I%d" % i}, parts=False)
        if self.chance(0.6):
            at = window.b + self.random.choice([1, 2, 5, 15]) * tl.DAY
            at += self.random.randrange(3600) * tl.SECOND
            body = {"choice": "I%d" % i, "option": self.random.choice(sorted(objectives))}
            if at < generate.NOW - tl.DAY:
                acts.append({"at": tl.show(at), "kind": "choice made", "by": "customer",
                             "body": body, "agreement": self.name})
        return acts

    # ---- Announced maintenance ----

    def counts(self):
        objectives = {}
        for i in range(self.random.randint(1, 3)):
            objectives["o%d" % i] = self.objective()
        rules = {"r0": dict(self.maintenance(), objectives="all")}
        rules["r1"] = {"kind": "maintenance count", "objectives": "all",
                       "at most": self.pick("1", "1", "2"),
                       "counted by": self.pick("start", "announcement"),
                       "covers": self.pick("planned maintenance", "emergency maintenance",
                                           "planned and emergency maintenance"),
                       "period": self.pick("each calendar month", "each calendar week")}
        for key in ("counted by", "period", "covers"):
            self.tags.add("maintenance count: %s: %s" % (key, rules["r1"][key]))
        self.tags.add("rule: maintenance count")
        return objectives, rules, None, self.acts(rules["r0"])

    # ---- Tickets that an amendment falls into ----

    def in_flight(self):
        rule = self.plain_window()
        windows = tl.windows(rule, (self.begin, self.end), self.last)
        kind = self.pick("tickets in time", "tickets in time", "mean ticket time",
                         "percentile of ticket time")
        if not windows:
            return self.availabilities(1, rule), {}, None, []
        window = self.random.choice(windows)
        at = self.inside(window) // tl.SECOND * tl.SECOND
        exclusions = self.exclusions(windows)
        times = generate_counted.edges_of(windows, exclusions) + [
            at, at - 3600 * tl.SECOND, at - 1800 * tl.SECOND] * 4
        measure = {"kind": kind, "source": self.source()}
        target, compare = generate_counted.DRAWERS[kind](self, measure, times)
        if measure.get("reopened") == "each resolution":
            measure["reopened"] = "final resolution"
        if measure["priority"] in ("restarts at a change", "strictest"):
            measure["priority"] = "at start"
        governed = ["terms at start", "terms at stop"]
        governed += ["strictest"] * 2 if kind == "tickets in time" else []
        if measure.get("targets"):
            measure["targets"] = ["P1: 30 min", "P2: 4 h", "P3: 16 h"]
        text = "%s %s" % (compare, target if " " in target else target + " %")
        objective = self.owing(measure, exclusions, rule, text)
        if " h" in text or " min" in text:
            objective["credit"] = "none"
        objective["when empty"] = self.pick("met", "breached", "no result")
        changed = dict(objective, measure=self.other_clock(measure))
        rules = {"r0": {"kind": "in-flight tickets", "objectives": "all",
                        "governed by": self.random.choice(governed)}}
        self.tags.add("rule: in-flight tickets")
        self.tags.add("in-flight tickets: " + rules["r0"]["governed by"])
        reach = self.pick("prospective", "retroactive")
        amendment = {"effective": tl.show(at), "reach": reach, "objectives": {"o0": changed}}
        if reach == "retroactive":
            amendment["settled windows"] = self.pick("stay closed", "are reopened")
        if changed == objective or not self.begin < at < min(self.end, self.last):
            amendment = None
        return {"o0": objective}, rules, amendment, []

    def other_clock(self, measure):
        """Other hours, pauses and targets; the steps that start and stop the clock stay."""
        out = dict(measure)
        if self.chance(0.5):
            out["calendar"] = "24x7" if measure["calendar"] != "24x7" else \
                generate_counted.calendar(self)
        if self.chance(0.5):
            out["pauses"] = "none" if measure["pauses"] != "none" else \
                generate_counted.REASONS[:2]
        if "target" in measure:
            out["target"] = self.pick("4 h", "30 min", "2 h")
        elif "targets" in measure:
            out["targets"] = ["P1: 1 h", "P2: 2 h", "P3: 24 h"]
        return out

    # ---- Targets that follow from closed windows ----

    def targets(self):
        rule = {"every": self.pick("calendar month", "calendar month", {"fixed": "168 h"}),
                "zone": self.zone, "when clipped": self.pick("prorate", "not measured")}
        text = self.pick("96", "98", "99", "99.5")
        windows = tl.windows(rule, (self.begin, self.end), self.last)
        objective = self.owing(generate_credits.outages(self, windows, text), "none", rule,
                               "at least %s %%" % text)
        while objective["credit"] != "none" and objective["credit"].get("scheme") == "pool":
            objective["credit"] = self.credit(text)
        objective["when empty"] = "no result"
        objective["measure"]["excluded time"] = "leaves denominator"
        if self.chance(0.3):
            window = self.random.choice(windows)
            objective["exclusions"] = [{"id": "all", "cause": "customer",
                                        "from": tl.show(window.a), "until": tl.show(window.b)}]
        generate_credits.levels(self, objective)
        adjusts = self.adjusting()
        closes = tl.instant("2026-09-%02dT10:20:00Z" % self.random.randint(3, 28))
        by = self.pick("provider", "customer")
        other = "customer" if by == "provider" else "provider"
        propose = closes + self.random.randint(1, 6) * tl.DAY
        acts = [{"at": tl.show(closes), "do": "project"},
                {"at": tl.show(propose), "kind": "target proposed", "by": by, "body": {},
                 "words": ["target", "propose", self.name, "--objective", "o0"]}]
        said = self.pick("nothing", "accept", "accept", "object")
        if said != "nothing":
            at = propose + self.random.choice([3600, 3 * 86_400, 14 * 86_400]) * tl.SECOND
            kind = {"accept": "target accepted", "object": "target contested"}[said]
            acts.append({"at": tl.show(at), "kind": kind, "by": other, "body": {},
                         "words": ["target", said, self.name]})
        self.tags.add("target proposed, then: " + said)
        self.tags.add("rule: " + adjusts["kind"])
        self.tags.add("%s: %s" % (adjusts["kind"], adjusts["formula"]))
        return {"o0": objective}, {"r0": adjusts}, None, acts

    def adjusting(self):
        kind = self.pick("baseline", "ratchet")
        rule = {"kind": kind, "objectives": "all"}
        if kind == "baseline":
            rule["formula"] = self.pick("midpoint", "mean", "k-th lowest")
            n = self.random.randint(1, 4)
            if rule["formula"] == "k-th lowest":
                rule["k"] = str(self.random.randint(1, n))
            rule["first windows"] = str(n)
        else:
            rule["formula"] = self.pick("half way", "best four")
            rule["newest windows"] = str(self.random.randint(1, 3) if rule["formula"] == "half way"
                                         else self.random.randint(4, 5))
        rule.update({"no result": self.pick("breaks", "is skipped"),
                     "decimals": self.pick("0", "1", "2", "4", "6"),
                     "rounding": self.pick("half up", "half even", "down", "up"),
                     "proposed by": self.pick("obligor", "obligee", "either"),
                     "answer within days": self.pick("1", "5", "10"),
                     "silence": self.pick("deemed accepted", "deemed accepted",
                                          "deemed rejected"),
                     "applies from": self.pick("end of the measured windows", "acceptance")})
        return rule


def case(seed, name, only=()):
    return Maker("acts %s" % seed, name, only).case()

"""Random agreements about what generate.py leaves out, seeded as it is: case(seed, name).

Each case has a theme: duties that are counted (leads, deliverables, surveys, tickets that come
back), schemes of credits and levels of targets, rules over sequences of windows, amendments inside
a window. docs/TERMS.md has a section for each; the drawers of the themes stand in their own files.
"""
from fractions import Fraction

import generate
import generate_counted
import generate_credits
import generate_duties
import generate_inside
import generate_sequences
import generate_states
import timeline as tl


PROBED = ["availability with hysteresis", "resource availability", "outage count"]


class Maker(generate.Maker):
    def __init__(self, seed, name, only=()):
        super().__init__("more %s" % seed, name, only)
        self.announces = self.announces and not only

    def maintenance(self):
        rule = super().maintenance()
        rule["late notice"] = self.pick("reduced", "reduced", "rejected")
        self.tags.add("late notice: " + rule["late notice"])
        return rule

    def own_feed(self, role):
        """A feed of its own for one party's words; seldom complete only to a time in the past."""
        name = "%s-%s%d" % (self.name, role, len(self.watermarks))
        self.watermarks[name] = generate.NOW
        if self.chance(0.1):
            self.watermarks[name] = self.begin + int((self.last - self.begin) * 0.8)
        return name

    def plain_window(self):
        rule = self.window()
        while "rolling" in rule["every"]:
            rule = self.window()
        return rule

    def duty(self):
        """An objective about something that is counted."""
        kind = self.random.choice([k for k in list(generate_duties.DRAWERS) + PROBED
                                   if not self.only or k in self.only])
        rule = self.plain_window() if kind in ("volume", "volume in money", "pacing") \
            else self.window()
        windows = tl.windows(rule, (self.begin, self.end), self.last)
        exclusions = self.exclusions(windows)
        if kind in generate_states.DRAWERS:
            measure, target = self.probed(kind, windows, exclusions)
        else:
            measure, target = generate_duties.DRAWERS[kind](self, windows)
        return self.owing(measure, exclusions, rule, target)

    def probed(self, kind, windows, exclusions):
        """A measure of states of which each report is a probe that stands for a while."""
        measure = {"kind": kind, "source": self.source()}
        target, compare = generate_states.DRAWERS[kind](
            self, measure, generate_counted.edges_of(windows, exclusions))
        measure.pop("hold limit", None)
        measure.update({"hold": "probe", "probe length": self.pick("60 s", "1 h", "10 d")})
        self.tags.add("hold: probe")
        return measure, "%s %s" % (compare, target.replace(" times", "") if " " in target
                                   else target + " %")

    def owing(self, measure, exclusions, rule, target):
        """The objective with a credit: tiers of percentages where the target is one."""
        objective = {"obligor": "provider", "obligee": "customer", "measure": measure,
                     "exclusions": exclusions, "window": rule,
                     "when empty": self.pick("met", "breached", "no result", "carry last"),
                     "target": target, "credit": "none"}
        if target.endswith(" %"):
            objective["credit"] = self.credit(target.split()[2], target.startswith("at least"))
        return objective

    @staticmethod
    def level(text):
        return Fraction(text)

    @staticmethod
    def number(value):
        return ("%.6f" % float(value)).rstrip("0").rstrip(".")

    def case(self):
        if self.announces:  # as generate.py, with notices that are reduced
            self.tags.add("theme: notices")
            return super().case()
        theme = "duties" if self.only else self.pick(
            "duties", "duties", "credits", "sequences", "sequences", "sequences", "amended",
            "amended")
        self.tags.add("theme: " + theme)
        objectives, rules, amendment = {}, {}, None
        if theme == "duties":
            for i in range(self.random.randint(1, 3)):
                self.waiting = None
                objectives["o%d" % i] = self.duty()
                if self.waiting:
                    rules["w%d" % i] = dict(self.waiting, objectives=["o%d" % i])
                    self.tags.add("rule: dependency")
        elif theme == "credits":
            for i in range(self.random.randint(1, 3)):
                objectives["o%d" % i] = generate_credits.objective(self)
        elif theme == "amended":
            for i in range(self.random.randint(1, 2)):
                objectives["o%d" % i] = generate_inside.objective(self)
            rules, amendment = generate_inside.amended(self, objectives)
        else:
            objectives = generate_sequences.objectives(self)
            rules = generate_sequences.rules(self, list(objectives))
            generate_sequences.points_credits(self, objectives, rules)
        out = self.assembled(objectives, rules, amendment)
        kinds = {rule["kind"] for rule in rules.values()}
        out["project"] = "chronic failure" in kinds or (theme == "sequences" and self.chance(0.3))
        return out

    def assembled(self, objectives, rules, amendment):
        terms = {"tally": "terms/1", "agreement": self.name,
                 "parties": {"provider": "provider", "customer": "customer",
                             "monitor": "monitor"}, "term": self.term}
        if self.calendars:
            terms["calendars"] = sorted(self.calendars)
        terms.update({"fees": self.fees, "objectives": objectives})
        if rules:
            terms["rules"] = rules
        terms.update({"disputes": {
            "credits": "automatic", "evidence cut-off": "5 days", "objection": "10 days",
            "late evidence": "always restated"}})
        return {"name": self.name, "terms": terms, "until": None, "amendment": amendment,
                "acts": [], "events": self.events,
                "watermarks": {f: tl.show(w) for f, w in self.watermarks.items()},
                "calendars": self.calendars, "tags": sorted(self.tags)}


def case(seed, name, only=()):
    return Maker(seed, name, only).case()

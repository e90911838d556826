"""Tickets of the reference evaluator (DOMAIN M10 to M12; 3.17 rule 15)."""
from fractions import Fraction

import rules
import timeline as tl

STOPS = {"responded": ("responded", "resolved", "closed"), "resolved": ("resolved", "closed"),
         "closed": ("closed",)}
ACTORS = {"human": ("human",), "human or automation": ("human", "automation"),
          "anyone": ("human", "automation", "monitor")}


class Run:
    def __init__(self, ticket, start, stop):
        self.ticket, self.start, self.stop = ticket, start, stop


def tickets_of(question):
    """Name -> its events as (instant, event), by source."""
    out = {}
    for at, _, event in question.items("ticket event"):
        key = (event["feed"], event["source"], event["body"]["ticket"])
        out.setdefault(key, []).append((at, event))
    return out


def stops(event, measure):
    reason = event["body"].get("reason", "")
    return (event["body"]["step"] in STOPS[measure["clock to"]]
            and event.get("actor", "monitor") in ACTORS[measure["stopped by"]]
            and (measure["not stopped by"] == "none" or reason not in measure["not stopped by"]))


def runs_of(events, measure):
    start = next((at for at, e in events if e["body"]["step"] == measure["clock from"]), None)
    if start is None:
        return []
    rule = measure.get("reopened", "first resolution")
    runs, begin, stop = [], start, None
    for at, event in events:
        if stop is None and stops(event, measure):
            stop = at
        elif stop is not None and event["body"]["step"] == "reopened" and rule != "first resolution":
            if rule == "each resolution":
                runs.append(Run(events, begin, max(begin, stop)))
                begin = at
            stop = None
    runs.append(Run(events, begin, None if stop is None else max(begin, stop)))
    return runs


def pauses(events, measure, horizon):
    listed = [] if measure["pauses"] == "none" else measure["pauses"]
    begun, out = {}, []
    for at, event in events:
        step, reason = event["body"]["step"], event["body"].get("reason", "")
        ended = []
        if step == "paused" and reason in listed:
            begun.setdefault(reason, at)
        elif step == "resumed":
            ended = [reason] if reason else list(begun)
        elif step in ("resolved", "closed"):
            ended = list(begun)
        out += [(begun.pop(r), at) for r in ended if r in begun]
    return tl.union(out + [(at, horizon) for at in begun.values()])


class Clock:
    """Elapsed service time and deadlines of one run."""

    def __init__(self, question, measure, run):
        self.calendar = question.case.calendars[measure["calendar"]]
        self.paused = pauses(run.ticket, measure, question.horizon)
        if measure["excluded time"] == "stops the clock":
            self.paused = tl.union(self.paused, question.excluded)
        self.start = run.start

    def elapsed(self, until):
        return tl.size(tl.without(self.calendar.open(self.start, until), self.paused))

    def deadline(self, target):
        until = self.start + target
        while self.elapsed(until) < target:
            until += max(target, 4 * tl.DAY)
        for a, b in tl.without(self.calendar.open(self.start, until), self.paused):
            if b - a >= target:
                return a + target
            target -= b - a
        raise AssertionError("no deadline")


def priority_at(events, at):
    return ([""] + [e["body"]["priority"] for t, e in events
                    if t <= at and e["body"].get("priority")])[-1]


def changes(events, start, end):
    """The priority at the start and each change up to and with the end."""
    out = []
    now = priority_at(events, start)
    if now:
        out.append((start, now))
    for at, event in events:
        priority = event["body"].get("priority")
        if start < at <= end and priority and (not out or out[-1][1] != priority):
            out.append((at, priority))
    return out


def target_of(question, run, measure):
    """The run's own target (it may restart), or None for a priority without one."""
    if measure["priority"] == "not used":
        return run, tl.length(measure["target"])
    targets = {t.split(": ")[0]: tl.length(t.split(": ")[1]) for t in measure["targets"]}
    end, events = run.stop if run.stop is not None else question.horizon, run.ticket
    how = measure["priority"]
    if how == "strictest":
        had = [targets[p] for _, p in changes(events, run.start, end) if p in targets]
        return run, min(had) if had else None
    if how == "restarts at a change":
        steps = changes(events, run.start, end)
        if run.stop is not None:
            steps = [s for s in steps if s[0] < run.stop or s[0] == run.start]
        if not steps:
            return run, None
        at = steps[-1][0] if len(steps) > 1 else run.start
        return Run(events, at, run.stop), targets.get(steps[-1][1])
    at = {"at start": run.start, "at stop": end, "last known": tl.FOREVER}[how]
    return run, targets.get(priority_at(events, at))


def left_out(question, run, measure):
    return measure["excluded time"] == "leaves tickets out" and tl.holds(question.excluded, run.start)


def measures_for(question, run, measure):
    """The measures by which a ticket is timed: 3.17 rule 15. `measure` is that of the window."""
    rule = next((r for _, r in rules.about(question.case.terms, question.name,
                                           "in-flight tickets")), None)
    if rule is None:
        return [measure]

    def in_force(at):
        case = [case for since, case in question.case.versions if since <= at][-1]
        return case.terms["objectives"][question.name]["measure"]

    first = in_force(run.start)
    last = in_force(run.stop if run.stop is not None else question.case.known)
    if first != last:
        question.tags.add("in-flight ticket: " + rule["governed by"])
    out = {"terms at start": [first], "terms at stop": [last],
           "strictest": [first, last]}[rule["governed by"]]
    return out[:1] if out[0] == out[-1] else out


def tickets_in_time(question, measure):
    good = total = 0
    for events in tickets_of(question).values():
        for run in runs_of(events, measure):
            if left_out(question, run, measure):
                continue
            timings = []
            for each in measures_for(question, run, measure):
                timed, target = target_of(question, run, each)
                timings.append((Clock(question, each, timed), target))
            if any(target is None for _, target in timings):
                continue
            place = measure["window of a ticket"]
            if run.stop is None:
                if all(clock.elapsed(question.horizon) < target for clock, target in timings) \
                        or place == "stop" or measure["open and overdue"] == "left out":
                    continue
            at = {"start": run.start, "stop": run.stop}.get(place)
            if place == "deadline":
                at = min(clock.deadline(target) for clock, target in timings)
            if not question.window.a <= at < question.window.b:
                continue
            total += 1
            if run.stop is None:
                question.tags.add("open and overdue ticket")
            elif measure["in time"] == "elapsed within target":
                good += all(clock.elapsed(run.stop) <= target for clock, target in timings)
            else:
                good += all(run.stop <= clock.deadline(target) for clock, target in timings)
            if run.stop is not None and any(clock.elapsed(run.stop) == target
                                            for clock, target in timings):
                question.tags.add("ticket stops exactly at its target")
    return tested(None if total == 0 else Fraction(good, total), total, measure)


def times(question, measure):
    """(seconds of each ticket of the window, its site)"""
    for events in tickets_of(question).values():
        for run in runs_of(events, measure):
            if run.stop is None or left_out(question, run, measure):
                continue
            at = {"at start": run.start, "at stop": run.stop, "last known": tl.FOREVER}
            if measure["priority"] != "not used" and priority_at(
                    events, at[measure["priority"]]) not in measure["priorities"]:
                continue
            place = run.start if measure["window of a ticket"] == "start" else run.stop
            if question.window.a <= place < question.window.b:
                site = ([""] + [e["body"]["site"] for _, e in events if e["body"].get("site")])[-1]
                timed = measures_for(question, run, measure)[0]
                yield Fraction(Clock(question, timed, run).elapsed(run.stop), tl.SECOND), site


def mean_ticket_time(question, measure):
    import counted
    by_site, limit = {}, measure.get("outlier limit")
    limit = None if limit is None else Fraction(tl.length(limit), tl.SECOND)
    for seconds, site in times(question, measure):
        if limit is not None and seconds > limit:
            if measure["outliers"] == "left out":
                continue
            seconds = limit
        by_site.setdefault(site, []).append(seconds)
    everything = [s for each in by_site.values() for s in each]
    if not everything:
        return tested(None, 0, measure)
    if measure["mean of"] == "sites":
        means = [counted.half_even(sum(e) / len(e), 6) for e in by_site.values()]
        everything_mean = sum(means) / len(means)  # each to the microsecond: RULINGS.md 16
    else:
        everything_mean = sum(everything) / len(everything)
    return tested(everything_mean, len(everything), measure)


def percentile_of_time(question, measure):
    found = sorted(seconds for seconds, _ in times(question, measure))
    if not found:
        return tested(None, 0, measure)
    rank = Fraction(measure["percentile"][:-2]) / 100 * len(found)
    value = found[max(1, -(-rank.numerator // rank.denominator)) - 1]
    return tested(value, len(found), measure)


def tested(value, samples, measure):
    import counted
    return counted.tested(value, samples, measure)


COUNTED = {"tickets in time": tickets_in_time, "mean ticket time": mean_ticket_time,
           "percentile of ticket time": percentile_of_time}

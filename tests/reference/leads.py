"""Leads of the reference evaluator: volume, pacing, decisions and contacts (docs/TERMS.md, `volume`
to `leads contacted in time`; DOMAIN M16).

A lead is known by its name over all sources of the measure; its first delivery by a feed of
`delivered by` begins it, and an exclusion takes out what begins in it.
"""
from fractions import Fraction

import money
import timeline as tl


class Lead:
    def __init__(self, at, body):
        self.at, self.steps = at, []
        self.kind = body.get("class", "")
        self.units = int(body.get("units", 0))
        self.worth = body.get("value")


def feed_of(source):
    return source.split("/", 1)[0]


def in_order(question, kind):
    """(instant, feed, event) of one kind: by time, then by source, then as reported."""
    out = []
    for i, source in enumerate(question.sources):
        for j, event in enumerate(question.case.of(source)):
            if event["kind"] == kind:
                out.append((tl.instant(event["at"]), i, j, event))
    return [(at, event["feed"], event) for at, _, _, event in sorted(out, key=lambda e: e[:3])]


def leads_of(question, measure):
    found, later = {}, []
    for at, feed, event in in_order(question, "lead event"):
        body = event["body"]
        if body["step"] == "delivered" and feed in measure["delivered by"]:
            found.setdefault(body["lead"], Lead(at, body))
        else:
            later.append((at, feed, event))
    for at, feed, event in later:
        lead = found.get(event["body"]["lead"])
        if lead is not None:
            lead.steps.append((at, feed, event))
    listed = measure["classes"]
    return {name: lead for name, lead in found.items()
            if (listed == "none" or lead.kind in listed)
            and not tl.holds(question.excluded, lead.at)}


def open_end(question, name, start, length):
    """The first instant at which so much open time has passed since `start`."""
    calendar, until = question.case.calendars[name], start + length
    while tl.size(calendar.open(start, until)) < length:
        until += max(length, 4 * tl.DAY)
    for a, b in calendar.open(start, until):
        if b - a >= length:
            return a + length
        length -= b - a
    raise AssertionError("no end")


def acceptance(question, measure, lead):
    """(instant, overturned a rejection) of what counts as accepted, or None."""
    limit = None
    if measure["rejection within"] != "none":
        limit = open_end(question, measure["rejection calendar"], lead.at,
                         tl.length(measure["rejection within"]))
    decided = next(((at, e["body"]) for at, feed, e in lead.steps if feed in measure["decided by"]
                    and e["body"]["step"] in ("accepted", "rejected")), None)
    if decided is None:
        if measure["undecided"] != "accepted":
            return None
        if limit is None:
            return lead.at, False
        return (limit, False) if limit <= question.case.known else None  # its time still runs
    at, body = decided
    if body["step"] == "accepted":
        return at, False
    if limit is not None and at > limit and measure["late rejection"] == "accepted":
        question.tags.add("lead rejected too late")
        return limit, False
    if not body.get("reason") and measure["rejection without reason"] == "accepted":
        return (at if limit is None else min(at, limit)), False
    if measure["reviewed by"] != "none":
        for when, feed, event in lead.steps:
            if when >= at and feed in measure["reviewed by"] and event["body"]["step"] == "accepted":
                question.tags.add("rejection overturned")
                return when, True
    return None


def counted_at(question, measure, lead):
    """The instant at which a lead counts, or None."""
    how = measure["counted"]
    if how == "delivered":
        return lead.at
    if how == "accepted":
        found = acceptance(question, measure, lead)
        at = None if found is None else found[0]
    else:
        at = next((at for at, feed, e in lead.steps
                   if feed in measure["decided by"] and e["body"]["step"] == "handed-over"), None)
    if at is None or measure["window of a lead"] == "delivery":
        return None if at is None else lead.at
    return at


def weight(measure, lead):
    if measure["kind"] == "volume in money":
        if lead.worth is None or lead.worth["currency"] != measure["currency"]:
            return Fraction(0)
        return Fraction(int(lead.worth["minor"]), 10 ** money.EXPONENTS.get(measure["currency"], 2))
    return Fraction(lead.units if measure["counted in"] == "units" else 1)


def volume(question, measure):
    total, window = Fraction(0), question.window
    for lead in leads_of(question, measure).values():
        at = counted_at(question, measure, lead)
        if at is not None and window.a <= at < window.b:
            total += weight(measure, lead)
    carried = question.state.get("surplus", Fraction(0))
    _, target = money.target_of(question.case.terms, question.objective)
    over = max(total + carried - target, Fraction(0))
    if carried and measure["surplus"] != "lost":
        question.tags.add("surplus carried over")
    question.state["surplus"] = {"lost": Fraction(0), "until used": over,
                                 "next window": min(over, total)}[measure["surplus"]]
    return total + carried, False


def pacing(question, measure):
    window = question.window
    delivered = sum((weight(measure, lead) for lead in leads_of(question, measure).values()
                     if window.a <= lead.at < window.b), Fraction(0))
    elapsed = Fraction(max(0, min(question.case.known, window.b) - window.a), window.b - window.a)
    line = int(measure["planned"]) * window.share * elapsed
    return (None if line == 0 else delivered / line), False


def not_late(question, done, limit):
    """In time, or its time is not over: time after K counts as good (RULINGS.md 115)."""
    return (question.case.known if done is None else done) <= limit


def decided_in_time(question, measure):
    good = total = 0
    for lead in leads_of(question, measure).values():
        if not question.window.a <= lead.at < question.window.b:
            continue
        limit = open_end(question, measure["calendar"], lead.at,
                         tl.length(measure["decision within"]))
        decided = next((at for at, feed, e in lead.steps if feed in measure["decided by"]
                        and decides(e["body"], measure)), None)
        total += 1
        good += not_late(question, decided, limit)
        question.tags |= {"decided exactly at the limit"} if decided == limit else set()
    return tested(good, total, measure)


def decides(body, measure):
    return body["step"] == "accepted" or (
        body["step"] == "rejected"
        and (bool(body.get("reason")) or measure["rejection without reason"] == "a decision"))


def contacts(question, measure, name, lead):
    if measure["contact is"] == "handed over":
        found = [(at, e) for at, _, e in lead.steps if e["body"]["step"] == "handed-over"]
    else:
        found = [(at, e) for at, _, e in in_order(question, "ticket event")
                 if e["body"]["ticket"] == name and e["body"]["step"] == "responded"]
    return [at for at, e in found
            if measure["contact by"] == "anyone" or e.get("actor", "monitor") == "human"]


def contacted_in_time(question, measure):
    good = total = 0
    for name, lead in leads_of(question, measure).items():
        if not question.window.a <= lead.at < question.window.b:
            continue
        start = lead.at
        if measure["counted"] == "accepted":
            accepted = acceptance(question, measure, lead)
            if accepted is None:
                continue
            if accepted[1] and measure["clock after review"] == "decision":
                start = accepted[0]
        limit = open_end(question, measure["calendar"], start, tl.length(measure["contact within"]))
        at = next(iter(contacts(question, measure, name, lead)), None)
        total += 1
        good += not_late(question, at, limit)
    return tested(good, total, measure)


def tested(good, total, measure):
    import counted
    return counted.tested(counted.share(good, total), total, measure)


COUNTED = {"volume": volume, "volume in money": volume, "pacing": pacing,
           "leads decided in time": decided_in_time, "leads contacted in time": contacted_in_time}

"""Rules over objectives and windows (DOMAIN 3.3, 3.7; 3.17 rules 14, 18, 19)."""
from datetime import timedelta
from fractions import Fraction

import timeline as tl
from money import minor_units

NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def about(terms, name, kind=None):
    """The rules that hold for an objective, by id."""
    for key, rule in sorted(terms.get("rules", {}).items()):
        if (kind is None or rule["kind"] == kind) and (
                rule["objectives"] == "all" or name in rule["objectives"]):
            yield key, rule


# ---- Time that is taken out ----------------------------------------------------------------------

def recurring(rule, zone, a, b):
    """The time that a recurring exclusion takes out around [a, b)."""
    day, last = tl.local_day(a, zone) - timedelta(days=10), tl.local_day(b, zone)
    day, out = day.replace(day=1), []
    while day <= last:
        month = [day + timedelta(days=i) for i in range(tl.days_in_month(day.year, day.month))]
        days = [d for d in month
                if rule["weekday"] == "day" or d.weekday() == WEEKDAYS.index(rule["weekday"])]
        if rule["occurs"] != "every":
            days = [days[NTH[rule["occurs"]]]]
        for each in days:
            if rule["time"] == "whole local day":
                out.append((tl.midnight(each, zone),
                            tl.midnight(each + timedelta(days=1), zone)))
            else:
                hour, minute = rule["begins"].split(":")
                start = tl.local_time(each, int(hour) * 60 + int(minute), zone)
                out.append((start, start + tl.length(rule["length"])))
        day = month[-1] + timedelta(days=1)
    return out


def announced(case, name, rule, zone, bad):
    """What maintenance admits: notice, then the cap of each local month or week, in its order."""
    found = {}
    for act in case.acts:
        body = act["body"]
        if body.get("objectives") and name not in body["objectives"]:
            continue
        found.pop(body["name"], None)
        found[body["name"]] = (tl.instant(body["from"]), tl.instant(body["until"]),
                               tl.instant(act["at"]), body["cause"].replace("-", " "))
    admitted = []
    for a, b, at, cause in found.values():
        if cause.split()[0] not in rule["covers"]:
            continue
        a = in_time(case, rule, a, b, at)
        if a is not None:
            admitted.append((a, b, at, cause))
    for _, count in about(case.terms, name, "maintenance count"):
        admitted = counted(count, admitted, zone, case)
    admitted = [m[:3] for m in admitted]
    if rule["cap"] == "none":
        return tl.union([(a, b) for a, b, _ in admitted])
    admitted.sort(key=lambda i: i[0] if rule["cap order"] == "start" else i[2])
    out, used = [], {}
    for a, b, _ in admitted:
        for x, y in cap_periods(rule["cap"], zone, a, b):
            part = tl.without(tl.intersect([(a, b)], [(x, y)]), out)
            room = tl.length(rule["cap length"]) - used.get(x, 0)
            got = take(part, room, bad if rule["cap consumed by"] == "down time" else part)
            used[x] = used.get(x, 0) + tl.size(
                tl.intersect(got, bad) if rule["cap consumed by"] == "down time" else got)
            out = tl.union(out, got)
    return out


def counted(rule, admitted, zone, case):
    """What is left of windows of which only so many count in a period."""
    order = sorted(admitted, key=lambda m: m[0] if rule["counted by"] == "start" else m[2])
    out, used = [], {}
    for m in order:
        if m[3].split()[0] in rule["covers"]:
            period = next(iter(cap_periods(rule["period"], zone, m[0], m[0] + 1)))
            used[period] = used.get(period, 0) + 1
            if used[period] > int(rule["at most"]):
                case.tags.add("maintenance count: one too many")
                continue
        out.append(m)
    return [m for m in admitted if m in out]


def in_time(case, rule, a, b, at):
    """From when an announced interval counts; None if it does not."""
    notice = 0 if rule["notice"] == "none" else tl.length(rule["notice"])
    if rule["notice counted in"] == "elapsed time" or not notice:
        from_then = at + notice
    else:
        until, calendar = at + notice, case.calendars[rule["calendar"]]
        while tl.size(calendar.open(at, until)) < notice:
            until += max(notice, 4 * tl.DAY)
        for x, y in calendar.open(at, until):
            if y - x >= notice:
                from_then = x + notice
                break
            notice -= y - x
    if from_then <= a:
        return a
    if rule["late notice"] == "rejected" or from_then >= b:
        return None
    return from_then


def cap_periods(cap, zone, a, b):
    if cap == "each calendar month":
        edges = tl.month_edges(zone, 1, a, b)
    else:
        day = tl.local_day(a, zone)
        day -= timedelta(days=day.weekday())
        edges = [tl.midnight(day, zone)]
        while edges[-1] < b:
            day += timedelta(days=7)
            edges.append(tl.midnight(day, zone))
    return zip(edges, edges[1:])


def take(part, room, consumes):
    """The beginning of `part` until what it consumes has used the room; nothing without room."""
    if room <= 0:
        return []
    out = []
    for a, b in part:
        uses = tl.intersect([(a, b)], consumes)
        if tl.size(uses) < room:
            room -= tl.size(uses)
            out.append((a, b))
            continue
        for x, y in uses:
            if y - x >= room:
                return out + [(a, x + room)]
            room -= y - x
    return out


# ---- Caps ----------------------------------------------------------------------------------------

STAGES = {"window": 0, "calendar month": 1, "rolling 12 months": 2, "contract year": 2}


def cap_period(case, rule, result, at=None):
    """Of the last instant of the window, or of `at`, in the zone of the terms."""
    at, zone = result.b - 1 if at is None else at, case.zone
    if rule["period"] == "window":
        return result.a, result.b
    if rule["period"] == "contract year":
        edges, years, day = [], 0, tl.local_day(case.term[0], zone)
        while not edges or edges[-1] <= at:
            edges.append(tl.midnight(tl.years_after(day, years), zone))
            years += 1
        return edges[-2], edges[-1]
    a, b = tl.month_edges(zone, 1, at, at + 1)[:2]
    if rule["period"] == "calendar month":
        return a, b
    day = tl.local_day(a, zone)
    year, month = tl.add_months(day.year, day.month, -11)
    return tl.midnight(day.replace(year=year, month=month, day=1), zone), b


def terms_of(case, result):
    """Those that govern the window; of an amended one the newest."""
    return (getattr(result, "case", None) or case).terms


def credit_of(case, result):
    """By whose rounding, cap and minimum a window is paid."""
    own = terms_of(case, result)["objectives"][result.objective]["credit"]
    return getattr(result, "paying", own)


def charges(case, result, name, a, b):
    """What a fee comes to over [a, b): in each part of that time the fee as it then was, as far as
    the terms of the window know it (RULINGS.md 117)."""
    own, total = getattr(result, "case", None) or case, Fraction(0)
    spans = [(a, b, own.terms)]
    if own is not case.versions[0][1]:
        at = case.versions[-1][0]
        spans = [(a, min(b, at), case.versions[0][1].terms), (max(a, at), b, own.terms)]
    for x, y, terms in spans:
        if x < y:
            fee = terms["fees"][name]
            total += minor_units(fee["amount"])[0] * tl.fee_share(fee["per"], case.zone, x, y)
    if len(spans) > 1 and spans[0][0] < spans[0][1] and spans[1][0] < spans[1][1]:
        result.tags.add("charges before and after a change of the fee")
    return total


def cap_limit(case, rule, period, result):
    if rule.get("limit") == "money":
        return minor_units(rule["money"])[0]
    percent = Fraction(rule["percent"][:-2]) / 100
    if rule.get("charges") == "of one fee period":
        fee = minor_units(terms_of(case, result)["fees"][rule["fee"]]["amount"])[0]
    else:
        a, b = max(period[0], case.term[0]), min(period[1], case.term[1])  # charged in the term only
        fee = charges(case, result, rule["fee"], a, b)
    limit = fee * percent
    return limit.numerator // limit.denominator


def cut(amounts, room, how):
    room = max(room, 0)
    if sum(amounts) <= room:
        return amounts
    if how == "in order":
        out = []
        for amount in amounts:
            out.append(min(amount, room))
            room -= out[-1]
        return out
    exact = [Fraction(a * room, sum(amounts)) for a in amounts]
    out = [e.numerator // e.denominator for e in exact]
    order = sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))
    for i in order[:room - sum(out)]:
        out[i] += 1
    return out


def apply_caps(case, done):
    """Amounts after the caps of the window, month and year, and the minimum (3.7)."""
    caps = sorted(((STAGES[r["period"]], key, r)
                   for key, r in case.terms.get("rules", {}).items()
                   if r["kind"] in ("cap", "at risk")), key=lambda i: i[:2])
    if not caps:
        return
    lines = sorted((r for each in done.values() for r in each if r.credit is not None),
                   key=lambda r: (r.b, r.objective))
    granted = []  # (last instant, window, objective, amount)
    while lines:
        now = [r for r in lines if r.b == lines[0].b]
        lines = lines[len(now):]
        for r in now:
            r.credit = r.line
        for _, _, rule in caps:
            limit_lines(case, rule, now, granted)
        for r in now:
            minimum = credit_of(case, r)["minimum"]
            if minimum != "none" and r.credit <= minor_units(minimum)[0]:
                r.credit = 0
            granted.append(r)


def limit_lines(case, rule, now, granted):
    def concerns(result):
        return rule["objectives"] == "all" or result.objective in rule["objectives"]

    groups = {}
    def owes(result):  # each side has a cap of its own
        return terms_of(case, result)["objectives"][result.objective]["obligor"]

    for r in now:
        if concerns(r):
            groups.setdefault((owes(r), cap_period(case, rule, r)), []).append(r)
    for (obligor, (a, b)), group in groups.items():
        before = [r for r in granted if concerns(r) and owes(r) == obligor]
        if rule["period"] == "window":
            used = sum(r.credit for r in before if (r.a, r.b) == (a, b))
        else:
            used = sum(r.credit for r in before if a <= r.b - 1 < b)
        amounts = [r.credit for r in group]
        cut_to = cut(amounts, cap_limit(case, rule, (a, b), group[0]) - used, rule["cut"])
        for r, amount in zip(group, cut_to):
            if amount < r.credit:
                r.tags.add("cap cuts: %s, %s" % (rule["period"], rule["cut"]))
            r.credit = amount

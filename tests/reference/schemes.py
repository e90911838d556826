"""Schemes of credits beside tiers (docs/TERMS.md, "Schemes of credits"; DOMAIN 3.6): amounts before
their one rounding.

Occasions: a part of a unit short is a whole one; hours that have begun are those of down time of an
availability, of any other measure in time those beyond its target; incidents are outages.
"""
from fractions import Fraction

import money
import timeline as tl


def share(text):
    return Fraction(text[:-2]) / 100


def up(value):
    return -(-value.numerator // value.denominator)


def occasions(case, objective, result, value):
    credit, kind = objective["credit"], objective["measure"]["kind"]
    how = credit["for"]
    if how == "each breach":
        return 1
    if how == "each incident":
        return result.runs
    if how == "each started hour" and kind == "availability by time":
        return up(Fraction(result.down, 3600 * tl.SECOND))
    beyond = money.shortfall(case, objective, value)
    return up(beyond / 3600) if how == "each started hour" else up(beyond)


def most(due, base, credit):
    at_most = credit.get("at most", "none")
    return due if at_most == "none" else min(due, base * share(at_most))


def fixed_sum(case, objective, result, value, base):
    credit = objective["credit"]
    return money.minor_units(credit["sum"])[0] * Fraction(occasions(case, objective, result, value))


def days_of_service(case, objective, result, value, base):
    credit = objective["credit"]
    days = Fraction(credit["days"]) * occasions(case, objective, result, value)
    if credit["month"] == "30 days":
        fee = case.terms["fees"][credit["base"][4:]]
        return most(Fraction(money.minor_units(fee["amount"])[0]) * days / 30, base, credit)
    zone = objective["window"]["zone"]
    of_window = (tl.local_day(result.b, zone) - tl.local_day(result.a, zone)).days
    return most(base * days / max(of_window, 1), base, credit)


def proportional(case, objective, result, value, base):
    credit = objective["credit"]
    affected = share(credit["affected share"]) if credit["affected"] == "a fixed share" else 1
    return base * Fraction(credit["multiplier"]) * result.down * affected / result.scheduled


def late_delivery(case, objective, result, value, base):
    credit, late = objective["credit"], money.shortfall(case, objective, value) * tl.SECOND
    if credit["round up to"] != "none":
        unit = tl.length(credit["round up to"])
        late = Fraction(up(late / unit) * unit)
    steps = money.steps_of(late / tl.length(credit["step"]), credit["part of a step"])
    return most(base * share(credit["percent per step"]) * steps, base, credit)


def points(case, objective, result, value):
    """Points of a breach, before the factor for a failure that repeats."""
    credit = objective["credit"]
    if credit["for"] == "each unit short":
        return Fraction(int(credit["points"]) * up(money.shortfall(case, objective, value)))
    compare, _ = money.target_of(case.terms, objective)
    shown = value * 100 if objective["measure"]["kind"] in money.RATIOS else value
    better = credit["level itself"] == "is the better"
    levels = sorted((Fraction(k), int(p)) for k, p in credit["levels"].items())
    if compare == "at least":
        beyond = [p for level, p in levels if shown < level or (shown == level and not better)]
        found = beyond[:1]  # the lowest that it lies below
    else:
        beyond = [p for level, p in levels if shown > level or (shown == level and not better)]
        found = beyond[-1:]
    if any(shown == level for level, _ in levels):
        result.tags.add("value exactly at a level of points")
    return Fraction(found[0] if found else 0)


SCHEMES = {"fixed sum": fixed_sum, "days of service": days_of_service,
           "proportional": proportional, "late delivery": late_delivery}

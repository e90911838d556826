"""Targets, fees and credits of the reference evaluator (DOMAIN 3.5 to 3.7; 3.17 rules 13, 17, 18)."""
from fractions import Fraction

import schemes
import timeline as tl

EXPONENTS = {"JPY": 0, "KWD": 3}
RATIOS = {"availability by time", "availability with hysteresis", "resource availability",
          "request ratio", "downtime periods by error share", "mean of interval error rates",
          "good slices", "mean of slice ratios", "share within threshold", "tickets in time",
          "tickets reopened", "first contact resolution", "telephone service factor",
          "call abandonment", "pacing", "deliverable on time", "weighted mean of objectives",
          "objectives met", "leads decided in time", "leads contacted in time", "survey share"}
SECONDS = {"latency percentile", "mean ticket time", "percentile of ticket time",
           "average speed of answer", "deliverable lateness"}


class NoTier(Exception):
    """Terms that were agreed cover all that misses their target."""


def minor_units(text):
    """1.00 USD -> 100, 'USD'."""
    amount, currency = text.split()
    minor = Fraction(amount) * 10 ** EXPONENTS.get(currency, 2)
    assert minor.denominator == 1
    return int(minor), currency


def level_of(text, kind):
    if kind in RATIOS:
        return Fraction(text[:-2]) / 100
    if kind in SECONDS:
        return Fraction(tl.length(text), tl.SECOND)
    return Fraction(text.split()[0])  # a number, or money


def target_of(terms, objective):
    target = objective["target"]
    if isinstance(target, dict):
        target = target["expected"]
    compare = target[:8].strip()
    return compare, level_of(target[8:].strip(), objective["measure"]["kind"])


def rounded(amount, mode):
    whole = amount.numerator // amount.denominator
    part = amount - whole
    if mode == "down":
        return whole
    if mode == "up":
        return whole + (part > 0)
    half = Fraction(1, 2)
    if part != half:
        return whole + (part > half)
    return whole + 1 if mode == "half up" else whole + whole % 2


def tier_percent(credit, kind, value, result):
    for tier in credit["tiers"]:
        edges = {k: level_of(v, kind) for k, v in tier.items() if k != "credit"}
        if value in edges.values():
            result.tags.add("tier edge hit exactly")
        if ("from" not in edges or value >= edges["from"]) \
                and ("below" not in edges or value < edges["below"]) \
                and ("above" not in edges or value > edges["above"]) \
                and ("up to" not in edges or value <= edges["up to"]):
            return Fraction(tier["credit"][:-2]) / 100
    raise NoTier("no tier covers the value")


def steps_of(amount, part):
    if part == "exact":
        return amount
    whole = amount.numerator // amount.denominator
    return Fraction(whole if part == "per full step" or whole == amount else whole + 1)


def shortfall(case, objective, value):
    """How far on the wrong side, in the unit in which targets are written."""
    compare, target = target_of(case.terms, objective)
    short = target - value if compare == "at least" else value - target
    return short * 100 if objective["measure"]["kind"] in RATIOS else short


def fee_of(case, objective, window):
    credit = objective["credit"]
    fee = case.terms["fees"][credit["base"][4:]]
    amount, _ = minor_units(fee["amount"])
    return amount * tl.fee_share(fee["per"], objective["window"]["zone"], window.a, window.b)


def exact_credit(case, objective, result, value):
    credit, kind = objective["credit"], objective["measure"]["kind"]
    scheme = credit.get("scheme", "tiers")
    if scheme == "fixed sum":
        return schemes.SCHEMES[scheme](case, objective, result, value, None)
    base = fee_of(case, objective, result.window)
    if scheme == "tiers":
        return base * tier_percent(credit, kind, value, result)
    if scheme == "linear":
        steps = max(Fraction(0), shortfall(case, objective, value)) / Fraction(credit["step"])
        percent = Fraction(credit["percent per step"][:-2]) / 100
        due = base * percent * steps_of(steps, credit["part of a step"])
        if credit["at most"] != "none":
            due = min(due, base * Fraction(credit["at most"][:-2]) / 100)
        return due
    if scheme != "pool":
        return schemes.SCHEMES[scheme](case, objective, result, value, base)
    for share in ("at risk", "pool share", "allocation"):
        base *= Fraction(credit[share][:-2]) / 100
    return base


def credit_for(case, objective, result, value, target):
    """Minor units due for a breached window; `value` leaves out what was paid for before."""
    credit = objective["credit"]
    if credit.get("scheme") == "points":
        result.points = schemes.points(case, objective, result, value)
        return None
    compare, _ = target_of(case.terms, objective)
    if (value >= target) if compare == "at least" else (value <= target):
        result.tags.add("down time already paid for")
        return 0
    return after_rounding(credit, exact_credit(case, objective, result, value), result)


def after_rounding(credit, exact, result):
    """The one rounding, the cap of the window and the minimum."""
    due = rounded(exact, credit["rounding"].split(" to ")[0])
    result.line = due
    if credit["window cap"] != "none":
        cap = minor_units(credit["window cap"])[0]
        if due > cap:
            result.tags.add("window cap cuts")
        due = result.line = min(due, cap)
    if credit["minimum"] != "none":
        least = minor_units(credit["minimum"])[0]
        if 0 < due <= least:
            result.tags.add("minimum withholds" if due < least else "exactly the minimum")
        due = due if due > least else 0
    return due

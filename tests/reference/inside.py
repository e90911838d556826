"""Windows that an amendment falls into (docs/TERMS.md, rule `amendments`; DOMAIN 3.13; 3.17 rule 23).

Without the rule the `reach` of the amendment says which terms govern a whole window.
"""
from decimal import Decimal
from fractions import Fraction

import evaluator
import money
import timeline as tl


def rule_of(terms, name):
    for rule in terms.get("rules", {}).values():
        if rule["kind"] == "amendments" and (
                rule["objectives"] == "all" or name in rule["objectives"]):
            return rule["inside a window"]
    return None


def governed(amendment, old, new, before, after):
    """The windows of both terms, each where its terms govern; `old` and `new` are their cases."""
    at, retroactive = tl.instant(amendment["effective"]), amendment["reach"] == "retroactive"

    def is_new(result):
        return result.b > at if retroactive else result.a >= at

    out = {}
    for name in before:
        how, chosen = rule_of(new.terms, name), []
        for r, n in zip(before[name], after[name]):
            r.case, n.case = old, new
            if how is None or not r.a < at < r.b:
                chosen.append(n if is_new(r) else r)
                continue
            r.tags.add("amendment inside a window: " + how)
            n.tags.add("amendment inside a window: " + how)
            if how == "split":
                chosen.append(split(old, new, name, r, at))
                chosen[-1].case = new
            elif how == "weighted target":
                chosen.append(weighted(old, new, name, r, at))
                chosen[-1].case = new
            else:
                chosen.append(n if how == "in force at end" else r)
        out[name] = chosen
    return out


def measured(case, name, window, target=None, tiers=None):
    """One window by the terms of `case`, with another target or other tiers where they are given."""
    objective = case.terms["objectives"][name]
    if tiers is not None:
        objective = dict(objective, credit=dict(objective["credit"], tiers=tiers))
    result = evaluator.Result(name, window)
    value, unpaid, short = evaluator.availability(case, objective, window, [], result)
    evaluator.conclude(case, objective, result, value, unpaid, short, None, target)
    return result


def split(old, new, name, whole, at):
    """Each part by its own terms; the credits are added and rounded once."""
    window = whole.window
    parts, due = [], Fraction(0)
    for case, a, b in ((old, whole.a, at), (new, at, whole.b)):
        share = window.share * Fraction(b - a, whole.b - whole.a)
        part = measured(case, name, tl.Window(a, b, share))
        objective = case.terms["objectives"][name]
        in_money = objective["credit"] != "none" and objective["credit"].get("scheme") != "points"
        if part.verdict == "breached" and in_money and part.value is not None:
            due += money.exact_credit(case, objective, part, part.value)
        parts.append(part)
    shown = [p for p in parts if p.value is not None]  # weighted by their time
    out = evaluator.Result(name, window)
    out.tags |= whole.tags | parts[0].tags | parts[1].tags
    verdicts = [p.verdict for p in parts]
    out.verdict = next((v for v in ("breached", "indeterminate", "no-result") if v in verdicts),
                       "met")
    if shown:
        out.value = sum(p.value * (p.b - p.a) for p in shown) / sum(p.b - p.a for p in shown)
    out.own, out.parts = True, list(zip(parts, (old.terms, new.terms)))
    credit = new.terms["objectives"][name]["credit"]
    if credit == "none":  # the newest terms that give one: RULINGS.md 122
        credit = out.paying = old.terms["objectives"][name]["credit"]
    given = [each.terms["objectives"][name]["credit"] != "none" for each in (old, new)]
    if given[0] != given[1] and due:
        out.tags.add("split window of which one part pays")
    out.credit = None
    if credit != "none" and credit.get("scheme") == "points":
        out.points_of_parts = [(p.points, terms["objectives"][name]["credit"])
                               for p, terms in out.parts if p.points is not None]
        if out.points_of_parts:
            out.points = sum(p for p, _ in out.points_of_parts)
            out.tags.add("points of a split window")
    elif credit != "none":
        credit = dict(credit, **{"window cap": shared_cap(old, new, name, whole, at)})
        out.credit = money.after_rounding(credit, due, out) if out.verdict == "breached" else 0
    return out


def shared_cap(old, new, name, whole, at):
    """Each terms' window cap by its share of the time, down to cents; none if one has none."""
    total, currency = Fraction(0), None
    for case, time in ((old, at - whole.a), (new, whole.b - at)):
        credit = case.terms["objectives"][name]["credit"]
        if credit == "none":
            continue
        cap = credit.get("window cap", "none")
        if cap == "none":
            return "none"
        minor, currency = money.minor_units(cap)
        total += Fraction(minor * time, whole.b - whole.a)
    minor, decimals = total.numerator // total.denominator, money.EXPONENTS.get(currency, 2)
    return "%.*f %s" % (decimals, Decimal(minor).scaleb(-decimals), currency)


def weighted(old, new, name, whole, at):
    """The terms at the end against the targets weighted by time."""
    _, first = money.target_of(old.terms, old.terms["objectives"][name])
    _, second = money.target_of(new.terms, new.terms["objectives"][name])
    target = (first * (at - whole.a) + second * (whole.b - at)) / (whole.b - whole.a)
    try:
        out = measured(new, name, whole.window, target)
    except money.NoTier:  # only the tiers are those of the old terms: RULINGS.md 120
        out = measured(new, name, whole.window, target,
                       old.terms["objectives"][name]["credit"]["tiers"])
        out.tags.add("weighted target missed, by earlier tiers")
    out.tags |= whole.tags
    return out

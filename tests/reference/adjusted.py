"""Targets that follow from closed windows (docs/TERMS.md, rules `baseline` and `ratchet`; DOMAIN 3.5).

One proposal in a case. figure() says what the rule of the terms gives at the first closing, and
in_force() from which windows on it judges, if it came to that.
"""
from fractions import Fraction

import matters
import money
import sequence
import timeline as tl


def act_of(case, kind):
    return next((act for act in case.acts if act.get("kind") == kind), None)


def rule_of(case):
    return next((r for r in case.terms.get("rules", {}).values()
                 if r["kind"] in ("baseline", "ratchet")), None)


def closed_at(case):
    return next((tl.instant(act["at"]) for act in case.acts if act.get("do") == "project"), None)


def closed_windows(case, results):
    return [r for r in results if sequence.posted_at(case, r) <= closed_at(case)]


def in_a_row(rule, results, count):
    """So many windows with a result, from the first; windows without one are passed over, or break:
    then a baseline begins anew after it, and the newest ones of a ratchet end with it."""
    run = []
    for r in results:
        if r.value is None or sequence.without_result(r):
            if rule["no result"] == "breaks":
                if rule["kind"] == "ratchet":
                    return None
                run = []
            continue
        run.append(r)
        if len(run) == count:
            return run
    return None


def percent(value, rule):
    """A ratio as percent with the rule's decimals."""
    scale = 10 ** int(rule["decimals"])
    return Fraction(money.rounded(value * 100 * scale, rule["rounding"]), scale)


def figure(case, name, results):
    """(the new level in percent, the end of the windows measured), or None."""
    rule, objective = rule_of(case), case.terms["objectives"][name]
    closed = closed_windows(case, results)
    _, target = money.target_of(case.terms, objective)
    if rule["kind"] == "baseline":
        run = in_a_row(rule, closed, int(rule["first windows"]))
    else:
        run = in_a_row(rule, closed[::-1], int(rule["newest windows"]))
        run = run and run[::-1]
    if not run:
        return None
    values = [r.value for r in run]
    mean = sum(values) / len(values)
    if rule["formula"] == "midpoint":
        level = (target + mean) / 2
    elif rule["formula"] == "mean":
        level = mean
    elif rule["formula"] == "k-th lowest":
        level = sorted(values)[int(rule["k"]) - 1]
    elif rule["formula"] == "half way":
        if any(v <= target for v in values):
            return None
        level = (target + mean) / 2
    else:
        best = sum(sorted(values)[-4:]) / 4
        if best <= target:
            return None
        level = min(best, target + (1 - target) / 10)
    level = percent(level, rule)
    if level == target * 100:  # it holds already: RULINGS.md 101
        return None
    return (level, run[-1].b) if stands(objective, level) else None


def stands(objective, level):
    target = objective["target"]
    if not isinstance(target, dict):
        return True
    minimum, stretch = target["minimum"], target["stretch"]
    return (minimum == "none" or level > Fraction(minimum[:-2])) and (
        stretch == "none" or level < Fraction(stretch[:-2]))


def in_force(case, name, results):
    """(level in percent, windows that begin from then on), or None; and a tag."""
    proposal, found = act_of(case, "target proposed"), figure(case, name, results)
    if proposal is None or found is None:
        return None
    rule, objective = rule_of(case), case.terms["objectives"][name]
    due = matters.end_of_days(case, tl.instant(proposal["at"]), int(rule["answer within days"]))
    binding = rule["proposed by"] == "either" or objective[rule["proposed by"]] == proposal["by"]
    deemed = binding and rule["silence"] == "deemed accepted"
    answers = [a for a in case.acts if a.get("kind") in ("target accepted", "target contested")
               and tl.instant(a["at"]) < due]
    if answers and answers[0]["kind"] == "target contested":
        return None
    if answers:
        since = tl.instant(answers[0]["at"])
    elif deemed and case.known >= due:
        since = due
    else:
        return None
    level, measured = found
    return level, measured if rule["applies from"] == "end of the measured windows" else since


def objective_with(objective, level):
    """The objective as it is judged from then on: edges that are the target move with it."""
    text = "%s %%" % (("%.6f" % float(level)).rstrip("0").rstrip("."))
    target = objective["target"]
    expected = target["expected"] if isinstance(target, dict) else target
    old = expected[8:].strip()
    new = expected[:8] + " " + text
    out = dict(objective, target=dict(target, expected=new) if isinstance(target, dict) else new)
    credit = objective["credit"]
    if credit != "none" and "tiers" in credit:
        tiers = [{k: text if v == old and k != "credit" else v for k, v in tier.items()}
                 for tier in credit["tiers"]]
        out["credit"] = dict(credit, tiers=tiers)
    return out

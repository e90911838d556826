"""Rights and lump sums from failures that repeat (docs/TERMS.md, rule `chronic failure`; DOMAIN 3.12;
3.17 rule 32).

The sequence of an objective is its closed windows. All windows of a case are closed by one run of the
job, so all rights arise at that instant; while one is open its rule gives no other.
"""
from datetime import timedelta
from fractions import Fraction

import money
import sequence
import timeline as tl


def failure(case, rule, result):
    """True or False; None for a window that is passed over."""
    if "carried" in result.tags:
        return None
    if result.verdict not in ("met", "breached"):
        return {"breaks": False, "is skipped": None, "counts": True}[rule["no result"]]
    if getattr(result, "forgiven", False):
        return False
    missed = sequence.failed(result) and (
        rule["failure"] == "breached" or sequence.below_minimum(case, result))
    if missed and rule["when"] == "high credits":
        objective = sequence.objective_of(case, result)
        fee = case.terms["fees"][rule["fee"]]
        base = money.minor_units(fee["amount"])[0] * tl.fee_share(
            fee["per"], objective["window"]["zone"], result.a, result.b)
        return (result.credit or 0) >= base * Fraction(rule["credits at least"][:-2]) / 100
    return missed


def completions(case, rule, results):
    """The windows that complete the sequence."""
    seen, used, k, out = [], set(), int(rule["failures"]), []
    n = k if rule["when"] == "failures in a row" else int(rule["windows"])
    for result in results:
        how = failure(case, rule, result)
        if how is None:
            continue
        seen.append(how)
        last = [i for i in range(max(0, len(seen) - n), len(seen)) if seen[i] and i not in used]
        if not how or len(last) < k:
            continue
        out.append(result)
        if rule["when"] == "every n failures":
            used |= set(last)
    return out


def arise(case, done, book):
    for key, rule in sequence.of_kind(case, "chronic failure"):
        for name, results in sorted(done.items()):
            if not sequence.concerns(rule, name):
                continue
            closed = [r for r in results if sequence.posted_at(case, r) <= case.known]
            complete = completions(case, rule, closed) if case.closed else []
            for result in complete:
                result.tags.add("sequence complete: " + rule["when"])
                if rule["right"] == "lump sum":
                    amount, currency = money.minor_units(rule["lump sum"])
                    sequence.post(case, book, result, "accrued", currency, amount)
            if complete and rule["right"] == "termination":
                objective = case.terms["objectives"][name]
                book.rights.append((book.party(objective["obligee"]), until(case, rule)))


def until(case, rule):
    """The end of the n-th local day after the closing; the last instant of all for no limit."""
    if rule["notice days"] == "none":
        return "9999-12-31T23:59:59.999999Z"
    day = tl.local_day(case.known, case.zone) + timedelta(days=int(rule["notice days"]) + 1)
    return tl.show(tl.midnight(day, case.zone))

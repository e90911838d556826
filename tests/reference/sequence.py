"""Rules over sequences of windows (docs/TERMS.md, "`rules`"; DOMAIN 3.7, 3.8, 3.12; 3.17 rules 18 to
23): from lines of single windows to what is due, held and earned back, and to entries beside them.

Order: line, expected level, caps (window, month, year), minimum, offset, held. Windows that end
together are one time. Lines of both directions go through it side by side, each by its obligor.
"""
from datetime import timedelta
from fractions import Fraction

import chronic
import money
import rules
import timeline as tl

KINDS = {"expected level", "minimum", "earn-back", "bonus", "points table", "points price",
         "netting", "chronic failure"}


def applies(case):
    """True where rules.apply_caps alone would not do."""
    listed = case.terms.get("rules", {}).values()
    return any(r["kind"] in KINDS or r.get("above") == "carried"
               or r.get("belongs by") == "posting" for r in listed) or any(
        o["credit"] != "none" and o["credit"].get("scheme") == "points"
        for o in case.terms["objectives"].values())


class Book:
    """What follows from all windows: balances by (account, party, currency), and notes."""

    def __init__(self, case, done):
        self.case, self.done = case, done
        self.balances, self.netted, self.rights = {}, [], []

    def post(self, account, party, currency, amount):
        key = (account, party, currency)
        self.balances[key] = self.balances.get(key, 0) + amount
        if self.balances[key] == 0:
            del self.balances[key]

    def party(self, role):
        return self.case.terms["parties"][role]

    def over(self, period):
        """Whether what a period comes to is owed: at its end, or at that of the term."""
        return min(period[1], self.case.term[1]) <= self.case.known

    def ended(self, result):
        return result.b <= self.case.known


def concerns(rule, name):
    return rule["objectives"] == "all" or name in rule["objectives"]


def of_kind(case, kind):
    return [(key, r) for key, r in sorted(case.terms.get("rules", {}).items()) if r["kind"] == kind]


def objective_of(case, result):
    return rules.terms_of(case, result)["objectives"][result.objective]


def failed(result):
    return result.verdict == "breached"


def without_result(result):
    """Carried values count neither for nor against a sequence (3.17 rule 13)."""
    return result.verdict not in ("met", "breached") or "carried" in result.tags


def below_minimum(case, result):
    target = objective_of(case, result)["target"]
    if not isinstance(target, dict) or target["minimum"] == "none" or result.value is None:
        return False
    kind = objective_of(case, result)["measure"]["kind"]
    minimum = money.level_of(target["minimum"], kind)
    return result.value < minimum if target["expected"].startswith("at least") \
        else result.value > minimum


# ---- Lines ---------------------------------------------------------------------------------------

def expected_level(case, done):
    """The lines of failures of the expected level that do not pay become zero."""
    for _, rule in of_kind(case, "expected level"):
        k, n = int(rule["failures"]), int(rule["windows"])
        for name, results in done.items():
            if not concerns(rule, name):
                continue
            misses = [i for i, r in enumerate(results) if failed(r)]
            for i in misses:
                if below_minimum(case, results[i]):
                    continue
                place = len([j for j in misses if i - n < j <= i])
                pays = place == k if rule["pays"] == "the last" else place >= k
                if rule["pays"] == "all":
                    pays = any(len([j for j in misses if e - n < j <= e]) >= k
                               for e in misses if i <= e < i + n)
                if not pays:
                    results[i].line = 0
                    results[i].tags.add("expected level: does not pay yet")
                else:
                    results[i].tags.add("expected level: pays, " + rule["pays"])


def posted_at(case, result):
    """The evidence cut-off: the end of the n-th local day after the window's last instant."""
    days = int(case.terms["disputes"]["evidence cut-off"].split()[0])
    day = tl.local_day(result.b - 1, case.zone) + timedelta(days=days + 1)
    return tl.midnight(day, case.zone)


def period_of(case, rule, result):
    if rule.get("belongs by") != "posting" or rule["period"] == "window":
        return rules.cap_period(case, rule, result)
    return rules.cap_period(case, rule, None, case.known)  # the job has run once, at the end


def room_used(earlier, now):
    """Of a cap: what was earned back leaves room again where the terms say so."""
    back = getattr(earlier, "headroom", False) and earlier.back and earlier.earned_in.b < now.b
    if back:
        now.tags.add("headroom given back")
    return earlier.credit - (earlier.back if back else 0)


def cut_lines(case, rule, now, granted, carried):
    """One cap over the lines of one time, by obligor."""
    groups = {}
    for r in now:
        if concerns(rule, r.objective):
            key = (objective_of(case, r)["obligor"], period_of(case, rule, r))
            groups.setdefault(key, []).append(r)
    for (obligor, period), group in groups.items():
        used = 0
        for r in granted:
            if not concerns(rule, r.objective) or objective_of(case, r)["obligor"] != obligor:
                continue
            if rule["period"] == "window":
                inside = (r.a, r.b) == period
            else:
                at = case.known if rule.get("belongs by") == "posting" else r.b - 1
                inside = period[0] <= at < period[1]
            used += room_used(r, group[0]) if inside else 0
        amounts = [r.credit for r in group]
        cut = rules.cut(amounts, rules.cap_limit(case, rule, period, group[0]) - used, rule["cut"])
        for r, amount in zip(group, cut):
            if amount < r.credit:
                r.tags.add("cap cuts: %s, %s" % (rule["period"], rule["cut"]))
                if rule.get("belongs by") == "posting":
                    r.tags.add("cap cuts by posting")
                if rule.get("above") == "carried":
                    r.tags.add("cap carries")
                    carried[r.objective] = carried.get(r.objective, 0) + r.credit - amount
            r.credit = amount


def minimums(case, now):
    for r in now:
        least = rules.credit_of(case, r).get("minimum", "none")
        if least != "none" and r.credit <= money.minor_units(least)[0]:
            r.credit = 0
    for _, rule in of_kind(case, "minimum"):
        least, groups = money.minor_units(rule["amount"])[0], {}
        for r in now:
            if concerns(rule, r.objective):
                key = r.objective if rule["per"] == "line" else objective_of(case, r)["obligor"]
                groups.setdefault(key, []).append(r)
        for group in groups.values():
            total = sum(r.credit for r in group)
            if 0 < total <= least:
                group[0].tags.add("minimum rule withholds, per " + rule["per"])
                if total == least:
                    group[0].tags.add("exactly the minimum of a rule")
            if total <= least:
                for r in group:
                    r.credit = 0


# ---- Earn-back -----------------------------------------------------------------------------------

def satisfies(case, rule, result):
    """True or False, or None for a window that has no result."""
    if without_result(result):
        return None
    if rule["condition"] == "met":
        return result.verdict == "met"
    if result.value is None:
        return False
    compare, target = money.target_of(case.terms, objective_of(case, result))
    return result.value > target if compare == "at least" else result.value < target


def earned_at(case, rule, results, i):
    """The index of the window that completes the run after window i, or None."""
    run, need = 0, int(rule["windows"])
    within = None if rule["within windows"] == "none" else int(rule["within windows"])
    for j in range(i + 1, len(results)):
        if results[j].b > case.known or (within is not None and j - i > within):
            return None
        if "carried" in results[j].tags:  # neither for nor against, whatever `no result` says
            continue
        good = satisfies(case, rule, results[j])
        if good is None:
            if rule["no result"] == "is skipped":
                continue
            good = rule["no result"] == "counts"
        run = run + 1 if good else 0
        if run == need:
            return j
    return None


def lost(case, rule, results, i):
    """True if no run can end in time any more."""
    if rule["within windows"] == "none":
        return False
    within = int(rule["within windows"])
    return len([r for r in results[i + 1:] if r.b <= case.known]) >= within


def is_over(case, results):
    """True if no window can come any more: the term has ended, and its last window is known, or the
    evidence cut-off of its end is over."""
    end = case.term[1]
    if end > case.known:
        return False
    days = int(case.terms["disputes"]["evidence cut-off"].split()[0])
    cutoff = tl.midnight(tl.local_day(end, case.zone) + timedelta(days=days + 1), case.zone)
    return results[-1].b >= end or cutoff <= case.known


def is_closed(case, r):
    return case.closed and posted_at(case, r) <= case.known


def hold(case, rule, result, results):
    """What of a credit is held and what is earned back of it."""
    if rule["eligible"] != "every failure" and below_minimum(case, result):
        return
    credit = rules.credit_of(case, result)
    part = money.rounded(Fraction(result.due) * Fraction(rule["share"][:-2]) / 100,
                         credit["rounding"].split(" to ")[0])
    i = results.index(result)
    result.in_books = held_in_books(case, rule, result, results, part)
    at = earned_at(case, rule, results, i)
    if at is not None:
        result.earned, result.earned_in = part, results[at]
        result.tags.add("earned back, " + rule["gives back"])
    elif lost(case, rule, results, i):
        result.tags.add("cannot be earned back any more")
    elif is_over(case, results):
        result.tags.add("held to the end of the term: " + rule["objective ends"])
        if rule["objective ends"] == "credit lapses":
            result.earned = part
    else:
        result.held = part
        result.tags.add("held")


def held_in_books(case, rule, result, results, part):
    """What is held and what is earned back in the books: of a closed window only windows that are
    closed decide, what others would make of it is a projection."""
    if not is_closed(case, result):
        return None
    closed = [r for r in results if is_closed(case, r)]
    i = closed.index(result)
    back = 0 if rule["gives back"] == "offset" else part  # an offset is paid now
    if earned_at(case, rule, closed, i) is not None:
        return 0, back
    if lost(case, rule, closed, i):
        return 0, 0
    if is_over(case, closed):
        return 0, back if rule["objective ends"] == "credit lapses" else 0
    return part, 0


# ---- Entries beside lines ------------------------------------------------------------------------

def factor_points(case, done):
    for name, results in done.items():
        credit = case.terms["objectives"][name]["credit"]
        if credit == "none" or credit.get("scheme") != "points":
            continue
        before = None
        for r in results:
            if failed(r) and r.points is not None:
                amount = r.points
                credit = rules.credit_of(case, r)
                if before is not None and failed(before):
                    parts = getattr(r, "points_of_parts", [(r.points, credit)])
                    amount = sum(p * Fraction(c["repeat factor"]) for p, c in parts)
                    r.tags.add("points repeated")
                r.points = money.rounded(Fraction(amount), credit["rounding"].split(" to ")[0])
            before = before if without_result(r) else r


def post(case, book, result, account, currency, amount):
    """Owed to the obligee by the obligor."""
    if amount:
        objective = objective_of(case, result)
        book.post(account, book.party(objective["obligee"]), currency, amount)
        book.post(account, book.party(objective["obligor"]), currency, -amount)


def points_in_money(case, done, book):
    for kind in ("points table", "points price"):
        for _, rule in of_kind(case, kind):
            sums = {}
            for name, results in done.items():
                if not concerns(rule, name):
                    continue
                objective = case.terms["objectives"][name]
                for r in results:
                    credit = rules.credit_of(case, r)
                    if credit != "none" and credit.get("scheme") == "points" and book.ended(r):
                        key = (rules.cap_period(case, rule, r), objective["obligee"],
                               objective["obligor"])
                        total, last = sums.get(key, (0, r))
                        newest = max(last, r, key=lambda each: (each.b, each.objective))
                        sums[key] = (total + (r.points or 0), newest)
            for (period, creditor, debtor), (total, last) in sums.items():
                amount, currency = price(case, rule, period, total, last)
                if amount and not book.over(period):
                    last.tags.add("points of a period that is not over")
                elif amount:
                    book.post("accrued", book.party(creditor), currency, amount)
                    book.post("accrued", book.party(debtor), currency, -amount)


def price(case, rule, period, total, last):
    if rule["kind"] == "points price":
        amount, currency = money.minor_units(rule["price"])
        return amount * total, currency
    currency = money.minor_units(case.terms["fees"][rule["fee"]]["amount"])[1]
    rows = [Fraction(p) for row, p in sorted((Fraction(k), v) for k, v in rule["table"].items())
            if total >= row]
    if not rows:
        return 0, currency
    a, b = max(period[0], case.term[0]), min(period[1], case.term[1])
    charges = rules.charges(case, last, rule["fee"], a, b)
    return money.rounded(charges * rows[-1] / 100, rule["rounding"]), currency


def bonus_of(terms, objective, part):
    """What the only bonus rule of some terms gives for a window, or for its part; None: no level."""
    rule = next(r for r in terms["rules"].values() if r["kind"] == "bonus")
    fee = terms["fees"][rule["fee"]]
    levels = sorted((Fraction(k), Fraction(v)) for k, v in rule["levels"].items())
    shown = part.value * 100 if objective["measure"]["kind"] in money.RATIOS else part.value
    reached = [p for level, p in levels if shown >= level]
    if not reached:
        return None
    share = tl.fee_share(fee["per"], objective["window"]["zone"], part.a, part.b)
    return money.minor_units(fee["amount"])[0] * share * reached[-1] / 100


def bonuses(case, done, book):
    for _, rule in of_kind(case, "bonus"):
        currency = money.minor_units(case.terms["fees"][rule["fee"]]["amount"])[1]
        used = {}
        for r in sorted((r for n, each in done.items() if concerns(rule, n) for r in each),
                        key=lambda r: (r.b, r.objective)):
            objective = objective_of(case, r)
            if not book.ended(r) or without_result(r) or r.value is None or failed(r):
                continue
            exact, reached = Fraction(0), False
            for part, terms in getattr(r, "parts", [(r, rules.terms_of(case, r))]):
                own = bonus_of(terms, objective, part)
                reached = reached or own is not None
                exact += own or 0
            if not reached:
                continue
            due = money.rounded(exact, rule["rounding"])
            r.tags.add("bonus reached")
            year = {"period": "contract year"}
            of_window = rule["netted against"] == "credits of the window"
            key = (r.a, r.b) if of_window else rules.cap_period(case, year, r)
            obligor, credits = objective["obligor"], 0
            for name, results in done.items():
                if case.terms["objectives"][name]["obligor"] != obligor:
                    continue
                for other in results:
                    inside = (other.a, other.b) == key if of_window else (
                        key[0] <= other.b - 1 < key[1] and book.ended(other))
                    credits += (other.credit or 0) - getattr(other, "earned", 0) if inside else 0
            due = min(due, credits - used.get((obligor, key), 0))
            if due > 0 and not book.over(key):
                r.tags.add("bonus against a year that is not over")
                used[obligor, key] = used.get((obligor, key), 0) + due
            elif due > 0:
                used[obligor, key] = used.get((obligor, key), 0) + due
                r.tags.add("bonus paid")
                book.post("accrued", book.party(objective["obligor"]), currency, due)
                book.post("accrued", book.party(objective["obligee"]), currency, -due)


def netting(case, done, book):
    for _, rule in of_kind(case, "netting"):
        owed = {}
        for name, results in done.items():
            if not concerns(rule, name):
                continue
            objective = case.terms["objectives"][name]
            for r in results:
                # What is held is not owed yet.
                amount = r.points if rule["unit"] == "points" else (
                    r.due - r.held - r.earned if r.credit else 0)
                if not amount or not book.ended(r):
                    continue
                pair = (book.party(objective["obligor"]), book.party(objective["obligee"]))
                window = owed.setdefault((r.b, r.a), {})
                window[pair] = window.get(pair, 0) + amount
        unit = "points" if rule["unit"] == "points" else currency_of(case)
        for _, debts in sorted(owed.items()):
            for left, right in sorted({tuple(sorted(pair)) for pair in debts}):
                one, other = debts.get((left, right), 0), debts.get((right, left), 0)
                if one and other:
                    book.netted.append((min(one, other), abs(one - other), unit,
                                        (left, right) if one >= other else (right, left)))


def currency_of(case):
    return next(iter(case.terms["fees"].values()))["amount"].split()[1]


# ---- All of it -----------------------------------------------------------------------------------

def run(case, done):
    book = Book(case, done)
    expected_level(case, done)
    factor_points(case, done)
    lines(case, done, book)
    for r in (r for each in done.values() for r in each if r.points and book.ended(r)):
        post(case, book, r, "accrued", "points", r.points)
    points_in_money(case, done, book)
    bonuses(case, done, book)
    netting(case, done, book)
    chronic.arise(case, done, book)
    return book


def sum_offset(results, until):
    return sum(getattr(r, "offset", 0) for r in results if r.b < until.b)


def settle(case, book, r):
    if not book.ended(r):
        return
    held, earned = getattr(r, "in_books", None) or (r.held, r.earned)
    account = "approved" if is_closed(case, r) else "accrued"
    for account, amount in ((account, r.due - held - earned), ("held", held),
                            ("earned-back", earned)):
        post(case, book, r, account, currency_of(case), amount)


def earn_backs(case, result, results, offsets):
    """What of a line is paid out of earlier ones, held, earned back."""
    result.due, result.held, result.earned, result.offset = result.credit, 0, 0, 0
    for _, rule in of_kind(case, "earn-back"):
        if not concerns(rule, result.objective) or not result.due:
            continue
        if rule["gives back"] == "offset":
            room = sum(part for at, part in offsets.get(result.objective, []) if at.b < result.b)
            result.offset = min(room - sum_offset(results, result), result.due)
            result.due -= result.offset
        hold(case, rule, result, results)
        result.forgiven = result.earned and rule["still a failure"] == "no"
        result.headroom = rule["headroom"] == "given back"
        result.back = result.earned  # also of an offset, which is paid now
        if result.earned and rule["gives back"] == "offset":
            offsets.setdefault(result.objective, []).append((result.earned_in, result.earned))
            result.earned = 0


def lines(case, done, book):
    caps = sorted(((rules.STAGES[r["period"]], key, r)
                   for key, r in case.terms.get("rules", {}).items()
                   if r["kind"] in ("cap", "at risk")), key=lambda i: i[:2])
    left = sorted((r for each in done.values() for r in each if r.credit is not None),
                  key=lambda r: (r.b, r.objective))
    granted, carried, offsets = [], {}, {}
    while left:
        now = [r for r in left if r.b == left[0].b]
        left = left[len(now):]
        for r in now:
            r.credit = r.line + carried.pop(r.objective, 0)
        for _, _, rule in caps:
            cut_lines(case, rule, now, granted, carried)
        minimums(case, now)
        for r in now:
            earn_backs(case, r, done[r.objective], offsets)
            settle(case, book, r)
        granted += now
    for name, amount in carried.items():
        if amount and is_over(case, done[name]):
            done[name][-1].tags.add("carried to the end of the term")
            post(case, book, done[name][-1], "accrued", currency_of(case), amount)

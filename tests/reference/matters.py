"""Time that does not count by decision, and credits of one incident (docs/TERMS.md, rules `burden of
proof`, `decision authority`, `third parties` and `same incident`; DOMAIN 3.4; 3.17 rules 20, 26).

Acts carry their ledger time `at`, the role that said them in `by`, and their body.
"""
from datetime import timedelta

import rules
import timeline as tl

OWN = {"provider": ("provider", "provider-supplier"),
       "customer": ("customer", "customer-supplier")}


def rule_of(case, name, kind):
    return next((rule for _, rule in rules.about(case.terms, name, kind)), None)


def matters(case):
    """Proposals in the order of the log, each with the answers to it."""
    out = {}
    for act in case.acts:
        subject, _, how = act.get("kind", "").partition(" ")
        if subject not in ("exclusion", "attribution"):
            continue
        key = subject, act["body"]["name"]
        if how == "proposed":
            out[key] = (act, [])
        elif key in out:
            out[key][1].append((how, act))
    return [(subject, act, answers) for (subject, _), (act, answers) in out.items()]


def whole(body):
    return [(tl.instant(body["from"]), tl.instant(body["until"]))]


def part(act, body):
    if "part" not in act["body"]:
        return whole(body)
    return [tuple(tl.instant(t) for t in act["body"]["part"])]


def end_of_days(case, at, days):
    day = tl.local_day(at, case.zone) + timedelta(days=days + 1)
    return tl.midnight(day, case.zone)


def silence_ends(case, name, act):
    rule = rule_of(case, name, "decision authority")
    if rule is None or rule["deemed acceptance"] == "none":
        return None
    return end_of_days(case, tl.instant(act["at"]), int(rule["days of silence"]))


def standing(case, name, act, answers):
    """(how it was decided or None, time of the decision); "conceded" leaves the rest open."""
    objective = case.terms["objectives"][name]
    other = objective["obligee"] if act["by"] == objective["obligor"] else objective["obligor"]
    heard = [(how, a) for how, a in answers if a["by"] == other]
    agreed = next((a for how, a in heard if how == "agreed"), None)
    contest = next((a for how, a in heard if how == "contested"), None)
    if agreed is not None:
        return "agreed", part(agreed, act["body"])
    due = silence_ends(case, name, act)
    if due is not None and not (contest and tl.instant(contest["at"]) < due):
        return ("deemed", whole(act["body"])) if case.known >= due else (None, [])
    if contest is not None and "part" in contest["body"]:
        return "conceded", part(contest, act["body"])
    return None, []


def decided(case, name, result=None):
    """(time that is out, incident -> its time) for one objective."""
    objective = case.terms["objectives"][name]
    burden = rule_of(case, name, "burden of proof")
    tags = set() if result is None else result.tags
    out, incidents = [], {}
    for subject, act, answers in matters(case):
        body = act["body"]
        if body.get("objectives") and name not in body["objectives"]:
            continue
        how, time = standing(case, name, act, answers)
        if how and "incident" in body:
            incidents[body["incident"]] = tl.union(incidents.get(body["incident"], []), time)
        if how and takes_out(subject, body, objective, how != "deemed"):
            out += time
            tags.add("matter %s: out" % how)
        if how in (None, "conceded") and burden and burden[subject] == "obligee" \
                and takes_out(subject, body, objective, False):
            out += whole(body)
            tags.add("undecided, the obligee bears the burden")
    return tl.union(out), incidents


def takes_out(subject, body, objective, examined):
    own = body["cause"] in OWN[objective["obligor"]]
    if subject == "exclusion":
        return examined or not own
    return body["responsible"] != objective["obligor"] and not own


# ---- One incident --------------------------------------------------------------------------------

def belongs(case, r, time):
    """Whether the objective would have been met without that time."""
    import evaluator
    import money
    objective = case.terms["objectives"][r.objective]
    again = evaluator.Result(r.objective, r.window)
    case.without = time
    value, _, _ = evaluator.availability(case, objective, r.window, [], again)
    case.without = []
    compare, target = money.target_of(case.terms, objective)
    return value is None or (value >= target if compare == "at least" else value <= target)


def one_incident(case, done):
    """Lines of one incident are compared; the amounts that do not pay become zero."""
    for key, rule in sorted(case.terms.get("rules", {}).items()):
        if rule["kind"] != "same incident":
            continue
        groups = {}
        for name, results in done.items():
            if rule["objectives"] != "all" and name not in rule["objectives"]:
                continue
            _, incidents = decided(case, name)
            for r in results:
                if not r.line:
                    continue
                mine = [x for x, time in incidents.items() if belongs(case, r, time)]
                if len(mine) == 1:
                    r.tags.add("credit of an incident")
                    groups.setdefault(mine[0], []).append(r)
        for incident, lines in groups.items():
            lines.sort(key=lambda r: (r.b, r.objective))
            for r in lines:
                if r not in paying(case, rule, incident, lines):
                    r.line = r.credit = 0
                    r.tags.add("same incident withholds")


def paying(case, rule, incident, lines):
    pays = rule["pays"]
    if pays == "customer's choice":
        chosen = choice(case, rule, incident, lines)
        if chosen is not None:
            lines[0].tags.add("customer chose")
            return [chosen]
        pays = rule["without a choice"]
    if pays == "sum":
        return lines
    return [max(lines, key=lambda r: r.line)]  # of equal ones the first


def choice(case, rule, incident, lines):
    """The line that the obligee chose in time."""
    last = max(r.b for r in lines)
    until = end_of_days(case, last - 1, int(rule["choose within days"]))
    for act in case.acts:
        if act.get("kind") != "choice made" or act["body"]["choice"] != incident:
            continue
        for r in lines:
            objective = case.terms["objectives"][r.objective]
            if r.objective == act["body"]["option"] and act["by"] == objective["obligee"] \
                    and tl.instant(act["at"]) < until:
                return r
    return None

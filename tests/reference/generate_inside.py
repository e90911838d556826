"""Random amendments that fall into windows (docs/TERMS.md, rule `amendments` and "Amendments"): other
targets, credits and fees from some instant on."""
import generate_credits
import generate_sequences
import timeline as tl

HOWS = ["split", "split", "weighted target", "next window", "in force at end", None]


def objective(make):
    rule = dict(generate_credits.MONTHS, zone=make.zone)
    rule["every"] = make.pick("calendar month", "calendar month", "calendar quarter")
    rule["when clipped"] = make.pick("prorate", "prorate", "merge", "not measured")
    out = generate_credits.objective(make, rule, "availability by time")
    out["when empty"] = make.pick("met", "breached", "no result")
    out["credit"] = credit(make, out["target"].split()[2])
    if make.chance(0.3):
        out["measure"]["excluded time"] = "fixed denominator of 43200 min"
        out["measure"]["below zero"] = make.pick("clamp", "keep")
    return out


def credit(make, target):
    out = make.credit(target)
    while out != "none" and out.get("scheme") == "fixed sum":
        out = make.credit(target)
    return out


def amended(make, objectives):
    """(rules, amendment)"""
    windows = tl.windows(objectives["o0"]["window"], (make.begin, make.end), make.last)
    if not windows:
        return {}, None
    window = make.random.choice(windows)
    at = make.random.choice([make.inside(window), window.a + (window.b - window.a) // 2, window.a])
    at -= at % tl.SECOND
    if not make.begin < at < min(make.end, make.last):
        return {}, None
    changed = {}
    for name, each in objectives.items():
        text = make.pick("99.9", "99.5", "99", "98", "95")
        changed[name] = dict(each, target="at least %s %%" % text)
        if each["credit"] != "none":
            changed[name]["credit"] = credit(make, text)
    how = make.random.choice(HOWS)
    reach = make.pick("prospective", "retroactive")
    out = {"effective": tl.show(at), "reach": reach, "objectives": changed}
    if make.chance(0.5):
        out["fees"] = {name: dict(fee, amount=make.money(100, 2000))
                       for name, fee in make.fees.items()}
    if reach == "retroactive":
        out["settled windows"] = make.pick("stay closed", "are reopened")
    if changed == objectives and "fees" not in out:
        return {}, None
    make.tags.add("amendment: " + reach)
    if how is None:
        return {}, out
    made = {"r0": {"kind": "amendments", "objectives": "all", "inside a window": how}}
    if how == "split":
        one_part_pays(make, objectives, changed)
        made.update(over_windows(make))
        if any(rule["kind"] in ("points table", "points price") for rule in made.values()):
            points(make, objectives, changed)
    return made, out


def over_windows(make):
    """Rules over credits beside the split, the same before and after."""
    kinds = make.random.sample(["cap", "at risk", "minimum", "bonus", "points table",
                                "points price"], make.random.choice([0, 1, 1, 2]))
    priced = [kind for kind in kinds if kind.startswith("points")]
    kinds = priced[:1] or kinds  # rules over money need credits in money
    out = {}
    for i, kind in enumerate(kinds):
        rule = make.at_risk() if kind == "at risk" else generate_sequences.KINDS[kind](make, [])
        for key, word in (("above", "lost"), ("belongs by", "end of window")):
            if key in rule:
                rule[key] = word
        rule.pop("kind", None)
        out["s%d" % i] = {"kind": kind, "objectives": "all", **rule}
        make.tags.add("split window beside rule: " + kind)
    return out


def one_part_pays(make, objectives, changed):
    """Terms that give no credit any more, or gave none yet."""
    for name in objectives:
        if objectives[name]["credit"] != "none" and make.chance(0.25):
            without = make.pick(objectives, changed)
            without[name] = dict(without[name], credit="none")


def points(make, objectives, changed):
    """Points in place of money, before and after."""
    for name in objectives:
        for made in (objectives, changed):
            text = made[name]["target"].split()[2]
            made[name] = dict(made[name], credit=generate_credits.points(
                make, "availability by time", text))

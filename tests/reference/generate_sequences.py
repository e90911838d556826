"""Random rules over sequences of windows (docs/TERMS.md, "`rules`"), for agreements whose windows
are met and missed in turns."""
import generate_credits


def percent_of(make, target):
    return target["expected"] if isinstance(target, dict) else target


def objectives(make):
    """Two to three over the same months; some of them owed the other way round."""
    out, rule = {}, dict(generate_credits.MONTHS, zone=make.zone)
    rule["every"] = make.pick("calendar month", "calendar month", "calendar month",
                              "calendar quarter")
    for i in range(make.random.randint(1, 3)):
        objective = generate_credits.objective(make, rule, "availability by time")
        text = objective["target"].split()[2]
        if make.chance(0.6):
            objective["credit"] = make.credit(text)
        if make.chance(0.3):
            objective["obligor"], objective["obligee"] = "customer", "provider"
            make.tags.add("owed by the customer")
        generate_credits.levels(make, objective)
        out["o%d" % i] = objective
    return out


def which(make, names):
    return "all" if make.chance(0.7) else sorted(
        make.random.sample(sorted(names), make.random.randint(1, len(names))))


def expected_level(make, names):
    k = make.random.choice([2, 2, 3])
    return {"failures": str(k), "windows": str(k + make.random.randint(0, 6)),
            "pays": make.pick("the last", "the last and later", "all")}


def minimum(make, names):
    return {"amount": make.money(5, 300), "per": make.pick("line", "settlement")}


def earn_back(make, names):
    n = make.random.choice([1, 2, 3])
    return {"windows": str(n), "condition": make.pick("met", "exceeded"),
            "within windows": make.pick("none", str(n), str(n), str(n + 2)),
            "share": make.pick("50 %", "100 %", "33.3 %"),
            "eligible": make.pick("every failure", "failures above the minimum level"),
            "gives back": make.pick("cash", "cash", "offset"), "headroom": make.pick("given back", "not given back"),
            "no result": make.pick("breaks", "is skipped", "counts"), "still a failure": make.pick("yes", "no"),
            "objective ends": "credit is final", "at termination": "lost"}


def bonus(make, names):
    return {"fee": "hosting", "levels": make.pick({"99.95": "2"}, {"99": "1", "99.9": "3"},
                                                  {"100": "5"}),
            "netted against": make.pick("credits of the window", "credits of the year"),
            "rounding": make.pick("half up", "half even", "down", "up")}


def points_table(make, names):
    return {"table": make.pick({"1": "1", "3": "4"}, {"2": "2.5"}, {"10": "2", "20": "5"}),
            "fee": "hosting", "period": make.pick("window", "calendar month", "contract year"),
            "rounding": make.pick("half up", "half even", "down", "up")}


def points_price(make, names):
    return {"price": make.money(1, 40),
            "period": make.pick("window", "calendar month", "contract year")}


def netting(make, names):
    return {"unit": make.pick("money", "points")}


def cap(make, names):
    rule = make.cap()
    rule["above"] = make.pick("lost", "carried", "carried")
    rule["belongs by"] = make.pick("end of window", "posting")
    if "money" in rule:
        rule["money"] = make.money(1, 100)
    return rule


def chronic(make, names):
    k = make.random.choice([1, 2, 3])
    rule = {"when": make.pick("failures in a row", "failures in windows", "high credits",
                              "every n failures"), "failures": str(k)}
    if rule["when"] != "failures in a row":
        rule["windows"] = str(k + make.random.randint(0, 5))
    if rule["when"] == "high credits":
        rule.update({"credits at least": make.pick("5 %", "10 %", "30 %"), "fee": "hosting"})
    rule.update({"failure": make.pick("breached", "breached", "below the minimum level"),
                 "no result": make.pick("breaks", "is skipped", "counts"),
                 "right": make.pick("termination", "lump sum")})
    if rule["right"] == "termination":
        rule.update({"notice days": make.pick("60", "none"), "runs from": "closing"})
    else:
        rule["lump sum"] = make.money(10, 500)
    return rule


KINDS = {"chronic failure": chronic, "expected level": expected_level, "minimum": minimum,
         "earn-back": earn_back, "bonus": bonus, "points table": points_table,
         "points price": points_price,
         "netting": netting, "cap": cap}


def rules(make, names):
    out = {}
    kinds = make.random.sample(sorted(KINDS), make.random.choice([1, 1, 2, 3]))
    if "cap" not in kinds and make.chance(0.3):
        kinds.append("cap")
    if "points table" in kinds and "points price" in kinds:
        kinds.remove("points price")
    for i, kind in enumerate(kinds):
        rule = KINDS[kind](make, names)
        rule.pop("kind", None)
        out["r%d" % i] = {"kind": kind, "objectives": which(make, names), **rule}
        if kind == "earn-back" and rule["no result"] != "counts":
            make.term["until"] = "open"  # else the end of the term decides all that is held
        make.tags.add("rule: " + kind)
        for key in ("pays", "per", "gives back", "condition", "netted against", "above",
                    "belongs by", "unit", "no result", "when", "right", "failure"):
            if key in rule:
                make.tags.add("%s: %s: %s" % (kind, key, rule[key]))
    return out


def points_credits(make, objectives_made, made_rules):
    """Rules over points need objectives that give them."""
    wants = any(r["kind"].startswith("points") or r.get("unit") == "points"
                for r in made_rules.values())
    for objective in objectives_made.values():
        if wants and make.chance(0.7):
            objective["credit"] = generate_credits.points(
                make, "availability by time", percent_of(make, objective["target"]).split()[2])
            make.tags.add("credit: points")

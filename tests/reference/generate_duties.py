"""Random leads, deliverables, surveys, reopened tickets and first contacts (docs/TERMS.md, the
sections of these measures), with histories that meet their edges.

Each drawer is (make, windows) -> (measure, target text); `make` is the Maker of generate_more.py.
"""
import generate_counted
import money
import timeline as tl

HOUR = 3600 * tl.SECOND


def edges(windows):
    return [e for w in windows for e in (w.a, w.b)]


def near(make, windows):
    """An instant of the term: at an edge now and then, else anywhere."""
    return generate_counted.some_time(make, edges(windows))


def after(make, lengths):
    """A length of time: one that matters, one microsecond beside it, or any."""
    if lengths and make.chance(0.4):
        return max(1, tl.length(make.random.choice(lengths)) + make.random.choice([0, 0, 1, -1]))
    return make.span() * make.random.choice([1, 20, 100])


# ---- Leads ---------------------------------------------------------------------------------------

def acceptance(make, measure):
    """The choices that say which leads are accepted."""
    measure["rejection within"] = make.pick("24 h", "90 min", "5 d", "none")
    measure["rejection calendar"] = generate_counted.calendar(make)
    measure["late rejection"] = make.pick("accepted", "rejected")
    measure["rejection without reason"] = make.pick("accepted", "rejected")
    measure["undecided"] = make.pick("accepted", "not accepted")


def feeds_of(make, measure):
    """Feeds of a marketing, of a sales and of a reviewing party; the sources of the measure."""
    names = [make.own_feed(role) for role in ("mk", "sl", "rv")]
    measure["sources"] = [name + "/leads" for name in names]
    return names


def histories(make, measure, names, windows, lengths):
    marketing, sales, review = names
    for number in range(make.random.choice([0, 4, 12, 25])):
        lead, at = "l%d" % number, near(make, windows)
        body = {"lead": lead, "step": "delivered", "class": make.pick("hot", "hot", "cold"),
                "units": str(make.random.choice([1, 1, 3, 10]))}
        if make.chance(0.9):
            minor, currency = money.minor_units(make.money(1, 900))
            body["value"] = {
                "minor": str(minor), "exponent": 2, "currency": make.pick(currency, currency, "CHF")}
            if body["value"]["currency"] == currency:
                body["value"]["exponent"] = money.EXPONENTS.get(currency, 2)
        make.add(marketing, "leads", "lead event", at, body)
        if make.chance(0.05):
            make.add(marketing, "leads", "lead event", at + HOUR, body)
        at += after(make, lengths)
        what = make.pick("accepted", "accepted", "rejected", "rejected", "rejected", "none")
        if what != "none":
            body = {"lead": lead, "step": what, "units": "0"}
            if what == "rejected" and make.chance(0.6):
                body["reason"] = "no budget"
            make.add(sales, "leads", "lead event", at, body)
            at += after(make, lengths)
        if what == "rejected" and make.chance(0.5):
            make.add(review, "leads", "lead event", at, {"lead": lead, "step": "accepted",
                                                               "units": "0"})
            at += after(make, lengths)
        if make.chance(0.6):
            make.add(sales, "leads", "lead event", at,
                     {"lead": lead, "step": "handed-over", "units": "0"},
                     actor=make.pick("human", "human", "automation"))
        if measure.get("contact is") == "ticket response" and make.chance(0.7):
            make.add(sales, "leads", "ticket event", at + after(make, lengths),
                     {"ticket": lead, "step": "responded", "firstContact": False},
                     actor=make.pick("human", "human", "automation"))


def of_leads(make, measure, kind):
    names = feeds_of(make, measure)
    measure["classes"] = "none" if make.chance(0.6) else ["hot"]
    measure["delivered by"] = names[:1]
    if kind != "pacing":
        measure["decided by"] = names[1:2]
    return names


def volume(make, windows, in_money=False):
    measure = {"kind": "volume in money" if in_money else "volume"}
    names = of_leads(make, measure, "volume")
    if in_money:
        measure["currency"] = make.currency
    else:
        measure["counted in"] = make.pick("leads", "units")
    measure["counted"] = make.pick("delivered", "accepted", "accepted", "accepted", "handed over")
    if measure["counted"] == "accepted":
        acceptance(make, measure)
        measure["reviewed by"] = "none" if make.chance(0.5) else names[2:]
    if measure["counted"] == "delivered":
        del measure["decided by"]
    else:
        measure["window of a lead"] = make.pick("delivery", "outcome")
    measure["surplus"] = make.pick("lost", "next window", "until used")
    lengths = [measure.get("rejection within", "24 h")]
    histories(make, measure, names, windows, [l for l in lengths if l != "none"])
    if in_money:
        return measure, "at least " + make.money(100, 2000)
    return measure, "at least %d" % make.random.choice([1, 2, 3, 8])


def volume_in_money(make, windows):
    return volume(make, windows, True)


def pacing(make, windows):
    measure = {"kind": "pacing"}
    names = of_leads(make, measure, "pacing")
    measure["planned"] = make.pick("1", "3", "10", "7")
    measure["counted in"] = make.pick("leads", "units")
    histories(make, measure, names, windows, ["1 d"])
    return measure, "at least %s %%" % make.pick("90", "100", "50")


def decided(make, windows):
    measure = {"kind": "leads decided in time"}
    names = of_leads(make, measure, "decided")
    measure.update({"decision within": make.pick("24 h", "2 h", "10 d"),
                    "calendar": generate_counted.calendar(make),
                    "rejection without reason": make.pick("a decision", "no decision"),
                    "minimum sample": make.pick("0", "0", "1", "3")})
    histories(make, measure, names, windows, [measure["decision within"]])
    return measure, "at least %s %%" % make.pick("95", "50", "75")


def contacted(make, windows):
    measure = {"kind": "leads contacted in time"}
    names = of_leads(make, measure, "contacted")
    measure.update({"contact within": make.pick("24 h", "2 h", "10 d"),
                    "calendar": generate_counted.calendar(make),
                    "contact is": make.pick("handed over", "ticket response"),
                    "contact by": make.pick("human", "anyone"),
                    "counted": make.pick("delivered", "accepted"),
                    "minimum sample": make.pick("0", "0", "1", "3")})
    lengths = [measure["contact within"]]
    if measure["counted"] == "accepted":
        acceptance(make, measure)
        measure["reviewed by"] = "none" if make.chance(0.3) else names[2:]
        measure["clock after review"] = make.pick("delivery", "decision")
        lengths += [measure["rejection within"]] * (measure["rejection within"] != "none")
    histories(make, measure, names, windows, lengths)
    return measure, "at least %s %%" % make.pick("95", "50", "75")


# ---- Deliverables --------------------------------------------------------------------------------

def deliverable(make, windows, late=False):
    measure = {"kind": "deliverable lateness" if late else "deliverable on time"}
    plan, vendor, board = (make.own_feed(role) for role in ("pl", "vn", "bd"))
    measure["sources"] = [name + "/goods" for name in (plan, vendor, board)]
    measure["delivered by"], measure["decided by"] = [vendor], [board]
    measure["done when"] = make.pick("delivered", "delivered and not rejected", "accepted")
    if measure["done when"] == "delivered and not rejected":
        measure["rejection within"] = make.pick("none", "10 d", "2 d")
        measure["resubmission"] = make.pick("new date", "first date")
    names = []
    if make.chance(0.5):
        measure.update({"due": "stated", "due stated by": [plan]})
        for number in range(make.random.choice([0, 3, 8])):
            due = near(make, windows)
            body = {"deliverable": "d%d" % number, "step": "accepted", "due": tl.show(due)}
            make.add(plan, "goods", "deliverable event", max(make.begin, due - 20 * tl.DAY), body)
            names.append(("d%d" % number, due))
    else:
        names = every_month(make, measure)
    if names and make.chance(0.3):
        waits(make, measure, names)
    for name, due in names:
        given(make, measure, (vendor, board), name, due)
    if not late:
        return measure, "at least %s %%" % make.pick("100", "50", "75")
    measure["calendar"] = generate_counted.calendar(make)
    measure["part unit"] = make.pick("exact", "up", "down")
    if measure["part unit"] != "exact":
        measure["unit"] = make.pick("1 d", "1 h", "12 h")
    measure["of several"] = make.pick("sum", "longest", "mean")
    return measure, "at most " + make.pick("0 s", "1 d", "8 h")


def every_month(make, measure):
    import deliverables
    what = ["friction report", "forecast"][:make.random.choice([1, 1, 2])]
    calendar = generate_counted.calendar(make)
    measure.update({"due": "n-th business day", "deliverables": what,
                    "business day": make.pick("1", "5", "12"),
                    "time of day": make.pick("17:00", "00:00", "09:30"),
                    "due calendar": calendar, "due in": make.pick("same month", "next month"),
                    "window of a deliverable": make.pick("due", "subject")})
    rules = tl.Calendar(make.calendars.get(calendar))
    day, out = tl.local_day(make.begin, rules.zone).replace(day=1), []
    minutes = int(measure["time of day"][:2]) * 60 + int(measure["time of day"][3:])
    while tl.midnight(day, rules.zone) < make.last:
        year, month = tl.add_months(day.year, day.month, measure["due in"] == "next month")
        on = deliverables.nth_business_day(rules, day.replace(year=year, month=month),
                                           int(measure["business day"]))
        due = tl.local_time(on, minutes, rules.zone)
        out += [("%s %s" % (each, day.strftime("%Y-%m")), due) for each in what]
        day = day.replace(**dict(zip(("year", "month"), tl.add_months(day.year, day.month, 1))))
    return out


def waits(make, measure, names):
    """What the customer owes first, and how late that was."""
    feed = make.own_feed("dp")
    measure["sources"].append(feed + "/goods")
    make.waiting = {"kind": "dependency", "objectives": "all", "stated by": [feed],
                    "extension": make.pick("elapsed time", "whole days"), "notice": "not needed"}
    for number in range(make.random.randint(1, 4)):
        name, due = make.random.choice(names)
        begin = due - make.random.choice([1, 3, 10]) * tl.DAY
        body = {"dependency": "w%d" % number, "step": "due", "obligor": "customer",
                "due": tl.show(begin), "blocks": [name]}
        make.add(feed, "goods", "dependency event", max(make.begin, begin - tl.DAY), body)
        at = max(make.begin + tl.DAY, begin) + make.random.choice(
            [0, 1, HOUR, 24 * HOUR, 30 * HOUR, 9 * tl.DAY])
        make.add(feed, "goods", "dependency event", at,
                 {"dependency": "w%d" % number, "step": make.pick("delivered", "waived"),
                  "obligor": "customer", "blocks": []})


def given(make, measure, feeds, name, due):
    vendor, board = feeds
    if make.chance(0.15):
        return
    at = due + make.random.choice([0, 0, 0, 0, 1, -1, -tl.DAY, HOUR, 50 * HOUR, 5 * tl.DAY])
    lengths = [l for l in (measure.get("rejection within"), measure.get("unit"))
               if l not in (None, "none")]
    for step in make.random.choice([["delivered"], ["delivered", "accepted"],
                                    ["delivered", "rejected"],
                                    ["delivered", "rejected", "resubmitted", "accepted"],
                                    ["delivered", "rejected", "delivered", "rejected",
                                     "resubmitted"]]):
        feed = board if step in ("accepted", "rejected") else vendor
        make.add(feed, "goods", "deliverable event", at, {"deliverable": name, "step": step})
        at += after(make, lengths)


def lateness(make, windows):
    return deliverable(make, windows, True)


# ---- Surveys -------------------------------------------------------------------------------------

def survey(make, windows, share=False):
    measure = {"kind": "survey share" if share else "survey mean", "source": make.source(),
               "question": make.pick("none", "none", "overall"), "highest score": "5",
               "several answers": make.pick("first", "last"),
               "answer within": make.pick("14 d", "2 d", "none"),
               "window of an answer": make.pick("answer", "invitation"),
               "no answer": make.pick("left out", "not satisfied", "satisfied") if share
               else make.pick("left out", "counts as a score"),
               "minimum responses": make.pick("0", "1", "3")}
    if share:
        measure["satisfied from"] = make.pick("4", "5")
    elif measure["no answer"] != "left out":
        measure["score of no answer"] = make.pick("1", "3")
    feed, name = measure["source"].split("/", 1)
    for number in range(make.random.choice([0, 5, 20])):
        at, asked = near(make, windows), {"survey": make.pick("spring", "autumn"),
                                          "question": make.pick("overall", "overall", "speed"),
                                          "respondent": "r%d" % number}
        if make.chance(0.8):
            make.add(feed, name, "survey response", at, dict(asked, step="invited"))
            at += after(make, [l for l in [measure["answer within"]] if l != "none"])
        for _ in range(make.random.choice([0, 1, 1, 1, 2, 3])):
            body = dict(asked, step="answered", score=str(make.random.randint(1, 5)),
                        highest=make.pick("5", "5", "5", "10"))
            make.add(feed, name, "survey response", at, body)
            at += after(make, ["1 d"])
    if share:
        return measure, "at least %s %%" % make.pick("80", "50", "75")
    return measure, "at least " + make.pick("3.8", "3", "4")


def survey_share(make, windows):
    return survey(make, windows, True)


# ---- Tickets -------------------------------------------------------------------------------------

def desk(make, measure, windows, lengths):
    measure["stopped by"] = make.pick("human", "human or automation", "anyone")
    measure["not stopped by"] = "none" if make.chance(0.6) else ["internal note"]
    measure["reopened within"] = make.pick("none", "10 d", "2 d")
    measure["excluded time"] = make.pick("leaves tickets out", "stops the clock")
    measure["minimum sample"] = make.pick("0", "0", "1", "3")
    lengths = [measure["reopened within"]] if measure["reopened within"] != "none" else []
    feed, source = measure["source"].split("/", 1)
    for number in range(make.random.choice([0, 6, 20])):
        at, opened = near(make, windows), True
        for step in make.random.choice([
                ["opened", "resolved"], ["opened", "resolved", "closed"], ["opened"],
                ["opened", "resolved", "reopened"], ["opened", "responded", "closed", "reopened"],
                ["opened", "resolved", "reopened", "resolved", "reopened", "closed"]]):
            body = {"ticket": "t%d" % number, "step": step, "firstContact": make.chance(0.5)}
            if opened or make.chance(0.3):
                body["priority"] = make.pick("P1", "P2", "P3")
            if opened:
                body["category"] = make.pick("password", "how to", "outage")
            elif make.chance(0.15):
                body["reason"] = "internal note"
            opened = False
            make.add(feed, source, "ticket event", at, body,
                     actor=make.pick("human", "human", "human", "automation", "monitor"))
            at += after(make, lengths)


def tickets_reopened(make, windows):
    measure = {"kind": "tickets reopened", "source": make.source(),
               "priority": make.pick("not used", "at start", "at stop", "last known")}
    if measure["priority"] != "not used":
        measure["priorities"] = make.pick(["P1"], ["P1", "P2"])
    desk(make, measure, windows, [])
    return measure, "at most %s %%" % make.pick("1", "25", "50")


def first_contact(make, windows):
    measure = {"kind": "first contact resolution", "source": make.source(),
               "categories": "none" if make.chance(0.4) else ["password", "how to"],
               "window of a ticket": make.pick("start", "stop")}
    desk(make, measure, windows, [])
    return measure, "at least %s %%" % make.pick("70", "50", "25")


DRAWERS = {"volume": volume, "volume in money": volume_in_money, "pacing": pacing,
           "leads decided in time": decided, "leads contacted in time": contacted,
           "deliverable on time": deliverable, "deliverable lateness": lateness,
           "survey mean": survey, "survey share": survey_share,
           "tickets reopened": tickets_reopened, "first contact resolution": first_contact}

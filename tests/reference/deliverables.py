"""Deliverables of the reference evaluator (docs/TERMS.md, `deliverable on time` and `deliverable
lateness`; DOMAIN M17)."""
from fractions import Fraction

import dependencies
import leads
import timeline as tl


def months(question, due_in):
    """(name of the month, its begin within the term, month of the due date) of the months of the
    term around the window."""
    zone, term = question.zone, question.case.term
    day = tl.local_day(question.window.a - 200 * tl.DAY, zone).replace(day=1)
    while tl.midnight(day, zone) < question.window.b + 70 * tl.DAY:
        following = day.replace(**dict(zip(("year", "month"),
                                           tl.add_months(day.year, day.month, 1))))
        if tl.intersect([(tl.midnight(day, zone), tl.midnight(following, zone))], [term]):
            yield day.strftime("%Y-%m"), max(tl.midnight(day, zone), term[0]), (
                day if due_in == "same month" else following)
        day = following


def owed(question, measure):
    """(name, due, the instant by which it belongs to a window)"""
    if measure["due"] == "stated":
        found = {}
        for _, feed, event in leads.in_order(question, "deliverable event"):
            due = event["body"].get("due")
            if feed in measure["due stated by"] and due:
                found.setdefault(event["body"]["deliverable"], tl.instant(due))
        moved = {name: dependencies.moved(question, name, due) for name, due in found.items()}
        return [(name, due, due) for name, due in moved.items() if due >= question.case.term[0]]
    calendar, out = question.case.calendars[measure["due calendar"]], []
    hour, minute = measure["time of day"].split(":")
    for name, begin, month in months(question, measure["due in"]):
        day = nth_business_day(calendar, month, int(measure["business day"]))
        due = tl.local_time(day, int(hour) * 60 + int(minute), calendar.zone)
        for what in ("%s %s" % (each, name) for each in measure["deliverables"]):
            at = dependencies.moved(question, what, due)
            place = at if measure["window of a deliverable"] == "due" else begin
            if at >= question.case.term[0]:  # nothing was owed before
                out.append((what, at, place))
    return out


def nth_business_day(calendar, month, number):
    if calendar.always:
        return month.replace(day=number)
    return calendar.nth_business_day(month.year, month.month, number)


def done(question, measure, name):
    """When it was done, or None."""
    steps = [(at, feed, e["body"]["step"])
             for at, feed, e in leads.in_order(question, "deliverable event")
             if e["body"]["deliverable"] == name]
    if measure["done when"] == "accepted":  # whether or not a delivery was recorded: RULINGS.md 67
        return next((at for at, feed, step in steps
                     if feed in measure["decided by"] and step == "accepted"), None)
    given = [at for at, feed, step in steps
             if feed in measure["delivered by"] and step in ("delivered", "resubmitted")]
    if not given:
        return None
    if measure["done when"] == "delivered":
        return given[0]
    decided = [(at, step) for at, feed, step in steps if feed in measure["decided by"]]
    within = measure["rejection within"]
    standing = given[0]
    while standing is not None:
        rejected = next((at for at, step in decided if step == "rejected" and at >= standing
                         and (within == "none" or at <= standing + tl.length(within))), None)
        if rejected is None:
            return standing if measure["resubmission"] == "new date" else given[0]
        question.tags.add("deliverable rejected")
        standing = next((at for at in given if at > rejected), None)
    return None


def known(question, measure):
    """To where it is known what was not done: K, and the watermarks of the feeds that can say that
    it is done (RULINGS.md 116)."""
    able = measure["decided by" if measure["done when"] == "accepted" else "delivered by"]
    feeds = {s.split("/", 1)[0] for s in measure.get("sources", [measure.get("source")])}
    marks = [question.case.watermarks[f] for f in feeds if f in able] or [
        question.case.watermarks[f] for f in feeds]
    return min([question.case.known] + marks)


def items(question, measure):
    """(due, when done or None) of what belongs to the window; nothing is late that is due after
    what is known (3.17 rule 5)."""
    for name, due, place in owed(question, measure):
        if not question.window.a <= place < question.window.b:
            continue
        if tl.holds(question.excluded, due):
            continue
        yield due, done(question, measure, name)


def on_time(question, measure):
    good = total = 0
    for due, at in items(question, measure):
        total += 1
        good += (known(question, measure) if at is None else at) <= due
        question.tags |= {"delivered exactly when due"} if at == due else set()
    return (Fraction(good, total) if total else None), False


def lateness(question, measure):
    calendar, found = question.case.calendars[measure["calendar"]], []
    for due, at in items(question, measure):
        until = known(question, measure) if at is None else at
        late = tl.size(calendar.open(due, until)) if until > due else 0
        if measure["part unit"] != "exact":
            unit = tl.length(measure["unit"])
            late = late // unit * unit if measure["part unit"] == "down" else -(-late // unit) * unit
        found.append(Fraction(late, tl.SECOND))
    if not found:
        return None, False
    how = measure["of several"]
    return (max(found) if how == "longest" else sum(found) / (1 if how == "sum" else len(found)),
            False)


COUNTED = {"deliverable on time": on_time, "deliverable lateness": lateness}

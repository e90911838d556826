"""Tickets reopened and first contact resolution of the reference evaluator (docs/TERMS.md, the
sections of these names; DOMAIN M15)."""
import tickets
import timeline as tl


def first_resolution(events, measure):
    """(instant, event) of the first step that resolves; a closed ticket is resolved, too."""
    rule = dict(measure, **{"clock to": "resolved"})
    return next(((at, e) for at, e in events if tickets.stops(e, rule)), (None, None))


def opened(events):
    return next((at for at, e in events if e["body"]["step"] == "opened"), None)


def came_back(events, resolved, measure):
    within = measure["reopened within"]
    for at, event in events:
        if event["body"]["step"] == "reopened" and at >= resolved:
            return within == "none" or at <= resolved + tl.length(within)
    return False


def left_out(question, measure, start):
    return measure["excluded time"] == "leaves tickets out" and (
        start is not None and tl.holds(question.excluded, start))


def reopened(question, measure):
    back = total = 0
    for events in tickets.tickets_of(question).values():
        start = opened(events)
        resolved, _ = first_resolution(events, measure)
        if start is None or resolved is None or left_out(question, measure, start):
            continue
        if not question.window.a <= resolved < question.window.b:
            continue
        at = {"at start": start, "at stop": resolved, "last known": tl.FOREVER}
        if measure["priority"] != "not used" and tickets.priority_at(
                events, at[measure["priority"]]) not in measure["priorities"]:
            continue
        total += 1
        back += came_back(events, resolved, measure)
    return tested(back, total, measure)


def first_contact(question, measure):
    good = total = 0
    for events in tickets.tickets_of(question).values():
        start = opened(events)
        resolved, event = first_resolution(events, measure)
        place = start if measure["window of a ticket"] == "start" else resolved
        if start is None or place is None or left_out(question, measure, start):
            continue
        category = ([""] + [e["body"]["category"] for _, e in events if e["body"].get("category")])
        if measure["categories"] != "none" and category[-1] not in measure["categories"]:
            continue
        if not question.window.a <= place < question.window.b:
            continue
        total += 1
        if resolved is not None and event["body"].get("firstContact"):
            good += measure["reopened within"] == "none" or not came_back(events, resolved, measure)
    return tested(good, total, measure)


def tested(good, total, measure):
    import counted
    return counted.tested(counted.share(good, total), total, measure)


COUNTED = {"tickets reopened": reopened, "first contact resolution": first_contact}

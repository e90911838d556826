"""Delays of what the other party owes (docs/TERMS.md, rule `dependency`): they move the due dates of
the deliverables that wait for it. Rules that need a notice are not generated: all evidence of a case
is recorded at its end, so that no notice would be in time."""
import leads
import rules
import timeline as tl


def delays(question, rule, name):
    """The time by which what `name` waits for was late, each instant once."""
    due, ended = {}, {}
    for at, feed, event in leads.in_order(question, "dependency event"):
        body = event["body"]
        if feed not in rule["stated by"]:
            continue
        if body["step"] == "due" and name in body.get("blocks", []):
            due.setdefault(body["dependency"], tl.instant(body["due"]))
        elif body["step"] in ("delivered", "waived"):
            ended.setdefault(body["dependency"], at)
    known = question.case.known
    return tl.union([(at, min(ended.get(key, known), known)) for key, at in due.items()])


def moved(question, name, due):
    for _, rule in rules.about(question.case.terms, question.name, "dependency"):
        late = delays(question, rule, name)
        if not late:
            continue
        question.tags.add("due date moved by " + rule["extension"])
        if rule["extension"] == "elapsed time":
            due += tl.size(late)
        else:
            due += -(-tl.size(late) // tl.DAY) * tl.DAY
    return due

"""Surveys of the reference evaluator (docs/TERMS.md, `survey mean` and `survey share`; DOMAIN M19).

Answers are those of one respondent to one question of one survey; of several, across all time, the
first or the last counts.
"""
from fractions import Fraction

import leads
import timeline as tl


def answers(question, measure):
    """(invited or None, answered or None, score) of each respondent and question."""
    invited, answered = {}, {}
    for at, _, event in leads.in_order(question, "survey response"):
        body = event["body"]
        key = (body["survey"], body.get("question", ""), body.get("respondent", ""))
        if measure["question"] not in ("none", key[1]):
            continue
        if body["step"] == "invited":
            invited.setdefault(key, at)
        elif body["step"] == "answered" and body.get("highest") == measure["highest score"]:
            answered.setdefault(key, []).append((at, int(body["score"])))
    for key in sorted(set(invited) | set(answered)):
        asked, given = invited.get(key), answered.get(key, [])
        if measure["answer within"] != "none" and asked is not None:
            limit = asked + tl.length(measure["answer within"])
            given = [each for each in given if each[0] <= limit]
        if not given:
            runs = measure["answer within"] != "none" and asked is not None \
                and limit > question.case.known
            yield None if runs else asked, None, None  # nobody is silent whose time still runs
        else:
            yield (asked,) + given[0 if measure["several answers"] == "first" else -1]


def scores(question, measure):
    """Scores of the answers of the window; how many invitations had none."""
    found, silent = [], 0
    for asked, at, score in answers(question, measure):
        place = asked if at is None or measure["window of an answer"] == "invitation" else at
        if place is None or not question.counts(place):
            continue
        if at is None:
            silent += 1
        else:
            found.append(score)
    return found, silent


def survey_mean(question, measure):
    found, silent = scores(question, measure)
    short = len(found) < int(measure["minimum responses"])
    if measure["no answer"] == "counts as a score":
        found = found + [Fraction(measure["score of no answer"])] * silent
    return (sum(found, Fraction(0)) / len(found) if found else None), short


def survey_share(question, measure):
    found, silent = scores(question, measure)
    short = len(found) < int(measure["minimum responses"])
    good = sum(score >= int(measure["satisfied from"]) for score in found)
    total = len(found)
    if measure["no answer"] != "left out":
        total, good = total + silent, good + silent * (measure["no answer"] == "satisfied")
    return (Fraction(good, total) if total else None), short


COUNTED = {"survey mean": survey_mean, "survey share": survey_share}

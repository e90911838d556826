"""Compares what follows from all windows together: balances, and what is set off (sequence.py)."""
from decimal import Decimal

from money import EXPONENTS


def shown(amount, currency):
    """As the engine writes it: 12.50 USD, 3 points."""
    decimals = 0 if currency == "points" else EXPONENTS.get(currency, 2)
    return "%.*f %s" % (decimals, Decimal(amount).scaleb(-decimals), currency)


def differences(book, answer):
    ours = sorted("%s %s %s" % (account, party, shown(amount, currency))
                  for (account, party, currency), amount in book.balances.items())
    theirs = sorted("%s %s %s %s" % (b["account"], b["party"], b["amount"], b["currency"])
                    for b in answer["balances"])
    out = []
    if ours != theirs:
        out.append("balances: reference %s, engine %s" % (
            [o for o in ours if o not in theirs], [t for t in theirs if t not in ours]))
    netted = ["%s are set off; %s owes %s %s" % (shown(gone, unit), pair[0], pair[1],
                                               shown(rest, unit))
              for gone, rest, unit, pair in book.netted]
    found = [f["message"] for f in answer["findings"] if f["kind"] == "netted"]
    if sorted(netted) != sorted(found):
        out.append("netting: reference %s, engine %s" % (
            [n for n in netted if n not in found], [f for f in found if f not in netted]))
    rights = sorted((party, until or "") for party, until in book.rights)
    given = sorted((r["party"], r.get("exercise_until") or "") for r in answer["rights"])
    if rights != given:
        out.append("rights: reference %s, engine %s" % (rights, given))
    return out

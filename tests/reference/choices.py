"""Which words of docs/TERMS.md no agreement of a run used: read from the page's own tables, so that
a new kind or choice shows up here on the day on which it is written down."""
import collections
import os
import re

PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "TERMS.md")


def listed():
    """(kind, choice) -> the words that its row names."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    out = {}
    for part in re.split(r"\n### ", page)[1:]:
        kind = re.match(r"`([^`]+)`", part)
        if kind is None:
            continue
        for row in re.findall(r"^\| `([^`]+)` \| (.*) \|$", re.split(r"\n## ", part)[0], re.M):
            words = re.findall(r"`([^`]+)`", row[1].split("; it goes with")[0])
            out[kind.group(1), row[0]] = [w for w in words if not re.match(r"[\d{.]", w)]
    return out


def used(cases):
    out = collections.defaultdict(set)
    for case in cases:
        terms = case["terms"]
        versions = [terms["objectives"]] + (
            [case["amendment"]["objectives"]] if case.get("amendment") else [])
        things = [o["measure"] for each in versions for o in each.values()]
        things += [dict(o["credit"], kind=o["credit"]["scheme"]) for each in versions
                   for o in each.values() if o["credit"] != "none" and "scheme" in o["credit"]]
        for thing in things + list(terms.get("rules", {}).values()):
            for choice, value in thing.items():
                out[thing["kind"], choice].add(value if isinstance(value, str) else "...")
    return out


def never(cases):
    """Lines like "earn-back: at termination: paid"; a kind of which nothing was used is one line."""
    found, lines, kinds = used(cases), [], {}
    for (kind, choice), words in listed().items():
        kinds.setdefault(kind, []).append((kind, choice) in found)
        if (kind, choice) not in found:
            lines.append((kind, "%s: %s" % (kind, choice)))
            continue
        missing = [w for w in words if w not in found[kind, choice]]
        lines += [(kind, "%s: %s: %s" % (kind, choice, w)) for w in missing]
    whole = [kind for kind, met in kinds.items() if not any(met)]
    return whole + [text for kind, text in lines if kind not in whole]

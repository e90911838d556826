"""Time for the reference evaluator: instants, sets of time, zones, windows, business calendars.

An instant is a whole number of microseconds since 1970 in UTC; a set of time is an ascending list
of half-open, disjoint intervals that do not touch. Written from DOMAIN 3.0 to 3.2 and docs/TERMS.md;
nothing here knows how the engine does it. Zones come from the machine's own tz database.
"""
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FOREVER = 1 << 62
UNITS = {"us": 1, "ms": 1000, "s": SECOND, "min": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}


# ---- Texts ---------------------------------------------------------------------------------------

def instant(text):
    """RFC 3339, to the microsecond."""
    when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (when - EPOCH) // timedelta(microseconds=1)


def show(at):
    when = EPOCH + timedelta(microseconds=at)
    text = when.strftime("%Y-%m-%dT%H:%M:%S")
    micros = at % SECOND
    return text + (".%06d" % micros).rstrip("0") * (micros != 0) + "Z"


def length(text):
    number, unit = text.split()
    return int(number) * UNITS[unit]


def moment(text, zone):
    """A date (midnight in `zone`) or an instant."""
    if len(text) == 10:
        return midnight(date.fromisoformat(text), zone)
    return instant(text)


# ---- Sets of time --------------------------------------------------------------------------------

def union(*sets):
    out = []
    for a, b in sorted(i for one in sets for i in one):
        if a >= b:
            continue
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def intersect(left, right):
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        a, b = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if a < b:
            out.append((a, b))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return out


def without(left, right):
    gaps, at = [], -FOREVER
    for a, b in right:
        gaps.append((at, a))
        at = b
    gaps.append((at, FOREVER))
    return intersect(left, [g for g in gaps if g[0] < g[1]])


def size(one):
    return sum(b - a for a, b in one)


def holds(one, at):
    return any(a <= at < b for a, b in one)


# ---- Zones and calendars -------------------------------------------------------------------------

def midnight(day, zone):
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return (local.astimezone(timezone.utc) - EPOCH) // timedelta(microseconds=1)


def local_time(day, minutes, zone):
    """The instant at which the clock shows so many minutes of that day (24:00 is the next day)."""
    if minutes == 1440:
        return midnight(day + timedelta(days=1), zone)
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60,
                     tzinfo=ZoneInfo(zone))
    return (local.astimezone(timezone.utc) - EPOCH) // timedelta(microseconds=1)


def local_day(at, zone):
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()


def clock_changes(a, b, zone):
    """True if the clock of the zone is set within [a, b)."""
    moved = [(EPOCH + timedelta(microseconds=t)).astimezone(ZoneInfo(zone)).utcoffset()
             for t in (a, b)]
    return moved[0] != moved[1]


DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Calendar:
    """Opening hours: `hours` by weekday (0 is Monday) as minutes, holidays, days open otherwise."""

    def __init__(self, text):
        self.always = text is None
        self.zone, self.hours, self.holidays, self.open_days = "UTC", {}, set(), {}
        for line in (text or "").splitlines()[1:]:
            key, _, rest = line.partition(": ")
            words = rest.split()
            if key == "zone":
                self.zone = rest
            elif key == "hours":
                first, _, last = words[0].partition("-")
                for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
                    self.hours[day] = [self._span(w) for w in words[1:]]
            elif key == "holiday":
                self.holidays.add(date.fromisoformat(words[0]))
            elif key == "open":
                self.open_days[date.fromisoformat(words[0])] = [
                    self._span(w) for w in words[1:] if w[0].isdigit()]

    @staticmethod
    def _span(word):
        return tuple(int(t[:2]) * 60 + int(t[3:]) for t in word.split("-"))

    def spans(self, day):
        if day in self.open_days:
            return self.open_days[day]
        if day in self.holidays:
            return []
        return self.hours.get(day.weekday(), [])

    def open(self, a, b):
        """The open time of [a, b)."""
        if self.always:
            return [(a, b)] if a < b else []
        out, day = [], local_day(a, self.zone)
        while midnight(day, self.zone) < b:
            out += [(local_time(day, x, self.zone), local_time(day, y, self.zone))
                    for x, y in self.spans(day)]
            day += timedelta(days=1)
        return intersect(union(out), [(a, b)]) if a < b else []

    def nth_business_day(self, year, month, n):
        day = date(year, month, 1)
        while True:
            n -= bool(self.spans(day))
            if n == 0:
                return day
            day += timedelta(days=1)


# ---- Windows -------------------------------------------------------------------------------------

def add_months(year, month, count):
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def days_in_month(year, month):
    following = add_months(year, month, 1)
    return (date(*following, 1) - date(year, month, 1)).days


def month_edges(zone, months, first, last, day=1, short="last day"):
    """Midnights every so many months, from one at or before `first` to one at or after `last`."""
    def edge(index):
        year, month = add_months(0, 1, index)
        if day <= days_in_month(year, month):
            return midnight(date(year, month, day), zone)
        if short == "last day":
            return midnight(date(year, month, days_in_month(year, month)), zone)
        return midnight(date(*add_months(year, month, 1), 1), zone)

    start = local_day(first, zone)
    index = (start.year * 12 + start.month - 1) // months * months
    while edge(index) > first:
        index -= months
    edges = [edge(index)]
    while edges[-1] < last:
        index += months
        edges.append(edge(index))
    return edges


def years_after(day, years):
    """29 February becomes 1 March where there is none."""
    if (day.month, day.day) == (2, 29) and days_in_month(day.year + years, 2) == 28:
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


FEE_MONTHS = {"calendar month": 1, "calendar quarter": 3, "calendar year": 12}


def fee_share(per, zone, a, b):
    """How many periods of a fee [a, b) is, by elapsed time."""
    edges = month_edges(zone, FEE_MONTHS[per], a, b)
    return sum((Fraction(size(intersect([(x, y)], [(a, b)])), y - x)
                for x, y in zip(edges, edges[1:])), Fraction(0))


class Window:
    """[a, b) with the share that it is of a whole one; `good_before` for rolling ones."""

    def __init__(self, a, b, share=Fraction(1), good_before=None, clipped=False):
        self.a, self.b, self.share = a, b, share
        self.good_before, self.clipped = good_before, clipped


def windows(rule, term, until):
    """All windows of a rule in the term [from, to) that begin before `until`."""
    every, zone = rule["every"], rule["zone"]
    begin, end = term
    limit = min(end, until + 800 * DAY)
    if isinstance(every, dict) and "rolling" in every:
        return [w for w in rolling(every, zone, begin, end, until) if w.a < until]
    if isinstance(every, dict) and "fixed" in every:
        step = length(every["fixed"])
        edges = list(range(begin, limit + step, step))
    elif isinstance(every, dict):
        edges = month_edges(zone, 1, begin, limit, int(every["billing cycle from day"]),
                            every.get("short month", "last day"))
    elif every == "contract year":
        day, edges, years = local_day(begin, zone), [], 0
        while not edges or edges[-1] < limit:
            edges.append(midnight(years_after(day, years), zone))
            years += 1
    else:
        edges = month_edges(zone, FEE_MONTHS[every], begin, limit)
    out = clip(list(zip(edges, edges[1:])), begin, end, rule["when clipped"])
    return [w for w in out if w.a < until]


def clip(whole, begin, end, how):
    parts = []
    for x, y in whole:
        a, b = max(x, begin), min(y, end)
        if a < b:
            parts.append(Window(a, b, Fraction(b - a, y - x), None, (a, b) != (x, y)))
    if how == "not measured":
        return [w for w in parts if not w.clipped]
    if how == "merge":
        if len(parts) > 1 and parts[0].clipped:
            parts[0:2] = [merged(parts[0], parts[1])]
        if len(parts) > 1 and parts[-1].clipped:
            parts[-2:] = [merged(parts[-2], parts[-1])]
    return parts


def merged(first, second):
    return Window(first.a, second.b, first.share + second.share, None, True)


def rolling(every, zone, begin, end, until):
    days, step = int(every["rolling"].split()[0]), int(every["step"].split()[0])
    out, count = [], 0
    while True:
        count += step
        if every["length"] == "local days":
            day = local_day(begin, zone) + timedelta(days=count)
            b, a = midnight(day, zone), midnight(day - timedelta(days=days), zone)
        else:
            b, a = begin + count * DAY, begin + (count - days) * DAY
        if b > end or a >= until:
            return out
        if a >= begin:
            out.append(Window(a, b))
        elif every["first windows"] == "missing time counts as good":
            out.append(Window(a, b, Fraction(1), begin, True))

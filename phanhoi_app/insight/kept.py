"""How deadlines were kept: figures by agency, field or month, counted in SQL and summed up the tree.

What is sealed is not in them, whoever asks: a count of one would tell of it. Of the rest everybody has the figures of
the agencies whose complaints the own list shows.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from phanhoi_app.access import scope
from phanhoi_app.rules.phases import OPEN
from phanhoi_app.sla import calendars

AGENCY, FIELD, MONTH = "Agency", "Field", "Month"
# An answer, by when it came: (column, what is true of a clock's row). “Original” is the due time without extensions.
VERDICTS = {
    "on_time": "k.stopped_on <= k.original_due_on",
    "on_time_extended": "k.stopped_on > k.original_due_on and k.stopped_on <= k.due_on",
    "late": "k.stopped_on > k.due_on and k.due_on = k.original_due_on",
    "late_extended": "k.stopped_on > k.due_on and k.due_on > k.original_due_on",
}
LONGEST = 3_660  # days that a report may span
LONGEST_WAIT = 400  # days that an answer takes at most, where working days are counted

_RECEIVED = """select {key} as kept_by, count(*) from `tabComplaint` c
    where c.received_at >= %(first)s and c.received_at < %(after)s and {limits} group by kept_by"""
_OVERDUE = """select {key} as kept_by, count(*) from `tabComplaint` c
    where c.phase in %(open)s and c.due_on < %(now)s and {limits}
        and (c.clock_state = 'Running' or c.clock_state = 'Paused' and c.due_on < c.paused_on) group by kept_by"""
_STOPPED = """k.clock = 'resolve' and k.stopped_on >= %(first)s and k.stopped_on < %(after)s
    and k.state = 'Stopped'"""
_ANSWERED = f"""select {{key}} as kept_by,
        greatest({{days_until}} - {{days_since}}, 0) as days,
        sum(timestampdiff(second, k.began, k.stopped_on)), {", ".join(f"sum({true})" for true in VERDICTS.values())}
    from `tabComplaint Clock` k join `tabComplaint` c on c.name = k.complaint
    where {_STOPPED} and {{limits}} group by kept_by, days"""  # noqa: S608 - our own words
_SHARES = f"""select straight_join c.agency, p.party, sum(timestampdiff(second, greatest(p.since, k.began),
        least(ifnull(p.until, k.stopped_on), k.stopped_on)))
    from `tabComplaint Clock` k join `tabCustody` p on p.complaint = k.complaint and p.part = 'Holder'
    join `tabComplaint` c on c.name = k.complaint
    where {_STOPPED} and p.since < k.stopped_on and ifnull(p.until, k.stopped_on) > k.began and {{limits}}
    group by c.agency, p.party"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Asked:
    """What is asked for: from the first to the last day, by `by`; an agency or field stands for those below it too."""

    first: date
    last: date
    by: str = AGENCY
    agency: str | None = None
    field: str | None = None


@dataclass
class Figures:
    """Of one agency, field or month. Answers are those of the time asked for, `open_overdue` is as of now.

    `days`: {working days that an answer took: how many}. `waited`: seconds that citizens waited for these answers,
    pauses included; `own`: what of it the agency and those below it had the complaint.
    """

    received: int = 0
    on_time: int = 0
    on_time_extended: int = 0
    late: int = 0
    late_extended: int = 0
    open_overdue: int = 0
    waited: int = 0
    own: int = 0
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def answered(self) -> int:
        """Answers with a deadline."""
        return self.on_time + self.on_time_extended + self.late + self.late_extended

    @property
    def median_days(self) -> float | None:
        """Half of the answers took no more working days than this; None without answers."""
        total, passed, found = sum(self.days.values()), 0, []
        for days in sorted(self.days):
            passed += self.days[days]
            found += [days for place in ((total - 1) // 2, total // 2)[len(found) :] if place < passed]
        return sum(found[:2]) / 2 if total else None

    def add(self, other: "Figures") -> None:
        """Add another's numbers, but for `own`, which depends on whom it is asked of."""
        for name in ("received", *VERDICTS, "open_overdue", "waited"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for days, number in other.days.items():
            self.days[days] += number


def asked(values: dict) -> Asked:
    """What a report's filters ask for. Raises frappe.ValidationError in words, naming the field."""
    first, last = (_day(values.get(key), label) for key, label in (("from_date", "From"), ("to_date", "To")))
    last = last or getdate()
    first = first or last.replace(month=1, day=1)
    if last < first:
        frappe.throw(_("“{0}” lies before “{1}”: please correct one of them.").format(_("To"), _("From")))
    if (last - first).days > LONGEST:
        frappe.throw(_("“{0}”: choose a time of ten years at most.").format(_("From")))
    by = values.get("group_by") or AGENCY
    if by not in (AGENCY, FIELD, MONTH):
        frappe.throw(_("“{0}”: choose agency, field or month.").format(_("Group By")))
    for doctype, key in ((AGENCY, "agency"), (FIELD, "field")):
        if values.get(key) and not frappe.db.exists(doctype, values[key]):
            frappe.throw(_("{0} {1} not found").format(_(doctype), values[key]))
    return Asked(first, last, by, values.get("agency") or None, values.get("field") or None)


def count(asked: Asked, user: str | None = None) -> dict[str, Figures]:
    """{agency, field or month ("2026-03"): its own figures, nothing below it counted in}; "" for none.

    Three statements, whatever the number of complaints. Empty for whom no agency's complaints are shown.
    """
    limits, values = _limits(asked, user or frappe.session.user)
    found: dict[str, Figures] = defaultdict(Figures)
    for key, received in _rows(_RECEIVED, asked, "c.received_at", limits, values):
        found[key or ""].received = received
    for key, overdue in _rows(_OVERDUE, asked, "c.due_on", limits, values):
        found[key or ""].open_overdue = overdue
    number = _working_days(asked)
    parts = {"days_since": number("k.began"), "days_until": number("k.stopped_on")}
    values["earliest"] = asked.first - timedelta(days=LONGEST_WAIT)
    for key, took, waited, *verdicts in _rows(_ANSWERED, asked, "k.stopped_on", limits, values, **parts):
        figures = found[key or ""]
        for name, number in zip(VERDICTS, verdicts, strict=True):
            setattr(figures, name, getattr(figures, name) + int(number))
        figures.waited += int(waited)
        figures.days[int(took)] += int(sum(verdicts))
    return dict(found)


def shares(asked: Asked, user: str | None = None) -> list[tuple[str, str, int]]:
    """[(agency that answered, agency that had the complaint before or then, seconds)] of the answers counted."""
    limits, values = _limits(asked, user or frappe.session.user)
    rows = frappe.db.sql(_SHARES.format(limits=limits), values)
    return [(holder or "", party, int(seconds)) for holder, party, seconds in rows]


def summed(own: dict[str, Figures], parents: dict[str, str | None]) -> dict[str, Figures]:
    """Each with all below it counted in: {name: figures}. `parents` names for each the one above it."""
    found: dict[str, Figures] = defaultdict(Figures)
    for name, figures in own.items():
        for above in line(name, parents):
            found[above].add(figures)
    return dict(found)


def add_shares(
    found: dict[str, Figures], taken: list[tuple[str, str, int]], parents: dict[str, str | None]
) -> None:
    """Fill in `own` of figures that are summed: what of the citizens' waiting an agency, and those below it, took of
    the answers that are counted with it."""
    for holder, party, seconds in taken:
        of_holder = line(holder, parents)
        for above in line(party, parents):
            if above in of_holder and above in found:
                found[above].own += seconds


def line(name: str, parents: dict[str, str | None]) -> list[str]:
    """The name and those above it, nearest first."""
    found: list[str] = []
    above: str | None = name
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above) or None
    return found


def agencies_seen(user: str) -> list[str] | None:
    """The agencies whose complaints, unless sealed, the user reads; None when it is all of them."""
    return None if scope.reads_unsealed(user) else scope.agencies_of(user)


def _day(value, label: str) -> date | None:
    try:
        return getdate(value) if value else None
    except (ValueError, TypeError, frappe.ValidationError):
        frappe.throw(_("“{0}” is not a day: choose one.").format(_(label)))


def _limits(asked: Asked, user: str) -> tuple[str, dict]:
    """(conditions of SQL on `tabComplaint` c, values). What is not sealed is seen, by the criterion of access,
    by whoever belongs to its holder or to an agency above it."""
    where = ["c.sealed = 0"]
    values = {"first": asked.first, "after": asked.last + timedelta(days=1)}
    values |= {"now": now_datetime(), "open": OPEN}
    agencies = _below(AGENCY, asked.agency)
    if (seen := agencies_seen(user)) is not None:
        agencies = seen if agencies is None else sorted(set(seen).intersection(agencies))
    if agencies is not None:
        where.append("c.agency in %(agencies)s")
        values["agencies"] = agencies or [""]
    if asked.field:
        where.append("c.field in %(fields)s")
        values["fields"] = _below(FIELD, asked.field)
    return " and ".join(where), values


def _below(doctype: str, name: str | None) -> list[str] | None:
    if not name:
        return None
    place = frappe.db.get_value(doctype, name, ["lft", "rgt"], as_dict=True)
    filters = {"lft": (">=", place.lft), "rgt": ("<=", place.rgt)}
    return frappe.get_all(doctype, filters=filters, pluck="name", limit_page_length=0)


def _rows(statement: str, asked: Asked, moment: str, limits: str, values: dict, **parts: str):
    keys = {AGENCY: "c.agency", FIELD: "c.field", MONTH: f"date_format({moment}, '%%Y-%%m')"}
    return frappe.db.sql(statement.format(key=keys[asked.by], limits=limits, **parts), values)


def _working_days(asked: Asked) -> Callable[[str], str]:
    """Makes SQL of a moment: the how many-th working day of the calendar of `c.agency` it lies on, so that the
    difference of two is how many working days an answer took.

    The numbers stand in one text for each calendar, four digits a day: a table to join with would be gone through for
    each answer.
    """
    agencies: dict[str | None, list[str]] = defaultdict(list)
    for agency, name in calendars.names().items():
        agencies[name].append(agency or "")
    first = asked.first - timedelta(days=LONGEST_WAIT)
    texts = []
    for name in agencies:
        calendar, number, digits = calendars.load(name), 0, []
        for step in range((asked.last - first).days + 1):
            number += calendar.is_working_day(first + timedelta(days=step))
            digits.append(f"{number:04d}")
        texts.append(f"_latin1'{''.join(digits)}'")
    # The calendar that most have is the one for all that are not named.
    place = max(range(len(texts)), key=lambda each: len(list(agencies.values())[each]))
    other = [
        (names, text) for names, text in zip(agencies.values(), texts, strict=True) if text != texts[place]
    ]
    whens = " ".join(
        f"when ifnull(c.agency, '') in ({', '.join(map(frappe.db.escape, names))}) then {text}"
        for names, text in other
    )
    text = f"case {whens} else {texts[place]} end" if whens else texts[place]
    # A percent sign in a code would be taken for a place of a value.
    text = text.replace("%", "%%")
    return lambda moment: (
        f"cast(substr({text}, 1 + 4 * datediff(greatest(date({moment}), %(earliest)s), %(earliest)s), 4) as signed)"
    )

"""Due times found anew on a changed calendar: which complaints it may concern, how far each moves, and the writing.

A due time is told again from the complaint's events (`rules.replay`) as the clock has counted it, and once more on
the changed calendar. What lies between the two is the move. What was not counted that way (a term that has changed
since, an extension) is kept as working time. Whoever comes to keep due times elsewhere replaces `affected`, `select`
and `Recount`; what stands above them stays.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

import frappe
from frappe.utils import get_datetime, now_datetime

from phanhoi_app.custody.phases import OPEN
from phanhoi_app.history import record
from phanhoi_app.rules import replay
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars, policies, stories

EVENT = "deadline_moved"
_COLUMNS = "c.name, c.received_at, c.due_on, c.field, c.severity, c.agency"
# Does the change that is carried out count for a step: from when it was saved on, always, or never.
_BY_TIME, _ALWAYS, _NEVER = range(3)
# Who saves a complaint while the calendar is being saved may still count without the change.
_SAME_MOMENT = timedelta(minutes=1)


class Change(NamedTuple):
    """A calendar that counts otherwise since `saved_on`; `before` and `after` are snapshots of its data."""

    name: str
    calendar: str
    saved_on: datetime
    before: str
    after: str


class Move(NamedTuple):
    """A complaint's due time that moves."""

    complaint: str
    old: datetime
    new: datetime


class Moves(NamedTuple):
    """What a change does to complaints: those that move, and {complaint: why} of those that cannot be counted."""

    moved: list[Move]
    failed: dict[str, str]


class Affected(NamedTuple):
    """Open complaints that a change may concern: a condition of SQL on `tabComplaint` c, and its values."""

    where: str
    values: dict


def affected(change: Change) -> Affected | None:
    """Open complaints that the change may concern; None when it can concern none.

    They are counted on the calendar, or once were, and between receipt and due time lies a day whose hours differ.
    """
    agencies, everybody = _agencies_on(change.calendar)
    where = """c.phase in %(phases)s and c.clock_state in ('Running', 'Paused') and c.due_on is not null
        and ifnull(c.deadline_policy, '') != ''"""
    values = {"phases": OPEN, "agencies": agencies or [""]}
    if not everybody:
        where += """ and (c.agency in %(agencies)s or exists (select 1 from `tabCustody` h where h.complaint = c.name
            and h.part = 'Holder' and h.party_type = 'Agency' and h.party in %(agencies)s))"""
    first, last = frappe.db.sql(_select("min(c.received_at), max(c.due_on)", where), values)[0]
    if not first:
        return None
    old, new = calendars.from_snapshot(change.before), calendars.from_snapshot(change.after)
    days = _days_that_differ(old, new, get_datetime(first).date(), get_datetime(last).date())
    if not days:
        return None
    where += " and c.due_on >= %(first_day)s and c.received_at < %(after_last_day)s"
    return Affected(where, values | {"first_day": days[0], "after_last_day": days[-1] + timedelta(days=1)})


def count(concerned: Affected) -> int:
    """How many complaints that is."""
    return frappe.db.sql(_select("count(*)", concerned.where), concerned.values)[0][0]


def names(concerned: Affected, after: str = "", until: str = "", limit: int = 0) -> list[str]:
    """Their numbers in order, those after one and up to another; at most `limit`.

    Between two numbers they are read along the numbers: by any other index each batch would read all of them.
    """
    where = concerned.where + " and c.name > %(after)s"
    where += " and c.name <= %(until)s" if until else ""
    ending = "limit %(limit)s" if limit else ""
    return frappe.db.sql_list(
        _select("c.name", where, f"order by c.name {ending}", "force index (primary)" if until else ""),
        concerned.values | {"after": after, "until": until, "limit": limit},
    )


def sample(concerned: Affected, one_in: int) -> list:
    """Every n-th of them, chosen by its number alone, as rows for `Recount.moves`."""
    return frappe.db.sql(
        _select(_COLUMNS, concerned.where, "and crc32(c.name) %% %(n)s = 0"),
        concerned.values | {"n": one_in},
        as_dict=True,
    )


def recompute(recount: "Recount", concerned: Affected, complaints: list[str], reason: str) -> Moves:
    """Move the due times of these complaints and write an event on each that moves; does not commit.

    Their rows are locked to the end of the transaction. Raises what the driver raises when it waits too long.
    """
    if not complaints:
        return Moves([], {})
    rows = frappe.db.sql(
        _select(_COLUMNS, concerned.where, "and c.name in %(names)s order by c.name for update"),
        concerned.values | {"names": complaints},
        as_dict=True,
    )
    found = recount.moves(rows, lock=True)
    _write(found.moved)
    record.append_to_many(
        [(move.complaint, record.Event(EVENT, reason=reason), told(move)) for move in found.moved]
    )
    return found


def told(move: Move) -> dict:
    """What the event of a move tells, in the form of the history's other changes."""
    return {"due_on": [when.isoformat(sep=" ", timespec="seconds") for when in (move.old, move.new)]}


class Recount:
    """Counts what one change moves. Remembers terms and calendars, so build it anew when `unfinished` has changed.

    `unfinished`: all changes not carried out yet, `change` among them, oldest first. The due times of steps before a
    change was saved were counted without it, later ones with it.
    """

    def __init__(self, change: Change, unfinished: list[Change]) -> None:
        known = _Known()
        self._saved_on = change.saved_on
        self._as_counted = _Count(known, change, unfinished, _BY_TIME)
        self._as_it_should_be = _Count(known, change, unfinished, _ALWAYS)
        self._without = _Count(known, change, unfinished, _NEVER)

    def moves(self, rows: list, lock: bool = False) -> Moves:
        """What happens to complaints (rows of `sample`). Writes nothing; `lock`: see `stories.read`."""
        told_of = stories.read(rows, lock)
        moved, failed = [], {}
        for row in rows:
            due = get_datetime(row.due_on)
            try:
                new = self._new_due(row, due, told_of[row.name])
            except RuleError as error:
                failed[row.name] = error.sentence(frappe._)
                continue
            if new != due:
                moved.append(Move(row.name, due, new))
        return Moves(moved, failed)

    def _new_due(self, row, due: datetime, steps: list) -> datetime:
        received = get_datetime(row.received_at)
        new = self._as_it_should_be.due(received, steps)
        old = self._as_counted.due(received, steps)
        if old is None or new is None or due == new:
            return due
        if due == old:
            return new
        if steps[-1].at >= self._saved_on - _SAME_MOMENT and due == self._without.due(received, steps):
            return new
        if old == new:
            return due
        past = datetime.min
        calendar = self._as_counted.calendar_of(row.agency, past)
        return replay.shifted(due, old, new, calendar, self._as_it_should_be.calendar_of(row.agency, past))


class _Known:
    """What stays the same while a change is carried out: who has which calendar, which row of a policy holds."""

    def __init__(self) -> None:
        self._calendars: dict[str | None, str | None] = {}
        self._rows: dict[tuple, tuple | None] = {}

    def calendar_name(self, agency: str | None) -> str | None:
        if agency not in self._calendars:
            self._calendars[agency] = calendars.holding(agency).calendar
        return self._calendars[agency]

    def row(self, subject: replay.Subject, moment: datetime):
        key = (subject.field, subject.severity, moment.toordinal())
        if key not in self._rows:
            self._rows[key] = policies.row_for(frappe._dict(subject._asdict()), moment)[0]
        return self._rows[key]


class _Count:
    """Counts due times in one of the three ways."""

    def __init__(self, known: _Known, change: Change, unfinished: list[Change], way: int) -> None:
        self._known = known
        self._versions: dict[str | None, list[tuple[datetime, Calendar]]] = {}
        for each in unfinished:
            versions = self._versions.setdefault(
                each.calendar, [(datetime.min, calendars.from_snapshot(each.before))]
            )
            since = each.saved_on
            if each.name == change.name and way != _BY_TIME:
                since = datetime.min if way == _ALWAYS else datetime.max
            versions.append((since, calendars.from_snapshot(each.after)))
        self._plain: dict[str | None, Calendar] = {}
        self._terms: dict[tuple, datetime] = {}

    def due(self, received_at: datetime, steps: list) -> datetime | None:
        return replay.due(received_at, steps, self.term, self.calendar_of)

    def calendar_of(self, agency: str | None, at: datetime) -> Calendar:
        name = self._known.calendar_name(agency)
        if versions := self._versions.get(name):
            return next(calendar for since, calendar in reversed(versions) if since <= at)
        if name not in self._plain:
            self._plain[name] = calendars.for_agency(agency)
        return self._plain[name]

    def term(self, moment: datetime, subject: replay.Subject, at: datetime) -> datetime | None:
        row = self._known.row(subject, moment)
        if row is None:
            return None
        calendar = self.calendar_of(subject.agency, at)
        if row.start_rule == "Next working day":  # only the day counts: one answer for all that came in on it
            moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        key = (id(row), id(calendar), moment)
        if key not in self._terms:
            self._terms[key] = policies.count(row, moment, calendar)
        return self._terms[key]


def _select(what: str, where: str, rest: str = "", hint: str = "") -> str:
    return f"select {what} from `tabComplaint` c {hint} where {where} {rest}"  # noqa: S608 - our own words


def _agencies_on(calendar: str) -> tuple[list[str], bool]:
    """Agencies that count on the calendar, and whether all do."""
    everybody = frappe.get_all("Agency", pluck="name", limit_page_length=0)
    found = [agency for agency in everybody if calendars.holding(agency).calendar == calendar]
    return found, len(found) == len(everybody)


def _days_that_differ(old: Calendar, new: Calendar, first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if old.intervals(day) != new.intervals(day)]


def _write(moved: list[Move]) -> None:
    """Set the due times: one statement for each that is new, or one for all when they are many."""
    written = {"modified": now_datetime(), "by": frappe.session.user}
    by_due = defaultdict(list)
    for move in moved:
        by_due[move.new].append(move.complaint)
    # The document's time of change moves too: a form that was opened before must be loaded anew.
    if len(by_due) <= 20:
        for due, complaints in by_due.items():
            frappe.db.sql(
                """update `tabComplaint` set due_on = %(due)s, modified = %(modified)s, modified_by = %(by)s
                where name in %(names)s""",
                {**written, "due": due, "names": complaints},
            )
        return
    pairs = " union all ".join(["select %s as name, %s as due_on", *["select %s, %s"] * (len(moved) - 1)])
    frappe.db.sql(
        "update `tabComplaint` c join (" + pairs + ") v on v.name = c.name "
        "set c.due_on = v.due_on, c.modified = %s, c.modified_by = %s",
        [value for move in moved for value in (move.complaint, move.new)]
        + [written["modified"], written["by"]],
    )

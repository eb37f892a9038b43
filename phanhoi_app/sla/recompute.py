"""Due times found anew on a changed calendar: which complaints it may concern, how far each moves, and the writing.

The clocks follow from the events and the calendar (`sla.clocks`): on a changed calendar they are counted once more. Of
several changes saved one after the other the later ones find less to move, because each counts on what holds now.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import frappe
from frappe.utils import get_datetime

from phanhoi_app.history import record
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars, clocks, policies, told
from phanhoi_app.sla.clocks import Move

EVENT = "deadline_moved"
_LAST = "greatest(k.due_on, ifnull(k.next_event_on, k.due_on))"  # that counts on the calendar
_COLUMNS = "c.name, c.received_at, c.channel, c.due_on"


class Change(NamedTuple):
    """A calendar that counts otherwise since `saved_on`; `before` and `after` are snapshots of its data. Without a
    `name` it is not saved yet. Without a `calendar` the steps of reminding have changed: due times stay."""

    name: str
    calendar: str | None
    saved_on: datetime
    before: str
    after: str


class Moves(NamedTuple):
    """What a change does to complaints: those that move, and {complaint: why} of those that cannot be counted."""

    moved: list[Move]
    failed: dict[str, str]


class Affected(NamedTuple):
    """Open complaints that a change may concern: a condition of SQL on `tabComplaint` c, and its values."""

    where: str
    values: dict


def affected(change: Change) -> Affected | None:
    """Complaints with a clock that the change may concern; None when it can concern none.

    The clock has not stopped, counts on the calendar, and between its beginning and its due time lies a day whose hours
    differ. A step that waits may count past the due time.
    """
    if not change.calendar:
        running = "exists (select 1 from `tabComplaint Clock` k where k.complaint = c.name and k.state in %(states)s)"
        return Affected(running, {"states": ["Running", "Paused"]})
    agencies, everybody = _agencies_on(change.calendar)
    # An empty one first: where nobody has the calendar, nothing is found.
    values = {"agencies": ["", *agencies]}
    # What was brought by another system counts on no calendar.
    where = "k.state in ('Running', 'Paused') and k.policy_row != 'imported'"
    if not everybody:
        where += " and k.agency in %(agencies)s"
    if calendars.holding(None).calendar == change.calendar and not everybody:
        where = where.replace("k.agency in", "ifnull(k.agency, '') in")
    first, last = frappe.db.sql(
        f"select min(k.began), max({_LAST}) from `tabComplaint Clock` k where {where}",  # noqa: S608 - our own words
        values,
    )[0]
    if not first:
        return None
    old, new = calendars.from_snapshot(change.before), calendars.from_snapshot(change.after)
    days = _days_that_differ(old, new, get_datetime(first).date(), get_datetime(last).date())
    if not days:
        return None
    where += f" and {_LAST} >= %(first_day)s and k.began < %(after_last_day)s"
    where = f"exists (select 1 from `tabComplaint Clock` k where k.complaint = c.name and {where})"  # noqa: S608
    return Affected(where, values | {"first_day": days[0], "after_last_day": days[-1] + timedelta(days=1)})


def count(concerned: Affected) -> int:
    """How many complaints that is."""
    statement = f"select count(*) from `tabComplaint` c where {concerned.where}"  # noqa: S608 - made above
    return frappe.db.sql(statement, concerned.values)[0][0]


def names(concerned: Affected, after: str = "", until: str = "", limit: int = 0) -> list[str]:
    """Their numbers in order, those after one and up to another; at most `limit`."""
    where = concerned.where + " and c.name > %(after)s"
    where += " and c.name <= %(until)s" if until else ""
    ending = "limit %(limit)s" if limit else ""
    return frappe.db.sql_list(
        f"select c.name from `tabComplaint` c where {where} order by c.name {ending}",  # noqa: S608 - made above
        concerned.values | {"after": after, "until": until, "limit": limit},
    )


def sample(concerned: Affected, one_in: int) -> list:
    """Every n-th of them, chosen by its number alone, as rows for `Recount.moves`."""
    return frappe.db.sql(
        f"select {_COLUMNS} from `tabComplaint` c where {concerned.where} and crc32(c.name) %% %(n)s = 0",  # noqa: S608
        concerned.values | {"n": one_in},
        as_dict=True,
    )


def recompute(recount: "Recount", concerned: Affected, complaints: list[str], reason: str) -> Moves:
    """Move the clocks of these complaints and write an event on each whose due time moves; does not commit.

    Their rows are locked to the end of the transaction. Raises what the driver raises when it waits too long.
    """
    failed: dict[str, str] = {}
    moved = clocks.recount(complaints, record.Event(EVENT, reason=reason), failed)
    return Moves(moved, failed)


class Recount:
    """Counts what one change moves. Remembers the policy, so build it anew for each piece of work."""

    def __init__(self, change: Change, unfinished: list[Change]) -> None:
        self._held = policies.current()
        self._calendar, self._data = change.calendar, calendars.from_snapshot(change.after)
        self._names: dict[str | None, str | None] = {}

    def moves(self, rows: list) -> Moves:
        """What would happen to complaints (rows of `sample`) on the changed calendar. Writes nothing."""
        moved, failed = [], {}
        for row, story in zip(rows, told.read(rows), strict=True):
            try:
                new = clocks.count(story, self._held, calendar_of=self._calendar_of).mirror["due_on"]
            except RuleError as error:
                failed[row.name] = error.sentence(frappe._)
                continue
            if row.due_on and new and new != row.due_on:
                moved.append(Move(row.name, row.due_on, new))
        return Moves(moved, failed)

    def _calendar_of(self, agency: str | None, moment: datetime) -> Calendar:
        if agency not in self._names:
            self._names[agency] = calendars.holding(agency).calendar
        return self._data if self._names[agency] == self._calendar else calendars.for_agency(agency)


def _agencies_on(calendar: str) -> tuple[list[str], bool]:
    """Agencies that count on the calendar, and whether all do, the province's own clocks too."""
    everybody = [None, *frappe.get_all("Agency", pluck="name", limit_page_length=0)]
    found = [agency for agency in everybody if calendars.holding(agency).calendar == calendar]
    return [agency for agency in found if agency], len(found) == len(everybody)


def _days_that_differ(old: Calendar, new: Calendar, first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if old.intervals(day) != new.intervals(day)]

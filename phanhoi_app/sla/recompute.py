"""Due times found anew on a changed calendar: which complaints it may concern, how far each moves, and the writing.

The clocks follow from the events and the calendar (`sla.clocks`): on a changed calendar they are counted once more. Of
several changes saved one after the other the later ones find less to move, because each counts on what holds now.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

import frappe
from frappe.utils import get_datetime

from phanhoi_app.history import record
from phanhoi_app.messaging import notices
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars, clocks, policies, told
from phanhoi_app.sla.clocks import Move

EVENT = "deadline_moved"
_LAST = "greatest(k.due_on, ifnull(k.next_event_on, k.due_on))"  # that counts on the calendar
SETTINGS = "*"  # no agency's code
STEPS = "+"  # nor is this
_COLUMNS = "c.name, c.received_at, c.channel, c.due_on"


class Change(NamedTuple):
    """A calendar that counts otherwise since `saved_on`, or was given to others; `before` and `after` are snapshots of
    what held and holds. Without a `name` it is not saved yet.

    `given_to`: the agency that was given another calendar by itself or by its place in the tree, and SETTINGS where it
    is the settings' calendar; "" for a calendar that was edited. STEPS: the steps of reminding have changed, and due
    times stay.
    """

    name: str
    calendar: str | None
    saved_on: datetime
    before: str
    after: str
    given_to: str = ""


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
    if change.given_to == STEPS:
        running = "exists (select 1 from `tabComplaint Clock` k where k.complaint = c.name and k.state in %(states)s)"
        return Affected(running, {"states": ["Running", "Paused"]})
    agencies, everybody = agencies_of(change)
    # An empty one first: where nobody has the calendar, nothing is found. It stands for the province's own clocks too.
    values = {"agencies": ["", *(agency for agency in agencies if agency)]}
    # What was brought by another system counts on no calendar.
    where = "k.state in ('Running', 'Paused') and k.policy_row != 'imported'"
    if not everybody:
        where += " and k.agency in %(agencies)s"
    if None in agencies and not everybody:
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


def recompute(complaints: list[str], reason: str, occasion: str) -> Moves:
    """Move the clocks of these complaints and write an event on each whose due time moves; does not commit.

    A citizen whose answer is due on a later day than before is told of it, once for each `occasion`. The complaints'
    rows are locked to the end of the transaction. Raises what the driver raises when it waits too long.
    """
    failed: dict[str, str] = {}
    moved = clocks.recount(complaints, record.Event(EVENT, reason=reason), failed)
    later = [move.complaint for move in moved if move.old and move.new and move.new.date() > move.old.date()]
    notices.tell_citizens(later, EVENT, occasion)
    return Moves(moved, failed)


class Recount:
    """Counts what one change would move. Remembers the policy, so build it anew for each piece of work."""

    def __init__(self, change: Change) -> None:
        self._held = policies.current()
        self._agencies, self._data = set(agencies_of(change)[0]), calendars.from_snapshot(change.after)

    def moves(self, rows: list) -> Moves:
        """What would happen to complaints (rows of `sample`) on the changed calendar. Writes nothing."""
        moved, failed = [], {}
        calendar_of = told.remembering(self._calendar_of)
        for row, story in zip(rows, told.read(rows), strict=True):
            try:
                new = clocks.count(story, self._held, calendar_of).mirror["due_on"]
            except RuleError as error:
                failed[row.name] = error.sentence(frappe._)
                continue
            if row.due_on and new and new != row.due_on:
                moved.append(Move(row.name, row.due_on, new))
        return Moves(moved, failed)

    def _calendar_of(self, agency: str | None, moment: datetime) -> Calendar:
        return self._data if agency in self._agencies else calendars.for_agency(agency)


def agencies_of(change: Change) -> tuple[list[str | None], bool]:
    """Agencies that count otherwise (None: the province's own clocks), and whether all do."""
    names = calendars.names()
    if change.given_to:
        found = calendars.through(None if change.given_to == SETTINGS else change.given_to)
    else:
        found = [agency for agency, calendar in names.items() if calendar == change.calendar]
    return found, len(found) == len(names)


def _days_that_differ(old: Calendar, new: Calendar, first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if old.intervals(day) != new.intervals(day)]

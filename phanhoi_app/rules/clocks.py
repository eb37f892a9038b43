"""The clocks of a complaint as people read them: due times, time used, verdicts, each agency's own time.

    state = replay(events, policy)                      # or advance(state, event, policy) after each event
    clocks = read(state, policy, calendar, now)         # list[Clock]

A term is measured in the time of its unit: working hours and working days in working time of the calendar; minutes,
hours and calendar days by the clock. A pause moves the due time by what it took of that time, in whole minutes (a
pause of seconds at the end of a day must not carry the deadline into the next), and only for the part after the term
has begun to run; a pause begun when the clock was already late moves nothing. Calendar days counted from the next
working day that come to end on a day off end with the next working day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.calendar_data import DAY
from phanhoi_app.rules.clock_events import (
    STOPPED_BY_CORRECTION,
    Event,
    Extension,
    Granted,
    Holding,
    Pause,
    Run,
    State,
    advance,
    dump,
    load,
    replay,
)
from phanhoi_app.rules.policy import RESOLVE, Policy, Row
from phanhoi_app.rules.working_time import Calendar

__all__ = [
    "Clock",
    "Event",
    "Extension",
    "Granted",
    "HolderTime",
    "Holding",
    "Pause",
    "Run",
    "State",
    "advance",
    "current",
    "dump",
    "extended_due",
    "holder_times",
    "load",
    "read",
    "replay",
    "waited_days",
]

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"
# Verdicts. Of a clock that has stopped: ON_TIME, LATE, LATE_EXTENDED (after the original due time, within an approved
# extension), VOID (a correction took its row away). Of one that has not: OPEN, OVERDUE.
ON_TIME, LATE, LATE_EXTENDED, VOID, OPEN, OVERDUE = (
    "on_time",
    "late",
    "late_extended",
    "void",
    "open",
    "overdue",
)

CalendarOf = Callable[[str | None, datetime], Calendar]
"""The calendar of an agency (None: the province's) for a clock that begins at that moment."""


@dataclass(frozen=True)
class Clock:
    """One cycle of one clock at `now`. Times are naive local, whole seconds.

    - `key`: (`clock`, `cycle`), unique within a complaint
    - `began`: the event from which it counts; `started_on`: when the term begins to run by its start rule
    - `due_on`: on time at that moment, late after it; pauses that are over and extensions counted in. While the clock
      is paused it stands still and moves when the pause ends: compare a paused clock with the pause's beginning
    - `original_due_on`: the same without extensions
    - `used_minutes` of `term_minutes`: in the term's own time (see the module), pauses taken out; `term_minutes` has
      the extensions counted in. `working`: whether these are working minutes
    """

    clock: str
    cycle: int
    row: str
    agency: str | None
    state: str
    verdict: str
    began: datetime
    started_on: datetime
    due_on: datetime
    original_due_on: datetime
    stopped_on: datetime | None
    pauses: tuple[Pause, ...]
    granted: tuple[Granted, ...]
    used_minutes: int
    term_minutes: int
    working: bool

    @property
    def key(self) -> tuple[str, int]:
        return self.clock, self.cycle

    @property
    def left_minutes(self) -> int:
        """What is left of the term; negative when late."""
        return self.term_minutes - self.used_minutes


@dataclass(frozen=True)
class HolderTime:
    """What one agency took of a clock, over all times that it held the complaint.

    `minutes`: working minutes on its own calendar while the clock ran; `days`: the same in its working days.
    `elapsed_days`, `paused_days`: in days of 24 hours, while the clock ran and while it stood still; with the time in
    which nobody held it, those of all agencies make up `waited_days`.
    """

    agency: str
    minutes: int
    days: Fraction
    elapsed_days: Fraction
    paused_days: Fraction


class Measure:
    """The time in which a term is counted: working time of a calendar, or that of the clock on the wall."""

    def __init__(self, calendar: Calendar, working: bool) -> None:
        self.calendar, self.working = calendar, working

    def seconds(self, first: datetime, last: datetime) -> int:
        """From first to last; 0 when last is earlier."""
        if last <= first:
            return 0
        return self.calendar.elapsed_seconds(first, last) if self.working else _seconds(last - first)

    def add(self, moment: datetime, seconds: int) -> datetime:
        if self.working:
            return self.calendar.add_seconds(moment, seconds)
        return moment + timedelta(seconds=seconds)


def read(
    state: State, policy: Policy, calendar: CalendarOf, now: datetime, *, open_only: bool = False
) -> list[Clock]:
    """Each cycle of each clock, ordered by clock and cycle. Raises `PolicyError`, `CalendarError`.

    `open_only` leaves out those that have stopped: what a sweep, or a changed calendar over many complaints, needs.
    A `now` before the last event counts as that event's moment.
    """
    now = _not_before(state, now)
    return [
        _read(run, policy.row(run.row), calendar(run.agency, run.began), now)
        for run in state.runs
        if run.stopped is None or not open_only
    ]


def current(clocks: list[Clock], code: str = RESOLVE) -> Clock | None:
    """The last cycle of that clock: what a list shows."""
    return next((clock for clock in reversed(clocks) if clock.clock == code), None)


def _read(run: Run, row: Row, calendar: Calendar, now: datetime) -> Clock:
    measure = Measure(calendar, row.unit in deadlines.WORKING_UNITS)
    started = deadlines.clock_start(run.began, row.start_rule, calendar)
    ends_worked = (row.unit, row.start_rule) == (deadlines.CALENDAR_DAY, deadlines.NEXT_WORKING_DAY)
    base = deadlines.due(run.began, row.amount, row.unit, row.start_rule, calendar)
    pieces = _pieces(run, started)
    due, moved = _due(base, pieces, run.granted, measure, ends_worked)
    original = _due(base, pieces, (), measure, ends_worked)[0] if run.granted else due

    standing = run.pauses[-1].since if run.pauses and run.pauses[-1].until is None else None
    end = run.stopped or standing or now
    paused = sum(_minutes(measure, *piece) for piece in pieces if piece[1] <= end)
    state = STOPPED if run.stopped else PAUSED if standing else RUNNING
    return Clock(
        clock=run.clock,
        cycle=run.cycle,
        row=run.row,
        agency=run.agency,
        state=state,
        verdict=_verdict(run, due, original, end),
        began=run.began,
        started_on=started,
        due_on=due,
        original_due_on=original,
        stopped_on=run.stopped,
        pauses=run.pauses,
        granted=run.granted,
        used_minutes=max(measure.seconds(started, end) // 60 - paused, 0),
        term_minutes=measure.seconds(started, due) // 60 - moved,
        working=measure.working,
    )


def _verdict(run: Run, due: datetime, original: datetime, end: datetime) -> str:
    if run.stopped is None:
        return OVERDUE if end > due else OPEN
    if run.stopped_by == STOPPED_BY_CORRECTION:
        return VOID
    if run.stopped > due:
        return LATE
    return ON_TIME if run.stopped <= original else LATE_EXTENDED


def _pieces(run: Run, started: datetime) -> list[tuple[datetime, datetime]]:
    """The pauses that are over, as far as they lie in the term, cut where an extension was granted."""
    cuts = sorted({granted.at for granted in run.granted})
    found = []
    for pause in run.pauses:
        inside = [at for at in cuts if pause.since < at and (pause.until is None or at < pause.until)]
        # Of a pause that lasts, what lies before an extension is over for the due time: the extension counts from it.
        edges = [pause.since, *inside, *([pause.until] if pause.until else [])]
        found += [(max(first, started), last) for first, last in pairwise(edges) if last > started]
    return found


def _due(
    base: datetime,
    pieces: list[tuple[datetime, datetime]],
    granted: Sequence[Granted],
    measure: Measure,
    ends_worked: bool,
) -> tuple[datetime, int]:
    """The due time, and by how many minutes pauses have moved it."""
    due, moved, waiting = base, 0, list(granted)
    for since, until in pieces:
        while waiting and waiting[0].at <= since:
            due = extended_due(due, waiting.pop(0), measure.calendar)
        minutes = _minutes(measure, since, until)
        if minutes and since < due:  # late already: it stays late by as much
            due = measure.add(due, minutes * 60)
            moved += minutes
            if ends_worked:
                due = deadlines.off_days_moved(due, measure.calendar)
    for extension in waiting:
        due = extended_due(due, extension, measure.calendar)
    return due, moved


def extended_due(due: datetime, extension: Granted, calendar: Calendar) -> datetime:
    """The due time after an extension, never an earlier one; calendar days that end on a day off move on."""
    if extension.new_due:
        return max(due, extension.new_due)
    later = deadlines.due(due, extension.amount, extension.unit, deadlines.AT_ONCE, calendar)
    return deadlines.off_days_moved(later, calendar) if extension.unit == deadlines.CALENDAR_DAY else later


def _minutes(measure: Measure, first: datetime, last: datetime) -> int:
    return measure.seconds(first, last) // 60


def holder_times(state: State, calendar: CalendarOf, now: datetime, code: str = RESOLVE) -> list[HolderTime]:
    """What each agency took of all cycles of a clock, in the order in which they first held it."""
    now = _not_before(state, now)
    runs = [run for run in state.runs if run.clock == code]
    sums: dict[str, list] = {}
    for holding in state.holdings:
        own = calendar(holding.agency, holding.since)
        total = sums.setdefault(holding.agency, [0, Fraction(0), 0, 0])
        held = (holding.since, holding.until or now)
        for run in runs:
            running, standing = _stretches(run, now)
            for first, last in _inside(running, held):
                total[0] += own.elapsed_seconds(first, last)
                total[1] += own.working_days_elapsed(first, last)
                total[2] += _seconds(last - first)
            total[3] += sum(_seconds(last - first) for first, last in _inside(standing, held))
    return [
        HolderTime(agency, seconds // 60, days, Fraction(running, DAY), Fraction(standing, DAY))
        for agency, (seconds, days, running, standing) in sums.items()
    ]


def waited_days(state: State, now: datetime, code: str = RESOLVE) -> Fraction:
    """For how many days of 24 hours the citizen waited in all cycles of that clock, pauses included."""
    now = _not_before(state, now)
    runs = [run for run in state.runs if run.clock == code]
    return Fraction(sum(_seconds((run.stopped or now) - run.began) for run in runs), DAY)


def _stretches(run: Run, now: datetime) -> tuple[list, list]:
    """When the clock ran and when it stood still, from the event at which it began."""
    running, standing, since = [], [], run.began
    for pause in run.pauses:
        running.append((since, pause.since))
        since = pause.until or now
        standing.append((pause.since, since))
    return [*running, (since, run.stopped or now)], standing


def _inside(stretches: list, bounds: tuple[datetime, datetime]) -> list[tuple[datetime, datetime]]:
    cut = ((max(first, bounds[0]), min(last, bounds[1])) for first, last in stretches)
    return [(first, last) for first, last in cut if first < last]


def _not_before(state: State, now: datetime) -> datetime:
    now = now.replace(microsecond=0)
    return max(now, state.at) if state.at else now


def _seconds(span: timedelta) -> int:
    return span.days * DAY + span.seconds

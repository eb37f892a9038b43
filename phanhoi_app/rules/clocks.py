"""The clocks of a complaint as people read them: due times, time used, verdicts, each agency's own time.

    state = replay(events, policy)                      # or advance(state, event, policy) after each event
    clocks = read(state, policy, calendar, now)         # list[Clock]

A term is measured in the time of its unit: working hours and working days in working time of the calendar; minutes,
hours and calendar days by the clock. A pause moves the due time by what it took of that time, in whole minutes (a
pause of seconds at the end of a day must not carry the deadline into the next), and only for the part after the term
has begun to run; a pause begun when the clock was already late moves nothing. Calendar days counted from the next working
day that come to end on a day off end with the next working day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from phanhoi_app.rules.clock_events import (
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
from phanhoi_app.rules.policy import RESOLVE, Policy
from phanhoi_app.rules.working_time import Calendar

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"
# Verdicts. Of a clock that has stopped: ON_TIME, LATE, LATE_EXTENDED (after the original due time, within an approved
# extension), VOID (a correction took its row away). Of one that has not: OPEN, OVERDUE.
ON_TIME, LATE, LATE_EXTENDED, VOID, OPEN, OVERDUE = "on_time", "late", "late_extended", "void", "open", "overdue"

CalendarOf = Callable[[str | None, datetime], Calendar]
"""The calendar of an agency (None: the province's) for a clock that begins at that moment."""


@dataclass(frozen=True)
class Clock:
    """One cycle of one clock at `now`. Times are naive local, whole seconds.

    - `key`: (`clock`, `cycle`), unique within a complaint
    - `began`: the event from which it counts; `started_on`: when the term begins to run by its start rule
    - `due_on`: on time at that moment, late after it; pauses that are over and extensions counted in. While the clock is
      paused it stands still: it moves when the pause ends, so a paused clock is not compared with the time of day
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
    """What one agency took of a clock, over all times that it held the complaint, on its own calendar.

    `minutes`: working minutes while the clock ran; `days`: the same in working days; `elapsed_days`: in days of 24
    hours; `paused_minutes`: working minutes in which the clock stood still.
    """

    agency: str
    minutes: int
    days: Fraction
    elapsed_days: Fraction
    paused_minutes: int


def read(state: State, policy: Policy, calendar: CalendarOf, now: datetime) -> list[Clock]:
    """Each cycle of each clock, ordered by clock and cycle. Raises `PolicyError`, `CalendarError`."""


def current(clocks: list[Clock], code: str = RESOLVE) -> Clock | None:
    """The last cycle of that clock: what a list shows."""


def holder_times(state: State, calendar: CalendarOf, now: datetime, code: str = RESOLVE) -> list[HolderTime]:
    """What each agency took of all cycles of a clock, in the order in which they first held it."""


def waited_days(state: State, now: datetime, code: str = RESOLVE) -> Fraction:
    """For how many days of 24 hours the citizen waited in all cycles of that clock, pauses included."""

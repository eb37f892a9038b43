"""When a complaint is due, told again from what happened to it: received, reopened, corrected, paused, taken over.

The same arithmetic as the clock's own steps, one after the other, so that the due time can be found anew on another
calendar. What a step is counted on is asked of the caller, who knows which calendar held for whom and when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from phanhoi_app.rules.working_time import Calendar

START, RESTART, CORRECT = "start", "restart", "correct"
PAUSE, RESUME, TAKE_OVER = "pause", "resume", "take_over"


class Subject(NamedTuple):
    """What the term depends on."""

    agency: str | None
    field: str | None
    severity: str | None


class Step(NamedTuple):
    """Something that happened at `at` (naive local) and what the complaint was before and after it."""

    kind: str
    at: datetime
    before: Subject
    after: Subject


# (moment from which the term counts, what the complaint is, when this was worked out) → due, or None without a term
Term = Callable[[datetime, Subject, datetime], datetime | None]
# (agency, when this was worked out) → the calendar to count on
CalendarOf = Callable[[str | None, datetime], Calendar]


def due(received_at: datetime, steps: Iterable[Step], term: Term, calendar_of: CalendarOf) -> datetime | None:
    """The due time after all steps; that of a paused clock stands still. Raises `CalendarError`.

    A pause moves the due time by the working minutes that it took, unless it was late already; a correction counts
    from the receipt and keeps what pauses have added. Where an agency takes over from one that is no more, its calendar
    holds: for the term itself where that is what it was due by, else for the working time that is left.
    """
    moment: datetime | None = None
    paused: datetime | None = None
    for step in steps:
        if step.kind == START:
            moment = term(received_at, step.after, step.at)
        elif step.kind == RESTART:
            moment, paused = term(step.at, step.after, step.at), None
        elif step.kind == PAUSE:
            paused = step.at
        elif step.kind == RESUME:
            if moment and paused and paused < moment:
                calendar = calendar_of(step.after.agency, step.at)
                moment = calendar.add(moment, calendar.elapsed(paused, max(paused, step.at)))
            paused = None
        elif step.kind == CORRECT:
            moment = _corrected(moment, received_at, step, term, calendar_of)
        elif step.kind == TAKE_OVER and moment:
            moment = _taken_over(moment, received_at, paused or step.at, step, term, calendar_of)
    return moment


def shifted(due: datetime, old: datetime, new: datetime, calendar: Calendar, other: Calendar) -> datetime:
    """A due time that lies off `old` by some working time on `calendar`, as far off `new` on `other`.

    For due times that were not worked out (an extension, a term that has changed since): what was added is kept.
    """
    if due >= old:
        return other.add_seconds(new, calendar.elapsed_seconds(old, due))
    return other.add_seconds(new, -calendar.elapsed_seconds(due, old))


def _taken_over(moment, received_at, begin, step: Step, term: Term, calendar_of: CalendarOf) -> datetime:
    old, new = term(received_at, step.before, step.at), term(received_at, step.after, step.at)
    if old == new or moment in (old, new):
        return new if moment == old and new else moment
    if begin >= moment:
        return moment
    left = calendar_of(step.before.agency, step.at).elapsed(begin, moment)
    return calendar_of(step.after.agency, step.at).add(begin, left)


def _corrected(moment, received_at, step: Step, term: Term, calendar_of: CalendarOf) -> datetime | None:
    old, new = term(received_at, step.before, step.at), term(received_at, step.after, step.at)
    if not (old and new and moment) or moment <= old:
        return new
    calendar = calendar_of(step.after.agency, step.at)
    added = calendar.elapsed(old, moment)
    return calendar.add(new, added) if added else new

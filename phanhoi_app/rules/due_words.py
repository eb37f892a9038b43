"""How far away a due time is, as data that a list can put into words of any language ("due in 3 hours").

Nothing here is language: the caller chooses the sentence by `kind` and `unit` and fills in `amount`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from phanhoi_app.rules.working_time import Calendar

DUE_IN, DUE_NOW, OVERDUE_BY = "due_in", "due_now", "overdue_by"
KINDS = (DUE_IN, DUE_NOW, OVERDUE_BY)
UNITS = ("minute", "hour", "day", "working_minute", "working_hour", "working_day")


class Relation(NamedTuple):
    """`kind` is one of `KINDS`, `amount` a whole number of `unit`, which is one of `UNITS`."""

    kind: str
    amount: int
    unit: str


def relation(now: datetime, due: datetime, calendar: Calendar | None = None) -> Relation:
    """How `due` stands to `now` (both naive local).

    Late is only what lies after the due moment: at that moment itself it is `due_now`, as it is during the
    last minute before. Amounts are cut down to whole units, so nobody is promised more time than is left;
    less than a minute late is called one minute. Minutes up to an hour, hours up to two days, then days.

    With a calendar, working time is counted: "due in 2 working hours" on Friday at 16:00 for Monday at
    08:30. When no full minute of it lies between the two (at night, on a weekend), time by the clock is
    told instead.
    """
    first, last = sorted((now, due))
    kind = OVERDUE_BY if now > due else DUE_IN
    amount, unit = _working_amount(first, last, calendar) if calendar else (0, "")
    if not amount:
        amount, unit = _amount(first, last)
    if kind == OVERDUE_BY:
        return Relation(kind, max(amount, 1), unit)
    return Relation(kind, amount, unit) if amount else Relation(DUE_NOW, 0, unit)


def _amount(first: datetime, last: datetime) -> tuple[int, str]:
    minutes = int((last - first).total_seconds()) // 60
    if minutes < 60:
        return minutes, "minute"
    return (minutes // 60, "hour") if minutes < 2 * 24 * 60 else (minutes // (24 * 60), "day")


def _working_amount(first: datetime, last: datetime, calendar: Calendar) -> tuple[int, str]:
    days = int(calendar.working_days_elapsed(first, last))
    if days >= 2:
        return days, "working_day"
    minutes = calendar.elapsed(first, last)
    return (minutes // 60, "working_hour") if minutes >= 60 else (minutes, "working_minute")

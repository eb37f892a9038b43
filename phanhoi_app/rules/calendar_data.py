"""The data a working calendar is made of: read, checked, and asked for the hours of one day.

`working_time.Calendar` does the arithmetic on top of it. Seconds of a day count from midnight; days are
Python's ordinals (`date.toordinal`). Weekdays: Monday 0 … Sunday 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from phanhoi_app.rules.errors import RuleError, Word

DAY = 86_400  # seconds
WEEKDAYS = tuple(
    Word(name) for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)

Interval = tuple[int, int]  # seconds of a day, from (inclusive) and to (exclusive)


class CalendarError(RuleError):
    """The calendar's data contradict themselves, or the question has no answer on this calendar."""


class Shift(NamedTuple):
    """One stretch of a weekday's hours, and the days (ordinals, both included) on which it holds."""

    start: int
    end: int
    first: int
    last: int


class CalendarData:
    """Which hours a day has. First match wins:

    1. `round_the_clock`: all 24 hours of every day; nothing else is looked at.
    2. A make-up working day: its own `shifts`, or those that weekday `as_weekday` has on that date.
    3. A day off without hours: none.
    4. The weekday's shifts that are valid on that date.
    From what 2 and 4 give, a day off with hours (`from`, `to`) takes its part away.
    """

    def __init__(
        self,
        *,
        shifts: Iterable[Mapping[str, Any]] = (),
        days_off: Iterable[Any] = (),
        working_days: Iterable[Mapping[str, Any]] = (),
        round_the_clock: bool = False,
    ) -> None:
        self._always = bool(round_the_clock)
        self._shifts = _read_shifts(shifts)
        self._off, self._partly_off = _read_days_off(days_off)
        self._special = self._read_working_days(working_days)
        if not (self._always or self._special or any(self._shifts)):
            raise CalendarError("The calendar has no working time: add at least one shift.")

    def hours(self, ordinal: int) -> list[Interval]:
        """The shifts of that day in order, none overlapping; empty when it is not worked."""
        if self._always:
            return [(0, DAY)]
        hours = self._special.get(ordinal)
        if hours is None:
            if ordinal in self._off:
                return []
            hours = self._weekday_hours((ordinal + 6) % 7, ordinal)  # ordinal 1 was a Monday
        for gap in self._partly_off.get(ordinal, ()):
            hours = _without(hours, gap)
        return hours

    def _weekday_hours(self, weekday: int, ordinal: int) -> list[Interval]:
        return [(s.start, s.end) for s in self._shifts[weekday] if s.first <= ordinal <= s.last]

    def _read_working_days(self, rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Interval]]:
        special: dict[int, list[Interval]] = {}
        for row in rows:
            day = _date(row.get("date"))
            ordinal = day.toordinal()
            if ordinal in special:
                raise CalendarError("The working day {day} is listed twice.", day=day)
            if ordinal in self._off:
                raise CalendarError("{day} is both a day off and a working day: remove one of them.", day=day)
            weekday = row.get("as_weekday")
            if row.get("shifts"):
                hours = sorted(_interval(start, end) for start, end in row["shifts"])
                if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
                    raise CalendarError("Two shifts of the working day {day} overlap.", day=day)
            elif weekday is None:
                raise CalendarError(
                    "Say whose hours the working day {day} has: choose a weekday or list its shifts.", day=day
                )
            else:
                hours = self._weekday_hours(_weekday(weekday), ordinal)
                if not hours:
                    raise CalendarError(
                        "{day} is to be worked like a {weekday}, but that weekday has no hours on that date.",
                        day=day,
                        weekday=WEEKDAYS[weekday],
                    )
            special[ordinal] = hours
        return special


def _read_shifts(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Shift], ...]:
    week: tuple[list[Shift], ...] = tuple([] for _ in range(7))
    for row in rows:
        start, end = _interval(row.get("start"), row.get("end"))
        first = _date(row["valid_from"]) if row.get("valid_from") else date.min
        last = _date(row["valid_to"]) if row.get("valid_to") else date.max
        weekday = _weekday(row.get("weekday"))
        if last < first:
            raise CalendarError(
                "A shift on {weekday} is valid until {last}, which is before its first day {first}.",
                weekday=WEEKDAYS[weekday],
                first=first,
                last=last,
            )
        shift = Shift(start, end, first.toordinal(), last.toordinal())
        for other in week[weekday]:
            same_days = shift.first <= other.last and other.first <= shift.last
            if same_days and shift.start < other.end and other.start < shift.end:
                raise CalendarError(
                    "Two shifts on {weekday} overlap: {one} and {other}.",
                    weekday=WEEKDAYS[weekday],
                    one=_clock(other.start, other.end),
                    other=_clock(start, end),
                )
        week[weekday].append(shift)
    for shifts in week:
        shifts.sort()
    return week


def _read_days_off(rows: Iterable[Any]) -> tuple[frozenset[int], dict[int, list[Interval]]]:
    whole: set[int] = set()
    partly: dict[int, list[Interval]] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            whole.add(_date(row).toordinal())
            continue
        ordinal = _date(row.get("date")).toordinal()
        start, end = row.get("from"), row.get("to")
        if start is None and end is None:
            whole.add(ordinal)
        else:
            gap = _interval("00:00" if start is None else start, "24:00" if end is None else end)
            partly.setdefault(ordinal, []).append(gap)
    return frozenset(whole), partly


def _without(hours: list[Interval], gap: Interval) -> list[Interval]:
    left = [(start, min(end, gap[0])) for start, end in hours]
    right = [(max(start, gap[1]), end) for start, end in hours]
    return sorted(piece for piece in {*left, *right} if piece[0] < piece[1])


def _weekday(value: Any) -> int:
    if isinstance(value, int) and 0 <= value <= 6:
        return value
    raise CalendarError("A weekday is a number from 0 (Monday) to 6 (Sunday), not {value}.", value=value)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise CalendarError("{value} is not a date; write it like 2026-02-16.", value=value) from None


def _interval(start: Any, end: Any) -> Interval:
    first, last = _second_of_day(start), _second_of_day(end)
    if last <= first:
        raise CalendarError(
            "Working time must end after it starts, not {span}. Write a shift over midnight as two.",
            span=_clock(first, last),
        )
    return first, last


def _second_of_day(value: Any) -> int:
    seconds = -1
    if isinstance(value, timedelta):
        seconds = value.days * DAY + value.seconds
    elif isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    elif isinstance(value, str):
        parts = value.strip().split(":")
        if len(parts) in (2, 3) and all(
            part.isascii() and part.isdigit() and len(part) <= 2 for part in parts
        ):
            hour, minute, second = (int(part) for part in [*parts, "0"][:3])
            if minute < 60 and second < 60:
                seconds = hour * 3600 + minute * 60 + second
    if 0 <= seconds <= DAY:
        return seconds
    raise CalendarError("{value} is not a time of day; write it like 07:30.", value=value)


def _clock(start: int, end: int) -> str:
    return "–".join(f"{second // 3600:02}:{second % 3600 // 60:02}" for second in (start, end))

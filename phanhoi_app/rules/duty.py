"""The duty roster: who stands by when, which hours nobody covers, who is booked twice.

Moments are naive local datetimes. A shift begins with its first moment and ends before its last: whoever is on until
22:00 and who comes at 22:00 do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from phanhoi_app.rules.errors import RuleError

LONGEST_HOURS = 24  # of one shift: who is said to stand by for longer has mistyped a day
MOST_PLANNED = 2000  # shifts of one plan: a year of three shifts with one person each, and some


class DutyError(RuleError):
    """A shift or a plan of shifts cannot be as it was written."""


class Shift(NamedTuple):
    """`person` stands by from `start` until `end`. `name` tells it from others, should it have one."""

    person: str
    start: datetime
    end: datetime
    name: str = ""


def check(start: datetime | None, end: datetime | None) -> None:
    """Raise DutyError when that is no shift."""
    if not start or not end:
        raise DutyError("Give both the beginning and the end of the shift.")
    if end <= start:
        raise DutyError(
            "The shift ends ({end}) before it begins ({start}): correct one of them.", start=start, end=end
        )
    if end - start > timedelta(hours=LONGEST_HOURS):
        raise DutyError(
            "A shift lasts {hours} hours at most: write a longer one as several.", hours=LONGEST_HOURS
        )


def on_duty(shifts: Iterable[Shift], moment: datetime) -> list[Shift]:
    """The shifts under way at that moment, as they came."""
    return [shift for shift in shifts if shift.start <= moment < shift.end]


def gaps(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The spans between `start` and `end` that no shift covers, in order; they neither touch nor overlap."""
    found, covered = [], start
    for shift in sorted(shifts, key=lambda each: each.start):
        if shift.start >= end:
            break
        if shift.start > covered:
            found.append((covered, shift.start))
        covered = max(covered, shift.end)
    if covered < end:
        found.append((covered, end))
    return found


def double_bookings(shifts: Iterable[Shift]) -> list[tuple[Shift, Shift]]:
    """Pairs of shifts of one person that overlap, the earlier first, each once."""
    found, running = [], {}
    for shift in sorted(shifts, key=lambda each: (each.start, each.end, each.name)):
        earlier = [each for each in running.get(shift.person, ()) if each.end > shift.start]
        found += [(each, shift) for each in earlier]
        running[shift.person] = [*earlier, shift]
    return found


def planned(
    people: Sequence[str], first: date, last: date, hours: Sequence[tuple[time, time]], at_once: int = 1
) -> list[Shift]:
    """Shifts from `first` to `last` (both included), the people taking turns in their order.

    `hours` are (from, to) of a day's shifts; one that ends at or before its beginning ends on the next day. `at_once`
    people share each. Raises DutyError.
    """
    if not people:
        raise DutyError("Choose at least one person.")
    if not hours:
        raise DutyError("Give the hours of at least one shift, such as 06:00-14:00.")
    if last < first:
        raise DutyError("The last day ({last}) is before the first ({first}).", first=first, last=last)
    if not 1 <= at_once <= len(set(people)):
        raise DutyError(
            "Of {people} people, {wanted} cannot be on duty at once.", people=len(set(people)), wanted=at_once
        )
    if ((last - first).days + 1) * len(hours) * at_once > MOST_PLANNED:
        raise DutyError("These are more than {most} shifts: plan fewer days at a time.", most=MOST_PLANNED)
    shifts, turn = [], 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for begin, finish in hours:
            start = datetime.combine(day, begin)
            end = datetime.combine(day if finish > begin else day + timedelta(days=1), finish)
            for _place in range(at_once):
                shifts.append(Shift(people[turn % len(people)], start, end))
                turn += 1
    return shifts


def read_hours(text: str) -> list[tuple[time, time]]:
    """The hours of shifts as people write them: "06:00-14:00, 14h–22h; 22h-6h". Raises DutyError."""
    found = []
    for part in text.replace(";", ",").replace("\n", ",").split(","):
        if not part.strip():
            continue
        ends = part.replace("–", "-").replace("—", "-").split("-")
        if len(ends) != 2:
            raise DutyError("“{part}” is not the hours of a shift: write 06:00-14:00.", part=part.strip())
        found.append((_clock(ends[0], part), _clock(ends[1], part)))
    if not found:
        raise DutyError("Give the hours of at least one shift, such as 06:00-14:00.")
    return found


def _clock(text: str, part: str) -> time:
    hour, _colon, minute = text.strip().lower().replace("g", ":").replace("h", ":").partition(":")
    try:
        return time(int(hour) % 24 if int(hour) == 24 else int(hour), int(minute or 0))
    except ValueError:
        raise DutyError(
            "“{part}” is not the hours of a shift: write 06:00-14:00.", part=part.strip()
        ) from None

"""Working time: which moments an office works, and arithmetic on them.

All moments are naive local datetimes (Asia/Ho_Chi_Minh, which has no daylight saving time, so a local day
always has 86,400 seconds). Inside, a moment is a whole number of seconds; fractions of a second are cut off
on the way in. Weekdays are numbered as in Python: Monday 0 … Sunday 6.

Where the rules come from: Viet Nam fixes 40 hours a week for officials but no national daily hours;
provinces announce summer and winter hours, holidays are fixed each year, and the Government may swap a
working day with a Saturday a week ahead. So shifts carry validity dates, and days off and make-up working
days are lists of data.

Cost: the first question about a year lays that year's shifts out once; after that every question is a few
binary searches over prefix sums, however far apart its two ends lie.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Any, NamedTuple

from phanhoi_app.rules.calendar_data import DAY, WEEKDAYS, CalendarData, CalendarError

__all__ = ["FIRST_YEAR", "HORIZON_YEARS", "LAST_YEAR", "WEEKDAYS", "Calendar", "CalendarError", "fraction"]

HORIZON_YEARS = 10  # a deadline further off than this is a mistake in the data, not a deadline
FIRST_YEAR, LAST_YEAR = 1900, 2200


class _Span(NamedTuple):
    """Some whole years laid out flat.

    `worked[i]` is the working time before shift i, in seconds since the span's start; `worked_by_day[i]`
    the same before the i-th working day. Both have one entry more than what they count.
    """

    first_year: int
    last_year: int
    starts: list[int]
    ends: list[int]
    worked: list[int]
    days: list[int]
    worked_by_day: list[int]

    def work_until(self, moment: int) -> int:
        i = bisect_right(self.starts, moment) - 1
        return 0 if i < 0 else self.worked[i] + min(moment, self.ends[i]) - self.starts[i]

    def earliest(self, work: int) -> int:
        """The first moment by which `work` (> 0) seconds are worked: a shift's end, not the next one's
        start."""
        i = bisect_left(self.worked, work) - 1
        return self.starts[i] + work - self.worked[i]

    def latest(self, work: int) -> int:
        """The last moment by which no more than `work` seconds have been worked."""
        i = bisect_right(self.worked, work) - 1
        return self.starts[i] + work - self.worked[i]

    def day_position(self, work: int) -> Fraction:
        """Working days before that amount of work; the running day counts as the fraction worked off."""
        i = bisect_right(self.worked_by_day, work) - 1
        if i == len(self.days):
            return Fraction(i)
        return i + Fraction(work - self.worked_by_day[i], self.worked_by_day[i + 1] - self.worked_by_day[i])


class Calendar:
    """An office's working time. Immutable; build it once with `from_dict` and ask it often (threads may
    share it).

    `calendar_data.CalendarData` says which hours a day has.
    """

    __slots__ = ("_data", "_span", "_years")

    def __init__(self, data: CalendarData) -> None:
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "_years", {})
        object.__setattr__(self, "_span", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A calendar does not change; build a new one.")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calendar:
        """Builds a calendar from plain data:

        - shifts: `[{"weekday": 0, "start": "07:30", "end": "11:30", "valid_from": date, "valid_to": date}]`
        - days_off: `[date, {"date": date, "from": "13:00", "to": "24:00"}]`
        - working_days: `[{"date": date, "as_weekday": 4}, {"date": date, "shifts": [("07:30", "11:30")]}]`
        - round_the_clock: `False`

        Every part may be missing, and so may validity dates and one of `from` and `to`.

        Dates may be ISO strings; times "HH:MM[:SS]" up to "24:00", `time`, or `timedelta` since midnight.
        Validity includes both its ends. A shift over midnight is written as two. Raises `CalendarError`.
        """
        unknown = sorted(set(data) - {"shifts", "days_off", "working_days", "round_the_clock"})
        if unknown:
            raise CalendarError("The calendar has a part that is not known: {part}.", part=unknown[0])
        return cls(CalendarData(**{name: value for name, value in data.items() if value is not None}))

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The day's shifts in order, as (from, to) datetimes; empty when the day is not worked."""
        base = datetime(day.year, day.month, day.day)
        spans = self._data.hours(day.toordinal())
        return [(base + timedelta(seconds=start), base + timedelta(seconds=end)) for start, end in spans]

    def is_working_day(self, day: date) -> bool:
        """Whether any time of that day is worked."""
        return bool(self._data.hours(day.toordinal()))

    def is_working(self, moment: datetime) -> bool:
        """Whether that moment is worked. A shift's first second is, the second at which it ends is not."""
        second = _second(moment)
        return any(start <= second % DAY < end for start, end in self._data.hours(second // DAY))

    def next_working_moment(self, moment: datetime) -> datetime:
        """That moment if it is worked, else the start of the next shift."""
        second = _second(moment)
        for span in self._spans_after(moment.year):
            i = bisect_right(span.ends, second)  # the first shift that has not ended
            if i < len(span.starts) and span.ends[i] <= _horizon(moment.year):
                return _moment(max(second, span.starts[i]))
        raise _no_more(moment)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        for span in self._spans_after(day.year):
            i = bisect_right(span.days, day.toordinal())
            if i < len(span.days) and span.days[i] * DAY < _horizon(day.year):
                return date.fromordinal(span.days[i])
        raise _no_more(day)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The first moment by which `minutes` of working time have passed since `start`.

        So a span that fills a shift ends with the shift (Friday 16:59 + 1 is Friday 17:00, not Monday
        morning), and adding 0 gives `start` itself. Negative minutes go back: the last moment from which
        that much working time leads to `start`. Raises `CalendarError` if the answer lies more than ten
        years away.
        """
        return self.add_seconds(start, minutes * 60)

    def add_seconds(self, start: datetime, seconds: int) -> datetime:
        """As `add`, in whole seconds."""
        second = _second(start)
        if seconds == 0:
            return _moment(second)
        for span in self._spans_after(start.year) if seconds > 0 else self._spans_before(start.year):
            work = span.work_until(second) + seconds
            if 0 <= work <= span.worked[-1]:
                found = span.earliest(work) if seconds > 0 else span.latest(work)
                if _horizon(start.year, -1) <= found <= _horizon(start.year):
                    return _moment(found)
        raise _no_more(start)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Whole minutes of working time from `start` to `end`; a begun minute does not count.

        Raises `CalendarError` if `end` is before `start`. Where parts must add up to the whole to the
        second, use `elapsed_seconds`; in minutes they add up when the moments between lie on full minutes.
        """
        return self.elapsed_seconds(start, end) // 60

    def elapsed_seconds(self, start: datetime, end: datetime) -> int:
        """Working time from `start` to `end` in seconds, exact."""
        first, last = _ordered(start, end)
        span = self._cover(start.year, end.year)
        return span.work_until(last) - span.work_until(first)

    def add_working_days(
        self, start: datetime, days: int | float | Decimal | Fraction, *, from_next_day: bool = True
    ) -> datetime:
        """The end of `days` working days. A day with any working time counts as one, however short.

        `from_next_day`: the day of `start` does not count, the next working day is the first, and the
        answer is the end of the last shift of the n-th day (the ordinary counting of time limits in days).
        Otherwise the count begins at `start`: whoever starts a third of the way through a working day ends
        a third of the way through another, the same time of day when both have the same hours.

        Half days: half a working day is half of that day's working time, so 0.5 from the next working day
        with 07:30–11:30 and 13:30–17:30 ends at 11:30. `days` must be positive; raises `CalendarError`.
        """
        amount = fraction(days)
        if amount <= 0:
            raise CalendarError("The number of working days must be more than zero.")
        for span in self._spans_after(start.year):
            if from_next_day:
                position = Fraction(bisect_right(span.days, _second(start) // DAY))
            else:
                position = span.day_position(span.work_until(_second(start)))
            whole, part = divmod(position + amount, 1)
            if whole + (part > 0) <= len(span.days):
                work = span.worked_by_day[whole]
                if part:
                    work += ceil(part * (span.worked_by_day[whole + 1] - work))
                if (found := span.earliest(work)) <= _horizon(start.year):
                    return _moment(found)
        raise _no_more(start)

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first`, `last` included. Raises `CalendarError` if `last` is earlier."""
        if last < first:
            raise CalendarError("The end ({end}) is before the start ({start}).", start=first, end=last)
        days = self._cover(first.year, last.year).days
        return bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())

    def working_days_elapsed(self, start: datetime, end: datetime) -> Fraction:
        """Working days from `start` to `end` with the begun ones as fractions of their own working time."""
        first, last = _ordered(start, end)
        span = self._cover(start.year, end.year)
        return span.day_position(span.work_until(last)) - span.day_position(span.work_until(first))

    def _spans_after(self, year: int) -> Iterator[_Span]:
        """First what is surely needed, then all that the horizon allows: a short question stays cheap."""
        yield self._cover(year, min(year + 1, LAST_YEAR))
        yield self._cover(year, min(year + HORIZON_YEARS, LAST_YEAR))

    def _spans_before(self, year: int) -> Iterator[_Span]:
        yield self._cover(max(year - 1, FIRST_YEAR), year)
        yield self._cover(max(year - HORIZON_YEARS, FIRST_YEAR), year)

    def _cover(self, first_year: int, last_year: int) -> _Span:
        span: _Span | None = self._span
        if span and span.first_year <= first_year and last_year <= span.last_year:
            return span
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise CalendarError(
                "Dates must lie between the years {first} and {last}.", first=FIRST_YEAR, last=LAST_YEAR
            )
        if span:
            first_year, last_year = min(first_year, span.first_year), max(last_year, span.last_year)
        span = self._lay_out(first_year, last_year)
        # One assignment of a finished value: a second thread sees the old span or the new one, both right.
        object.__setattr__(self, "_span", span)
        return span

    def _lay_out(self, first_year: int, last_year: int) -> _Span:
        for year in range(first_year, last_year + 1):
            if year not in self._years:
                ordinals = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
                self._years[year] = [(o, hours) for o in ordinals if (hours := self._data.hours(o))]
        worked_days = [entry for year in range(first_year, last_year + 1) for entry in self._years[year]]
        shifts = [(o * DAY + start, o * DAY + end) for o, hours in worked_days for start, end in hours]
        return _Span(
            first_year,
            last_year,
            starts=[start for start, _ in shifts],
            ends=[end for _, end in shifts],
            worked=list(accumulate((end - start for start, end in shifts), initial=0)),
            days=[o for o, _ in worked_days],
            worked_by_day=list(
                accumulate((sum(end - start for start, end in hours) for _, hours in worked_days), initial=0)
            ),
        )


def fraction(amount: int | float | Decimal | Fraction) -> Fraction:
    """The amount as people mean it: the float 0.1 is one tenth. Raises `CalendarError` if it is no number."""
    try:
        return Fraction(str(amount) if isinstance(amount, float) else amount)
    except (TypeError, ValueError, OverflowError):
        raise CalendarError("{amount} is not a number.", amount=amount) from None


def _second(moment: datetime) -> int:
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        raise CalendarError("{moment} is not a local date and time without an offset.", moment=moment)
    return moment.toordinal() * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second


def _ordered(start: datetime, end: datetime) -> tuple[int, int]:
    first, last = _second(start), _second(end)
    if last < first:
        raise CalendarError("The end ({end}) is before the start ({start}).", start=start, end=end)
    return first, last


def _moment(second: int) -> datetime:
    return datetime.fromordinal(second // DAY) + timedelta(seconds=second % DAY)


def _horizon(year: int, direction: int = 1) -> int:
    """How far a question about `year` may look: the same whatever other questions have laid out before."""
    edge = year + HORIZON_YEARS + 1 if direction > 0 else year - HORIZON_YEARS
    return date(edge, 1, 1).toordinal() * DAY


def _no_more(moment: date) -> CalendarError:
    return CalendarError(
        "The calendar has too little working time within {years} years of {moment}.",
        years=HORIZON_YEARS,
        moment=moment,
    )

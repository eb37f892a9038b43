"""When something is due: an amount, a unit and a start rule, on a working calendar.

The units are those found in the rules that provinces write: minutes ("forward within 5 minutes"), working
hours ("urgent: 4 working hours"), working days and halves of them (step budgets such as ½ + 1 + 2 days),
calendar days. Which of them holds for a complaint is data, the deadline policy; this is only its
arithmetic.

| unit | `at_once` | `next_working_moment` | `next_working_day` |
|---|---|---|---|
| minute, hour | start + amount by the clock | from the next working moment | from that day's first shift |
| working_hour | working time from the start | the same | working time from that day's first shift |
| working_day | a working day's worth later | the same | end of the last shift of the n-th day |
| calendar_day | start + n × 24 hours | from the next working moment | end of the n-th day |

- "That day" is the first working day after the start's date: the start's own date does not count.
- working_day counted at once keeps the place within the day: a third of a day's hours worked at the start,
  a third worked at the end (the same time of day if both days have the same hours). After hours counts as
  the day's end.
- working_day from the next day ends with the day's last shift; a half day is half of that day's working time.
- calendar_day from the next working day counts that day as the first; if the last one is not worked, the
  deadline moves to the end of the next working day. Halves make no sense there and are refused.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from phanhoi_app.rules.calendar_data import CalendarError
from phanhoi_app.rules.working_time import HORIZON_YEARS, Calendar, fraction

MINUTE, HOUR, WORKING_HOUR = "minute", "hour", "working_hour"
WORKING_DAY, CALENDAR_DAY = "working_day", "calendar_day"
UNITS = (MINUTE, HOUR, WORKING_HOUR, WORKING_DAY, CALENDAR_DAY)

AT_ONCE, NEXT_WORKING_MOMENT, NEXT_WORKING_DAY = "at_once", "next_working_moment", "next_working_day"
START_RULES = (AT_ONCE, NEXT_WORKING_MOMENT, NEXT_WORKING_DAY)

_SECONDS = {MINUTE: 60, HOUR: 3600, WORKING_HOUR: 3600, CALENDAR_DAY: 86_400}


# What is counted in working time; the rest goes by the clock on the wall, nights and holidays included.
WORKING_UNITS = (WORKING_HOUR, WORKING_DAY)


class DeadlineError(CalendarError):
    """The deadline's own data (amount, unit, start rule) do not make sense."""


def due(
    start: datetime, amount: int | float | Decimal | Fraction, unit: str, start_rule: str, calendar: Calendar
) -> datetime:
    """The moment at which it is due: still on time at that moment, late after it. Naive local, whole seconds.

    `unit` is one of `UNITS`, `start_rule` one of `START_RULES`; the table in the module's docstring says
    what they mean together. Raises `DeadlineError` on bad data and `CalendarError` when the calendar gives
    no answer.
    """
    count = checked_amount(amount, unit, start_rule)
    if unit == WORKING_DAY:
        return calendar.add_working_days(start, count, from_next_day=start_rule == NEXT_WORKING_DAY)
    if unit == CALENDAR_DAY and start_rule == NEXT_WORKING_DAY:
        return _end_of_calendar_days(start, count, calendar)
    begin = clock_start(start, start_rule, calendar)
    seconds = ceil(count * _SECONDS[unit])
    if unit == WORKING_HOUR:
        return calendar.add_seconds(begin, seconds)
    return begin + timedelta(seconds=seconds)


def clock_start(start: datetime, start_rule: str, calendar: Calendar) -> datetime:
    """When the clock of something that happened at `start` begins to run."""
    if start_rule == NEXT_WORKING_MOMENT:
        return calendar.next_working_moment(start)
    if start_rule == NEXT_WORKING_DAY:
        return calendar.intervals(calendar.next_working_day(start.date()))[0][0]
    return start.replace(microsecond=0)


def off_days_moved(moment: datetime, calendar: Calendar) -> datetime:
    """That moment; if its day is not worked, the end of the next working day (as calendar days end)."""
    if calendar.is_working_day(moment.date()):
        return moment
    return calendar.intervals(calendar.next_working_day(moment.date()))[-1][1]


def checked_amount(amount: int | float | Decimal | Fraction, unit: str, start_rule: str) -> Fraction:
    """The amount as an exact number. Raises `DeadlineError` when the three make no term."""
    if unit not in UNITS:
        raise DeadlineError("{unit} is not a unit of time that deadlines know.", unit=unit)
    if start_rule not in START_RULES:
        raise DeadlineError("{rule} is not a start rule that deadlines know.", rule=start_rule)
    count = fraction(amount)
    if count <= 0:
        raise DeadlineError("A deadline must be more than zero.")
    if count * _SECONDS.get(unit, 86_400) > HORIZON_YEARS * 366 * 86_400:
        raise DeadlineError("A deadline must be less than {years} years.", years=HORIZON_YEARS)
    if unit == CALENDAR_DAY and start_rule == NEXT_WORKING_DAY and count.denominator != 1:
        raise DeadlineError("Calendar days counted from the next working day must be whole.")
    return count


def _end_of_calendar_days(start: datetime, count: Fraction, calendar: Calendar) -> datetime:
    first = calendar.next_working_day(start.date())
    last: date = first + timedelta(days=int(count) - 1)
    if not calendar.is_working_day(last):
        last = calendar.next_working_day(last)
    return calendar.intervals(last)[-1][1]

"""Units and start rules of deadlines, by the cells of the module's own table."""

from datetime import datetime
from decimal import Decimal

import pytest

from phanhoi_app.rules.calendar_data import CalendarError
from phanhoi_app.rules.deadlines import START_RULES, UNITS, DeadlineError, due
from phanhoi_app.rules.working_time import Calendar

MOMENT = datetime.fromisoformat
OFFICE = Calendar.from_dict(
    {
        "shifts": [
            {"weekday": day, "start": start, "end": end}
            for day in range(5)
            for start, end in (("07:30", "11:30"), ("13:00", "17:00"))
        ],
        "days_off": ["2026-04-30", "2026-05-01", *(f"2026-02-{day}" for day in range(16, 21))],
    }
)
FRIDAY_EVENING = "2026-03-06 18:00"
FRIDAY_AFTERNOON = "2026-03-06 15:00"


@pytest.mark.parametrize(
    ("start", "amount", "unit", "rule", "expected"),
    [
        (FRIDAY_EVENING, 5, "minute", "at_once", "2026-03-06 18:05"),
        (FRIDAY_EVENING, 5, "minute", "next_working_moment", "2026-03-09 07:35"),
        (FRIDAY_AFTERNOON, 5, "minute", "next_working_moment", "2026-03-06 15:05"),
        (FRIDAY_AFTERNOON, 5, "minute", "next_working_day", "2026-03-09 07:35"),
        (FRIDAY_EVENING, 24, "hour", "at_once", "2026-03-07 18:00"),
        (FRIDAY_EVENING, 24, "hour", "next_working_moment", "2026-03-10 07:30"),
        (FRIDAY_AFTERNOON, 24, "hour", "next_working_day", "2026-03-10 07:30"),
        (FRIDAY_AFTERNOON, 0.5, "hour", "at_once", "2026-03-06 15:30"),
        (FRIDAY_AFTERNOON, 4, "working_hour", "at_once", "2026-03-09 09:30"),
        (FRIDAY_AFTERNOON, 4, "working_hour", "next_working_moment", "2026-03-09 09:30"),
        (FRIDAY_AFTERNOON, 4, "working_hour", "next_working_day", "2026-03-09 11:30"),
        (FRIDAY_EVENING, 8, "working_hour", "at_once", "2026-03-09 17:00"),
        (FRIDAY_AFTERNOON, 1, "working_day", "at_once", "2026-03-09 15:00"),
        (FRIDAY_AFTERNOON, 1, "working_day", "next_working_moment", "2026-03-09 15:00"),
        (FRIDAY_AFTERNOON, 1, "working_day", "next_working_day", "2026-03-09 17:00"),
        (FRIDAY_AFTERNOON, 5, "working_day", "next_working_day", "2026-03-13 17:00"),
        (FRIDAY_AFTERNOON, Decimal("0.5"), "working_day", "next_working_day", "2026-03-09 11:30"),
        (FRIDAY_AFTERNOON, 0.5, "working_day", "at_once", "2026-03-09 09:30"),
        ("2026-02-13 15:00", 5, "working_day", "next_working_day", "2026-02-27 17:00"),  # Tết between
        (FRIDAY_AFTERNOON, 10, "calendar_day", "at_once", "2026-03-16 15:00"),
        (FRIDAY_EVENING, 1, "calendar_day", "next_working_moment", "2026-03-10 07:30"),
        (FRIDAY_AFTERNOON, 0.5, "calendar_day", "at_once", "2026-03-07 03:00"),
        (FRIDAY_AFTERNOON, 1, "calendar_day", "next_working_day", "2026-03-09 17:00"),
        (FRIDAY_AFTERNOON, 6, "calendar_day", "next_working_day", "2026-03-16 17:00"),  # Saturday moves on
        ("2026-04-20 09:00", 10, "calendar_day", "next_working_day", "2026-05-04 17:00"),  # so does a holiday
    ],
)
def test_due_by_unit_and_start_rule(start, amount, unit, rule, expected):
    assert due(MOMENT(start), amount, unit, rule, OFFICE) == MOMENT(expected)


def test_the_steps_of_one_district_add_up_to_five_working_days():
    """½ + 1 + ½ + 1 + 2 days, each from the end of the one before, are five days from the same morning."""
    moment = start = MOMENT("2026-03-09 07:30")
    for step in (0.5, 1, 0.5, 1, 2):
        moment = due(moment, step, "working_day", "at_once", OFFICE)
    assert moment == due(start, 5, "working_day", "at_once", OFFICE) == MOMENT("2026-03-13 17:00")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("rule", START_RULES)
def test_a_later_start_is_never_due_earlier_and_more_is_never_sooner(unit, rule):
    moments = [MOMENT(f"2026-04-{day} {hour:02}:10") for day in range(24, 31) for hour in range(0, 24, 3)]
    dues = [due(moment, 3, unit, rule, OFFICE) for moment in moments]
    assert dues == sorted(dues)
    more = [due(MOMENT(FRIDAY_AFTERNOON), amount, unit, rule, OFFICE) for amount in range(1, 40)]
    assert more == sorted(more)


@pytest.mark.parametrize(
    ("amount", "unit", "rule"),
    [
        (0, "hour", "at_once"),
        (-1, "working_day", "next_working_day"),
        (1, "week", "at_once"),
        (1, "hour", "tomorrow"),
        (0.5, "calendar_day", "next_working_day"),
        (10**9, "minute", "at_once"),
        (10**9, "calendar_day", "next_working_day"),
    ],
)
def test_data_that_make_no_sense_are_refused(amount, unit, rule):
    with pytest.raises(DeadlineError):
        due(MOMENT(FRIDAY_AFTERNOON), amount, unit, rule, OFFICE)


def test_the_refusal_can_be_said_in_the_readers_language():
    with pytest.raises(CalendarError) as refused:
        due(MOMENT(FRIDAY_AFTERNOON), 1, "week", "at_once", OFFICE)
    words = {"{unit} is not a unit of time that deadlines know.": "Thời hạn không có đơn vị “{unit}”."}
    assert refused.value.sentence(words.get) == "Thời hạn không có đơn vị “week”."

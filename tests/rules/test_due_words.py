"""How far away a due time is."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.due_words import KINDS, UNITS, relation
from phanhoi_app.rules.working_time import Calendar

MOMENT = datetime.fromisoformat
OFFICE = Calendar.from_dict(
    {
        "shifts": [
            {"weekday": day, "start": start, "end": end}
            for day in range(5)
            for start, end in (("07:30", "11:30"), ("13:00", "17:00"))
        ]
    }
)


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    [
        ("2026-03-06 08:00", "2026-03-06 11:59:59", ("due_in", 3, "hour")),
        ("2026-03-06 08:00", "2026-03-06 08:59:59", ("due_in", 59, "minute")),
        ("2026-03-06 08:00", "2026-03-06 08:00:59", ("due_now", 0, "minute")),
        ("2026-03-06 08:00", "2026-03-06 08:00", ("due_now", 0, "minute")),
        ("2026-03-06 08:00:01", "2026-03-06 08:00", ("overdue_by", 1, "minute")),
        ("2026-03-06 09:59", "2026-03-06 08:00", ("overdue_by", 1, "hour")),
        ("2026-03-06 08:00", "2026-03-08 07:59", ("due_in", 47, "hour")),
        ("2026-03-06 08:00", "2026-03-08 08:00", ("due_in", 2, "day")),
        ("2026-03-16 08:00", "2026-03-06 08:00", ("overdue_by", 10, "day")),
    ],
)
def test_by_the_clock(now, due, expected):
    assert relation(MOMENT(now), MOMENT(due)) == expected


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    [
        ("2026-03-06 16:00", "2026-03-09 08:30", ("due_in", 2, "working_hour")),
        ("2026-03-06 16:30", "2026-03-09 07:50", ("due_in", 50, "working_minute")),
        ("2026-03-06 16:00", "2026-03-10 16:00", ("due_in", 2, "working_day")),
        ("2026-03-06 16:00", "2026-03-10 15:59", ("due_in", 15, "working_hour")),
        ("2026-03-09 09:00", "2026-03-06 16:00", ("overdue_by", 2, "working_hour")),
        # Saturday: late already, though no working minute has passed; and the clock speaks for Sunday night.
        ("2026-03-07 10:00", "2026-03-06 17:00", ("overdue_by", 17, "hour")),
        ("2026-03-08 21:30", "2026-03-09 07:30", ("due_in", 10, "hour")),
    ],
)
def test_on_a_calendar(now, due, expected):
    assert relation(MOMENT(now), MOMENT(due), OFFICE) == expected


moments = st.integers(0, 40 * 86_400).map(lambda second: datetime(2026, 3, 1) + timedelta(seconds=second))


@given(moments, moments, st.sampled_from([None, OFFICE]))
def test_overdue_exactly_when_now_is_after_due(now, due, calendar):
    kind, amount, unit = relation(now, due, calendar)
    assert (kind == "overdue_by") == (now > due)
    assert kind in KINDS
    assert unit in UNITS
    assert (amount == 0) == (kind == "due_now")

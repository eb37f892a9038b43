"""Dates as people here write them: the day comes first."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules.moments import read_day, read_moment


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("03/02/2026", datetime(2026, 2, 3)),
        ("3-2-2026 7:05", datetime(2026, 2, 3, 7, 5)),
        ("31.12.2026, 17h30", datetime(2026, 12, 31, 17, 30)),
        ("31/12/2026 17h", datetime(2026, 12, 31, 17)),
        ("2026-02-03", datetime(2026, 2, 3)),
        ("2026-02-03T17:30", datetime(2026, 2, 3, 17, 30)),
        (" 2026-02-03 17:30:15.123456 ", datetime(2026, 2, 3, 17, 30, 15)),
        ("30/02/2026", None),
        ("12/31/2026", None),
        ("03/02/26", None),
        ("hôm qua", None),
        ("25/12/2026 24:10", None),
        ("", None),
    ],
)
def test_the_day_comes_first(typed, moment):
    assert read_moment(typed) == moment
    assert read_day(typed) == (moment.date() if moment else None)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_back_as_it_was_written(day):
    assert read_day(day.strftime("%d/%m/%Y")) == day
    assert read_day(day.isoformat()) == day


@given(st.text())
def test_anything_typed_is_a_day_or_none(typed):
    assert read_day(typed) is None or isinstance(read_day(typed), date)

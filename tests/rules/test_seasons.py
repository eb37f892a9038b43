"""Hours by season: typed, laid over each other, copied to the next year, looked through for gaps."""

from datetime import date

import pytest

from phanhoi_app.rules import seasons
from phanhoi_app.rules.calendar_data import CalendarError
from phanhoi_app.rules.working_time import Calendar

WEEK = range(5)
SUMMER = [("07:00", "11:30"), ("13:30", "17:00")]
WINTER = [("07:30", "12:00"), ("13:30", "17:00")]


def always(hours=WINTER, weekdays=WEEK):
    return seasons.lay_over([], list(weekdays), hours, None, None)


def hours_on(rows, day):
    return [
        f"{start:%H:%M}–{end:%H:%M}" for start, end in Calendar.from_dict({"shifts": rows}).intervals(day)
    ]


@pytest.mark.parametrize(
    "typed",
    ["07:00–11:30, 13:30–17:00", "7h-11h30; 13h30-17h", "13:30 - 17:00,7:00-11:30", "7-11.30\n13g30 — 17"],
)
def test_hours_are_read_as_people_write_them(typed):
    assert seasons.read_hours(typed) == SUMMER


@pytest.mark.parametrize("typed", ["", "sáng", "11:30–07:00", "07:75–11:00", "25:00–26:00", "24:30-24:40"])
def test_hours_that_are_none_are_refused(typed):
    with pytest.raises(CalendarError):
        seasons.read_hours(typed)


def test_hours_that_overlap_are_refused():
    with pytest.raises(CalendarError, match="overlap"):
        seasons.read_hours("07:00–11:30, 11:00–17:00")


def test_a_day_ends_at_midnight():
    assert seasons.read_hours("22:00–24:00") == [("22:00", "24:00")]


def test_a_season_is_laid_over_the_hours_that_hold_for_ever():
    rows = seasons.lay_over(always(), list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    assert hours_on(rows, date(2026, 4, 15)) == ["07:30–12:00", "13:30–17:00"]
    assert hours_on(rows, date(2026, 4, 16)) == ["07:00–11:30", "13:30–17:00"]
    assert hours_on(rows, date(2026, 10, 15)) == ["07:00–11:30", "13:30–17:00"]
    assert hours_on(rows, date(2026, 10, 16)) == ["07:30–12:00", "13:30–17:00"]


def test_a_season_laid_twice_is_there_once():
    once = seasons.lay_over(always(), list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    twice = seasons.lay_over(once, list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    assert once == twice


def test_other_weekdays_keep_their_hours():
    rows = seasons.lay_over(
        always(weekdays=range(6)), list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15)
    )
    assert hours_on(rows, date(2026, 5, 2)) == ["07:30–12:00", "13:30–17:00"]


def test_a_season_that_ends_before_it_begins_is_refused():
    with pytest.raises(CalendarError, match="ends"):
        seasons.lay_over(always(), list(WEEK), SUMMER, date(2026, 10, 15), date(2026, 4, 16))


def year_2026():
    rows = seasons.lay_over([], list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    return seasons.lay_over(rows, list(WEEK), WINTER, date(2026, 10, 16), date(2027, 4, 15))


def test_the_seasons_of_a_year_are_copied_to_the_next():
    rows = seasons.copied(year_2026(), 2026)
    assert hours_on(rows, date(2027, 7, 1)) == ["07:00–11:30", "13:30–17:00"]
    assert hours_on(rows, date(2028, 1, 5)) == ["07:30–12:00", "13:30–17:00"]
    assert len(rows) == 2 * len(year_2026())
    assert seasons.copied(rows, 2026) == rows, "what is there stays"


def test_a_season_laid_over_hours_without_end_is_copied_over_them():
    rows = seasons.lay_over(always(), list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    once = seasons.copied(rows, 2026)
    assert hours_on(once, date(2027, 4, 15)) == ["07:30–12:00", "13:30–17:00"]
    assert hours_on(once, date(2027, 4, 16)) == ["07:00–11:30", "13:30–17:00"]
    assert hours_on(once, date(2027, 10, 18)) == ["07:30–12:00", "13:30–17:00"]
    assert seasons.copied(once, 2026) == once
    assert hours_on(seasons.copied(once, 2027), date(2028, 7, 3)) == ["07:00–11:30", "13:30–17:00"]


def test_a_season_that_ends_on_a_leap_day_ends_on_the_28th_a_year_later():
    rows = seasons.lay_over([], [0], SUMMER, date(2027, 12, 1), date(2028, 2, 29))
    assert max(row["valid_to"] for row in seasons.copied(rows, 2027)) == date(2029, 2, 28)


def test_without_seasons_there_is_nothing_to_copy():
    with pytest.raises(CalendarError, match="2026"):
        seasons.copied(always(), 2026)


def test_a_time_without_hours_is_a_gap():
    rows = seasons.lay_over([], [0], SUMMER, date(2026, 4, 16), date(2026, 10, 15))
    found = seasons.gaps(rows, date(2026, 1, 1), date(2026, 12, 31))
    assert [(gap.first, gap.last) for gap in found] == [
        (date(2026, 1, 1), date(2026, 4, 15)),
        (date(2026, 10, 16), date(2026, 12, 31)),
    ]


def test_hours_for_ever_have_no_gap_and_saturdays_never_worked_are_none():
    assert seasons.gaps(always(), date(2026, 1, 1), date(2026, 12, 31)) == []


def test_a_weekend_between_two_seasons_is_no_gap():
    rows = seasons.lay_over([], list(WEEK), SUMMER, date(2026, 4, 16), date(2026, 10, 16))  # a Friday
    rows = seasons.lay_over(rows, list(WEEK), WINTER, date(2026, 10, 19), date(2027, 4, 15))
    assert seasons.gaps(rows, date(2026, 5, 1), date(2026, 12, 31)) == []

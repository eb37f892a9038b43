"""Working time, against a slow loop that walks minute by minute and knows nothing of the fast way."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phanhoi_app.rules.working_time import Calendar, CalendarError


def week(*hours, days=range(5), **validity):
    return [{"weekday": d, "start": s, "end": e, **validity} for d in days for s, e in hours]


OFFICE_HOURS = (("07:30", "11:30"), ("13:00", "17:00"))
# Days off of 2026 as announced: New Year and its swap, Tết (16–20 February), and the swap's Saturday.
YEAR_2026 = {
    "shifts": week(*OFFICE_HOURS),
    "days_off": ["2026-01-01", "2026-01-02", *(f"2026-02-{d}" for d in range(16, 21))],
    "working_days": [{"date": "2026-01-10", "as_weekday": 4}],
}
OFFICE = Calendar.from_dict(YEAR_2026)
MOMENT = datetime.fromisoformat


def slow_is_working(data, moment):
    """The rules of the calendar's data, read literally for one minute."""
    day, clock = moment.date(), f"{moment:%H:%M}"

    def weekday_hours(weekday):
        return [
            (row["start"], row["end"])
            for row in data.get("shifts", ())
            if row["weekday"] == weekday
            and (row.get("valid_from") or date.min) <= day <= (row.get("valid_to") or date.max)
        ]

    if data.get("round_the_clock"):
        return True
    hours = weekday_hours(day.weekday())
    if day in data.get("days_off", ()):
        hours = []
    for row in data.get("working_days", ()):
        if row["date"] == day:
            hours = row["shifts"] if row.get("shifts") else weekday_hours(row["as_weekday"])
    for row in data.get("days_off", ()):
        if isinstance(row, dict) and row["date"] == day and row["from"] <= clock < row["to"]:
            return False
    return any(start <= clock < end for start, end in hours)


def slow_add(data, start, minutes):
    while minutes > 0:
        minutes -= slow_is_working(data, start)
        start += timedelta(minutes=1)
    return start


def slow_elapsed(data, start, end):
    worked = 0
    while start < end:
        worked += slow_is_working(data, start)
        start += timedelta(minutes=1)
    return worked


FIRST = date(2026, 2, 9)  # the calendars below differ from week to week around here


@st.composite
def calendars(draw):
    """Real shapes: up to three shifts a day, summer hours, whole and half days off, make-up days."""
    clocks = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
    dates = st.integers(0, 27).map(lambda days: FIRST + timedelta(days=days))

    def hours():
        times = sorted(draw(st.sets(clocks, min_size=2, max_size=6)))
        return list(zip(times[::2], times[1::2], strict=False))

    change = draw(dates)
    worked = sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=6)))
    shifts = week(*hours(), days=worked, valid_to=change - timedelta(days=1))
    shifts += week(*hours(), days=worked, valid_from=change)
    off = draw(st.sets(dates, max_size=6))
    data = {"shifts": shifts, "days_off": [*off], "working_days": []}
    for day in draw(st.sets(dates, max_size=3)):
        start, end = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
        data["days_off"].append({"date": day, "from": start, "to": end})
    for day in draw(st.sets(dates, max_size=3)) - off:
        own = draw(st.booleans())
        data["working_days"].append(
            {
                "date": day,
                "as_weekday": None if own else draw(st.sampled_from(worked)),
                "shifts": own and hours(),
            }
        )
    return data


moments = st.integers(0, 20 * 24 * 60).map(lambda m: datetime(2026, 2, 9) + timedelta(minutes=m))
seconds = st.builds(lambda moment, second: moment + timedelta(seconds=second), moments, st.integers(0, 59))


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, st.integers(0, 900))
def test_adding_agrees_with_the_minute_by_minute_loop(data, start, minutes):
    assert Calendar.from_dict(data).add(start, minutes) == slow_add(data, start, minutes)


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, moments)
def test_measuring_agrees_with_the_minute_by_minute_loop(data, one, other):
    start, end = sorted((one, other))
    assert Calendar.from_dict(data).elapsed(start, end) == slow_elapsed(data, start, end)


@settings(max_examples=100, deadline=None)
@given(calendars(), moments)
def test_a_moment_is_worked_as_the_data_say_and_the_next_one_is_the_first_after(data, moment):
    calendar = Calendar.from_dict(data)
    assert calendar.is_working(moment) == slow_is_working(data, moment)
    expected = moment
    while not slow_is_working(data, expected):
        expected += timedelta(minutes=1)
    assert calendar.next_working_moment(moment) == expected


@settings(max_examples=150, deadline=None)
@given(calendars(), seconds, st.integers(0, 7000))
def test_what_was_added_is_what_has_elapsed(data, start, minutes):
    calendar = Calendar.from_dict(data)
    end = calendar.add(start, minutes)
    assert end >= start
    assert calendar.elapsed(start, end) == minutes
    assert calendar.elapsed_seconds(start, end) == minutes * 60


@given(seconds, st.integers(0, 900_000))
def test_so_it_is_over_years(start, minutes):
    assert OFFICE.elapsed(start, OFFICE.add(start, minutes)) == minutes


@settings(max_examples=150, deadline=None)
@given(calendars(), seconds, st.integers(1, 5000))
def test_going_back_is_the_mirror_of_going_on(data, end, minutes):
    calendar = Calendar.from_dict(data)
    end += timedelta(days=400)  # so that the data's own weeks and plain ones lie before it
    start = calendar.add(end, -minutes)
    assert calendar.elapsed(start, end) == minutes
    assert calendar.elapsed_seconds(start + timedelta(seconds=1), end) < minutes * 60


@settings(max_examples=150, deadline=None)
@given(calendars(), st.lists(seconds, min_size=3, max_size=3))
def test_parts_add_up_to_the_whole(data, three):
    calendar, (a, b, c) = Calendar.from_dict(data), sorted(three)
    assert calendar.elapsed_seconds(a, c) == calendar.elapsed_seconds(a, b) + calendar.elapsed_seconds(b, c)
    a, b, c = (moment.replace(second=0) for moment in (a, b, c))
    assert calendar.elapsed(a, c) == calendar.elapsed(a, b) + calendar.elapsed(b, c)


@settings(max_examples=150, deadline=None)
@given(calendars(), seconds, seconds, st.integers(0, 5000), st.integers(0, 5000))
def test_later_start_or_more_work_never_ends_earlier(data, one, other, less, more):
    calendar = Calendar.from_dict(data)
    (start, later), (less, more) = sorted((one, other)), sorted((less, more))
    assert calendar.add(start, less) <= calendar.add(later, less) <= calendar.add(later, more)


@settings(max_examples=100, deadline=None)
@given(calendars(), seconds, seconds, st.integers(1, 60))
def test_working_days_are_counted_one_by_one(data, start, later, count):
    calendar, start, later = Calendar.from_dict(data), *sorted((start, later))
    day, left = start.date(), count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    end = calendar.add_working_days(start, count)
    assert end == calendar.intervals(day)[-1][1]
    assert calendar.working_days_between(start.date(), day) == count
    assert calendar.add_working_days(later, count) >= end
    at_once = calendar.add_working_days(start, count, from_next_day=False)
    second = timedelta(seconds=1)  # the answer is rounded up to the second
    assert calendar.working_days_elapsed(start, at_once) >= count
    assert calendar.working_days_elapsed(start, max(start, at_once - second)) < count
    assert at_once <= end


@settings(max_examples=60, deadline=None)
@given(calendars(), seconds, st.integers(0, 2000), st.lists(st.integers(1995, 2060), max_size=4))
def test_answers_do_not_depend_on_what_was_asked_before(data, start, minutes, years):
    calendar, fresh = Calendar.from_dict(data), Calendar.from_dict(data)
    for year in years:
        calendar.elapsed(datetime(year, 5, 1), datetime(year + 1, 5, 1))
    assert calendar.add(start, minutes) == fresh.add(start, minutes)
    assert calendar.next_working_day(start.date()) == fresh.next_working_day(start.date())


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-06 16:59", 1, "2026-03-06 17:00"),  # Friday's last minute ends on Friday
        ("2026-03-06 16:59", 2, "2026-03-09 07:31"),
        ("2026-03-06 17:00", 1, "2026-03-09 07:31"),
        ("2026-03-06 11:00", 30, "2026-03-06 11:30"),  # up to the lunch break
        ("2026-03-06 11:00", 31, "2026-03-06 13:01"),  # and over it
        ("2026-03-06 12:00", 60, "2026-03-06 14:00"),
        ("2026-03-07 09:00", 0, "2026-03-07 09:00"),  # no time added, nothing moves, even on a Saturday
        ("2026-02-13 16:00", 120, "2026-02-23 08:30"),  # Tết: Friday the 13th to Monday the 23rd
        ("2025-12-31 16:00", 60, "2025-12-31 17:00"),
        ("2025-12-31 16:00", 61, "2026-01-05 07:31"),  # New Year, the swapped Friday, the weekend
        ("2026-01-09 16:30", 60, "2026-01-10 08:00"),  # the Saturday worked in exchange
        ("2026-01-10 16:30", 60, "2026-01-12 08:00"),
        ("2026-03-06 16:59:30", 1, "2026-03-09 07:30:30"),  # seconds are kept
        ("2026-03-09 07:31", -1, "2026-03-09 07:30"),
        ("2026-03-09 07:31", -2, "2026-03-06 16:59"),
    ],
)
def test_adding_by_example(start, minutes, end):
    assert OFFICE.add(MOMENT(start), minutes) == MOMENT(end)


@pytest.mark.parametrize(
    ("moment", "next_one"),
    [
        ("2026-03-06 07:29:59", "2026-03-06 07:30"),
        ("2026-03-06 07:30", None),
        ("2026-03-06 11:29:59", None),
        ("2026-03-06 11:30", "2026-03-06 13:00"),
        ("2026-03-06 17:00", "2026-03-09 07:30"),
        ("2026-01-09 17:00", "2026-01-10 07:30"),
        ("2026-01-10 12:00", "2026-01-10 13:00"),
        ("2026-02-13 17:00", "2026-02-23 07:30"),
    ],
)
def test_a_shift_begins_with_its_first_second_and_is_over_at_its_end(moment, next_one):
    assert OFFICE.is_working(MOMENT(moment)) == (next_one is None)
    assert OFFICE.next_working_moment(MOMENT(moment)) == MOMENT(next_one or moment)


def test_seconds_count_and_microseconds_are_cut_off():
    assert OFFICE.elapsed_seconds(MOMENT("2026-03-06 16:59:30"), MOMENT("2026-03-09 07:30:10")) == 40
    assert OFFICE.elapsed(MOMENT("2026-03-06 16:59:30"), MOMENT("2026-03-09 07:30:10")) == 0
    assert OFFICE.add(MOMENT("2026-03-06 10:00:00.999999"), 1) == MOMENT("2026-03-06 10:01")


def test_five_working_days_after_new_years_eve_2025_pass_the_swap():
    assert OFFICE.add_working_days(MOMENT("2025-12-31 09:00"), 5) == MOMENT("2026-01-09 17:00")
    assert OFFICE.add_working_days(MOMENT("2025-12-31 09:00"), 6) == MOMENT("2026-01-10 17:00")


@pytest.mark.parametrize(
    ("start", "days", "from_next_day", "end"),
    [
        ("2026-03-06 10:00", 1, True, "2026-03-09 17:00"),
        ("2026-03-07 10:00", 1, True, "2026-03-09 17:00"),  # Saturday: Monday is the first day
        ("2026-03-06 10:00", 0.5, True, "2026-03-09 11:30"),
        ("2026-03-06 10:00", Decimal("1.5"), True, "2026-03-10 11:30"),
        ("2026-03-06 10:00", 1, False, "2026-03-09 10:00"),
        ("2026-03-06 10:00", 0.5, False, "2026-03-06 15:30"),  # four hours, lunch between
        ("2026-03-06 20:00", 1, False, "2026-03-09 17:00"),  # after hours nothing of a day is left
        ("2026-03-09 06:00", 1, False, "2026-03-09 17:00"),  # before hours all of it is
        ("2026-02-13 10:00", 2, True, "2026-02-24 17:00"),
    ],
)
def test_adding_working_days_by_example(start, days, from_next_day, end):
    assert OFFICE.add_working_days(MOMENT(start), days, from_next_day=from_next_day) == MOMENT(end)


def test_a_short_day_is_a_working_day_and_its_half_is_half_of_its_hours():
    calendar = Calendar.from_dict(
        {**YEAR_2026, "days_off": [{"date": date(2026, 3, 9), "from": "11:30", "to": None}]}
    )
    assert calendar.intervals(date(2026, 3, 9)) == [(MOMENT("2026-03-09 07:30"), MOMENT("2026-03-09 11:30"))]
    assert calendar.add_working_days(MOMENT("2026-03-06 10:00"), 1) == MOMENT("2026-03-09 11:30")
    assert calendar.add_working_days(MOMENT("2026-03-06 10:00"), 0.5) == MOMENT("2026-03-09 09:30")
    # A third of Friday's eight hours at once leads to the same third of the short Monday.
    third = MOMENT("2026-03-06 07:30") + timedelta(minutes=160)
    assert calendar.add_working_days(third, 1, from_next_day=False) == MOMENT("2026-03-09 08:50")


def test_days_off_may_cut_a_shift_in_the_middle():
    calendar = Calendar.from_dict(
        {"shifts": week(*OFFICE_HOURS), "days_off": [{"date": "2026-03-09", "from": "09:00", "to": "14:00"}]}
    )
    assert calendar.intervals(date(2026, 3, 9)) == [
        (MOMENT("2026-03-09 07:30"), MOMENT("2026-03-09 09:00")),
        (MOMENT("2026-03-09 14:00"), MOMENT("2026-03-09 17:00")),
    ]
    assert calendar.add(MOMENT("2026-03-09 08:00"), 90) == MOMENT("2026-03-09 14:30")


def test_summer_and_winter_hours_follow_their_dates():
    calendar = Calendar.from_dict(
        {
            "shifts": week(("07:00", "11:30"), valid_from="2026-04-16", valid_to="2026-10-15")
            + week(("07:30", "12:00"), valid_to="2026-04-15")
            + week(("07:30", "12:00"), valid_from="2026-10-16")
        }
    )
    assert calendar.next_working_moment(MOMENT("2026-04-15 00:00")) == MOMENT("2026-04-15 07:30")
    assert calendar.next_working_moment(MOMENT("2026-04-16 00:00")) == MOMENT("2026-04-16 07:00")
    assert calendar.next_working_moment(MOMENT("2026-10-15 12:00")) == MOMENT("2026-10-16 07:30")


def test_round_the_clock_knows_no_days_off():
    duty = Calendar.from_dict({**YEAR_2026, "round_the_clock": True})
    assert duty.add(MOMENT("2026-02-16 23:30"), 60) == MOMENT("2026-02-17 00:30")
    assert duty.elapsed(MOMENT("2026-01-01 00:00"), MOMENT("2027-01-01 00:00")) == 365 * 24 * 60
    assert duty.add_working_days(MOMENT("2026-02-16 10:00"), 1) == MOMENT("2026-02-18 00:00")


def test_times_come_as_text_time_or_timedelta_and_a_shift_may_end_at_midnight():
    rows = [
        {"weekday": 0, "start": time(22), "end": "24:00"},
        {"weekday": 1, "start": timedelta(0), "end": timedelta(hours=6)},
    ]
    calendar = Calendar.from_dict({"shifts": rows})
    assert calendar.add(MOMENT("2026-03-09 23:00"), 120) == MOMENT("2026-03-10 01:00")
    assert calendar.is_working(MOMENT("2026-03-10 00:00"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "no working time"),
        ({"shifts": None, "days_off": None}, "no working time"),
        ({"shifts": week(("08:00", "08:00"))}, "must end after it starts, not 08:00–08:00"),
        ({"shifts": week(("22:00", "06:00"))}, "over midnight as two"),
        (
            {"shifts": week(("08:00", "12:00"), ("11:59", "13:00"))},
            "Two shifts on Monday overlap: 08:00–12:00",
        ),
        ({"shifts": week(("8h", "12:00"))}, "8h is not a time of day"),
        ({"shifts": week(("08:00", "24:01"))}, "24:01 is not a time of day"),
        ({"shifts": week(("08:00", "12:60"))}, "12:60 is not a time of day"),
        ({"shifts": week(("08:00", "12:00"), days=[7])}, "from 0 (Monday) to 6 (Sunday), not 7"),
        ({"shifts": [{"start": "08:00", "end": "12:00"}]}, "from 0 (Monday) to 6 (Sunday), not None"),
        ({"shifts": week(("08:00", "12:00"), valid_from="2026-05-02", valid_to="2026-05-01")}, "01/05/2026"),
        ({"shifts": week(*OFFICE_HOURS), "days_off": ["2026-02-30"]}, "2026-02-30 is not a date"),
        ({"shifts": week(*OFFICE_HOURS), "holidays": []}, "not known: holidays"),
        (
            {**YEAR_2026, "working_days": [{"date": "2026-01-02", "as_weekday": 4}]},
            "both a day off and a working",
        ),
        ({**YEAR_2026, "working_days": [{"date": "2026-01-10"}]}, "choose a weekday or list its shifts"),
        ({**YEAR_2026, "working_days": [{"date": "2026-01-10", "as_weekday": 6}]}, "like a Sunday, but"),
        ({**YEAR_2026, "working_days": [{"date": "2026-01-10", "as_weekday": 4}] * 2}, "listed twice"),
        (
            {
                "working_days": [
                    {"date": "2026-01-10", "shifts": [("08:00", "12:00"), ("11:00", "13:00")]},
                ]
            },
            "10/01/2026 overlap",
        ),
    ],
)
def test_contradictory_data_are_refused_in_words(data, words):
    with pytest.raises(CalendarError) as refused:
        Calendar.from_dict(data)
    assert words in str(refused.value)


def test_a_shift_may_begin_when_another_ends():
    calendar = Calendar.from_dict({"shifts": week(("08:00", "12:00"), ("12:00", "16:00"))})
    assert calendar.add(MOMENT("2026-03-09 11:00"), 120) == MOMENT("2026-03-09 13:00")
    assert calendar.is_working(MOMENT("2026-03-09 12:00"))


def test_the_same_hours_in_different_seasons_do_not_overlap():
    shifts = week(("08:00", "12:00"), valid_to="2026-04-15") + week(
        ("08:00", "12:00"), valid_from="2026-04-16"
    )
    assert Calendar.from_dict({"shifts": shifts}).is_working(MOMENT("2026-04-16 08:00"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar: calendar.add(MOMENT("2026-03-09 08:00"), 1),
        lambda calendar: calendar.add(MOMENT("2020-01-01 08:00"), 10**15),
        lambda calendar: calendar.add(MOMENT("2020-01-01 08:00"), -(10**15)),
        lambda calendar: calendar.next_working_moment(MOMENT("2026-03-09 08:00")),
        lambda calendar: calendar.next_working_day(date(2026, 3, 9)),
        lambda calendar: calendar.add_working_days(MOMENT("2026-03-09 08:00"), 1),
        lambda calendar: calendar.add_working_days(MOMENT("2026-03-09 08:00"), 10**9, from_next_day=False),
        lambda calendar: calendar.add(datetime(2300, 1, 1), 1),
        lambda calendar: calendar.elapsed(datetime(1, 1, 1), MOMENT("2026-03-09 08:00")),
    ],
)
def test_a_question_without_an_answer_ends_in_words_and_not_in_a_loop(ask):
    ended = Calendar.from_dict({"shifts": week(("08:00", "12:00"), valid_to="2020-12-31")})
    with pytest.raises(CalendarError):
        ask(ended)


def test_the_horizon_does_not_move_when_more_has_been_laid_out():
    far = {"working_days": [{"date": "2040-06-01", "shifts": [("08:00", "12:00")]}]}
    fresh, warm = Calendar.from_dict(far), Calendar.from_dict(far)
    assert warm.elapsed(MOMENT("2026-01-01 00:00"), MOMENT("2045-01-01 00:00")) == 240
    for calendar in (fresh, warm):
        for ask in (calendar.next_working_moment, lambda moment: calendar.add(moment, 1)):  # noqa: B023
            with pytest.raises(CalendarError):
                ask(MOMENT("2026-01-01 00:00"))
        with pytest.raises(CalendarError):
            calendar.add(MOMENT("2060-01-01 00:00"), -1)
        assert calendar.next_working_moment(MOMENT("2030-01-01 00:00")) == MOMENT("2040-06-01 08:00")


def test_the_wrong_kind_of_moment_is_refused():
    aware = MOMENT("2026-03-09 08:00:00+07:00")
    for moment in (aware, date(2026, 3, 9), "2026-03-09 08:00"):
        with pytest.raises(CalendarError):
            OFFICE.is_working(moment)
    with pytest.raises(CalendarError):
        OFFICE.elapsed(MOMENT("2026-03-09 08:00"), MOMENT("2026-03-09 07:59"))
    with pytest.raises(CalendarError):
        OFFICE.working_days_between(date(2026, 3, 9), date(2026, 3, 8))
    for amount in (0, -1, float("nan"), float("inf"), "a lot"):
        with pytest.raises(CalendarError):
            OFFICE.add_working_days(MOMENT("2026-03-09 08:00"), amount)
    with pytest.raises(AttributeError):
        OFFICE.days_off = []


def test_working_days_elapsed_counts_the_begun_ones_in_part():
    elapsed = OFFICE.working_days_elapsed(MOMENT("2026-03-06 15:00"), MOMENT("2026-03-09 11:30"))
    assert elapsed == Fraction(1, 4) + Fraction(1, 2)

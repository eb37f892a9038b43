"""The duty roster's rules: what is covered, what is not, and who cannot be in two places."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phanhoi_app.rules import duty
from phanhoi_app.rules.duty import Shift

DAY = datetime(2026, 11, 24)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def shift(person: str, start: float, end: float) -> Shift:
    return Shift(person, at(start), at(end), f"{person}{start}")


shifts = st.lists(
    st.builds(
        lambda person, start, length: Shift(person, at(start), at(start + length), f"{person}{start}"),
        st.sampled_from("ABC"),
        st.integers(-12, 60),
        st.integers(1, 24),
    ),
    max_size=12,
)


def test_a_day_of_three_shifts_has_no_gap():
    day = [shift("A", 6, 14), shift("B", 14, 22), shift("C", 22, 30)]
    assert duty.gaps(day, at(6), at(30)) == []
    assert duty.gaps(day[:1] + day[2:], at(6), at(30)) == [(at(14), at(22))]
    assert duty.gaps(day, at(0), at(32)) == [(at(0), at(6)), (at(30), at(32))]


def test_at_the_change_the_next_is_on():
    day = [shift("A", 6, 14), shift("B", 14, 22)]
    assert [each.person for each in duty.on_duty(day, at(14))] == ["B"]
    assert duty.on_duty(day, at(22)) == []


def test_nobody_is_booked_twice_at_once():
    assert duty.double_bookings([shift("A", 6, 14), shift("A", 14, 22)]) == []
    assert duty.double_bookings([shift("A", 6, 14), shift("B", 6, 14)]) == []
    long, short = shift("A", 0, 24), shift("A", 3, 4)
    assert duty.double_bookings([short, long, shift("A", 23, 26)]) == [
        (long, short),
        (long, shift("A", 23, 26)),
    ]


@given(shifts, st.integers(0, 47))
def test_each_moment_is_in_a_gap_or_somebody_is_on(roster, hour):
    moment = at(hour)
    uncovered = any(start <= moment < end for start, end in duty.gaps(roster, at(0), at(48)))
    assert uncovered == (not duty.on_duty(roster, moment))


@given(shifts)
def test_gaps_lie_apart_and_in_order(roster):
    found = duty.gaps(roster, at(0), at(48))
    edges = [edge for gap in found for edge in gap]
    assert edges == sorted(set(edges))
    assert all(at(0) <= edge <= at(48) for edge in edges)


@given(shifts)
def test_double_bookings_are_the_pairs_that_overlap(roster):
    pairs = {
        frozenset((one, other))
        for number, one in enumerate(roster)
        for other in roster[number + 1 :]
        if one.person == other.person and one.start < other.end and other.start < one.end
    }
    found = duty.double_bookings(roster)
    assert {frozenset(pair) for pair in found} == pairs
    assert all(one.start <= other.start for one, other in found)


@given(st.integers(1, 6), st.integers(0, 40), st.integers(1, 3))
def test_a_plan_has_neither_gap_nor_injustice(people, days, at_once):
    names = [f"P{number}" for number in range(people)]
    last = DAY.date() + timedelta(days=days)
    hours = duty.read_hours("6h-14h, 14:00–22:00; 22g-6g")
    if at_once > people:
        with pytest.raises(duty.DutyError, match="cannot be on duty at once"):
            duty.planned(names, DAY.date(), last, hours, at_once)
        return
    made = duty.planned(names, DAY.date(), last, hours, at_once)
    assert duty.gaps(made, at(6), at(30 + 24 * days)) == []
    assert duty.double_bookings(made) == []
    turns = [sum(each.person == name for each in made) for name in names]
    assert max(turns) - min(turns) <= 1


@pytest.mark.parametrize("text", ["", "sáng", "6-", "25:00-26:00", "06:00-14:00-22:00", "6h:x-7h"])
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(duty.DutyError, match="06:00-14:00"):
        duty.read_hours(text)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, at(1), "both"),
        (at(2), at(1), "before it begins"),
        (at(1), at(1), "before it begins"),
        (at(0), at(25), "24 hours at most"),
    ],
)
def test_what_is_no_shift_is_refused(start, end, words):
    with pytest.raises(duty.DutyError, match=words):
        duty.check(start, end)


def test_plans_that_cannot_be_are_refused():
    hours = [(time(6), time(14))]
    for people, last, words in (
        ([], DAY.date(), "at least one person"),
        (["A"], date(2026, 11, 1), "before the first"),
        (["A"], date(2036, 1, 1), "more than 2000"),
    ):
        with pytest.raises(duty.DutyError, match=words):
            duty.planned(people, DAY.date(), last, hours)

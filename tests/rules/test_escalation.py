"""Reminders and escalation: each step once, on time, to a holder with a full term; a digest after a standstill."""

from dataclasses import replace
from datetime import timedelta

import pytest
from clock_stories import MOMENT, calendar_of, told
from hypothesis import given, settings
from hypothesis import strategies as st

from phanhoi_app.rules.clocks import Event, Extension, current, read, replay
from phanhoi_app.rules.escalation import (
    ABOVE,
    CHAIRMAN,
    HAND_OVER,
    LEADER,
    OFFICER,
    EscalationError,
    Key,
    Step,
    due_steps,
    next_event_on,
    step_on,
)
from phanhoi_app.rules.policy import Facts, Policy, Row

POLICY = Policy(
    [Row("resolve", "resolve", 5, "working_day"), Row("hold", "hold", 2, "working_day", "at_once")]
)
HALF = Step("half", "resolve", "percent", 50)
MOST = Step("most", "resolve", "percent", 80, (OFFICER, LEADER))
DUE = Step("due", "resolve", "due", targets=(LEADER,))
AFTER = Step("after", "resolve", "working_hours_after", 8, (CHAIRMAN,))
DAYS = Step("days", "resolve", "working_days_after", 2, (CHAIRMAN,))
STEPS = (HALF, MOST, DUE, AFTER, DAYS)
UP = Step("up", "hold", "working_hours_after", 1, (ABOVE,), HAND_OVER)
# The term runs from Tuesday 3 March 07:30 to Monday the 9th, 17:00: 40 hours.
STORY = told(("2026-03-02 09:00", "received", "new"), ("2026-03-03 08:00", "assign", "assigned", "A"))


def clock_at(now, story=STORY, code="resolve"):
    return current(read(replay(story, POLICY), POLICY, calendar_of, MOMENT(now)), code)


@pytest.mark.parametrize(
    ("step", "on"),
    [
        (HALF, "2026-03-05 11:30"),  # 20 hours: Tue 8, Wed 8, Thu 4
        (MOST, "2026-03-06 17:00"),  # 32 hours
        (DUE, "2026-03-09 17:00"),
        (AFTER, "2026-03-10 17:00"),
        (DAYS, "2026-03-11 17:00"),
    ],
)
def test_when_each_step_comes_due(step, on):
    assert step_on(step, clock_at("2026-03-04"), calendar_of) == MOMENT(on)


def test_a_pause_moves_the_steps_and_while_it_lasts_nothing_comes_due():
    paused = [*STORY, *told(("2026-03-04 09:00", "ask", "waiting"))]
    clock = clock_at("2026-05-01", paused)
    assert next_event_on(clock, STEPS, (), calendar_of) is None
    assert due_steps(clock, STEPS, (), calendar_of, MOMENT("2026-05-01")) == []
    resumed = clock_at("2026-03-05 09:00", [*paused, *told(("2026-03-05 09:00", "supply", "processing"))])
    assert [step_on(step, resumed, calendar_of) for step in (HALF, DUE, AFTER)] == [
        MOMENT("2026-03-06 11:30"),
        MOMENT("2026-03-10 17:00"),
        MOMENT("2026-03-11 17:00"),
    ]


def test_a_pause_after_the_due_time_moves_only_what_is_still_to_come():
    story = [*STORY, *told(("2026-03-10 09:00", "ask", "waiting"))]
    clock = clock_at("2026-03-20 09:00", story)
    given = due_steps(clock, STEPS, (), calendar_of, MOMENT("2026-03-20 09:00"))
    assert [one.key.step for one in given] == ["half", "most", "due"]
    resumed = clock_at("2026-03-11 09:00", [*story, *told(("2026-03-11 09:00", "supply", "processing"))])
    assert step_on(AFTER, resumed, calendar_of) == MOMENT("2026-03-11 17:00")


def test_an_extension_moves_the_steps():
    extended = Event(
        MOMENT("2026-03-04 09:00"),
        "granted",
        extensions=(Extension("resolve", amount=5, unit="working_day"),),
    )
    clock = clock_at("2026-03-05", [*STORY, extended])
    assert step_on(HALF, clock, calendar_of) == MOMENT("2026-03-09 17:00")
    assert step_on(DUE, clock, calendar_of) == MOMENT("2026-03-16 17:00")


def test_a_clock_that_has_stopped_gives_nothing_any_more():
    answered = clock_at("2026-04-01", [*STORY, *told(("2026-03-20 09:00", "answer", "answered"))])
    assert next_event_on(answered, STEPS, (), calendar_of) is None
    assert due_steps(answered, STEPS, (), calendar_of, MOMENT("2026-04-01")) == []


def test_a_step_of_another_clock_is_not_given():
    assert step_on(UP, clock_at("2026-03-04"), calendar_of) is None


def test_three_days_of_standstill_give_each_step_once():
    now = MOMENT("2026-03-12 08:00")
    given = due_steps(clock_at(str(now)), STEPS, (), calendar_of, now)
    assert [one.key for one in given] == [Key("resolve", 1, step.code) for step in STEPS]


def test_what_came_due_before_a_step_was_in_force_is_not_given_afterwards():
    now = MOMENT("2026-03-12 08:00")
    new = [replace(step, valid_from=MOMENT("2026-03-09").date()) for step in STEPS]
    over = [replace(step, valid_to=MOMENT("2026-03-09").date()) for step in STEPS]
    codes = lambda steps, **more: [  # noqa: E731
        one.key.step for one in due_steps(clock_at(str(now)), steps, (), calendar_of, now, **more)
    ]
    assert codes(new) == ["due", "after", "days"]
    assert codes(over) == ["half", "most", "due"]
    assert codes(STEPS, since=MOMENT("2026-03-10 00:00")) == ["after", "days"], "an imported case"
    assert next_event_on(clock_at(str(now)), new, (), calendar_of) == MOMENT("2026-03-09 17:00")


@pytest.mark.parametrize(
    ("narrowed", "fits"),
    [
        ({}, True),
        ({"severity": "Urgent"}, True),
        ({"severity": "Normal"}, False),
        ({"field": "roads"}, True),
        ({"field": "food"}, False),
        ({"agency_type": "Commune", "severity": "Urgent"}, True),
        ({"agency_type": "Department"}, False),
    ],
)
def test_a_step_is_for_the_complaints_that_it_names(narrowed, fits):
    facts = Facts(field_line=("pothole", "roads"), severity="Urgent", agency_type="Commune")
    assert replace(HALF, **narrowed).fits(facts) is fits


def sweep(story, days, hour=8, steps=(*STEPS, UP)):
    """Daily sweeps that do what the steps ask for; returns what was given, and the story as it then is."""
    story, done, given = list(story), set(), []
    for day in days:
        now = MOMENT("2026-03-03 00:00") + timedelta(days=day, hours=hour)
        for clock in read(replay(story, POLICY), POLICY, calendar_of, now):
            for one in due_steps(clock, steps, done, calendar_of, now):
                done.add(one.key)
                given.append(one)
                if one.step.effect == HAND_OVER:
                    holders = sum(event.kind == "escalated" for event in story)
                    story.append(Event(now, "escalated", agency=f"level {holders + 1}"))
    return given, story


def test_thirty_daily_sweeps_make_one_escalation_for_each_breached_step():
    given, _story = sweep(STORY, range(30), steps=STEPS)
    assert [one.key.step for one in given] == ["half", "most", "due", "after", "days"]
    once_more, _story = sweep(STORY, [29] * 5, steps=STEPS)
    assert len(once_more) == 5, "running again changes nothing"


def test_after_a_hand_over_the_new_holder_has_a_full_term_and_the_whole_clock_goes_on():
    """It does not climb a level a day: each holder first has his two days and the hour after."""
    given, story = sweep(STORY, range(14), steps=(UP,))
    handed_over = [event.at for event in story if event.kind == "escalated"]
    # A: due Thu 5 at 08:00, the step at 09:00, seen by the sweep of Fri 6 at 08:00. The next: due Tue 10 at 08:00 …
    assert handed_over == [MOMENT("2026-03-06 08:00"), MOMENT("2026-03-11 08:00"), MOMENT("2026-03-14 08:00")]
    assert [one.key.cycle for one in given] == [1, 2, 3]
    hold = clock_at("2026-03-06 08:00", story[:3], "hold")
    assert (hold.cycle, hold.used_minutes, hold.left_minutes) == (2, 0, 2 * 480)
    assert clock_at("2026-03-06 08:00", story[:3]).due_on == MOMENT("2026-03-09 17:00")


def test_a_machine_clock_set_back_gives_nothing_twice():
    forwards, _ = sweep(STORY, range(30))
    there_and_back, _ = sweep(STORY, [*range(15), *range(5, 30)])
    assert len({one.key for one in there_and_back}) == len(there_and_back)
    assert [one.key for one in there_and_back if one.key.clock == "resolve"] == [
        one.key for one in forwards if one.key.clock == "resolve"
    ]


@settings(max_examples=100, deadline=None)
@given(days=st.lists(st.integers(0, 40), max_size=60))
def test_whatever_the_sweeps_each_key_is_given_at_most_once(days):
    given, story = sweep(STORY, days)
    assert len({one.key for one in given}) == len(given)
    assert sum(event.kind == "escalated" for event in story) == sum(one.key.step == "up" for one in given)


@settings(max_examples=100, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=8),
    done=st.sets(st.sampled_from(STEPS)),
)
def test_the_next_event_is_the_first_of_those_not_given(minutes, done):
    """A sweep that looks only where `next_event_on` has come misses nothing."""
    keys = {Key("resolve", 1, step.code) for step in done}
    for minute in sorted(minutes):
        now = MOMENT("2026-03-02 09:00") + timedelta(minutes=minute)
        clock = clock_at(str(now))
        following = next_event_on(clock, STEPS, keys, calendar_of)
        given = due_steps(clock, STEPS, keys, calendar_of, now)
        assert bool(given) == bool(following and following <= now)
        keys |= {one.key for one in given}


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "soon"},
        {"targets": ("leader", "mayor")},
        {"valid_from": MOMENT("2026-03-02").date(), "valid_to": MOMENT("2026-03-01").date()},
        {"effect": "shout"},
        {"amount": 0},
        {"amount": 100},
        {"when": "working_days_after", "amount": 0},
    ],
)
def test_a_step_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(EscalationError, match="Step a"):
        Step(**{"code": "a", "clock": "resolve", "when": "percent", "amount": 50, **wrong})

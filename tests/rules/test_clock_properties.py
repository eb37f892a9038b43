"""What holds for the clocks of any history: whole equals step by step, pauses never take back what was used."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from clock_stories import AGENCIES, MOMENT, OFFICE, POLICY, calendar_of, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phanhoi_app.rules import clocks
from phanhoi_app.rules.clocks import Event, State, advance, dump, load, read, replay
from phanhoi_app.rules.policy import Policy, Row

LONG = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FEW = settings(max_examples=150, deadline=None)
MOMENTS = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: MOMENT("2026-02-09 00:00") + timedelta(minutes=minutes)
)


@LONG
@given(history=histories(), data=st.data())
def test_step_by_step_gives_the_same_as_all_at_once(history, data):
    """Also when the state is put away between two events, as the site does, and the events come in batches."""
    state, done = State(), 0
    while done < len(history):
        size = data.draw(st.integers(1, len(history) - done))
        for event in history[done : done + size]:
            state = advance(state, event, POLICY)
        state = load(json.loads(json.dumps(dump(state))))
        done += size
    assert state == replay(history, POLICY)
    now = history[-1].at + timedelta(days=3)
    assert read(state, POLICY, calendar_of, now) == read(replay(history, POLICY), POLICY, calendar_of, now)


def test_two_hundred_events_step_by_step():
    """The same on the longest histories, which chance alone seldom draws."""
    phases = (
        "new",
        "screening",
        "assigned",
        "processing",
        "waiting",
        "processing",
        "approval",
        "answered",
        "assigned",
    )
    history = [Event(MOMENT("2026-02-09 08:00"), "received", "new", changes={"severity": "Normal"})]
    for n in range(1, 200):
        at = history[-1].at + timedelta(minutes=n * 37 % 600)
        history.append(Event(at, "moved", phases[n % len(phases)], AGENCIES[n // 11 % 3]))
    state = State()
    for event in history:
        state = load(json.loads(json.dumps(dump(advance(state, event, POLICY)))))
    assert state == replay(history, POLICY)
    assert len(state.runs) > 50


@LONG
@given(history=histories(max_size=60), later=st.lists(st.integers(0, 50_000), min_size=2, max_size=5))
def test_no_clock_ever_runs_backwards(history, later):
    """Time used never falls from one moment to the next, whatever happens and whoever looks."""
    seen: dict = {}
    state = State()
    for event, following in pairwise([*history, history[-1]]):
        state = advance(state, event, POLICY)
        for moment in sorted({state.at, max(following.at, state.at)}):
            for clock in read(state, POLICY, calendar_of, moment):
                key = (*clock.key, clock.row, clock.agency)  # another row or calendar counts otherwise
                assert clock.used_minutes >= seen.get(key, 0)
                seen[key] = clock.used_minutes
    used = [
        [
            (c.key, c.used_minutes)
            for c in read(state, POLICY, calendar_of, history[-1].at + timedelta(minutes=m))
        ]
        for m in sorted(later)
    ]
    for before, after in pairwise(used):
        assert all(one[1] <= two[1] for one, two in zip(before, after, strict=True))


@FEW
@given(history=histories(max_size=40), now=MOMENTS)
def test_what_a_clock_says_fits_together(history, now):
    now = max(now, *(event.at for event in history))
    state = replay(history, POLICY)
    found = read(state, POLICY, calendar_of, now)
    assert read(state, POLICY, calendar_of, now, open_only=True) == [c for c in found if not c.stopped_on]
    for clock in found:
        assert clock.due_on >= clock.original_due_on >= clock.began
        assert (clock.stopped_on is None) == (clock.verdict in (clocks.OPEN, clocks.OVERDUE))
        assert (clock.state == clocks.STOPPED) == (clock.stopped_on is not None)
        open_pauses = [pause for pause in clock.pauses if pause.until is None]
        assert len(open_pauses) == (clock.state == clocks.PAUSED)
        assert all(one.until <= two.since for one, two in pairwise(clock.pauses))
        if clock.verdict == clocks.LATE_EXTENDED:
            assert clock.granted
        if not clock.granted:
            assert clock.due_on == clock.original_due_on
        if clock.verdict in (clocks.LATE, clocks.OVERDUE):
            assert clock.used_minutes >= clock.term_minutes - 1
        elif clock.verdict != clocks.VOID and clock.row not in (
            "resolve",
            "reply",
        ):  # calendar days skip days off
            assert clock.used_minutes <= clock.term_minutes


UNITS = [("working_day", 5), ("working_hour", 8), ("hour", 30), ("minute", 500), ("calendar_day", 7)]


@pytest.mark.parametrize(("unit", "amount"), UNITS)
@pytest.mark.parametrize("rule", ["at_once", "next_working_moment", "next_working_day"])
@FEW
@given(times=st.lists(MOMENTS, min_size=3, max_size=3))
def test_a_pause_costs_nothing_and_shortens_nothing(unit, amount, rule, times):
    """Paused or not: what was used before stays, what is left after is what was left before."""
    policy = Policy([Row("r", "resolve", amount, unit, rule)])
    began, since, until = sorted(times)
    received = Event(began, "received", "new")

    def at(moment, *events):
        return read(replay([received, *events], policy), policy, calendar_of, moment)[0]

    asked, supplied = Event(since, "ask", "waiting"), Event(until, "supply", "screening")
    before, after = at(since), at(until, asked, supplied)
    assert after.used_minutes == before.used_minutes
    assert after.due_on >= before.due_on
    if before.verdict == clocks.OVERDUE:
        assert after.due_on == before.due_on
    elif unit != "calendar_day":
        assert after.left_minutes == before.left_minutes


@FEW
@given(start=MOMENTS, minutes=st.integers(0, 20_000), paused=st.lists(MOMENTS, max_size=6, unique=True))
def test_the_due_time_is_where_the_time_used_meets_the_term(start, minutes, paused):
    """Elapsed and add are inverse, through pauses too."""
    assert OFFICE.elapsed(start, OFFICE.add(start, minutes)) == minutes
    policy = Policy(
        [
            Row("r", "resolve", minutes + 1, "minute", "next_working_moment"),
            Row("w", "hold", 3, "working_day"),
        ]
    )
    story, state = [Event(start, "received", "assigned")], "waiting"
    for moment in sorted(moment for moment in paused if moment > start):
        story.append(Event(moment, "moved", state))
        state = "assigned" if state == "waiting" else "waiting"
    if state == "assigned":
        story.append(Event(max(paused) + timedelta(hours=1), "moved", "assigned"))
    facts = replay(story, policy)
    for clock in read(facts, policy, calendar_of, facts.at):
        if clock.due_on >= facts.at:
            [at_due] = [c for c in read(facts, policy, calendar_of, clock.due_on) if c.key == clock.key]
            assert at_due.used_minutes == at_due.term_minutes == clock.term_minutes


# Events that touch different clocks, or nothing of a clock, at one moment.
INDEPENDENT = [
    Event(MOMENT("2026-03-10 10:00"), "publish"),
    Event(MOMENT("2026-03-10 10:00"), "rate"),
    Event(MOMENT("2026-03-10 10:00"), "extension_requested"),
    Event(
        MOMENT("2026-03-10 10:00"),
        "granted",
        extensions=(clocks.Extension("hold", amount=2, unit="working_day"),),
    ),
    Event(MOMENT("2026-03-10 10:00"), "edited", changes={"channel": "zalo"}),
    Event(MOMENT("2026-03-10 10:00"), "edited", changes={"severity": "Urgent"}),
    Event(MOMENT("2026-03-10 10:00"), "edited", changes={"kind": "petition"}),
    Event(
        MOMENT("2026-03-10 10:00"),
        "granted",
        extensions=(clocks.Extension("resolve", amount=2, unit="working_day"),),
    ),
]


@FEW
@given(order=st.permutations(INDEPENDENT), start=st.sampled_from(["processing", "waiting", "answered"]))
def test_the_order_of_independent_events_does_not_matter(order, start):
    first = [
        Event(MOMENT("2026-03-02 09:00"), "received", "new", changes={"severity": "Normal"}),
        Event(MOMENT("2026-03-03 09:00"), "assign", "processing", "A"),
        Event(MOMENT("2026-03-04 09:00"), "moved", start),
    ]
    assert replay([*first, *order], POLICY) == replay([*first, *INDEPENDENT], POLICY)


@FEW
@given(history=histories(max_size=30), index=st.integers(0, 29), note=st.integers(0, 400))
def test_an_event_that_says_nothing_of_clocks_changes_nothing(history, index, note):
    """A save, a comment, a look at the identity: while paused or running, however often."""
    index = min(index, len(history) - 1)
    extra = Event(history[index].at - timedelta(minutes=note), "identity_opened")
    assert replay([*history[: index + 1], extra, extra, *history[index + 1 :]], POLICY) == replay(
        history, POLICY
    )


def slow_clock(calendar, unit, term, began, pauses, until):
    """(minutes used, due time or None) by walking minute by minute; knows nothing of the fast way.

    `pauses`: moments at which it is paused and resumed by turns. A pause that begins after the due time is none for it.
    """
    used, due, moment = 0, None, began
    while moment < until:
        paused = sum(turn <= moment for turn in pauses) % 2
        if not paused and (unit == "minute" or calendar.is_working(moment)):
            used += 1
            if used == term:
                due = moment + timedelta(minutes=1)
        moment += timedelta(minutes=1)
    return used, due


@settings(max_examples=80, deadline=None)
@given(
    unit=st.sampled_from(["minute", "working_hour"]),
    agency=st.sampled_from(["A", "DUTY"]),
    hours=st.integers(1, 30),
    gaps=st.lists(st.integers(1, 1500), min_size=1, max_size=7),
    start=st.integers(0, 7 * 24 * 60),
)
def test_a_slow_walk_minute_by_minute_finds_the_same(unit, agency, hours, gaps, start):
    policy = Policy([Row("r", "resolve", hours * 60 if unit == "minute" else hours, unit, "at_once")])
    turns = [MOMENT("2026-02-09 00:00") + timedelta(minutes=start)]
    for gap in gaps:
        turns.append(turns[-1] + timedelta(minutes=gap))
    began, *pauses, now = turns
    story = [Event(began, "received", "assigned", agency)]
    story += [Event(at, "moved", ("waiting", "processing")[n % 2]) for n, at in enumerate(pauses)]
    [clock] = read(replay(story, policy), policy, calendar_of, now)
    used, due = slow_clock(calendar_of(agency, now), unit, hours * 60, began, pauses, now)
    assert clock.used_minutes == used
    if due:
        assert clock.due_on == due
    elif clock.state == clocks.RUNNING:
        assert clock.due_on > now

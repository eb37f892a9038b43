"""The table of cases that a legal officer can read and sign, each worked out by hand, against the code."""

import pytest
from deadline_words import read_cases

from phanhoi_app.rules import clocks

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}")
def test_the_case_comes_out_as_worked_out_by_hand(case):
    state = clocks.replay(case.events, case.policy)
    found = [c for c in clocks.read(state, case.policy, case.calendar_of, case.now) if c.clock == case.clock]
    clock = found[-1] if case.cycle is None else found[case.cycle - 1]
    assert (clock.due_on, clock.verdict) == (case.due, case.verdict), case.reasoning
    if case.used is not None:
        assert clock.used_minutes == case.used, case.reasoning


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.before is not c.calendar], ids=lambda case: f"{case.number}"
)
def test_a_changed_calendar_moves_the_due_time_without_a_replay(case):
    state = clocks.replay(case.events, case.policy)
    before = clocks.current(clocks.read(state, case.policy, lambda *_: case.before, case.now), case.clock)
    after = clocks.current(clocks.read(state, case.policy, case.calendar_of, case.now), case.clock)
    assert before.due_on != after.due_on == case.due


def test_there_are_enough_cases_and_each_has_its_reasoning():
    assert len(CASES) >= 60
    assert [case.number for case in CASES] == list(range(1, len(CASES) + 1))
    assert all(len(case.reasoning) > 40 for case in CASES)

"""Reminders and escalation: which steps of a clock have come due, each once, and when the next one will.

Steps are data. A step hangs on a clock code; it is given at most once in each cycle of that clock, whatever happens
to the time of day, because its key (clock, cycle, step) is remembered by the caller. A clock that restarts for a new
holder has a new cycle, so he gets all steps anew, on a full term; the whole clock's steps go on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from phanhoi_app.rules.clocks import CalendarOf, Clock
from phanhoi_app.rules.errors import RuleError

PERCENT, DUE, HOURS_AFTER, DAYS_AFTER = "percent", "due", "working_hours_after", "working_days_after"
WHENS = (PERCENT, DUE, HOURS_AFTER, DAYS_AFTER)
OFFICER, LEADER, ABOVE, COORDINATOR = "officer", "leader", "agency_above", "coordinator"
SUPERVISOR, CHAIRMAN = "supervisor", "chairman_office"
TARGETS = (OFFICER, LEADER, ABOVE, COORDINATOR, SUPERVISOR, CHAIRMAN)
NOTIFY, RAISE_SEVERITY, HAND_OVER, ASK_EXPLANATION = "notify", "raise_severity", "hand_over", "ask_explanation"
EFFECTS = (NOTIFY, RAISE_SEVERITY, HAND_OVER, ASK_EXPLANATION)


class EscalationError(RuleError):
    """A step does not make sense."""


@dataclass(frozen=True)
class Step:
    """`code` identifies it for good. `when` with `amount`: `PERCENT` of the term used (0 < amount < 100), `DUE` (no
    amount), `HOURS_AFTER`/`DAYS_AFTER` the due time, in working time. Raises `EscalationError`."""

    code: str
    clock: str
    when: str
    amount: float = 0
    target: str = OFFICER
    effect: str = NOTIFY


class Key(NamedTuple):
    """What may happen once: unique within a complaint."""

    clock: str
    cycle: int
    step: str


class Given(NamedTuple):
    """A step that has come due: `at` is when it should have been given."""

    key: Key
    step: Step
    at: datetime


def step_on(step: Step, clock: Clock, calendar: CalendarOf) -> datetime | None:
    """When the step comes due for that clock; None while it cannot be known (paused before it) or never will be
    (stopped, another clock)."""


def next_event_on(
    clock: Clock, steps: Sequence[Step], done: Collection[Key], calendar: CalendarOf
) -> datetime | None:
    """The first moment at which a step that has not been given comes due; it may lie in the past. None: nothing will,
    unless an event changes the clock (the sweep need not look)."""


def due_steps(
    clock: Clock, steps: Sequence[Step], done: Collection[Key], calendar: CalendarOf, now: datetime
) -> list[Given]:
    """The steps that have come due by `now` and were not given, in the order of their moments. After a standstill
    these are several: each is recorded by its key, and told together (`digest`)."""


def digest(given: Sequence[Given]) -> dict[str, list[Given]]:
    """By kind of target what he is to be told, as one message each: after a standstill one digest, not a flood."""

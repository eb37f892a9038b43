"""Reminders and escalation: which steps of a clock have come due, each once, and when the next one will.

Steps are data. A step hangs on a clock code; it is given at most once in each cycle of that clock, whatever happens
to the time of day, because its key (clock, cycle, step) is remembered by the caller. A clock that restarts for a new
holder has a new cycle, so he gets all steps anew, on a full term; the whole clock's steps go on. A step that comes due
on a day on which it is not in force is not given at all: who adds one today reminds nobody of last year.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from phanhoi_app.rules.clocks import STOPPED, CalendarOf, Clock, Measure
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import Facts
from phanhoi_app.rules.working_time import fraction

PERCENT, DUE, HOURS_AFTER, DAYS_AFTER = "percent", "due", "working_hours_after", "working_days_after"
WHENS = (PERCENT, DUE, HOURS_AFTER, DAYS_AFTER)
OFFICER, LEADER, ABOVE, COORDINATOR = "officer", "leader", "agency_above", "coordinator"
SUPERVISOR, CHAIRMAN = "supervisor", "chairman_office"
TARGETS = (OFFICER, LEADER, ABOVE, COORDINATOR, SUPERVISOR, CHAIRMAN)
NOTIFY, RAISE_SEVERITY, HAND_OVER, ASK_EXPLANATION = (
    "notify",
    "raise_severity",
    "hand_over",
    "ask_explanation",
)
EFFECTS = (NOTIFY, RAISE_SEVERITY, HAND_OVER, ASK_EXPLANATION)


class EscalationError(RuleError):
    """A step does not make sense."""


@dataclass(frozen=True)
class Step:
    """`code` identifies it for good. `when` with `amount`: `PERCENT` of the term used (more than 0, less than 100),
    `DUE` (no amount), `HOURS_AFTER`/`DAYS_AFTER` the due time, in working time. `targets`: whom it tells; `effect`:
    what besides telling. Given only when it comes due on a day from `valid_from` to `valid_to`, on complaints with this
    severity, in this field or below, with an agency of this type (None: whatever it is). Raises `EscalationError`."""

    code: str
    clock: str
    when: str
    amount: int | float | Decimal | Fraction = 0
    targets: tuple[str, ...] = (OFFICER,)
    effect: str = NOTIFY
    valid_from: date | None = None
    valid_to: date | None = None
    severity: str | None = None
    field: str | None = None
    agency_type: str | None = None

    def __post_init__(self) -> None:
        named = ((self.when, WHENS), *((target, TARGETS) for target in self.targets), (self.effect, EFFECTS))
        for value, known in named:
            if value not in known:
                raise EscalationError("Step {step}: {value} is not known.", step=self.code, value=value)
        amount = fraction(self.amount)
        if self.when == PERCENT and not 0 < amount < 100:
            raise EscalationError(
                "Step {step}: the percentage must be more than 0 and less than 100.", step=self.code
            )
        if self.when in (HOURS_AFTER, DAYS_AFTER) and amount <= 0:
            raise EscalationError(
                "Step {step}: the time after the due time must be more than 0.", step=self.code
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise EscalationError("Step {step}: it ends before it begins.", step=self.code)

    def fits(self, facts: Facts) -> bool:
        """Whether it is for complaints with these facts."""
        return (
            self.severity in (None, facts.severity)
            and self.agency_type in (None, facts.agency_type)
            and (self.field is None or self.field in facts.field_line)
        )

    def in_force(self, moment: datetime) -> bool:
        """Whether it is given when it comes due at this moment."""
        day = moment.date()
        return (self.valid_from or day) <= day <= (self.valid_to or day)


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
    (stopped, another clock). Raises `CalendarError`."""
    if clock.state == STOPPED or step.clock != clock.clock:
        return None
    own = calendar(clock.agency, clock.began)
    measure = Measure(own, clock.working)
    if step.when == PERCENT:
        part = ceil(fraction(step.amount) * clock.term_minutes * 60 / 100)
        return _after_pauses(measure.add(clock.started_on, part), clock, clock.started_on, measure)
    if clock.pauses and clock.pauses[-1].until is None and clock.pauses[-1].since < clock.due_on:
        return None
    if step.when == DUE:
        return clock.due_on
    if step.when == HOURS_AFTER:
        moment = own.add_seconds(clock.due_on, ceil(fraction(step.amount) * 3600))
    else:
        moment = own.add_working_days(clock.due_on, step.amount, from_next_day=False)
    return _after_pauses(moment, clock, clock.due_on, Measure(own, working=True))


def _after_pauses(moment: datetime, clock: Clock, since: datetime, measure: Measure) -> datetime | None:
    """The moment moved by the pauses that begin between `since` and it; None when one of them lasts."""
    for pause in clock.pauses:
        first = max(pause.since, since)
        if pause.until is None:
            return None if first < moment else moment
        if since < pause.until and first < moment:
            moment = measure.add(moment, measure.seconds(first, pause.until) // 60 * 60)
    return moment


def next_event_on(
    clock: Clock,
    steps: Sequence[Step],
    done: Collection[Key],
    calendar: CalendarOf,
    since: datetime | None = None,
) -> datetime | None:
    """The first moment at which a step that has not been given comes due; it may lie in the past. None: nothing will,
    unless an event changes the clock (the sweep need not look). What came due before `since` is never given."""
    waiting = _waiting(clock, steps, done, calendar, since)
    return min((given.at for given in waiting), default=None)


def due_steps(
    clock: Clock,
    steps: Sequence[Step],
    done: Collection[Key],
    calendar: CalendarOf,
    now: datetime,
    since: datetime | None = None,
) -> list[Given]:
    """The steps that have come due by `now` and were not given, in the order of their moments. After a standstill
    these are several: each is recorded by its key, and they are told together."""
    return [given for given in _waiting(clock, steps, done, calendar, since) if given.at <= now]


def _waiting(
    clock: Clock,
    steps: Sequence[Step],
    done: Collection[Key],
    calendar: CalendarOf,
    since: datetime | None,
) -> list[Given]:
    found = []
    for step in steps:
        key = Key(clock.clock, clock.cycle, step.code)
        over = step.valid_to and step.valid_to < clock.began.date()
        if over or key in done or not (at := step_on(step, clock, calendar)):
            continue
        if step.in_force(at) and (since is None or at >= since):
            found.append(Given(key, step, at))
    return sorted(found, key=lambda given: given.at)

"""From the events of a complaint to the facts about its clocks: when each began, was paused, extended, stopped.

`advance` takes one event, `replay` folds it over all: incremental and whole are equal by construction. The state
holds facts alone, no computed time, so a changed calendar needs no replay: `clocks.read` on the same state gives the
new due times. What a state stands on besides the events is the policy: changed rows need a replay.

How an event works on the clocks, in this order:
1. A changed holder: a clock whose row says `on_transfer=restart` stops and begins a new cycle with the row that holds
   for the new holder; one that says `continue` goes on, on the calendar with which it began: what was promised to the
   citizen does not move because offices hand his case about. (From no holder to one is no transfer.)
2. Changed facts (field, severity, kind, channel): each clock that has not stopped gets the row that holds for the
   new facts on the day on which it began. It still counts from there; pauses and extensions are kept. If no row
   holds any more it ends without a verdict; a clock that had no row before begins with the correction.
3. The kind of event, if the row names it, starts or stops the clock.
4. A changed phase runs, pauses or stops it. A clock that was stopped by a kind of event (published) begins again only
   after a phase that stops it.
5. Extensions move the clocks that they name, if these have not stopped.

Moments never run backwards: an event that says an earlier time than the one before it (the machine's clock was set
back) counts as of the same moment. Order is that of the events' numbers, which the caller gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from phanhoi_app.rules.policy import Facts, Policy


class Extension(NamedTuple):
    """What was granted to a clock: either a new due time or an amount past the present one."""

    clock: str
    new_due: datetime | None = None
    amount: int | float | Decimal | Fraction | None = None
    unit: str | None = None


class Event(NamedTuple):
    """One event. `at` is naive local time. What is None or missing did not change.

    `phase`, `agency` (the holder) are those after the event. `changes` holds attributes of `policy.Facts` that are
    different after it, e.g. `{"severity": "Urgent", "field_line": ("pothole", "roads")}`; the first event gives all.
    `reason` and `ground` (the legal ground) are kept with the pause or extension that the event begins.
    """

    at: datetime
    kind: str
    phase: str | None = None
    agency: str | None = None
    changes: Mapping[str, Any] = {}
    reason: str | None = None
    ground: str | None = None
    extensions: tuple[Extension, ...] = ()


class Pause(NamedTuple):
    """`until` None: it lasts."""

    since: datetime
    until: datetime | None
    reason: str | None
    ground: str | None


class Granted(NamedTuple):
    """An extension as it was granted."""

    at: datetime
    new_due: datetime | None
    amount: int | float | Decimal | Fraction | None
    unit: str | None
    reason: str | None
    ground: str | None


class Holding(NamedTuple):
    """`agency` held the complaint from `since` until `until` (None: still)."""

    agency: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Run:
    """One cycle of one clock. Identified by (`clock`, `cycle`); cycles count from 1 for each clock.

    `row`: name of the policy row; `agency`: whose calendar it counts on (None: the province's); `began`: the event
    from which it counts. `stopped_by`: `STOPPED_BY_PHASE`, `_EVENT`, `_TRANSFER`, `_CORRECTION` (no row any more).
    """

    clock: str
    cycle: int
    row: str
    agency: str | None
    began: datetime
    pauses: tuple[Pause, ...] = ()
    granted: tuple[Granted, ...] = ()
    stopped: datetime | None = None
    stopped_by: str | None = None


STOPPED_BY_PHASE, STOPPED_BY_EVENT = "phase", "event"
STOPPED_BY_TRANSFER, STOPPED_BY_CORRECTION = "transfer", "correction"


@dataclass(frozen=True)
class State:
    """The facts after some events. `reopened`: how often an ended or answered complaint came back."""

    at: datetime | None = None
    phase: str | None = None
    agency: str | None = None
    facts: Facts = Facts()
    reopened: int = 0
    runs: tuple[Run, ...] = ()  # ordered by clock and cycle
    holdings: tuple[Holding, ...] = ()


def advance(state: State, event: Event, policy: Policy) -> State:
    """The state after one more event; `state` itself stays as it is."""


def replay(events: Iterable[Event], policy: Policy) -> State:
    """The state after all events, in the order of their numbers."""


def dump(state: State) -> dict:
    """The state as plain JSON data (ISO times), to be kept with the complaint."""


def load(data: Mapping[str, Any]) -> State:
    """What `dump` gave. Raises KeyError, TypeError or ValueError on anything else."""

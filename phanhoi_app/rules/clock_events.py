"""From the events of a complaint to the facts about its clocks: when each began, was paused, extended, stopped.

`advance` takes one event, `replay` folds it over all: incremental and whole are equal by construction. The state
holds facts alone, no computed time, so a changed calendar needs no replay: `clocks.read` on the same state gives the
new due times. What a state stands on besides the events is the policy: changed rows need a replay.

How an event works on the clocks, in this order:
1. A changed holder: a clock whose row says `on_transfer=restart` stops and begins a new cycle with the row that holds
   for the new holder (paused, if the complaint still waits for the citizen). One that says `continue` goes on, on the
   calendar with which it began: what was promised to the citizen does not move because offices hand his case about.
   From no holder to one is no transfer. Nor is a succession: the successor takes the terms over as they are, counted on
   his calendar.
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

from phanhoi_app.rules.phases import ANSWERED, ENDED, OPEN
from phanhoi_app.rules.policy import CONTINUE, PAUSE, RESTART, RUN, STOP, Facts, Policy, Row


class Extension(NamedTuple):
    """What was granted to a clock: either a new due time or an amount past the present one."""

    clock: str
    new_due: datetime | None = None
    amount: int | float | Decimal | Fraction | None = None
    unit: str | None = None


class Event(NamedTuple):
    """One event. `at` is naive local time. What is None or missing did not change.

    `phase`, `agency` (the holder; "" for nobody) are those after the event. `changes` holds attributes of
    `policy.Facts` that are different after it: `{"severity": "Urgent", "field_line": ("pothole", "roads")}`; the first
    event gives all.
    `reason` and `ground` (the legal ground) are kept with the pause or extension that the event begins. `succession`:
    the new holder is the old one's successor in law (a reorganisation), which is no transfer.
    """

    at: datetime
    kind: str
    phase: str | None = None
    agency: str | None = None
    changes: Mapping[str, Any] = {}
    reason: str | None = None
    ground: str | None = None
    extensions: tuple[Extension, ...] = ()
    succession: bool = False


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


NO_FACTS = Facts()


@dataclass(frozen=True)
class State:
    """The facts after some events. `reopened`: how often an ended or answered complaint came back."""

    at: datetime | None = None
    phase: str | None = None
    agency: str | None = None
    facts: Facts = NO_FACTS
    reopened: int = 0
    runs: tuple[Run, ...] = ()  # ordered by clock and cycle
    holdings: tuple[Holding, ...] = ()


class _Change(NamedTuple):
    """What one event says of every clock."""

    at: datetime
    event: Event
    facts: Facts
    phase: str | None
    agency: str | None
    phase_changed: bool
    transferred: bool
    corrected: bool


def advance(state: State, event: Event, policy: Policy) -> State:
    """The state after one more event; `state` itself stays as it is. Raises `PolicyError`; ValueError or TypeError for
    a change of something that is no fact."""
    at = event.at.replace(microsecond=0)
    if state.at and at < state.at:
        at = state.at
    facts = state.facts._replace(**event.changes)
    phase = event.phase or state.phase
    agency = state.agency if event.agency is None else event.agency or None
    held_by = state.holdings[-1].agency if state.holdings else None
    change = _Change(
        at=at,
        event=event,
        facts=facts,
        phase=phase,
        agency=agency,
        phase_changed=phase != state.phase,
        transferred=bool(agency and held_by and agency != held_by and not event.succession),
        # The agency's type follows the holder: a transfer, not a correction.
        corrected=state.at is not None and facts._replace(agency_type=state.facts.agency_type) != state.facts,
    )
    before = state.runs
    if event.succession:
        before = tuple(
            replace(run, agency=agency) if run.stopped is None and run.agency == held_by else run
            for run in before
        )
    runs: list[Run] = []
    for code in sorted({*policy.clocks, *(run.clock for run in before)}):
        runs += _follow([run for run in before if run.clock == code], code, change, policy)
    return State(
        at=at,
        phase=phase,
        agency=agency,
        facts=facts,
        reopened=state.reopened + (state.phase in ANSWERED + ENDED and phase in OPEN),
        runs=tuple(runs),
        holdings=_holdings(state, agency, at),
    )


def replay(events: Iterable[Event], policy: Policy) -> State:
    """The state after all events, in the order of their numbers."""
    state = State()
    for event in events:
        state = advance(state, event, policy)
    return state


def _follow(runs: list[Run], code: str, change: _Change, policy: Policy) -> list[Run]:
    """The cycles of one clock after the event. No clock looks at another, so their order does not matter."""
    handed_over = _transfer(runs, change, policy)
    row_before = runs[-1].row if runs and runs[-1].stopped is None else None
    if change.corrected and not handed_over:
        _correct(runs, code, change, policy)
    is_open = bool(runs) and runs[-1].stopped is None
    if is_open:
        row = policy.row(runs[-1].row)
    elif (row := policy.find(code, change.facts, change.at.date())) is None:
        return runs
    if is_open and change.event.kind in row.stopped_by:
        runs[-1] = _stopped(runs[-1], change.at, STOPPED_BY_EVENT)
    elif not is_open and change.event.kind in row.started_by and row.effect(change.phase) != STOP:
        _begin(runs, code, row, change)
    renewed = (
        change.transferred and row.on_transfer == RESTART
    )  # perhaps the first holder for whom there is a row
    if change.phase_changed or renewed or (change.corrected and row.name != row_before):
        _settle(runs, code, row, change, handed_over)
    _extend(runs, code, change)
    return runs


def _transfer(runs: list[Run], change: _Change, policy: Policy) -> bool:
    if not (change.transferred and runs and runs[-1].stopped is None):
        return False
    if policy.row(runs[-1].row).on_transfer != RESTART:
        return False
    runs[-1] = _stopped(runs[-1], change.at, STOPPED_BY_TRANSFER)
    return True


def _correct(runs: list[Run], code: str, change: _Change, policy: Policy) -> None:
    if not runs or (runs[-1].stopped and runs[-1].stopped_by != STOPPED_BY_CORRECTION):
        return
    last = runs[-1]
    row = policy.find(code, change.facts, last.began.date())
    if row is None:
        if last.stopped is None:
            runs[-1] = _stopped(last, change.at, STOPPED_BY_CORRECTION)
    elif last.stopped is None:
        runs[-1] = replace(last, row=row.name)
    elif row.effect(change.phase) != STOP:  # corrected back: as if it had never been away
        runs[-1] = replace(last, row=row.name, stopped=None, stopped_by=None)


def _settle(runs: list[Run], code: str, row: Row, change: _Change, handed_over: bool) -> None:
    """Bring the clock into what the present phase asks for."""
    effect, last = row.effect(change.phase), runs[-1] if runs else None
    if last and last.stopped is None:
        if effect == STOP:
            runs[-1] = _stopped(last, change.at, STOPPED_BY_PHASE)
        elif effect == PAUSE:
            runs[-1] = _paused(last, change)
        elif effect == RUN:
            runs[-1] = _resumed(last, change.at)
    elif effect == STOP:
        if last and last.stopped_by == STOPPED_BY_EVENT:
            runs[-1] = replace(last, stopped_by=STOPPED_BY_PHASE)
    elif effect == RUN or handed_over:
        if last and last.stopped_by == STOPPED_BY_EVENT:
            return
        if last and last.stopped_by == STOPPED_BY_PHASE and row.on_reopen == CONTINUE:
            gap = Pause(last.stopped, change.at, change.event.reason, change.event.ground)
            pauses = (*last.pauses, gap)
            runs[-1] = replace(last, row=row.name, pauses=pauses, stopped=None, stopped_by=None)
            return
        _begin(runs, code, row, change)
        if effect == PAUSE:  # handed over while it stood still: it still stands for the same reason
            why = (
                last.pauses[-1]
                if last.pauses
                else Pause(change.at, None, change.event.reason, change.event.ground)
            )
            runs[-1] = replace(runs[-1], pauses=(why._replace(since=change.at, until=None),))


def _begin(runs: list[Run], code: str, row: Row, change: _Change) -> None:
    runs.append(Run(code, len(runs) + 1, row.name, change.agency, change.at))


def _extend(runs: list[Run], code: str, change: _Change) -> None:
    if not runs or runs[-1].stopped is not None:
        return
    event = change.event
    more = tuple(
        Granted(change.at, extension.new_due, extension.amount, extension.unit, event.reason, event.ground)
        for extension in event.extensions
        if extension.clock == code
    )
    if more:
        runs[-1] = replace(runs[-1], granted=runs[-1].granted + more)


def _stopped(run: Run, at: datetime, by: str) -> Run:
    return replace(_resumed(run, at), stopped=at, stopped_by=by)


def _paused(run: Run, change: _Change) -> Run:
    if run.pauses and run.pauses[-1].until is None:
        return run
    pause = Pause(change.at, None, change.event.reason, change.event.ground)
    return replace(run, pauses=(*run.pauses, pause))


def _resumed(run: Run, at: datetime) -> Run:
    if not run.pauses or run.pauses[-1].until is not None:
        return run
    return replace(run, pauses=(*run.pauses[:-1], run.pauses[-1]._replace(until=at)))


def _holdings(state: State, agency: str | None, at: datetime) -> tuple[Holding, ...]:
    if agency == state.agency:
        return state.holdings
    kept = state.holdings
    if kept and kept[-1].until is None:
        kept = (*kept[:-1], kept[-1]._replace(until=at))
    return (*kept, Holding(agency, at, None)) if agency else kept


def dump(state: State) -> dict:
    """The state as plain JSON data (ISO times, amounts as they were or as text), to be kept with the complaint."""
    data = {
        **vars(state),
        "facts": state.facts._asdict(),
        "runs": [
            vars(run)
            | {
                "pauses": [pause._asdict() for pause in run.pauses],
                "granted": [granted._asdict() for granted in run.granted],
            }
            for run in state.runs
        ],
        "holdings": [holding._asdict() for holding in state.holdings],
    }
    return _plain(data)


def load(data: Mapping[str, Any]) -> State:
    """What `dump` gave. Raises KeyError, TypeError or ValueError on anything else."""
    facts = dict(data["facts"], field_line=tuple(data["facts"]["field_line"]))
    runs = [
        dict(
            run,
            began=_moment(run["began"]),
            stopped=_moment(run["stopped"]),
            pauses=tuple(Pause(**_moments(pause, "since", "until")) for pause in run["pauses"]),
            granted=tuple(_granted(granted) for granted in run["granted"]),
        )
        for run in data["runs"]
    ]
    return State(
        at=_moment(data["at"]),
        phase=data["phase"],
        agency=data["agency"],
        facts=Facts(**facts),
        reopened=data["reopened"],
        runs=tuple(Run(**run) for run in runs),
        holdings=tuple(Holding(**_moments(holding, "since", "until")) for holding in data["holdings"]),
    )


def _granted(data: Mapping[str, Any]) -> Granted:
    amount = data["amount"]
    exact = Fraction(amount) if isinstance(amount, str) else amount
    return Granted(**_moments(data, "at", "new_due") | {"amount": exact})


def _moments(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return dict(data) | {name: _moment(data[name]) for name in names}


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, (Decimal, Fraction)) else value

"""Which row of the deadline policy holds: the most specific that fits, and why.

A row says of one clock how long its term is, from when it counts, which phases run, pause or stop it, what a
transfer or a reopening does to it, and how far it may be extended. Rows are data with validity dates.

Most specific is decided in this order: the field (its own row before its parent's, that before none), then
severity, kind, agency type, channel (named before not named). Of rows that are equal so far, the one valid from the
later day, then the one that stands first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.errors import RuleError, Word, say
from phanhoi_app.rules.phases import ALL, ANSWERED, ENDED

SCREEN, FORWARD, RESOLVE, HOLD = "screen", "forward", "resolve", "hold"
APPROVE, PUBLISH = "approve", "publish"
EXTENSION_ANSWER, CITIZEN_REPLY = "extension_answer", "citizen_reply"
# `hold` is the present holder's own clock; `resolve` the whole one that the citizen sees. A province may use further
# codes (for the steps inside an agency) if the row then names its phases.
CLOCKS = (SCREEN, FORWARD, RESOLVE, HOLD, APPROVE, PUBLISH, EXTENSION_ANSWER, CITIZEN_REPLY)

RESTART, CONTINUE = "restart", "continue"
RUN, PAUSE, STOP = "run", "pause", "stop"
LEADER, ABOVE = "leader", "above"  # who approves an extension: the agency's leader, or the agency above it

_WORK = ("assigned", "processing", "approval")
_OVER = ANSWERED + ENDED


def _but(*phases: str) -> tuple[str, ...]:
    return tuple(phase for phase in ALL if phase not in phases)


# clock → (phases in which it runs, pauses, stops; kinds of event that start it, that stop it)
_DEFAULTS: dict[str, tuple[tuple[str, ...], ...]] = {
    SCREEN: (("new", "screening"), ("waiting",), _WORK + _OVER, (), ()),
    FORWARD: (("new", "screening"), ("waiting",), _WORK + _OVER, (), ()),
    RESOLVE: (("new", "screening", *_WORK), ("waiting",), _OVER, (), ()),
    HOLD: (_WORK, ("waiting",), ("new", "screening", *_OVER), (), ()),
    APPROVE: (("approval",), (), _but("approval"), (), ()),
    PUBLISH: (ANSWERED, (), _but(*ANSWERED), (), ("publish", "withhold")),
    EXTENSION_ANSWER: ((), (), _OVER, ("extension_requested",), ("extension_granted", "extension_refused")),
    CITIZEN_REPLY: (("waiting",), (), _but("waiting"), (), ()),
}


class PolicyError(RuleError):
    """A row of the policy does not make sense."""


class Facts(NamedTuple):
    """What the conditions of a row ask about. `field_line`: the field and those above it, nearest first."""

    field_line: tuple[str, ...] = ()
    severity: str | None = None
    kind: str | None = None
    agency_type: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class ExtensionRule:
    """How far a term may be extended: at most `max_times`, together at most `max_total` of `unit` past the original
    due time (pauses included). `approver`: `LEADER` or `ABOVE`."""

    max_times: int = 1
    max_total: int | float | Decimal | Fraction | None = None  # None: no limit but the number
    unit: str = deadlines.WORKING_DAY
    approver: str = LEADER


@dataclass(frozen=True)
class Row:
    """One row. `name` identifies it for good, `number` is its place in the table, for people.

    Conditions (`field`, `severity`, `kind`, `agency_type`, `channel`, `valid_from`, `valid_to`) that are None hold
    always; validity includes both its ends and is asked for the day on which the clock starts.

    `runs`, `pauses`, `stops` are phases; one in none of them leaves the clock as it is. `started_by`, `stopped_by`
    are kinds of event. Each that is None is the clock code's default.

    `on_transfer`: what a change of holder does to a running clock; None: `RESTART` for `HOLD`, else `CONTINUE`.
    `on_reopen`: what a stopped clock does that comes into a running phase again: `RESTART` begins a new cycle,
    `CONTINUE` treats the time between as a pause. `extension` None: may not be extended.

    Raises `PolicyError` or `deadlines.DeadlineError`.
    """

    name: str
    clock: str
    amount: int | float | Decimal | Fraction
    unit: str
    start_rule: str = deadlines.NEXT_WORKING_DAY
    field: str | None = None
    severity: str | None = None
    kind: str | None = None
    agency_type: str | None = None
    channel: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    runs: frozenset[str] | None = None
    pauses: frozenset[str] | None = None
    stops: frozenset[str] | None = None
    started_by: frozenset[str] | None = None
    stopped_by: frozenset[str] | None = None
    on_transfer: str | None = None
    on_reopen: str = RESTART
    extension: ExtensionRule | None = None
    number: int = 0

    def effect(self, phase: str | None) -> str | None:
        """`RUN`, `PAUSE`, `STOP`, or None: that phase leaves the clock as it is."""


class Condition(NamedTuple):
    """`name` is a condition's attribute in `Row` (field, severity …), `value` what the row asks for (a code)."""

    name: str
    value: str


class Passed(NamedTuple):
    """A row that was not chosen. `why`: `DIFFERS` (and `condition` is the first that is not met), `NOT_VALID`,
    `LESS_SPECIFIC` or `LATER` (as specific, but stands below or is valid from an earlier day)."""

    row: Row
    why: str
    condition: Condition | None = None


DIFFERS, NOT_VALID, LESS_SPECIFIC, LATER = "differs", "not_valid", "less_specific", "later"


@dataclass(frozen=True)
class Choice:
    """What was chosen: `row` (None: no row fits), `because` its conditions, `passed` the others in their order."""

    row: Row | None
    because: tuple[Condition, ...]
    passed: tuple[Passed, ...]
    day: date

    def sentences(
        self, translate: Callable[[str], str] | None = None, label: Callable[[str, str], str] | None = None
    ) -> list[str]:
        """The explanation, one sentence a row, the chosen one first.

        `translate` maps an English source string to the reader's language, `label(name, value)` a condition's code to
        what people call it (the field's title …); without it the code is shown."""


def choose(rows: Sequence[Row], facts: Facts, day: date) -> Choice:
    """The row that holds for a clock that starts on `day`. `rows` are those of one clock."""


class Policy:
    """All rows of a province, ready to be asked often (threads may share it)."""

    def __init__(self, rows: Sequence[Row]) -> None: ...

    @property
    def clocks(self) -> tuple[str, ...]:
        """The codes for which there are rows, in a fixed order."""

    def choose(self, clock: str, facts: Facts, day: date) -> Choice: ...

    def find(self, clock: str, facts: Facts, day: date) -> Row | None:
        """As `choose(...).row`, remembered."""

    def row(self, name: str) -> Row:
        """The row of that name. Raises `PolicyError` when it is gone: the clocks want to be computed anew."""

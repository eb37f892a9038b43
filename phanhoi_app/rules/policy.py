"""Which row of the deadline policy holds: the most specific that fits, and why.

A row says of one clock how long its term is, from when it counts, which phases run, pause or stop it, what a
transfer or a reopening does to it, and how far it may be extended. Rows are data with validity dates.

Most specific is decided in this order: the field (its own row before its parent's, that before none), then
severity, kind, agency type, channel (named before not named). Of rows that are equal so far, the one valid from the
later day, then the one that stands first.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.errors import RuleError, Word, fill
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


_SETS = ("runs", "pauses", "stops", "started_by", "stopped_by")
_REMEMBERED = 4096
# The conditions in the order in which they weigh, and what people call them.
CONDITIONS = {
    "field": Word("Field"),
    "severity": Word("Severity"),
    "kind": Word("Kind"),
    "agency_type": Word("Agency Type"),
    "channel": Word("Channel"),
}
DIFFERS, NOT_VALID, LESS_SPECIFIC, LATER = "differs", "not_valid", "less_specific", "later"
_WORDS = {
    "none": Word("No row fits: there is no such deadline."),
    "chosen": Word("Row {row} holds, because {conditions}."),
    "chosen_always": Word("Row {row} holds: it asks for nothing in particular."),
    DIFFERS: Word("Row {row} does not fit: it asks for {conditions}."),
    NOT_VALID: Word("Row {row} is not valid on {day}."),
    LESS_SPECIFIC: Word("Row {row} fits too, but is less specific."),
    LATER: Word("Row {row} is as specific, but comes after it."),
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


class Condition(NamedTuple):
    """`name` is a condition's attribute in `Row` (field, severity …), `value` what the row asks for (a code)."""

    name: str
    value: str


@dataclass(frozen=True)
class ExtensionRule:
    """How far a term may be extended: at most `max_times`, together at most `max_total` of `unit` past the original
    due time (pauses included). `approver`: `LEADER` or `ABOVE`."""

    max_times: int = 1
    max_total: int | float | Decimal | Fraction | None = None  # None: no limit but the number
    unit: str = deadlines.WORKING_DAY
    approver: str = LEADER

    def __post_init__(self) -> None:
        if not (isinstance(self.max_times, int) and self.max_times > 0):
            raise PolicyError("The number of extensions must be a whole number from 1.")
        if self.max_total is not None:
            deadlines.checked_amount(self.max_total, self.unit, deadlines.AT_ONCE)
        if self.approver not in (LEADER, ABOVE):
            raise PolicyError("An extension is approved by the agency's leader or by the agency above.")


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

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.clock):
            raise PolicyError(
                "Row {row}: the clock {clock} must be a code of small letters.",
                row=self.number,
                clock=self.clock,
            )
        deadlines.checked_amount(self.amount, self.unit, self.start_rule)
        defaults = _DEFAULTS.get(self.clock, ((), (), (), (), ()))
        for name, default in zip(_SETS, defaults, strict=True):
            given = getattr(self, name)
            object.__setattr__(self, name, frozenset(default if given is None else given))
        if self.on_transfer is None:
            object.__setattr__(self, "on_transfer", RESTART if self.clock == HOLD else CONTINUE)
        self._check()

    def _check(self) -> None:
        for phase in sorted((self.runs | self.pauses | self.stops) - set(ALL)):
            raise PolicyError("Row {row}: there is no phase {phase}.", row=self.number, phase=phase)
        for phase in sorted(
            (self.runs & self.pauses) | (self.runs & self.stops) | (self.pauses & self.stops)
        ):
            raise PolicyError(
                "Row {row}: in the phase {phase} the clock can only run, pause or stop: choose one.",
                row=self.number,
                phase=phase,
            )
        if not (self.runs or self.started_by):
            raise PolicyError("Row {row}: say in which phases the clock runs.", row=self.number)
        if not (self.stops or self.stopped_by):
            raise PolicyError("Row {row}: say in which phases the clock stops.", row=self.number)
        if self.on_transfer not in (RESTART, CONTINUE) or self.on_reopen not in (RESTART, CONTINUE):
            raise PolicyError(
                "Row {row}: after a transfer or a reopening the clock can only restart or continue.",
                row=self.number,
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise PolicyError(
                "Row {row} is valid until {last}, which is before its first day {first}.",
                row=self.number,
                first=self.valid_from,
                last=self.valid_to,
            )

    def effect(self, phase: str | None) -> str | None:
        """`RUN`, `PAUSE`, `STOP`, or None: that phase leaves the clock as it is."""
        if phase in self.runs:
            return RUN
        if phase in self.pauses:
            return PAUSE
        return STOP if phase in self.stops else None

    def conditions(self) -> tuple[Condition, ...]:
        """What the row asks for, in the order in which conditions weigh."""
        return tuple(Condition(name, value) for name in CONDITIONS if (value := getattr(self, name)))

    def differs(self, facts: Facts) -> Condition | None:
        """The first condition that the facts do not meet."""
        for condition in self.conditions():
            if condition.name == "field":
                met = condition.value in facts.field_line
            else:
                met = getattr(facts, condition.name) == condition.value
            if not met:
                return condition
        return None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def _specificity(self, facts: Facts) -> tuple:
        near = len(facts.field_line) - facts.field_line.index(self.field) if self.field else 0
        return (near, *(bool(getattr(self, name)) for name in CONDITIONS if name != "field"))


class Passed(NamedTuple):
    """A row that was not chosen. `why`: `DIFFERS` (and `condition` is the first that is not met), `NOT_VALID`,
    `LESS_SPECIFIC` or `LATER` (as specific, but stands below or is valid from an earlier day)."""

    row: Row
    why: str
    condition: Condition | None = None


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
        what people call it (the field's title …); without it the code is shown.
        """
        to_reader = translate or str

        def told(*conditions: Condition) -> str:
            pairs = ((c.name, label(c.name, c.value) if label else c.value) for c in conditions)
            return ", ".join(f"{to_reader(CONDITIONS[name])} = {value}" for name, value in pairs)

        lines = []
        if self.row is None:
            lines.append(fill(_WORDS["none"], {}, translate))
        else:
            said = "chosen" if self.because else "chosen_always"
            values = {"row": self.row.number, "conditions": told(*self.because)}
            lines.append(fill(_WORDS[said], values, translate))
        for row, why, condition in self.passed:
            values = {"row": row.number, "day": self.day, "conditions": told(condition) if condition else ""}
            lines.append(fill(_WORDS[why], values, translate))
        return lines


def choose(rows: Sequence[Row], facts: Facts, day: date) -> Choice:
    """The row that holds for a clock that starts on `day`. `rows` are those of one clock."""
    fitting = [row for row in rows if row.valid_on(day) and not row.differs(facts)]
    # max keeps the first of equals.
    best = max(fitting, key=lambda row: (row._specificity(facts), row.valid_from or date.min), default=None)
    passed = []
    for row in rows:
        if row is best:
            continue
        if differing := row.differs(facts):
            passed.append(Passed(row, DIFFERS, differing))
        elif not row.valid_on(day):
            passed.append(Passed(row, NOT_VALID))
        else:
            equal = row._specificity(facts) == best._specificity(facts)
            passed.append(Passed(row, LATER if equal else LESS_SPECIFIC))
    return Choice(best, best.conditions() if best else (), tuple(passed), day)


class Policy:
    """All rows of a province, ready to be asked often (threads may share it). Raises `PolicyError` when two rows have
    the same name."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = {row.name: row for row in rows}
        if len(self._rows) < len(rows):
            raise PolicyError("Two rows of the deadline policy have the same name.")
        codes = {row.clock for row in rows}
        self._by_clock = {code: tuple(row for row in rows if row.clock == code) for code in sorted(codes)}
        # Rows may begin or cease to hold on these days; between two of them the answer is the same.
        self._days = sorted(
            {row.valid_from.toordinal() for row in rows if row.valid_from}
            | {row.valid_to.toordinal() + 1 for row in rows if row.valid_to}
        )
        self._found: dict[tuple[str, Facts, int], Row | None] = {}

    @property
    def clocks(self) -> tuple[str, ...]:
        """The codes for which there are rows, in a fixed order."""
        return tuple(self._by_clock)

    def choose(self, clock: str, facts: Facts, day: date) -> Choice:
        """The row of that clock that holds, and why."""
        return choose(self._by_clock.get(clock, ()), facts, day)

    def find(self, clock: str, facts: Facts, day: date) -> Row | None:
        """As `choose(...).row`, remembered."""
        key = (clock, facts, bisect_right(self._days, day.toordinal()))
        if key not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found = {}  # a new one: another thread may be reading the old
            self._found[key] = self.choose(clock, facts, day).row
        return self._found[key]

    def row(self, name: str) -> Row:
        """The row of that name. Raises `PolicyError` when it is gone: the clocks want to be computed anew."""
        try:
            return self._rows[name]
        except KeyError:
            raise PolicyError(
                "The row {row} of the deadline policy is gone: compute the clocks anew.", row=name
            ) from None

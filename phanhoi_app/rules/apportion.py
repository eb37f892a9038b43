"""To whom something goes when a unit is divided: by area, by field, or both; the more exact rule counts.

Areas and fields are trees. What something lies in is given as its line: its own code first, then those above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Rule(NamedTuple):
    """`target` gets what lies in `area` and concerns `field`; one that is None does not matter."""

    target: str
    area: str | None = None
    field: str | None = None


def choose(rules: Iterable[Rule], areas: Sequence[str], fields: Sequence[str]) -> str | None:
    """The target of whatever has these lines; None when no rule fits, or several that do not agree.

    Of two rules that fit, one that is nearer in one respect and not farther in the other puts the other aside: a
    ward's rule its district's, a rule for ward and field the one for the ward. Between a rule for the area and one
    for the field nobody can tell.
    """
    fitting = {
        (rule.target, _nearness(rule.area, areas), _nearness(rule.field, fields))
        for rule in rules
        if (rule.area is None or rule.area in areas) and (rule.field is None or rule.field in fields)
    }
    best = {
        target
        for target, area, field in fitting
        if not any(a >= area and f >= field and (a, f) != (area, field) for _target, a, f in fitting)
    }
    return best.pop() if len(best) == 1 else None


def _nearness(code: str | None, line: Sequence[str]) -> int:
    return 0 if code is None else len(line) - line.index(code)

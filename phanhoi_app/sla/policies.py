"""The Deadline Policy documents as the one pure policy that the rules choose from.

The settings' policy holds for every field, a field's own for it and the fields below: there its rows ask for that field
besides, so that the most specific decides across documents as it does within one.
"""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.policy import ABOVE, CONTINUE, LEADER, RESOLVE, RESTART, ExtensionRule, Policy, Row

UNITS = {
    "Minutes": deadlines.MINUTE,
    "Hours": deadlines.HOUR,
    "Working hours": deadlines.WORKING_HOUR,
    "Working days": deadlines.WORKING_DAY,
    "Calendar days": deadlines.CALENDAR_DAY,
}
START_RULES = {
    "At once": deadlines.AT_ONCE,
    "Next working moment": deadlines.NEXT_WORKING_MOMENT,
    "Next working day": deadlines.NEXT_WORKING_DAY,
}
APPROVERS = {"Leader": LEADER, "Agency above": ABOVE}
ON_CHANGE = {"Restart": RESTART, "Continue": CONTINUE}
# Row of the policy → attribute of the rule's row, for what is a set of codes.
SETS = {
    "runs_in": "runs",
    "pauses_in": "pauses",
    "stops_in": "stops",
    "started_by": "started_by",
    "stopped_by": "stopped_by",
}
CONDITIONS = ("field", "severity", "kind", "agency_type", "channel")
IMPORTED = "imported"


class Source(NamedTuple):
    """Where a row comes from: the document, its place there (counted from 1), the legal ground that it names."""

    document: str
    number: int
    ground: str


class Held(NamedTuple):
    """All rows that hold, {name of a row: where it comes from}, and the due time that an imported case brought."""

    policy: Policy
    sources: dict[str, Source]
    brought: datetime | None = None
    rows: tuple[Row, ...] = ()

    def continuing(self) -> Policy:
        """The same rows, but what was stopped goes on: for a complaint that comes out of another it was merged into."""
        return _continuing(self.rows)

    def source(self, row: str) -> Source | None:
        """Of a row that is gone, or came with an import, there is none."""
        return self.sources.get(row)


def current() -> Held:
    """What holds now. One statement; built anew when one of the documents has changed."""
    documents = frappe.db.sql(
        """select p.name, p.modified, f.name from `tabDeadline Policy` p
        left join `tabField` f on f.deadline_policy = p.name where p.enabled = 1 order by p.name, f.name"""
    )
    default = frappe.get_cached_doc("Phanhoi Settings").deadline_policy
    return _hold(frappe.local.site, default, documents)


@lru_cache(maxsize=16)
def _hold(site: str, default: str | None, documents: tuple) -> Held:
    rows, sources = [], {}
    several = len({name for name, _modified, field in documents if field or name == default}) > 1
    own = [(name, field) for name, _modified, field in documents if field]
    general = {name: None for name, *_rest in documents if name == default}
    for name, field in [*own, *general.items()]:
        document = frappe.get_doc("Deadline Policy", name)
        for row in document.rows:
            if field and row.field and field not in line(row.field):
                continue
            number = f"{row.idx} ({name})" if several else row.idx
            rule = as_rule(row, document, name=f"{row.name}:{field}" if field else row.name, number=number)
            rows.append(Row(**{**rule, "field": rule["field"] or field}))
            sources[rule["name"]] = Source(name, row.idx, row.legal_ground or "")
    return Held(Policy(rows), sources, rows=tuple(rows))


@lru_cache(maxsize=16)
def _continuing(rows: tuple[Row, ...]) -> Policy:
    return Policy([replace(row, on_reopen=CONTINUE) for row in rows])


def as_rule(row, document, name: str = "", number: int | str = 0) -> dict:
    """A row of a Deadline Policy document as the values of `rules.policy.Row`; valid as long as both are."""
    starts = [getdate(day) for day in (row.valid_from, document.valid_from) if day]
    ends = [getdate(day) for day in (row.valid_to, document.valid_to) if day]
    values = {
        "name": name or row.name or str(row.idx),
        "number": number or row.idx,
        "clock": row.clock or RESOLVE,
        # As it was typed: a third of a day is nobody's term, half of one is.
        "amount": Fraction(str(row.amount or 0)),
        "unit": UNITS.get(row.unit, row.unit),
        "start_rule": START_RULES.get(row.start_rule, row.start_rule),
        "valid_from": max(starts, default=None),
        "valid_to": min(ends, default=None),
        "on_transfer": ON_CHANGE.get(row.on_transfer),
        "on_reopen": ON_CHANGE.get(row.on_reopen, RESTART),
        "extension": _extension(row),
    }
    values |= {condition: row.get(condition) or None for condition in CONDITIONS}
    return values | {attribute: codes(row.get(column)) for column, attribute in SETS.items()}


def codes(text: str | None) -> frozenset[str] | None:
    """The codes in a text separated by commas, spaces or lines; None when there are none."""
    found = (text or "").replace(",", " ").split()
    return frozenset(found) if found else None


def _extension(row) -> ExtensionRule | None:
    if not cint(row.max_extensions):
        return None
    return ExtensionRule(
        max_times=cint(row.max_extensions),
        max_total=Fraction(str(row.max_extension)) if flt(row.max_extension) else None,
        unit=UNITS.get(row.max_extension_unit, deadlines.WORKING_DAY),
        approver=APPROVERS.get(row.extension_approver, LEADER),
    )


def line(field: str | None) -> tuple[str, ...]:
    """The field and the fields above it, nearest first."""
    found: list[str] = []
    while field and field not in found:
        found.append(field)
        field = frappe.get_cached_value("Field", field, "parent_field")
    return tuple(found)


def with_import(held: Held, received_at: datetime, due_on: datetime | None) -> tuple[Policy, Held]:
    """For a case that came with the due time of another system: (the policy for what happened there, that for here).

    There nothing counts but that due time; here it stays until the policy's own rows begin something anew.
    """
    if not due_on:
        return _EMPTY, held
    seconds = max(int((due_on - received_at).total_seconds()), 1)
    day = received_at.date()
    row = Row(
        name=IMPORTED,
        clock=RESOLVE,
        amount=Fraction(seconds, 60),
        unit=deadlines.MINUTE,
        start_rule=deadlines.AT_ONCE,
        valid_from=day,
        valid_to=day,
    )
    return Policy([row]), held._replace(policy=_Beside(held.policy, row), brought=due_on)


class _Beside(Policy):
    """A policy that knows one row more by its name, and never chooses it."""

    def __init__(self, policy: Policy, row: Row) -> None:
        self.__dict__.update(policy.__dict__)
        self._known, self._more = policy, row

    def row(self, name: str) -> Row:
        return self._more if name == self._more.name else self._known.row(name)


_EMPTY = Policy([])


def clock_label(code: str) -> str:
    """What people call a clock."""
    words = {
        "screen": _("Screening"),
        "forward": _("Forwarding"),
        "resolve": _("Answer to the citizen"),
        "hold": _("Time of the agency that holds it"),
        "take": _("Taking in hand"),
        "handle": _("Handling"),
        "approve": _("Approval"),
        "publish": _("Publication"),
        "extension_answer": _("Answer to a request for extension"),
        "citizen_reply": _("The citizen's reply"),
    }
    return str(words.get(code, code))

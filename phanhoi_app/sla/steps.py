"""The steps of reminding and escalating as the administrator words them, and those that complaints have been given."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import flt, getdate

from phanhoi_app.rules import escalation
from phanhoi_app.rules.clock_events import State
from phanhoi_app.rules.clocks import CalendarOf, Clock
from phanhoi_app.sla import clock_words, policies, told

DOCTYPE, GIVEN = "Escalation Step", "Escalation"
COMES = {
    "Percent of the term used": escalation.PERCENT,
    "When due": escalation.DUE,
    "Working hours after": escalation.HOURS_AFTER,
    "Working days after": escalation.DAYS_AFTER,
}
EFFECTS = {
    "Notify": escalation.NOTIFY,
    "Raise the severity": escalation.RAISE_SEVERITY,
    "Hand to the agency above": escalation.HAND_OVER,
    "Ask for a written explanation": escalation.ASK_EXPLANATION,
}
# Column of a step → whom, and by what.
TARGETS = {
    "to_officer": escalation.OFFICER,
    "to_leader": escalation.LEADER,
    "to_agency_above": escalation.ABOVE,
    "to_coordinator": escalation.COORDINATOR,
    "to_supervisor": escalation.SUPERVISOR,
    "to_chairman_office": escalation.CHAIRMAN,
}
CHANNELS = {"by_desk": "Desk", "by_sms": "SMS", "by_email": "E-mail"}
# What decides on when a step is given; of whom it tells and by what, the present wording holds.
COUNTING = (
    "enabled",
    "clock",
    "comes",
    "amount",
    "valid_from",
    "valid_to",
    "severity",
    "field",
    "agency_type",
)
COLUMNS = ("step_code", *COUNTING, "effect", *TARGETS, *CHANNELS)


class Worded(NamedTuple):
    """A step of the rules, and its wording: the effect as the DocType calls it, the channels."""

    step: escalation.Step
    effect: str
    channels: tuple[str, ...]


class Ladder(NamedTuple):
    """The steps in force by their codes, {complaint: keys of those that it has been given}, and how to find an agency's
    calendar, each looked up once."""

    worded: dict[str, Worded]
    given: dict[str, set[escalation.Key]]
    calendar_of: CalendarOf

    def next_on(self, story: told.Story, state: State, clock: Clock) -> datetime | None:
        """When the next step of this clock comes due (it may be past), or None. Raises `CalendarError`."""
        return escalation.next_event_on(clock, self._of(state, clock), *self._beside(story))

    def due(self, story: told.Story, state: State, clock: Clock, now: datetime) -> list[escalation.Given]:
        """The steps of this clock that have come due and were not given. Raises `CalendarError`."""
        done, calendar_of, since = self._beside(story)
        return escalation.due_steps(clock, self._of(state, clock), done, calendar_of, now, since)

    def and_given(self, complaint: str, keys: Iterable[escalation.Key]) -> None:
        """Note that these are given."""
        self.given.setdefault(complaint, set()).update(keys)

    def _of(self, state: State, clock: Clock) -> list[escalation.Step]:
        return [
            each.step
            for each in self.worded.values()
            if each.step.clock == clock.clock and each.step.fits(state.facts)
        ]

    def _beside(self, story: told.Story):
        return self.given.get(story.name, ()), self.calendar_of, told.imported_on(story)


def ladder(complaints: Sequence[str]) -> Ladder:
    """The steps in force, and what of them these complaints have been given; two statements."""
    worded = enabled()
    given: dict[str, set[escalation.Key]] = {}
    if worded and complaints:
        rows = frappe.db.sql(
            "select complaint, clock, cycle, step from `tabEscalation` where complaint in %s", (complaints,)
        )
        for complaint, *key in rows:
            given.setdefault(complaint, set()).add(escalation.Key(*key))
    return Ladder(worded, given, told.remembering())


def enabled() -> dict[str, Worded]:
    """The steps that are switched on, by their codes. One statement."""
    columns = ", ".join(f"`{column}`" for column in COLUMNS)
    return _worded(
        frappe.db.sql(f"select {columns} from `tabEscalation Step` where enabled = 1 order by step_code")  # noqa: S608
    )


@lru_cache(maxsize=16)
def _worded(rows: tuple) -> dict[str, Worded]:
    documents = [frappe._dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return {each.step_code: Worded(as_rule(each), each.effect, channels(each)) for each in documents}


def as_rule(row) -> escalation.Step:
    """A step's document (or row) as the rule takes it. Raises `EscalationError`."""
    return escalation.Step(
        code=row.step_code,
        clock=row.clock,
        when=COMES.get(row.comes, row.comes),
        amount=Fraction(str(flt(row.amount))),
        targets=tuple(target for column, target in TARGETS.items() if row.get(column)),
        effect=EFFECTS.get(row.effect, row.effect),
        valid_from=getdate(row.valid_from) if row.valid_from else None,
        valid_to=getdate(row.valid_to) if row.valid_to else None,
        severity=row.severity or None,
        field=row.field or None,
        agency_type=row.agency_type or None,
    )


def channels(row) -> tuple[str, ...]:
    """By what those concerned are told."""
    return tuple(channel for column, channel in CHANNELS.items() if row.get(column))


def counts_otherwise(before, after) -> bool:
    """Whether a changed step comes due at other times, or on other complaints."""
    return any(str(before.get(name) or "") != str(after.get(name) or "") for name in COUNTING)


def said(given: escalation.Given) -> str:
    """What has come due, in the language of the moment: “Answer to the citizen: 80 % of the time is used”."""
    return _said(given.step, frappe.local.lang)


@lru_cache(maxsize=256)
def _said(step: escalation.Step, _language: str) -> str:
    words = {
        escalation.PERCENT: _("{0} % of the time is used"),
        escalation.DUE: _("the deadline has come"),
        escalation.HOURS_AFTER: _("{0} working hours past the deadline"),
        escalation.DAYS_AFTER: _("{0} working days past the deadline"),
    }
    return f"{policies.clock_label(step.clock)}: {words[step.when].format(clock_words.number(step.amount))}"

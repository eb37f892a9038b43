"""What the history tells about the clocks of a complaint: its events in the form that the rules take, and the state
that follows from them.

Only the events, the receipt and the present policy are looked at: the same comes out whenever it is asked.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import frappe
from frappe.utils import get_datetime

from phanhoi_app.history import rows
from phanhoi_app.rules import clocks as rules
from phanhoi_app.rules.clock_events import NO_FACTS, State
from phanhoi_app.rules.phases import OPEN
from phanhoi_app.sla import calendars, policies

# Columns of a complaint of which the clocks hear, and the kinds of event that say more than these.
HEARD = ("phase", "agency", "field", "severity", "kind")


class Happened(NamedTuple):
    """One event as it stands in the history; `changes` is a dict."""

    at: datetime
    kind: str
    changes: dict
    reason: str = ""
    public_note: str = ""


class Story(NamedTuple):
    """A complaint's events in order, and what no event changes."""

    name: str
    received_at: datetime
    channel: str | None
    happened: Sequence[Happened]

    def and_then(self, more: Happened) -> "Story":
        return self._replace(happened=(*self.happened, more))


def read(complaints: Iterable, lock: bool = False) -> list[Story]:
    """The stories of complaints (rows or documents with name, received_at, channel), in their order.

    With `lock` the events are read as they stand, not as they stood when the transaction began: for a caller who holds
    the complaints' rows and goes on to write.
    """
    complaints = list(complaints)
    if not complaints:
        return []
    found = defaultdict(list)
    ending = "where complaint in %s order by complaint, sequence" + (" lock in share mode" if lock else "")
    names = [each.name for each in complaints]
    told = ("complaint", "kind", "changes", "reason", "public_note")
    for row in rows.read("Complaint Event", told, ("at",), ending, (names,)):
        changes = json.loads(row["changes"] or "{}")
        found[row["complaint"]].append(
            Happened(row["at"], row["kind"], changes, row["reason"], row["public_note"])
        )
    return [
        Story(each.name, get_datetime(each.received_at), each.channel, tuple(found[each.name]))
        for each in complaints
    ]


def follow(story: Story, held: policies.Held) -> tuple[State, policies.Held]:
    """The state after all of its events, and the policy by which to read it."""
    here, there = held.policy, None
    if story.happened and "imported_on" in story.happened[0].changes:
        due = _to(story.happened[0].changes, "due_on")
        there, held = policies.with_import(held, story.received_at, get_datetime(due) if due else None)
        here = held.policy
    state = State()
    for number, happened in enumerate(story.happened):
        elsewhere = there is not None and "imported_on" in happened.changes
        event = _first(happened, story) if number == 0 else _later(happened)
        unmerged = state.phase == "merged" and event.phase in OPEN
        policy = held.continuing() if unmerged else there if elsewhere else here
        state = rules.advance(state, event, policy)
    return state, held


def imported_on(story: Story) -> datetime | None:
    """When the case was brought from another system; None for one of our own."""
    moment = story.happened[0].changes.get("imported_on") if story.happened else None
    return get_datetime(moment) if moment else None


def _first(happened: Happened, story: Story) -> rules.Event:
    """The receipt: its time is the complaint's own (a letter is written down later), its facts are complete."""
    event = _later(happened)
    facts = NO_FACTS._asdict() | {"channel": story.channel} | dict(event.changes)
    return event._replace(at=story.received_at, changes=facts)


def _later(happened: Happened) -> rules.Event:
    changes, facts = happened.changes, {}
    if "field" in changes:
        facts["field_line"] = policies.line(_to(changes, "field"))
    for name in ("severity", "kind"):
        if name in changes:
            facts[name] = _to(changes, name)
    agency = None
    if "agency" in changes:
        agency = _to(changes, "agency") or ""
        facts["agency_type"] = frappe.get_cached_value("Agency", agency, "agency_type") if agency else None
    return rules.Event(
        at=happened.at,
        kind=happened.kind,
        phase=_to(changes, "phase"),
        agency=agency,
        changes=facts,
        reason=happened.public_note or happened.reason or None,
        ground=changes.get("ground"),
        succession=happened.kind == "reorganised",
        extensions=tuple(
            rules.Extension(each["clock"], new_due=get_datetime(each["new_due"]))
            for each in changes.get("extensions", ())
        ),
    )


def _to(changes: dict, name: str):
    change = changes.get(name)
    return change[1] if isinstance(change, list) else None


def calendar_of(agency: str | None, moment: datetime):
    """The calendar on which a clock of that agency counts (see `rules.clocks.CalendarOf`)."""
    return calendars.for_agency(agency)


def remembering(calendar_of: rules.CalendarOf = calendar_of) -> rules.CalendarOf:
    """The same, each agency asked once: for work on thousands at one moment."""
    known: dict = {}

    def asked(agency: str | None, moment: datetime):
        if agency not in known:
            known[agency] = calendar_of(agency, moment)
        return known[agency]

    return asked

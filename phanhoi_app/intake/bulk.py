"""Brings in cases that another system took in, many at a time: one statement for the complaints, one for the events.

Saving a document of its own for each would run every hook of the framework and of this app: too slow for tens of
thousands, and none of them concerns a case of last year (nobody is told, the only clock is the one that it brings).
What the hooks guarantee is kept here: the same preparation, the same search key and phase, a number from the year's
sequence, a chained history with the times at which things happened.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from phanhoi_app.access import identity
from phanhoi_app.custody import parties, phases
from phanhoi_app.history import record, rows
from phanhoi_app.intake import numbers, prepare
from phanhoi_app.rules import harmless

RUNNING, STOPPED = "Running", "Stopped"
# How the last event of a finished case is called, by the phase in which it ended.
FINISHED_BY = {"answered": "answer", "closed": "close", "refused": "refuse", "redirected": "redirect"}


@dataclass(frozen=True)
class Case:
    """A case from elsewhere, checked. Times are the site's local time without zone.

    `values` come from `check.historical`; `phase` is where it stands now, one of `FINISHED_BY` when `finished_at` is
    set; `agency` holds it (None: the desk that screens); `answer` are answer fields of the complaint; `origin` says
    where it came from and becomes the reason of the first event; `noted` is kept in the last one.
    """

    channel: str
    reference: str
    received_at: datetime
    values: dict
    phase: str
    agency: str | None = None
    due_on: datetime | None = None
    finished_at: datetime | None = None
    severity: str = "Normal"
    answer: dict = field(default_factory=dict)
    origin: str = ""
    noted: dict = field(default_factory=dict)


def known_references(cases: list[Case]) -> set[str]:
    """Those of the cases' references that a complaint has already, on whatever channel it came."""
    references = sorted({case.reference for case in cases})
    channels = frappe.get_meta("Complaint").get_field("channel").options.split("\n")
    rows = frappe.db.sql(
        # With the channels named, this reads the unique key and nothing else.
        "select external_reference from `tabComplaint` where channel in %s and external_reference in %s",
        (channels, references),
    )
    return {row[0] for row in rows}


def insert(cases: list[Case]) -> list[str]:
    """Write the cases as complaints with their events; returns their names, in the order of the cases.

    The sequences of the years must exist (`numbers.ensure_sequence`). The caller has looked for known references
    and commits. Raises the driver's IntegrityError when somebody else has brought one of them in
    meanwhile; then nothing of the transaction may be kept.
    """
    if not cases:
        return []
    complaints, complainants, custody, events, stories = [], [], [], [], []
    for case, name in zip(cases, _numbers(cases), strict=True):
        complaint = _complaint(case, name)
        history = _events(case, complaint)
        complaints.append(complaint.get_valid_dict() | record.anchor(history[-1]))
        complainants.append(identity.as_row(complaint))
        if complaint.agency:
            custody.append(parties.row(complaint.name, complaint.agency, parties.HOLDER, case.received_at))
        events += history
        stories.append((complaint, history))
    rows.insert("Complaint", complaints)
    rows.insert("Complainant", complainants)
    rows.insert("Custody", custody)
    record.insert(events)
    for follower in frappe.get_hooks("complaints_imported"):
        frappe.get_attr(follower)(stories)
    return [row["name"] for row in complaints]


def _numbers(cases: list[Case]) -> list[str]:
    """A number for each case, from the sequence of the year in which it was received."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        places[case.received_at.year].append(place)
    found = [""] * len(cases)
    for year, wanted in places.items():
        for place, name in zip(wanted, numbers.next_numbers(year, len(wanted)), strict=True):
            found[place] = name
    return found


def _complaint(case: Case, name: str):
    """The complaint as it stands now, complete, not inserted."""
    now = now_datetime()
    complaint = frappe.new_doc("Complaint")
    complaint.update(case.values)
    # No filter of the framework's stands before these rows.
    answer = case.answer.items()
    complaint.update({key: harmless.text(told) if isinstance(told, str) else told for key, told in answer})
    complaint.update(
        {
            "name": name,
            "channel": case.channel,
            "external_reference": case.reference,
            "received_at": case.received_at,
            "agency": case.agency,
            "severity": case.severity,
            "question_answers": "[]",
            "workflow_state": phases.state_for(case.phase),
            "due_on": case.due_on,
            "original_due_on": case.due_on,
            "clock_state": _clock_state(case),
            "owner": frappe.session.user,
            "modified_by": frappe.session.user,
            "creation": now,
            "modified": now,
        }
    )
    if case.phase in phases.ANSWERED:
        complaint.answered_on = case.finished_at
    if case.phase == "closed":
        complaint.closed_on = case.finished_at
    complaint.flags.imported = complaint.flags.checked = True
    prepare.new_complaint(complaint)
    complaint.validate()  # the controller's own: phase and search key
    return complaint


def _clock_state(case: Case) -> str | None:
    if case.finished_at:
        return STOPPED
    return RUNNING if case.due_on else None


def _events(case: Case, complaint) -> list[dict]:
    """Received when it was; ended, if it was, in one step: the steps between are not known."""
    now = {f: complaint.get(f) for f in (*record.FOLLOWED, *record.MENTIONED)}
    then = now
    if case.finished_at:
        before = {
            "phase": "new",
            "workflow_state": phases.state_for("new"),
            "clock_state": RUNNING if case.due_on else None,
        }
        then = now | before | dict.fromkeys(case.answer)
    origin = {"imported_on": now_datetime()}
    received = record.Event("received", reason=case.origin, at=case.received_at, extra=origin)
    events = [record.build(complaint.name, received, record.received_changes(then), 1, "")]
    if case.finished_at:
        ended = record.Event(FINISHED_BY[case.phase], at=case.finished_at, extra=origin | case.noted)
        changes = record.difference(then, now)
        events.append(record.build(complaint.name, ended, changes, 2, events[0]["hash"]))
    return events

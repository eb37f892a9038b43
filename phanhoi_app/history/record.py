"""Writes Complaint Events: one for each save that changes what the history follows, chained by hash."""

from dataclasses import dataclass, field
from datetime import datetime

import frappe
from frappe.utils import cstr, get_datetime, now_datetime

from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import now
from phanhoi_app.rules import chain

# What a reader of the history wants to see change, with its old and new value.
FOLLOWED = (
    "phase",
    "workflow_state",
    "agency",
    "officer",
    "field",
    "kind",
    "severity",
    "area",
    "sealed",
    "accused_agency",
    "due_on",
    "clock_state",
    "publication",
    "refusal_reason",
    "merged_into",
    "satisfaction",
)
# Text: that it was changed and by whom is history; the old wording would swell it.
MENTIONED = (
    "address",
    "latitude",
    "longitude",
    "answer_text",
    "answer_document_number",
    "answer_date",
    "answer_signer",
    "public_title",
    "public_content",
    "public_answer",
    "needs_approval",
    "occurred_at",
    "identity_wish",
)


@dataclass
class Event:
    """What a verb says of itself; the changes are found by comparing the document before and after.

    `kind` is a code ("received", "assign", "edited" …); `public_note` is shown to the citizen;
    `at` is for imported histories and is now when empty.
    """

    kind: str
    reason: str | None = None
    public_note: str | None = None
    actor_role: str | None = None
    at: datetime | None = None
    extra: dict = field(default_factory=dict)


def complaint_received(complaint, method: str | None = None) -> None:
    """The first event of a complaint (document hook: after_insert)."""
    event = complaint.flags.event or Event("received")
    append(complaint.name, event, received_changes(complaint), is_first=True)


def complaint_changed(complaint, method: str | None = None) -> None:
    """One event for a save that changed something followed (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None:  # the insert, which `complaint_received` has written
        return
    changes = difference(before, complaint)
    event = complaint.flags.pop("event", None)
    if not event and not changes:
        return
    append(complaint.name, event or Event("edited"), changes)


def difference(before, after) -> dict:
    """{fieldname: [old, new]} for followed fields, {fieldname: "changed"} for text and identity."""
    changes = {
        f: [_plain(before.get(f)), _plain(after.get(f))]
        for f in FOLLOWED
        if _plain(before.get(f)) != _plain(after.get(f))
    }
    changes.update({f: "changed" for f in MENTIONED if cstr(before.get(f)) != cstr(after.get(f))})
    return changes


def append(complaint: str, event: Event, changes: dict | None = None, is_first: bool = False) -> str:
    """Write one event at the end of a complaint's chain and return its name.

    The caller holds the lock on the complaint's row (each save takes it), so two events cannot take the
    same place; if they ever tried, the primary key would refuse the second.
    """
    sequence, previous_hash = (0, "") if is_first else _last(complaint)
    row = build(complaint, event, changes, sequence + 1, previous_hash)
    insert([row])
    return row["name"]


def received_changes(values) -> dict:
    """What the first event of a complaint tells: {fieldname: [None, value]} of the followed fields that are set.

    `values` is a document or a dict.
    """
    return {f: [None, _plain(values.get(f))] for f in FOLLOWED if values.get(f)}


def build(complaint: str, event: Event, changes: dict | None, sequence: int, previous_hash: str) -> dict:
    """An event as a row of the table, linked to the one before it; writes nothing.

    `sequence` counts from 1, `previous_hash` is empty for the first. Who writes it is the session's user.
    """
    written = now_datetime()
    row = {
        "complaint": complaint,
        "sequence": sequence,
        "kind": event.kind,
        # To the second: what the chain signs must read back from the database exactly.
        "at": get_datetime(event.at or now()).replace(microsecond=0),
        "actor": frappe.session.user,
        "actor_role": event.actor_role or "",
        "changes": frappe.as_json({**(changes or {}), **event.extra}, indent=None),
        "reason": event.reason or "",
        "public_note": event.public_note or "",
    }
    row["previous_hash"] = previous_hash
    row["hash"] = chain.link(previous_hash, signed_part(row))
    return row | {
        "name": f"{complaint}-{sequence:04d}",
        "owner": row["actor"],
        "modified_by": row["actor"],
        "creation": written,
        "modified": written,
        "docstatus": 0,
        "idx": 0,
    }


def insert(rows: list[dict]) -> None:
    """Write rows made by `build`."""
    table_rows.insert("Complaint Event", rows)


SIGNED = ("complaint", "sequence", "kind", "at", "actor", "actor_role", "changes", "reason", "public_note")


def signed_part(row) -> dict:
    """The part of an event that its hash covers, in the form it has in the database."""
    part = {f: row.get(f) for f in SIGNED}
    part["at"] = get_datetime(part["at"]).isoformat(timespec="seconds")
    part["sequence"] = int(part["sequence"])
    return {f: v if f == "sequence" else cstr(v) for f, v in part.items()}


def _last(complaint: str) -> tuple[int, str]:
    rows = frappe.db.sql(
        """select sequence, hash from `tabComplaint Event`
        where complaint = %s order by sequence desc limit 1 for update""",
        complaint,
    )
    return (rows[0][0], rows[0][1]) if rows else (0, "")


def _plain(value):
    """A value as the history keeps it: text, number or None; times to the second."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if value is None or value == "":
        return None
    return value if isinstance(value, int | float) else cstr(value)

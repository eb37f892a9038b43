"""Writes Complaint Events: one for each save that changes what the history follows, chained by hash.

The complaint's own row keeps how many events there are and the hash of the last one (`ANCHOR`): a chain alone would not
show that its end was cut off. The next event goes on from there, so that what was cut off stays missing.
"""

from dataclasses import dataclass, field
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cstr, get_datetime, now_datetime
from frappe.utils.caching import request_cache

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
    "transfer_from",
    "bounces",
    "binding",
    "reply_by",
    "part_of",
    "parts",
    "supporters_count",
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
# Of the complaint: the number of its events and the last one's hash, written here and by imports.
ANCHOR = ("event_count", "last_hash")
# Who acts for this role or as a guest is known as the citizen: neither name nor agency is kept.
CITIZEN = "Citizen"
NOBODY = (
    "Guest"  # under whom is kept what citizens do, with an account or without: who they are stands elsewhere
)


def refuse() -> None:
    """Say in words that an event is neither changed nor deleted. Raises frappe.PermissionError."""
    frappe.throw(_("The history of a complaint cannot be changed or deleted."), frappe.PermissionError)


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
    row = _write(build(complaint.name, event, received_changes(complaint), 1, ""))
    complaint.update(anchor(row))


def complaint_changed(complaint, method: str | None = None) -> None:
    """One event for a save that changed something followed (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None:  # the insert, which `complaint_received` has written
        return
    changes = difference(before, complaint)
    event = complaint.flags.pop("event", None)
    if not event and not changes:
        return
    complaint.update(anchor(_append(complaint.name, event or Event("edited"), changes)))


def difference(before, after) -> dict:
    """{fieldname: [old, new]} for followed fields, {fieldname: "changed"} for text and identity."""
    changes = {
        f: [_plain(before.get(f)), _plain(after.get(f))]
        for f in FOLLOWED
        if _plain(before.get(f)) != _plain(after.get(f))
    }
    changes.update({f: "changed" for f in MENTIONED if cstr(before.get(f)) != cstr(after.get(f))})
    return changes


def append(complaint: str, event: Event, changes: dict | None = None) -> str:
    """Write one event at the end of a complaint's chain and return its name.

    Locks the complaint's row until the end of the transaction, so two events cannot take the same place; if they
    ever tried, the unique key would refuse the second. Raises frappe.DoesNotExistError.
    """
    return _append(complaint, event, changes)["name"]


def append_to_many(happened: list[tuple[str, Event, dict | None]]) -> None:
    """Write one event for each of many complaints, each named once: (complaint, event, changes) as for `append`.

    Three statements in all, for actions that move thousands; the caller takes them in parts and commits.
    Raises frappe.DoesNotExistError when one of the complaints is not there; then nothing is written.
    """
    if not happened:
        return
    ends = _ends([complaint for complaint, *_rest in happened])
    rows = [
        build(name, event, changes, ends[name][0] + 1, ends[name][1]) for name, event, changes in happened
    ]
    insert(rows)
    frappe.db.sql(
        """update `tabComplaint` c join `tabComplaint Event` e
            on e.complaint = c.name and e.sequence = c.event_count + 1
        set c.event_count = e.sequence, c.last_hash = e.hash where c.name in %s""",
        (list(ends),),
    )


def anchor(last: dict) -> dict:
    """What the complaint keeps of its last event, a row made by `build`: the values of `ANCHOR`."""
    return {"event_count": last["sequence"], "last_hash": last["hash"]}


def received_changes(values) -> dict:
    """What the first event of a complaint tells: {fieldname: [None, value]} of the followed fields that are set.

    `values` is a document or a dict.
    """
    return {f: [None, _plain(values.get(f))] for f in FOLLOWED if values.get(f)}


def build(complaint: str, event: Event, changes: dict | None, sequence: int, previous_hash: str) -> dict:
    """An event as a row of the table, linked to the one before it; writes nothing.

    `sequence` counts from 1, `previous_hash` is empty for the first. Who acts is the session's user; name and agency
    are kept as they are now, because people are renamed and move on.
    """
    written = now_datetime()
    actor, name, agency = _actor(event)
    row = {
        "complaint": complaint,
        "sequence": sequence,
        "kind": event.kind,
        # To the second: what the chain signs must read back from the database exactly.
        "at": get_datetime(event.at or now()).replace(microsecond=0),
        "actor": actor,
        "actor_name": name,
        "actor_agency": agency,
        "actor_role": event.actor_role or "",
        "changes": frappe.as_json({**(changes or {}), **event.extra}, indent=None),
        "reason": event.reason or "",
        "public_note": event.public_note or "",
    }
    row["previous_hash"] = previous_hash
    row["hash"] = chain.link(previous_hash, signed_part(row))
    return row | {
        "name": f"{complaint}-{sequence:04d}",
        # Not the actor: the framework rewrites these columns when an account is renamed, and no row may change.
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": written,
        "modified": written,
        "docstatus": 0,
        "idx": 0,
    }


def insert(rows: list[dict]) -> None:
    """Write rows made by `build`."""
    table_rows.insert("Complaint Event", rows)


# Columns that came later are empty in older rows, and what is empty is not part of a hash.
SIGNED = (
    "complaint",
    "sequence",
    "kind",
    "at",
    "actor",
    "actor_name",
    "actor_agency",
    "actor_role",
    "changes",
    "reason",
    "public_note",
)


def signed_part(row) -> dict:
    """The part of an event that its hash covers, in the form it has in the database."""
    part = {f: cstr(row.get(f)) for f in SIGNED}
    part["at"] = get_datetime(row["at"]).isoformat(timespec="seconds")
    part["sequence"] = int(row["sequence"])
    return part


def _append(complaint: str, event: Event, changes: dict | None) -> dict:
    count, last_hash = _ends([complaint])[complaint]
    return _write(build(complaint, event, changes, count + 1, last_hash))


def _write(row: dict) -> dict:
    insert([row])
    frappe.db.sql(
        "update `tabComplaint` set event_count = %s, last_hash = %s where name = %s",
        (row["sequence"], row["hash"], row["complaint"]),
    )
    return row


def _ends(complaints: list[str]) -> dict[str, tuple[int, str]]:
    """{complaint: (number of its events, last hash)}, the complaints' rows locked."""
    rows = frappe.db.sql(
        "select name, event_count, last_hash from `tabComplaint` where name in %s order by name for update",
        (complaints,),
    )
    found = {name: (count, last_hash or "") for name, count, last_hash in rows}
    if missing := [name for name in complaints if name not in found]:
        raise frappe.DoesNotExistError(_("Complaint {0} does not exist.").format(missing[0]))
    return found


def by_citizen(event: Event | None) -> bool:
    """Whether it is a citizen who acts, be it one who is an official in working hours."""
    if event and event.actor_role == CITIZEN:
        return True
    return frappe.get_cached_value("User", frappe.session.user, "user_type") != "System User"


def _actor(event: Event) -> tuple[str, str, str]:
    """Account, full name and agency of an official; nobody's for a citizen, who is no part of the history."""
    if by_citizen(event):
        return NOBODY, "", ""
    user = frappe.session.user
    return user, frappe.get_cached_value("User", user, "full_name") or "", _agency_of(user)


@request_cache
def _agency_of(user: str) -> str:
    agencies = frappe.db.sql(
        "select parent from `tabAgency Member` where user = %s and parenttype = 'Agency' order by creation limit 1",
        user,
    )
    return agencies[0][0] if agencies else ""


def _plain(value):
    """A value as the history keeps it: text, number or None; times to the second."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if value is None or value == "":
        return None
    return value if isinstance(value, int | float) else cstr(value)

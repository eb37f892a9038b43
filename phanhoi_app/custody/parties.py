"""Who has a part in a complaint, and since when: one open Holder at a time, and those who contribute or are informed.

Follows the complaint's own column `agency` (document hooks in hooks.py), so that every way to a new holder, a verb
or a reorganisation, leaves the same trace. Who had a part reads on up to the event with which it ended.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType

from phanhoi_app.custody.errors import Conflict
from phanhoi_app.history import rows
from phanhoi_app.history.now import now

HOLDER, CONTRIBUTOR, INFORMED = "Holder", "Contributor", "Informed"


def complaint_received(complaint, method: str | None = None) -> None:
    """Note the first holder (document hook: after_insert, after the history)."""
    if complaint.agency:
        rows.insert("Custody", [row(complaint.name, complaint.agency, HOLDER, now())])


def complaint_changed(complaint, method: str | None = None) -> None:
    """End the old holder's part and begin the new one's when the agency changed (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None or before.agency == complaint.agency:
        return
    end(complaint.name, HOLDER)
    if complaint.agency:
        _refuse_closed(complaint.agency)
        rows.insert("Custody", [row(complaint.name, complaint.agency, HOLDER, now())])


def move_many(complaints: dict[str, str]) -> None:
    """Hand complaints to new holders, {complaint: agency}, by two statements: reorganisations move thousands.

    The caller holds the locks and has written the events; the newest is the last that the old holder may read.
    """
    if not complaints:
        return
    moment = now()
    frappe.db.sql(
        """update `tabCustody` part set until = %s, modified = %s, until_sequence =
            (select max(event.sequence) from `tabComplaint Event` event where event.complaint = part.complaint)
        where part.complaint in %s and part.part = %s and part.until is null""",
        (moment, moment, list(complaints), HOLDER),
    )
    rows.insert("Custody", [row(name, agency, HOLDER, moment) for name, agency in complaints.items()])


def give(complaint: str, party: str, part: str, party_type: str = "Agency") -> bool:
    """Give a party a part beside the holder's; returns False when it has it already. The caller holds the lock."""
    if has(complaint, party, part):
        return False
    rows.insert("Custody", [row(complaint, party, part, now(), party_type)])
    return True


def has(complaint: str, party: str, part: str) -> bool:
    """Whether a party has this part now. Read with a lock: a change committed while this one waited counts."""
    return bool(
        frappe.db.sql(
            """select name from `tabCustody` where complaint = %s and party = %s and part = %s and until is null
            limit 1 lock in share mode""",
            (complaint, party, part),
        )
    )


def end(complaint: str, part: str, party: str | None = None) -> None:
    """End the open parts of this kind (of this party), with the newest event as the last that may be read."""
    custody = DocType("Custody")
    last = frappe.db.sql(
        """select sequence from `tabComplaint Event` where complaint = %s order by sequence desc limit 1
        lock in share mode""",
        complaint,
    )
    query = (
        frappe.qb.update(custody)
        .set(custody.until, now())
        .set(custody.until_sequence, last[0][0] if last else 0)
        .set(custody.modified, now())
        .where((custody.complaint == complaint) & (custody.part == part) & custody.until.isnull())
    )
    if party:
        query = query.where(custody.party == party)
    query.run()


def open_parts(complaint: str) -> list[dict]:
    """[{party_type, party, part, since}] of those who have a part now, the holder first."""
    found = frappe.get_all(
        "Custody",
        filters={"complaint": complaint, "until": ("is", "not set")},
        fields=["party_type", "party", "part", "since"],
    )
    return sorted(found, key=lambda each: ([HOLDER, CONTRIBUTOR, INFORMED].index(each.part), str(each.since)))


def _refuse_closed(agency: str) -> None:
    """Raise Conflict when the agency has been closed, be it at this moment: the shared lock waits for a reorganisation
    that is closing it, so that nothing comes to an agency after its last complaint went."""
    last = frappe.db.sql("select valid_to from `tabAgency` where name = %s lock in share mode", agency)
    if last and last[0][0] and last[0][0] < now().date():
        raise Conflict(
            _("The agency “{0}” does not exist or is not active: choose another.").format(
                frappe.get_cached_value("Agency", agency, "agency_name")
            )
        )


def row(complaint: str, party: str, part: str, since, party_type: str = "Agency") -> dict:
    """A part that begins, as a row of the table; writes nothing."""
    return {
        "name": frappe.generate_hash(length=14),
        "owner": "Administrator",  # not whoever acts: it may be the citizen
        "modified_by": "Administrator",
        "creation": since,
        "modified": since,
        "docstatus": 0,
        "idx": 0,
        "complaint": complaint,
        "part": part,
        "party_type": party_type,
        "party": party,
        "since": since,
        "until_sequence": 0,
    }

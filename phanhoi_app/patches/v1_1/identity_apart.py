"""Move the citizens' identity out of the complaints, and tell from the history who had a part in them.

Works through the complaints by number; what it has done is committed, so that it goes on where it was interrupted.
"""

import json

import frappe

from phanhoi_app.access import identity
from phanhoi_app.custody import parties, perform, phases, sealing
from phanhoi_app.history import record, rows

BATCH = 1000
OLD = ("citizen_name", "citizen_phone", "citizen_email", "citizen_user", "tracking_code")


def execute() -> None:
    if "tracking_code" not in frappe.db.get_table_columns("Complaint"):
        return
    while names := _next():
        for name in names:
            _move(frappe.get_doc("Complaint", name))
        frappe.db.commit()
    _seal()
    frappe.db.delete("DocShare", {"share_doctype": "Complaint"})  # a share goes past the criterion
    frappe.db.sql_ddl("alter table `tabComplaint` drop column `tracking_code`")


def _seal() -> None:
    """Bring the complaints of sealed fields under the seal that holds from now on."""
    for field in frappe.get_all("Field", filters={"sealed": 1}, pluck="name"):
        document = frappe.get_doc("Field", field)
        if not (document.sealed_agency or document.default_agency):
            continue  # the administrator is asked for it at the next change of the field
        document.save()
        for name in frappe.get_all("Complaint", filters={"field": field, "sealed": 0}, pluck="name"):
            complaint = perform.lock(name)
            officer, state = complaint.officer, complaint.workflow_state
            sealing.seal(complaint)
            if complaint.phase not in phases.OPEN:
                complaint.officer, complaint.workflow_state = officer, state
            perform.save(complaint, record.Event("sealed"))
        frappe.db.commit()


def _next() -> list[str]:
    found = frappe.db.sql(
        """select name from `tabComplaint` where name not in (select name from `tabComplainant`)
        order by name limit %s""",
        BATCH,
    )
    return [row[0] for row in found]


def _move(complaint) -> None:
    old = frappe.db.sql(
        f"select {', '.join(OLD)} from `tabComplaint` where name = %s",  # noqa: S608 - our own names
        complaint.name,
        as_dict=True,
    )[0]
    complaint.update({field: old[field] for field in OLD[:-1]})
    complaint.flags.tracking_code = old.tracking_code
    identity.put_away(complaint)
    identity.store(complaint)
    shown = {field: complaint.get(field) for field in (*identity.TYPED, "citizen_masked")}
    frappe.db.set_value("Complaint", complaint.name, shown | dict.fromkeys(OLD[:-1]), update_modified=False)
    rows.insert("Custody", _parts(complaint))


def _parts(complaint) -> list[dict]:
    """The holders one after another, as the events tell."""
    found = frappe.db.sql(
        "select sequence, at, changes from `tabComplaint Event` where complaint = %s order by sequence",
        complaint.name,
        as_dict=True,
    )
    parts: list[dict] = []
    for event in found:
        change = json.loads(event.changes or "{}").get("agency")
        if not isinstance(change, list):
            continue
        if parts:
            parts[-1].update({"until": event.at, "until_sequence": event.sequence})
        if change[1]:
            parts.append(parties.row(complaint.name, change[1], parties.HOLDER, event.at) | {"until": None})
    if not parts and complaint.agency:
        parts = [parties.row(complaint.name, complaint.agency, parties.HOLDER, complaint.received_at)]
    return parts

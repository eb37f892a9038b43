"""A calendar of their own for the tests' agencies, complaints counted on it, and all of it taken away again."""

import contextlib
from datetime import datetime

import frappe

from helpers import world
from helpers.history import unlocked
from helpers.people import acting
from phanhoi_app.history.now import as_of
from phanhoi_app.intake.receive import receive
from phanhoi_app.sla.calendars import WEEKDAYS

NAME, POLICY = "Giờ thử đổi", "Thời hạn thử đổi"
SETTINGS = "Phanhoi Settings"
SWAP = {
    "days_off": [{"day": "2026-01-02", "description": "Nghỉ hoán đổi", "legal_document": "12/TB-VP"}],
    "working_days": [{"day": "2026-01-10", "as_weekday": "Friday", "description": "Làm bù"}],
}


def week(
    days=WEEKDAYS[:5], hours=(("07:30:00", "11:30:00"), ("13:30:00", "17:00:00")), **dates
) -> list[dict]:
    """Rows of shifts."""
    return [
        {"weekday": day, "start_time": start, "end_time": end, **dates}
        for day in days
        for start, end in hours
    ]


@contextlib.contextmanager
def in_force(rows: list[dict], **calendar):
    """The calendar holds for the whole test province and the policy has these rows; committed, and undone after it."""
    _remove()
    frappe.get_doc(
        {"doctype": "Working Calendar", "calendar_name": NAME, **({"shifts": week()} | calendar)}
    ).insert()
    frappe.get_doc({"doctype": "Deadline Policy", "policy_name": POLICY, "rows": rows}).insert()
    before = frappe.db.get_single_value(SETTINGS, "deadline_policy")
    frappe.db.set_value("Agency", "T-PROVINCE", "working_calendar", NAME)
    frappe.db.set_single_value(SETTINGS, "deadline_policy", POLICY)
    _forget()
    frappe.db.commit()
    try:
        yield frappe.get_doc("Working Calendar", NAME)
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        frappe.db.set_single_value(SETTINGS, "deadline_policy", before)
        frappe.db.set_value("Agency", "T-PROVINCE", "working_calendar", None)
        _remove()
        _forget()
        frappe.db.commit()


def received(at: datetime, **values):
    """A complaint that came in then."""
    with as_of(at), acting(frappe, "Guest"):
        return receive({**world.GOOD, **values}, channel="Web")


def change(user: str = world.ADMINISTRATOR, commit: bool = True, **values) -> None:
    """Save the calendar with other tables or fields, as that user."""
    with acting(frappe, user):
        document = frappe.get_doc("Working Calendar", NAME)
        document.update(values)
        document.save()
    if commit:
        frappe.db.commit()


def due(complaint) -> str:
    """As the database has it: "2026-01-08 17:00"."""
    name = getattr(complaint, "name", complaint)
    return frappe.db.get_value("Complaint", name, "due_on").strftime("%Y-%m-%d %H:%M")


def many(count: int, like) -> list[str]:
    """As many complaints like a newly received one, each with the first event of its history, committed."""
    from phanhoi_app.history import record
    from phanhoi_app.sla import clocks

    names = [f"{like.name}-{number:05d}" for number in range(count)]
    columns = [df.fieldname for df in frappe.get_meta("Complaint").fields if df.fieldname in _columns()]
    copied = ", ".join(f"`{column}`" for column in [*columns, "owner", "creation", "modified", "docstatus"])
    for start in range(0, count, 5_000):
        part = names[start : start + 5_000]
        listed = " union all ".join(["select %s as name"] * len(part))
        frappe.db.sql(
            f"""insert into `tabComplaint` (name, {copied}) select n.name, {copied}
            from `tabComplaint` c join ({listed}) n where c.name = %s""",
            (*part, like.name),
        )
        event = record.Event("received")
        rows = [record.build(name, event, record.received_changes(like), 1, "") for name in part]
        record.insert(rows)
        frappe.db.sql(
            """update `tabComplaint` c join `tabComplaint Event` e on e.complaint = c.name and e.sequence = 1
            set c.event_count = 1, c.last_hash = e.hash where c.name in %s""",
            (part,),
        )
        clocks.recount(part)
        frappe.db.commit()
    return names


def _columns() -> set[str]:
    return set(frappe.db.get_table_columns("Complaint")) - {"external_reference"}


def _remove() -> None:
    """Past the documents: complaints and what is told of them are never deleted."""
    names = frappe.db.sql_list("select name from `tabComplaint` where deadline_policy = %s", POLICY)
    with unlocked(frappe):
        for start in range(0, len(names), 2_000):
            part = names[start : start + 2_000]
            for doctype in ("Complaint Event", "Complaint Clock", "Custody", "Message", "Escalation"):
                frappe.db.sql(f"delete from `tab{doctype}` where complaint in %s", (part,))
            for doctype in ("Complainant", "Complaint"):
                frappe.db.sql(f"delete from `tab{doctype}` where name in %s", (part,))
            frappe.db.commit()
    changes = frappe.get_all("Calendar Change", filters={"calendar": NAME}, pluck="name")
    frappe.db.delete("Calendar Change Part", {"parent": ["in", changes or [""]]})
    frappe.db.delete("Calendar Change", {"calendar": NAME})
    for doctype, name in (("Deadline Policy", POLICY), ("Working Calendar", NAME)):
        if frappe.db.exists(doctype, name):
            frappe.delete_doc(doctype, name, force=True)
    frappe.db.commit()


def _forget() -> None:
    frappe.clear_document_cache(SETTINGS, SETTINGS)
    for agency in frappe.get_all("Agency", pluck="name"):
        frappe.clear_document_cache("Agency", agency)

"""Calls and shifts for the hotline's tests, and how they are taken away again."""

from datetime import timedelta

from helpers import world

NUMBER = "0912345678"  # of the small province's citizen
TOLD = {
    "field": world.POTHOLES,
    "area": world.WARD,
    "content": "Trước số nhà 12 Lê Lai có ổ gà rất sâu. Nhiều xe máy đã ngã.",
    "citizen_name": "Nguyễn Văn An",
    "same_number": 1,
}


def shift(frappe, user: str, begins: float = -1, lasts: float = 4, agency: str = world.DUTY):
    """A shift that begins so many hours from now (before now: negative) and lasts so many."""
    from phanhoi_app.history.now import now

    start = now() + timedelta(hours=begins)
    return frappe.get_doc(
        {
            "doctype": "Duty Shift",
            "agency": agency,
            "user": user,
            "starts_at": start,
            "ends_at": start + timedelta(hours=lasts),
        }
    ).insert()


def clear(frappe) -> None:
    """Take away calls, shifts and notes that a test committed."""
    frappe.db.rollback()
    for table in ("Call Opening", "Caller", "Call Log", "Duty Reading", "Duty Handover", "Duty Shift"):
        frappe.db.delete(table)
    frappe.db.delete("Hotline Agent")
    frappe.clear_document_cache("Hotline Settings", "Hotline Settings")
    frappe.db.commit()

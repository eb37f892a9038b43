"""The bell in the desk: a Notification Log for one user."""

import frappe

from phanhoi_app.channels.base import Refused, Sent


def send(user: str, subject: str, text: str, doctype: str | None, name: str | None) -> Sent:
    """Leave a note, with a link to the document if there is one. Raises Refused when the account is gone or off."""
    if not frappe.db.get_value("User", user, "enabled"):
        raise Refused(f"{user} is disabled")
    note = frappe.get_doc(
        {
            "doctype": "Notification Log",
            "for_user": user,
            "type": "Alert",
            "subject": frappe.utils.escape_html(subject),
            "email_content": frappe.utils.escape_html(text).replace("\n", "<br>"),
            "document_type": doctype,
            "document_name": name,
        }
    )
    note.flags.ignore_permissions = True
    note.insert()
    return Sent(note.name, "Delivered")

"""Take the accounts of citizens off what officials read: who wrote a complaint down, its parts, messages and photos.

Events keep what they say: they are never changed.
"""

import frappe

from phanhoi_app.history.record import NOBODY

TABLES = ("Complaint", "Custody", "Message", "Letter", "Complaint Clock")


def execute() -> None:
    citizens = "(select name from `tabUser` where user_type = 'Website User')"
    for column in ("owner", "modified_by"):
        for doctype in TABLES:
            frappe.db.sql(f"update `tab{doctype}` set `{column}` = %s where `{column}` in {citizens}", NOBODY)  # noqa: S608
        frappe.db.sql(
            f"""update `tabFile` set `{column}` = %s
            where attached_to_doctype = 'Complaint' and `{column}` in {citizens}""",  # noqa: S608
            NOBODY,
        )
    frappe.db.sql(
        f"""delete from `tabComment` where reference_doctype = 'Complaint' and comment_type = 'Attachment'
        and owner in {citizens}"""  # noqa: S608
    )

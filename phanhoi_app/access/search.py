"""Search that forgives missing marks, for link fields and the desk's search box."""

import frappe
from frappe.query_builder import DocType

from phanhoi_app.access import scope
from phanhoi_app.rules import searching


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def complaints(
    doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None
):
    """Complaints whose number or text holds every word of `txt`, in the user's scope: (name, title) rows."""
    if not frappe.has_permission("Complaint", "read"):
        raise frappe.PermissionError
    complaint = DocType("Complaint")
    query = frappe.qb.from_(complaint).select(complaint.name, complaint.title)
    criterion = scope.complaint_criterion(frappe.session.user)
    if criterion is not None:
        query = query.where(criterion)
    for forms in searching.query_terms(txt):
        found = complaint.name.like(f"%{forms[0]}%")
        for form in forms:
            found |= complaint.search_text.like(f"%{form}%")
        query = query.where(found)
    return (
        query.orderby(complaint.received_at, order=frappe.qb.desc)
        .limit(int(page_len))
        .offset(int(start))
        .run()
    )

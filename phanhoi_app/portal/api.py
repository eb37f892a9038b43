"""The portal's own HTTP methods."""

import frappe
from frappe import _
from frappe.website.doctype.web_form import web_form as stock


@frappe.whitelist(allow_guest=True)
def accept(web_form: str, data: str):
    """The framework's `web_form.accept`, closed for complaints.

    A complaint comes in through the page's own POST, where limits, checks and photos are; this door has none.
    Raises frappe.PermissionError for a Web Form of Complaint, else does what the framework does.
    """
    if frappe.db.get_value("Web Form", web_form, "doc_type") == "Complaint":
        frappe.throw(_("Please send complaints with the form on the portal."), frappe.PermissionError)
    return stock.accept(web_form, data)

"""Be somebody else for a while."""

import contextlib


@contextlib.contextmanager
def acting(frappe, user: str):
    """Be another user for a while."""
    before = frappe.session.user
    frappe.set_user(user)
    frappe.local.lang = "vi"
    try:
        yield
    finally:
        frappe.set_user(before)
        frappe.local.lang = "vi"

"""Why somebody may not see or change something. Each carries the HTTP status that a caller gets."""

import frappe


class IdentityRefused(frappe.ValidationError):
    """The citizen's identity is not opened; the message says why and what to do."""

    def __init__(self, message: str, status: int = 403):
        super().__init__(message)
        self.http_status_code = status


class ChangeRefused(frappe.PermissionError):
    """A field was changed that this person may not change in this phase; the message names it."""

"""A shift of the duty roster: its own checks are in `hotline/shifts.py`."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from phanhoi_app.history.now import now
from phanhoi_app.hotline import shifts, signals


class DutyShift(Document):
    def validate(self):
        shifts.check(self)
        self.person = frappe.db.get_value("User", self.user, "full_name")

    def on_update(self):
        signals.queue_changed()

    def on_trash(self):
        if get_datetime(self.starts_at) <= now() and not frappe.flags.in_test:
            frappe.throw(_("A shift that has begun stays in the roster: set its end instead."))
        signals.queue_changed()


def on_doctype_update():
    """Who is on duty is asked with each urgent complaint."""
    frappe.db.add_index("Duty Shift", ["agency", "starts_at"], "agency_starts")
    frappe.db.add_index("Duty Shift", ["user", "starts_at"], "user_starts")

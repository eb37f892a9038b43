import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars


class WorkingCalendar(Document):
    def validate(self):
        """A calendar that cannot be counted on is not saved; the rules say in words what is wrong."""
        try:
            Calendar.from_dict(calendars.as_data(self))
        except RuleError as error:
            frappe.throw(error.sentence(_))

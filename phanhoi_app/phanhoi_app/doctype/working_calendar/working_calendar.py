import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, getdate

from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars, changes


class WorkingCalendar(Document):
    def validate(self):
        """A calendar that cannot be counted on is not saved; the rules say in words what is wrong."""
        self._fill_in()
        self._validate_mandatory()  # else the rules would meet rows that are half filled in
        self._refuse_days_twice()
        try:
            Calendar.from_dict(calendars.as_data(self))
        except RuleError as error:
            frappe.throw(error.sentence(_))

    def on_update(self):
        if before := self.get_doc_before_save():
            changes.note(self, before)

    def _fill_in(self):
        """Rows that are added to a saved calendar come without the defaults that a new document gets."""
        for row in self.days_off:
            row.part = row.part or "Whole day"
        for row in (*self.days_off, *self.working_days):
            row.status = row.status or "Confirmed"

    def _refuse_days_twice(self):
        """Drafts count as well: two rows of one day would contradict each other once confirmed."""
        for row in self.days_off:
            if row.part == "Part of the day" and not (row.start_time or row.end_time):
                frappe.throw(
                    _("{0}: say from when to when the part of the day is off.").format(format_date(row.day))
                )
        seen = set()
        for row in self.days_off:
            # Two parts of a day may be off; the rules add them up.
            key = (
                getdate(row.day),
                (str(row.start_time), str(row.end_time)) if row.part != "Whole day" else "",
            )
            if key in seen:
                frappe.throw(
                    _("{0} is listed twice among the days off: keep one row.").format(format_date(row.day))
                )
            seen.add(key)

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla.policies import START_RULES, UNITS


class DeadlinePolicy(Document):
    def validate(self):
        seen = set()
        for row in self.rows:
            key = (row.field or "", row.severity or "")
            if key in seen:
                frappe.throw(
                    _("Row {0}: there is already a row for this field and severity.").format(row.idx)
                )
            seen.add(key)
            if flt(row.amount) <= 0:
                frappe.throw(_("Row {0}: the length must be more than 0.").format(row.idx))
            try:
                deadlines.due(
                    now_datetime(),
                    row.amount,
                    UNITS[row.unit],
                    START_RULES[row.start_rule],
                    Calendar.from_dict({"round_the_clock": True}),
                )
            except RuleError as error:
                frappe.throw(_("Row {0}: {1}").format(row.idx, error.sentence(_)))

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime

from phanhoi_app.custody.verbs import VERBS
from phanhoi_app.rules import deadlines
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import Row
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import policies

# What may start or stop a clock besides a phase: what people decide, not what is only noted.
EVENTS = (*VERBS, "publish", "withhold", "extension_requested", "extension_granted", "extension_refused")


class DeadlinePolicy(Document):
    def validate(self):
        seen = set()
        for row in self.rows:
            row.clock = row.clock or "resolve"
            key = tuple(str(row.get(name) or "") for name in ("clock", *policies.CONDITIONS, "valid_from"))
            if key in seen:
                frappe.throw(
                    _(
                        "Row {0}: there is already a row for this clock, these conditions and this first day."
                    ).format(row.idx)
                )
            seen.add(key)
            self._check(row)

    def _check(self, row):
        if flt(row.amount) <= 0:
            frappe.throw(_("Row {0}: the length must be more than 0.").format(row.idx))
        named = (policies.codes(row.started_by) or set()) | (policies.codes(row.stopped_by) or set())
        if unknown := sorted(named - set(EVENTS)):
            frappe.throw(
                _("Row {0}: there is no event “{1}”. Use one of: {2}.").format(
                    row.idx, unknown[0], ", ".join(EVENTS)
                )
            )
        try:
            rule = Row(**policies.as_rule(row, self))
            round_the_clock = Calendar.from_dict({"round_the_clock": True})
            deadlines.due(now_datetime(), rule.amount, rule.unit, rule.start_rule, round_the_clock)
        except RuleError as error:
            sentence = error.sentence(_)
            frappe.throw(sentence if "row" in error.values else _("Row {0}: {1}").format(row.idx, sentence))

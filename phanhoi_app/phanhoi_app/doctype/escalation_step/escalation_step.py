"""A step of reminding and escalating, as the administrator words it; `sla/steps.py` makes the rule's step of it."""

import re

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.rules.errors import RuleError
from phanhoi_app.sla import step_changes, steps

CODE = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


class EscalationStep(Document):
    def validate(self):
        if not CODE.fullmatch(self.step_code or ""):
            frappe.throw(
                _("Code: use small letters, digits and hyphens only, 40 at most, such as “{0}”.").format(
                    "sap-den-han"
                )
            )
        if self.comes == "When due":
            self.amount = 0
        try:
            step = steps.as_rule(self)
        except RuleError as error:
            frappe.throw(error.sentence(_))
        if step.effect == "notify" and not step.targets:
            frappe.throw(_("Who Is Told: tick at least one, or choose another effect."))
        if step.targets and not steps.channels(self):
            frappe.throw(_("Tick at least one way by which they are told: desk, SMS or e-mail."))

    def on_update(self):
        before = self.get_doc_before_save()
        if before is None or steps.counts_otherwise(before, self):
            step_changes.note(self)

    def after_delete(self):
        step_changes.note(self)

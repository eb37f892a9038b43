import frappe
from frappe import _
from frappe.model.document import Document


class HotlineSettings(Document):
    def validate(self):
        seen = set()
        for row in self.agents:
            key = row.agent.strip().lower()
            if key in seen:
                frappe.throw(_("Row {0}: the agent “{1}” is there twice.").format(row.idx, row.agent))
            seen.add(key)

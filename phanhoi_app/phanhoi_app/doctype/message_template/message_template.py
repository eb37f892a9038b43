import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.messaging import templates


class MessageTemplate(Document):
    def validate(self):
        templates.check(self.event or "", self.audience, self.subject, self.text)
        named = set(templates.pairs(self.provider_values).values())
        possible = templates.allowed(self.event or "", self.audience)
        if unknown := sorted(named - set(possible)):
            frappe.throw(
                _("“{0}” names a value that does not exist ({1}). Use one of: {2}.").format(
                    _("Values of the Provider's Template"), ", ".join(unknown), ", ".join(possible)
                )
            )

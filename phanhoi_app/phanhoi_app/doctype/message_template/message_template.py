from frappe.model.document import Document

from phanhoi_app.messaging import templates


class MessageTemplate(Document):
    def validate(self):
        templates.check(self.event or "", self.subject, self.text)

from frappe.model.document import Document

from phanhoi_app.messaging import templates


class MessageTemplate(Document):
    def validate(self):
        templates.check(self.subject, self.text)

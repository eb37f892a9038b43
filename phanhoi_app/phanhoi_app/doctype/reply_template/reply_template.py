"""A ready-made text that an official sends to a citizen, with named values as in a message template."""

from frappe.model.document import Document

from phanhoi_app.messaging import templates


class ReplyTemplate(Document):
    def validate(self):
        templates.check("written", "Officer", self.text)

from frappe.model.document import Document


class MessageTemplate(Document):
    pass

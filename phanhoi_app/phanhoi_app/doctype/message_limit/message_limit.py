from frappe.model.document import Document


class MessageLimit(Document):
    pass

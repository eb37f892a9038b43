from frappe.model.document import Document


class MessageState(Document):
    pass

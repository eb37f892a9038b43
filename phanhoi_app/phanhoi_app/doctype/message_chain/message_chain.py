from frappe.model.document import Document


class MessageChain(Document):
    pass

from frappe.model.document import Document


class HotlineAgent(Document):
    pass

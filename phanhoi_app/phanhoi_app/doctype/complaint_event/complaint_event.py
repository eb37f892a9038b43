from frappe.model.document import Document


class ComplaintEvent(Document):
    pass

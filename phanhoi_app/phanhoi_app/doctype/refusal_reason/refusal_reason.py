from frappe.model.document import Document


class RefusalReason(Document):
    pass

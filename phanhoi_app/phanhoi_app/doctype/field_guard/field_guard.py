from frappe.model.document import Document


class FieldGuard(Document):
    pass

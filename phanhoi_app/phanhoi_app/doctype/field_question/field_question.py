from frappe.model.document import Document


class FieldQuestion(Document):
    pass

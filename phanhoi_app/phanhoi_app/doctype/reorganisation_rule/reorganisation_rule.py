from frappe.model.document import Document


class ReorganisationRule(Document):
    pass

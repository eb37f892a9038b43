from frappe.model.document import Document


class ReorganisationTarget(Document):
    pass

from frappe.model.document import Document


class AreaSuccessor(Document):
    pass

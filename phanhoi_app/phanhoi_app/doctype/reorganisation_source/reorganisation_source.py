from frappe.model.document import Document


class ReorganisationSource(Document):
    pass

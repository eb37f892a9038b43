from frappe.model.document import Document


class AgencySuccessor(Document):
    pass

from frappe.model.document import Document


class EmergencyWord(Document):
    pass

from frappe.model.document import Document


class DutyReading(Document):
    pass

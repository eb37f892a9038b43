from frappe.model.document import Document


class WorkingShift(Document):
    pass

from frappe.model.document import Document


class DayOff(Document):
    pass

from frappe.model.document import Document


class CalendarChangePart(Document):
    pass

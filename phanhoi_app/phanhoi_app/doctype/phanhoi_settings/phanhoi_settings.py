from frappe.model.document import Document


class PhanhoiSettings(Document):
    pass

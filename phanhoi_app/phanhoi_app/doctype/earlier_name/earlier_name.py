from frappe.model.document import Document


class EarlierName(Document):
    pass

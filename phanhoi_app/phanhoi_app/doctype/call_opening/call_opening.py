from frappe.model.document import Document


class CallOpening(Document):
    pass

from frappe.model.document import Document


class DeadlinePolicyRow(Document):
    pass

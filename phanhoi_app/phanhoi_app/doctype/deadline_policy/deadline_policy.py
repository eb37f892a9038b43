from frappe.model.document import Document


class DeadlinePolicy(Document):
    pass

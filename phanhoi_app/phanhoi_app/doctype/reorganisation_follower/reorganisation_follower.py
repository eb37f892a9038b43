from frappe.model.document import Document


class ReorganisationFollower(Document):
    pass
